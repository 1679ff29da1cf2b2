"""Trained runs made into bundles."""
