"""`gspmc fuse`, `calibrate` and `report` on what they leave, from end to end."""

import json
import re
import shlex
import shutil
from pathlib import Path

import numpy as np
import pytest
from tests.scored import changed, drawn_scores
from tests.tiny import make_store, recipe
from tests.typed import Line

from gspmc.evaluate import Scores, compute_metrics
from gspmc.evaluate.fusion import fit_weights
from gspmc.models.snapshot import load_config
from gspmc.recognize import Recognizer
from gspmc.train.recipe import TextRecipe
from gspmc.train.run import train_run
from gspmc.train.run_directory import RunDirectory

CLASSES = ("book", "drink", "größer 大")


def scored_run(
    made: Path, folder: Path, name: str, noise: int, clips: int = 200, test: bool = True
) -> RunDirectory:
    """A copy of a finished run with made-up scores of more clips than it has."""
    run = RunDirectory(Path(shutil.copytree(made / "run", folder / name)))
    for split, seed in (("val", 0), *([("test", 1)] if test else [])):
        scores = drawn_scores(clips, 3, seed, noise, split=split, scale=2.0)
        put(run, changed(scores, classes=CLASSES))
    return run


def put(run: RunDirectory, scores: Scores) -> None:
    scores.save(run.scores(scores.split))
    compute_metrics(scores).write(run.metrics(scores.split))


@pytest.fixture
def runs(made: Path, tmp_path: Path) -> list[Path]:
    return [scored_run(made, tmp_path, f"run{number}", number).path for number in range(2)]


def test_fused_scores_can_be_tabled_like_a_run(line: Line, runs: list[Path]) -> None:
    out = line.folder / "fused"
    said = line.works("fuse", *runs, "--weights", "3 1", "--out", out)
    assert "weights: run0 0.750, run1 0.250" in said and f"scores in {out}/scores/val.npz" in said
    ours = Scores.load(out / "scores" / "val.npz")
    parts = [Scores.load(run / "scores" / "val.npz") for run in runs]
    expected = 0.75 * parts[0].logits.astype(float) + 0.25 * parts[1].logits.astype(float)
    np.testing.assert_allclose(ours.logits, expected, rtol=1e-6)
    top1 = compute_metrics(ours).top1
    assert f"{100 * top1:.1f}" in said

    table = line.folder / "table.json"
    line.works("report", *runs, out, "--out", table)
    groups = json.loads(table.read_text(encoding="utf-8"))["groups"]
    assert [len(group["runs"]) for group in groups] == [2, 1]
    assert groups[1]["summary"]["top1"]["mean"] == top1
    assert groups[1]["config"]["weights"] == "3 1"
    stored = groups[1]["runs"][0]
    assert stored["fused"]["weights"] == [0.75, 0.25]
    assert stored["fused"]["runs"] == [str(run) for run in runs]
    parts_seconds = sum(run["training_seconds"] for run in groups[0]["runs"])
    assert stored["training_seconds"] == pytest.approx(parts_seconds, abs=0.1)


def test_fitted_weights_are_fitted_on_validation_for_test(line: Line, runs: list[Path]) -> None:
    out = line.folder / "fused"
    said = line.works("fuse", *runs, "--weights=fit", "--split=test", "--out", out)
    assert "weights fitted on the 200 clips of val" in said
    fitted = fit_weights([("", Scores.load(run / "scores" / "val.npz")) for run in runs])
    fusion = json.loads((out / "fusion.json").read_text(encoding="utf-8"))
    assert fusion["weights"] == pytest.approx(fitted.tolist())
    assert fusion["fitted"] == {"split": "val", "clips": 200, "folds": 5, "by": "signer"}
    assert Scores.load(out / "scores" / "test.npz").split == "test"

    said = line.works("fuse", *runs, "--weights=fit", "--split=val", "--out", out)
    assert "val is the split that weights are fitted on: each of its 5 folds by signer" in said
    assert {path.name for path in (out / "metrics").iterdir()} == {"val.json", "test.json"}
    assert json.loads((out / "fusion.json").read_text(encoding="utf-8")) == fusion
    for split in ("val", "test"):
        line.works("report", out, "--split", split)


def test_changed_test_labels_change_no_weights(line: Line, runs: list[Path]) -> None:
    line.works("fuse", *runs, "--weights=fit", "--split=test", "--out", line.folder / "a")
    for run in runs:
        scores = Scores.load(run / "scores" / "test.npz")
        put(RunDirectory(run), changed(scores, labels=(scores.labels + 1) % 3))
    line.works("fuse", *runs, "--weights=fit", "--split=test", "--out", line.folder / "b")
    first, second = (
        json.loads((line.folder / name / "fusion.json").read_text())["weights"] for name in "ab"
    )
    assert first == second


