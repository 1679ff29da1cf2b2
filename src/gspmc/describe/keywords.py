"""What English words say of a sentence: the parts it speaks of, its component, or neither.

Regular expressions, matched without regard to case. The offline generator knows nothing else of
the language, so this table is its limit and is meant to be read and extended.
"""

from __future__ import annotations

from collections.abc import Mapping

LANGUAGES = ("en",)
"""Languages (BCP 47, first subtag) whose sentences these tables can sort."""

HAND_NOUN = r"(?:hands?|palms?|fists?|fingers?|fingertips?|thumbs?|wrists?|knuckles?|index)\b"
ADJECTIVES = r"(?:(?!and\b|or\b|the\b|to\b|of\b)\w+[\s-]){0,2}"

RIGHT_HAND = rf"(?<!non-)(?<!non)\b(?:right|dominant|active|strong)\s+{ADJECTIVES}{HAND_NOUN}"
LEFT_HAND = (
    rf"\b(?:left|non-?dominant|passive|weak)\s+{ADJECTIVES}{HAND_NOUN}|"
    r"\b(?:other|second|base) hand\b"
)
BOTH_HANDS = (
    r"\b(?:both|two|each|the) (?:\w+ )?(?:hands|palms|fists|wrists|index fingers|thumbs)\b|"
    r"^hands\b|\beach hand\b|\bpalms\b|\bright and (?:the )?left hands?\b|"
    r"\bleft and (?:the )?right hands?\b|\bhands touch\b|\beach other\b"
)
SOME_HAND = rf"\b{HAND_NOUN}"
"""A hand without a side: the hands of the sentence before, else the right one."""
PRONOUN = r"^(?:then )?(?:it|they)\b"
"""Takes over the parts of the sentence before."""

BODY_NOUN = (
    r"(?:body|chest|trunk|torso|shoulders?|(?:fore)?arms?|upper arm|elbows?|waist|hips?|belly|"
    r"stomach|collarbone|neck|throat|heart|ribs|side of the signer)\b"
)
FACE_NOUN = (
    r"(?:forehead|(?:eye)?brows?|eyes?|eyelids?|cheeks?|nose|nostrils|chin|temples?|ears?|jaw|head|"
    r"facial|gaze)\b"
)
MOUTH_NOUN = r"(?:mouth|lips?|tongue|teeth)\b"

PARTS: Mapping[str, str] = {
    "body": rf"\b{BODY_NOUN}|\bleans?\b|\bshrugs?\b",
    "face": rf"\b{FACE_NOUN}|\b(?:the|her|his|your|signer's) face\b",
    "mouth": rf"\b{MOUTH_NOUN}|\bjaw\b",
}
"""Part -> words that speak of it; the hands have their own expressions above."""

HEAD_MOVES = r"^(?:then )?the head (?:nods|shakes|tilts|turns|moves|leans)\b"
"""A moving head is seen in the points of the body too (nose, eyes and ears are body points)."""

NONMANUAL_SUBJECT = (
    r"^(?:then )?(?:the |both |her |his |your )?(?:upper )?"
    rf"(?:{BODY_NOUN}|{FACE_NOUN}|{MOUTH_NOUN}|face\b|facial\b)"
)
LEFT_SUBJECT = (
    r"^(?:then )?(?:the |a |an |your )?(?:left|non-?dominant|passive|weak|base|other|second)\s+"
    r"(?:\w+\s){0,2}?(?:hand|fist|palm)\b"
)

