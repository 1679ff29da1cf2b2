"""Keypoints in, ranked signs out."""

from gspmc.recognize.recognizer import Candidate, Recognizer

__all__ = ["Candidate", "Recognizer"]
