"""References in any script lead to their entries, or are listed."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gspmc.describe.entry import Entry
from gspmc.describe.following import QUOTES, follow_references
from gspmc.describe.knowledge import KnowledgeBase

MakeKb = Callable[..., KnowledgeBase]


@pytest.mark.parametrize(
    ("language", "text", "headword"),
    [
        ("en", 'Like the sign for "BLICK", twice.', "BLICK"),
        ("en", "Use the same handshape as in BLICK.", "BLICK"),
        ("en", "Both hands make the “BLICK” handshape.", "BLICK"),
        ("en", "The right hand makes the handshape Q at the chin.", "handshape Q"),
        ("en", 'Use the manual letter "Q".', "letter Q"),
        ("zh", "一手打“爱”手势，然后上移。", "爱"),
        ("zh", "同「爱」的手势。", "爱"),
        ("zh", "同爱手势，然后上移。", "爱"),
        ("zh", "右手打手指字母Q的指式。", "手指字母Q"),
        ("ko", "‘사랑’ 수어와 같다.", "사랑"),
        ("ko", "오른손으로 지문자 ㄱ을 만든다.", "지문자 ㄱ"),
        ("tr", "“SEVGİ” işareti gibi yapılır.", "SEVGİ"),
        ("tr", "Sağ el Q harfi şeklindedir.", "Q harfi"),
        ("sv", "Som tecknet ”KÄRLEK”, men två gånger.", "KÄRLEK"),
        ("sv", "Handen formar bokstaven Å.", "bokstaven Å"),
    ],
)
def test_a_reference_leads_to_its_entry(
    make_kb: MakeKb, language: str, text: str, headword: str
) -> None:
    entry = Entry("target", headword, "✋", language=language)
    kb = make_kb(entry, BLICK="A fist, as English has it.") if headword != "BLICK" else make_kb()
    followed = follow_references(text, kb, language)
    assert [found.headword for found in followed.entries] == [headword]
    assert followed.checks == []


@pytest.mark.parametrize(
    ("text", "rule", "quote"),
    [
        ('Like the sign for "GONE".', "unresolved_reference", '"GONE"'),
        ("一手打“恨”手势。", "unresolved_reference", "“恨”"),
        ("右手打手指字母Q。", "unresolved_reference", "手指字母Q"),
        ("‘미움’ 수어와 같다.", "unresolved_reference", "‘미움’"),
        ('Like the sign for "".', "reference_gap", '""'),
        ("同“”手势。", "reference_gap", "“”"),
        ("同“\ufffd”手势。", "reference_gap", "“\ufffd”"),
    ],
)
def test_what_leads_nowhere_is_listed(make_kb: MakeKb, text: str, rule: str, quote: str) -> None:
    followed = follow_references(text, make_kb(), "en")
    assert [(check.rule, check.quote) for check in followed.checks] == [(rule, quote)]
    assert followed.entries == []


def test_quoted_words_that_are_no_signs_are_left_alone(make_kb: MakeKb) -> None:
    followed = follow_references('The hand moves "slowly" and stays.', make_kb(), "en")
    assert (followed.entries, followed.checks) == ([], [])


def test_references_of_references_cycles_and_depth(make_kb: MakeKb) -> None:
    chain = {f"S{n}": f'Like the sign for "S{n + 1}".' for n in range(6)}
    kb = make_kb(**chain, RING='Like the sign for "GNIR".', GNIR='Like the sign for "RING".')
    followed = follow_references(chain["S0"], kb, "en", kb.get("S0"))
    assert [entry.id for entry in followed.entries] == ["S1", "S2", "S3"]
    assert [(check.rule, check.message) for check in followed.checks] == [
        ("reference_depth", "over 3 deep: S0 → S1 → S2 → S3 → S4")
    ]
    ring = kb.get("RING")
    assert ring is not None
    around = follow_references(ring.text, kb, "en", ring)
    assert [check.message for check in around.checks] == [
        "refers back to itself: RING → GNIR → RING"
    ]


def test_a_text_that_names_everything_is_not_followed_everywhere(make_kb: MakeKb) -> None:
    names = {f"N{n}": f"The right hand taps {n} times." for n in range(30)}
    hub = " ".join(f'Like the sign for "{name}".' for name in names)
    followed = follow_references(hub, make_kb(**names), "en")
    assert len(followed.entries) == 20
    assert {check.rule for check in followed.checks} == {"reference_many"}


def test_entries_of_other_languages_are_not_taken(make_kb: MakeKb) -> None:
    kb = make_kb(Entry("x", "爱", "heart", language="ja"))
    assert follow_references("同“爱”手势。", kb, "zh").entries == []


@pytest.mark.parametrize("language", ["zh", "zh-TW", "ZH_hans"])
def test_variants_of_a_language_are_one(make_kb: MakeKb, language: str) -> None:
    kb = make_kb(Entry("x", "爱", "右手打“爱人”手势。", language="zh_TW"))
    followed = follow_references("同“爱”手势。", kb, language)
    assert [entry.id for entry in followed.entries] == ["x"]


@given(st.text())
def test_any_text_can_be_searched_for_quotes(text: str) -> None:
    assert all(len(found[0]) >= 2 for found in QUOTES.finditer(text))
