"""Signers on both sides of a split."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence


def signers_by_split(signers: Sequence[str], splits: Sequence[str]) -> dict[str, dict[str, int]]:
    """Signer -> split -> clips; the empty name gathers clips of unknown signers."""
    counts = Counter(zip(signers, splits, strict=True))
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for (signer, split), clips in sorted(counts.items()):
        found[signer][split] = clips
    return dict(found)


def shared_signers(by_split: dict[str, dict[str, int]]) -> dict[str, dict[str, int]]:
    """Known signers with clips in more than one split."""
    return {name: splits for name, splits in by_split.items() if name and len(splits) > 1}
