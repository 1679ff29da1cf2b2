"""Copies planted in a clip store from a seed, to measure `data audit` with."""
