"""A whole run on a tiny store: its files, its terms, its refusals."""

import json
import logging
from pathlib import Path

import numpy as np
import pytest
import torch
import yaml
from safetensors.torch import load_file
from tests.tiny import (
    LABELS,
    clip,
    clips,
    everything_in,
    hide_hands,
    keypoints,
    make_descriptions,
    make_store,
    pose,
    recipe,
)

from gspmc.data.clip import Clip
from gspmc.data.splits import Splits, splits_of
from gspmc.data.store import ClipStore
from gspmc.data.windows import Batch, ClipWindows
from gspmc.errors import GspmcError
from gspmc.evaluate.predict import score_store
from gspmc.evaluate.scores import Scores
from gspmc.models.snapshot import load_model
from gspmc.text.bank_file import load_bank
from gspmc.text.description import read_descriptions
from gspmc.train.loop import fit
from gspmc.train.recipe import OptimiserRecipe, ScheduleRecipe, TextRecipe
from gspmc.train.run import train_run
from gspmc.train.run_directory import RunDirectory

WITH_TEXTS = recipe(text=TextRecipe(alpha=0.5))
PLAIN_TERMS = {"ce", "total"}
TEXT_TERMS = {"refined", "synonym", "part/left_hand", "part/right_hand", "text"}
FINISHED = {
    "config.json",
    "config.yaml",
    "contents.json",
    "data.json",
    "trained_clips.txt",
    "environment.json",
    "metrics",
    "metrics.jsonl",
    "metrics/val.json",
    "model.safetensors",
    "scores",
    "scores/val.npz",
    "tensorboard",
}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_store(tmp_path_factory.mktemp("stores") / "s")


@pytest.fixture(scope="module")
def with_texts(store: Path, tmp_path_factory: pytest.TempPathFactory) -> RunDirectory:
    folder = tmp_path_factory.mktemp("texts")
    texts = make_descriptions(folder / "d.jsonl", [*LABELS, "unused sign"])
    return train_run(WITH_TEXTS, store, folder / "run", texts, quiet=True)


def files_of(run: RunDirectory) -> set[str]:
    return {name for name in everything_in(run.path) if not name.startswith("tensorboard/")}


def test_the_files_of_a_run(with_texts: RunDirectory) -> None:
    assert files_of(with_texts) == FINISHED | {"descriptions.jsonl", "text_bank.safetensors"}
    assert with_texts.finished
    assert {path.name for path in with_texts.path.parent.iterdir()} == {
        "run",
        "d.jsonl",
        ".text-bank",
    }


def test_every_term_is_logged_by_name(with_texts: RunDirectory) -> None:
    curves = with_texts.read_curves()
    assert [record["epoch"] for record in curves] == [1, 2, 3]
    for record in curves:
        assert PLAIN_TERMS | TEXT_TERMS | {"lr", "clips_per_second"} <= set(record)
        assert "part/mouth" not in record and "part/body" not in record  # hands42 has neither
        terms = [record[name] for name in TEXT_TERMS - {"text"}]
        assert record["text"] == pytest.approx(np.mean(terms), rel=1e-4)
        assert record["total"] == pytest.approx(record["ce"] + 0.5 * record["text"], rel=1e-5)
    assert ["val/top1" in record for record in curves] == [False, True, True]


def test_tensorboard_has_every_term_and_epoch(with_texts: RunDirectory) -> None:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    events = EventAccumulator(str(with_texts.tensorboard))
    events.Reload()
    assert PLAIN_TERMS | TEXT_TERMS | {"lr", "val/top1"} <= set(events.Tags()["scalars"])
    curves = with_texts.read_curves()
    logged = {event.step: event.value for event in events.Scalars("part/right_hand")}
    assert logged == pytest.approx({r["epoch"]: r["part/right_hand"] for r in curves}, rel=1e-6)


def test_the_texts_lie_beside_the_model(with_texts: RunDirectory) -> None:
    assert list(read_descriptions(with_texts.path / "descriptions.jsonl")) == list(LABELS)
    bank = load_bank(with_texts.path / "text_bank.safetensors")
    config, _ = load_model(with_texts.path)
    assert bank.classes == config.labels == LABELS
    assert config.text_width == bank.vectors.shape[1]


