"""A text bank on disk."""

import dataclasses
import pickle
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import save_file
from tests.test_files import full_disk
from tests.tiny import everything_in

from gspmc.errors import GspmcError
from gspmc.text.bank import TextBank
from gspmc.text.bank_file import load_bank, save_bank

WIDTH = 6


def bank() -> TextBank:
    torch.manual_seed(0)
    vectors = torch.nn.functional.normalize(torch.randn(4, WIDTH), dim=1)
    parts = torch.zeros(4, 5, dtype=torch.bool)
    parts[2, [1, 3]] = True
    return TextBank(
        vectors=vectors,
        texts=["refined ß", 'a "synonym"\nof two lines', "part 大", "refined of another"],
        labels=torch.tensor([0, 0, 0, 1]),
        kind=("refined", "synonym", "part", "refined"),
        parts=parts,
        classes=("book, heavy", "größer"),
        encoder="an encoder",
    )


def assert_same(one: TextBank, other: TextBank) -> None:
    for field in dataclasses.fields(TextBank):
        first, second = getattr(one, field.name), getattr(other, field.name)
        if isinstance(first, torch.Tensor):
            assert first.dtype == second.dtype
            torch.testing.assert_close(first, second, rtol=0, atol=0)
        else:
            assert first == second and type(first) is type(second)


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    save_bank(tmp_path / "bank.safetensors", bank())
    assert everything_in(tmp_path) == {"bank.safetensors"}
    assert_same(load_bank(tmp_path / "bank.safetensors"), bank())


def test_vectors_that_are_a_view_are_saved_too(tmp_path: Path) -> None:
    strided = torch.randn(WIDTH, 4).T
    one = dataclasses.replace(bank(), vectors=strided)
    save_bank(tmp_path / "b", one)
    torch.testing.assert_close(load_bank(tmp_path / "b").vectors, strided, rtol=0, atol=0)


def save_with_header(path: Path, change: Callable[[dict[str, str]], object]) -> None:
    save_bank(path, bank())
    with safe_open(path, framework="pt") as file:
        header = file.metadata()
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    change(header)
    save_file(tensors, path, header)


def refused(path: Path, match: str) -> None:
    with pytest.raises(GspmcError, match=match) as failure:
        load_bank(path)
    assert str(path) in str(failure.value) and "\n" not in str(failure.value)


def test_another_version_is_named(tmp_path: Path) -> None:
    path = tmp_path / "b"
    save_with_header(path, lambda header: header.update(version="7"))
    refused(path, "has version 7, this program reads 1: export")


@pytest.mark.parametrize(
    "change",
    [
        lambda header: header.pop("texts"),
        lambda header: header.pop("encoder"),
        lambda header: header.update(kind="refined"),
        lambda header: header.update(classes="3"),
    ],
)
def test_a_damaged_header(tmp_path: Path, change: Callable[[dict[str, str]], object]) -> None:
    save_with_header(tmp_path / "b", change)
    refused(tmp_path / "b", "is damaged .*; export it again")


def test_weights_are_no_bank(tmp_path: Path) -> None:
    save_file({"classifier.weight": torch.zeros(3)}, tmp_path / "b")
    with pytest.raises(GspmcError, match="cannot read text bank") as failure:
        load_bank(tmp_path / "b")
    assert "\n" not in str(failure.value)


@pytest.mark.parametrize("share", [0.0, 0.1, 0.6, 0.99])
def test_a_file_broken_off_in_the_middle(tmp_path: Path, share: float) -> None:
    path = tmp_path / "b"
    save_bank(path, bank())
    whole = path.read_bytes()
    path.write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(GspmcError, match="cannot read text bank") as failure:
        load_bank(path)
    assert "\n" not in str(failure.value)


def test_absent_or_a_pickle(tmp_path: Path) -> None:
    (tmp_path / "pickle").write_bytes(pickle.dumps([1, 2]))
    for name in ("absent", "pickle"):
        with pytest.raises(GspmcError, match=f"cannot read text bank .*{name}") as failure:
            load_bank(tmp_path / name)
        assert "\n" not in str(failure.value)


def test_a_full_disk_leaves_the_old_bank(tmp_path: Path) -> None:
    path = tmp_path / "b"
    save_bank(path, bank())
    wide = dataclasses.replace(bank(), vectors=torch.randn(4, 5000))
    with pytest.raises(GspmcError, match="cannot write"), full_disk():
        save_bank(path, wide)
    assert_same(load_bank(path), bank())
    assert everything_in(tmp_path) == {"b"}
