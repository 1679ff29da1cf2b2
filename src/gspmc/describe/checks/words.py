"""What English words claim about a sign: hands, contact, repetition, path, flexion.

Regular expressions, matched without regard to case, like ``gspmc.describe.keywords``. The checks
know nothing else of the language: what no expression matches is no claim.
"""

from __future__ import annotations

from collections.abc import Mapping

NUMBER_OF_MOVES = (
    r"(?:movements?|motions?|moves?|strokes?|lines?|arcs?|curves?|circles?|turns?|twists?|paths?|"
    r"pulls?|rotations?|times?|contacts?|taps?|steps?|courses?|sweeps?|drops?|pushe?s?|flips?|"
    r"touch|rolls?|swings?|shifts?|bends?|bounces?|slides?)\b"
)
UP_TO_THREE = (
    r"(?:(?!hands?\b|fingers?\b|thumbs?\b|with|to\b|of\b|in\b|on\b|at\b|is\b|that\b|which\b)"
    r"[\w-]+,? ){0,3}"
)

NOT_REPEATED = (
    r"\b(?:not|never|nor|isn't|without being) (?:\w+ )?repeat\w*|"
    r"\b(?:no|without|any) repetitions?\b"
)
REPEATED = (
    r"\brepeat\w*|\brepetit\w+|\bagain and again\b|\bover and over\b|\bonce (?:again|more)\b|"
    r"\b(?:done|made|does|do|performed|happens|it|so|this|sweep|touch|touches) again\b|"
    r"\btime and again\b|\bmore than (?:once|one time)\b|\btwice\b|\bthrice\b|\brecur\w*|"
    r"\b(?:several|many|multiple|two|three|a few|some|numerous|countless) (?:\w+ )?times\b|"
    r"\b(?:several|many|multiple|two|three|numerous) (?:\w+ )?(?:circles|taps|strokes|turns|twists|"
    r"arcs|movements|motions|moves)\b|\bcontinu(?:al|ous)ly\b"
)
OPEN_NUMBER = r"\bonce or (?:twice|more)\b|\bone or two\b"
"""Leaves open how often: no claim."""
ONCE = (
    r"(?<!at )\bonce\b(?! the| that| it| they| this)|"
    rf"\b(?:a|one|the|its|in|each|with) single {UP_TO_THREE}{NUMBER_OF_MOVES}|"
    rf"^single {UP_TO_THREE}{NUMBER_OF_MOVES}|\b(?:is|are|be) single\b|"
    rf"(?<!dominant )(?<!other )(?<!each )(?<!as )(?<!the )\bone "
    rf"{UP_TO_THREE}{NUMBER_OF_MOVES}|\bsingle time\b"
)
"""Searched after what says the opposite ("more than once") has been taken out."""

TOUCH_STEM = (
    r"(?:touch(?:es|ed|ing)?|tap(?:s|ped|ping)?|contact(?:s|ed|ing)?|brush(?:es|ed|ing)?|"
    r"hit(?:s|ting)?|bump(?:s|ed|ing)?|knock(?:s|ed|ing)?|rub(?:s|bed|bing)?|strok(?:ed|ing)|"
    r"collid(?:es?|ed|ing)|graz(?:es?|ed|ing)|strik(?:es?|ing))"
)
NOT_TOUCHING = (
    rf"\b(?:without|not|never|nor|neither|nothing|no|avoid(?:s|ing)?|don't|doesn't|absence of|"
    rf"free of|short of|clear of|out of|stops? before)\b"
    rf"(?: (?!and\b|but\b|then\b|while\b|path\b|wrist\b|twist\w*\b|los|break|interrupt|only\b)"
    rf"[\w'-]+){{0,3}} ?\b{TOUCH_STEM}\b|"
    rf"\b{TOUCH_STEM} (?:nothing|no\b)|\bnothing (?:is |being |gets )?{TOUCH_STEM}|"
    rf"\bcontact (?:is|being) (?:avoided|absent|missing|lacking)|\bneither {TOUCH_STEM}|"
    rf"\bneither (?:\w+ ){{1,4}}(?:nor|and) (?:\w+ ){{0,2}}{TOUCH_STEM}|"
    rf"\b(?:without|no|not|neither|nor|"
    rf"never)\b[^.;:]{{0,50}}?, (?:\w+ )?{TOUCH_STEM}\b[^.;:]{{0,40}}"
    r"\b(?:or|nor)\b|\bno touch\b|\bapart from each other\b|\b(?:hands?|they) (?:do not|never|"
    r"don't) meet\b"
)
TOUCHING = (
    rf"\b{TOUCH_STEM}\b|\bin contact\b|\b(?:rests?|resting|lands?|landing|presse[ds]|laid|lays?|"
    r"placed?|places|sits?|set|sets) (?!out\b)(?:\w+ ){0,3}?(?:on|onto|against|at)\b|\bagainst\b|"
    r"\b(?:hands|palms|fists|knuckles|fingertips|tips|sides|edges|"
    r"they)\b[^,;.]{0,25} meet(?:ing)?\b|"
    r"\bmeets? (?:the other|in contact)|\bpalm (?:to|against|on) palm\b"
)
DIGIT = r"(?:thumbs?|fingers?|fingertips?|digits?|index|tips?|middle|ring|pinky|ones?)"
DIGIT_CONTACT = (
    rf"\bthumbs?\b[^,;.]{{0,40}}?\b(?:without|not|never) {TOUCH_STEM}\b(?! (?:the|his|her|its|"
    rf"your) )"
    rf"(?: (?:it|them|contact))?|"
    rf"\bthumbs?\b[^;.]{{0,25}}? {TOUCH_STEM} it\b|\bthumbs?\b[^,;.]{{0,30}} against the palm\b|"
    rf"\bthumbs?\b[^;.]{{0,60}}?\b(?:{TOUCH_STEM}|meet(?:s|ing)?|in contact with|against|pressed)\b"
    rf"(?: to| on| onto)?(?: (?:each|an?|the|its|their|of|bent|curved|straight|these|those|"
    rf"index|middle|ring|little|selected|four|two|joined|other|\w+ed)\b(?! to\b))* "
    rf"(?:{DIGIT}|them|it|each other|latter)\b(?! to\b)|"
    rf"\b(?:{TOUCH_STEM}|meet(?:s|ing)?|met|in contact with|against|pressed|pressing|laid|joined|"
    rf"rest(?:s|ing)?|closed|folded|contact with)\b"
    rf"(?:(?! with\b| by\b| at\b)[^,;.]){{0,30}}?"
    rf"\b(?:the|its|their|each|an?|open|opposed|own)(?: \w+)? thumbs?\b(?! side| to\b)|"
    rf"\b(?:fingers?|index|middle)\b(?:, [^,]+,)? (?:is |are )?{TOUCH_STEM} by (?:the|an?|"
    rf"its) (?:\w+ )?"
    r"thumbs?\b"
)
"""Fingers and thumb of one hand touching each other: handshape, no contact of the sign."""

