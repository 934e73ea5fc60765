"""How the simulated server says no."""

from starlette.responses import JSONResponse


class Rejected(Exception):  # noqa: N818  # an answer to the client, not an error of this program
    """A request that is answered with an error in OpenAI's shape."""

    def __init__(self, status: int, message: str, code: str | None = None, param: str | None = None) -> None:
        super().__init__(message)
        self.status, self.message, self.code, self.param = status, message, code, param

    @property
    def body(self) -> dict[str, dict[str, str | None]]:
        kind = "invalid_request_error"
        return {"error": {"message": self.message, "type": kind, "param": self.param, "code": self.code}}

    def response(self) -> JSONResponse:
        return JSONResponse(self.body, self.status)
