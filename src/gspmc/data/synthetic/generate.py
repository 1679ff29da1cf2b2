"""Clips of the synthetic signers."""

from collections.abc import Iterable, Iterator
from zlib import crc32

import numpy as np

from gspmc.data.clip import Clip
from gspmc.data.synthetic.camera import observe, project
from gspmc.data.synthetic.kinematics import FPS, render
from gspmc.data.synthetic.lexicon import LEXICON, UNSEEN, sign
from gspmc.data.synthetic.phonology import SignSpec
from gspmc.data.synthetic.signers import Signer, make_signer, split_of
from gspmc.errors import GspmcError
from gspmc.pose.sequence import PoseSequence

EXTRACTOR = "synthetic-signer"
VERSION = "1"
_CLIP_STREAM = 2
"""Keeps the random numbers of clips apart from those of signers."""
_MIN_SIGNERS = 4
_UNSEEN_GLOSSES = frozenset(spec.gloss for spec in UNSEEN)


def _perform(spec: SignSpec, signer: Signer, rng: np.random.Generator) -> PoseSequence:
    keypoints = observe(project(render(spec, signer, rng), signer, rng), signer, rng)
    return PoseSequence(
        keypoints=keypoints,
        layout="gsp87",
        fps=FPS,
        width=signer.width,
        height=signer.height,
        extractor=EXTRACTOR,
        extractor_version=VERSION,
    )


def synthetic_clips(
    seed: int = 0,
    signers: int = 10,
    repetitions: int = 4,
    glosses: Iterable[str] | None = None,
) -> Iterator[Clip]:
    """Clips of every sign by every signer, ordered by signer, sign and repetition.

    Every clip draws from a generator of its own, so it is the same whatever else is asked for.
    Splits are by signer: the last two are `test`, the one before is `val`, the others `train`.
    Held-out signs (lexicon.UNSEEN) have the split `unseen` whoever signs them, so that nobody
    trains on them by mistake.

    Args:
        seed: another seed gives other signers and other clips of the same signs.
        signers: how many signers.
        repetitions: how often each performs each sign.
        glosses: the signs; by default those of lexicon.LEXICON.

    Raises:
        GspmcError: fewer than four signers (no split by signer), no repetitions, a negative
            seed, no such sign.
    """
    if signers < _MIN_SIGNERS:
        raise GspmcError(
            f"{signers} synthetic signers are too few: training, validation and test take "
            f"{_MIN_SIGNERS}"
        )
    if repetitions < 1:
        raise GspmcError(f"repetitions must be at least 1, not {repetitions}")
    if seed < 0:
        raise GspmcError(f"seed must not be negative, not {seed}")
    specs = LEXICON if glosses is None else tuple(sign(gloss) for gloss in glosses)
    return _generate(seed, signers, repetitions, specs)


def _generate(
    seed: int, signers: int, repetitions: int, specs: tuple[SignSpec, ...]
) -> Iterator[Clip]:
    for number in range(1, signers + 1):
        signer = make_signer(number, seed)
        for spec in specs:
            unseen = spec.gloss in _UNSEEN_GLOSSES
            for repetition in range(repetitions):
                stream = [seed, _CLIP_STREAM, number, crc32(spec.gloss.encode()), repetition]
                yield Clip(
                    id=f"{signer.name}-{spec.gloss}-{repetition}",
                    label=spec.gloss,
                    signer=signer.name,
                    split="unseen" if unseen else split_of(number, signers),
                    pose=_perform(spec, signer, np.random.default_rng(stream)),
                )
