"""The whole recogniser: an encoder, its classifier, and its projections to the texts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from gspmc.models.output import EncoderOutput, ModelOutput


class SignModel(nn.Module):
    """An encoder with a linear classifier on S_g and one linear projection for S_g and every S_p.

    Inference uses S_g and the classifier alone; the projections serve training against texts,
    open-vocabulary recognition and part-by-part evidence (arXiv 2505.02304).

    Args:
        encoder: from :func:`~gspmc.models.registry.build_encoder`.
        num_classes: K.
        text_width: d of the text vectors; None builds no projections.

    Shapes:
        input (N, C, T, V); logits (N, K), pooled (N, width), parts: part -> (N, part width).
    """

    def __init__(self, encoder: nn.Module, num_classes: int, text_width: int | None) -> None:
        super().__init__()
        self.encoder = encoder
        width = cast(int, encoder.width)
        widths = {"global": width, **cast(Mapping[str, int], encoder.part_widths)}
        self.classifier = nn.Linear(width, num_classes)
        nn.init.normal_(self.classifier.weight, 0.0, (2 / num_classes) ** 0.5)
        nn.init.zeros_(self.classifier.bias)
        self.projections = nn.ModuleDict()
        if text_width is not None:
            for name, features in widths.items():
                self.projections[name] = nn.Linear(features, text_width)

    def forward(self, x: Tensor) -> ModelOutput:
        encoded: EncoderOutput = self.encoder(x)
        return ModelOutput(self.classifier(encoded.pooled), encoded.pooled, encoded.parts)

    def project(self, output: ModelOutput) -> dict[str, Tensor]:
        """Vectors of unit length in the text space: "global" and every part -> (N, d).

        At least float32, whatever autocast computed the features in; empty without a text width.
        """
        features = {"global": output.pooled, **output.parts}
        vectors = {name: layer(features[name]) for name, layer in self.projections.items()}
        return {
            name: F.normalize(vector.to(torch.promote_types(vector.dtype, torch.float32)), dim=-1)
            for name, vector in vectors.items()
        }
