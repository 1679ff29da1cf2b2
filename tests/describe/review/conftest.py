"""A page with sources and example clips."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.conftest import CHROMIUM
from tests.describe.review.material import Served, serving, write_reviewed
from tests.knowledge import knowledge_base
from tests.tiny import LABELS, clips

from gspmc.data.store import ClipStore
from gspmc.describe.entry import Entry
from gspmc.describe.knowledge import KnowledgeBase


@pytest.fixture(scope="module")
def kb(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    entry = Entry(
        id="wug-1",
        headword="WUG",
        text="The right hand moves up as in BLICK.",
        references=("BLICK",),
        licence="CC BY 4.0",
        location="page 3",
    )
    return knowledge_base(tmp_path_factory.mktemp("kb") / "kb", [entry])


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> ClipStore:
    """Clips of the first two signs."""
    few = clips(labels=LABELS[:2], layout="gsp87")
    return ClipStore.create(tmp_path_factory.mktemp("store") / "s", few, "made up")


@pytest.fixture
def served(tmp_path: Path, kb: KnowledgeBase, store: ClipStore) -> Iterator[Served]:
    with serving(write_reviewed(tmp_path / "texts.jsonl"), kb, store) as page:
        yield page


@pytest.fixture(scope="module")
def chromium() -> Iterator:
    from tests.describe.review.browser import FLAGS, playwright_api

    with playwright_api.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium, served: Served) -> Iterator:
    from tests.describe.review.browser import Visitor

    visitors: list[Visitor] = []

    def visit(name: str | None = "Ada", **options) -> Visitor:
        visitors.append(Visitor(chromium, served, name, **options))
        return visitors[-1]

    yield visit
    for visitor in visitors:
        visitor.context.close()
        assert visitor.complaints == [] and visitor.foreign == []
