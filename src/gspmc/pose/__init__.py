"""Skeletons over time."""

from gspmc.pose.sequence import MIN_CONFIDENCE, PoseSequence

__all__ = ["MIN_CONFIDENCE", "PoseSequence"]
