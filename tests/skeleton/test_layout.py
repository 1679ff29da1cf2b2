"""Every layout as data: indices, parts, bones and mirror, against lists written out by hand."""

import copy
import pickle

import pytest
from tests.tiny import roots

from gspmc.errors import GspmcError
from gspmc.skeleton import PARTS, Layout, edges, get_layout, layout_names

SOURCES_ONLY = ("mediapipe_holistic", "mediapipe_holistic478")
WITH_BONES = tuple(name for name in layout_names() if name not in SOURCES_ONLY)
EXPECTED = {
    # name: (joints, points of body, left hand, right hand, mouth, face)
    "gsp87": (87, 15, 21, 21, 10, 20),
    "coco_wholebody133": (133, 23, 21, 21, 20, 48),
    "cosign76": (76, 9, 21, 21, 8, 17),
    "masa49": (49, 7, 21, 21, 0, 0),
    "sam27": (27, 7, 10, 10, 0, 0),
    "hands42": (42, 0, 21, 21, 0, 0),
    "holistic75": (75, 33, 21, 21, 0, 0),
    "mediapipe_holistic": (543, 33, 21, 21, 10, 458),
    "mediapipe_holistic478": (553, 33, 21, 21, 10, 468),
    "kinect20": (20, 16, 2, 2, 0, 0),
}

HAND_PARENTS = [None, 0, 1, 2, 3, 0, 5, 6, 7, 0, 9, 10, 11, 0, 13, 14, 15, 0, 17, 18, 19]
"""Within one hand, MediaPipe and COCO order: five chains from the root."""

NOSE, LEFT_WRIST, RIGHT_WRIST = 0, 9, 10
RIGHT_CORNER, LEFT_CORNER, NOSE_TIP = 57, 60, 86
GSP87_PARENTS = [
    # nose; eyes; ears; shoulders; elbows; wrists; hips; knees
    *(0, 0, 0, 1, 2, 0, 0, 5, 6, 7, 8, 5, 6, 11, 12),
    *(LEFT_WRIST if parent is None else 15 + parent for parent in HAND_PARENTS),
    *(RIGHT_WRIST if parent is None else 36 + parent for parent in HAND_PARENTS),
    # outer lip: right corner, upper right, upper left, left corner, lower left, lower right
    *(NOSE_TIP, RIGHT_CORNER, LEFT_CORNER, NOSE_TIP, LEFT_CORNER, RIGHT_CORNER),
    # inner lip: right corner, upper, left corner, lower
    *(RIGHT_CORNER, NOSE_TIP, LEFT_CORNER, NOSE_TIP),
    # jaw: four from the right ear inward, chin, four outward to the left ear
    *(68, 69, 70, 71, NOSE_TIP, 71, 72, 73, 74),
    *[NOSE_TIP] * 6,  # brows
    *[NOSE_TIP] * 4,  # eye corners
    NOSE,  # nose tip
]
GSP87_MIRROR = [
    *(0, 2, 1, 4, 3, 6, 5, 8, 7, 10, 9, 12, 11, 14, 13),
    *range(36, 57),
    *range(15, 36),
    *(60, 59, 58, 57, 62, 61),
    *(65, 64, 63, 66),
    *range(75, 66, -1),
    *range(81, 75, -1),
    *range(85, 81, -1),
    86,
]
DLIB_MIRROR = {  # the 68 face points of iBUG/dlib, as every face library flips them
    **{point: 16 - point for point in range(17)},
    **{point: 43 - point for point in range(17, 27)},
    **{point: point for point in range(27, 31)},
    **{point: 66 - point for point in range(31, 36)},
    **{36: 45, 37: 44, 38: 43, 39: 42, 40: 47, 41: 46},
    **{45: 36, 44: 37, 43: 38, 42: 39, 47: 40, 46: 41},
    **{48: 54, 49: 53, 50: 52, 51: 51, 52: 50, 53: 49, 54: 48},
    **{55: 59, 56: 58, 57: 57, 58: 56, 59: 55},
    **{60: 64, 61: 63, 62: 62, 63: 61, 64: 60, 65: 67, 66: 66, 67: 65},
}


@pytest.fixture(params=layout_names())
def layout(request: pytest.FixtureRequest) -> Layout:
    return get_layout(request.param)


