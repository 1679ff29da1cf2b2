"""The one error type that a user sees."""


class GspmcError(Exception):
    """A failure that the user can mend: one line that says what, where and how.

    The command line prints the line and exits with status 1, without a traceback.
    """
