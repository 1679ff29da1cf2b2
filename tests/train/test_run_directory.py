"""The folder of a run: begun once, continued only as it began."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from tests.test_files import full_disk
from tests.tiny import everything_in

from gspmc.errors import GspmcError
from gspmc.train import run_directory
from gspmc.train.run_directory import RunDirectory, environment

INPUTS: dict[str, Any] = {
    "clips": "stores/größer",
    "descriptions": None,
    "epochs": 3,
    "seed": 0,
    "optimiser": {"lr": 0.1, "clip_norm": None},
    "pool": ("train", "val"),
    "fold": 0,
}
CONTENTS = {"clips": "0f", "descriptions": None}


@pytest.fixture
def run(tmp_path: Path) -> RunDirectory:
    directory = RunDirectory(tmp_path / "runs" / "one")
    directory.begin(INPUTS, CONTENTS, resume=False)
    return directory


def test_begin_writes_what_was_asked_and_where(run: RunDirectory) -> None:
    assert everything_in(run.path) == {"config.yaml", "contents.json", "environment.json"}
    assert run.read_config() == {**INPUTS, "pool": ["train", "val"]}
    assert "größer" in run.config.read_text(encoding="utf-8")
    where = json.loads((run.path / "environment.json").read_text())
    assert {"gspmc", "commit", "python", "torch", "numpy", "processor", "threads"} <= set(where)
    assert where["torch"] == torch.__version__
    assert not run.finished


def test_the_environment_can_be_told_without_git(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert environment()["commit"] is None


def test_an_existing_run_is_not_begun_again(run: RunDirectory) -> None:
    with pytest.raises(GspmcError, match="holds a run already: add --resume to continue") as error:
        run.begin(INPUTS, CONTENTS, resume=False)
    assert str(run.path) in str(error.value) and "\n" not in str(error.value)


def test_resume_notices_files_that_have_changed(run: RunDirectory) -> None:
    with pytest.raises(GspmcError, match="begun with another content of descriptions"):
        run.begin(INPUTS, {**CONTENTS, "descriptions": "1e"}, resume=True)


def test_resume_takes_the_same_inputs_alone(run: RunDirectory) -> None:
    before = run.config.stat().st_mtime_ns
    run.begin(INPUTS, CONTENTS, resume=True)
    assert run.config.stat().st_mtime_ns == before


def test_resume_elsewhere_is_told(run: RunDirectory, monkeypatch: pytest.MonkeyPatch) -> None:
    def told() -> dict[str, Any]:
        return json.loads((run.path / "environment.json").read_text())

    first = told()
    for commit in ("other", "other", "third"):
        elsewhere = {**first, "commit": commit, "gpu": "H200"}
        monkeypatch.setattr(run_directory, "environment", lambda new=elsewhere: dict(new))
        run.begin(INPUTS, CONTENTS, resume=True)
    assert told() == {
        **first,
        "commit": f"{first['commit']}, then other, then third",
        "gpu": f"{first['gpu']}, then H200",
    }


def test_the_precision_is_that_of_the_last_machine(tmp_path: Path) -> None:
    run = RunDirectory(tmp_path / "run")
    assert run.read_precision() is None
    run.begin(INPUTS, CONTENTS, resume=False)
    assert run.read_precision() is None
    (run.path / "environment.json").unlink()
    for precision in ("bf16-mixed", "32-true"):
        run.begin(INPUTS, CONTENTS, resume=True, precision=precision)
        assert run.read_precision() == precision


def test_a_damaged_environment_is_one_line(run: RunDirectory) -> None:
    for content in ("{", "[]"):
        (run.path / "environment.json").write_text(content)
        with pytest.raises(GspmcError, match="environment.json is damaged: delete it") as failure:
            run.begin(INPUTS, CONTENTS, resume=True)
        assert "\n" not in str(failure.value)
    (run.path / "environment.json").unlink()
    run.begin(INPUTS, CONTENTS, resume=True)


def test_resume_may_take_other_means_to_the_same_end(run: RunDirectory) -> None:
    before = run.config.read_bytes()
    others = {"in_memory": False, "workers": 2, "require": "approved"}
    run.begin({**INPUTS, **others}, CONTENTS, resume=True)
    assert run.config.read_bytes() == before


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"epochs": 4}, "epochs"),
        ({"clips": "stores/other"}, "clips"),
        ({"descriptions": "texts.jsonl"}, "descriptions"),
        ({"optimiser": {"lr": 0.2, "clip_norm": None}}, "optimiser.lr"),
        ({"optimiser": {"lr": 0.1, "clip_norm": 1.0}}, "optimiser.clip_norm"),
        ({"optimiser": {"lr": 0.1}, "clip": 1}, "clip"),
        ({"pool": ("train",)}, "pool"),
        ({"new_option": 1}, "new_option"),
    ],
)
def test_resume_with_other_inputs_names_the_field(
    run: RunDirectory, changes: dict[str, Any], field: str
) -> None:
    before = run.config.read_bytes()
    with pytest.raises(GspmcError, match=f"begun with another {field}: resume with") as failure:
        run.begin({**INPUTS, **changes}, CONTENTS, resume=True)
    assert "\n" not in str(failure.value)
    assert run.config.read_bytes() == before


def test_resume_of_nothing_begins(tmp_path: Path) -> None:
    run = RunDirectory(tmp_path / "new")
    run.begin(INPUTS, CONTENTS, resume=True)
    assert run.read_config()["epochs"] == 3


@pytest.mark.parametrize("content", [b"", b"- 1\n", b"a: [1\n", b"\xff\xfe\x00", b"word"])
def test_a_damaged_config_is_one_line(run: RunDirectory, content: bytes) -> None:
    run.config.write_bytes(content)
    for use in (run.read_config, lambda: run.begin(INPUTS, CONTENTS, resume=True)):
        with pytest.raises(GspmcError, match=r"config\.yaml is damaged") as failure:
            use()
        assert "\n" not in str(failure.value)


def test_no_run_there(tmp_path: Path) -> None:
    with pytest.raises(GspmcError, match=r"is no run: config\.yaml is missing"):
        RunDirectory(tmp_path / "absent").read_config()


def test_a_file_stands_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "run").write_text("x")
    with pytest.raises(GspmcError, match="cannot write") as failure:
        RunDirectory(tmp_path / "run").begin(INPUTS, CONTENTS, resume=False)
    assert "\n" not in str(failure.value)


def test_a_full_disk_begins_nothing(tmp_path: Path) -> None:
    run = RunDirectory(tmp_path / "run")
    inputs = {**INPUTS, "encoder": "x" * 9000}
    with pytest.raises(GspmcError, match="cannot write"), full_disk():
        run.begin(inputs, CONTENTS, resume=False)
    assert not run.config.exists()
    run.begin(inputs, CONTENTS, resume=False)  # and so nothing stands in the way of the next try


def test_checkpoints_come_back(run: RunDirectory) -> None:
    assert run.load_checkpoint() is None
    state = {"model": {"w": torch.randn(3)}, "epochs": 2}
    run.save_checkpoint({**state, "epochs": 1})
    run.save_checkpoint(state)
    found = run.load_checkpoint()
    assert found is not None and found["epochs"] == 2
    torch.testing.assert_close(found["model"], state["model"], rtol=0, atol=0)


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9])
def test_a_damaged_checkpoint_is_one_line(run: RunDirectory, share: float) -> None:
    run.save_checkpoint({"model": torch.randn(1000), "epochs": 1})
    whole = run.checkpoint.read_bytes()
    run.checkpoint.write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(GspmcError, match="it is damaged; delete it to begin again") as failure:
        run.load_checkpoint()
    assert str(run.checkpoint) in str(failure.value) and "\n" not in str(failure.value)


class Harmful:
    """Makes a file when it is unpickled."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def __reduce__(self) -> tuple:
        return (open, (str(self.file), "w"))


