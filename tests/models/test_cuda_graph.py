"""A recorded model computes what it computes when called."""

import pytest
import torch

from gspmc.models import SignModel, build_encoder
from gspmc.models.cuda_graph import Recorded, record_training
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
    recorded = Recorded(logits, clips[0].cuda())
    found = [recorded(clip) for clip in clips]
    for clip, one in zip(clips, found, strict=True):
        torch.testing.assert_close(one, logits(clip.cuda()))
    assert not torch.allclose(found[0], found[1])


def test_a_record_keeps_what_it_reads() -> None:
    """Weights that nobody else holds are still there."""
    layer = torch.nn.Linear(64, 64).cuda()
    expected = layer(torch.ones(1, 64).cuda()).detach()
    recorded = Recorded(layer.forward, torch.ones(1, 64).cuda())
    del layer
    overwritten = [torch.full((64, 64), torch.nan).cuda() for _ in range(100)]
    assert torch.equal(recorded(torch.ones(1, 64)), expected), len(overwritten)


@pytest.mark.parametrize("encoder", ["partconv", "ctrgcn"])
def test_recorded_training_steps_are_those_of_the_module(encoder: str) -> None:
    layout = get_layout("hands42")
    still = {"dropout": 0.0, "head_dropout": 0.0} if encoder == "partconv" else {}
    x, labels = torch.randn(3, 4, 3, 16, 42).cuda(), torch.arange(4).cuda()
    weights = []
    for recorded in (False, True):
        torch.manual_seed(0)
        model = SignModel(build_encoder(encoder, layout, 3, **still), 10, None).cuda().train()
        if recorded:
            before = {name: value.clone() for name, value in model.state_dict().items()}
            record_training(model, x[0].clone(), half=False)
            for name, value in model.state_dict().items():
                assert torch.equal(value, before[name]), name
        optimiser = torch.optim.SGD(model.parameters(), lr=1e-3, momentum=0.9)
        for clips in x:
            optimiser.zero_grad(set_to_none=True)
            torch.nn.functional.cross_entropy(model(clips).logits, labels).backward()
            optimiser.step()
        weights.append(torch.cat([v.double().flatten() for v in model.state_dict().values()]))
    assert (weights[0] - weights[1]).norm() / weights[0].norm() < 1e-3


def test_dropout_is_drawn_anew_and_by_the_seed() -> None:
    module = torch.nn.Sequential(torch.nn.Linear(8, 512), torch.nn.Dropout(0.5)).cuda().train()
    x = torch.ones(2, 8).cuda()
    record_training(module, x.clone(), half=False)
    drawn = []
    for seed in (1, 1, 2):
        torch.manual_seed(seed)
        drawn += [module(x).detach().clone(), module(x).detach().clone()]
    assert torch.equal(drawn[0], drawn[2]) and torch.equal(drawn[1], drawn[3])
    assert not torch.equal(drawn[0], drawn[1]) and not torch.equal(drawn[0], drawn[4])