def test_a_fusion_is_a_part_of_another(line: Line, runs: list[Path]) -> None:
    line.works("fuse", *runs, "--out", line.folder / "two")
    parts = [line.folder / "two", *runs]
    line.works("fuse", *parts, "--out", line.folder / "three")
    logits = [Scores.load(part / "scores" / "val.npz").logits for part in parts]
    fused = Scores.load(line.folder / "three" / "scores" / "val.npz").logits
    assert fused == pytest.approx(sum(logits) / len(parts), abs=1e-5)
    line.works("report", line.folder / "three", line.folder / "two")


def test_seeds_of_a_fusion_are_one_group(line: Line, runs: list[Path]) -> None:
    config = runs[1] / "config.yaml"
    for name, seed in (("a", 0), ("b", 1)):
        for run in runs:
            text = (run / "config.yaml").read_text(encoding="utf-8")
            lines = [
                f"seed: {seed}" if each.startswith("seed:") else each for each in text.splitlines()
            ]
            (run / "config.yaml").write_text("\n".join(lines), encoding="utf-8")
        line.works("fuse", *runs, "--out", line.folder / f"fused-s{name}")
    assert "seed: 1" in config.read_text(encoding="utf-8")
    out = line.folder / "table.json"
    line.works("report", line.folder / "fused-sa", line.folder / "fused-sb", "--out", out)
    (group,) = json.loads(out.read_text(encoding="utf-8"))["groups"]
    assert [run["seed"] for run in group["runs"]] == [0, 1]


def refused_fusions(line: Line, runs: list[Path], name: str) -> str:
    """What is said of runs that are spoilt in this way."""
    second, words = RunDirectory(runs[1]), ["fuse", *runs]
    scores = Scores.load(second.scores("val"))
    with np.load(second.scores("val")) as archive:
        arrays = dict(archive)
    match name:
        case "other clips":
            put(second, changed(scores, ids=[f"x{number}" for number in range(200)]))
        case "other order":
            order = np.arange(200)[::-1]
            fields = ("ids", "labels", "logits", "signers")
            put(second, changed(scores, **{f: getattr(scores, f)[order] for f in fields}))
        case "other classes":
            put(second, changed(scores, classes=("book", "eat", "größer 大")))
        case "other split inside":
            changed(scores, split="test").save(second.scores("val"))
        case "NaN":
            arrays["logits"][3, 1] = np.nan
            np.savez(second.scores("val"), **arrays)
        case "labels from one":
            np.savez(second.scores("val"), **{**arrays, "labels": arrays["labels"] + 1})
        case "no scores":
            words += ["--split", "train"]
        case "no val to fit on":
            second.scores("val").unlink()
            words += ["--split", "test", "--weights", "fit"]
        case "val in test":
            for run in map(RunDirectory, runs):
                test = Scores.load(run.scores("test"))
                put(run, changed(test, ids=["val7", *test.ids[1:]]))
            words += ["--split", "test", "--weights", "fit"]
        case "one run":
            words.pop()
        case "weights":
            words += ["--weights", "1 2 3"]
        case "no run":
            words.append(line.folder / "nowhere")
        case "out is a run":
            words += ["--out", runs[0]]
        case "out is another fusion":
            line.works("fuse", *runs, "--out", line.folder / "f")
            words += ["--out", line.folder / "f", "--weights", "1 2"]
    return line.fails(*words)


