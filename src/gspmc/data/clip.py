"""One labelled clip."""

from dataclasses import dataclass

from gspmc.pose import PoseSequence


@dataclass(frozen=True)
class Clip:
    """A pose sequence with what a data set knows about it.

    Attributes:
        id: unique within a store.
        label: gloss, the class name by which stores, descriptions and bundles meet.
        signer: who signs; empty where unknown.
        split: `train`, `val`, `test` or a name of the data set's own.
        pose: the keypoints.
    """

    id: str
    label: str
    signer: str
    split: str
    pose: PoseSequence
