"""From a map over time and joints to one vector for the clip and one for every part."""

import torch
from torch import Tensor, nn

from gspmc.models.output import EncoderOutput
from gspmc.skeleton import Layout


class PartPooling(nn.Module):
    """S_g, the mean over time and joints, and S_p, the mean over time and the joints of part p.

    Without parameters or state: the indices follow from the layout. Source: arXiv 2505.02304.

    Shapes:
        input (N, D, T, V); output pooled (N, D) and parts: (N, D) for every part of the layout.
    """

    def __init__(self, layout: Layout) -> None:
        super().__init__()
        self.parts = tuple(part for part, joints in layout.parts.items() if joints)
        for part in self.parts:
            index = torch.tensor(layout.parts[part], dtype=torch.long)
            self.register_buffer(f"{part}_joints", index, persistent=False)

    def forward(self, x: Tensor) -> EncoderOutput:
        joints = mean_over_time(x)  # (N, V, D)
        return EncoderOutput(
            pooled=joints.mean(dim=1),  # (N, D)
            parts={
                part: joints.index_select(1, self.get_buffer(f"{part}_joints")).mean(dim=1)
                for part in self.parts
            },
        )


def mean_over_time(x: Tensor) -> Tensor:
    """(N, D, T, V) -> (N, V, D).

    The gradient is channels last, as the maps are: that of ``x.mean(dim=2)`` is not, and no sum of
    it with others is from there on, which makes whatever comes next slower.
    """
    return x.permute(0, 2, 3, 1).mean(dim=1)
