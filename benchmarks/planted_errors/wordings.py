"""The words of planted errors, in two pools.

``DEVELOPMENT`` is what the rules may be tuned against. ``HELD_OUT`` was written at the same time,
before any rule, and is for the final figures alone: it shares no sentence with the other.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Pool:
    """Wordings of every kind of error that is a sentence of its own, and words to swap."""

    references: tuple[str, ...]
    """{name}: a headword in capitals; {word}: the same in small letters."""
    letters: tuple[str, ...]
    """{letter}: the name of a handshape."""
    meanings: tuple[str, ...]
    """{word}: the label."""
    padding: tuple[str, ...]
    """True of any sign, so that a text only grows."""
    left_hand: tuple[str, ...]
    mistagged: tuple[tuple[str, tuple[str, ...]], ...]
    """A part text, and tags that disagree with it."""
    both_hands: tuple[str, ...]
    one_hand: tuple[str, ...]
    places: tuple[tuple[str, str, str], ...]
    """(minor location, part, how it is said)."""
    at: tuple[str, ...]
    """{place}: where the hand is said to be."""
    touching: tuple[str, ...]
    not_touching: tuple[str, ...]
    once: tuple[str, ...]
    repeated: tuple[str, ...]
    bent: tuple[str, ...]
    """{fingers}: the fingers which the codes select, with {are} for the verb."""
    straight: tuple[str, ...]
    paths: tuple[tuple[str, str], ...]
    """(Movement code, how it is said)."""
    swaps: tuple[tuple[str, str, str], ...]
    """(kind, expression, replacement), done in place."""
    edits: tuple[tuple[str, str], ...]
    """Changes of single words that leave a text nearly the same."""


DEVELOPMENT = Pool(
    references=(
        "The rest is like the sign for {name}.",
        'The location is the same as in "{name}".',
        "The hand moves as in {name}.",
        "Then make the sign for {word}.",
        "It looks similar to the sign {name}.",
        "See {name}.",
        'Use the same movement as "{name}".',
        "The handshape is that of the sign “{name}”.",
        "It begins with {name} and goes on from there.",
    ),
    letters=(
        "The right hand has the {letter} handshape.",
        "The hand forms the letter {letter}.",
        "The dominant hand makes a {letter} shape.",
        "A {letter} hand is used.",
        "The fingers are held in a {letter}-hand.",
        "It is made with the manual letter {letter}.",
        "The hand is in the {letter} hand shape throughout.",
        "The {letter}-shaped hand does this.",
    ),
    meanings=(
        "This means {word}.",
        "It represents the thing itself.",
        "The sign comes from an older gesture.",
        "It is derived from the French sign.",
        "It symbolises something familiar.",
        "The movement imitates the real action.",
        "It is used as a noun.",
        "A homophone of the English word is signed differently.",
        "The form suggests the idea of {word}.",
        "The etymology is not certain.",
        "The motion looks as if someone were doing it.",
        "Older signers prefer another form.",
    ),
    padding=(
        "The hand keeps its form from the beginning to the end of the movement.",
        "Nothing else about the posture changes while this happens.",
        "All of this is done smoothly and at an even pace.",
        "The elbow stays loosely bent in an easy and natural way.",
        "Afterwards everything returns to where it was before.",
        "The upper body remains upright and calm all the time.",
    ),
    left_hand=(
        "The left hand is flat with the palm up.",
        "The left hand supports the right hand from below.",
        "The other hand is a closed fist.",
        "The non-dominant hand stays still as a base.",
        "The left fist rests in front of the chest.",
        "The left palm faces the right palm.",
        "The left index finger points forward.",
        "The left hand moves in the opposite direction.",
    ),
    mistagged=(
        ("The lips are pressed together.", ("right_hand",)),
        ("The lips open slightly.", ("face",)),
        ("The mouth is rounded.", ("body",)),
        ("The tongue shows between the teeth.", ("right_hand", "body")),
        ("The eyebrows are raised.", ("mouth",)),
        ("The cheeks are puffed out.", ("right_hand",)),
        ("The eyes look down.", ("body",)),
        ("The shoulders are raised.", ("face",)),
        ("The upper body leans forward.", ("left_hand",)),
        ("The right thumb is tucked in.", ("left_hand",)),
        ("The right wrist turns over.", ("face",)),
        ("The left hand lies flat below.", ("right_hand",)),
        ("The left fingers are spread.", ("body",)),
        ("Both hands are held out.", ("mouth",)),
    ),
    both_hands=(
        "Both hands move at the same time.",
        "The two hands do the same in mirror image.",
        "Both hands are held side by side.",
        "Each hand makes this movement.",
        "Both hands take part alike.",
    ),
    one_hand=(
        "Only one hand is used.",
        "It is made with a single hand.",
        "This is a one-handed sign.",
        "Only the right hand is used.",
        "The left hand is not used.",
    ),
    places=(
        ("Forehead", "face", "the forehead"),
        ("Chin", "face", "the chin"),
        ("CheekNose", "face", "the cheek"),
        ("Mouth", "mouth", "the mouth"),
        ("TorsoTop", "body", "the upper chest"),
        ("TorsoBottom", "body", "the belly"),
        ("Shoulder", "body", "the shoulder"),
        ("Waist", "body", "the waist"),
        ("Neck", "body", "the neck"),
        ("ForearmBack", "body", "the left forearm"),
    ),
    at=(
        "The hand is held at {place}.",
        "The right hand touches {place}.",
        "The hand starts at {place}.",
        "This happens close to {place}.",
        "The hand ends near {place}.",
        "The fingertips are placed on {place}.",
    ),
    touching=(
        "The hand touches it.",
        "It is made with contact.",
        "They touch each other.",
        "The fingertips make contact there.",
        "The hand taps it lightly.",
    ),
    not_touching=(
        "The hand does not touch anything.",
        "It is made without contact.",
        "There is no contact.",
        "Nothing is touched.",
        "The hand stays clear and never touches.",
    ),
    once=(
        "The movement is made once.",
        "This is done a single time.",
        "It is not repeated.",
        "The hand moves one time only.",
        "There is just one movement, made once.",
    ),
    repeated=(
        "The movement is repeated.",
        "This is done several times.",
        "It is made again and again.",
        "The hand does so repeatedly.",
        "The movement is made twice.",
        "This happens more than once.",
    ),
    bent=(
        "{fingers} {are} curved.",
        "{fingers} {are} hooked.",
        "{fingers} {are} rounded like a claw.",
        "{fingers} {are} closed into the palm.",
        "The right hand is a fist with {fingers} folded in.",
    ),
    straight=(
        "{fingers} {are} straight.",
        "{fingers} {are} fully extended.",
        "{fingers} {are} stretched out.",
        "The right hand holds {fingers} straight.",
        "The hand has {fingers} extended.",
    ),
    paths=(
        ("Circular", "The hand moves in a circle."),
        ("Circular", "A circular path is traced."),
        ("Curved", "The hand moves in an arc."),
        ("Curved", "The movement follows a curved path."),
        ("Straight", "The hand moves in a straight line."),
        ("Straight", "The movement runs along a straight path."),
        ("None", "The hand makes no path movement."),
        ("None", "The hand does not travel."),
    ),
    swaps=(
        ("once", r"\brepeatedly\b", "once"),
        ("once", r"\bagain and again\b", "a single time"),
        ("once", r"\bmore than once\b", "only once"),
        ("repeated", r"\bonce\b", "repeatedly"),
        ("repeated", r"\b(?:a single|one) time\b", "several times"),
        ("both_hands", r"\b(?:One|The dominant|The right) hand(?!')(?=,? \w)", "Both hands"),
        ("touching", r"\bwithout (?:any )?contact\b", "with contact"),
        ("touching", r"\b(?:without|not|never) touching\b", "touching"),
        ("not_touching", r"\btouching (?=\w)", "not touching "),
        ("not_touching", r"\btouches (?=the\b)", "does not touch "),
        ("bent", r"\bfingers straight\b", "fingers curved"),
        ("bent", r"\bindex finger straight\b", "index finger hooked"),
        ("straight", r"\b(?:hooked|curved) (?=index finger\b)", "straight "),
        ("location", r"\bchin\b", "forehead"),
        ("location", r"\bforehead\b", "chin"),
        ("location", r"\bupper chest\b", "belly"),
        ("location", r"\bcheek\b", "shoulder"),
        ("location", r"\bmouth\b", "neck"),
        ("path", r"\bcircles?\b", "straight line"),
        ("path", r"\bstraight (?=path|line|movement)", "circular "),
    ),
    edits=(
        (r"\bone time\b", "once"),
        (r"\bbody\b", "torso"),
        (r"\bstraight\b", "extended"),
        (r"\btwist\b", "turn"),
        (r"\bspread\b", "apart"),
        (r",", ""),
    ),
)

HELD_OUT = Pool(
    references=(
        "Everything else follows the sign {name}.",
        'Its path resembles that of "{name}".',
        "Sign {name} first.",
        "The starting point is where {name} starts.",
        "Compare the sign for {word}.",
        "The two hands come together just as they do in {name}.",
        "This is the same sign as {name}.",
        "Continue as for the sign for {word}.",
    ),
    letters=(
        "Shape the hand like the letter {letter}.",
        "The fingerspelled {letter} is held up.",
        "The configuration is {letter}-hand.",
        "The moving hand adopts handshape {letter}.",
        "An ASL {letter} is formed by the fingers.",
        "The hand, in an {letter} configuration, stays in view.",
        "The right hand shows a {letter} handshape.",
    ),
    meanings=(
        "Historically the form goes back to a hearing people's gesture.",
        "The notion of {word} is expressed in this way.",
        "Its origin lies in French Sign Language.",
        "This depicts how one does it in daily life.",
        "The word also denotes a season in some regions.",
        "In English it is spelled like another word of a different sense.",
        "The gesture mimics a familiar activity.",
        "It stands for something that everyone knows.",
        "Deaf people commonly use it in conversation.",
        "One can remember it as a picture of {word}.",
    ),
    padding=(
        "There is no hurry in any of it, and the rhythm is steady throughout.",
        "During all of this the signer remains facing the viewer as before.",
        "The rest of the arm follows along without any motion of its own.",
        "Once that has been completed the signer is again at ease.",
        "The whole thing takes about as long as any ordinary sign would take.",
        "Neither the trunk nor the legs have anything to do with it.",
    ),
    left_hand=(
        "Underneath, the left hand serves as a platform.",
        "The left wrist is held at waist height.",
        "The passive hand waits beside it with spread fingers.",
        "The left thumb is extended upwards.",
        "The second hand copies what the first one does.",
        "The left fingertips meet the right ones.",
        "Meanwhile the left hand stays open.",
    ),
    mistagged=(
        ("The mouth opens wide.", ("right_hand", "left_hand")),
        ("The tongue is pushed out a little.", ("body",)),
        ("The lower lip is bitten.", ("face", "body")),
        ("The brows are lowered.", ("right_hand",)),
        ("The nose is wrinkled.", ("body",)),
        ("The eyes are half closed.", ("left_hand",)),
        ("The torso turns aside.", ("mouth",)),
        ("The elbows stay close in.", ("face",)),
        ("The right fingertips point up.", ("left_hand",)),
        ("The right palm is turned out.", ("body",)),
        ("The left palm faces up.", ("right_hand",)),
        ("The left thumb sticks out.", ("mouth",)),
        ("Both palms face down.", ("face",)),
    ),
    both_hands=(
        "Both hands perform it together.",
        "The left and the right hand act alike.",
        "The hands work as a pair, one like the other.",
        "Both fists go along in parallel.",
        "The two hands are side by side.",
    ),
    one_hand=(
        "A single hand performs all of this.",
        "It takes one hand alone.",
        "One hand is enough, the left one plays no part.",
        "The sign is one-handed.",
        "There is no second hand involved.",
    ),
    places=(
        ("Forehead", "face", "the brow"),
        ("Eye", "face", "the eye"),
        ("HeadTop", "face", "the top of the head"),
        ("CheekNose", "face", "the nose"),
        ("Chin", "face", "the chin"),
        ("Mouth", "mouth", "the lips"),
        ("TorsoTop", "body", "the breastbone"),
        ("TorsoBottom", "body", "the stomach"),
        ("Hips", "body", "the hips"),
        ("Shoulder", "body", "the opposite shoulder"),
        ("Neck", "body", "the throat"),
        ("ElbowBack", "body", "the left elbow"),
    ),
    at=(
        "It takes place beside {place}.",
        "The contact is on {place}.",
        "The hand comes to rest on {place}.",
        "The hand is brought up against {place}.",
        "The sign is located at {place}.",
        "It departs from {place}.",
    ),
    touching=(
        "There is contact.",
        "The hand makes contact on arrival.",
        "The tips brush against it.",
        "The surfaces are in contact all along.",
        "It hits it softly.",
    ),
    not_touching=(
        "Contact is avoided.",
        "It never makes any contact.",
        "The hand stops short of touching.",
        "All of it is done free of contact.",
        "No touch occurs at any point.",
    ),
    once=(
        "It occurs a single time.",
        "The motion is performed only once.",
        "No repetition follows.",
        "One such movement is all there is.",
        "It happens one single time.",
    ),
    repeated=(
        "The whole is done over and over.",
        "It occurs two times.",
        "The motion recurs many times.",
        "This is performed repeatedly.",
        "The movement is then repeated.",
    ),
    bent=(
        "{fingers} {are} bent into a hook.",
        "{fingers} {are} curled inwards.",
        "{fingers} {are} bowed.",
        "{fingers} {are} folded down completely.",
        "There the hand keeps {fingers} curled up.",
    ),
    straight=(
        "{fingers} {are} held out straight.",
        "{fingers} {are} outstretched.",
        "{fingers} {are} fully open and straight.",
        "The signer straightens {fingers} completely.",
        "The hand keeps {fingers} unbent.",
    ),
    paths=(
        ("Circular", "The hand goes round in circles."),
        ("Circular", "It describes a full circle."),
        ("Curved", "The hand follows a curve."),
        ("Curved", "It swings along an arc."),
        ("Straight", "The hand takes a straight course."),
        ("Straight", "It travels in a direct line."),
        ("None", "The hand stays in one place."),
        ("None", "No path is travelled."),
    ),
    swaps=(
        ("once", r"\bseveral times\b", "one time"),
        ("once", r"\bis repeated\b", "is done once"),
        ("once", r"\brepeatedly\b", "a single time"),
        ("once", r"\bover and over\b", "just once"),
        ("repeated", r"\bonce\b", "over and over"),
        ("repeated", r"\ba single (?=\w+ (?:movement|line|circle|arc))", "a repeated "),
        ("repeated", r"\b(?:a single|one) time\b", "many times"),
        ("both_hands", r"\b(?:One|The dominant|The right) hand(?!')(?=,? \w)", "The two hands"),
        ("touching", r"\b(?:without|with no) contact\b", "making contact"),
        ("touching", r"\b(?:without|not|never) touching\b", "tapping"),
        ("not_touching", r"\bin contact with\b", "out of contact with"),
        ("not_touching", r"\btouches (?=the\b)", "never touches "),
        ("bent", r"\bfingers (?:straight|extended)\b", "fingers curled"),
        ("bent", r"\bindex finger (?:straight|extended)\b", "index finger bent"),
        ("straight", r"\b(?:hooked|curved|bent) (?=index finger\b)", "outstretched "),
        ("location", r"\bchin\b", "nose"),
        ("location", r"\bforehead\b", "throat"),
        ("location", r"\bupper (?:chest|torso)\b", "waist"),
        ("location", r"\bcheek\b", "stomach"),
        ("location", r"\bmouth\b", "forehead"),
        ("path", r"\bcircles?\b", "arc"),
        ("path", r"\bstraight (?=path|line|movement)", "curved "),
    ),
    edits=(
        (r"\bhand\b", "palm"),
        (r"\bfolded\b", "closed"),
        (r"\btogether\b", "joined"),
        (r"\brepeatedly\b", "again and again"),
        (r"\btouches\b", "contacts"),
        (r";", ","),
    ),
)

POOLS = {"development": DEVELOPMENT, "held_out": HELD_OUT}
