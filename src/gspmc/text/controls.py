"""The control experiment: descriptions that are real texts, of another sign.

With descriptions shuffled across classes a gain from the texts must vanish; what stays is
regularisation (METHOD §7).
"""

from collections.abc import Mapping

import numpy as np

from gspmc.errors import GspmcError
from gspmc.text.description import Description


def shuffle_descriptions(
    descriptions: Mapping[str, Description], seed: int
) -> dict[str, Description]:
    """Give every class the texts of another class: a random derangement.

    The result depends on the labels and the seed, not on the order of the mapping. Pass only the
    descriptions of classes in use, so that no class gets the texts of one that is never trained.

    Raises:
        GspmcError: fewer than two descriptions, which cannot be deranged.
    """
    labels = sorted(descriptions)
    if len(labels) < 2:
        raise GspmcError(
            f"cannot shuffle {len(labels)} description(s) across classes; give at least two"
        )
    generator = np.random.default_rng(seed)
    own = np.arange(len(labels))
    donor = own
    while np.any(donor == own):  # a permutation is a derangement with probability 1/e
        donor = generator.permutation(len(labels))
    return {
        label: descriptions[labels[index]].model_copy(update={"label": label}, deep=True)
        for label, index in zip(labels, donor, strict=True)
    }
