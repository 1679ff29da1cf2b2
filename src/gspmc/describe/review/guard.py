"""What keeps other web sites, open in the same browser, away from the page and its files."""

from __future__ import annotations

import ipaddress
import socket
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_READING = ("GET", "HEAD")
MOST_BYTES = 1 << 20
"""Of a request; the texts of a sign are some thousands."""

_HEADERS = {
    b"content-security-policy": b"default-src 'self'; base-uri 'none'; form-action 'none'; "
    b"frame-ancestors 'none'",
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"cross-origin-resource-policy": b"same-origin",
    b"cross-origin-opener-policy": b"same-origin",
    b"cache-control": b"no-cache",
}


def own_names(host: str) -> frozenset[str]:
    """Names, in lower case, by which this machine may be called when it listens at ``host``."""
    machine = socket.gethostname().lower()
    return frozenset({"localhost", host.lower(), machine, f"{machine}.local"})


class Guard:
    """Refuses requests that a page of another origin made, and sets the security headers.

    A foreign site whose name was made to point at this machine (DNS rebinding) sends that name as
    ``Host``: only addresses and this machine's own names are taken. A foreign page that writes has
    an ``Origin`` of its own: it must be ours.
    """

    def __init__(self, app: ASGIApp, names: frozenset[str]) -> None:
        self.app, self.names = app, names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = [pair for pair in message["headers"] if pair[0].lower() not in _HEADERS]
                message = {**message, "headers": [*own, *_HEADERS.items()]}
            await send(message)

        refusal = self._refusal(scope)
        if refusal is None:
            await self.app(scope, receive, send_with_headers)
            return
        status, reason = refusal
        headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
        await send_with_headers(
            {"type": "http.response.start", "status": status, "headers": headers}
        )
        await send({"type": "http.response.body", "body": f"{reason}\n".encode()})

    def _refusal(self, scope: Scope) -> tuple[int, str] | None:
        """Status and reason why a request is not answered."""
        headers = {name.decode("latin-1"): value for name, value in scope["headers"]}
        given = [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]
        if len(given) != 1 or not self._is_own(given[0]):
            return 403, "refused: this server does not go by that name; use its address"
        if scope["method"] in _READING:
            return None
        origin = headers.get("origin", b"").decode("latin-1")
        is_ours = not origin or origin.partition("://")[2].lower() == given[0].lower()
        site = headers.get("sec-fetch-site", b"none")  # not sent by programs, nor by old browsers
        if not is_ours or site not in (b"same-origin", b"none"):
            return 403, "refused: the request comes from another web site"
        length = headers.get("content-length", b"")
        if not length.isdigit() or int(length) > MOST_BYTES:
            return 413, f"refused: give a content-length of at most {MOST_BYTES}"
        return None

    def _is_own(self, host: str) -> bool:
        try:
            name = (urlsplit(f"//{host}").hostname or "").removesuffix(".")
        except ValueError:
            return False
        try:
            ipaddress.ip_address(name)
        except ValueError:
            return name in self.names
        return True
