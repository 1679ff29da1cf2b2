"""Batch normalisations folded into the convolutions before them: fewer passes over the maps."""

import copy
from collections.abc import Iterator
from typing import cast

from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from gspmc.models.partconv import ConvBlock
from gspmc.models.sign_model import SignModel


def fold_batch_norms(model: SignModel) -> SignModel:
    """A copy for inference that computes the same, but for rounding, with fewer layers.

    Folded are the convolutions of a :class:`~gspmc.models.partconv.ConvBlock` and every
    `nn.Sequential` of one convolution and its batch normalisation; all others stay. The copy's
    weights no longer fit `model`, and it cannot be trained.

    Args:
        model: in evaluation mode; it stays as it is.
    """
    folded = copy.deepcopy(model)
    for owner, convolution, norm in list(_pairs(folded)):
        fused = fuse_conv_bn_eval(
            cast(nn.Conv2d, owner.get_submodule(convolution)),
            cast(nn.BatchNorm2d, owner.get_submodule(norm)),
        )
        owner.register_module(convolution, fused)
        owner.register_module(norm, nn.Identity())
    return folded


def _pairs(model: nn.Module) -> Iterator[tuple[nn.Module, str, str]]:
    """Owner of a convolution and of the normalisation right after it, and their names in it.

    That children stand side by side tells nothing of the order in which they are called, except in
    an `nn.Sequential`: blocks that call theirs by themselves are named here.
    """
    for module in model.modules():
        if isinstance(module, ConvBlock):
            yield module, "conv", "norm"
        elif isinstance(module, nn.Sequential):
            kinds = [type(child) for child in module]
            if kinds == [nn.Conv2d, nn.BatchNorm2d]:
                yield module, "0", "1"
