"""Pictures of clips hold every skeleton, bone and text they should; nothing missing is drawn."""

from pathlib import Path

import numpy as np
import pytest
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.figure import Figure

from gspmc.data.canvas import save_figure
from gspmc.data.clip import Clip
from gspmc.data.plot import skeleton_strip, trajectories
from gspmc.pose import PoseSequence
from gspmc.skeleton import get_layout

LAYOUTS = ("gsp87", "hands42", "kinect20")


def a_clip(layout: str = "gsp87", frames: int = 30, hidden: slice | None = None) -> Clip:
    """Points on a slowly moving cloud; in the frames `hidden` nothing is seen."""
    points = get_layout(layout)
    rng = np.random.default_rng(0)
    keypoints = np.ones((frames, points.num_joints, len(points.channels)), dtype=np.float32)
    keypoints[..., :-1] = rng.uniform(0.2, 0.8, (1, points.num_joints, len(points.channels) - 1))
    keypoints[..., 0] += np.linspace(0, 0.3, frames)[:, None]
    if hidden is not None:
        keypoints[hidden] = 0
    return Clip("c1", "price $5 or $6", "s1", "train", PoseSequence(keypoints, layout, fps=25.0))


def segments_in(figure: Figure, panel: int) -> int:
    collections = figure.axes[panel].collections
    return sum([len(c.get_segments()) for c in collections if isinstance(c, LineCollection)])


def points_in(figure: Figure, panel: int) -> int:
    collections = figure.axes[panel].collections
    return sum(
        [len(np.asarray(c.get_offsets())) for c in collections if isinstance(c, PathCollection)]
    )


def limb_bones(layout: str) -> int:
    """Bones outside mouth and face, which are drawn as points."""
    points = get_layout(layout)
    limbs = {j for part in ("body", "left_hand", "right_hand") for j in points.parts.get(part, ())}
    return sum(joint in limbs and joint != parent for joint, parent in enumerate(points.parents))


def assert_png(figure: Figure, path: Path) -> None:
    save_figure(figure, path, dpi=30)
    assert path.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("layout", LAYOUTS)
def test_strip_draws_every_bone_and_point(layout: str, tmp_path: Path) -> None:
    figure = skeleton_strip(a_clip(layout), frames=5)
    assert len(figure.axes) == 5
    assert [axes.get_xlabel() for axes in figure.axes][::4] == ["0.00 s", "1.16 s"]
    for panel in range(5):
        assert segments_in(figure, panel) == limb_bones(layout)
        assert points_in(figure, panel) == get_layout(layout).num_joints
    axes = figure.axes[0]
    assert axes.yaxis_inverted()  # y points down
    assert axes.get_aspect() == 1
    assert_png(figure, tmp_path / "strip.png")


def test_strip_leaves_out_missing_points_and_their_bones() -> None:
    clip = a_clip("hands42")
    root = get_layout("hands42").index("left_hand.root")
    clip.pose.keypoints[:, root] = 0
    figure = skeleton_strip(clip, frames=3)
    assert points_in(figure, 0) == 41
    assert segments_in(figure, 0) == limb_bones("hands42") - 5  # a root carries five fingers


def test_strip_chooses_frames_that_show_something() -> None:
    figure = skeleton_strip(a_clip(frames=30, hidden=slice(0, 10)), frames=4)
    assert figure.axes[0].get_xlabel() == "0.40 s"  # frame 10 at 25 a second
    assert all(points_in(figure, panel) == 87 for panel in range(4))


def test_strip_of_few_frames_has_few_panels() -> None:
    assert len(skeleton_strip(a_clip(frames=1)).axes) == 1
    assert len(skeleton_strip(a_clip(frames=12, hidden=slice(2, None))).axes) == 2


def test_strip_and_trajectories_of_an_unseen_clip_say_so(tmp_path: Path) -> None:
    clip = a_clip(hidden=slice(None))
    figure = skeleton_strip(clip, frames=3)
    assert [axes.texts[0].get_text() for axes in figure.axes] == ["nothing seen"] * 3
    assert_png(figure, tmp_path / "strip.png")
    paths = trajectories(clip)
    legend = paths.axes[1].get_legend()
    assert legend is not None
    assert all("never seen" in text.get_text() for text in legend.get_texts())
    assert_png(paths, tmp_path / "paths.png")


@pytest.mark.parametrize("layout", LAYOUTS)
def test_trajectories_follow_both_hands(layout: str, tmp_path: Path) -> None:
    clip = a_clip(layout)
    figure = trajectories(clip)
    points = get_layout(layout)
    name = "left_wrist" if layout == "kinect20" else "left_hand.root"
    expected = clip.pose.keypoints[:, points.index(name)]
    by_axis = {axes.get_ylabel()[0]: axes for axes in figure.axes if "y (" not in axes.get_xlabel()}
    for column, axis in enumerate("xy"):
        drawn = by_axis[axis].lines[0].get_ydata()
        np.testing.assert_allclose(np.asarray(drawn), expected[:, column], rtol=1e-6)
    plane = figure.axes[0]
    assert segments_in(figure, 0) == 2 * (30 - 1)
    assert plane.yaxis_inverted()
    assert ("(m)" in plane.get_xlabel()) == (layout == "kinect20")
    assert_png(figure, tmp_path / "paths.png")


def test_trajectories_break_where_a_hand_is_not_seen() -> None:
    figure = trajectories(a_clip(frames=10, hidden=slice(4, 6)))
    # steps 3-4, 4-5 and 5-6 touch a hidden frame
    assert segments_in(figure, 0) == 2 * (9 - 3)


def test_one_frame_has_trajectories_of_a_point(tmp_path: Path) -> None:
    assert_png(trajectories(a_clip(frames=1)), tmp_path / "paths.png")
