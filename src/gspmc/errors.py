"""The one error type that a user sees."""

from collections.abc import Mapping


class GspmcError(Exception):
    """A failure that the user can mend: one line that says what, where and how.

    The command line prints the line and exits with status 1, without a traceback.
    """


def first_line(error: Exception) -> str:
    """What an error of a library says, its first line; its kind where it says nothing."""
    return next(iter(str(error).strip().splitlines()), type(error).__name__)


def refuse_impossible(group: str, settings: object, rules: Mapping[str, tuple[bool, str]]) -> None:
    """Check the values of a settings dataclass, for its `__post_init__`.

    Args:
        group: name of the group of options with its dot, such as `text.`; may be empty.
        settings: the dataclass.
        rules: field name -> whether its value is possible, and what is possible, in words.

    Raises:
        GspmcError: a value is impossible; the first one is named.
    """
    for name, (is_possible, rule) in rules.items():
        if not is_possible:
            raise GspmcError(f"{group}{name} must be {rule}, not {getattr(settings, name)}")
