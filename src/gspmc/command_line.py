"""From typed functions to a command line: parsing, help and one-line errors."""

import logging
import os
import sys
from argparse import ArgumentError
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from inspect import signature
from typing import Any

import docstring_parser
from jsonargparse import (
    ActionConfigFile,
    ActionYesNo,
    ArgumentParser,
    Namespace,
    set_parsing_settings,
)

from gspmc.errors import GspmcError

INTERRUPTED = 130
"""Exit status after Ctrl-C, as shells have it: 128 + SIGINT."""
_NEAR = 40
"""Characters that are told on either side of one that cannot be encoded."""


@dataclass(frozen=True)
class Command:
    """A function as a command.

    Its parameters become options, those that are lists may be given several times, those in
    `positionals` come without a dash, and the fields of the dataclasses in `settings` are options
    of their own and keys of the `--config` file.
    """

    function: Callable[..., None]
    positionals: tuple[str, ...] = ()
    settings: Mapping[str, type] | None = None
    """Parameter name -> dataclass whose fields are spread over the command's options."""

    def add_to(self, parser: ArgumentParser) -> None:
        settings = self.settings or {}
        if settings:
            parser.add_argument("--config", action=ActionConfigFile, help="YAML file of options")
        nested = {name for kind in settings.values() for name in _nested_in(kind, settings)}
        parameters = signature(self.function).parameters
        described = {
            entry.arg_name: entry.description or ""
            for entry in docstring_parser.parse(self.function.__doc__ or "").params
        }
        flags = [name for name, parameter in parameters.items() if parameter.annotation is bool]
        repeated = [
            name
            for name, parameter in parameters.items()
            if parameter.annotation == list[str] and name not in self.positionals
        ]
        parser.add_function_arguments(
            self.function,
            as_positional=False,
            skip={*self.positionals, *settings, *flags, *repeated},
        )
        for name in repeated:
            parser.add_argument(
                f"--{name}", action="append", type=str, default=[], help=described[name]
            )
        for name in flags:
            parser.add_argument(
                f"--{name}",
                action=ActionYesNo,
                default=parameters[name].default,
                help=described[name],
            )
        for name in self.positionals:
            kind = parameters[name].annotation
            if kind == list[str]:
                parser.add_argument(name, nargs="+", type=str, help=described[name])
            else:
                parser.add_argument(name, type=kind, help=described[name])
        for spread in settings.values():
            parser.add_class_arguments(spread, skip=nested)

    def run(self, values: Namespace) -> None:
        arguments = {
            name: getattr(values, name)
            for name in signature(self.function).parameters
            if name not in (self.settings or {})
        }
        built: dict[type, Any] = {}
        # Innermost first: a later dataclass may hold an earlier one.
        for name, kind in reversed(list((self.settings or {}).items())):
            inner = _nested_in(kind, self.settings or {})
            built[kind] = kind(
                **{
                    field.name: built[inner[field.name]]
                    if field.name in inner
                    else getattr(values, field.name)
                    for field in fields(kind)
                }
            )
            arguments[name] = built[kind]
        parameters = signature(self.function).parameters
        self.function(**{name: value for name, value in arguments.items() if name in parameters})


def _nested_in(kind: type, settings: Mapping[str, type]) -> dict[str, type]:
    """Fields of a dataclass that are themselves spread over the options."""
    spread = {inner for inner in settings.values() if inner is not kind}
    return {field.name: field.type for field in fields(kind) if field.type in spread}


Tree = Mapping[str, "Command | Tree"]


def summary(command: Command) -> str:
    """First line of the function's docstring."""
    return (command.function.__doc__ or "").strip().splitlines()[0]


def commands(tree: Tree, prefix: str) -> Iterator[tuple[str, Command]]:
    """Every command with the words that call it."""
    for word, entry in tree.items():
        if isinstance(entry, Command):
            yield f"{prefix} {word}", entry
        else:
            yield from commands(entry, f"{prefix} {word}")


def dashes_to_underscores(argument: str) -> str:
    """`--split-by=x` as `--split_by=x`: options are spelled either way."""
    if not argument.startswith("--"):
        return argument
    name, equals, value = argument.partition("=")
    return "--" + name[2:].replace("-", "_") + equals + value


def find(tree: Tree, program: str, arguments: Sequence[str]) -> tuple[str, "Command | Tree", int]:
    """Follow the leading words; the name reached, what is there, and how many words it took."""
    name, entry, taken = program, tree, 0
    while not isinstance(entry, Command) and taken < len(arguments):
        word = arguments[taken]
        if word not in entry:
            break
        name, entry, taken = f"{name} {word}", entry[word], taken + 1  # type: ignore[assignment]
    return name, entry, taken


def _set_up_logging() -> None:
    """Our own messages plainly on the terminal; of the libraries' only their warnings."""
    logging.basicConfig(level=logging.WARNING, format="%(message)s", stream=sys.stderr)
    logging.getLogger("gspmc").setLevel(logging.INFO)
    logging.getLogger("lightning").setLevel(logging.WARNING)


def run_command(tree: Tree, program: str, version: str, arguments: Sequence[str]) -> int:
    """Parse and run; the exit status. A mistake of the user costs one line, never a traceback."""
    _set_up_logging()
    name, entry, taken = find(tree, program, arguments)
    rest = arguments[taken:]
    if not isinstance(entry, Command):
        if rest and rest[0] == "--version":
            print(f"{program} {version}")
            return 0
        if rest and rest[0] not in ("-h", "--help"):
            print(
                f"{program}: unknown command {rest[0]!r}; {name} --help lists them", file=sys.stderr
            )
            return 2
        listed = list(commands(entry, name))
        width = max(len(words) for words, _ in listed)
        print("\n".join(f"{words:{width}}  {summary(command)}" for words, command in listed))
        return 0
    set_parsing_settings(docstring_parse_attribute_docstrings=True)
    parser = ArgumentParser(prog=name, description=summary(entry), exit_on_error=False)
    entry.add_to(parser)
    try:
        try:
            values = parser.parse_args([dashes_to_underscores(word) for word in rest])
        except RecursionError as error:
            raise ArgumentError(None, "a value is nested too deep, or holds itself") from error
        for group in parser.groups or ():  # jsonargparse lets a config give a group a plain value
            if group in values and not isinstance(values[group], Namespace):
                raise ArgumentError(None, f"'{group}' is a group of options, not one value")
        entry.run(parser.instantiate_classes(values))
        sys.stdout.flush()  # so that a full disk or a reader that has gone is told below
    except GspmcError as error:
        print(f"gspmc: {error}", file=sys.stderr)
        return 1
    except ArgumentError as error:
        message = " ".join(str(error).split())
        print(f"gspmc: {message}; {name} --help lists the options", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("gspmc: interrupted", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:  # the reader of our output has gone; so that exit does not flush to it
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except UnicodeEncodeError as error:  # an argument or the name of a file that is not UTF-8
        near = error.object[max(error.start - _NEAR, 0) : error.end + _NEAR]
        odd = next((word for word in rest if error.object[error.start] in word), near)
        print(f"gspmc: {odd!a} is not UTF-8: write or name it otherwise", file=sys.stderr)
        return 1
    except (OSError, UnicodeDecodeError) as error:  # /dev/full, a config that is not UTF-8
        print(f"gspmc: {error}", file=sys.stderr)
        return 1
    return 0
