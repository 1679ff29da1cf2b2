"""Which keypoint files a folder holds."""

import os
import re
from collections.abc import Callable
from pathlib import Path

from gspmc.data.importers.gaps import Gap
from gspmc.errors import GspmcError

KEYPOINTS = (".npy", ".npz", ".pose")
"""Ends of the names of files with one clip's keypoints."""
_VIDEO = re.compile(r"\.(mp4|avi|mkv|mov|webm)$", re.IGNORECASE)


def stem_of(file_name: str) -> str:
    """`signer0_sample1_color` of `signer0_sample1_color.mp4.npy`."""
    return _VIDEO.sub("", file_name.rpartition(".")[0])


def find_keypoints(
    folder: str | Path, name_of: Callable[[str], str | None], gaps: list[Gap]
) -> dict[str, str]:
    """Name of the clip -> path of its keypoints, of the whole tree under a folder.

    Args:
        folder: where to look.
        name_of: the clip's name by the stem of the file; None where it is no clip of this set.
        gaps: gets the files that are none, and those that are there twice.

    Raises:
        GspmcError: there is no such folder, or not one file of keypoints in it.
    """
    if not Path(folder).is_dir():
        raise GspmcError(f"no folder {folder}: name the one that holds the keypoints")
    found: dict[str, str] = {}
    count = 0
    for place, folders, names in os.walk(folder):
        folders.sort()
        for file_name in sorted(names):
            if not file_name.endswith(KEYPOINTS):
                continue
            count += 1
            path = os.path.join(place, file_name)
            name = name_of(stem_of(file_name))
            if name is None:
                gaps.append(Gap("no_label", os.path.relpath(path, folder), "strange file name"))
            elif name in found:
                gaps.append(Gap("twice", os.path.relpath(path, folder)))
            else:
                found[name] = path
    if not count:
        raise GspmcError(f"{folder} holds no {', '.join(KEYPOINTS)}: name the keypoints' folder")
    return found
