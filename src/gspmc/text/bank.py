"""All texts of all classes as vectors, computed once and cached (METHOD §3)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file

from gspmc.errors import GspmcError
from gspmc.files import atomic_path
from gspmc.skeleton import PARTS
from gspmc.text.description import Description
from gspmc.text.encoder import TextEncoder, TooLongError
from gspmc.text.matching import match_descriptions

Kind = Literal["refined", "synonym", "part"]
Undescribed = Literal["refuse", "leave"]
"""What becomes of classes without a description."""

NAMED_MISSING = 10
"""Missing labels that an error message names before it only counts."""


@dataclass(frozen=True)
class TextBank:
    """M texts of K classes; the primary texts are not among them."""

    vectors: torch.Tensor
    """(M, d) float32, unit length."""
    texts: list[str]
    """M texts."""
    labels: torch.Tensor
    """(M,) int64: class index of every text, into ``classes``."""
    kind: tuple[Kind, ...]
    """M kinds."""
    parts: torch.Tensor
    """(M, 5) bool over ``skeleton.PARTS``: what a part text speaks of; all false for the others."""
    classes: tuple[str, ...]
    """K class names."""
    encoder: str
    """Name of the encoder behind the vectors."""


def build_bank(
    descriptions: Mapping[str, Description],
    labels: Sequence[str],
    encoder: TextEncoder,
    cache: str | Path | None = None,
    undescribed: Undescribed = "refuse",
) -> TextBank:
    """Encode the refined text, the synonyms and the part texts of every class.

    Rows are ordered by class, then refined, synonyms, parts. Where there is no refined text, the
    primary stands in. Descriptions of other labels are ignored (``match_descriptions`` lists them).

    Args:
        labels: K class names; a row's class index points into them.
        cache: folder of vectors, one file per set of texts and encoder weights; None: no cache. A
            damaged or foreign file there is computed anew.
        undescribed: `leave` classes without a description without rows, or `refuse` them.

    Raises:
        GspmcError: refused labels without a description (listed), not one label with one, or a
            text over the encoder's limit.
    """
    missing, _ = match_descriptions(labels, descriptions)
    if missing and (undescribed == "refuse" or len(missing) == len(labels)):
        more = f" and {len(missing) - NAMED_MISSING} more" if len(missing) > NAMED_MISSING else ""
        raise GspmcError(
            f"{len(missing)} of {len(labels)} labels have no description: "
            f"{', '.join(missing[:NAMED_MISSING])}{more}; describe them (`gspmc describe run`), "
            "leave these classes out, or train them without texts (--text.undescribed leave)"
        )
    rows: list[tuple[str, int, Kind, Sequence[str]]] = []
    for index, label in enumerate(labels):
        if label in missing:
            continue
        description = descriptions[label]
        rows.append((description.refined_text, index, "refined", ()))
        rows.extend((text, index, "synonym", ()) for text in description.synonyms)
        rows.extend((part.text, index, "part", part.parts) for part in description.parts)
    unique = sorted({text for text, *_ in rows})
    try:
        vectors = _cached_vectors(unique, encoder, None if cache is None else Path(cache))  # (U, d)
    except TooLongError as error:
        sign, kind = next((labels[i], kind) for text, i, kind, _ in rows if text == error.text)
        raise GspmcError(f"sign {sign!r}, {kind} {error}") from error
    position = {text: row for row, text in enumerate(unique)}
    return TextBank(
        vectors=vectors[[position[text] for text, *_ in rows]],  # (U, d) -> (M, d)
        texts=[text for text, *_ in rows],
        labels=torch.tensor([index for _, index, *_ in rows], dtype=torch.long),
        kind=tuple(kind for _, _, kind, _ in rows),
        parts=torch.tensor([[part in tags for part in PARTS] for *_, tags in rows]),
        classes=tuple(labels),
        encoder=encoder.name,
    )


def _cached_vectors(texts: list[str], encoder: TextEncoder, folder: Path | None) -> torch.Tensor:
    """Vectors (U, d) of distinct texts, read from the cache folder or computed and put there."""
    if folder is None:
        return torch.from_numpy(encoder.encode(texts))
    identity = json.dumps([texts, encoder.name, encoder.fingerprint], ensure_ascii=False)
    key = hashlib.sha256(identity.encode()).hexdigest()
    path = folder / f"{key[:32]}.safetensors"
    stored = _read_vectors(path, key, (len(texts), encoder.width))
    if stored is not None:
        return stored
    vectors = torch.from_numpy(encoder.encode(texts))
    with atomic_path(path) as temporary:
        save_file({"vectors": vectors}, temporary, metadata={"key": key})
    return vectors


def _read_vectors(path: Path, key: str, shape: tuple[int, int]) -> torch.Tensor | None:
    """The vectors of a cache file, or None where it is absent, damaged, or of something else."""
    try:
        with safe_open(path, framework="pt") as file:
            if (file.metadata() or {}).get("key") != key:
                return None
            vectors = file.get_tensor("vectors")
    except (OSError, SafetensorError):
        return None
    is_whole = vectors.shape == shape and vectors.dtype == torch.float32
    if not is_whole or not np.allclose(vectors.norm(dim=1), 1.0, atol=1e-3):
        return None
    return vectors
