"""The words of planted errors, in two pools.

``DEVELOPMENT`` is what the rules may be tuned against. ``HELD_OUT`` was written at the same time,
before any rule, and is for the final figures alone: it shares no sentence with the other.
"""

from benchmarks.planted_errors.wordings_development import DEVELOPMENT
from benchmarks.planted_errors.wordings_held_out import HELD_OUT

POOLS = {"development": DEVELOPMENT, "held_out": HELD_OUT}
