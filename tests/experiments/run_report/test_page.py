"""The page of runs: every section for every kind of run, and a reason for what is left out."""

import shutil
from pathlib import Path

import numpy as np
import pytest
import yaml
from tests.evaluate.test_evaluate_report import Page
from tests.tiny import clip, make_descriptions, recipe
from tests.typed import Line

from gspmc.data.store import ClipStore
from gspmc.evaluate.scores import Scores
from gspmc.experiments.fused_run import fuse_runs, write_fusion
from gspmc.experiments.run_report import page as page_module
from gspmc.experiments.run_report.confidence import reliability
from gspmc.experiments.run_report.page import SECTIONS, write_run_report
from gspmc.experiments.run_report.subject import LeftOutError, Subject, read_subjects
from gspmc.models.calibration import Calibration
from gspmc.models.snapshot import store_calibration
from gspmc.train.recipe import TextRecipe
from gspmc.train.run import train_run

LABELS = ("book", "drink", "who")


def store_of(path: Path, layout: str = "hands42", signers: bool = True) -> Path:
    """18 clips; the validation clips are of two of the three classes and of different lengths."""
    clips = [
        clip(
            f"c{number}",
            LABELS[number % 3],
            f"s{number % 4}" if signers else "",
            "val" if number % 3 < 2 and number > 8 else "train",
            3 + number,
            layout,
            seed=number,
        )
        for number in range(18)
    ]
    for number, one in enumerate(clips):
        one.pose.keypoints[: number % 4] = 0  # frames that show nothing
    ClipStore.create(path, clips, "made up")
    return path


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`texts` and `plain`, two runs on one store; not to be changed."""
    folder = tmp_path_factory.mktemp("trained")
    store = store_of(folder / "store")
    texts = make_descriptions(folder / "texts.jsonl", LABELS)
    with_texts = recipe(epochs=1, text=TextRecipe(alpha=0.5))
    train_run(with_texts, store, folder / "texts", texts, quiet=True)
    train_run(recipe(epochs=1), store, folder / "plain", quiet=True)
    return folder


def written(folder: Path, *runs: Path, **options: object) -> Page:
    write_run_report(folder / "page.html", read_subjects(runs, "val", quiet=True, **options))
    return Page(folder / "page.html")


def left_out(page: Page) -> str:
    """All that stands after its heading."""
    if "What is left out" not in page.texts:
        return ""
    return "\n".join(page.texts[page.texts.index("What is left out") :])


def answering(run: Path, folder: Path, right: int, control: str | None = None) -> Path:
    """A copy of a run that names the first `right` of 24 clips, one a signer."""
    shutil.copytree(run, folder)
    labels = np.zeros(24, int)
    logits = np.eye(len(LABELS))[(np.arange(24) >= right).astype(int)]
    names = [np.array([f"{kind}{number}" for number in range(24)]) for kind in ("c", "s")]
    Scores(names[0], labels, logits, LABELS, names[1], "val").save(folder / "scores" / "val.npz")
    if control is not None:
        config = yaml.safe_load((folder / "config.yaml").read_text())
        config["text"]["control"] = control
        (folder / "config.yaml").write_text(yaml.safe_dump(config))
    return folder


@pytest.mark.parametrize(
    ("own", "controls", "verdict"),
    [
        (12, (), "No gain over plain is shown."),
        (20, (), "The gain over plain is shown, but no control stands beside it"),
        (20, (12, 6), "The gain over plain is shown, and that over every control."),
        (20, (12, 18), "The gain over plain is shown, that over random is not"),
        (20, (18, 20), "The gain over plain is shown, that over shuffled and random is not"),
    ],
)
def test_a_gain_stands_beside_its_controls(
    own: int, controls: tuple[int, ...], verdict: str, trained: Path, tmp_path: Path
) -> None:
    texts = answering(trained / "texts", tmp_path / "texts", own)
    plain = answering(trained / "plain", tmp_path / "plain", 11)
    beside = [
        answering(trained / "texts", tmp_path / name, right, name)
        for name, right in zip(("shuffled", "random"), controls, strict=False)
    ]
    page = written(tmp_path, texts, baseline=plain, controls=beside, joint_clips=0)
    assert verdict in "\n".join(page.texts)
    assert ("shuffled (control)" in page.texts) == bool(controls)
    differences = [f"{100 * (own - right) / 24:+.1f}" for right in (11, *controls)]
    assert all(each in page.texts for each in differences)
    (subject,) = read_subjects([plain], "val", texts, quiet=True)
    told = SECTIONS["gain over the baseline"](subject).paragraphs[0]
    assert "control" not in told


def test_a_fusion_has_a_page_of_what_its_scores_tell(trained: Path, tmp_path: Path) -> None:
    runs = [str(trained / "texts"), str(trained / "plain")]
    fused = write_fusion(tmp_path / "fused", fuse_runs(runs, "equal", "val")).path
    page = written(tmp_path, fused, baseline=trained / "plain", joint_clips=4)
    assert "Gain over plain, class by class" in page.texts
    assert left_out(page).count("it is a fusion") == 4
    page = written(tmp_path, trained / "plain", baseline=fused, joint_clips=4)
    assert "joints: fused is a fusion: compare with one of its runs" in left_out(page)


def test_with_a_baseline_and_texts_nothing_is_left_out(trained: Path, tmp_path: Path) -> None:
    page = written(tmp_path, trained / "texts", baseline=trained / "plain", joint_clips=4)
    assert left_out(page) == ""
    for heading in (
        "The runs",
        "Gain over plain, class by class",
        "Joints it relies on",
        "Signs taken for each other most",
        "Accuracy by signer",
        "Accuracy by clip length in frames",
        "Accuracy by share of frames without a hand",
        "Is it right as often as it says",
        "How it learned",
    ):
        assert heading in page.texts
    assert len(page.attributes("img")) == len(SECTIONS)
    assert "right hand (whole)" in page.texts and "plain, nats" in page.texts
    assert any("averaged over 4 clips of split val" in text for text in page.texts)
    assert any(text.startswith("The right hand moves") for text in page.texts)  # a description


def test_a_run_alone_says_what_is_missing(trained: Path, tmp_path: Path) -> None:
    page = written(tmp_path, trained / "plain", joint_clips=0)
    told = left_out(page)
    assert "gain over the baseline: no baseline was named (--baseline RUN)." in told
    assert "joints: it was not asked for (--joint-clips 0)." in told
    assert any("Descriptions are left out" in text for text in page.texts)


def test_descriptions_can_be_named_for_a_run_without(trained: Path, tmp_path: Path) -> None:
    page = written(tmp_path, trained / "plain", descriptions=trained / "texts.jsonl", joint_clips=0)
    assert any(text.startswith("The right hand moves") for text in page.texts)


@pytest.mark.parametrize("layout", ["kinect20", "gsp87"])
def test_other_layouts_and_unknown_signers(layout: str, tmp_path: Path) -> None:
    store = store_of(tmp_path / "store", layout, signers=False)
    train_run(recipe(epochs=1), store, tmp_path / "run", quiet=True)
    page = written(tmp_path, tmp_path / "run", joint_clips=2)
    assert "accuracy by signer: the signer of no clip is known." in left_out(page)
    assert "Joints it relies on" in page.texts
    assert "left hand (whole)" in page.texts


def test_two_runs_stand_one_after_the_other(trained: Path, tmp_path: Path) -> None:
    page = written(tmp_path, trained / "texts", trained / "plain", joint_clips=0)
    assert "texts: Accuracy by signer" in page.texts and "plain: Accuracy by signer" in page.texts
    assert "plain: gain over the baseline: no baseline" in left_out(page)


def test_without_the_store_its_sections_are_left_out(trained: Path, tmp_path: Path) -> None:
    for name in ("plain", "store"):
        shutil.copytree(trained / name, tmp_path / name)
    config = (tmp_path / "plain" / "config.yaml").read_text()
    lost = config.replace(str(trained / "store"), str(tmp_path / "elsewhere"))
    (tmp_path / "plain" / "config.yaml").write_text(lost)
    told = left_out(written(tmp_path, tmp_path / "plain"))
    for section in ("joints", "accuracy by clip length", "accuracy by frames without a hand"):
        assert f"{section}: the run's store is needed: no clip store at" in told
    found = written(tmp_path, tmp_path / "plain", clips=str(tmp_path / "store"), joint_clips=2)
    assert "the run's store" not in left_out(found)


def test_a_section_is_added_by_naming_it(
    trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(subject: Subject) -> None:
        raise LeftOutError(f"{subject.run.name} has none")

    monkeypatch.setitem(page_module.SECTIONS, "calibration", never)
    told = left_out(written(tmp_path, trained / "plain", joint_clips=0))
    assert "calibration: plain has none." in told


class TestCommand:
    """`gspmc report … --html`."""

    def test_writes_page_and_numbers(self, line: Line, trained: Path, tmp_path: Path) -> None:
        shuffled = shutil.copytree(trained / "texts", line.folder / "shuffled")
        said = line.works(
            *("report", trained / "texts", "--baseline", trained / "plain", "--joint-clips=2"),
            *("--control", shuffled),
            *("--html", tmp_path / "p.html", "--out", tmp_path / "n.json"),
        )
        assert "p.html: page" in said
        assert {path.name for path in tmp_path.iterdir()} == {"p.html", "n.json", "shuffled"}

    @pytest.mark.parametrize("role", ["baseline", "control"])
    def test_a_run_is_not_compared_with_itself(self, role: str, line: Line, trained: Path) -> None:
        page = ("--html", line.folder / "p.html")
        run = trained / "plain"
        same = run.parent / "texts" / ".." / "plain"
        said = line.fails("report", run, f"--{role}", same, *page)
        assert "cannot be its own baseline or control" in said

    def test_a_control_needs_a_baseline(self, line: Line, trained: Path) -> None:
        page = ("--html", line.folder / "p.html")
        said = line.fails("report", trained / "texts", "--control", trained / "plain", *page)
        assert "a control stands beside a baseline: add --baseline RUN" in said

    def test_runs_on_different_clips(self, line: Line, trained: Path) -> None:
        other = line.folder / "other"
        shutil.copytree(trained / "plain", other)
        scores = Scores.load(other / "scores" / "val.npz")
        fewer = Scores(
            scores.ids[1:],
            scores.labels[1:],
            scores.logits[1:],
            scores.classes,
            scores.signers[1:],
            "val",
        )
        fewer.save(other / "scores" / "val.npz")
        said = line.fails(
            *("report", trained / "texts", "--baseline", other, "--html", line.folder / "p.html")
        )
        assert "texts and its baseline other: scored on different clips (1 were" in said

    def test_a_run_without_scores(self, line: Line, trained: Path) -> None:
        run = line.folder / "run"
        shutil.copytree(trained / "plain", run)
        page = ("--html", line.folder / "p.html")
        assert "run `gspmc evaluate" in line.fails("report", run, "--split", "test", *page)
        (run / "scores" / "val.npz").unlink()
        assert "no scores at" in line.fails("report", run, *page)

    @pytest.mark.parametrize("option", ["baseline", "control", "descriptions", "clips"])
    def test_options_of_the_page_need_the_page(
        self, option: str, line: Line, trained: Path
    ) -> None:
        said = line.fails("report", trained / "texts", f"--{option}", trained / "plain")
        assert f"--{option} is for the page: add --html FILE" in said

    def test_another_store_is_refused(self, line: Line, trained: Path) -> None:
        other = store_of(line.folder / "store", signers=False)
        said = line.fails(
            *("report", trained / "plain", "--clips", other, "--html", line.folder / "p.html")
        )
        assert "holds other clips than those that the run was trained on" in said

    def test_descriptions_that_are_not_there(self, line: Line, trained: Path) -> None:
        said = line.fails(
            *("report", trained / "plain", "--html", line.folder / "p.html", "--joint-clips=0"),
            *("--descriptions", line.folder / "none.jsonl"),
        )
        assert "cannot read descriptions" in said


def test_gains_speak_of_signers_only_where_there_are_several(trained: Path, tmp_path: Path) -> None:
    (subject,) = read_subjects([trained / "texts"], "val", trained / "plain", quiet=True)
    scores = subject.run.scores
    assert (
        subject.run.scores.hits.tolist()
        == (np.argmax(scores.logits, axis=1) == scores.labels).tolist()
    )
    told = " ".join(SECTIONS["gain over the baseline"](subject).paragraphs)
    assert "texts minus others over 6 clips" in told
    assert "With so few signers no difference can be shown." in told
    assert "Classes have 3 to 3 clips, 3 in the middle." in told
    assert "0 of 2 classes reach that taken one by one" in told


def test_a_calibrated_run_shows_what_calibration_does(trained: Path, tmp_path: Path) -> None:
    run = shutil.copytree(trained / "plain", tmp_path / "plain")
    (subject,) = read_subjects([run], "val", quiet=True)
    section = reliability(subject)
    assert "has not been run" in section.paragraphs[0]
    assert len(section.figures[0].figure.axes) == 2  # accuracy, and clips below it
    store_calibration(run, Calibration(2.5, None, 0.05, "val", 6))
    section = reliability(subject)
    assert "Temperature 2.500, fitted on 6 clips of val: these very" in section.paragraphs[0]
    assert len(section.figures[0].figure.axes) == 4