COMPONENTS: Mapping[str, str] = {
    "handshape": (
        r"\bhand ?shape\b|\bindex (?:finger|and)\b|\b(?:middle|ring|little) fingers?\b(?! side)|"
        r"\bpinky\b|(?<!into a )(?<!into )(?<!as a )(?<!as )\bfists?\b|\bclaw\b|"
        r"\bflat hands?\b|\bopen hand\b|"
        r"\b(?:all|four|five) (?:four |five )?fingers\b|"
        r"\bfingers (?:are |is )?(?:straight|spread|bent|curved|curled|hooked|together|extended|"
        r"closed|crossed|relaxed)\b|\bthumb (?:is |lies |and )|\bpinch\b|\bhorns\b"
    ),
    "orientation": (
        r"\bpalms? (?:is|are|faces?|facing|turned|up|down|towards?|in|out)\b|"
        r"\bfingers? points?\b|\borientation\b|\bfacing\b|\bface each other\b|\bpalm-(?:up|down)\b"
    ),
    "location": (
        r"\b(?:at|near|beside|over|above|below|under|against|on|before|touch(?:es|ing)?|taps?|"
        r"brush(?:es)?|in front of|next to|close to|away from|out to|"
        r"to the (?:right|left|side) of|level "
        rf"with|height of|side of)\b.*?(?:\b{BODY_NOUN}|\b{FACE_NOUN}|\b{MOUTH_NOUN}|\bface\b|"
        r"\bleft hand\b|\bother hand\b)|\b(?:neutral|signing) space\b|\blocation\b|\bhigh up\b|"
        r"\btouch(?:ing|es)? (?:each|the other)\b"
    ),
    "movement": (
        r"\bmov(?:es?|ing|ements?)\b|\bpath\b|\bcircles?\b|\barc\b|\bzigzags?\b|\btaps?\b|"
        r"\bstrokes?\b|\btwists?\b|\brotates?\b|\brepeat(?:s|ed|edly)?\b|\btwice\b|\bonce\b|"
        r"\bshakes?\b|\bwaves?\b|\bwiggles?\b|\bflutter(?:s|ing)?\b|\bopens\b|\bcloses\b|\bbends\b|"
        r"\b(?:hands|fingers) (?:open|close|bend)\b|\band (?:open|close)\b|\bto and fro\b|"
        r"\bback and forth\b|\bslides?\b|\bbrush(?:es)?\b|"
        r"(?<!bent )(?<!face )(?<!faces )(?<!facing )(?<!point )(?<!points )(?<!pointing )"
        r"\b(?:up|down|out|in|for|back)wards?\b|"
        r"\bdrops?\b|\brises?\b|\blifts?\b|\bswings?\b|\bturns?\b|\bstays?\b|\bstill\b|\btraces?\b|"
        r"\bdraws?\b|\bpush(?:es)?\b|\bpulls?\b|\bgoes\b|\bgo\b|\btravels?\b|\bnods?\b|"
        r"\bpoints to\b|\bpass(?:es)?\b|\bcross(?:es)?\b"
    ),
}
"""Component -> words of a main clause that speak of it. A clause may have several."""

MAIN_CLAUSE_END = r",? (?:while|until|so that|because)\b"
"""What follows is a side clause and does not decide the component."""

MODIFIERS_ONLY = (
    r"\b(?:repeated(?:ly)?|twice|once|three times|again|faster|slower|quickly|slowly|larger|"
    r"smaller|bigger)\b"
)
"""Words that change how a movement is made and leave its path as it was."""

NOT_MOVEMENT: tuple[str, ...] = (
    r"^(?:etymology|origin|meaning|usage|uses?|notes?|history|homophones?|homonyms?|synonyms?|"
    r"antonyms?|translations?|grammar|examples?|region|dialect|memory aid|mnemonic|see also|"
    r"compare|source|remarks?|context|frequency)\s*[:–—-]",
    r"^(?:see also|compare|cf\.)\s",
    r"\b(?:etymology|homophones?|derive[sd]? from|comes? from|came from|originat\w+|borrowed|"
    r"named after|initiali[sz]ed)\b",
    r"\b(?:means|meaning|meant|refers? to|represents?|symboli[sz]es?|stands for|suggests?|"
    r"imitates?|depicts?|reminds?)\b",
    r"\b(?:is|are|be|also|often|mostly|commonly|sometimes) used (?:to|for|when|by|in|as|with|at)\b",
    r"\b(?:noun|verb|adjective|dialect|regional|older signers|younger signers|"
    r"signers? (?:say|prefer))\b",
    r"\bsounds? like\b|\bnot to be confused\b",
)
"""A sentence with one of these speaks of meaning, origin, usage or homophones: it is dropped."""

MEANING_CLAUSE = (
    r",\s*(?:representing|symboli[sz]ing|suggesting|indicating|imitating|depicting|showing|"
    r"referring to)\b[^.;,]*"
)
"""A clause of meaning at the end of a sentence about movement: the clause alone is dropped."""
