"""Control experiments: texts and vectors that say nothing of the sign they stand for.

With them a gain from the texts must vanish; what stays is regularisation (METHOD §7).
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

import numpy as np
import torch

from gspmc.errors import GspmcError
from gspmc.text.bank import TextBank
from gspmc.text.description import Description

Control = Literal["shuffled", "random", "labels"]


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


def name_signs_only(descriptions: Mapping[str, Description]) -> dict[str, Description]:
    """Descriptions that hold nothing but the label, as the whole sign's only text."""
    return {label: Description(label=label, primary=label, parts=[]) for label in descriptions}


def random_vectors(bank: TextBank, seed: int) -> TextBank:
    """The same bank with a random vector (uniform over directions) for every distinct text.

    Equal texts keep equal vectors, so that who shares a text with whom stays as it is.
    """
    number = {text: row for row, text in enumerate(sorted(set(bank.texts)))}
    generator = torch.Generator().manual_seed(seed)
    drawn = torch.randn(len(number), bank.vectors.shape[1], generator=generator)  # (U, d)
    drawn = torch.nn.functional.normalize(drawn, dim=1)
    return replace(bank, vectors=drawn[[number[text] for text in bank.texts]])