def test_a_checkpoint_runs_no_code(run: RunDirectory, tmp_path: Path) -> None:
    torch.save({"version": 1, "model": Harmful(tmp_path / "trace")}, run.checkpoint)
    with pytest.raises(GspmcError, match="damaged"):
        run.load_checkpoint()
    assert not (tmp_path / "trace").exists()
    torch.load(run.checkpoint, weights_only=False)  # it would have been made
    assert (tmp_path / "trace").exists()


@pytest.mark.parametrize("content", ["{", "3\n", "[]\n", '{"epoch": 1}\n'])
def test_damaged_curves_are_one_line(run: RunDirectory, content: str) -> None:
    run.curves.write_text(content)
    with pytest.raises(GspmcError, match=r"metrics\.jsonl is damaged: train") as failure:
        run.read_circumstances()
    assert "\n" not in str(failure.value)


def test_seconds_and_environment_come_back(run: RunDirectory) -> None:
    run.write_curves([{"epoch": 1, "seconds": 2.0}, {"epoch": 2, "seconds": 4.5}])
    seconds, where = run.read_circumstances()
    assert seconds == 6.5 and where == json.loads((run.path / "environment.json").read_text())


@pytest.mark.parametrize("content", ["", "null", "[]", "{}", '{"clips": "0f"}'])
def test_damaged_contents_are_one_line(run: RunDirectory, content: str) -> None:
    run.contents.write_text(content)
    with pytest.raises(GspmcError, match=r"contents\.json is missing or damaged: train again"):
        run.begin(INPUTS, CONTENTS, resume=True)


