"""WLASL: American Sign Language from the web, keypoints one file a video.

Source of the form: the set's own lists, `WLASL_v0.3.json` and `nslt_100.json` … (Li et al., WACV
2020).
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from gspmc.data.importers.class_list import ClassList, distinct
from gspmc.data.importers.found_files import find_keypoints
from gspmc.data.importers.gaps import Gap
from gspmc.data.importers.plan import Plan
from gspmc.data.importers.published import Listed, PublishedFormat, plan_of_files
from gspmc.errors import GspmcError

LIST = "WLASL_v0.3.json"
_NOT_OF_THE_FORM = (LookupError, TypeError, ValueError, OverflowError, AttributeError)
"""What the reading of a row raises that has other things in it."""


@dataclass(frozen=True)
class _Instance:
    clip: Listed
    gloss: int
    """Place of its gloss in the list."""


def plan_wlasl(
    source: str | Path,
    form: PublishedFormat,
    keypoints: str | Path | None = None,
    subset: str | Path | None = None,
    cut: bool = False,
) -> Plan:
    """Find the list and the keypoints of WLASL.

    Args:
        source: folder with `WLASL_v0.3.json`, or that file.
        form: how keypoint files are read.
        keypoints: folder of the keypoints, if they are not under `source`.
        subset: `nslt_100.json` or another of the subset files: the clips, splits and numbers there.
        cut: keypoints are of whole videos: take the frames from `frame_start` to `frame_end`.

    Raises:
        GspmcError: a list is missing or of another form, or the subset's numbers are shifted.
    """
    source = Path(source)
    path = source if source.is_file() else source / LIST
    gaps: list[Gap] = []
    glosses, instances = _read_list(path, cut, gaps)
    classes = ClassList(distinct(glosses))
    everything = {instance.clip.name for instance in instances}
    if subset is not None:
        instances, size = _choose(instances, Path(subset), len(glosses), gaps)
        classes = ClassList(classes.names[:size])
    files = find_keypoints(keypoints or path.parent, lambda stem: stem, gaps)
    wanted = {instance.clip.name for instance in instances}
    others = everything - wanted  # files of clips outside the subset are no gap
    files = {name: file for name, file in files.items() if name not in others}
    return plan_of_files(path, (i.clip for i in instances), files, classes, form, gaps)


def _read_json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise GspmcError(f"cannot read {path}: {error}") from error


def _read_list(path: Path, cut: bool, gaps: list[Gap]) -> tuple[list[str], list[_Instance]]:
    """Glosses in order, and every instance of them."""
    entries = _read_json(path)
    if not isinstance(entries, list) or not all(
        isinstance(entry, dict)
        and isinstance(entry.get("gloss"), str)
        and isinstance(entry.get("instances"), list)
        for entry in entries
    ):
        raise GspmcError(f"{path} must be a list of gloss and instances: is it {LIST}?")
    instances = []
    for number, entry in enumerate(entries):
        for place, instance in enumerate(entry["instances"]):
            try:
                instances.append(_Instance(_listed(instance, number, cut), number))
            except _NOT_OF_THE_FORM as error:
                reason = f"{type(error).__name__}: {error}"
                gaps.append(Gap("bad_row", f"{entry['gloss']}, instance {place}", reason))
    return [entry["gloss"] for entry in entries], instances


def _listed(instance: dict[str, Any], number: int, cut: bool) -> Listed:
    signer = instance.get("signer_id")
    first, last = int(instance.get("frame_start", 1)), int(instance.get("frame_end", -1))
    return Listed(
        name=_name(instance["video_id"]),
        number=number,
        signer="" if signer is None or signer == -1 else str(signer),
        split=_name(instance["split"]),
        fps=float(instance.get("fps") or 0),
        first=max(first - 1, 0) if cut else 0,  # counted from one, the last one included
        last=last if cut else -1,
    )


def _name(given: Any) -> str:
    if not isinstance(given, (str, int)):
        raise TypeError(f"{given!r} is no name")
    return str(given)


def _choose(
    instances: list[_Instance], path: Path, glosses: int, gaps: list[Gap]
) -> tuple[list[_Instance], int]:
    """The instances that a subset names, with its splits; and how many classes it has."""
    chosen = {name: (number, split) for name, number, split in _subset_rows(path, gaps)}
    if not chosen:
        raise GspmcError(f"{path} names no clip: is it one of WLASL's subset files?")
    known = {instance.clip.name: instance for instance in instances}
    numbers = {number for number, _ in chosen.values()}
    off_by = {number - known[name].gloss for name, (number, _) in chosen.items() if name in known}
    if off_by == {1}:
        raise GspmcError(
            f"{path}: its classes run from {min(numbers)} to {max(numbers)}, counted from one, "
            f"those of {LIST} from zero: subtract one"
        )
    found = []
    for name, (number, split) in chosen.items():
        if name not in known:
            gaps.append(Gap("bad_row", name, f"{path.name} names it, {LIST} does not"))
        elif number != known[name].gloss:
            detail = f"{path.name} says {number}, {LIST} {known[name].gloss}"
            gaps.append(Gap("unknown_class", name, detail))
        else:
            clip = known[name].clip._replace(split=split)
            found.append(replace(known[name], clip=clip))
    return found, min(max(numbers) + 1, glosses)


def _subset_rows(path: Path, gaps: list[Gap]) -> Iterator[tuple[str, int, str]]:
    entries = _read_json(path)
    if not isinstance(entries, dict):
        raise GspmcError(f"{path} must map video ids: is it one of WLASL's subset files?")
    for name, entry in entries.items():
        try:
            yield name, int(entry["action"][0]), _name(entry["subset"])
        except _NOT_OF_THE_FORM:
            gaps.append(Gap("bad_row", f"{path.name}: {name}", str(entry)[:80]))
