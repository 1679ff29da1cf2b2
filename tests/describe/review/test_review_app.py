"""What the page asks the server, and what it refuses."""

import json
import shutil
from datetime import datetime, timezone
from pathlib import Path

import pytest
from tests.describe.review.material import SCRIPT, Served, description, serving, write_reviewed
from tests.tiny import LABELS

from gspmc.data.store import ClipStore
from gspmc.describe.knowledge import KnowledgeBase
from gspmc.describe.review.guard import MOST_BYTES
from gspmc.text.description import read_descriptions, write_descriptions

BOOK, DRINK, BIG = LABELS


def test_the_list(served: Served) -> None:
    found = served.ask("/api/signs").json
    assert [sign["label"] for sign in found["signs"]] == list(LABELS)
    assert [sign["flagged"] for sign in found["signs"]] == [True, True, False]
    assert [sign["verdict"] for sign in found["signs"]] == [None, None, None]
    assert found["file"] == "texts.jsonl" and found["has_kb"] and found["has_clips"]
    assert "right_hand" in found["parts"]


def test_a_sign_with_its_sources(served: Served) -> None:
    found = served.sign(BOOK).json
    known, gone = found["sources"]
    assert known["quote"] == "moves up" and known["entry"]["headword"] == "WUG"
    assert known["entry"]["licence"] == "CC BY 4.0" and known["entry"]["references"] == ["BLICK"]
    assert gone == {"id": "gone", "quote": "of old", "entry": None}
    assert found["checks"][0]["rule"] == "vague"
    assert served.sign("no such sign").status == 404


@pytest.mark.parametrize("label", ["a/b", "..", "?x=1&y#z", "größer 大", "50 %", "<b>"])
def test_any_label_is_reached(served: Served, label: str) -> None:
    write_descriptions(served.path, [description(label)])
    found = served.sign(label)
    assert found.json["label"] == label
    assert served.save(label, found.headers["etag"], refined="new").status == 200
    assert read_descriptions(served.path)[label].refined == "new"


def test_saving(served: Served) -> None:
    before = served.sign(BOOK)
    saved = served.save(BOOK, before.headers["etag"], refined="new", verdict="rejected")
    assert saved.status == 200 and saved.json["refined"] == "new"
    assert saved.headers["etag"] == served.sign(BOOK).headers["etag"] != before.headers["etag"]
    review = read_descriptions(served.path)[BOOK].review
    assert review is not None and (review.by, review.verdict) == ("Ada", "rejected")
    age = datetime.now(timezone.utc) - datetime.fromisoformat(review.at)
    assert -2 < age.total_seconds() < 60 and review.at.endswith("+00:00")
    assert served.ask("/api/signs").json["signs"][0]["verdict"] == "rejected"
    # A verdict is undone by another one.
    assert served.save(BOOK, saved.headers["etag"]).json["review"]["verdict"] == "approved"


def test_a_conflict_shows_theirs_and_saves_nothing(served: Served) -> None:
    seen = served.sign(BOOK).headers["etag"]
    assert served.save(BOOK, seen, refined="theirs", by="Bea").status == 200
    before = served.path.read_bytes()
    refused = served.save(BOOK, seen, refined="mine")
    assert refused.status == 409 and served.path.read_bytes() == before
    theirs = refused.json["theirs"]
    assert theirs["refined"] == "theirs" and theirs["review"]["by"] == "Bea"
    assert served.save(BOOK, f'"{theirs["record_version"]}"', refined="mine").status == 200


def test_two_servers_on_one_file(served: Served) -> None:
    with serving(served.path) as other:
        seen = served.sign(BOOK).headers["etag"]
        assert other.sign(BOOK).headers["etag"] == seen
        assert other.save(BOOK, seen, refined="theirs").status == 200
        assert served.save(BOOK, seen, refined="mine").status == 409
        assert served.sign(BOOK).json["refined"] == "theirs"
        assert served.save(DRINK, served.sign(DRINK).headers["etag"]).status == 200
        assert other.sign(DRINK).json["review"]["verdict"] == "approved"


