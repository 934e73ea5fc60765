"""Every error this package raises on purpose.

PersonaPipelineError
├── ConfigError            a setting or an option that cannot work
├── RegistryError          a name registered twice, or a name nobody registered
├── InputError             a file, row or value from outside that cannot be used
│   ├── UnknownCodeError   a census code the vintage's codebook does not know
│   └── FetchError         a file that could not be brought here whole
├── WarehouseError         the DuckDB file cannot be read, locked or replaced
├── LedgerError            the reply ledger cannot be read or written
├── StudyError             the human study's file cannot be used, or not for this
├── GateError              rows that a rule does not admit
├── ShortfallError         too few rows left to give what was asked for
├── NotificationError      a message that could not be delivered
└── ModelCallError         a model endpoint that does not answer (unreachable, unauthorised, …)

Each says what was wrong, where, what was expected and what to do.
"""


class PersonaPipelineError(Exception):
    """What was wrong, where, what was expected and what to do, in one sentence or two.

    Args:
        what: what was wrong, as a claim ("the column ANC1P is missing").
        where: the file, line, table, setting or address it was found at.
        expected: what would have been right.
        fix: what the reader can do now.
    """

    def __init__(self, what: str, *, where: str = "", expected: str = "", fix: str = "") -> None:
        self.what, self.where, self.expected, self.fix = what, where, expected, fix
        super().__init__(self._sentence())

    def _sentence(self) -> str:
        text = f"{self.where}: {self.what}" if self.where else self.what
        if self.expected:
            text += f"; expected {self.expected}"
        return f"{text}. {self.fix}" if self.fix else f"{text}."

    def __reduce__(self) -> tuple[object, ...]:
        # exceptions with keyword arguments do not pickle by themselves; other processes raise ours too
        return _rebuild, (type(self), self.what, self.where, self.expected, self.fix)


def _rebuild(kind: type[PersonaPipelineError], what: str, where: str, expected: str, fix: str) -> PersonaPipelineError:
    return kind(what, where=where, expected=expected, fix=fix)


class ConfigError(PersonaPipelineError):
    """A setting or an option that cannot work."""


class RegistryError(PersonaPipelineError):
    """A name registered twice, or a name nobody registered."""


class InputError(PersonaPipelineError):
    """A file, row or value from outside that cannot be used."""


class UnknownCodeError(InputError):
    """A census code that the vintage's codebook does not know."""


class FetchError(InputError):
    """A file that could not be brought here whole."""


class WarehouseError(PersonaPipelineError):
    """The DuckDB file cannot be read, locked or replaced."""


class LedgerError(PersonaPipelineError):
    """The reply ledger cannot be read or written."""


class StudyError(PersonaPipelineError):
    """The human study's file cannot be used, or not for what was asked."""


class GateError(PersonaPipelineError):
    """Rows that a rule does not admit."""


class ShortfallError(PersonaPipelineError):
    """Too few rows are left to give what was asked for."""


class NotificationError(PersonaPipelineError):
    """A message that could not be delivered; never says where to, because that address is a secret."""


class ModelCallError(PersonaPipelineError):
    """A model endpoint that does not answer: unreachable, unauthorised, or failing most of the time."""
