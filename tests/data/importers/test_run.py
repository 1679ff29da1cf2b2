"""Imports that break off and go on, gaps, and work in several processes."""

import json
import operator
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import lance
import pytest
from tests.data.importers.forms import CLASSES, make, plan
from tests.tiny import make_store

from gspmc.data.clip import Clip
from gspmc.data.importers.gaps import Gap, tell, write_gaps
from gspmc.data.importers.plan import Plan, Reading, Row
from gspmc.data.importers.run import import_plan
from gspmc.data.importers.workers import in_processes
from gspmc.data.partial_store import importing
from gspmc.data.store import ClipStore
from gspmc.errors import GspmcError


class PowerCut(BaseException):
    """No error that anything could catch."""


def contents(store: ClipStore) -> list[tuple[object, ...]]:
    def told(clip: Clip) -> tuple[object, ...]:
        pose = clip.pose
        return (
            *(clip.id, clip.label, clip.signer, clip.split, pose.fps, pose.width, pose.height),
            *(pose.layout, pose.extractor, pose.keypoints.tobytes()),
        )

    return [told(clip) for clip in store.read()]


def break_off(made: Plan, at: int) -> Plan:
    """The same plan with a power cut at its row of that number."""
    read, count = made.read, 0

    def reads_until(row: Row) -> Reading:
        nonlocal count
        if row.id == str(at):
            raise PowerCut
        count += 1
        return read(row)

    made.read = reads_until
    return made


@pytest.fixture
def files(tmp_path: Path) -> Path:
    make(tmp_path / "files")
    return tmp_path / "files"


@pytest.mark.parametrize("per_piece", [1, 4, 23, 100])
@pytest.mark.parametrize("at", [0, 3, 12, 22])
def test_a_resumed_import_equals_an_unbroken_one(
    tmp_path: Path, files: Path, at: int, per_piece: int
) -> None:
    unbroken = import_plan(plan(files), tmp_path / "whole", per_piece=per_piece)
    with pytest.raises(PowerCut):
        import_plan(break_off(plan(files), at), tmp_path / "store", per_piece=per_piece)
    assert not (tmp_path / "store").exists()
    # what a kill leaves: a fragment that no finished piece names
    data = tmp_path / ".store.partial/clips.lance/data"
    data.mkdir(parents=True, exist_ok=True)
    (data / "torn.lance").write_bytes(b"torn")
    resumed = import_plan(plan(files), tmp_path / "store", resume=True, per_piece=per_piece)
    assert resumed.resumed == at // per_piece * per_piece
    assert contents(resumed.store) == contents(unbroken.store)
    assert resumed.store.fingerprint == unbroken.store.fingerprint
    assert resumed.store.numbering == unbroken.store.numbering
    assert resumed.gaps == unbroken.gaps
    assert sorted(path.name for path in tmp_path.iterdir()) == ["files", "store", "whole"]
    assert not list((tmp_path / "store").rglob("torn*"))


def test_a_piece_without_a_clip(tmp_path: Path, files: Path) -> None:
    done = import_plan(plan(files), tmp_path / "store", per_piece=1)  # 5 and 11 stand alone
    assert len(done.store) == 21
    assert [str(gap) for gap in done.gaps][1:] == [
        "5",
        "11 (coco_wholebody133 keypoints must be (frames, 133, 3), not (4, 87, 3): name the "
        "layout they are in)",
        "never",
    ]


def test_any_lance_reader_opens_it_and_create_makes_the_same(tmp_path: Path, files: Path) -> None:
    done = import_plan(plan(files), tmp_path / "store", per_piece=4)
    table = lance.dataset(str(tmp_path / "store/clips.lance")).to_table()
    assert table.num_rows == 21 and len(table["keypoints"][0]) == 2 * 87 * 3
    made = ClipStore.create(tmp_path / "made", done.store.read(), "made up")
    assert contents(made) == contents(done.store)
    assert made.fingerprint == done.store.fingerprint
    assert made.numbering == {} and done.store.numbering == dict(enumerate(CLASSES.names))
    assert made.index.schema == done.store.index.schema


def test_a_split_that_cannot_be_is_a_gap(tmp_path: Path, files: Path) -> None:
    planned = plan(files)
    planned.rows[3] = planned.rows[3]._replace(split="../up")
    done = import_plan(planned, tmp_path / "store")
    (gap,) = [gap for gap in done.gaps if gap.kind == "bad_row"]
    assert gap.name == "3" and "split '../up' cannot be" in gap.detail
    assert len(done.store) == 20


def test_without_resume_it_starts_over(tmp_path: Path, files: Path) -> None:
    with pytest.raises(PowerCut):
        import_plan(break_off(plan(files), 20), tmp_path / "store", per_piece=4)
    assert import_plan(plan(files), tmp_path / "store", per_piece=4).resumed == 0


def test_there_may_be_nothing_to_resume(tmp_path: Path, files: Path) -> None:
    assert import_plan(plan(files), tmp_path / "store", resume=True).resumed == 0


def test_another_import_is_not_resumed(tmp_path: Path, files: Path) -> None:
    with pytest.raises(PowerCut):
        import_plan(break_off(plan(files), 20), tmp_path / "store", per_piece=4)
    for other, per_piece in ((plan(files, width=640), 4), (plan(files, 22), 4), (plan(files), 5)):
        with pytest.raises(GspmcError, match="is of another import: .*without --resume"):
            import_plan(other, tmp_path / "store", resume=True, per_piece=per_piece)
    assert import_plan(plan(files), tmp_path / "store", True, per_piece=4).resumed == 20


