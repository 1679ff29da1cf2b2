"""The model card says what can be counted, and that the rest is not known."""

import json
import shutil
import sys
from pathlib import Path

import pytest
from tests.tiny import clips, make_run, make_store, recipe
from tests.typed import Line

from gspmc.data.handedness import Handedness
from gspmc.data.holdings import Holdings, SplitHoldings
from gspmc.data.splits import Splits
from gspmc.data.store import ClipStore
from gspmc.errors import GspmcError
from gspmc.export.bundle import export_bundle
from gspmc.export.card_data import data_section, representation_section, signer_spread
from gspmc.export.facts import RunFacts, gather_facts
from gspmc.train.run import train_run


@pytest.fixture(autouse=True)
def without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "onnxscript", None)


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_run(tmp_path_factory.mktemp("card")).path


@pytest.fixture
def run(finished: Path, tmp_path: Path) -> Path:
    """A run beside a store of its own, both of which a test may damage."""
    shutil.copytree(finished, tmp_path / "run")
    shutil.copytree(finished.parent / "store", tmp_path / "store")
    config = (tmp_path / "run" / "config.yaml").read_text()
    moved = config.replace(str(finished.parent / "store"), str(tmp_path / "store"))
    (tmp_path / "run" / "config.yaml").write_text(moved)
    return tmp_path / "run"


def card_of(run: Path, **licences: str) -> str:
    bundle = export_bundle(run, run.parent / "bundle", **licences)
    return (bundle / "README.md").read_text(encoding="utf-8")


def test_the_card_counts_what_the_run_learned_from(run: Path) -> None:
    card = card_of(run, licence="MIT", data_licence="C-UDA, research only")
    for line in (
        "| licence | MIT |",
        "Licence of the data: C-UDA, research only.",
        "Source: made up. Keypoints from test, layout `hands42`. "
        "Splits: those of the store, by name.",
        "| train | 9 | 3 | 3 | 0 | 0 |",
        "| val | 3 | 3 | 1 | 0 | 0 |",
        "0 of the 1 signers of val are in train too.",
        "- Signers: 3 training clips each, median 3; 0 of 3 signers have few.",
        "- Classes: 3 training clips each, median 3; 0 of 3 classes have few.",
        "Learned from 9 clips of 3 known signers, 3 a class.",
        "seed 0, epochs 1, batch 4,",
    ):
        assert line in card
    counted = gather_facts(run).handedness
    assert counted is not None and counted.clips == 9
    assert f"in {counted.left / 9:.1%} of 9 training clips" in card


def test_a_control_is_told(tmp_path: Path) -> None:
    made = make_run(tmp_path, texts=True)
    assert "| text supervision | vectors of width" in (told := card_of(made.path))
    assert "of a control" not in told
    config = made.config.read_text().replace("control: null", "control: shuffled")
    made.config.write_text(config)
    assert ", of a control (shuffled): they describe no sign |" in card_of(made.path)


def test_without_licences_it_says_so(run: Path) -> None:
    card = card_of(run)
    assert "| licence | not stated |" in card
    assert "Licence of the data: not stated." in card


def test_a_run_of_earlier_days_is_counted_in_its_store(run: Path) -> None:
    recorded = gather_facts(run).holdings
    (run / "data.json").unlink()
    assert gather_facts(run).holdings == recorded is not None


def test_without_its_store_the_counts_stand_and_handedness_is_not_known(run: Path) -> None:
    shutil.rmtree(run.parent / "store")
    card = card_of(run)
    assert "| train | 9 | 3 | 3 | 0 | 0 |" in card
    assert "Handedness: not known (the store: it is not where it was at training)." in card


def test_a_store_that_has_changed_is_not_counted(run: Path) -> None:
    (run / "data.json").unlink()
    ClipStore.create(run.parent / "store", clips(count=8))
    card = card_of(run)
    assert card.count("Not known: the run recorded no counts") == 2
    assert "it has changed since training" in card


def test_a_folder_that_is_a_bundle_alone(run: Path) -> None:
    bundle = export_bundle(run, run.parent / "bundle")
    again = export_bundle(bundle, run.parent / "again")
    card = (again / "README.md").read_text(encoding="utf-8")
    assert "Not measured" in card and "Not recorded" in card
    assert card.count("of its store: the folder does not name it") == 2


