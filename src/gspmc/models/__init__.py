"""Vectors out of skeletons: encoders by name, and the model built on one."""

from gspmc.models import ctrgcn, partconv  # noqa: F401  importing an encoder registers it
from gspmc.models.output import EncoderOutput, ModelOutput
from gspmc.models.registry import build_encoder, encoder_names, register_encoder
from gspmc.models.sign_model import SignModel

__all__ = [
    "EncoderOutput",
    "ModelOutput",
    "SignModel",
    "build_encoder",
    "encoder_names",
    "register_encoder",
]
