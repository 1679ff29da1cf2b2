"""What a point is: a layout names every point, its part, its bone and its mirror image."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

Part = Literal["body", "left_hand", "right_hand", "mouth", "face"]
PARTS: tuple[Part, ...] = get_args(Part)
"""The parts a description may speak of, in tensor order. Left is the subject's left."""

PLANAR = ("x", "y", "confidence")
SPATIAL = ("x", "y", "z", "confidence")


@dataclass(frozen=True)
class Layout:
    """The points of one kind of skeleton, in tensor order.

    Names are shared between layouts: a point with the same name is the same point of the body,
    which is all that conversion needs.
    """

    name: str
    joints: tuple[str, ...]
    """Name of every point; its position is its index V."""
    parts: Mapping[str, tuple[int, ...]]
    """Indices of every part that this layout has; each point belongs to exactly one."""
    parents: tuple[int, ...]
    """The bone tree: every point's parent. A root is its own parent (a bone of length zero)."""
    mirror: tuple[int, ...]
    """The point that takes a point's place when left and right are swapped."""
    channels: tuple[str, ...] = PLANAR
    """What the last axis of a keypoint array holds."""
    extra_edges: tuple[tuple[int, int], ...] = ()
    """Undirected edges of the graph that are not bones."""

    @property
    def num_joints(self) -> int:
        return len(self.joints)

    @property
    def hands(self) -> list[int]:
        """Indices of the points of both hands, the left one first; those that there are."""
        return [*self.parts.get("left_hand", ()), *self.parts.get("right_hand", ())]

    def index(self, joint: str) -> int:
        """Index of a named point.

        Raises:
            ValueError: the layout has no such point.
        """
        return self.joints.index(joint)


def mirrored_name(joint: str) -> str:
    """The name of the point across: left becomes right and right left."""
    if "left" in joint:
        return joint.replace("left", "right")
    return joint.replace("right", "left")


def build_layout(
    name: str,
    parts: Mapping[str, tuple[str, ...]],
    parent_names: Mapping[str, str],
    order: tuple[str, ...] | None = None,
    channels: tuple[str, ...] = PLANAR,
    extra_edges: tuple[tuple[str, str], ...] = (),
) -> Layout:
    """A layout from point names.

    Args:
        name: public name of the layout.
        parts: names of the points of each part.
        parent_names: parent of each named point; a point without one is a root. Parents that the
            layout lacks are passed over towards the root, so that a subset keeps one tree.
        order: tensor order of the points; by default the parts one after the other.
        channels: what a keypoint's numbers are.
        extra_edges: undirected edges beside the bones.
    """
    joints = order or tuple(joint for members in parts.values() for joint in members)
    index = {joint: position for position, joint in enumerate(joints)}

    def nearest_kept_ancestor(joint: str) -> int:
        ancestor = parent_names.get(joint)
        while ancestor is not None and ancestor not in index:
            ancestor = parent_names.get(ancestor)
        return index[joint] if ancestor is None else index[ancestor]

    return Layout(
        name=name,
        joints=joints,
        parts={part: tuple(index[joint] for joint in members) for part, members in parts.items()},
        parents=tuple(nearest_kept_ancestor(joint) for joint in joints),
        mirror=tuple(index[mirrored_name(joint)] for joint in joints),
        channels=channels,
        extra_edges=tuple((index[a], index[b]) for a, b in extra_edges),
    )
