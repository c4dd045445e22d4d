"""What a shell offers: asked as its own script asks, and bash itself with keys that are typed."""

from __future__ import annotations

import os
import pty
import re
import select
import shutil
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from helpers import environment, write_tree

from storyboard.cli.completion import rule_codes
from storyboard.export.rule_words import rule_words
from storyboard.scaffold.new_series import make_series

if TYPE_CHECKING:
    from pathlib import Path

EPISODES = ["01-the-wet-umbrella", "02-the-humming-suitcase"]
_GUESSING = {"_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}  # typer guesses the shell, unless it is told
SCRIPT = "import sys; sys.argv[0] = 'storyboard'; from storyboard.cli.main import run; run()"


def ask(folder: Path, line: str, shell: str = "bash", **more: str) -> subprocess.CompletedProcess[str]:
    """Ask as the shell's script does, with the cursor at the end of the line."""
    words = line.split(" ")
    env = environment(
        _STORYBOARD_COMPLETE=f"complete_{shell}",
        COMP_WORDS="\n".join(words),
        COMP_CWORD=str(len(words) - 1),
        _TYPER_COMPLETE_ARGS=line,
        _TYPER_COMPLETE_FISH_ACTION="get-args",
        **more,
    )
    command = [sys.executable, "-c", SCRIPT]
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, encoding="utf-8", check=False)


def offered(folder: Path, line: str, **more: str) -> list[str]:
    ran = ask(folder, line, **more)
    assert (ran.returncode, ran.stderr) == (0, "")
    return ran.stdout.split()