@pytest.mark.parametrize("name", ["plan.json", "000000.json"])
def test_a_damaged_partial_store_is_one_line(tmp_path: Path, files: Path, name: str) -> None:
    with pytest.raises(PowerCut):
        import_plan(break_off(plan(files), 20), tmp_path / "store", per_piece=4)
    (tmp_path / ".store.partial" / name).write_text("{")
    with pytest.raises(GspmcError, match="is damaged: import without --resume"):
        import_plan(plan(files), tmp_path / "store", resume=True, per_piece=4)


def test_an_old_store_stays_until_the_new_one_is_complete(tmp_path: Path, files: Path) -> None:
    make_store(tmp_path / "store")
    with pytest.raises(PowerCut):
        import_plan(break_off(plan(files), 20), tmp_path / "store", per_piece=4)
    assert len(ClipStore.open(tmp_path / "store")) == 12
    assert len(import_plan(plan(files), tmp_path / "store", True, per_piece=4).store) == 21


def test_a_second_import_into_the_same_store_is_refused(tmp_path: Path, files: Path) -> None:
    with importing(tmp_path / "store"):
        with pytest.raises(GspmcError, match="another import is writing .*store: wait for it"):
            import_plan(plan(files), tmp_path / "store", resume=True)
        assert len(import_plan(plan(files), tmp_path / "other").store) == 21
    assert len(import_plan(plan(files), tmp_path / "store").store) == 21
    assert sorted(path.name for path in tmp_path.iterdir()) == ["files", "other", "store"]


def test_a_folder_of_other_things_is_left_alone(tmp_path: Path, files: Path) -> None:
    with pytest.raises(GspmcError, match="holds other files"):
        import_plan(plan(files), files)
    with pytest.raises(GspmcError, match="import into a folder"):
        import_plan(plan(files), "s3://bucket/store")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["files"]


def test_nothing_to_import_is_an_error_with_its_reason(tmp_path: Path) -> None:
    make(tmp_path / "files", 12)
    nothing = plan(tmp_path / "files", 12)
    nothing.rows = [row for row in nothing.rows if row.id in ("5", "11")]
    with pytest.raises(GspmcError, match="no clips.*the first gap: unreadable: 11 "):
        import_plan(nothing, tmp_path / "store")
    nothing.rows = []
    with pytest.raises(GspmcError, match="no clip to import; the first gap: no keypoints: 12"):
        import_plan(nothing, tmp_path / "store")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["files"]


def test_several_processes_make_the_same_store(tmp_path: Path, files: Path) -> None:
    alone = import_plan(plan(files), tmp_path / "alone", per_piece=2)
    together = import_plan(plan(files), tmp_path / "together", per_piece=2, workers=2)
    assert contents(together.store) == contents(alone.store)
    assert together.gaps == alone.gaps


def test_an_error_in_another_process_arrives() -> None:
    assert sorted(in_processes(operator.floordiv, [(6, n) for n in (1, 2, 3)], 2)) == [2, 3, 6]
    with pytest.raises(ZeroDivisionError):
        list(in_processes(operator.floordiv, [(6, 10 - n) for n in range(20)], 2))


@pytest.mark.parametrize("workers", [1, 2])
def test_a_killed_process_is_resumed(tmp_path: Path, workers: int) -> None:
    make(tmp_path / "files", 400)
    script = tmp_path / "script.py"
    script.write_text(
        "import sys, time\n"
        f"sys.path[:0] = {sys.path!r}\n"
        "from pathlib import Path\n"
        "from tests.data.importers.forms import plan\n"
        "from gspmc.data.importers.run import import_plan\n"
        "if __name__ == '__main__':\n"
        f"    import_plan(plan(Path({str(tmp_path / 'files')!r}), 400),"
        f" {str(tmp_path / 'store')!r}, per_piece=2, workers={workers})\n"
    )
    process = subprocess.Popen([sys.executable, script], start_new_session=True)
    partial = tmp_path / ".store.partial"
    while len(list(partial.glob("0*.json"))) < 5 and process.poll() is None:
        time.sleep(0.005)
    os.kill(process.pid, signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    while True:  # its workers see that it is gone, and end
        before = sorted(partial.rglob("*"))
        time.sleep(1)
        if sorted(partial.rglob("*")) == before:
            break
    assert not (tmp_path / "store").exists()
    unbroken = import_plan(plan(tmp_path / "files", 400), tmp_path / "whole", per_piece=2)
    resumed = import_plan(plan(tmp_path / "files", 400), tmp_path / "store", True, per_piece=2)
    assert 10 <= resumed.resumed < 400
    assert contents(resumed.store) == contents(unbroken.store)
    assert resumed.gaps == unbroken.gaps


def test_gaps_are_counted_and_the_first_few_named(tmp_path: Path) -> None:
    gaps = [Gap("no_keypoints", f"clip{n}") for n in range(1205)]
    gaps.append(Gap("unreadable", "größer", "torn"))
    assert list(tell(gaps)) == [
        "listed, but there are no keypoints: 1,205: clip0; clip1; clip2; and 1,202 more",
        "keypoints cannot be read, left out: 1: größer (torn)",
    ]
    assert not list(tell([]))
    write_gaps(tmp_path / "gaps.jsonl", gaps)
    lines = (tmp_path / "gaps.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 1206
    assert json.loads(lines[-1]) == {"kind": "unreadable", "name": "größer", "detail": "torn"}
