import socket
from pathlib import Path

import numpy as np
import pytest

from gspmc.errors import GspmcError
from gspmc.text.encoder import TextEncoder, load_text_encoder


def test_the_default_encodes_unit_vectors(encoder: TextEncoder) -> None:
    texts = ["The right hand makes a fist.", "The brows are raised.", "The right hand is a fist."]
    vectors = encoder.encode(texts)
    assert vectors.shape == (3, 384) == (3, encoder.width)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-6)
    near, far = vectors[0] @ vectors[2], vectors[0] @ vectors[1]
    assert near > far + 0.1
    assert encoder.encode([]).shape == (0, 384)


def test_the_default_needs_no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("asked for the network")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    assert load_text_encoder().encode(["Up."]).shape == (1, 384)


def test_it_is_frozen(encoder: TextEncoder) -> None:
    parameters = list(encoder._model.parameters())
    assert parameters
    assert not any(parameter.requires_grad for parameter in parameters)
    assert not encoder._model.training


def test_tokens_count_the_special_ones(encoder: TextEncoder) -> None:
    assert encoder.limit == 256
    assert encoder.count_tokens(["hand", "hand hand"]) == [3, 4]
    assert encoder.count_tokens([]) == []


def test_a_text_that_just_fits_and_one_that_does_not(encoder: TextEncoder) -> None:
    assert encoder.encode(["hand " * 254]).shape == (1, 384)
    with pytest.raises(GspmcError, match=r"257 tokens is over the 256 .* 'palm hand") as caught:
        encoder.encode(["fine", "palm " + "hand " * 254])
    assert "\n" not in str(caught.value)


def test_clip_loads_from_a_folder_and_takes_77(tiny_clip: Path) -> None:
    clip = load_text_encoder(str(tiny_clip))
    assert clip.limit == 77
    assert clip.encode(["a " * 75]).shape == (1, clip.width)
    with pytest.raises(GspmcError, match="78 tokens is over the 77"):
        clip.encode(["a " * 76])


def test_fingerprints_tell_encoders_apart(encoder: TextEncoder, tiny_clip: Path) -> None:
    clip = load_text_encoder(str(tiny_clip))
    assert clip.fingerprint == load_text_encoder(str(tiny_clip)).fingerprint
    assert clip.fingerprint != encoder.fingerprint


def test_an_unknown_encoder_is_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    (tmp_path / "empty").mkdir()
    with pytest.raises(GspmcError, match="cannot load text encoder") as caught:
        load_text_encoder(str(tmp_path / "empty"))
    assert "\n" not in str(caught.value)
