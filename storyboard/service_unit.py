"""``storyboard jobs watch --unit``: a systemd user unit that goes on with open jobs whatever becomes of the terminal.

How values are quoted is described in systemd.syntax(7), systemd.unit(5) under “Specifiers”, and systemd.service(5)
under “Command lines”.
"""

from __future__ import annotations

import glob
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from storyboard.errors import UsageError
from storyboard.generation.provider import KEY_VARIABLE

if TYPE_CHECKING:
    from collections.abc import Sequence

UNIT_NAME = "storyboard-jobs.service"
"""What to call the unit's file."""
STOP_SECONDS = 240
"""How long it may take to stop: a request that may have been paid for is waited out, which takes 180 s at most."""
_RESTART_SECONDS = 30


def watch_command(folder: Path) -> tuple[str, ...]:
    """The command that a unit runs: this very Python and program, by whole paths.

    ``-P`` keeps Python from taking modules from the folder it works in, which may be a stranger's repository.

    Args:
        folder: The folder of the story or of the series.
    """
    python = str(Path(sys.executable).absolute())  # not resolved: a link is what makes a virtual environment
    return (python, "-P", "-m", "storyboard", "jobs", "watch", "--series", str(folder.resolve()))


def unit_text(*, title: str, folder: Path, command: Sequence[str] | None = None, key_file: Path | None = None) -> str:
    """The text of a systemd user unit.

    Args:
        title: The series', for people to tell units apart.
        folder: The folder of the story or of the series; the unit works in it.
        command: What it runs, the program by its whole path; left out, ``watch_command(folder)``.
        key_file: The file that sets the API key, which never stands in the unit itself; None where no key is needed.

    Raises:
        UsageError: A path cannot stand in a unit.
    """
    words = watch_command(folder) if command is None else tuple(command)
    return "\n".join(
        [
            f"# Goes on with open jobs. Save it as ~/.config/systemd/user/{UNIT_NAME}, then:",
            f"#   systemctl --user daemon-reload && systemctl --user enable --now {UNIT_NAME}",
            "# So that it goes on when you are logged out: loginctl enable-linger",
            "",
            "[Unit]",
            f"Description=storyboard jobs of {_description(title)}",
            "",
            "[Service]",
            f"WorkingDirectory={_path(folder.resolve())}",
            f"ExecStart={_command_line(words)}",
            *_key_lines(key_file),
            "# A stop is asked for as Ctrl-C is, and what may be paid for is written down before it takes effect.",
            "KillSignal=SIGINT",
            "KillMode=mixed",
            f"TimeoutStopSec={STOP_SECONDS}",
            "SuccessExitStatus=130",
            "Restart=on-failure",
            f"RestartSec={_RESTART_SECONDS}",
            "# Starting again does not help against errors in a story, wrong usage, or a refusal.",
            "RestartPreventExitStatus=1 2 3",
            "NoNewPrivileges=yes",
            "RestrictSUIDSGID=yes",
            "RestrictRealtime=yes",
            "LockPersonality=yes",
            "",
            "[Install]",
            "WantedBy=default.target",
            "",
        ]
    )


def _key_lines(key_file: Path | None) -> list[str]:
    if key_file is None:
        return []
    # systemd takes it for a pattern, in which * ? [ and a backslash mean something.
    pattern = glob.escape(str(key_file.expanduser().absolute()).replace("\\", "\\\\"))
    return [
        f"# That file has the line {KEY_VARIABLE}=…, and STORYBOARD_LEDGER=… where one is used.",
        "# Nobody else may read it: chmod 600.",
        f"EnvironmentFile={_path(Path(pattern))}",
    ]


def _command_line(words: Sequence[str]) -> str:
    if not words or not Path(words[0]).is_absolute():
        raise UsageError("The program of a unit has to be named by its whole path.")
    if set(words[0]) & set("\"'\\"):  # quoted or not, systemd takes none of them in a program's path
        raise UsageError(f"{words[0]} cannot stand in a unit: it has a quotation mark or a backslash.", hint=_RENAME)
    # Variables are filled into arguments, and never into the program's own path.
    return " ".join([_quoted(words[0]), *(_quoted(word).replace("$", "$$") for word in words[1:])])


def _quoted(word: str) -> str:
    escaped = _checked(word).replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{escaped}"'


def _path(path: Path) -> str:
    text = _checked(str(path))
    if text.endswith("\\") or text != text.strip():
        raise UsageError(f"{text} cannot stand in a unit: it ends with a space or a backslash.", hint=_RENAME)
    return text.replace("%", "%%")


def _checked(text: str) -> str:
    if not text.isprintable():
        raise UsageError(f"{text!r} cannot stand in a unit: it has a character that is not printable.", hint=_RENAME)
    return text


_RENAME = "Give the folder or file another name."


def _description(title: str) -> str:
    """An author's title as the end of one line: no line break, no specifier, no line that goes on."""
    plain = "".join(character if character.isprintable() else " " for character in title)
    return " ".join(plain.split())[:100].rstrip("\\ ").replace("%", "%%") or "a story"
