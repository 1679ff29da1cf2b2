"""Clips as pictures. Every function returns a matplotlib Figure."""

from gspmc.data.plot.card import sign_card
from gspmc.data.plot.paths import trajectories
from gspmc.data.plot.strip import skeleton_strip

__all__ = ["sign_card", "skeleton_strip", "trajectories"]
