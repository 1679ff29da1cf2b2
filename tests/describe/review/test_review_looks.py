"""What the page shows, to whom, and on what, in a real browser."""

import pytest
from tests.describe.review.accessibility import BAD_IDS, LOW_CONTRAST, UNNAMED
from tests.describe.review.browser import BIG, BOOK, DRINK, Visitor, expect
from tests.describe.review.material import SCRIPT, Served, description

from gspmc.text.description import read_descriptions, write_descriptions

pytestmark = pytest.mark.browser

PHONE = {"width": 360, "height": 740}


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