@pytest.fixture(params=WITH_BONES)
def boned(request: pytest.FixtureRequest) -> Layout:
    return get_layout(request.param)


def components(layout: Layout) -> int:
    """Connected components of the graph, by merging sets."""
    group = list(range(layout.num_joints))
    for first, second in edges(layout):
        old, new = group[first], group[second]
        group = [new if member == old else member for member in group]
    return len(set(group))


def test_every_layout_of_the_method_exists_under_its_name() -> None:
    assert set(layout_names()) == set(EXPECTED)
    assert all(get_layout(name).name == name for name in layout_names())


def test_unknown_layout_is_one_line_that_lists_the_known_ones() -> None:
    with pytest.raises(GspmcError, match=r"'openpose'.*gsp87.*kinect20") as failure:
        get_layout("openpose")
    assert "\n" not in str(failure.value)


def test_sizes(layout: Layout) -> None:
    joints, *parts = EXPECTED[layout.name]
    assert layout.num_joints == joints == len(set(layout.joints))
    assert [len(layout.parts.get(part, ())) for part in PARTS] == parts
    assert [part in layout.parts for part in PARTS] == [size > 0 for size in parts]


def test_every_index_is_in_range_and_in_exactly_one_part(layout: Layout) -> None:
    used = sorted(index for members in layout.parts.values() for index in members)
    assert used == list(range(layout.num_joints))
    assert list(layout.parts) == [part for part in PARTS if part in layout.parts]
    assert len(layout.parents) == len(layout.mirror) == layout.num_joints
    assert set(layout.parents) <= set(used)
    assert sorted(layout.mirror) == used
    for edge in layout.extra_edges:
        assert set(edge) <= set(used) and edge[0] != edge[1]


def test_names_belong_to_the_part_they_are_listed_under(layout: Layout) -> None:
    prefixes = {part: f"{part}." for part in PARTS if part != "body"}
    for part, members in layout.parts.items():
        for index in members:
            name = layout.joints[index]
            assert layout.index(name) == index
            if part in prefixes and layout.name != "kinect20":
                assert name.startswith(prefixes[part])


def test_mirror_is_an_involution(layout: Layout) -> None:
    assert [layout.mirror[across] for across in layout.mirror] == list(range(layout.num_joints))


def test_mirror_maps_parts_onto_mirrored_parts(boned: Layout) -> None:
    across = {"left_hand": "right_hand", "right_hand": "left_hand"}
    for part, members in boned.parts.items():
        image = {boned.mirror[index] for index in members}
        assert image == set(boned.parts[across.get(part, part)])
        if part in across:  # the same point of the other hand, so that hands can share weights
            assert [boned.mirror[i] for i in members] == list(boned.parts[across[part]])


def test_mirror_swaps_left_and_right_and_nothing_else(boned: Layout) -> None:
    for joint, across in zip(boned.joints, boned.mirror, strict=True):
        swapped = {"left": "right", "right": "left"}
        words = joint.replace(".", "_ _").split("_")
        expected = "_".join(swapped.get(word, word) for word in words).replace("_ _", ".")
        assert boned.joints[across] == expected


def test_bones_and_graph_are_closed_under_the_mirror(boned: Layout) -> None:
    for joint, parent in enumerate(boned.parents):
        assert boned.parents[boned.mirror[joint]] == boned.mirror[parent]
    pairs = {frozenset(edge) for edge in edges(boned)}
    assert {frozenset(boned.mirror[end] for end in edge) for edge in pairs} == pairs


def test_every_bone_leads_to_a_root(boned: Layout) -> None:
    for joint in range(boned.num_joints):
        seen = set()
        while joint not in roots(boned):
            assert joint not in seen, f"a ring of bones through {boned.joints[joint]}"
            seen.add(joint)
            joint = boned.parents[joint]


def test_graph_is_connected(boned: Layout) -> None:
    assert components(boned) == 1
    assert len(edges(boned)) == boned.num_joints - 1  # a tree: no edge too many


def test_hands42_has_two_roots_joined_by_the_one_extra_edge() -> None:
    layout = get_layout("hands42")
    assert [layout.joints[root] for root in roots(layout)] == ["left_hand.root", "right_hand.root"]
    assert layout.extra_edges == ((0, 21),)
    assert components(layout) == 1
    bones_alone = [edge for edge in edges(layout) if edge not in layout.extra_edges]
    assert len(bones_alone) == 40


