"""The command line: spellings, help, exit codes, and one line for every mistake."""

import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import pytest
from jsonargparse import ArgumentParser

from gspmc import __version__
from gspmc.cli import COMMANDS, main
from gspmc.command_line import (
    Command,
    commands,
    dashes_to_underscores,
    find,
    run_command,
)
from gspmc.errors import GspmcError

CONFIGS = sorted((Path(__file__).parents[1] / "configs").glob("*.yaml"))
ALL = dict(commands(COMMANDS, "gspmc"))


@dataclass(frozen=True)
class Inner:
    """Inner settings."""

    split_by: Literal["name", "signer"] = "name"
    """Which way."""
    pool: tuple[str, ...] = ("train",)
    """Names."""


@dataclass(frozen=True)
class Deep:
    """Settings that stay nested."""

    learning_rate: float = 0.1
    """Rate."""


@dataclass(frozen=True)
class Outer:
    """Outer settings."""

    epochs: int = 3
    """Passes."""
    inner: Inner = field(default_factory=Inner)
    """Spread over the options."""
    deep: Deep = field(default_factory=Deep)
    """Nested options."""


CALLS: list[dict] = []


def record(source: str, outer: Outer, inner: Inner, much: int = 1, as_json: bool = False) -> None:
    """Record the call.

    Args:
        source: a path.
        outer: settings.
        inner: settings.
        much: a number.
        as_json: a flag.
    """
    CALLS.append({"source": source, "outer": outer, "inner": inner, "much": much, "json": as_json})


def fail(kind: str = "user") -> None:
    """Fail.

    Args:
        kind: of failure.
    """
    if kind == "user":
        raise GspmcError("the disk is full: delete something")
    if kind == "interrupt":
        raise KeyboardInterrupt
    kind.encode()
    raise ZeroDivisionError("a bug")


def say() -> None:
    """Print names of files."""
    print("caf\udce9 ☃")


TREE = {
    "record": Command(record, ("source",), {"outer": Outer, "inner": Inner}),
    "deep": {"er": {"fail": Command(fail)}},
}


@pytest.fixture(autouse=True)
def _no_calls() -> None:
    CALLS.clear()


def run(*words: str, tree=TREE) -> int:
    return run_command(tree, "prog", "1.2.3", list(words))


def one_line(capsys: pytest.CaptureFixture[str]) -> str:
    """The only line on stderr; nothing is on stdout."""
    out, err = capsys.readouterr()
    assert out == "" and "Traceback" not in err
    (line,) = err.splitlines()
    assert line.startswith(("gspmc: ", "prog: "))
    return line


@pytest.mark.parametrize("option", ["--split_by", "--split-by"])
@pytest.mark.parametrize("joined", [False, True])
def test_options_are_spelled_either_way(option: str, joined: bool) -> None:
    words = [f"{option}=signer"] if joined else [option, "signer"]
    assert run("record", "here", *words, "--deep.learning-rate=0.5") == 0
    (call,) = CALLS
    assert call["inner"] == call["outer"].inner == Inner("signer")
    assert call["outer"].deep == Deep(0.5)


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("--split-by", "--split_by"),
        ("--split-by=a-b=c-d", "--split_by=a-b=c-d"),
        ("--text.en-coder", "--text.en_coder"),
        ("a-path", "a-path"),
        ("-h", "-h"),
        ("-1", "-1"),
        ("runs/--odd-name", "runs/--odd-name"),
    ],
)
def test_only_names_of_options_are_respelled(word: str, expected: str) -> None:
    assert dashes_to_underscores(word) == expected


def test_defaults_and_flags() -> None:
    assert run("record", "here") == 0
    assert run("record", "there", "--as-json", "--much", "7", "--epochs", "9") == 0
    assert run("record", "there", "--no-as-json") == 0
    first, second, third = CALLS
    assert first == {"source": "here", "outer": Outer(), "inner": Inner(), "much": 1, "json": False}
    assert (second["json"], second["much"], second["outer"].epochs) == (True, 7, 9)
    assert third["json"] is False


def test_a_config_file_fills_options_and_the_line_wins(tmp_path: Path) -> None:
    config = tmp_path / "c.yaml"
    config.write_text("epochs: 5\nsplit_by: signer\npool: [a, b]\ndeep:\n  learning_rate: 0.7\n")
    assert run("record", "x", "--config", str(config), "--epochs", "6") == 0
    (call,) = CALLS
    assert call["outer"] == Outer(6, Inner("signer", ("a", "b")), Deep(0.7))


