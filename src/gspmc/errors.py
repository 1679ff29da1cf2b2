"""The one error type that a user sees."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

_RUST_SOURCE = re.compile(r",? /\S+\.rs:\d+:\d+.*")
"""Where in its own sources a library in Rust noticed something; nothing to a user."""


class GspmcError(Exception):
    """A failure that the user can mend: one line that says what, where and how.

    The command line prints the line and exits with status 1, without a traceback.
    """


def first_line(error: BaseException) -> str:
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


@contextmanager
def damage_told(what: str, remedy: str) -> Iterator[None]:
    """Around the reading of tables: Lance and Arrow tell of damage by a dozen types of errors.

    Args:
        what: is read, with its place.
        remedy: how to mend it.

    Raises:
        GspmcError: it cannot be read; or what the body raised as such.
    """
    try:
        yield
    except (GspmcError, MemoryError, UnicodeEncodeError):  # the last: a name that is not UTF-8
        raise
    except BaseException as error:
        # A panic in Rust is no Exception, and its type cannot be imported.
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        reason = _RUST_SOURCE.sub("", first_line(error))
        raise GspmcError(f"{what} is damaged ({reason}): {remedy}") from error
