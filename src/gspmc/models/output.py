"""What encoders and the whole model hand on."""

from typing import NamedTuple

from torch import Tensor


class EncoderOutput(NamedTuple):
    """Pooled features of a batch of clips."""

    pooled: Tensor
    """S_g: (N, width), over all frames and joints."""
    parts: dict[str, Tensor]
    """S_p: part -> (N, part width), one entry for every part that the layout has."""


class ModelOutput(NamedTuple):
    """Class scores of a batch of clips, with the features they come from."""

    logits: Tensor
    """(N, K)"""
    pooled: Tensor
    """S_g: (N, width)"""
    parts: dict[str, Tensor]
    """S_p: part -> (N, part width)"""
