"""Encoders by name: the name of the registered function is the public name."""

import inspect
from collections.abc import Callable
from typing import Any

from torch import nn

from gspmc.errors import GspmcError, first_line
from gspmc.skeleton import Layout

EncoderFactory = Callable[..., nn.Module]

_ENCODERS: dict[str, EncoderFactory] = {}


def register_encoder(factory: EncoderFactory) -> EncoderFactory:
    """Decorate ``def name(layout: Layout, in_channels: int, *, option=default, ...) -> nn.Module``.

    The module takes clips (N, C, T, V) of that layout and returns an
    :class:`~gspmc.models.output.EncoderOutput`; its attributes ``width: int`` and
    ``part_widths: dict[str, int]`` give the sizes of S_g and of each S_p. Registering a model puts
    it under the tests that every encoder has to pass.

    Raises:
        ValueError: the name is taken.
    """
    if factory.__name__ in _ENCODERS:
        raise ValueError(f"an encoder named {factory.__name__!r} is registered already")
    _ENCODERS[factory.__name__] = factory
    return factory


def encoder_names() -> tuple[str, ...]:
    """Every registered name, sorted."""
    return tuple(sorted(_ENCODERS))


def build_encoder(name: str, layout: Layout, in_channels: int, **options: Any) -> nn.Module:
    """A freshly initialised encoder.

    Args:
        name: one of :func:`encoder_names`.
        layout: of the clips; fixes V and the parts.
        in_channels: C, the channels of the clips; as a rule ``len(layout.channels)``.
        options: keyword options of that encoder; what is left out takes its default.

    Raises:
        GspmcError: no such encoder, it has no such option, or not with such a value.
    """
    if name not in _ENCODERS:
        raise GspmcError(f"unknown encoder {name!r}: use one of {', '.join(encoder_names())}")
    factory = _ENCODERS[name]
    known = [option for option in inspect.signature(factory).parameters][2:]
    unknown = sorted(set(options) - set(known))
    if unknown:
        raise GspmcError(
            f"encoder {name!r} has no option {', '.join(unknown)}: it has {', '.join(known)}"
        )
    try:
        return factory(layout, in_channels, **options)
    except (ArithmeticError, AssertionError, RuntimeError, TypeError, ValueError) as error:
        reason = first_line(error)
        raise GspmcError(
            f"encoder {name!r} cannot be built with {options}: {reason}; mend these options"
        ) from error
