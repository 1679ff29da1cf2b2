"""Where models run when nobody says where."""

import torch


def fastest_device() -> torch.device:
    """The first GPU, if PyTorch can use one, else the CPU."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")
