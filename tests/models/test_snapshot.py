"""A model on disk: two plain files, and one line for whatever is wrong with them."""

import json
import pickle
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file
from tests.test_files import full_disk
from tests.tiny import LABELS, PARTCONV, everything_in

from gspmc.data.preprocess import Preprocessing
from gspmc.errors import GspmcError
from gspmc.models.sign_model import SignModel
from gspmc.models.snapshot import (
    CONFIG_FILE,
    WEIGHTS_FILE,
    ModelConfig,
    build_model,
    load_config,
    load_model,
    save_model,
)


def config(**changes: Any) -> ModelConfig:
    values = {
        "encoder": "partconv",
        "layout": "hands42",
        "labels": LABELS,
        "encoder_options": PARTCONV,
        "stream": "bone",
        "preprocessing": Preprocessing(min_confidence=0.2, trim=False, frames=8),
        "text_width": 12,
        "extractor": "a, b",
    }
    return ModelConfig(**{**values, **changes})


def model_of(settings: ModelConfig) -> SignModel:
    torch.manual_seed(0)
    model = build_model(settings)
    for value in model.state_dict().values():  # so that no buffer keeps its starting value
        if value.is_floating_point():
            value.add_(torch.rand_like(value) / 100)
    return model.eval()


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    save_model(tmp_path, config(), model_of(config()))
    return tmp_path


@pytest.mark.parametrize(
    "settings",
    [
        config(),
        config(text_width=None),
        config(layout="kinect20", stream="joint_motion"),
        config(encoder="ctrgcn", encoder_options={}, text_width=None),
    ],
)
def test_what_is_saved_is_loaded(tmp_path: Path, settings: ModelConfig) -> None:
    model = model_of(settings)
    save_model(tmp_path, settings, model)
    assert everything_in(tmp_path) == {CONFIG_FILE, WEIGHTS_FILE}
    loaded_config, loaded = load_model(tmp_path)
    assert loaded_config == settings and load_config(tmp_path) == settings
    assert not loaded.training
    expected = model.state_dict()
    assert loaded.state_dict().keys() == expected.keys()
    for name, value in loaded.state_dict().items():
        torch.testing.assert_close(value, expected[name], rtol=0, atol=0)
    channels, points = (4, 20) if settings.layout == "kinect20" else (3, 42)
    x = torch.randn(2, channels, 8, points)
    torch.testing.assert_close(loaded(x).logits, model(x).logits, rtol=0, atol=0)


@pytest.mark.parametrize(
    ("trained", "given", "refused"),
    [
        ("a, b", "b", False),
        ("a, b", "a, b", False),
        ("a", "unknown", False),
        ("unknown", "c", False),
        ("a", "", False),
        ("a, b", "a, c", True),
        ("a, unknown", "c", True),
    ],
)
def test_extractors(trained: str, given: str, refused: bool) -> None:
    settings = config(extractor=trained)
    if not refused:
        settings.refuse_extractor(given, "s")
        return
    with pytest.raises(GspmcError, match=f"s has keypoints from {given}, .* from {trained}: "):
        settings.refuse_extractor(given, "s")


def test_class_names_are_readable_in_the_file(saved: Path) -> None:
    assert "größer 大" in (saved / CONFIG_FILE).read_text(encoding="utf-8")


