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
        joints = x.mean(dim=2)  # (N, D, V)
        return EncoderOutput(
            pooled=joints.mean(dim=2),  # (N, D)
            parts={
                part: joints.index_select(2, self.get_buffer(f"{part}_joints")).mean(dim=2)
                for part in self.parts
            },
        )