@pytest.mark.parametrize("name", [name for name in WITH_BONES if name != "hands42"])
def test_the_others_have_one_root_and_no_extra_edge(name: str) -> None:
    layout = get_layout(name)
    root = "hip_centre" if name == "kinect20" else "nose"
    assert [layout.joints[index] for index in roots(layout)] == [root]
    assert layout.extra_edges == ()


def test_gsp87_slices() -> None:
    parts = get_layout("gsp87").parts
    assert dict(parts) == {
        "body": tuple(range(0, 15)),
        "left_hand": tuple(range(15, 36)),
        "right_hand": tuple(range(36, 57)),
        "mouth": tuple(range(57, 67)),
        "face": tuple(range(67, 87)),
    }


def test_gsp87_bones_and_mirror_literally() -> None:
    layout = get_layout("gsp87")
    assert list(layout.parents) == GSP87_PARENTS
    assert list(layout.mirror) == GSP87_MIRROR


def test_hands42_bones_literally() -> None:
    one_hand = [0 if parent is None else parent for parent in HAND_PARENTS]
    assert list(get_layout("hands42").parents) == one_hand + [21 + parent for parent in one_hand]


def test_wholebody_face_is_mirrored_as_dlib_does() -> None:
    mirror = get_layout("coco_wholebody133").mirror
    assert {i: mirror[23 + i] - 23 for i in range(68)} == DLIB_MIRROR
    assert mirror[17:23] == (20, 21, 22, 17, 18, 19)  # left feet, right feet
    assert mirror[91:112] == tuple(range(112, 133))


def test_a_subset_keeps_its_bones_by_passing_over_what_it_lacks() -> None:
    cosign = get_layout("cosign76")
    for joint in ("mouth.outer_right_corner", "mouth.inner_upper", "face.chin"):
        parent = cosign.parents[cosign.index(joint)]
        assert cosign.joints[parent] == "nose"  # the nose tip is left out
    sam = get_layout("sam27")
    tip = sam.index("left_hand.index_tip")
    assert sam.joints[sam.parents[tip]] == "left_hand.index_mcp"


def test_kinect_joints_in_the_order_of_the_data_set() -> None:
    layout = get_layout("kinect20")
    assert layout.channels == ("x", "y", "z", "confidence")
    assert layout.joints[0] == "head" and layout.joints[11] == "hip_centre"
    pairs = {2: 3, 4: 5, 6: 7, 8: 9, 12: 13, 14: 15, 16: 17, 18: 19}  # left: the even index
    for left, right in pairs.items():
        assert layout.joints[left].startswith("left") and layout.mirror[left] == right
    centre = {0, 1, 10, 11}
    assert {index for index, across in enumerate(layout.mirror) if index == across} == centre
    parents = (1, 10, 1, 1, 2, 3, 4, 5, 6, 7, 11, 11, 11, 11, 12, 13, 14, 15, 16, 17)
    assert layout.parents == parents


def test_pose_points_of_mediapipe_alternate_from_the_mouth_on() -> None:
    joints = get_layout("holistic75").joints[:33]
    kinds = ("shoulder", "elbow", "wrist", "pinky", "index", "thumb")
    kinds += ("hip", "knee", "ankle", "heel", "foot_index")
    pairs = [f"{side}_{kind}" for kind in kinds for side in ("left", "right")]
    assert joints[11:] == tuple(pairs)
    eye = ("eye_inner", "eye", "eye_outer")
    head = [f"{side}_{point}" for side in ("left", "right") for point in eye]
    assert joints[:9] == ("nose", *head, "left_ear", "right_ear")


def test_sources_have_no_bones_of_their_own() -> None:
    for name in SOURCES_ONLY:
        layout = get_layout(name)
        assert layout.parents == layout.mirror == tuple(range(layout.num_joints))


def test_a_layout_travels_to_a_loader_worker(layout: Layout) -> None:
    assert pickle.loads(pickle.dumps(layout)) == layout
    assert copy.deepcopy(layout) == layout


def test_unknown_joint() -> None:
    with pytest.raises(ValueError):
        get_layout("hands42").index("nose")