def test_nothing_is_unpickled(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("unpickled")

    for module, name in ((pickle, "load"), (pickle, "loads"), (pickle, "Unpickler")):
        monkeypatch.setattr(module, name, refuse)
    monkeypatch.setattr(torch, "load", refuse)
    assert load_model(saved)[0] == load_config(saved)


def edit(folder: Path, **changes: Any) -> None:
    values = json.loads((folder / CONFIG_FILE).read_text(encoding="utf-8"))
    for name, value in changes.items():
        if value is ...:
            del values[name]
        else:
            values[name] = value
    (folder / CONFIG_FILE).write_text(json.dumps(values), encoding="utf-8")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"version": 2}, "has version 2, this program reads 1: export it again"),
        ({"version": ...}, "has version None"),
        ({"labels": ...}, "not a model config: 'labels'"),
        ({"labels": 3}, "not a model config"),
        ({"layout": ...}, "not a model config"),
        ({"preprocessing": {"frames": 8, "blur": 1}}, "not a model config: .*blur"),
        ({"preprocessing": ...}, "not a model config: 'preprocessing'"),
        ({"colour": "red"}, "not a model config: .*colour"),
        ({"hashes": 3}, "not a model config"),
        ({"hashes": "ab"}, "not a model config"),
        ({"extractor": 3}, "extractor must be a name, not 3"),
        ({"encoder": "resnet"}, "unknown encoder 'resnet'"),
        ({"encoder_options": {"depth": 3}}, "no option depth"),
        ({"layout": "hands43"}, "hands43"),
        ({"layout": "kinect20"}, r"cannot load .*model\.safetensors"),
        ({"labels": ["one", "two"]}, r"cannot load .*model\.safetensors"),
        ({"text_width": None}, r"cannot load .*model\.safetensors"),
        ({"text_width": 13}, r"cannot load .*model\.safetensors"),
    ],
)
def test_a_config_that_does_not_fit_is_one_line(
    saved: Path, changes: dict[str, Any], message: str
) -> None:
    edit(saved, **changes)
    with pytest.raises(GspmcError, match=message) as failure:
        load_model(saved)
    assert "\n" not in str(failure.value)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"3", b"\xff\xfe", b"encoder: partconv"])
def test_a_config_that_is_none(saved: Path, content: bytes) -> None:
    (saved / CONFIG_FILE).write_bytes(content)
    with pytest.raises(GspmcError, match=str(saved / CONFIG_FILE)) as failure:
        load_model(saved)
    assert "\n" not in str(failure.value)


def test_no_model_there(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "absent"):
        with pytest.raises(GspmcError, match=r"no trained model in .*config\.json is missing"):
            load_model(folder)


@pytest.mark.parametrize("share", [0.0, 0.001, 0.5, 0.999])
def test_weights_broken_off_in_the_middle(saved: Path, share: float) -> None:
    whole = (saved / WEIGHTS_FILE).read_bytes()
    (saved / WEIGHTS_FILE).write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(GspmcError, match="cannot load .*export or train it again") as failure:
        load_model(saved)
    assert "\n" not in str(failure.value)


def test_weights_that_are_not_finite(saved: Path) -> None:
    weights = load_file(saved / WEIGHTS_FILE)
    weights["classifier.bias"][0] = float("nan")
    save_file(weights, saved / WEIGHTS_FILE)
    with pytest.raises(GspmcError, match="cannot load .* NaN or infinity; export or train"):
        load_model(saved)


def test_others_may_read_a_model(saved: Path) -> None:
    modes = {name: (saved / name).stat().st_mode for name in (CONFIG_FILE, WEIGHTS_FILE)}
    assert modes[WEIGHTS_FILE] == modes[CONFIG_FILE]


def test_weights_that_are_missing_or_a_pickle(saved: Path) -> None:
    (saved / WEIGHTS_FILE).write_bytes(pickle.dumps({"x": 1}))
    with pytest.raises(GspmcError, match="cannot load"):
        load_model(saved)
    (saved / WEIGHTS_FILE).unlink()
    with pytest.raises(GspmcError, match="cannot load") as failure:
        load_model(saved)
    assert "\n" not in str(failure.value)


@pytest.mark.parametrize("extra", [True, False])
def test_weights_too_many_or_too_few(saved: Path, extra: bool) -> None:
    weights = load_file(saved / WEIGHTS_FILE)
    if extra:
        weights["classifier.third"] = torch.zeros(3)
    else:
        del weights["classifier.bias"]
    save_file(weights, saved / WEIGHTS_FILE)
    with pytest.raises(GspmcError, match="cannot load") as failure:
        load_model(saved)
    assert "\n" not in str(failure.value)


def test_a_full_disk_leaves_what_was_there(saved: Path) -> None:
    before = (saved / WEIGHTS_FILE).read_bytes()
    with pytest.raises(GspmcError, match="cannot write") as failure, full_disk():
        save_model(saved, config(), model_of(config()))
    assert "\n" not in str(failure.value)
    assert (saved / WEIGHTS_FILE).read_bytes() == before
    assert everything_in(saved) == {CONFIG_FILE, WEIGHTS_FILE}
