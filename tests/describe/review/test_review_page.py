"""Going through the signs and deciding on them, in a real browser."""

from contextlib import suppress
from typing import Any

import pytest
from tests.describe.review.accessibility import LOW_CONTRAST, UNNAMED
from tests.describe.review.browser import BIG, BOOK, DRINK, expect, playwright_api
from tests.describe.review.material import Served, description

from gspmc.text.description import PartText, read_descriptions, write_descriptions

pytestmark = pytest.mark.browser


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
