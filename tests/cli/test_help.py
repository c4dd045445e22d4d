"""``--help`` of every verb, and what a wrong command line is answered with."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import typer

from storyboard import cli
from storyboard.cli.listing import JOBS, PROGRAM, TAKES
from storyboard.cli.program import app
from storyboard.columns import columns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from helpers import Ran

    from storyboard.cli.verbs import Listed

    Command = Callable[..., Ran]


def verbs(group: Any = None, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every verb, and the verbs below it."""
    group = group or typer.main.get_command(app)
    yield path
    for name, listed in getattr(group, "commands", {}).items():
        yield from verbs(listed.command, (*path, name))


VERBS = list(verbs())


@pytest.mark.parametrize("verb", VERBS, ids=" ".join)
def test_every_verb_helps_with_an_example_of_itself_on_one_line(
    storyboard: Command, monkeypatch: pytest.MonkeyPatch, verb: tuple[str, ...]
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    ran = storyboard(*verb, "--help")
    assert (ran.code, ran.err) == (0, "")
    examples = [
        line for line in ran.out.splitlines() if "storyboard " in line and ": " in line and "Usage" not in line
    ]
    named = [line.split(": ", 1)[1] for line in examples if line.strip().startswith(("Example: ", "Try it"))]
    assert len(named) == 1, ran.out
    words = shlex.split(named[0])
    given = words[words.index("storyboard") + 1 :]  # a variable of the environment may stand before it
    assert tuple(given[: len(verb)]) == verb


@pytest.mark.parametrize("width", [40, 80])
@pytest.mark.parametrize("verb", VERBS, ids=" ".join)
def test_help_fits_the_terminal(
    storyboard: Command, monkeypatch: pytest.MonkeyPatch, verb: tuple[str, ...], width: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    lines = storyboard(*verb, "--help").out.splitlines()
    assert [line for line in lines if columns(line) > width] == []
    assert not [line for line in lines if re.search(r"<\w", line)], "typer's own words for types"


@pytest.mark.parametrize("listed", [*PROGRAM, *JOBS, *TAKES], ids=lambda listed: f"{listed.home} {listed.name}")
def test_a_command_is_listed_under_its_own_name_with_the_first_paragraph_of_its_own_help(listed: Listed) -> None:
    assert listed.name == listed.command.name
    assert listed.help == " ".join(listed.command.help.split("\n\n")[0].split())
    assert not listed.command.hidden


def test_every_command_s_file_is_listed() -> None:
    files = {
        path.stem for path in Path(cli.__file__).parent.glob("*.py") if "    Example: " in path.read_text("utf-8")
    }
    assert files == {listed.home.partition(":")[0].rpartition(".")[2] for listed in PROGRAM} - {"jobs", "takes"}


@pytest.mark.parametrize("words", [["--help"], ["check", "--help"]])
def test_a_command_is_loaded_only_where_it_is_run(words: list[str]) -> None:
    code = f"import sys; sys.argv = {['storyboard', *words]!r}; from storyboard.cli.main import run\n"
    code += "try:\n    run()\nfinally:\n    print(*sys.modules, file=sys.stderr)"
    ran = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    homes = {listed.home.partition(":")[0] for listed in PROGRAM}
    assert homes & set(ran.stderr.split()) == ({"storyboard.cli.check"} if "check" in words else set())


def test_help_says_of_a_value_what_it_is_in_capitals(storyboard: Command) -> None:
    shown = storyboard("plan", "--help").out
    assert "Usage: storyboard plan [OPTIONS] [EPISODE]..." in shown
    assert "--provider TEXT" in shown
    assert "Usage: storyboard takes pick [OPTIONS] EPISODE REEL TAKE" in storyboard("takes", "pick", "-h").out


@pytest.mark.parametrize(
    ("words", "message", "hint"),
    [
        ("rendr", "storyboard has no command “rendr”.", "Did you mean “render”?"),
        ("jobs lst", "storyboard jobs has no command “lst”.", "Did you mean “list”?"),
        ("zzz", "storyboard has no command “zzz”.", "storyboard --help lists them all."),
        ("render --providr x", "storyboard render has no option “--providr”.", "Did you mean “--provider”?"),
        ("--verson", "storyboard has no option “--verson”.", "Did you mean “--version”?"),
        ("schema seris", "“seris” is not a value of NAME.", "Did you mean “series”?"),
        ("check --format xml", "“xml” is not a value of --format.", "It can be one of: text, json, github, gitlab."),
        ("sandbox --port abc", "--port “abc” is not a whole number.", "storyboard sandbox --help"),
        ("sandbox --port 70000", "--port is 70000, and has to be at most 65535.", "storyboard sandbox --help"),
        ("worker --concurrency 0", "--concurrency is 0, and has to be at least 1.", "storyboard worker --help"),
        ("sandbox --speed fast", "--speed “fast” is not a number.", "storyboard sandbox --help"),
        ("preview", "FILE is missing.", "Such as: storyboard preview examples/kingfisher.yaml"),
        ("takes pick a b 1", "REEL “b” is not a whole number.", "storyboard takes pick --help"),
        ("plan --take", "--take needs a value after it.", "--help shows what it takes."),
        ("doctor now", "“now” is more than storyboard doctor takes.", "storyboard doctor --help"),
        ("check --json --format github", "--json and --format github exclude each other.", "Choose one."),
    ],
)
def test_a_wrong_command_line_is_told_with_what_to_do(
    storyboard: Command, words: str, message: str, hint: str
) -> None:
    ran = storyboard(*words.split())
    assert (ran.code, ran.out) == (2, "")
    first, second = ran.err.splitlines()
    assert first == f"error: {message}"
    assert hint in second


def test_a_wrong_word_cannot_steer_the_terminal_or_fill_it(storyboard: Command) -> None:
    for words in (
        ["\x1b[2Jx" * 50],
        ["render", "--\x1b[2Jx" * 50],
        ["schema", "\x1b[2Jx" * 50],
        ["doctor", "\x1b[2J"],
    ):
        ran = storyboard(*words)
        assert ran.code == 2
        assert "\x1b" not in ran.err
        assert len(ran.err) < 250


def test_a_group_alone_shows_its_help_and_is_wrong_usage(storyboard: Command) -> None:
    for verb in ((), ("jobs",)):
        ran = storyboard(*verb)
        assert ran.code == 2
        assert ran.err.startswith("Usage: storyboard")
        assert ran.out == ""
