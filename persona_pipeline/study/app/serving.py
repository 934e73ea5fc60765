"""Serving a study until it is interrupted."""

import socket

import uvicorn

from persona_pipeline.study.app.limits import Limits
from persona_pipeline.study.app.store import Store
from persona_pipeline.study.app.web import study_app


def serve_on(
    held: socket.socket, store: Store, *, secret_hash: str, proxy: str | None, joining: bool, limits: Limits
) -> None:
    """Serves on a socket until it is interrupted.

    Args:
        proxy: the address of a reverse proxy whose X-Forwarded-For and X-Forwarded-Proto are believed; None: nobody's.
    """
    config = uvicorn.Config(
        study_app(store, secret_hash=secret_hash, joining=joining, limits=limits),
        access_log=False,  # a rater's address is their key
        log_level="warning",
        lifespan="off",
        ws="none",
        http="h11",
        server_header=False,
        proxy_headers=proxy is not None,
        forwarded_allow_ips=proxy,
        limit_concurrency=limits.connections,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=5,
        h11_max_incomplete_event_size=16 * 1024,
    )
    uvicorn.Server(config).run(sockets=[held])
