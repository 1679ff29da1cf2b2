"""A model as one ONNX file, for ONNX Runtime and the like: it runs without PyTorch."""

from __future__ import annotations

import logging
import warnings
from importlib.util import find_spec
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from gspmc.models.folding import fold_batch_norms
from gspmc.models.output import EncoderOutput
from gspmc.models.sign_model import SignModel
from gspmc.models.snapshot import ModelConfig
from gspmc.skeleton import get_layout

if TYPE_CHECKING:
    from onnx import ModelProto

ONNX_FILE = "model.onnx"
_EXTRA = ("onnx", "onnxscript")
"""What `torch.onnx` needs beyond PyTorch; ONNX Runtime is not needed for writing."""
_LOG = logging.getLogger(__name__)


def output_names(model: SignModel, vectors: bool) -> tuple[str, ...]:
    """In their order: "logits", and with `vectors` "global" and every part."""
    return ("logits", *(model.projections if vectors else ()))


def onnx_model(config: ModelConfig, model: SignModel, vectors: bool) -> bytes | None:
    """The contents of model.onnx, all weights inside, batch normalisations folded.

    Input "clips" (N, C, T, V) float32: any N; T is the preprocessing's. Outputs "logits" (N, K),
    and with `vectors` what :meth:`~gspmc.models.sign_model.SignModel.project` gives, each (N, d)
    of unit length.

    Returns:
        None where the extra is not installed or the encoder has no ONNX form; a line in the log
        tells which.
    """
    missing = [name for name in _EXTRA if find_spec(name) is None]
    if missing:
        _LOG.warning(
            "%s is left out, %s is not installed: pip install 'gspmc[onnx]' and export again",
            ONNX_FILE,
            " and ".join(missing),
        )
        return None
    try:
        proto = _convert(config, model, vectors)
    except Exception as error:  # an encoder of somebody's may fail in any way that Python can
        reason = f"{type(error).__name__}: {str(error).strip().partition(chr(10))[0]}"
        _LOG.warning(
            "%s is left out, %s cannot be converted: %s", ONNX_FILE, config.encoder, reason
        )
        return None
    _forget_source(proto)
    return proto.SerializeToString(deterministic=True)


def _convert(config: ModelConfig, model: SignModel, vectors: bool) -> ModelProto:
    layout = get_layout(config.layout)
    shape = (2, len(layout.channels), config.preprocessing.frames, layout.num_joints)
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)  # it misses torchvision, we do not
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of PyTorch about its own insides
        # In two steps: given a module, torch.onnx silently fixes a batch size that it cannot free.
        exported = torch.export.export(
            _Tuples(fold_batch_norms(model), vectors).eval(),
            (torch.zeros(shape),),
            dynamic_shapes=({0: torch.export.Dim("batch")},),
        )
        program = torch.onnx.export(
            exported,
            dynamo=True,
            dynamic_shapes=({0: "batch"},),  # its name in the file
            input_names=["clips"],
            output_names=output_names(model, vectors),
            verbose=False,
        )
    assert program is not None
    return program.model_proto


class _Tuples(nn.Module):
    """A sign model whose outputs are a plain tuple, in the order of their names.

    The projections go by number here: PyTorch writes module names into Python code, where
    `global` is a keyword.
    """

    def __init__(self, model: SignModel, vectors: bool) -> None:
        super().__init__()
        self.encoder, self.classifier = model.encoder, model.classifier
        self.names = output_names(model, vectors)[1:]
        self.projections = nn.ModuleList(model.projections[name] for name in self.names)

    def forward(self, clips: Tensor) -> tuple[Tensor, ...]:
        encoded: EncoderOutput = self.encoder(clips)
        features = {"global": encoded.pooled, **encoded.parts}
        vectors = [
            F.normalize(layer(features[name]), dim=-1)
            for name, layer in zip(self.names, self.projections, strict=True)
        ]
        return self.classifier(encoded.pooled), *vectors


def _forget_source(proto: ModelProto) -> None:
    """Leave out where in the source every node came from: paths of this machine, and most bytes."""
    graph = proto.graph
    values = (*graph.input, *graph.output, *graph.value_info, *graph.initializer)
    for described in (proto, graph, *graph.node, *values):
        described.ClearField("metadata_props")
