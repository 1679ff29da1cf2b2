"""The page in a real browser."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from tests.conftest import CHROMIUM
from tests.describe.review.material import SCRIPT, Served, description
from tests.tiny import LABELS

from gspmc.text.description import PartText, read_descriptions, write_descriptions

playwright_api = pytest.importorskip("playwright.sync_api")
expect = playwright_api.expect

pytestmark = pytest.mark.browser

BOOK, DRINK, BIG = LABELS
FLAGS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 740}

UNNAMED = """() => [...document.querySelectorAll(
    'button, input, select, textarea, fieldset, a, canvas, progress, dialog, nav')]
  .filter((control) => {
    const by = (control.getAttribute('aria-labelledby') ?? '').split(' ').filter(Boolean)
      .map((id) => document.getElementById(id)?.textContent ?? '').join(' ');
    const labels = [...control.labels ?? []].map((label) => label.textContent).join(' ');
    const legend = control.querySelector?.(':scope > legend')?.textContent ?? '';
    const own = ['BUTTON', 'A'].includes(control.tagName) ? control.textContent : '';
    const spoken = control.getAttribute('aria-label') ?? '';
    return !`${spoken}${by}${labels}${legend}${own}`.trim();
  }).map((control) => control.outerHTML)"""

BAD_IDS = """() => {
  const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id);
  const referring = ['for', 'aria-labelledby', 'aria-describedby'];
  const missing = referring.flatMap((name) =>
    [...document.querySelectorAll(`[${name}]`)].flatMap((at) => at.getAttribute(name).split(' ')));
  return [...ids.filter((id, i) => ids.indexOf(id) !== i),
          ...missing.filter((id) => !ids.includes(id))];
}"""

LOW_CONTRAST = """() => {
  const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const luminance = ([r, g, b]) => {
    const [R, G, B] = [r, g, b].map((v) => v / 255)
      .map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * R + 0.7152 * G + 0.0722 * B;
  };
  const ground = (at) => {
    for (; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if ((numbers(colour)[3] ?? 1) === 1) return numbers(colour);
    }
    return [255, 255, 255];
  };
  return [...document.querySelectorAll('body *')].filter((at) =>
    at.checkVisibility() && !at.disabled && [...at.childNodes].some(
      (node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim())
  ).flatMap((at) => {
    const pair = [numbers(getComputedStyle(at).color), ground(at)].map(luminance);
    const ratio = (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
    return ratio < 4.5 ? [`${ratio.toFixed(2)} ${at.outerHTML}`] : [];
  });
}"""


@pytest.fixture(scope="module")
def chromium() -> Iterator:
    with playwright_api.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield browser
        browser.close()


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


@pytest.fixture
def visit(chromium, served: Served) -> Iterator:
    visitors: list[Visitor] = []

    def visit(name: str | None = "Ada", **options) -> Visitor:
        visitors.append(Visitor(chromium, served, name, **options))
        return visitors[-1]

    yield visit
    for visitor in visitors:
        visitor.context.close()
        assert visitor.complaints == [] and visitor.foreign == []


def test_through_the_signs_by_keyboard(visit, served: Served) -> None:
    ada = visit()
    for key, label in (("j", DRINK), ("ArrowRight", BIG), ("k", DRINK), ("ArrowLeft", BOOK)):
        ada.press(key)
        ada.is_at(label)
    ada.press("k")
    ada.is_told("first sign")
    ada.press("j")
    ada.is_at(DRINK)
    ada.press("a")
    ada.is_told(f"{DRINK}: approved")
    expect(ada.page.locator("#progress-text")).to_have_text("1 of 3 approved")
    ada.press("r")
    ada.is_told(f"{DRINK}: rejected")
    review = read_descriptions(served.path)[DRINK].review
    assert review is not None and (review.by, review.verdict) == ("Ada", "rejected")
    expect(ada.page.locator("#list a[aria-current]")).to_contain_text("(rejected, findings)")
    ada.page.go_back()
    ada.is_at(BOOK)
    ada.page.reload()
    ada.is_at(BOOK)

    ada.press("?")
    expect(ada.page.locator("#help-dialog")).to_be_visible()
    ada.press("j")  # not while a dialog is open
    ada.page.locator("#keys").uncheck()
    ada.press("Escape", "j")
    ada.is_at(BOOK)  # the keys are off
    ada.page.locator("#help").click()
    ada.page.locator("#keys").check()
    ada.press("Escape")

    ada.press("/")
    ada.page.keyboard.type("ja")  # letters in a field are letters
    expect(ada.page.locator("#listed")).to_have_text("No sign is like that.")
    ada.page.locator("#search").fill("")
    ada.page.locator("#filter").select_option("unreviewed")
    expect(ada.page.locator("#list li")).to_have_count(2)
    ada.press("Escape", "j")
    ada.is_at(BIG)  # what is filtered out is passed over


def test_nothing_is_decided_on_a_sign_that_was_left(visit, served: Served) -> None:
    """Letters may come faster than answers: a sign that is not on the page is not approved."""
    ada = visit()
    held: list[Any] = []
    ada.page.route("**/api/sign?*", lambda route: held.append(route))
    ada.press("j", "a")
    expect(ada.page.locator("#approve")).to_be_disabled()
    ada.press("j", "a", "k", "e", "r")
    ada.page.unroute("**/api/sign?*")
    for route in held:
        with suppress(playwright_api.Error):  # the page did not wait for this one
            route.continue_()
    ada.is_at(DRINK)
    expect(ada.page.locator("#approve")).to_be_enabled()
    expect(ada.page.locator("#edit-form")).to_have_count(0)
    assert all(text.review is None for text in read_descriptions(served.path).values())


def test_the_skip_link_and_the_tab_key(visit) -> None:
    ada = visit()
    ada.press("Tab")
    expect(ada.page.locator(".skip")).to_be_focused()
    ada.press("Enter")
    expect(ada.page.locator("#main")).to_be_focused()
    ring = "getComputedStyle(document.activeElement).outlineStyle"
    for _ in range(3):
        ada.press("Tab")
        assert ada.page.evaluate(ring) != "none"


def test_edit_and_approve(visit, served: Served) -> None:
    ada = visit(name=None)
    ada.press("e")
    field = ada.page.get_by_label("Refined")
    expect(field).to_be_focused()
    field.fill("The right hand falls.")
    ada.page.get_by_label("Remove synonym 1").click()
    ada.page.get_by_role("button", name="Add a part text").click()
    ada.press("Control+s")  # from inside a field; the name is asked for first
    expect(ada.page.locator("#name-dialog")).to_be_visible()
    ada.press("Enter")
    expect(ada.page.locator("#name-error")).to_have_text("A name is needed.")
    ada.page.get_by_label("Your name", exact=True).fill("Ada")
    ada.press("Enter")

    text = ada.page.get_by_label("Part text 2", exact=True)
    expect(text).to_be_focused()  # the first of the fields that are wrong
    expect(ada.page.locator("#texts [aria-invalid]")).to_have_count(2)
    boxes = ada.page.get_by_role("group", name="Part text 2 speaks of")
    expect(boxes).to_contain_text("needs at least one part")
    assert read_descriptions(served.path)[BOOK].review is None
    text.fill("closed mouth")
    boxes.get_by_label("mouth").check()
    boxes.get_by_label("face").check()
    ada.press("Control+s")
    ada.is_told(f"{BOOK}: saved")
    saved = read_descriptions(served.path)[BOOK]
    assert saved.refined == "The right hand falls." and saved.synonyms == []
    assert saved.parts[1] == PartText(text="closed mouth", parts=["mouth", "face"])
    assert saved.review is not None and (saved.review.by, saved.review.verdict) == ("Ada", "edited")
    assert len(saved.sources) == 2 and len(saved.checks) == 1
    expect(ada.page.locator("#state")).to_contain_text("edited by Ada")
    expect(ada.page.locator("#findings")).to_contain_text("not in the texts as they are now")

    ada.press("a")
    ada.is_told(f"{BOOK}: approved")
    expect(ada.page.locator("#reviewer")).to_have_text("Reviewer: Ada")


def test_edits_are_kept_until_they_are_saved_or_discarded(visit, served: Served) -> None:
    ada = visit()
    ada.press("e")
    ada.page.get_by_label("Refined").fill("unsaved")
    ada.press("Escape", "j")
    ada.is_at(DRINK)
    ada.press("k")
    ada.is_at(BOOK)
    expect(ada.page.get_by_label("Refined")).to_have_value("unsaved")
    served.path.rename(served.path.with_suffix(".away"))
    ada.press("a")
    expect(ada.page.locator("#alert")).to_contain_text("Not saved: cannot read descriptions")
    expect(ada.page.get_by_label("Refined")).to_have_value("unsaved")
    served.path.with_suffix(".away").rename(served.path)
    ada.page.get_by_role("button", name="Discard edits").click()
    expect(ada.page.locator("#texts")).to_contain_text("moves up")
    assert read_descriptions(served.path)[BOOK].review is None


def test_two_pages_on_one_sign(visit, served: Served) -> None:
    ada, bea = visit("Ada"), visit("Bea")
    for one, text in ((ada, "Ada's text"), (bea, "Bea's text")):
        one.press("e")
        one.page.get_by_label("Refined").fill(text)
    ada.press("Control+s")
    ada.is_told("saved")
    bea.press("Control+s")
    conflict = bea.page.locator("#conflict")
    expect(conflict).to_contain_text("Ada changed book while you worked on it")
    expect(conflict).to_contain_text("Ada's text")
    expect(conflict).to_contain_text("Bea's text")
    expect(bea.page.locator("#approve")).to_be_disabled()
    assert read_descriptions(served.path)[BOOK].refined == "Ada's text"
    expect(conflict).to_contain_text("The same in both: verdict, synonyms, parts, primary.")
    assert bea.page.evaluate(UNNAMED) == []
    assert bea.page.evaluate(LOW_CONTRAST) == []

    # Going elsewhere is no choice: it comes back.
    bea.press("Escape", "j")
    bea.is_at(DRINK)
    bea.press("k")
    bea.is_at(BOOK)
    bea.press("a")
    expect(conflict).to_be_visible()
    bea.page.get_by_role("button", name="Keep mine").click()
    bea.is_told("approved")
    saved = read_descriptions(served.path)[BOOK]
    assert saved.refined == "Bea's text" and saved.review is not None and saved.review.by == "Bea"

    ada.press("e")
    ada.page.get_by_label("Refined").fill("Ada again")
    ada.press("Control+s")
    ada.page.get_by_role("button", name="Go on editing mine").click()
    expect(ada.page.get_by_label("Refined")).to_have_value("Ada again")
    ada.press("Control+s")
    ada.is_told("saved")
    assert read_descriptions(served.path)[BOOK].refined == "Ada again"

    bea.press("r")
    bea.page.get_by_role("button", name="Take theirs").click()
    expect(bea.page.locator("#texts")).to_contain_text("Ada again")
    expect(bea.page.locator("#state")).to_contain_text("edited by Ada")


def test_a_sign_that_another_program_removed(visit, served: Served) -> None:
    ada = visit()
    ada.press("e")
    ada.page.get_by_label("Refined").fill("mine")
    write_descriptions(served.path, [description(DRINK)])
    ada.press("Control+s")
    expect(ada.page.locator("#alert")).to_contain_text("has no sign 'book'")
    expect(ada.page.get_by_label("Refined")).to_have_value("mine")


def test_sources_findings_and_html_as_text(visit) -> None:
    ada = visit()
    page = ada.page
    expect(page.locator("#sources mark.reference")).to_have_text("BLICK")
    expect(page.locator("#sources mark.quote")).to_have_text("moves up")
    expect(page.locator("#sources")).to_contain_text("CC BY 4.0")
    expect(page.locator("#sources")).to_contain_text("no entry of this id")
    expect(page.locator("#texts mark.finding")).to_have_text("moves up")
    expect(page.locator("#findings")).to_contain_text("how far?")
    ada.press("j")
    ada.is_at(DRINK)
    expect(page.locator("#texts mark.finding")).to_have_text(SCRIPT)
    expect(page.locator("#findings blockquote")).to_have_text(SCRIPT)
    ada.press("e")
    assert page.locator("script").count() == 1 and page.title() == f"{DRINK} – review"


def frame(visitor: Visitor) -> int:
    return int(visitor.page.locator("#skeleton").get_attribute("data-frame") or 0)


DRAWN = "document.getElementById('skeleton').toDataURL()"


def test_the_skeleton_moves(visit) -> None:
    ada = visit()
    seen: set[str] = set()
    while len(seen) < 3:  # or the test runs out of time
        seen.add(ada.page.evaluate(DRAWN))
    ada.press("p")
    expect(ada.page.locator("#play")).to_have_text("Play")
    before, drawn = frame(ada), ada.page.evaluate(DRAWN)
    ada.page.get_by_label("One frame on").click()
    count = int(ada.page.locator("#frame").get_attribute("max")) + 1
    assert frame(ada) == (before + 1) % count and ada.page.evaluate(DRAWN) != drawn
    ada.page.get_by_label("One frame back").click()
    assert frame(ada) == before and ada.page.evaluate(DRAWN) == drawn
    words = ada.page.locator("#skeleton").get_attribute("aria-label")
    assert words.startswith(f"Moving skeleton of {BOOK}:") and "right hand in 100%" in words
    ada.page.get_by_label("Clip", exact=True).select_option(index=1)
    expect(ada.page.locator("#skeleton")).not_to_have_attribute("aria-label", words)
    ada.press("Escape", "j", "j")
    ada.is_at(BIG)
    expect(ada.page.locator("#example-none")).to_have_text(f"The store has no clip of {BIG}.")


def test_nothing_moves_by_itself_where_that_is_not_wanted(visit) -> None:
    ada = visit(reduced_motion="reduce")
    expect(ada.page.locator("#frame-text")).to_contain_text("1 of")
    ada.page.wait_for_timeout(150)
    assert frame(ada) == 0
    ada.page.locator("#play").click()
    expect(ada.page.locator("#skeleton")).not_to_have_attribute("data-frame", "0")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_control_has_a_name_and_every_text_contrast(visit, scheme: str) -> None:
    ada = visit(color_scheme=scheme)
    page = ada.page
    expect(page.locator("#example-words")).not_to_be_empty()
    for keys in ([], ["e"], ["?"]):
        ada.press(*keys)
        assert page.evaluate(UNNAMED) == []
        assert page.evaluate(BAD_IDS) == []
        assert page.evaluate(LOW_CONTRAST) == []
    assert page.locator("[aria-live], [role=alert], [role=status]").count() >= 3


def test_at_the_width_of_a_phone(visit, served: Served) -> None:
    long = "Donaudampfschifffahrtsgesellschaftskapitän" * 3
    texts = read_descriptions(served.path)
    write_descriptions(served.path, [*texts.values(), description(long, refined=long)])
    ada = visit(viewport=PHONE, has_touch=True, is_mobile=True)
    page = ada.page
    wide = "() => document.documentElement.scrollWidth > innerWidth || innerWidth > 360"
    for label in (DRINK, BIG, long):
        page.get_by_role("button", name="Next").tap()
        ada.is_at(label)
        assert not page.evaluate(wide)
    page.get_by_role("button", name="Edit").tap()
    assert not page.evaluate(wide)
    page.get_by_label("Refined").fill("short")
    page.get_by_role("button", name="Approve").tap()
    ada.is_told("approved")
    page.locator("summary").tap()
    assert not page.evaluate(wide)
    page.locator("#list a").first.tap()
    ada.is_at(BOOK)
    expect(page.locator("#list")).not_to_be_visible()
    small = """() => [...document.querySelectorAll('button, select, summary')].filter((at) =>
      at.checkVisibility() && at.getBoundingClientRect().height < 24).length"""
    assert page.evaluate(small) == 0
