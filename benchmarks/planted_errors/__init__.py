"""Errors planted in descriptions from a seed, to measure `describe check` with."""