def test_a_save_must_say_what_it_was_made_on(served: Served) -> None:
    assert served.save(BOOK, None).status == 428
    assert served.save(BOOK, "*").status == 409
    assert served.save(BOOK, '"0"').status == 409


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"refined": " "}, "refined"),
        ({"synonyms": ["", "b"]}, "synonyms.0"),
        ({"parts": [{"text": "a", "parts": []}]}, "parts.0.parts"),
        ({"by": ""}, "by"),
        ({"verdict": "fine"}, "verdict"),
        ({"refined": "\ud800"}, ""),
        ({"sources": []}, "sources"),
    ],
)
def test_invalid_edits_are_told_at_their_field(served: Served, changes: dict, field: str) -> None:
    before = served.path.read_bytes()
    refused = served.save(BOOK, served.sign(BOOK).headers["etag"], **changes)
    assert refused.status == 422
    assert [error["field"] for error in refused.json["errors"]] == [field]
    assert served.path.read_bytes() == before


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff", b"[" * 10_000])
def test_bodies_that_are_no_verdict(served: Served, body: bytes) -> None:
    answer = served.ask("/api/sign?label=book", "PUT", body, if_match='"0"')
    assert answer.status == 422


def test_bodies_that_are_too_large_are_not_even_read(served: Served) -> None:
    size = str(MOST_BYTES + 1)
    answer = served.ask("/api/sign?label=book", "PUT", b"{}", if_match='"0"', content_length=size)
    assert answer.status == 413


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "", "127.0.0.1.evil.example"])
def test_a_foreign_name_is_refused(served: Served, host: str) -> None:
    """DNS rebinding: a site of that name was made to point here."""
    for method, path in (("GET", "/"), ("GET", "/api/signs"), ("PUT", "/api/sign?label=book")):
        answer = served.ask(path, method, b"{}", host=host, if_match='"0"')
        assert answer.status == 403 and b"refused" in answer.body


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST", "127.0.0.1", "[::1]", "192.168.1.7"])
def test_own_names(served: Served, host: str) -> None:
    assert served.ask("/api/signs", host=f"{host}:{served.port}").status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:1"},
        {"origin": "http://["},
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
    ],
)
def test_a_foreign_page_cannot_write(served: Served, headers: dict[str, str]) -> None:
    before = served.path.read_bytes()
    body = {"by": "Eve", "verdict": "approved", "primary": "x", "parts": []}
    etag = served.sign(BOOK).headers["etag"]
    answer = served.ask("/api/sign?label=book", "PUT", body, if_match=etag, **headers)
    assert answer.status == 403 and served.path.read_bytes() == before
    preflight = served.ask("/api/sign?label=book", "OPTIONS", b"", **headers)
    assert not any(name.startswith("access-control") for name in preflight.headers)


def test_our_own_page_can_write(served: Served) -> None:
    body = {"by": "Ada", "verdict": "approved", "primary": "x", "parts": []}
    etag = served.sign(BOOK).headers["etag"]
    origin = f"http://127.0.0.1:{served.port}"
    answer = served.ask(
        "/api/sign?label=book",
        "PUT",
        body,
        if_match=etag,
        origin=origin,
        sec_fetch_site="same-origin",
    )
    assert answer.status == 200


@pytest.mark.parametrize("path", ["/", "/static/review.js", "/api/signs", "/nowhere"])
def test_every_answer_keeps_others_out(served: Served, path: str) -> None:
    headers = served.ask(path).headers
    assert "default-src 'self'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"


def test_the_page_needs_nothing_from_elsewhere(served: Served) -> None:
    page = served.ask("/").body.decode()
    assert "http" not in page and "<script>" not in page and "style=" not in page
    assert served.ask("/static/review.js").headers["content-type"].startswith("text/javascript")
    for path in ("/docs", "/redoc", "/openapi.json", "/static/..%2f..%2fapp.py"):
        assert served.ask(path).status == 404


def test_html_in_a_text_stays_text(served: Served) -> None:
    found = served.sign(DRINK)
    assert found.headers["content-type"] == "application/json"
    assert SCRIPT in found.json["refined"]


def test_examples(served: Served) -> None:
    first = served.sign(BOOK).json["examples"][0]
    assert served.sign(BIG).json["examples"] == []
    clip = served.ask(f"/api/clip?id={first['id']}").json
    assert len(clip["frames"]) == first["frames"] and len(clip["frames"][0]) == 87
    assert served.ask("/api/layout").json["name"] == "gsp87"
    assert served.ask("/api/clip?id=nowhere").status == 404


def test_without_knowledge_base_and_clips(served: Served) -> None:
    with serving(served.path) as plain:
        found = plain.sign(BOOK).json
        assert found["sources"][0] == {"id": "wug-1", "quote": "moves up", "entry": None}
        assert found["examples"] == []
        assert plain.ask("/api/layout").status == plain.ask("/api/clip?id=x").status == 404
        assert not plain.ask("/api/signs").json["has_kb"]


def test_a_file_that_is_damaged_meanwhile_is_told(served: Served) -> None:
    served.path.write_text("{")
    answer = served.ask("/api/signs")
    assert answer.status == 503 and "texts.jsonl:1" in answer.json["message"]
    served.path.write_text(json.dumps({"label": "x", "primary": "y", "parts": []}))
    assert served.ask("/api/signs").json["signs"][0]["label"] == "x"


def test_sources_and_clips_that_are_damaged_meanwhile_are_told(
    tmp_path: Path, kb: KnowledgeBase, store: ClipStore
) -> None:
    own_kb = KnowledgeBase.open(shutil.copytree(kb.uri, tmp_path / "kb"))
    own_store = ClipStore.open(shutil.copytree(store.uri, tmp_path / "s"))
    with serving(write_reviewed(tmp_path / "texts.jsonl"), own_kb, own_store) as page:
        before = page.sign(BOOK)
        example = before.json["examples"][0]["id"]
        for file in tmp_path.glob("*/*.lance/data/*"):
            file.unlink()
        for answer, place in (
            (page.ask(f"/api/clip?id={example}"), f"clip store {own_store.uri}"),
            (page.sign(BOOK), f"knowledge base {own_kb.uri}"),
        ):
            assert answer.status == 503
            assert answer.json["message"].startswith(f"{place} is damaged (")
        texts = {name: before.json[name] for name in ("primary", "refined", "synonyms", "parts")}
        body = {"by": "Ada", "verdict": "approved", **texts}
        etag = {"if_match": before.headers["etag"]}
        assert page.ask(f"/api/sign?label={BOOK}", "PUT", body, **etag).status == 200
