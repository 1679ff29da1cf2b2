"""Isolated sign-language recognition trained against descriptions of every sign (GSP-MC)."""

__version__ = "0.1.0"
