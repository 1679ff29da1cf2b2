"""Listening at an address until Ctrl-C."""

from __future__ import annotations

import errno
import socket
from typing import TYPE_CHECKING

import uvicorn

from gspmc.errors import GspmcError

if TYPE_CHECKING:
    from fastapi import FastAPI


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens at the address; port 0 is any free one.

    Raises:
        GspmcError: the port is taken, may not be used, or the host is not this machine.
    """
    if not 0 <= port <= 65535:
        raise GspmcError(f"--port must be from 0 to 65535, not {port}")
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listening = socket.socket(family, kind, protocol)
    except OSError as error:
        raise GspmcError(f"--host {host}: {error.strerror}; give an address of yours") from error
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(128)
    except OSError as error:
        listening.close()
        if error.errno == errno.EADDRINUSE:
            raise GspmcError(
                f"port {port} of {host} is taken: choose another with --port, 0 takes any free one"
            ) from error
        raise GspmcError(
            f"cannot listen at {host}, port {port}: {error.strerror}; choose another --host or "
            "--port"
        ) from error
    return listening


def address_of(listening: socket.socket, host: str) -> str:
    """What to type into a browser."""
    name = f"[{host}]" if ":" in host else host
    return f"http://{name}:{listening.getsockname()[1]}/"


def serve(app: FastAPI, listening: socket.socket) -> None:
    """Answer until Ctrl-C; requests that are being answered then are answered to their end."""
    config = uvicorn.Config(
        app,
        lifespan="off",
        ws="none",
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=5,
    )
    try:
        uvicorn.Server(config).run(sockets=[listening])
    except KeyboardInterrupt:  # the usual way to end it: no failure
        pass
    finally:
        listening.close()
