"""LSA64 by its file names."""

from pathlib import Path

import pytest
from tests.data.importers.forms import named, pixels, run, save, text

from gspmc.data.importers.lsa64 import Lsa64Format, plan_lsa64
from gspmc.errors import GspmcError

FORM = Lsa64Format(width=512, height=512)


def make(folder: Path, *stems: str) -> Path:
    for stem in stems:
        save(folder / f"{stem}.npy", pixels(2))
    return folder


def test_sign_person_repetition(tmp_path: Path) -> None:
    make(tmp_path, "001_010_005", "064_001_005", "065_001_005", "1_2_3")
    names = text(tmp_path / "signs.md", "".join(f"{n:02}|Sign {n}|R|\n" for n in range(1, 65)))
    clips, done = run(plan_lsa64(tmp_path, FORM, names, test_signers=(10,)), tmp_path)
    assert {c.id: (c.label, c.signer, c.split) for c in clips.values()} == {
        "001_010_005": ("Sign 1", "10", "test"),
        "064_001_005": ("Sign 64", "1", "train"),
    }
    assert done.store.numbering[1] == "Sign 1" and max(done.store.numbering) == 64
    assert named(done.gaps, "unknown_class") == ["065_001_005"]
    assert named(done.gaps, "no_label") == ["1_2_3.npy"]
    assert "001_001_005" in named(done.gaps, "no_keypoints")
    assert len(named(done.gaps, "no_keypoints")) == 64 * 2 - 2


def test_without_a_list_the_number_is_the_name(tmp_path: Path) -> None:
    make(tmp_path, "001_001_001", "010_002_001")
    clips, _ = run(plan_lsa64(tmp_path, FORM, val_signers=(2,)), tmp_path)
    assert [(c.label, c.split) for c in clips.values()] == [("001", "train"), ("010", "val")]


def test_a_plain_list_counts_from_one(tmp_path: Path) -> None:
    make(tmp_path, "002_001_001")
    names = text(tmp_path / "names.txt", "Opaque\nRed\nGreen\n")
    clips, _ = run(plan_lsa64(tmp_path, FORM, names), tmp_path)
    assert clips["002_001_001"].label == "Red"


@pytest.mark.parametrize(
    ("signers", "message"),
    [
        ({"val_signers": (99,)}, "--val-signers: no clip is by signer 99, but by 1, 2$"),
        ({"test_signers": (1, 3)}, "--test-signers: no clip is by signer 3, but by 1, 2$"),
        ({"val_signers": (2,), "test_signers": (1, 2)}, "signer 2 is among --val-signers and"),
    ],
)
def test_strange_signers_are_one_line(
    tmp_path: Path, signers: dict[str, tuple[int, ...]], message: str
) -> None:
    make(tmp_path, "001_001_001", "010_002_001")
    with pytest.raises(GspmcError, match=message):
        plan_lsa64(tmp_path, FORM, **signers)