def test_scores_are_those_of_the_saved_model(with_texts: RunDirectory, store: Path) -> None:
    config, model = load_model(with_texts.path)
    opened = ClipStore.open(store)
    again = score_store(model, config, opened, Splits().rows(opened, "val"), "val", quiet=True)
    saved = Scores.load(with_texts.scores("val"))
    np.testing.assert_array_equal(saved.ids, again.ids)
    np.testing.assert_array_equal(saved.ids, ["clip3", "clip7", "clip11"])
    np.testing.assert_allclose(saved.logits, again.logits, rtol=0, atol=0)
    metrics = json.loads(with_texts.metrics("val").read_text())
    assert metrics["count"] == 3
    assert metrics["top1"] == pytest.approx((saved.logits.argmax(1) == saved.labels).mean())


def test_the_resolved_recipe_is_kept(with_texts: RunDirectory, store: Path) -> None:
    kept = yaml.safe_load(with_texts.config.read_text())
    assert kept["clips"] == str(store) and kept["descriptions"].endswith("d.jsonl")
    assert kept["text"]["alpha"] == 0.5 and kept["optimiser"]["lr"] == 1.5e-3
    assert splits_of(kept) == Splits()


def test_without_texts_there_is_nothing_of_them(store: Path, tmp_path: Path) -> None:
    run = train_run(recipe(epochs=1), store, tmp_path / "run", quiet=True)
    assert files_of(run) == FINISHED
    (record,) = run.read_curves()
    assert set(record) > PLAIN_TERMS
    assert not {name for name in record if name in TEXT_TERMS or name.startswith("part/")}
    assert load_model(run.path)[0].text_width is None
    assert {path.name for path in tmp_path.iterdir()} == {"run"}


def test_a_store_without_validation_clips_is_trained_all_the_same(tmp_path: Path) -> None:
    made = [one for one in clips() if one.split == "train"]
    ClipStore.create(tmp_path / "s", made)
    run = train_run(recipe(epochs=1), tmp_path / "s", tmp_path / "run", quiet=True)
    assert files_of(run) == FINISHED - {"metrics", "metrics/val.json", "scores", "scores/val.npz"}


@pytest.mark.parametrize(
    "changes",
    [
        {"encoder": "ctrgcn", "encoder_options": {"base_channels": 4}},
        {"stream": "bone_motion"},
        {
            "optimiser": OptimiserRecipe(name="sgd", lr=0.01, clip_norm=None),
            "schedule": ScheduleRecipe(name="step"),
        },
        {"precision": "auto"},
        {"precision": "bf16-mixed"},
        {"splits": Splits("signer", folds=4, fold=2)},
        {"splits": Splits(train_per_class=2)},
    ],
    ids=str,
)
def test_every_choice_of_the_recipe_runs(store: Path, tmp_path: Path, changes: dict) -> None:
    run = train_run(recipe(epochs=1, **changes), store, tmp_path / "run", quiet=True)
    assert np.isfinite(run.read_curves()[0]["total"])
    config, _ = load_model(run.path)
    assert config.labels == LABELS


def test_kinect_clips_run_too(tmp_path: Path) -> None:
    make_store(tmp_path / "s", layout="kinect20")
    run = train_run(recipe(epochs=1), tmp_path / "s", tmp_path / "run", quiet=True)
    assert load_model(run.path)[0].layout == "kinect20"


def test_by_signer_nobody_is_on_both_sides(store: Path, tmp_path: Path) -> None:
    splits = Splits("signer", folds=4, fold=1)
    run = train_run(recipe(epochs=1, splits=splits), store, tmp_path / "run", quiet=True)
    opened = ClipStore.open(store)
    scores = Scores.load(run.scores("val"))
    trained = {opened.index["signer"][int(row)].as_py() for row in splits.rows(opened, "train")}
    assert len(scores) == 3 and not set(scores.signers) & trained


