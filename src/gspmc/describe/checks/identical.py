"""Texts of two classes that say nearly the same: false negatives of the contrastive loss."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from gspmc.describe.checks.fields import FieldText, texts_of
from gspmc.text.bank import Kind
from gspmc.text.description import Check, Description
from gspmc.text.encoder import TextEncoder

NEAR = "near_identical"
SIMILAR = 0.96
"""Cosine from which two texts count as the same (docs/checking.md: how it was chosen)."""


@dataclass(frozen=True)
class Pair:
    """Two texts of one kind, of different labels."""

    labels: tuple[str, str]
    fields: tuple[str, str]
    kind: Kind
    similarity: float
    texts: tuple[str, str]


def near_identical(descriptions: Mapping[str, Description], encoder: TextEncoder) -> list[Pair]:
    """Pairs of texts of one kind and different labels: equal words, or vectors close together.

    Texts over the encoder's limit take part by their words alone.
    """
    rows: dict[Kind, list[tuple[str, FieldText]]] = {"refined": [], "synonym": [], "part": []}
    for label, description in descriptions.items():
        for text in texts_of(description):
            rows[text.kind].append((label, text))
    pairs: list[Pair] = []
    for kind, members in rows.items():
        pairs += _pairs_of(kind, members, encoder)
    return pairs


def pair_checks(pairs: list[Pair]) -> list[tuple[str, Check]]:
    """One finding for every whole text that is like another sign's, the nearest, as (label, check).

    Part texts are listed as pairs only: signs that share a handshape should share its text.
    """
    checks = []
    seen = set()
    for pair in sorted(pairs, key=lambda pair: -pair.similarity):
        if pair.kind == "part":
            continue
        for one, other in ((0, 1), (1, 0)):
            place = (pair.labels[one], pair.fields[one])
            if place in seen:
                continue
            seen.add(place)
            message = f"like {pair.fields[other]} of '{pair.labels[other]}' ({pair.similarity:.3f})"
            check = Check(rule=NEAR, field=pair.fields[one], quote=pair.texts[one], message=message)
            checks.append((pair.labels[one], check))
    return checks


def normalised(text: str) -> str:
    """A text as it is compared: words alone, in small letters."""
    return " ".join(re.findall(r"\w+", text.casefold()))


def _pairs_of(kind: Kind, members: list[tuple[str, FieldText]], encoder: TextEncoder) -> list[Pair]:
    texts = [text.text for _, text in members]
    counts = encoder.count_tokens(texts)
    fits = np.array([count <= encoder.limit for count in counts], dtype=bool)
    vectors = np.zeros((len(texts), encoder.width), dtype=np.float32)
    vectors[fits] = encoder.encode([text for text, fit in zip(texts, fits, strict=True) if fit])
    words = [normalised(text) for text in texts]
    pairs = []
    for row, (label, text) in enumerate(members):
        similarity = vectors[row + 1 :] @ vectors[row]
        same = np.array([word == words[row] for word in words[row + 1 :]], dtype=bool)
        for column in np.flatnonzero((similarity >= SIMILAR) | same) + row + 1:
            other, other_text = members[column]
            if other == label:
                continue
            value = 1.0 if same[column - row - 1] else float(similarity[column - row - 1])
            pairs.append(
                Pair(
                    (label, other),
                    (text.field, other_text.field),
                    kind,
                    round(min(value, 1.0), 4),
                    (text.text, other_text.text),
                )
            )
    return pairs
