"""The model card that goes with every bundle."""

from collections.abc import Mapping, Sequence
from typing import Any

from gspmc.export.card_data import (
    data_section,
    representation_section,
    signer_spread,
    span,
    training_section,
)
from gspmc.export.facts import RunFacts
from gspmc.models.sign_model import SignModel
from gspmc.models.snapshot import ModelConfig
from gspmc.skeleton import get_layout


def model_card(
    config: ModelConfig,
    model: SignModel,
    facts: RunFacts,
    onnx_outputs: Sequence[str],
    licence: str | None = None,
    data_licence: str | None = None,
) -> str:
    """Markdown: what the model takes and knows, what of, how well it did, and for whom less.

    Args:
        facts: of :func:`~gspmc.export.facts.gather_facts`; what they lack is said to be unknown.
        onnx_outputs: names of the outputs of model.onnx; empty where there is none.
        licence, data_licence: of the model and of its data, in words; None: not stated.
    """
    parameters = sum(parameter.numel() for parameter in model.parameters())
    lines = [
        "# Sign recogniser",
        "",
        "| | |",
        "|---|---|",
        f"| encoder | {config.encoder}, {parameters / 1e6:.2f} M parameters |",
        f"| input | layout `{config.layout}`, stream {config.stream}, "
        f"{config.preprocessing.frames} frames |",
        f"| keypoints from | {config.extractor} |",
        f"| text supervision | {_texts(config, facts)} |",
        f"| classes | {len(config.labels)} |",
        f"| probabilities | {_calibration(config)} |",
        f"| licence | {licence or 'not stated'} |",
        "",
        "## Measured",
        "",
        *_results(facts.metrics),
        "",
        *data_section(facts, data_licence),
        *training_section(facts),
        *representation_section(facts),
        *(_onnx_usage(config, onnx_outputs) if onnx_outputs else ()),
        "## Limits",
        "",
        *_limits(facts),
        "",
        "## Classes",
        "",
        ", ".join(config.labels),
        "",
    ]
    return "\n".join(lines)


def _texts(config: ModelConfig, facts: RunFacts) -> str:
    if config.text_width is None:
        return "none"
    told = f"vectors of width {config.text_width}"
    control = facts.config.get("text", {}).get("control")
    return told if control is None else f"{told}, of a control ({control}): they describe no sign"


def _calibration(config: ModelConfig) -> str:
    calibration = config.calibration
    if calibration is None:
        return "softmax of the logits, not calibrated"
    sure = "no threshold kept to it: nothing is marked as doubtful"
    if calibration.reject_threshold is not None:
        sure = f"below {calibration.reject_threshold:.1%} an answer is marked as not sure"
    return (
        f"softmax of the logits divided by {calibration.temperature:.3f}, fitted on "
        f"{calibration.clips} clips of {calibration.fitted_on}; error of sure answers at most "
        f"{calibration.error:.1%} wanted: {sure}"
    )


def _results(metrics: Mapping[str, Mapping[str, Any]]) -> list[str]:
    if not metrics:
        return ["Not measured: the run has no scored split."]
    rows = [
        "| split | clips | top-1 | 95 % interval | top-5 | class mean |",
        "|---|---|---|---|---|---|",
    ]
    for split, values in metrics.items():
        low, high = values["top1_interval"]
        named = f"{split} (trained on)" if split == "train" else split
        rows.append(
            f"| {named} | {values['count']} | {values['top1']:.1%} | {low:.1%} to {high:.1%} "
            f"| {values['top5']:.1%} | {values['class_mean']:.1%} |"
        )
    rows += [
        "",
        "Intervals are Wilson's and take clips for independent; clips of one signer are alike, so "
        "the true uncertainty across signers is larger. Spread between signers:",
        "",
        *signer_spread(metrics),
    ]
    return rows


def _limits(facts: RunFacts) -> list[str]:
    """What the model cannot do, with the numbers that bound it."""
    train = None if facts.holdings is None else facts.holdings.splits.get("train")
    lines = [
        "- Isolated signs of the classes below only: any other clip gets the likeliest of them all "
        "the same.",
        "- Accuracy holds for keypoints of the same extractor; signers, cameras and signing styles "
        "unlike those of the training clips will do worse.",
    ]
    if train is not None:
        signers = len([name for name in train.signers if name])
        lines.append(
            f"- Learned from {train.clips} clips"
            + (f" of {signers} known signers" if signers else " of unknown signers")
            + f", {span([*train.classes.values()])} a class."
        )
    for split, values in facts.metrics.items():
        rows = values["per_class"]
        missed = sum(not row["top1"] for row in rows)
        lines.append(
            f"- On {split}, {missed} of the {len(rows)} classes that occur were never recognised; "
            f"classes have {span([row['clips'] for row in rows])} clips there."
        )
    return lines


def _onnx_usage(config: ModelConfig, outputs: Sequence[str]) -> list[str]:
    layout = get_layout(config.layout)
    shape = f"(N, {len(layout.channels)}, {config.preprocessing.frames}, {layout.num_joints})"
    return [
        "## Without PyTorch",
        "",
        "```python",
        "import onnxruntime",
        "",
        'session = onnxruntime.InferenceSession("model.onnx")',
        '(logits,) = session.run(["logits"], {"clips": clips})',
        "```",
        "",
        f"`clips`: float32 {shape}, any N, preprocessed as config.json says (docs/training.md of "
        f"gspmc shows how). Outputs: {', '.join(outputs)}.",
        "",
    ]
