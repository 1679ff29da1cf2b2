"""One step of every shipped recipe, with as many classes and texts as its data set has."""

from pathlib import Path

import pytest
import torch
import yaml
from torch.optim.lr_scheduler import LambdaLR

from gspmc.experiments.ablation.matrix import cells, read_matrix
from gspmc.losses.objective import gsp_objective
from gspmc.losses.targets import text_targets
from gspmc.models.snapshot import ModelConfig, build_model
from gspmc.skeleton import PARTS, get_layout
from gspmc.text.bank import Kind, TextBank
from gspmc.train.recipe import Recipe
from gspmc.train.schedule import build_optimiser, build_schedule
from gspmc.train.trainee import Trainee

CONFIGS = Path(__file__).resolve().parents[1] / "configs"
SHAPES = {
    "autsl": ("gsp87", 226),
    "isl30": ("kinect20", 30),
    "quickstart": ("gsp87", 48),
    "slr500": ("gsp87", 500),
    "wlasl100": ("gsp87", 100),
    "wlasl300": ("gsp87", 300),
    "wlasl1000": ("gsp87", 1000),
    "wlasl2000": ("gsp87", 2000),
    "wlasl100_hands": ("hands42", 100),
    "wlasl100_hands_ctrgcn": ("hands42", 100),
    "wlasl300_hands": ("hands42", 300),
}
"""Layout and classes of what each recipe is for."""
WIDTH = 384


def texts_of(classes: int) -> TextBank:
    """One refined text, one synonym and a text of every part for each class, as random vectors."""
    kinds: tuple[Kind, ...] = ("refined", "synonym", *["part"] * len(PARTS))
    parts = torch.zeros(len(kinds), len(PARTS), dtype=torch.bool)
    parts[2:] = torch.eye(len(PARTS), dtype=torch.bool)
    rows = classes * len(kinds)
    return TextBank(
        vectors=torch.nn.functional.normalize(torch.randn(rows, WIDTH), dim=1),
        texts=[str(row) for row in range(rows)],
        labels=torch.arange(classes).repeat_interleave(len(kinds)),
        kind=kinds * classes,
        parts=parts.repeat(classes, 1),
        classes=tuple(f"sign {number}" for number in range(classes)),
        encoder="random",
    )


def test_every_recipe_has_a_shape() -> None:
    assert SHAPES.keys() == {path.stem for path in CONFIGS.glob("*.yaml")}


def recipe_of(name: str, folder: Path) -> Recipe:
    matrix = {"title": "one", "recipe": str(CONFIGS / f"{name}.yaml"), "clips": "store"}
    path = folder / "m.yaml"
    path.write_text(yaml.safe_dump({**matrix, "seeds": [0], "arms": [{"name": "own"}]}))
    (cell,) = cells(read_matrix(path), path)
    return cell.recipe


@pytest.mark.parametrize(
    ("name", "batch", "lr", "decay", "steps"),
    [("slr500", 120, 0.06, 5e-4, 729), ("autsl", 80, 0.04, 4e-4, 351)],
)
def test_the_papers_recipes(
    name: str, batch: int, lr: float, decay: float, steps: int, tmp_path: Path
) -> None:
    """arXiv 2505.02304: 110 epochs, lr 5e-4 x batch, five of warm-up, a tenth at 90 and at 100."""
    recipe = recipe_of(name, tmp_path)
    assert (recipe.encoder, recipe.epochs, recipe.batch_size) == ("ctrgcn", 110, batch)
    assert (recipe.optimiser.name, recipe.optimiser.lr) == ("sgd", lr)
    assert (recipe.optimiser.weight_decay, recipe.optimiser.momentum) == (decay, 0.9)
    assert (recipe.text.alpha, recipe.text.temperature, recipe.text.negatives) == (
        0.5,
        0.1,
        "batch",
    )
    assert (recipe.label_smoothing, recipe.augmentation.crop) == (0, 0.5)
    schedule = build_schedule(
        optimiser := torch.optim.SGD([torch.zeros(1)], lr=lr), recipe.schedule, lr, 110, steps
    )
    assert isinstance(schedule, LambdaLR)
    rate = schedule.lr_lambdas[0]
    assert rate(5 * steps - 2) < rate(5 * steps - 1) == 1
    assert rate(0) == pytest.approx(1 / (5 * steps))
    for epoch in (90, 100):
        assert rate(epoch * steps) == pytest.approx(rate(epoch * steps - 1) / 10)
    assert optimiser.param_groups[0]["lr"] == pytest.approx(lr / (5 * steps))


@pytest.mark.parametrize("name", SHAPES)
def test_one_step(name: str, tmp_path: Path) -> None:
    layout, classes = SHAPES[name]
    recipe = recipe_of(name, tmp_path)
    torch.manual_seed(0)
    targets = text_targets(texts_of(classes), recipe.text.kinds) if recipe.text.alpha else None
    config = ModelConfig(
        encoder=recipe.encoder,
        encoder_options=dict(recipe.encoder_options),
        layout=layout,
        labels=tuple(f"sign {number}" for number in range(classes)),
        text_width=None if targets is None else WIDTH,
        preprocessing=recipe.preprocessing,
    )
    trainee = Trainee(build_model(config), targets).train()
    optimiser = build_optimiser(trainee, recipe.optimiser)
    schedule = build_schedule(
        optimiser, recipe.schedule, recipe.optimiser.lr, recipe.epochs, recipe.batch_size
    )
    skeleton = get_layout(layout)
    shape = (2, len(skeleton.channels), recipe.preprocessing.frames, skeleton.num_joints)
    computed = trainee(torch.randn(shape))
    assert computed.logits.shape == (2, classes)
    losses = gsp_objective(
        computed.logits,
        torch.tensor([0, classes - 1]),
        computed.features,
        targets,
        alpha=recipe.text.alpha,
        temperature=recipe.text.temperature,
        label_smoothing=recipe.label_smoothing,
        negatives=recipe.text.negatives,
    )
    before = {name: value.clone() for name, value in trainee.named_parameters()}
    losses["total"].backward()
    optimiser.step()
    schedule.step()
    after = dict(trainee.named_parameters())
    assert all(bool(value.isfinite().all()) for value in after.values())
    assert not torch.equal(after["model.classifier.weight"], before["model.classifier.weight"])
