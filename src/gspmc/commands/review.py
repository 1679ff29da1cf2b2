"""The command that opens the review page."""

import ipaddress
import sys

from gspmc.errors import GspmcError


def review(
    descriptions: str,
    kb: str | None = None,
    clips: str | None = None,
    host: str = "127.0.0.1",
    port: int = 8000,
) -> None:
    """Read, correct, approve and reject descriptions on a local web page.

    Args:
        descriptions: JSONL file; it is changed in place, at every save.
        kb: knowledge base that they were written from, to show the sources beside them.
        clips: store, to show an example of each sign.
        host: address to listen at; others than 127.0.0.1 let other machines in, without a password.
        port: port to listen at; 0 takes any free one.
    """
    from gspmc.data.store import ClipStore
    from gspmc.describe.knowledge import KnowledgeBase
    from gspmc.describe.review.shared_file import SharedFile

    try:
        from gspmc.describe.review.app import create_app
        from gspmc.describe.review.serve import address_of, listen, serve
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] not in ("fastapi", "starlette", "uvicorn"):
            raise
        raise GspmcError(
            f"the review page needs {error.name}: pip install 'gspmc[web]' and try again"
        ) from error

    file = SharedFile(descriptions)
    base = None if kb is None else KnowledgeBase.open(kb)
    store = None if clips is None else ClipStore.open(clips)
    listening = listen(host, port)
    if not _is_loopback(host):
        print(
            f"anyone who can reach {host} can read and change {descriptions}: there is no password",
            file=sys.stderr,
        )
    print(f"reviewing {descriptions} at {address_of(listening, host)} (Ctrl-C ends)", flush=True)
    serve(create_app(file, base, store, host), listening)
    print(f"ended; everything that was saved is in {descriptions}")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
