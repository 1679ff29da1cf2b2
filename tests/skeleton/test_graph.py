"""The graph subsets against loops over the bone tree."""

import numpy as np
import pytest
from tests.tiny import roots

from gspmc.skeleton import Layout, get_layout, graph_subsets

NAMES = ("gsp87", "coco_wholebody133", "cosign76", "masa49", "sam27", "hands42", "kinect20")


@pytest.fixture(params=NAMES)
def layout(request: pytest.FixtureRequest) -> Layout:
    return get_layout(request.param)


def literal_subsets(layout: Layout) -> np.ndarray:
    """One entry after the other; A[u, v] is the weight of v's message to u."""
    size = layout.num_joints
    links: list[list[tuple[int, int]]] = [[], [], []]
    for joint in range(size):
        links[0].append((joint, joint))
        parent = layout.parents[joint]
        if parent != joint:
            links[1].append((parent, joint))
            links[2].append((joint, parent))
    for first, second in layout.extra_edges:
        for subset in links[1:]:
            subset.extend([(first, second), (second, first)])
    subsets = np.zeros((3, size, size))
    for subset, entries in enumerate(links):
        for row, column in entries:
            in_column = sum(1 for _, other in entries if other == column)
            subsets[subset, row, column] = 1 / in_column
    return subsets


def test_equals_the_literal_version(layout: Layout) -> None:
    subsets = graph_subsets(layout)
    assert subsets.shape == (3, layout.num_joints, layout.num_joints)
    assert subsets.dtype == np.float32
    np.testing.assert_allclose(subsets, literal_subsets(layout), rtol=1e-6)


def test_columns_sum_to_one_or_are_empty(layout: Layout) -> None:
    sums = graph_subsets(layout).sum(axis=1)
    assert np.all(np.isclose(sums, 1) | (sums == 0))
    np.testing.assert_allclose(sums[0], 1)
    joined = {end for edge in layout.extra_edges for end in edge}
    without_parent = {int(joint) for joint in np.flatnonzero(sums[1] == 0)}
    assert without_parent == set(roots(layout)) - joined
    leaves = set(range(layout.num_joints)) - set(layout.parents) - joined
    assert {int(joint) for joint in np.flatnonzero(sums[2] == 0)} == leaves


def test_inward_is_outward_turned_before_normalisation(layout: Layout) -> None:
    _, inward, outward = graph_subsets(layout) > 0
    np.testing.assert_array_equal(inward, outward.T)
    bones = layout.num_joints - len(roots(layout))
    assert inward.sum() == bones + 2 * len(layout.extra_edges)


def test_self_is_the_identity(layout: Layout) -> None:
    np.testing.assert_array_equal(graph_subsets(layout)[0], np.eye(layout.num_joints))


def test_extra_edge_of_hands42_goes_both_ways() -> None:
    _, inward, outward = graph_subsets(get_layout("hands42"))
    assert inward[0, 21] == inward[21, 0] == 1
    # A root speaks to five knuckles and to the other root.
    assert outward[0, 21] == outward[21, 0] == pytest.approx(1 / 6)


def test_mirroring_the_points_keeps_the_graph(layout: Layout) -> None:
    subsets = graph_subsets(layout)
    mirror = list(layout.mirror)
    np.testing.assert_array_equal(subsets[:, mirror][:, :, mirror], subsets)
