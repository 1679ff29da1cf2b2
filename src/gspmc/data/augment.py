"""Random changes that leave a sign the same sign. Every function takes its generator.

It draws on the CPU, wherever the clips are, so that a batch is the same on every device.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from gspmc.errors import refuse_impossible
from gspmc.skeleton import Layout


@dataclass(frozen=True)
class Augmentation:
    """Ranges of the random changes; zero, or one for a factor, switches a change off."""

    crop: float = 0.5
    """Shortest share of a clip that is kept; the share is uniform in [crop, 1]."""
    speed_warp: float = 0.0
    """Strength of a smooth change of tempo inside the clip (0 none, below 1)."""
    rotation: float = 0.3
    """Largest rotation in the image plane, in radians."""
    yaw: float = 0.0
    """Largest rotation about the vertical axis, in radians; for layouts with depth alone."""
    scale: float = 0.2
    """Largest relative change of size, drawn for each axis by itself."""
    shift: float = 0.1
    """Largest shift, in units of the preprocessed skeleton."""
    part_shift: float = 0.0
    """Standard deviation of a shift of each hand by itself, in the same units."""
    jitter: float = 0.0
    """Standard deviation of the noise on every point."""
    mask_probability: float = 0.3
    """Share of clips in which a stretch of frames is blanked."""
    mask_frames: int = 8
    """Longest blanked stretch, in frames of the window."""
    drop_hand: float = 0.0
    """Share of clips in which one hand is blanked throughout."""
    mirror: float = 0.0
    """Share of clips mirrored; a mirrored clip's hands are set against the part texts of the other
    hand, while texts of the whole sign stay as they are [our simplification]. Signs are handed, so
    it is a share that only measurement can choose."""

    def __post_init__(self) -> None:
        share = "from 0 to 1"
        shares = ("mask_probability", "drop_hand", "mirror")
        sizes = ("rotation", "yaw", "shift", "part_shift", "jitter", "mask_frames")
        refuse_impossible(
            "augmentation.",
            self,
            {
                "crop": (0 < self.crop <= 1, "above 0 and at most 1"),
                "speed_warp": (0 <= self.speed_warp < 1, "at least 0 and below 1"),
                "scale": (0 <= self.scale < 1, "at least 0 and below 1"),
                **{name: (0 <= getattr(self, name) <= 1, share) for name in shares},
                **{name: (getattr(self, name) >= 0, "0 or more") for name in sizes},
            },
        )


NO_AUGMENTATION = Augmentation(crop=1.0, rotation=0.0, scale=0.0, shift=0.0, mask_probability=0.0)


def uniform(shape: tuple[int, ...], bound: float, generator: torch.Generator) -> Tensor:
    """Uniform in [-bound, bound]."""
    return (torch.rand(shape, generator=generator) * 2 - 1) * bound


def sample_times(
    lengths: Tensor, frames: int, settings: Augmentation, generator: torch.Generator
) -> Tensor:
    """Where in each clip the window's frames lie.

    Args:
        lengths: (N,) frames of each clip.
        frames: length T of the window.

    Returns:
        (N, T) positions in [0, length − 1], evenly spaced but for `speed_warp`, over a random
        stretch of at least `crop` of the clip.
    """
    count = len(lengths)
    share = settings.crop + (1 - settings.crop) * torch.rand(count, 1, generator=generator)
    start = torch.rand(count, 1, generator=generator) * (1 - share)
    grid = torch.linspace(0, 1, frames).expand(count, frames)
    if settings.speed_warp:
        # u + a·sin(2πu + p)/2π is monotone for |a| < 1; ends are moved back to 0 and 1.
        strength = uniform((count, 1), settings.speed_warp, generator)
        phase = torch.rand(count, 1, generator=generator) * 2 * torch.pi
        wave = torch.sin(2 * torch.pi * grid + phase) - torch.sin(phase)
        grid = grid + strength * wave / (2 * torch.pi)
    return (start + share * grid) * (lengths[:, None] - 1)


def augment(
    x: Tensor, layout: Layout, settings: Augmentation, generator: torch.Generator
) -> tuple[Tensor, Tensor]:
    """Change the geometry of a batch and blank some of it.

    Only coordinates are rotated, scaled and shifted: confidence stays what it was, and points
    without any stay at zero.

    Args:
        x: (N, C, T, V), coordinates then confidence.

    Returns:
        A new tensor of the same shape, and bool (N,) on the CPU: the clip was mirrored.
    """
    mirrored = torch.zeros(len(x), dtype=torch.bool)
    if settings.mirror:
        mirrored = torch.rand(len(x), generator=generator) < settings.mirror
        x = torch.where(_beside(x, mirrored[:, None, None, None]), _mirror(x, layout), x)
    coordinates, confidence = x[:, :-1], x[:, -1:]
    empty = (coordinates == 0).all(dim=1, keepdim=True)
    matrix = _random_linear_map(len(x), coordinates.shape[1], settings, generator)
    coordinates = torch.einsum("nij,njtv->nitv", _beside(x, matrix), coordinates)
    if settings.shift:
        offset = uniform((*coordinates.shape[:2], 1, 1), settings.shift, generator)
        coordinates += _beside(x, offset)
    if settings.part_shift:
        for part in ("left_hand", "right_hand"):
            joints = list(layout.parts.get(part, ()))
            offset = torch.randn((*coordinates.shape[:2], 1, 1), generator=generator)
            coordinates[..., joints] += _beside(x, offset * settings.part_shift)
    if settings.jitter:
        noise = torch.randn(coordinates.shape, generator=generator) * settings.jitter
        coordinates += _beside(x, noise)
    coordinates.masked_fill_(empty, 0)
    changed = torch.cat([coordinates, confidence], dim=1)
    for keep in _kept(x.shape, layout, settings, generator):
        changed *= _beside(x, keep)
    return changed, mirrored


def _beside(x: Tensor, drawn: Tensor) -> Tensor:
    """Numbers drawn on the CPU, moved to the device of the clips."""
    return drawn.to(x.device, non_blocking=True)


def _random_linear_map(
    count: int, dimensions: int, settings: Augmentation, generator: torch.Generator
) -> Tensor:
    """(N, D, D): scale of each axis, then yaw, then rotation in the image plane."""
    factors = 1 + uniform((count, dimensions), settings.scale, generator)
    matrix = torch.diag_embed(factors)
    if dimensions == 3 and settings.yaw:
        matrix = _rotation(count, (0, 2), dimensions, settings.yaw, generator) @ matrix
    return _rotation(count, (0, 1), dimensions, settings.rotation, generator) @ matrix


def _rotation(
    count: int, axes: tuple[int, int], dimensions: int, bound: float, generator: torch.Generator
) -> Tensor:
    angle = uniform((count,), bound, generator)
    first, second = axes
    rotation = torch.eye(dimensions).repeat(count, 1, 1)
    rotation[:, first, first] = rotation[:, second, second] = torch.cos(angle)
    rotation[:, second, first] = torch.sin(angle)
    rotation[:, first, second] = -torch.sin(angle)
    return rotation


def _mirror(x: Tensor, layout: Layout) -> Tensor:
    flipped = x[..., list(layout.mirror)]
    flipped[:, 0] *= -1
    return flipped


def _kept(
    shape: torch.Size, layout: Layout, settings: Augmentation, generator: torch.Generator
) -> Iterator[Tensor]:
    """Factors of the shape (N, 1, T or 1, V or 1): 0 where time or a hand is blanked, else 1."""
    count, _, frames, joints = shape
    if settings.mask_probability:
        chosen = torch.rand(count, 1, generator=generator) < settings.mask_probability
        longest = min(settings.mask_frames, frames - 1)
        length = torch.rand(count, 1, generator=generator) * longest
        start = torch.rand(count, 1, generator=generator) * (frames - length)
        time = torch.arange(frames) + 0.5  # the middle of a frame: first and last fare alike
        blank = chosen & (time >= start) & (time < start + length)  # (N, T)
        yield (~blank)[:, None, :, None]
    if settings.drop_hand:
        chosen = torch.rand(count, generator=generator) < settings.drop_hand
        right = torch.rand(count, generator=generator) < 0.5
        blank = torch.zeros(count, joints, dtype=torch.bool)
        for part, is_side in (("left_hand", ~right), ("right_hand", right)):
            blank[:, list(layout.parts.get(part, ()))] = (chosen & is_side)[:, None]
        yield (~blank)[:, None, None, :]
