"""The splits of a set that has other names for them, or more than three."""

from collections.abc import Collection
from dataclasses import dataclass

from gspmc.errors import GspmcError


@dataclass(frozen=True)
class SplitNames:
    """Which splits of the file become the store's; with any of them chosen, clips in no other."""

    train: str | None = None
    """The split to train on, such as NTU's xsub_train; by default the one called train."""
    val: str | None = None
    """The split to validate on; by default the one called val."""
    test: str | None = None
    """The split to test on; by default the one called test."""

    def choose(self, there: Collection[str], where: str) -> dict[str, str]:
        """Name of a split -> its name in the store; without a choice all splits, as they are.

        Args:
            there: names of the file's splits.
            where: told in errors.

        Raises:
            GspmcError: a split is chosen that is not there, or one is chosen twice.
        """
        chosen: dict[str, str] = {}
        for name, theirs in vars(self).items():
            if theirs is None:
                continue
            if theirs not in there:
                raise GspmcError(
                    f"{where} has no split {theirs!r}: choose --{name} among "
                    f"{', '.join(there) or 'none at all'}"
                )
            if theirs in chosen:
                raise GspmcError(f"--{chosen[theirs]} and --{name} are both {theirs}: choose one")
            chosen[theirs] = name
        if not chosen:
            return {name: name for name in there}
        for name, theirs in vars(self).items():
            if theirs is None and name in there:
                chosen.setdefault(name, name)
        return chosen