@pytest.mark.parametrize(
    "words",
    [
        ("record",),
        ("record", "x", "--unknown", "1"),
        ("record", "x", "--unknown=1"),
        ("record", "x", "extra"),
        ("record", "x", "--epochs", "many"),
        ("record", "x", "--epochs"),
        ("record", "x", "--split-by", "sex"),
        ("record", "x", "--deep.unknown", "1"),
        ("record", "x", "--as_json", "true"),
        ("record", "x", "--config", "absent.yaml"),
        ("nonsense",),
        ("deep", "nonsense"),
        ("deep", "er", "nonsense", "--x"),
        ("--nonsense",),
        ("deep", "er", "fail", "--kind"),
    ],
)
def test_a_mistyped_line_is_one_line_and_exit_2(
    words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*words) == 2
    assert "--help lists" in one_line(capsys)
    assert not CALLS


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("epochs: 3\nbogus: 1\n", "bogus"),
        ("deep:\n  bogus: 1\n", "bogus"),
        ("inner:\n  split_by: signer\n", "inner"),  # spread: its fields stand at the top
        ("deep: 3\n", "deep"),
        ("epochs: many\n", "epochs"),
        ("epochs: [3\n", ""),
        ("- 1\n- 2\n", ""),
        ("split_by: sex\n", "split_by"),
        ("\x00", ""),
        ("a: &a [*a]\n", ""),
        ("pool: &a [*a]\n", ""),
        ("deep: &a {learning_rate: *a}\n", ""),
        ("pool: " + "[" * 9999, ""),
    ],
)
def test_a_bad_config_is_one_line_and_exit_2(
    tmp_path: Path, text: str, named: str, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "c.yaml"
    config.write_text(text)
    assert run("record", "x", "--config", str(config)) == 2
    assert named in one_line(capsys)
    assert not CALLS


def test_a_users_mistake_is_one_line_and_exit_1(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("deep", "er", "fail") == 1
    assert one_line(capsys) == "gspmc: the disk is full: delete something"


def test_an_argument_that_is_not_utf_8_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("deep", "er", "fail", "--kind", "caf\udce9") == 1
    assert one_line(capsys) == r"gspmc: 'caf\udce9' is not UTF-8: write or name it otherwise"


def test_a_name_that_cannot_be_printed_is_printed_escaped(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("gspmc.cli.COMMANDS", {"say": Command(say)})
    monkeypatch.setattr(sys, "argv", ["gspmc", "say"])
    with (tmp_path / "out").open("w", encoding="latin-1") as out:
        monkeypatch.setattr(sys, "stdout", out)
        with pytest.raises(SystemExit) as finished:
            main()
    assert finished.value.code == 0
    assert (tmp_path / "out").read_bytes() == rb"caf\udce9 \u2603" + b"\n"


def test_an_interrupt_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("deep", "er", "fail", "--kind", "interrupt") == 130
    assert one_line(capsys) == "gspmc: interrupted"


def test_a_bug_keeps_its_traceback() -> None:
    with pytest.raises(ZeroDivisionError):
        run("deep", "er", "fail", "--kind", "bug")


@pytest.mark.parametrize(("words", "names"), [((), 2), (("--help",), 2), (("deep", "-h"), 1)])
def test_a_group_lists_its_commands(
    words: tuple[str, ...], names: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*words) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == names and lines[-1].split("  ")[0] == "prog deep er fail"


def test_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--version") == 0
    assert capsys.readouterr().out == "prog 1.2.3\n"


def test_find_follows_the_words() -> None:
    assert find(TREE, "prog", ["deep", "er", "fail", "--kind", "x"])[::2] == (
        "prog deep er fail",
        3,
    )
    assert find(TREE, "prog", ["record", "deep"])[::2] == ("prog record", 1)
    assert find(TREE, "prog", [])[::2] == ("prog", 0)


@pytest.mark.parametrize("name", ALL)
def test_every_commands_help(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = name.split()[1:]
    with pytest.raises(SystemExit) as finished:
        run_command(COMMANDS, "gspmc", __version__, [*words, "--help"])
    assert finished.value.code == 0
    out, err = capsys.readouterr()
    assert err == "" and f"usage: {name}" in " ".join(out.split())
    parser = ArgumentParser(exit_on_error=False)
    ALL[name].add_to(parser)
    for action in parser._actions:
        assert action.help, f"{name} says nothing of {action.dest}"
        for option in action.option_strings:
            assert option in out


@pytest.mark.parametrize("name", ALL)
def test_every_command_refuses_an_unknown_option(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words = [*name.split()[1:], "--no-such-option", "1"]
    assert run_command(COMMANDS, "gspmc", __version__, words) == 2
    one_line(capsys)


def test_every_command_of_the_issue_is_there() -> None:
    assert set(ALL) >= {
        f"gspmc {words}"
        for words in (
            "data import wlasl-hands",
            "data import isl-kinect",
            "data import manifest",
            "data info",
            "data plot",
            "kb build asl-lex",
            "kb build text",
            "kb build dictionary",
            "describe run",
            "train",
            "evaluate",
            "export",
            "recognize",
            "quickstart",
        )
    }


def test_there_are_configs() -> None:
    assert CONFIGS


@pytest.mark.parametrize("config", CONFIGS, ids=lambda path: path.name)
def test_every_config_parses(config: Path) -> None:
    for name in ("train", "quickstart"):
        parser = ArgumentParser(exit_on_error=False)
        ALL[f"gspmc {name}"].add_to(parser)
        words = ["--config", str(config)]
        words += ["--clips", "x", "--out", "y"] if name == "train" else []
        assert parser.parse_args(words).epochs >= 1


def test_main_exits_with_the_status(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for words, status in ((["--version"], 0), (["nonsense"], 2), (["data", "info", "nowhere"], 1)):
        monkeypatch.setattr(sys, "argv", ["gspmc", *words])
        with pytest.raises(SystemExit) as finished:
            main()
        assert finished.value.code == status
        assert len("".join(capsys.readouterr()).splitlines()) == 1