def test_every_epoch_draws_its_own_order(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    orders: list[list[int]] = []
    batch = ClipWindows.batch

    def watched(windows: ClipWindows, rows: torch.Tensor, *others) -> Batch:
        if others[1:]:  # with augmentation: a batch to train on
            orders.append(rows.tolist())
        return batch(windows, rows, *others)

    monkeypatch.setattr(ClipWindows, "batch", watched)
    train_run(recipe(epochs=3), store, tmp_path / "run", quiet=True)
    epochs = [(*orders[first], *orders[first + 1]) for first in (0, 2, 4)]
    assert len(orders) == 6 and len(set(epochs)) == 3
    assert all(len(set(rows)) == 8 for rows in epochs)  # of nine clips, in batches of four


def test_the_seed_decides_and_not_where_the_clips_are_held(store: Path, tmp_path: Path) -> None:
    weights = [
        load_file(
            train_run(recipe(epochs=1, **changes), store, tmp_path / name, quiet=True).path
            / "model.safetensors"
        )
        for changes, name in (({}, "a"), ({"in_memory": False}, "b"), ({"seed": 1}, "c"))
    ]
    assert all(torch.equal(weights[0][name], weights[1][name]) for name in weights[0])
    assert not all(torch.equal(weights[0][name], weights[2][name]) for name in weights[0])


def test_the_texts_of_controls_stay_out_of_the_run(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = make_descriptions(tmp_path / "d.jsonl", [*LABELS, "unused"])
    seen = {}

    def fit_and_look(config, recipe, data, *others):
        seen[recipe.text.control] = data.targets
        return fit(config, recipe, data, *others)

    monkeypatch.setattr("gspmc.train.run.fit", fit_and_look)
    for control in (None, "shuffled", "random", "labels"):
        chosen = recipe(epochs=1, text=TextRecipe(alpha=0.5, control=control))
        run = train_run(chosen, store, tmp_path / f"run-{control}", texts, quiet=True)
        assert (run.path / "descriptions.jsonl").exists() == (control is None)
        assert (run.path / "text_bank.safetensors").exists() == (control is None)
    assert set(seen["labels"].terms) == {"refined"}
    assert seen["random"].terms.keys() == seen[None].terms.keys()
    assert not torch.isclose(seen["random"].vectors, seen[None].vectors).all(dim=1).any()
    own, others = [
        targets.vectors[targets.terms["refined"].rows] for targets in (seen[None], seen["shuffled"])
    ]
    nearest = (others @ own.T).argmax(dim=1).tolist()  # whose text each class has got
    assert sorted(nearest) == list(range(len(LABELS)))
    assert all(donor != label for label, donor in enumerate(nearest))


def test_a_description_without_clip_is_noted(
    store: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    texts = make_descriptions(tmp_path / "d.jsonl", [*LABELS, "one more", "another"])
    with caplog.at_level(logging.INFO, "gspmc"):
        train_run(
            recipe(epochs=1, text=TextRecipe(alpha=0.5)), store, tmp_path / "r", texts, quiet=True
        )
    (note,) = [r.getMessage() for r in caplog.records if "have no clip" in r.getMessage()]
    assert "2 descriptions" in note and "one more" in note and "\n" not in note


def refused(tmp_path: Path, store: Path, message: str, **arguments) -> None:
    """`train_run` says `message` in one line and writes nothing."""
    before = everything_in(tmp_path)
    settings = arguments.pop("recipe", recipe())
    with pytest.raises(GspmcError, match=message) as failure:
        train_run(settings, store, tmp_path / "refused", quiet=True, **arguments)
    assert "\n" not in str(failure.value)
    assert {name for name in everything_in(tmp_path) if ".text-bank" not in name} == before


def test_a_label_without_description(store: Path, tmp_path: Path) -> None:
    texts = make_descriptions(tmp_path / "d.jsonl", LABELS[:2])
    refused(
        tmp_path,
        store,
        "1 of 3 labels have no description: größer 大; describe them",
        recipe=WITH_TEXTS,
        descriptions=texts,
    )
    shuffled = recipe(text=TextRecipe(alpha=0.5, control="shuffled"))
    refused(tmp_path, store, "größer 大; describe", recipe=shuffled, descriptions=texts)


def test_a_label_without_description_may_be_left_without_texts(
    store: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    texts = make_descriptions(tmp_path / "d.jsonl", LABELS[:2])
    left = recipe(epochs=1, text=TextRecipe(alpha=0.5, undescribed="leave"))
    run = train_run(left, store, tmp_path / "run", texts, quiet=True)
    assert "1 of 3 classes have no description and are trained without texts: größer 大" in {
        record.getMessage() for record in caplog.records
    }
    assert list(read_descriptions(run.path / "descriptions.jsonl")) == list(LABELS[:2])
    bank = load_bank(run.path / "text_bank.safetensors")
    assert bank.classes == LABELS and set(bank.labels.tolist()) == {0, 1}
    assert np.isfinite(run.read_curves()[0]["text"])


def test_texts_wanted_but_none_named(store: Path, tmp_path: Path) -> None:
    refused(tmp_path, store, "needs --descriptions FILE", recipe=WITH_TEXTS)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"encoder": "resnet"}, "unknown encoder 'resnet'"),
        ({"encoder_options": {"depth": 3}}, "no option depth"),
        ({"splits": Splits("signer", folds=4, fold=4)}, "fold 4 of 4: folds count from 0"),
        ({"splits": Splits("signer", folds=5)}, "5 folds need as many signers"),
    ],
)
def test_a_recipe_that_does_not_fit(
    store: Path, tmp_path: Path, changes: dict, message: str
) -> None:
    refused(tmp_path, store, message, recipe=recipe(**changes))


