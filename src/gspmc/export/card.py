"""The model card that goes with every bundle."""

from collections.abc import Mapping, Sequence
from typing import Any

from gspmc.models.sign_model import SignModel
from gspmc.models.snapshot import ModelConfig
from gspmc.skeleton import get_layout

MEASURED = ("count", "top1", "top1_interval", "top5", "class_mean")
"""What the card tells of every split's metrics."""


def model_card(
    config: ModelConfig,
    model: SignModel,
    metrics: Mapping[str, Mapping[str, Any]],
    onnx_outputs: Sequence[str],
) -> str:
    """Markdown: what the model takes, what it knows, how well it did and on what.

    Args:
        metrics: split -> the contents of its metrics file.
        onnx_outputs: names of the outputs of model.onnx; empty where there is none.
    """
    parameters = sum(parameter.numel() for parameter in model.parameters())
    texts = "none" if config.text_width is None else f"vectors of width {config.text_width}"
    lines = [
        "# Sign recogniser",
        "",
        "| | |",
        "|---|---|",
        f"| encoder | {config.encoder}, {parameters / 1e6:.2f} M parameters |",
        f"| input | layout `{config.layout}`, stream {config.stream}, "
        f"{config.preprocessing.frames} frames |",
        f"| keypoints from | {config.extractor} |",
        f"| text supervision | {texts} |",
        f"| classes | {len(config.labels)} |",
        f"| probabilities | {_calibration(config)} |",
        "",
        "## Measured",
        "",
        *_results(metrics),
        "",
        *(_onnx_usage(config, onnx_outputs) if onnx_outputs else ()),
        "## Limits",
        "",
        "Isolated signs of the classes below only: any other clip gets the likeliest of them all "
        "the same. Accuracy holds for keypoints of the same extractor; signers, cameras and "
        "signing styles unlike those of the training clips will do worse.",
        "",
        "## Classes",
        "",
        ", ".join(config.labels),
        "",
    ]
    return "\n".join(lines)


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
        rows.append(
            f"| {split} | {values['count']} | {values['top1']:.1%} | {low:.1%} to {high:.1%} "
            f"| {values['top5']:.1%} | {values['class_mean']:.1%} |"
        )
    return rows


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
