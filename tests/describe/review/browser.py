"""Someone who looks at the page in a real browser."""

import pytest
from tests.describe.review.material import Served
from tests.tiny import LABELS

playwright_api = pytest.importorskip("playwright.sync_api")
expect = playwright_api.expect

BOOK, DRINK, BIG = LABELS
FLAGS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
DESKTOP = {"width": 1280, "height": 900}


class Visitor:
    """Someone with a browser of their own, whose page says nothing on its console."""

    def __init__(self, chromium, served: Served, name: str | None = "Ada", **options) -> None:
        self.context = chromium.new_context(**{"viewport": DESKTOP, **options})
        self.context.set_default_timeout(10_000)
        if name:
            self.context.add_init_script(
                f"localStorage.getItem('gspmc-reviewer') ?? "
                f"localStorage.setItem('gspmc-reviewer', '{name}')"
            )
        self.page = self.context.new_page()
        self.complaints: list[str] = []
        self.foreign: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._hear)
        self.page.on("request", lambda request: self._watch(request.url, served.url))
        self.page.goto(served.url)
        expect(self.page.locator("#title")).to_have_text(BOOK)

    def _hear(self, message) -> None:
        # Chromium itself notes every answer of 400 and above; ours are meant.
        if message.type in ("error", "warning") and "responded with a status" not in message.text:
            self.complaints.append(message.text)

    def _watch(self, url: str, own: str) -> None:
        if not url.startswith(own):
            self.foreign.append(url)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def is_at(self, label: str) -> None:
        expect(self.page.locator("#title")).to_have_text(label)

    def is_told(self, text: str) -> None:
        expect(self.page.locator("#status")).to_contain_text(text)