def test_no_training_clips(tmp_path: Path) -> None:
    store = tmp_path / "s"
    ClipStore.create(store, [clip("a", split="val"), clip("b", split="test")])
    refused(tmp_path, store, "split 'train' of .* has no clips: the store has test, val")


def test_one_sign_is_nothing_to_tell_apart(tmp_path: Path) -> None:
    store = make_store(tmp_path / "s", labels=("book",))
    refused(tmp_path, store, "training clips of 'book' alone")


def test_validation_clips_of_foreign_signs_are_found_before_training(tmp_path: Path) -> None:
    store = tmp_path / "s"
    ClipStore.create(store, [*clips(3), clip("v", "foreign", split="val")])
    refused(tmp_path, store, "no validation clip of .* is of a class that is trained")


def test_a_store_that_is_not_there(tmp_path: Path) -> None:
    refused(tmp_path, tmp_path / "absent", "no clip store at")


def without_hands(name: str, label: str) -> Clip:
    return Clip(name, label, "s9", "train", pose(hide_hands(keypoints(4))))


def test_training_clips_without_hands_are_left_out_with_a_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    bad = [without_hands(f"bad{i}", LABELS[0]) for i in range(7)]
    ClipStore.create(tmp_path / "with", [*clips(), *bad])
    make_store(tmp_path / "without")
    runs = {}
    for name in ("with", "without"):
        caplog.clear()
        runs[name] = train_run(recipe(), tmp_path / name, tmp_path / f"run {name}", quiet=True)
        warnings = [r.getMessage() for r in caplog.records if r.levelno == logging.WARNING]
        told = [text for text in warnings if "no hand" in text]
        assert len(told) == (name == "with")
        if told:
            assert told[0].startswith("7 training clips show no hand and are left out")
            assert "bad0, bad1" in told[0] and "bad6" not in told[0] and "\n" not in told[0]
    with_, without = (load_file(runs[name].path / "model.safetensors") for name in runs)
    assert all(torch.equal(with_[name], without[name]) for name in without)


def test_no_training_clip_shows_a_hand(tmp_path: Path) -> None:
    store = tmp_path / "s"
    ClipStore.create(store, [without_hands("a", "x"), without_hands("b", "y")])
    refused(tmp_path, store, "no training clip of .* shows a hand: extract it again")


def test_a_class_seen_only_without_hands_is_no_class(tmp_path: Path) -> None:
    ClipStore.create(tmp_path / "s", [*clips(), without_hands("z", "ghost")])
    run = train_run(recipe(epochs=1), tmp_path / "s", tmp_path / "run", quiet=True)
    assert load_model(run.path)[0].labels == LABELS