@pytest.mark.parametrize("name", ["config.yaml", "environment.json", "data.json"])
def test_a_damaged_file_is_one_line(name: str, run: Path) -> None:
    (run / name).write_text("[1, 2")
    with pytest.raises(GspmcError, match="is damaged") as failure:
        export_bundle(run, run.parent / "bundle")
    assert "\n" not in str(failure.value)
    assert not (run.parent / "bundle").exists()


def test_splits_by_signer_are_told(tmp_path: Path) -> None:
    store = make_store(tmp_path / "store")
    splits = Splits(split_by="signer", folds=2, fold=1, train_per_class=1)
    made = train_run(recipe(epochs=1, splits=splits), store, tmp_path / "run", quiet=True)
    (told,) = [line for line in card_of(made.path).splitlines() if line.startswith("Source")]
    assert "the signers of train and val were dealt into 2 folds; fold 1 is val" in told
    assert "At most 1 training clips of each class were kept." in told


HOLDINGS = Holdings(
    "/somebody/data/clips.npz",
    "test",
    "hands42",
    {
        "train": SplitHoldings(
            26, 2, {"book": 12, "drink": 10, "who": 4}, {"": 2, "ann": 12, "bob": 11, "cy": 1}
        ),
        "val": SplitHoldings(5, 0, {"book": 5}, {"ann": 3, "dee": 2}),
        "test": SplitHoldings(1, 0, {"book": 1}, {"": 1}),
    },
)
FACTS = RunFacts(
    splits=Splits(), holdings=HOLDINGS, handedness=Handedness(20, 5, 1, 12, 10, 3, 1, 3)
)


def test_signers_and_classes_with_few_clips_are_named() -> None:
    told = "\n".join(representation_section(FACTS))
    assert "1 to 12 training clips each, median 11; 1 of 3 signers have few: cy (1)." in told
    assert "4 to 12 training clips each, median 10; 1 of 3 classes have few: who (4)." in told
    assert "left hand moves further in 25.0% of 20 training clips (more than 2 times" in told
    assert "5.0%), the right hand in 60.0% (50.0%); 3 clips are undecided. 1 of 3 known" in told


def test_paths_of_a_machine_stay_there_and_shared_signers_are_counted() -> None:
    told = "\n".join(data_section(FACTS, None))
    assert "Source: clips.npz." in told and "somebody" not in told
    assert "1 of the 2 signers of val are in train too." in told
    assert "of test are" not in told  # whose signer is not known
    assert "| train | 26 | 3 | 3 | 2 | 2 |" in told
    assert "clips without a hand were left out" in told


def rows(*found: tuple[str, int, float]) -> dict[str, dict[str, list[dict[str, object]]]]:
    return {
        "val": {
            "per_signer": [
                {"signer": name, "clips": clips, "top1": top1} for name, clips, top1 in found
            ]
        }
    }


def test_the_spread_names_no_signer_of_a_few_clips() -> None:
    (line,) = signer_spread(rows(("a", 1, 0.0), ("b", 10, 0.5), ("c", 5, 1.0), ("", 4, 0.0)))
    assert "3 signers with 1 to 10 clips each; top-1 from 0.0% to 100.0%, median 50.0%." in line
    assert "Of the 2 with 5 clips or more, weakest: b, 50.0% of 10 clips (23.7% to 76.3%)" in line
    assert "strongest: c, 100.0% of 5 clips (56.6% to 100.0%)." in line


def test_unknown_signers_have_no_spread() -> None:
    assert signer_spread(rows(("", 4, 0.0))) == ["- val: the signers are unknown."]


def test_licences_are_options(line: Line, run: Path, tmp_path: Path) -> None:
    bundle = tmp_path / "b"
    line.works("export", run, bundle, "--licence", "MIT", "--data-licence", "CC BY 4.0")
    card = (bundle / "README.md").read_text(encoding="utf-8")
    assert "| licence | MIT |" in card and "Licence of the data: CC BY 4.0." in card
    assert json.loads((run / "data.json").read_text())["splits"]["train"]["clips"] == 9