@pytest.fixture(scope="module")
def series(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_series(tmp_path_factory.mktemp("completion") / "s").folder


@pytest.mark.parametrize("verb", ["plan", "check", "preview", "diff main", "takes pick"])
def test_episodes_are_offered_by_name(series: Path, verb: str) -> None:
    assert offered(series, f"storyboard {verb} ") == EPISODES


def test_only_names_that_begin_as_typed_are_offered(series: Path) -> None:
    assert offered(series, "storyboard render 02") == EPISODES[1:]


def test_takes_offers_its_commands_and_episodes(series: Path) -> None:
    assert offered(series, "storyboard takes ") == ["list", "pick", "prune", *EPISODES]


def test_providers_faults_formats_and_verbs_are_offered(series: Path) -> None:
    assert offered(series, "storyboard render --provider ") == ["sandbox", "empirio"]
    assert "submit-drop-answer" in offered(series, "storyboard sandbox --fault submit-d")
    assert offered(series, "storyboard check --format g") == ["github", "gitlab"]
    assert offered(series, "storyboard re") == ["render"]
    assert offered(series, "storyboard jobs se") == ["settle"]


def test_rules_are_offered_by_their_code() -> None:
    assert rule_codes("") == list(rule_words())
    assert rule_codes("stret") == ["stretched"]


def test_purchases_reels_and_takes_are_offered_from_the_ledger_beside_the_story(tmp_path: Path) -> None:
    import sqlite3

    from storyboard.generation.ledger import Ledger

    made = make_series(tmp_path / "s").folder
    (made / ".storyboard").mkdir()
    Ledger(made / ".storyboard" / "ledger.sqlite").close()
    with sqlite3.connect(made / ".storyboard" / "ledger.sqlite") as ledger:
        bought = [(EPISODES[0], 1, 1), (EPISODES[0], 1, 2), (EPISODES[1], 3, 1)]
        for number, (episode, reel, take) in enumerate(bought):
            ledger.execute(
                "INSERT INTO purchases (key, provider, base_url, request_sha256, take, series, episode, reel, "
                "request, cost_usd, state, created_at, updated_at) "
                "VALUES (?, 'empirio', '', ?, ?, '', ?, ?, '{}', '1', 'done', ?, '')",
                (f"{number}abcdef0" * 8, str(number), take, f"episodes/{episode}", reel, str(number)),
            )
    ledger.close()
    assert offered(made, "storyboard jobs show ") == ["2abcdef0", "1abcdef0", "0abcdef0"]
    assert offered(made, "storyboard jobs settle 1a") == ["1abcdef0"]
    assert offered(tmp_path, f"storyboard jobs show --series {made} 0") == ["0abcdef0"]
    assert offered(made, "storyboard takes pick 01-the-wet-umbrella ") == ["1"]
    assert offered(made, "storyboard takes pick 01-the-wet-umbrella 1 ") == ["1", "2"]
    assert offered(made, "storyboard jobs show ", STORYBOARD_LEDGER="postgresql://nobody@192.0.2.1/x") == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_where_there_is_nothing_to_offer_nothing_is_said(tmp_path: Path, shell: str) -> None:
    write_tree(tmp_path, {"series.yaml": "series: [", ".storyboard/ledger.sqlite": "no database"})
    (tmp_path / "empty").mkdir()
    for folder, line in ((tmp_path, "plan "), (tmp_path, "jobs show "), (tmp_path / "empty", "takes pick x ")):
        ran = ask(folder, f"storyboard {line}", shell)
        assert ran.stderr == ""
        assert ran.stdout.strip() in {"", "_files"}


def test_names_that_a_shell_would_act_on_are_never_offered(tmp_path: Path) -> None:
    made = make_series(tmp_path / "s").folder
    names = [
        "$(touch a)",
        "`touch a`",
        "a'b",
        'a"b',
        "a b",
        "a;b",
        "a\\`touch c\\`",
        "*",
        "~root",
        "a|b",
        "line\nbreak",
    ]
    write_tree(made, {f"episodes/{name}.yaml": "storyboard: 1\n" for name in names} | {"episodes/03-grün.yaml": ""})
    for shell in ("bash", "zsh", "fish"):
        ran = ask(made, "storyboard plan ", shell)
        assert set(re.findall(r"[\w.-]+", ran.stdout)) - {"_arguments"} == {*EPISODES, "03-grün"}, shell


def test_no_heavy_library_is_loaded_to_offer_something(series: Path) -> None:
    told = SCRIPT.replace("run()", "\ntry:\n    run()\nfinally:\n    print(*sys.modules, file=sys.stderr)")
    env = environment(_STORYBOARD_COMPLETE="complete_zsh", _TYPER_COMPLETE_ARGS="storyboard plan ")
    ran = subprocess.run(
        [sys.executable, "-c", told], cwd=series, env=env, capture_output=True, text=True, check=False
    )
    assert EPISODES[0] in ran.stdout
    assert not {"sqlalchemy", "rich.console", "jinja2", "PIL", "httpx", "av"} & set(ran.stderr.split())


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_every_shell_is_given_a_script_that_asks_this_program(tmp_path: Path, shell: str) -> None:
    command = [sys.executable, "-c", SCRIPT, "--show-completion", shell]
    env = environment(**_GUESSING)
    ran = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    assert ran.returncode == 0
    assert f"_STORYBOARD_COMPLETE=complete_{shell}" in ran.stdout


@pytest.mark.skipif(not shutil.which("bash"), reason="there is no bash here")
def test_bash_completes_a_name_that_is_typed_half(series: Path, tmp_path: Path) -> None:
    program = f'#!/bin/sh\nexec "{sys.executable}" -c "{SCRIPT}" "$@"\n'
    write_tree(tmp_path, {"bin/storyboard": program, "inputrc": "set enable-bracketed-paste off\n"})
    (tmp_path / "bin" / "storyboard").chmod(0o755)
    path = f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}"
    env = environment(PATH=path, PS1="$ ", TERM="dumb", INPUTRC=str(tmp_path / "inputrc"), COLUMNS="200", **_GUESSING)
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        ["bash", "--norc", "--noprofile", "-i"],
        cwd=series, env=env, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
    )  # fmt: skip
    os.close(theirs)
    try:
        _type(ours, b'eval "$(storyboard --show-completion bash)"; echo re""ady\n', b"ready")
        shown = _type(ours, b"storyboard pla\t", b"storyboard plan ")
        shown += _type(ours, b"02\t", b"02-the-humming-suitcase")
        shown += _type(ours, b" --prov\t", b"--provider ")
        shown += _type(ours, b"em\t", b"empirio")
        assert b"rror" not in shown
    finally:
        process.kill()
        process.wait()
        os.close(ours)


def _type(terminal: int, keys: bytes, awaited: bytes) -> bytes:
    """Type, and read until something is shown."""
    os.write(terminal, keys)
    shown, until = b"", time.monotonic() + 30
    while awaited not in shown:
        assert time.monotonic() < until, f"{awaited!r} is not in {shown!r}"
        if select.select([terminal], [], [], 0.1)[0]:
            shown += os.read(terminal, 4096)
    return shown
