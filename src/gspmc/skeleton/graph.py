"""The graph of a layout as the convolution wants it."""

import numpy as np

from gspmc.skeleton.layout import Layout


def edges(layout: Layout) -> list[tuple[int, int]]:
    """Undirected edges: (joint, parent) of every bone that has a length, then the extra ones."""
    bones = [(joint, parent) for joint, parent in enumerate(layout.parents) if joint != parent]
    return bones + list(layout.extra_edges)


def graph_subsets(layout: Layout) -> np.ndarray:
    """The three subsets of CTR-GCN's graph: self, inward (to the parent), outward (to the child).

    Returns:
        float32 (3, V, V); every column that has an entry sums to one. An extra edge counts in both
        directions, as inward and as outward.
    """
    size = layout.num_joints
    inward = np.zeros((size, size), dtype=np.float32)
    for joint, parent in edges(layout):
        inward[parent, joint] = 1
    for first, second in layout.extra_edges:
        inward[first, second] = 1
    subsets = np.stack([np.eye(size, dtype=np.float32), inward, inward.T])  # (3, V, V)
    degree = subsets.sum(axis=1, keepdims=True)
    return (subsets / np.where(degree == 0, 1, degree)).astype(np.float32)
