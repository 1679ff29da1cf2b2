"""What a hostile day brings: nothing of the user's is destroyed, and every mistake is one line."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import yaml
from tests.knowledge import knowledge_base
from tests.tiny import PARTCONV, everything_in, make_descriptions, make_store, recipe

from gspmc import __version__
from gspmc.cli import COMMANDS
from gspmc.command_line import run_command
from gspmc.data.augment import Augmentation
from gspmc.data.preprocess import Preprocessing
from gspmc.data.splits import Splits
from gspmc.data.store import ClipStore
from gspmc.describe.entry import Entry
from gspmc.errors import GspmcError
from gspmc.evaluate.figures import training_curves
from gspmc.experiments.summary import summarise_runs
from gspmc.export.bundle import export_bundle
from gspmc.models.snapshot import load_model
from gspmc.train.recipe import OptimiserRecipe, Recipe, ScheduleRecipe, TextRecipe
from gspmc.train.run import train_run
from gspmc.train.run_directory import RunDirectory

TRAIN = [
    "--text.alpha=0",
    "--epochs=1",
    "--batch-size=4",
    "--preprocessing.frames=8",
    "--precision=32-true",
]


def refused(capsys: pytest.CaptureFixture[str], *words: object) -> str:
    """The one line that a failing command says."""
    capsys.readouterr()
    status = run_command(COMMANDS, "gspmc", __version__, [str(word) for word in words])
    said = capsys.readouterr().err.splitlines()
    assert status in (1, 2) and len(said) == 1, said
    return said[0]


def test_a_file_option_that_names_a_folder_leaves_the_folder_alone(
    made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / "year.txt").write_text("of work")
    said = refused(capsys, "report", made / "run", "--out", tmp_path / "results")
    assert "it is a folder" in said
    assert everything_in(tmp_path) == {"results", "results/year.txt"}


def test_a_store_with_notes_beside_its_table_is_not_replaced(tmp_path: Path) -> None:
    store = make_store(tmp_path / "store")
    (store / "notes.txt").write_text("mine")
    with pytest.raises(GspmcError, match="holds other files"):
        make_store(store)
    assert (store / "notes.txt").read_text() == "mine" and len(ClipStore.open(store)) == 12


def test_another_programs_model_folder_is_not_replaced(made: Path, tmp_path: Path) -> None:
    """Hugging Face models are folders with config.json, README.md and model.safetensors."""
    names = ["config.json", "README.md", "model.safetensors", "tokenizer.json"]
    for name in names:
        (tmp_path / name).write_text("{}")
    with pytest.raises(GspmcError, match="is no bundle"):
        export_bundle(made / "run", tmp_path)
    assert everything_in(tmp_path) == set(names)


def test_training_into_a_folder_of_other_things_writes_nothing(made: Path, tmp_path: Path) -> None:
    mine = make_descriptions(tmp_path / "descriptions.jsonl")  # a name that a run uses too
    before = mine.read_bytes()
    with pytest.raises(GspmcError, match="holds other files"):
        train_run(recipe(), made / "store", tmp_path, quiet=True)
    assert everything_in(tmp_path) == {mine.name} and mine.read_bytes() == before


def test_a_run_that_was_killed_at_once_can_be_begun_again(tmp_path: Path) -> None:
    run = RunDirectory(tmp_path / "run")
    (run.path / ".config.yaml.x").mkdir(parents=True)
    (run.path / "environment.json").write_text("{}")
    run.begin({"clips": "x", "seed": 0, "fold": 0}, {"clips": "a"}, resume=False)
    assert run.read_config()["clips"] == "x"


def test_names_that_are_not_utf_8_are_told(
    made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kb = knowledge_base(tmp_path / "kb", [Entry("a", "book", "Both palms open.")])
    shutil.copytree(made / "store", tmp_path / "st\udce9")
    train = ("train", "--clips", made / "store", *TRAIN, "--out", tmp_path / "r\udce9")
    before = everything_in(tmp_path)
    for words, odd in (
        (("kb", "search", kb.uri, "caf\udce9"), r"'caf\udce9'"),
        (("data", "info", tmp_path / "st\udce9"), r"st\udce9'"),
        (train, r"r\udce9'"),
    ):
        assert refused(capsys, *words).endswith(f"{odd} is not UTF-8: write or name it otherwise")
        assert everything_in(tmp_path) == before


def test_quickstart_keeps_runs_that_it_did_not_make(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "config.json").write_text("{}")
    said = refused(capsys, "quickstart", "--out", tmp_path, "--signers=4", "--repetitions=1")
    assert "was not made by quickstart" in said
    assert everything_in(tmp_path) == {"run", "run/config.json"}


IMPOSSIBLE: dict[str, Callable[[], object]] = {
    "augmentation.crop": lambda: Augmentation(crop=2),
    "augmentation.speed_warp": lambda: Augmentation(speed_warp=1.0),
    "augmentation.scale": lambda: Augmentation(scale=1.0),
    "augmentation.mask_probability": lambda: Augmentation(mask_probability=7),
    "augmentation.jitter": lambda: Augmentation(jitter=-1),
    "preprocessing.frames": lambda: Preprocessing(frames=0),
    "preprocessing.min_confidence": lambda: Preprocessing(min_confidence=0),
    "train_per_class": lambda: Splits(train_per_class=0),
    "optimiser.lr": lambda: OptimiserRecipe(lr=float("nan")),
    "optimiser.weight_decay": lambda: OptimiserRecipe(weight_decay=-1),
    "optimiser.momentum": lambda: OptimiserRecipe(momentum=0),
    "optimiser.clip_norm": lambda: OptimiserRecipe(clip_norm=0),
    "schedule.warmup": lambda: ScheduleRecipe(warmup=2),
    "schedule.milestones": lambda: ScheduleRecipe(milestones=(0.5, 90)),
    "text.alpha": lambda: TextRecipe(alpha=-1),
    "text.temperature": lambda: TextRecipe(temperature=0),
    "label_smoothing": lambda: Recipe(label_smoothing=2),
    "seed": lambda: Recipe(seed=-1),
}


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_an_impossible_value_is_named(name: str) -> None:
    with pytest.raises(GspmcError, match=rf"^{name} must be .*, not ") as failure:
        IMPOSSIBLE[name]()
    assert "\n" not in str(failure.value)


@pytest.mark.parametrize(
    "options",
    [{"width": "abc"}, {"width": 17}, {"heads": 0}, {"kernel": 4}, {"head_dropout": 7}],
    ids=str,
)
def test_encoder_options_that_cannot_work_begin_no_run(
    made: Path, tmp_path: Path, options: dict, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["train", "--clips", made / "store", "--out", tmp_path / "run", *TRAIN]
    said = refused(capsys, *words, "--encoder-options", json.dumps({**PARTCONV, **options}))
    assert "partconv" in said and str(next(iter(options.values()))) in said
    assert not (tmp_path / "run").exists()


def test_one_frame_of_one_clip_is_too_little_to_normalise(
    made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["train", "--clips", made / "store", "--out", tmp_path / "run", *TRAIN]
    words += ["--encoder-options", json.dumps(PARTCONV), "--batch-size=1"]
    assert "1 frames" in refused(capsys, *words, "--preprocessing.frames=1")
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("frames", [10**12, 10**15, 10**30])
def test_more_frames_than_memory_begin_no_run(
    made: Path, tmp_path: Path, frames: int, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["train", "--clips", made / "store", "--out", tmp_path / "run", *TRAIN]
    said = refused(capsys, *words, f"--preprocessing.frames={frames}")
    assert f"of {frames} frames: " in said
    assert not (tmp_path / "run").exists()


def test_a_training_that_diverges_says_so_and_keeps_no_broken_weights(
    made: Path, tmp_path: Path
) -> None:
    wild = recipe(optimiser=OptimiserRecipe(lr=1e30), epochs=4)
    with pytest.raises(GspmcError, match=r"the loss is nan in epoch \d: lower --optimiser.lr"):
        train_run(wild, made / "store", tmp_path / "run", quiet=True)
    run = RunDirectory(tmp_path / "run")
    assert not run.finished and not run.checkpoint.exists()


def test_a_store_that_got_other_classes_meanwhile_stops_a_resumed_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = make_store(tmp_path / "store")
    with monkeypatch.context() as patch:
        patch.setattr("gspmc.train.run.save_model", lambda *_: (_ for _ in ()).throw(KeyError))
        with pytest.raises(KeyError):  # killed after the last checkpoint
            train_run(recipe(epochs=1), store, tmp_path / "run", quiet=True)
    make_store(store, labels=("book", "drink"))
    with pytest.raises(GspmcError, match="was begun with another content of clips"):
        train_run(recipe(epochs=1), store, tmp_path / "run", resume=True, quiet=True)


def test_a_run_scores_its_own_splits_however_its_store_is_spelled(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """By name, `val` would hold clips that a run split by signer was trained on."""
    by_signer = recipe(epochs=1, splits=Splits("signer", folds=4, fold=1))
    run = train_run(by_signer, made / "store", tmp_path / "run", quiet=True)
    before = run.metrics("val").read_bytes()
    run.metrics("val").unlink()
    monkeypatch.chdir(made)
    words = ["evaluate", str(run.path), "--clips", "./store/"]
    assert run_command(COMMANDS, "gspmc", __version__, words) == 0, capsys.readouterr().err
    assert run.metrics("val").read_bytes() == before


def copy(made: Path, folder: Path) -> RunDirectory:
    return RunDirectory(Path(shutil.copytree(made / "run", folder / "run")))


@pytest.mark.parametrize("text", ["a: 1", "[1]", "", "a: ["])
def test_a_damaged_run_config(
    made: Path, tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    run = copy(made, tmp_path)
    run.config.write_text(text)
    for words in (["report", run.path], ["evaluate", run.path]):
        assert "config.yaml is damaged" in refused(capsys, *words)


@pytest.mark.parametrize("text", ["{}", "[]", "{"])
def test_damaged_metrics(
    made: Path, tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    run = copy(made, tmp_path)
    run.metrics("val").write_text(text)
    assert "is damaged" in refused(capsys, "report", run.path)
    assert "is damaged" in refused(capsys, "export", run.path, tmp_path / "bundle")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"stream": "nope"}, "stream must be one of joint, bone"),
        ({"preprocessing": {"frames": 0}}, "preprocessing.frames must be at least 1"),
        ({"preprocessing": {"reference": "moon"}}, "preprocessing.reference must be"),
        ({"encoder_options": {"width": "x"}}, "encoder 'partconv' cannot be built"),
        ({"text_width": "a"}, "cannot load"),
        ({"layout": "gsp87"}, "in loading state_dict .* …"),
    ],
)
def test_a_damaged_model_config(made: Path, tmp_path: Path, changes: dict, message: str) -> None:
    run = copy(made, tmp_path)
    path = run.path / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | changes))
    with pytest.raises(GspmcError, match=message) as failure:
        load_model(run.path)
    assert "\n" not in str(failure.value)


def test_a_config_that_is_not_text(
    made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "c.yaml").write_bytes(b"\xff\xfe")
    words = ["train", "--clips", made / "store", "--out", tmp_path / "run"]
    assert "can't decode" in refused(capsys, *words, "--config", tmp_path / "c.yaml")


def test_output_to_a_full_disk_is_one_line(
    made: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("needs /dev/full")
    with pytest.raises(OSError), full.open("w") as stream:  # closing tries once more
        monkeypatch.setattr("sys.stdout", stream)
        assert "No space left" in refused(capsys, "data", "info", made / "store", "--as_json")


def isl(**changes: np.ndarray) -> dict[str, np.ndarray]:
    arrays = {
        "x": np.random.default_rng(0).random((6, 20, 3), dtype=np.float32),
        "length": np.array([3, 3]),
        "label": np.array([0, 1]),
        "signer": np.array([1, 7]),
        "repetition": np.array([1, 2]),
        "gloss": np.array(["A", "B"]),
    }
    return arrays | changes


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"x": np.full((6, 20, 3), "a")}, "x must hold floating-point numbers"),
        ({"x": np.full((6, 20, 3), 1e9)}, "clip 0 holds numbers beyond 65504"),
        ({"length": np.array(6)}, "length must hold one entry a clip"),
        ({"gloss": np.array("A")}, "gloss must hold one name a class"),
        ({"gloss": np.array(["A", " "])}, "gloss must hold one name a class, none of them empty"),
        ({"signer": np.array(["x", "y"])}, "signer must hold whole numbers"),
        ({"repetition": np.array([1, np.nan])}, "repetition must hold whole numbers"),
    ],
)
def test_arrays_of_the_wrong_kind(
    tmp_path: Path, changes: dict, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    np.savez(tmp_path / "isl.npz", **isl(**changes))
    words = ["data", "import", "isl-kinect", tmp_path / "isl.npz", tmp_path / "store"]
    assert message in refused(capsys, *words)
    assert everything_in(tmp_path) == {"isl.npz"}


def test_speed_is_not_drawn_as_a_loss() -> None:
    history = [{"epoch": 1, "total": 2.0, "lr": 0.1, "seconds": 1.0, "clips_per_second": 300.0}]
    figure = training_curves(history)
    labels = [line.get_label() for axes in figure.axes for line in axes.get_lines()]
    assert "total" in labels and "clips per second" not in labels


def test_a_run_named_twice_counts_once_and_names_keep_their_letters(
    made: Path, tmp_path: Path
) -> None:
    twins = [tmp_path / "hands-s0", tmp_path / "hands-s1"]
    for path in twins:
        copied = copy(made, tmp_path)
        copied.path.rename(path)
        values = yaml.safe_load((path / "config.yaml").read_text(encoding="utf-8"))
        (path / "config.yaml").write_text(yaml.safe_dump(values | {"seed": int(path.name[-1])}))
    (group,) = summarise_runs([*twins, twins[1] / ".." / "hands-s0"], "val")
    assert len(group.runs) == 2 and group.name == "hands"
