"""A recorded model computes what it computes when called."""

import pytest
import torch

from gspmc.models import SignModel, build_encoder
from gspmc.models.cuda_graph import record
from gspmc.models.folding import fold_batch_norms
from gspmc.skeleton import get_layout

pytestmark = pytest.mark.gpu


@pytest.mark.parametrize("encoder", ["partconv", "ctrgcn"])
@pytest.mark.parametrize("precision", [torch.float32, torch.bfloat16])
def test_other_clips_go_through_the_record_too(encoder: str, precision: torch.dtype) -> None:
    layout = get_layout("hands42")
    torch.manual_seed(0)
    model = SignModel(build_encoder(encoder, layout, 3), 10, None).eval().cuda()
    folded = fold_batch_norms(model)

    def logits(x: torch.Tensor) -> torch.Tensor:
        half = precision == torch.bfloat16
        with torch.autocast("cuda", torch.bfloat16, enabled=half), torch.no_grad():
            return folded(x).logits

    clips = torch.randn(3, 1, 3, 16, 42)
    recorded = record(logits, clips[0].cuda())
    found = [recorded(clip) for clip in clips]
    for clip, one in zip(clips, found, strict=True):
        torch.testing.assert_close(one, logits(clip.cuda()))
    assert not torch.allclose(found[0], found[1])
