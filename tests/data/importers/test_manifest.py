"""Anybody's keypoint files by a CSV manifest."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.tiny import keypoints

from gspmc.data.clip import Clip
from gspmc.data.importers.keypoint_file import KeypointFormat, read_clip_file
from gspmc.data.importers.manifest import import_manifest, plan_manifest
from gspmc.data.importers.run import import_plan
from gspmc.errors import GspmcError
from gspmc.skeleton import convert, get_layout


def save(path: Path, array: np.ndarray) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    np.save(path, array)
    return path


def write(folder: Path, *lines: str) -> Path:
    path = folder / "manifest.csv"
    path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    return path


def clips_of(path: Path, layout: str = "hands42", **options: Any) -> list[Clip]:
    return list(import_manifest(path, KeypointFormat(layout, **options)))


def one_line(failure: pytest.ExceptionInfo[GspmcError]) -> str:
    message = str(failure.value)
    assert "\n" not in message
    return message


def test_every_form_of_file_gives_the_same_clip(tmp_path: Path) -> None:
    points = keypoints(5).astype(np.float32)
    save(tmp_path / "plain.npy", points)
    save(tmp_path / "sub" / "flat.npy", points.reshape(5, -1))
    save(tmp_path / "double.npy", points.astype(np.float64))
    np.savez(tmp_path / "named.npz", keypoints=points, other=np.zeros(3))
    np.savez_compressed(tmp_path / "only.npz", whatever=points)
    files = ["plain.npy", "sub/flat.npy", "double.npy", "named.npz", "only.npz"]
    found = clips_of(write(tmp_path, "path,label", *(f"{file},book" for file in files)))
    assert [clip.id for clip in found] == files
    for clip in found:
        np.testing.assert_array_equal(clip.pose.keypoints, points.astype(np.float16))
        assert (clip.label, clip.signer, clip.split, clip.pose.fps) == ("book", "", "train", 25)


def test_columns_in_any_order_with_more_of_them(tmp_path: Path) -> None:
    save(tmp_path / "a b,c.npy", keypoints(2))
    save(tmp_path / "d.npy", keypoints(3))
    manifest = write(
        tmp_path,
        "\ufefffps,note,label,split,path,signer,id",
        '29.97,x,"trinken, schnell",val,"a b,c.npy",Jürgen,id 1',
        ",,größer,,d.npy,,",
    )
    first, second = clips_of(manifest, fps=50.0, extractor="rtm")
    assert (first.id, first.label, first.signer, first.split) == (
        "id 1",
        "trinken, schnell",
        "Jürgen",
        "val",
    )
    assert (second.id, second.label, second.signer, second.split) == (
        "d.npy",
        "größer",
        "",
        "train",
    )
    assert (first.pose.fps, second.pose.fps) == (29.97, 50.0)
    assert first.pose.extractor == second.pose.extractor == "rtm"


def test_an_absolute_path_is_taken_as_it_is(tmp_path: Path) -> None:
    file = save(tmp_path / "elsewhere" / "a.npy", keypoints(2))
    (tmp_path / "lists").mkdir()
    assert len(clips_of(write(tmp_path / "lists", "path,label", f"{file},x"))) == 1


def test_pixels_are_divided_by_the_height_in_both_directions(tmp_path: Path) -> None:
    pixels = np.zeros((2, 42, 3), np.float32)
    pixels[..., 0], pixels[..., 1], pixels[..., 2] = 640, 180, 0.5
    before = save(tmp_path / "a.npy", pixels).read_bytes()
    (found,) = clips_of(write(tmp_path, "path,label", "a.npy,x"), width=640, height=360)
    np.testing.assert_allclose(found.pose.keypoints[..., 0], 640 / 360, rtol=1e-3)
    np.testing.assert_allclose(found.pose.keypoints[..., 1], 0.5, rtol=1e-3)
    np.testing.assert_array_equal(found.pose.keypoints[..., 2], 0.5)  # confidence is no pixel
    assert (found.pose.width, found.pose.height) == (640, 360)
    assert (tmp_path / "a.npy").read_bytes() == before


def test_pixels_without_the_pictures_size_are_noticed(tmp_path: Path) -> None:
    pixels = keypoints(2) * np.array([640, 360, 1], np.float32)
    save(tmp_path / "a.npy", pixels)
    manifest = write(tmp_path, "path,label", "a.npy,x")
    for fractions, message in (
        (None, "reach .*, so they are pixels: give --width and --height$"),
        (True, "reach .*, so they are pixels: give --width and --height, and --fractions false$"),
    ):
        with pytest.raises(GspmcError, match=message) as failure:
            clips_of(manifest, fractions=fractions)
        assert one_line(failure).startswith(f"{manifest}:2: ")
    with pytest.raises(GspmcError, match="--fractions false"):
        clips_of(manifest, fractions=True, width=640, height=360)


def test_depth_is_not_divided(tmp_path: Path) -> None:
    points = keypoints(2, "kinect20").astype(np.float32)
    save(tmp_path / "a.npy", points)
    manifest = write(tmp_path, "path,label", "a.npy,x")
    (found,) = clips_of(manifest, "kinect20", width=64, height=2)
    expected = points * np.array([0.5, 0.5, 1, 1], np.float32)
    np.testing.assert_array_equal(found.pose.keypoints, expected.astype(np.float16))


@pytest.mark.parametrize("sizes", [{"width": 640}, {"height": 360}, {"width": 640, "height": 0}])
def test_half_a_picture_size_is_refused(tmp_path: Path, sizes: dict[str, int]) -> None:
    save(tmp_path / "a.npy", keypoints(2))
    with pytest.raises(GspmcError, match="both width and height"):
        clips_of(write(tmp_path, "path,label", "a.npy,x"), "hands42", **sizes)


def test_whole_body_points_are_converted(tmp_path: Path) -> None:
    points = keypoints(4, "coco_wholebody133")
    save(tmp_path / "a.npy", points)
    manifest = write(tmp_path, "path,label", "a.npy,x")
    (found,) = clips_of(manifest, "coco_wholebody133", to_layout="gsp87")
    assert found.pose.layout == "gsp87" and found.pose.keypoints.shape == (4, 87, 3)
    gsp87 = get_layout("gsp87")
    for name, whole_body in (("nose", 0), ("left_wrist", 9), ("right_hand.index_tip", 120)):
        np.testing.assert_array_equal(
            found.pose.keypoints[:, gsp87.index(name)], points[:, whole_body]
        )
    expected = convert(points, get_layout("coco_wholebody133"), gsp87)
    np.testing.assert_array_equal(found.pose.keypoints, expected)


@pytest.mark.parametrize("garbage", [np.nan, np.inf, -1.0, 1e9])
def test_what_stands_at_a_missing_point_does_not_matter(tmp_path: Path, garbage: float) -> None:
    points = keypoints(3).astype(np.float32)
    points[1, 4] = (garbage, garbage, 0)
    save(tmp_path / "a.npy", points)
    (found,) = clips_of(write(tmp_path, "path,label", "a.npy,x"))
    assert (found.pose.keypoints[1, 4] == 0).all()
    assert (found.pose.keypoints[1, 5] != 0).all()


def changed(value: float, channel: int) -> np.ndarray:
    points = keypoints(3).astype(np.float32)
    points[1, 4, channel] = value
    return points


@pytest.mark.parametrize(
    ("array", "message"),
    [
        (changed(np.nan, 0), "NaN or infinity, first in frame 1"),
        (changed(np.inf, 1), "NaN or infinity, first in frame 1"),
        (changed(np.nan, 2), "NaN or infinity, first in frame 1"),
        (changed(1e6, 0), "NaN or infinity, first in frame 1"),  # float16 ends at 65504
        (np.zeros((0, 42, 3), np.float32), "no frames"),
        (np.zeros((3, 41, 3), np.float32), r"must be \(frames, 42, 3\), not \(3, 41, 3\)"),
        (np.zeros((3, 42, 2), np.float32), r"not \(3, 42, 2\)"),
        (np.zeros((3, 125), np.float32), r"not \(3, 125\)"),
        (np.zeros((), np.float32), r"not \(\)"),
        (np.array(["a", "b"]), "holds <U1, not numbers"),
        (np.zeros((3, 42, 3), complex), "not numbers"),
        (np.array([None, {}], dtype=object), "cannot read it: .*allow_pickle"),
    ],
)
def test_a_bad_file_is_named_with_its_line(
    tmp_path: Path, array: np.ndarray, message: str, recwarn: pytest.WarningsRecorder
) -> None:
    save(tmp_path / "good.npy", keypoints(2))
    save(tmp_path / "bad.npy", array)
    manifest = write(tmp_path, "path,label", "good.npy,x", "bad.npy,y")
    with pytest.raises(GspmcError, match=message) as failure:
        clips_of(manifest)
    text = one_line(failure)
    assert text.startswith(f"{manifest}:3: ") and "bad.npy" in text
    assert not recwarn.list  # a warning would be a second line


@pytest.mark.parametrize("options", [{}, {"to_layout": "hands42"}, {"width": 4, "height": 4}])
@pytest.mark.parametrize("shape", [(), (7,), (3, 42), (2, 3, 42, 3)])
def test_any_wrong_shape_is_one_line(tmp_path: Path, shape: tuple[int, ...], options: dict) -> None:
    file = save(tmp_path / "bad.npy", np.zeros(shape, np.float32))
    with pytest.raises(GspmcError, match="bad.npy") as failure:
        read_clip_file(file, KeypointFormat("hands42", **options))
    one_line(failure)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("absent.npy,x,", "No such file"),
        ("good.npy,,", "label is empty"),
        (",x,", "path is empty"),
        ("good.npy", "label is empty"),
        ("good.npy,x,fast", "could not convert string to float: 'fast'"),
        ("good.npy,x,0", "fps must be positive"),
        ("good.npy,x,nan", "fps must be positive"),
        ("text.npy,x,", "it is no .npy or .npz file"),
        ("good.npy,thank you, please,25", "4 cells, the first line names 3"),
        ("good.npy, ,", "label is empty"),
        ("good.npy,a\0b,", "unprintable"),
        ("several.npz,x,", "it holds a, b: name one of them 'keypoints'"),
        ("empty.npz,x,", "it holds no array"),
        ("pickled.npz,x,", "cannot read it: .*allow_pickle"),
        ("truncated.npz,x,", "cannot read it"),
        ("folder.npy,x,", "cannot read it"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, line: str, message: str) -> None:
    save(tmp_path / "good.npy", keypoints(2))
    (tmp_path / "text.npy").write_text("x,y,c\n")
    (tmp_path / "folder.npy").mkdir()
    np.savez(tmp_path / "several.npz", a=keypoints(2), b=keypoints(2))
    np.savez(tmp_path / "empty.npz")
    np.savez(tmp_path / "pickled.npz", keypoints=np.array([None]))
    np.savez(tmp_path / "whole.npz", keypoints=keypoints(2))
    whole = (tmp_path / "whole.npz").read_bytes()
    (tmp_path / "truncated.npz").write_bytes(whole[: len(whole) // 2])
    manifest = write(tmp_path, "path,label,fps", "good.npy,x,25", line)
    with pytest.raises(GspmcError, match=message) as failure:
        clips_of(manifest)
    assert one_line(failure).startswith(f"{manifest}:3: ")


@pytest.mark.parametrize(
    ("header", "absent"), [("file,label", "path"), ("path,gloss", "label"), ("", "path")]
)
def test_a_missing_column_is_named(tmp_path: Path, header: str, absent: str) -> None:
    with pytest.raises(GspmcError, match=f"lacks the column '{absent}'") as failure:
        clips_of(write(tmp_path, header, "a.npy,x"))
    one_line(failure)


def test_a_manifest_that_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "manifest.csv"
    for content in (b"path,label\n\xff\xfe,x\n", None):
        if content is None:
            path = tmp_path / "absent.csv"
        else:
            path.write_bytes(content)
        with pytest.raises(
            GspmcError, match="cannot read manifest .*(line 2 is not UTF-8|No such file)"
        ) as failure:
            clips_of(path)
        assert str(path) in one_line(failure)


def test_a_cell_that_never_ends(tmp_path: Path) -> None:
    path = tmp_path / "manifest.csv"
    path.write_text('path,label\n"a.npy,' + "x" * 200_000)
    with pytest.raises(GspmcError, match="is broken as a table") as failure:
        clips_of(path)
    one_line(failure)


@pytest.mark.parametrize("content", ['a.npy,"x\nb.npy,y\n', 'a.npy,"x"y\n'])
def test_a_quotation_mark_that_swallows_rows(tmp_path: Path, content: str) -> None:
    path = tmp_path / "manifest.csv"
    path.write_text("path,label\n" + content)
    with pytest.raises(GspmcError, match="is broken as a table") as failure:
        clips_of(path)
    one_line(failure)


def test_a_column_named_twice(tmp_path: Path) -> None:
    with pytest.raises(GspmcError, match="names a column twice"):
        clips_of(write(tmp_path, "path,label,label", "a.npy,x,y"))


def test_other_separators_are_told(tmp_path: Path) -> None:
    with pytest.raises(GspmcError, match="'path;label', and path and label are needed, separated"):
        clips_of(write(tmp_path, "path;label", "a.npy;x"))


@pytest.mark.parametrize("options", [{"layout": "nope"}, {"to_layout": "nope"}])
def test_an_unknown_layout_is_named(tmp_path: Path, options: dict[str, str]) -> None:
    save(tmp_path / "a.npy", keypoints(2))
    manifest = write(tmp_path, "path,label", "a.npy,x")
    with pytest.raises(GspmcError, match="nope") as failure:
        clips_of(manifest, **options)
    one_line(failure)


def test_a_conversion_that_lacks_points(tmp_path: Path) -> None:
    save(tmp_path / "a.npy", keypoints(2))
    with pytest.raises(GspmcError, match=r"manifest.csv:2: .*lacks .* points") as failure:
        clips_of(write(tmp_path, "path,label", "a.npy,x"), to_layout="gsp87")
    one_line(failure)


def test_what_cannot_be_read_is_left_out_on_request(tmp_path: Path) -> None:
    points = keypoints(4)
    save(tmp_path / "a.npy", points)
    save(tmp_path / "small.npy", np.zeros((3, 41, 3), np.float32))
    save(tmp_path / "zero.npy", np.zeros((3, 42, 3), np.float32))
    manifest = write(
        tmp_path,
        "path,label,id,signer,split,fps",
        "a.npy,x,one,s,val,12",
        "a.npy,x,one,,,",
        "absent.npy,x,,,,",
        "small.npy,x,,,,",
        "zero.npy,x,,,,",
        "a.npy,,,,,",
        "a.npy,x,,,,fast",
        "a.npy,x,three,,,0",
        "a.npy,y,two,,,",
    )
    form = KeypointFormat("hands42")
    done = import_plan(plan_manifest(manifest, form), tmp_path / "store")
    first, second, third = done.store.read()
    assert (first.id, first.signer, first.split, first.pose.fps) == ("one", "s", "val", 12)
    assert (second.id, second.split, second.pose.fps) == ("three", "train", 25)
    assert (third.id, third.label) == ("two", "y")
    np.testing.assert_array_equal(third.pose.keypoints, points)
    assert [(gap.kind, gap.name) for gap in done.gaps] == [
        ("no_keypoints", "absent.npy"),
        ("bad_row", "manifest.csv:7"),
        ("bad_row", "manifest.csv:8"),
        ("twice", "one"),
        ("unreadable", "small.npy"),
        ("no_points", "zero.npy"),
    ]


def test_a_manifest_that_cannot_be_read_stays_an_error(tmp_path: Path) -> None:
    with pytest.raises(GspmcError, match="lacks the column 'label'"):
        plan_manifest(write(tmp_path, "path", "a.npy"), KeypointFormat("hands42"))