PATHS: Mapping[str, str] = {
    "None": (
        r"\bno (?:\w+ )?(?:path|travel\w*)\b|\b(?:no|without|neither|nor|any|and|"
        r"or) (?:hand )?path\b|"
        r"\bwithout (?:\w+ ){0,3}?(?:travel\w*|(?:moving|movement) (?:along a path|through space|"
        r"elsewhere|from (?:its|the) place))|\b(?:not|never|neither|nor) (?:\w+ ){0,2}?travel\w*|"
        r"\b(?:does not|doesn't|do not|nor|not|never) (?:move|change place)s? (?:along|through|"
        r"from|"
        r"elsewhere)|\bstays? in (?:one|its|the same) (?:place|spot)|\bpath is (?:made|followed|"
        r"travelled|taken)(?=.*\bno\b)|\bno change of place\b|\bneither path\b"
    ),
    "Circular": r"\bcircl(?:e|es|ing|ed)\b|\bcircular\b|\bround (?:in|and round)\b",
    "Curved": (
        r"\barc(?:s|ed|ing)?\b|\b(?:in|along|through|on|follow(?:s|ing)?|make[s]?|draw[s]?|a|an|"
        r"one|"
        r"single|short|forward|same|upward|downward) (?:\w+ )?(?:curve|curves)\b|"
        r"\bcurv(?:ed|ing) (?:(?!hands?|fingers?)\w+ )?(?:movements?|paths?|motions?|lines?|"
        r"courses?|strokes?|moves?|sweeps?|turns?|brush\w*)"
    ),
    "Straight": (
        r"\bstraight,? (?:\w+,? ){0,2}(?:lines?|paths?|movements?|strokes?|courses?|motions?|taps?|"
        r"moves?|pulls?|repeated|approach|shifts?|brushing|steps?)\b|"
        r"\b(?:mov(?:es?|ing|ed)|goes?|going|slid(?:es?|ing)|com(?:es?|ing)|travel(?:s|ling)?|"
        r"drop(?:s|ped)?|ris(?:es?|ing)|lifts?|pull(?:s|ed)?|push(?:es|ed)?|draws?|drawn|lowers?|"
        r"tap(?:s|ped)?|brush(?:es|ed)?|bring(?:s|ing)?|pass(?:es)?|run(?:s)?|lands?|bobs?) "
        r"(?:(?!hook|arc|curv|circ)[\w-]+ ){0,3}?straight\b|"
        r"\b(?:in|along) (?:a|one) (?:\w+ )?direct (?:line|path|course)|\bby a direct path\b"
    ),
}
"""Movement code -> words that claim it."""

