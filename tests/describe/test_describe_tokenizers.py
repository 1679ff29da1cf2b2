"""Little dictionaries in Chinese, Korean, Turkish and Swedish must be found by their own words."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from tests.knowledge import knowledge_base

from gspmc.describe.entry import Entry, headword_key, small_letters
from gspmc.describe.knowledge import KnowledgeBase
from gspmc.describe.tokenizers import STEMMED, TOKENIZERS, tokenizer_of

MakeBase = Callable[..., KnowledgeBase]

CHINESE = {
    "爱": "左手伸拇指，右手轻轻抚摸左手拇指的指背。",
    "学校": "双手搭成屋顶的形状，然后左右移动。",
    "你好": "右手食指指向对方，然后竖起拇指。",
    "電腦": "雙手手指彎曲，像敲擊鍵盤一樣上下移動。",
    "妈妈": "右手伸食指，指尖放在嘴唇上。",
}
KOREAN = {
    "사랑": "왼손 주먹의 손등을 오른손으로 쓰다듬는다.",
    "학교": "두 손을 지붕처럼 맞댄 다음 앞으로 내민다.",
    "감사합니다": "오른손을 세워 왼손등을 두 번 친다.",
    "눈": "오른손 검지로 눈을 가리킨다.",
    "어머니": "검지를 볼에 대었다가 새끼손가락을 편다.",
}
TURKISH = {
    "ısı": "İki el göğüs önünde ovuşturulur.",
    "İstanbul": "İşaret parmağı çenenin altında döner.",
    "kitap": "Avuçlar birbirine değer, sonra kitap gibi açılır.",
    "göz": "İşaret parmağı gözün yanına dokunur.",
    "ırmak": "Parmaklar dalga gibi öne doğru hareket eder.",
}
SWEDISH = {
    "får": "Händerna visar horn vid huvudets sidor.",
    "far": "Pekfingret förs mot pannan.",
    "bok": "Handflatorna möts och öppnas som en bok.",
    "öga": "Pekfingret pekar på ögat.",
    "tåg": "Två fingrar förs framåt över vänster hand.",
}
DICTIONARIES = {"zh": CHINESE, "ko": KOREAN, "tr": TURKISH, "sv": SWEDISH}


def entries(language: str) -> list[Entry]:
    return [
        Entry(f"{language}:{word}", word, text, language=language)
        for word, text in DICTIONARIES[language].items()
    ]


@pytest.fixture(scope="module")
def bases(tmp_path_factory: pytest.TempPathFactory) -> dict[str, KnowledgeBase]:
    """One base a language, and one of all of them."""
    folder = tmp_path_factory.mktemp("languages")
    made = {code: knowledge_base(folder / code, entries(code)) for code in DICTIONARIES}
    every = [entry for code in DICTIONARIES for entry in entries(code)]
    return {**made, "mul": knowledge_base(folder / "mul", every)}


@pytest.mark.parametrize("code", DICTIONARIES)
@pytest.mark.parametrize("mixed", [False, True])
def test_every_headword_is_found(bases: dict[str, KnowledgeBase], code: str, mixed: bool) -> None:
    base = bases["mul" if mixed else code]
    for word in DICTIONARIES[code]:
        assert [entry.headword for entry in base.lookup(word)] == [word]
        assert base.search(word, 3, language=code)[0].headword == word
        assert base.search(word, 3)[0].headword == word


@pytest.mark.parametrize(
    ("code", "query", "headword"),
    [
        ("zh", "嘴唇", "妈妈"),
        ("zh", "抚摸", "爱"),
        ("zh", "屋顶", "学校"),
        ("zh", "敲擊鍵盤", "電腦"),
        ("zh", "用食指指着对方", "你好"),
        ("ko", "주먹", "사랑"),
        ("ko", "지붕", "학교"),
        ("ko", "학교에서", "학교"),  # a particle on the word
        ("ko", "눈을", "눈"),
        ("ko", "볼", "어머니"),  # one syllable
        ("ko", "새끼손가락으로", "어머니"),
        ("tr", "AVUÇ", "kitap"),
        ("tr", "kitaplar", "kitap"),
        ("tr", "ÇENENİN", "İstanbul"),
        ("tr", "IRMAKLAR", "ırmak"),
        ("tr", "gözler", "göz"),
        ("sv", "böckernas handflata", "bok"),
        ("sv", "FINGER FRAMÅT", "tåg"),
        ("sv", "händer och hornen", "får"),
        ("sv", "huvud", "får"),
    ],
)
def test_words_in_their_forms(
    bases: dict[str, KnowledgeBase], code: str, query: str, headword: str
) -> None:
    for base in (bases[code], bases["mul"]):
        assert base.search(query, 3, language=code)[0].headword == headword


@pytest.mark.parametrize(
    ("label", "headwords"),
    [
        ("ISI", ["ısı"]),  # Turkish capital of ı
        ("İSTANBUL", ["İstanbul"]),
        ("istanbul", ["İstanbul"]),
        ("Istanbul", ["İstanbul"]),  # as foreigners write it
        ("FÅR", ["får"]),
        ("far", ["far"]),
        ("fár", ["får", "far"]),  # neither: both, in the order of the source
        ("e\u0301", []),
    ],
)
def test_accents_tell_words_apart_where_they_can(
    bases: dict[str, KnowledgeBase], label: str, headwords: list[str]
) -> None:
    assert [entry.headword for entry in bases["mul"].lookup(label)] == headwords


def test_a_search_keeps_to_its_language(bases: dict[str, KnowledgeBase]) -> None:
    assert bases["mul"].search("学校", 10, language="ko") == []
    assert {entry.language for entry in bases["mul"].search("hand 손 手 el", 20)} >= {"sv", "ko"}
    found = bases["mul"].search("händerna", 10, language="sv-SE")
    assert {entry.language for entry in found} == {"sv"}


def test_composed_and_decomposed_are_one(bases: dict[str, KnowledgeBase]) -> None:
    assert bases["ko"].search("\u1112\u1161\u11a8\u1100\u116d", 1)[0].headword == "학교"
    assert bases["sv"].search("o\u0308gat", 1)[0].headword == "öga"
    assert bases["zh"].search("ＡＢＣ学校", 1)[0].headword == "学校"


def test_small_letters() -> None:
    assert small_letters("IĞDIR İL", "tr-TR") == "ığdır il"
    assert small_letters("IĞDIR I\u0307L", "az") == "ığdır il"
    assert small_letters("ICE", "en") == "ice"
    assert headword_key("IĞDIR") == headword_key("ığdır") == headword_key("igdir")


def test_every_tokeniser_can_be_indexed(tmp_path: Path) -> None:
    codes: Sequence[str] = [*STEMMED, "ja", "th", "pl", "he", "hi", "und"]
    every = [Entry(code, f"wort{code}", "eins zwei drei", language=code) for code in codes]
    kb = knowledge_base(tmp_path / "kb", every)
    for code in codes:
        assert [entry.id for entry in kb.search("drei", 9, language=code)] == [code]
    assert {tokenizer_of(code).column for code in codes} | {"words_ngram"} == set(TOKENIZERS)
