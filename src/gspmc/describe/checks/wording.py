"""What a text must not hold, whatever the sign, by its words alone."""

from __future__ import annotations

import re
from collections.abc import Iterable

from gspmc.describe import keywords
from gspmc.describe.checks.fields import FieldText
from gspmc.describe.mentions import ANY, find_mention
from gspmc.describe.statements import split_sentences
from gspmc.text.description import Check
from gspmc.text.encoder import TextEncoder

REFERENCE = "reference_in_text"
LETTER = "letter_in_text"
MEANING = "meaning_in_text"
WORDS = "over_word_target"
TOKENS = "over_encoder_limit"

WORD_TARGET = 60
"""Words that the prompts of METHOD §3 ask for at most."""

GLOSS = re.compile(
    r"\b(?!ASL\b|BSL\b|LSF\b|[IVX]+\b)[A-Z][A-Z0-9]+(?:[-_ ][A-Z][A-Z0-9]+)*\b|"
    r"[\"“«][^\"”»]{2,}[\"”»]"
)
"""A word in capitals or in quotation marks: in a text of movement that is a headword."""
SIGN_NAMED = re.compile(
    r"(?i:\b(?:the|a) sign (?:for|of|meaning|called)\b|\bsame sign as\b|"
    r"\b(?:like|as|similar to|resembles) (?:in )?(?:the|that of the) sign\b|"
    r"^(?:see|compare|cf\.?) (?!the\b)\w)"
)

SHAPE_NOUN = r"(?:hand ?shapes?|hands?|shapes?|shaped|configurations?|fingers?)"
SHAPE_MARK = r"(?:bent|open|flat|flattened|closed|curved|baby|claw|clawed|modified|spread)"
LETTER_FORMS = (
    re.compile(
        rf"\b(?:{SHAPE_MARK}[- ])?(?:[A-Z]|[0-9]{{1,2}})(?:[- ]|['’]s? )(?:{SHAPE_MARK}[- ])?"
        rf"{SHAPE_NOUN}\b"
    ),
    re.compile(
        r"(?i:\b(?:letters?|hand ?shape|configuration|alphabet|finger-?spell(?:ed|ing)?|number|"
        r"numeral)"
        rf")(?: is| of| like)?(?: (?:an?|the))? [\"“'‘]?(?:(?i:{SHAPE_MARK})[- ])?(?:[A-Z]|"
        rf"[0-9]{{1,2}})\b"
    ),
    re.compile(rf"\b(?i:{SHAPE_MARK})-(?:[A-Z]|[0-9])\b"),
    re.compile(r"(?<=\w )[\"“'‘]?\b[A-Z]\b(?!\.\w)|\b[B-HJ-Z]\b(?![.'’]\w)"),
)
"""A handshape by its letter or number. In a text of movement a single capital is no other thing."""
ARTICLE = re.compile(rf"A (?:{SHAPE_MARK}[- ])?(?:hand|finger|shape)s?\b")
MOVES_FROM = (
    r"\bcom(?:es?|ing) from (?:in |out |the |its |below|above|behind|either |both )*"
    r"(?:\w+ ){0,2}(?:hands?|fists?|front|sides?|body|fingers?|wrists?|elbows?|thumbs?|apart)\b"
)
"""A path, not an origin."""

MORE_MEANING: tuple[str, ...] = (
    r"\b(?:express(?:es|ed|ing)?|denot(?:es?|ed|ing)|signif(?:y|ies|ied|ying)|convey(?:s|ed|ing)?|"
    r"evok(?:es?|ed|ing)|symbols?|symboli[sz]\w*|representing|represented|depict(?:ed|ing)|"
    r"imitat(?:e|ed|ing|ion)|mim(?:es?|ed|ing|ics?|icked|icking)|resembling|suggest(?:ed|ing)|"
    r"indicat(?:es?|ing) (?:the|that|an?|how)|portray\w*|reminiscent|iconic\w*|metaphor\w*)\b",
    r"\b(?:origins?|etymolog\w+|histor\w+|ancient|traditional\w*|tradition|loan ?words?|"
    r"goes back to|"
    r"dates? (?:back|from)|compound of|invented|gestures?)\b",
    r"\b(?:ideas?|notions?|concepts?|words?|english|french|spanish|language|vocabulary|translat\w+|"
    r"spell(?:s|ed|ing)|pronounc\w+|verbs?|nouns?|adjectives?|phrases?|sentences?|gloss(?:es)?)\b",
    r"\b(?:deaf|hearing people|people|person|someone|somebody|everyone|everybody|one does|"
    r"communit\w+|generations?|region\w*|conversations?|culture|daily life)\b",
    r"\b(?:remember\w*|mnemonic|imagin\w+|pretend\w*|think of|picture|visuali[sz]\w*|recall\w*)\b",
    r"\bas (?:if|though)\b|\blike (?:an?|the) \w+ (?:being|that is|who|which is)\b|"
    r"\blike (?:(?:an?|the) )?\w+ing\b|\bas in \w+ing\b",
    r"\b(?:formal|informal|slang|colloquial|common|usual|typical)(?:ly)? (?:used?|use|signed|"
    r"sign)\b|"
    r"\busage\b",
)
"""Words of meaning, origin, usage and imagery beside ``keywords.NOT_MOVEMENT``."""


def check_wording(texts: Iterable[FieldText], encoder: TextEncoder | None) -> list[Check]:
    """References, letters, meaning and length, text by text."""
    checks: list[Check] = []
    for text in texts:
        for sentence in split_sentences(text.text):
            checks += [*_reference(text, sentence), *_letter(text, sentence)]
            checks += _meaning(text, sentence)
        checks += _length(text, encoder)
    return checks


def _reference(text: FieldText, sentence: str) -> list[Check]:
    mention = find_mention(sentence)
    if mention is not None and mention.names and mention.names[0].startswith("handshape "):
        mention = None  # a letter, which has a rule of its own
    found = ANY.search(sentence) or SIGN_NAMED.search(sentence) or GLOSS.search(sentence)
    if mention is None and found is None:
        return []
    name = (mention.names[0] if mention and mention.names else "") or (found[0] if found else "")
    return [text.check(REFERENCE, sentence, f"refers to another sign ({name}): say what it does")]


def _letter(text: FieldText, sentence: str) -> list[Check]:
    for form in LETTER_FORMS:
        for found in form.finditer(sentence):
            if found.start() or not ARTICLE.match(found[0]):
                message = f"a handshape by its name ({found[0]}): say what the fingers do"
                return [text.check(LETTER, sentence, message)]
    return []


def _meaning(text: FieldText, sentence: str) -> list[Check]:
    spoken = re.sub(MOVES_FROM, " · ", sentence, flags=re.IGNORECASE)
    for pattern in (*keywords.NOT_MOVEMENT, keywords.MEANING_CLAUSE, *MORE_MEANING):
        found = re.search(pattern, spoken, re.IGNORECASE)
        if found:
            message = f"speaks of meaning, origin, use or likeness ({found[0].strip(' ,')})"
            return [text.check(MEANING, sentence, message)]
    return []


def _length(text: FieldText, encoder: TextEncoder | None) -> list[Check]:
    checks = []
    count = len(text.text.split())
    if count > WORD_TARGET:
        checks.append(text.check(WORDS, text.text, f"{count} words, the aim is {WORD_TARGET}"))
    if encoder is not None:
        tokens = encoder.count_tokens([text.text])[0]
        if tokens > encoder.limit:
            message = f"{tokens} tokens, {encoder.name} takes {encoder.limit}: training refuses it"
            checks.append(text.check(TOKENS, text.text, message))
    return checks