IMAGERY = r"\bas (?:if|though)\b[^,;.]*|\bone or both hands\b"
"""No claim of what the hands do; imagery has a rule of its own."""
BOTH = (
    r"\b(?:both|two|each of the) (?:(?!other|sides)[\w-]+,? ){0,3}?(?:hands|fists|palms|arms|"
    r"wrists|"
    r"index fingers|little fingers|thumbs)\b|\beach hand\b|"
    r"\b(?:right and (?:the )?left|left and (?:the )?right) hands?\b|\bhands (?:work|act|move)\b|"
    r"\b(?:hands|fists) (?:do not |never )?(?:touch|meet) each other\b|\btwo-handed\b"
)
ONE = (
    r"\b(?:only|just) (?:the )?(?:one|right|a single) hand\b|"
    r"\b(?:one|a single|single) hand (?:alone|only|is (?:used|enough|needed|involved))\b|"
    r"\bone-handed\b|\bsingle-handed\b|\bone hand alone\b|"
    r"\bno (?:second|other|left) hand\b|"
    r"\b(?:left|other|second|non-?dominant) (?:hand|one) (?:is not|isn't|plays? no|takes? no|"
    r"does nothing|is unused|has no)|"
    r"\b(?:a |by |of |with |from )(?:a )?single hand\b|"
    r"^(?:then )?(?:a single|one|only one)(?: (?!of)[\w-]+,?){0,2} hand\b(?! (?:is )?(?:above|"
    r"over|on|"
    r"beside|below|behind|after))|\b(?:of|by|with|while|rocks|by|places|brings) one hand\b"
)
SECOND = (
    r"\b(?:left|non-?dominant|passive|weak) (?:[\w-]+ ){0,2}?(?:hands?|palms?|fists?|fingers?|"
    r"fingertips?|thumbs?|wrists?|knuckles?|index)\b|\b(?:the|a) second hand\b|"
    r"\b(?:other|base|opposite|supporting) (?:hand|palm|fist)(?:'s)?\b"
)
NOT_SECOND = (
    r"\b(?:no|without (?:a |the )?) ?(?:second|other|left) hand\b|"
    r"\b(?:left|other|second|non-?dominant) (?:hand|one) (?:is not|isn't|plays? no|takes? no|does "
    r"nothing|is unused|has no)"
)

FINGER = {"index": "i", "middle": "m", "ring": "r", "little": "p", "pinky": "p", "pinkie": "p"}
NOT_OF_MOVING = (
    r"\b(?:joined|pressed|held|together|meet|bent|laid|set) (?:\w+ )?in an? (?:\w+ )?"
    r"(?:curve|arc|circle|ring)\b"
)
"""The form of fingers, in words of a path."""
BETWEEN = (
    r"(?: (?!and\b|thumbs?\b|but\b|while\b|as\b|with\b|that\b|to\b|on\b|onto\b|at\b|other\b|"
    r"against\b|then\b)[\w-]+){0,3}?"
)
"""Words between fingers and what they are like."""
ADJECTIVES = (
    r"(?:,? (?:and )?(?:spread|joined|apart|together|separated|outstretched|adjacent|raised|"
    r"touching|upright|paired)|"
    r",? (?:four|two|selected|only|just|the|its|their|lone|single|dominant|right|left))*"
)
FINGERS = (
    r"(?<!but the )(?<!except the )(?<!save the )(?<!other )(?<!remaining )(?<!rest of the )"
    r"(?<!three )(?<!other three )(?<!of the )"
    r"(?:(?P<named>(?:(?:index|middle|ring|little|pinky)(?:, and |, | and | )?)+)"
    r"(?:fingers?|tips?)?\b(?! side)|"
    r"(?P<all>(?:all (?:the |four )?|four |five )(?:\w+,? ){0,2}?fingers\b(?! \w+ but\b))|"
    r"(?P<some>(?:\b(?:the|its|their|his|her|with|and|hands?)|^|(?<!closed),) ?fingers\b))"
)
STRAIGHT = (
    r"straight(?:ened|ens?)?\b(?! (?:\w+ )?(?:line|path|movement|stroke|up and|down|forward|"
    r"motion))|"
    r"extend(?:s|ed|ing)?|outstretched|stretched (?:out|apart)|stretch out|unbent|unbending|"
    r"fully open|held out|stick(?:s|ing)? out"
)
BENT = (
    r"curved|curves?|hooked|hooks?|curl(?:s|ed)?(?: in| up)?|rounded|bowed|crooked|arched|claw\w*|"
    r"bent (?:in)?to (?:a|the)\b|bent like|clenched|bent(?! (?:\w+ )?(?:at|forward|only|flat|from|"
    r"back|by|down from))|folded (?:in|down|shut|into|over)|closed(?! (?:up|side))|fully folded"
)
AT_BASE = (
    r"(?:bent|folded|angled|bends?|folds?|flat)(?: (?:only|together|flat|forward|and))* (?:from |"
    r"at )?"
    r"(?:the |its |their )?(?:base|lowest|bottom|knuckle)\w*"
)
"""Bent at the base joint and otherwise straight: code Flat."""
