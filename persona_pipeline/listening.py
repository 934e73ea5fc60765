"""Where a server of ours listens."""

import socket

from persona_pipeline.errors import ConfigError


def bound_socket(host: str, port: int) -> socket.socket:
    """A socket that holds the address; what keeps it from that raises ConfigError."""
    held = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        held.bind((host, port))
    except (OSError, OverflowError) as exc:
        held.close()
        raise ConfigError(
            f"the address cannot be used: {exc}", where=f"{host}:{port}", fix="Choose another port with --port."
        ) from exc
    return held