REFUSED = {
    "other clips": "run1/scores/val.npz does not go with",
    "other order": "clip 1 is 'val199', not 'val0', the same clips in another order",
    "other classes": "class 1 is 'eat', not 'drink'",
    "other split inside": "holds scores of split 'test'",
    "NaN": "1 clips have logits that are NaN or infinite, first clip 'val3'",
    "labels from one": "number them from zero",
    "no scores": "run0 has no scores of split 'train': run `gspmc evaluate",
    "no val to fit on": "run1 has no scores of split 'val' on which weights are fitted",
    "val in test": "1 clips are both in 'val', which is fitted on, and in 'test'",
    "one run": "two runs or more",
    "weights": "3 weights for 2 runs",
    "no run": "no run at",
    "out is a run": "holds no fusion: choose another --out",
    "out is another fusion": "holds a fusion of other runs or weights",
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_fused_is_one_line(line: Line, runs: list[Path], name: str) -> None:
    assert REFUSED[name] in refused_fusions(line, runs, name)


def test_a_damaged_fusion_is_one_line(line: Line, runs: list[Path]) -> None:
    out = line.folder / "fused"
    line.works("fuse", *runs, "--out", out)
    assert "fuse the runs again with --split test" in line.fails("report", out, "--split", "test")
    assert "is a fusion and has no model" in line.fails("calibrate", out)
    for content in ("", "[]", "{}", '{"runs": [3]}'):
        (out / "fusion.json").write_text(content)
        assert "is damaged" in line.fails("report", out)
        assert "is damaged" in line.fails("fuse", *runs, "--out", out)


def test_missing_signers_and_classes_are_told(line: Line, runs: list[Path]) -> None:
    for run in map(RunDirectory, runs):
        scores = Scores.load(run.scores("val"))
        labels = np.minimum(scores.labels, 1)
        signers = ["", *scores.signers[1:]]
        put(run, changed(scores, labels=labels, signers=signers))
    assert line.run("fuse", *runs, "--weights=fit") == 0
    signers_line, classes_line = line.capsys.readouterr().err.splitlines()
    assert "1 of 200 clips of val have no signer: they are divided by clip" in signers_line
    assert "1 of 3 classes have no clip in val: größer 大" in classes_line
    assert line.run("calibrate", runs[0]) == 0
    assert line.capsys.readouterr().err.splitlines() == [signers_line, classes_line]


def test_calibration_is_kept_and_exported(line: Line, runs: list[Path]) -> None:
    run, bundle = runs[0], line.folder / "bundle"
    said = line.works("calibrate", run, "--error", "0.5")
    calibration = load_config(run).calibration
    assert calibration is not None and calibration.reject_threshold is not None
    assert (calibration.fitted_on, calibration.clips, calibration.error) == ("val", 200, 0.5)
    assert f"temperature {calibration.temperature:.3f}" in said
    assert f"answers below {calibration.reject_threshold:.1%} are not sure" in said
    for name in ("reliability.png", "risk_coverage.png"):
        assert (run / "figures" / name).read_bytes().startswith(b"\x89PNG")
    measured = json.loads((run / "calibration.json").read_text(encoding="utf-8"))
    assert measured["temperature"] == calibration.temperature
    assert len(measured["measured"]) == 5
    line.works("export", run, bundle)
    assert load_config(bundle).calibration == calibration
    assert Recognizer(bundle).config.calibration == calibration

    said = line.works("calibrate", run, "--error", "0.001")
    assert "no threshold keeps errors within 0.1%" in said and "none is stored" in said
    again = load_config(run).calibration
    assert again is not None and again.reject_threshold is None
    assert again.temperature == calibration.temperature


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        ("no val", "has no scores of split 'val'"),
        ("all right", "are all recognised right"),
        ("other classes", "has other classes than the model of"),
        ("one signer's clip", "has 1 clip"),
        ("unfinished", "config.json is missing"),
        ("bundle", "has no scores of split 'val'"),
    ],
)
def test_what_cannot_be_calibrated_is_one_line(
    line: Line, made: Path, runs: list[Path], spoil: str, message: str
) -> None:
    run, target = RunDirectory(runs[0]), runs[0]
    scores = Scores.load(run.scores("val"))
    match spoil:
        case "no val":
            run.scores("val").unlink()
        case "all right":
            put(run, changed(scores, logits=np.eye(3)[scores.labels]))
        case "other classes":
            put(run, changed(scores, classes=("a", "b", "c")))
        case "one signer's clip":
            fields = {"ids": ["a"], "labels": [1], "logits": [[2, 1.5, -9]], "signers": ["s"]}
            put(run, changed(scores, **fields))
        case "unfinished":
            (target / "config.json").unlink()
        case "bundle":
            target = made / "bundle"
    assert message in line.fails("calibrate", target)


def test_impossible_error_rates(line: Line, runs: list[Path]) -> None:
    for error in ("0", "1.5"):
        assert "error must be above 0" in line.fails("calibrate", runs[0], "--error", error)
    line.fails("calibrate", runs[0], "--error", "few", status=2)


def test_four_streams_of_one_store(line: Line, tmp_path: Path) -> None:
    store = make_store(tmp_path / "store", count=24)
    streams = ("joint", "bone", "joint_motion", "bone_motion")
    for stream in streams:
        settings = recipe(epochs=1, text=TextRecipe(alpha=0.0), stream=stream)
        train_run(settings, store, tmp_path / stream, quiet=True)
    folders = [tmp_path / stream for stream in streams]
    logits = [Scores.load(folder / "scores" / "val.npz").logits for folder in folders]
    assert len({each.tobytes() for each in logits}) == 4
    for weights in ("equal", "0.8 0.8 0.2 0.2"):
        line.works("fuse", *folders, "--weights", weights)
    line.works("fuse", *folders, "--out", tmp_path / "fused")
    line.works("report", *folders, tmp_path / "fused")


def test_every_command_of_the_document_runs(
    line: Line, made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On tiny runs of the same names; training is tested elsewhere."""
    root = Path(__file__).resolve().parents[1]
    text = (root / "docs" / "evaluating.md").read_text(encoding="utf-8")
    typed = re.findall(r"^gspmc (.*)$", text, re.M)
    monkeypatch.chdir(tmp_path)
    make_store(tmp_path / "stores" / "wlasl100")
    names = [re.search(r"--out (\S+)", words) for words in typed if words.startswith("train ")]
    for number, name in enumerate(names):
        assert name is not None
        scored_run(made, tmp_path, name[1], number)
    for words in typed:
        if words.startswith("evaluate "):  # the tiny store has no test clips
            words = words.replace("--split test", "--split val --out here.npz")
            shutil.copytree(made / "run", tmp_path / "runs" / "other")
            words = words.replace("runs/joint", "runs/other")
        if not words.startswith("train "):
            line.works(*shlex.split(words))
    assert len(typed) == 12
