"""A review page being served, and small ways to speak to it."""

import http.client
import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import uvicorn
from tests.tiny import LABELS

from gspmc.data.store import ClipStore
from gspmc.describe.knowledge import KnowledgeBase
from gspmc.describe.review.app import create_app
from gspmc.describe.review.serve import listen
from gspmc.describe.review.shared_file import SharedFile
from gspmc.text.description import Check, Description, PartText, Source, write_descriptions

SCRIPT = "<script>document.title = 'taken over'</script>"


def description(label: str, **changes: Any) -> Description:
    values: dict[str, Any] = {
        "label": label,
        "primary": f"The sign {label} by an expert.",
        "refined": f"For {label} the right hand moves up.",
        "synonyms": ["The right hand rises."],
        "parts": [PartText(text="flat hand", parts=["right_hand"])],
    }
    return Description(**{**values, **changes})


def write_reviewed(path: Path) -> Path:
    """Three signs; the first has sources and findings, the second texts that are HTML."""
    book, drink, big = LABELS
    write_descriptions(
        path,
        [
            description(
                book,
                sources=[Source(id="wug-1", quote="moves up"), Source(id="gone", quote="of old")],
                checks=[
                    Check(rule="vague", field="refined", quote="moves up", message="how far?"),
                ],
            ),
            description(
                drink,
                refined=f"The {SCRIPT} right hand.",
                checks=[Check(rule="html", quote=SCRIPT, message=SCRIPT)],
            ),
            description(big, refined=None),
        ],
    )
    return path


@dataclass
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Served:
    """A page at an address on this machine."""

    port: int
    path: Path
    server: uvicorn.Server = field(repr=False)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def ask(
        self,
        path: str,
        method: str = "GET",
        body: Any = None,
        **headers: str,
    ) -> Answer:
        """Underscores in names of headers stand for hyphens."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        connection.request(method, path, data, sent)
        answer = connection.getresponse()
        got = Answer(
            answer.status,
            {name.lower(): value for name, value in answer.getheaders()},
            answer.read(),
        )
        connection.close()
        return got

    def sign(self, label: str) -> Answer:
        return self.ask(f"/api/sign?label={quote(label)}")

    def save(self, label: str, etag: str | None, **changes: Any) -> Answer:
        """Approve as Ada, with the texts of the file but for `changes`."""
        texts = self.sign(label).json
        names = ("primary", "refined", "synonyms", "parts")
        body = {"by": "Ada", "verdict": "approved", **{n: texts[n] for n in names}, **changes}
        headers = {} if etag is None else {"if_match": etag}
        return self.ask(f"/api/sign?label={quote(label)}", "PUT", body, **headers)


@contextmanager
def serving(
    path: Path, kb: KnowledgeBase | None = None, clips: ClipStore | None = None
) -> Iterator[Served]:
    listening = listen("127.0.0.1", 0)
    app = create_app(SharedFile(path), kb, clips)
    server = uvicorn.Server(uvicorn.Config(app, lifespan="off", ws="none", log_level="warning"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.01)
    try:
        yield Served(listening.getsockname()[1], path, server)
    finally:
        server.should_exit = True
        thread.join(20)
        listening.close()