def test_a_checkpoint_of_another_version(run: RunDirectory) -> None:
    torch.save({"version": 99}, run.checkpoint)
    with pytest.raises(GspmcError, match="has version 99, this program reads 1"):
        run.load_checkpoint()


def test_a_full_disk_keeps_the_last_checkpoint(run: RunDirectory) -> None:
    run.save_checkpoint({"model": torch.zeros(2), "epochs": 1})
    before = everything_in(run.path)
    with pytest.raises(GspmcError, match="cannot write"), full_disk():
        run.save_checkpoint({"model": torch.randn(90_000), "epochs": 2})
    found = run.load_checkpoint()
    assert found is not None and found["epochs"] == 1
    assert everything_in(run.path) == before


def test_curves_come_back(run: RunDirectory) -> None:
    assert run.read_curves() == []
    curves = [{"epoch": 1, "ce": 0.1 + 0.2}, {"epoch": 2, "ce": 1e-30, "val/top1": 0.5}]
    run.write_curves(curves)
    assert run.read_curves() == curves


def test_two_trainings_are_kept_apart(run: RunDirectory) -> None:
    with (
        run.alone(),
        pytest.raises(GspmcError, match="another training is writing to .*one: wait, or"),
        RunDirectory(run.path).alone(),
    ):
        pass
    with run.alone():  # free again
        pass
    assert ".lock" not in everything_in(run.path)


def test_a_folder_in_which_nothing_was_begun_is_taken_away(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), RunDirectory(tmp_path / "new").alone():
        _ = 1 / 0
    assert not (tmp_path / "new").exists()


def test_a_failure_of_the_training_itself_is_not_told_as_one_of_the_folder(tmp_path: Path) -> None:
    with (
        pytest.raises(PermissionError, match="somewhere else"),
        RunDirectory(tmp_path / "new").alone(),
    ):
        raise PermissionError("somewhere else")


def test_a_run_cannot_lie_inside_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    for path in (tmp_path / "file", tmp_path / "file" / "run"):
        with pytest.raises(GspmcError, match="cannot write"), RunDirectory(path).alone():
            pass


@pytest.mark.parametrize("split", ["../../up", "..", "a/b"])
def test_scores_stay_in_the_run(tmp_path: Path, split: str) -> None:
    run = RunDirectory(tmp_path / "run")
    for path_of in (run.scores, run.metrics):
        with pytest.raises(GspmcError, match="cannot be the name of a file"):
            path_of(split)
