"""Programs that a note is handed to: the desktop's own, and one that a person names."""

from __future__ import annotations

import html
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import unicodedata
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

DESKTOP_SECONDS = 10.0
"""How long a desktop's program may take to show a note."""
_LONGEST_TITLE = 200  # characters
_LONGEST_BODY = 1000
_APPLE_SCRIPT = (
    "on run words",
    "display notification (item 2 of words) with title (item 1 of words)",
    "end run",
)
# Notes come from a program that Windows knows by name; PowerShell is one, and this is the name it has there.
_POWERSHELL = r"""
$ErrorActionPreference = 'Stop'
$null = [Windows.UI.Notifications.ToastNotificationManager, Windows.UI.Notifications, ContentType = WindowsRuntime]
$kind = [Windows.UI.Notifications.ToastTemplateType]::ToastText02
$note = [Windows.UI.Notifications.ToastNotificationManager]::GetTemplateContent($kind)
$texts = $note.GetElementsByTagName('text')
$null = $texts.Item(0).AppendChild($note.CreateTextNode($env:STORYBOARD_NOTE_TITLE))
$null = $texts.Item(1).AppendChild($note.CreateTextNode($env:STORYBOARD_NOTE_BODY))
$name = '{1AC14E77-02E7-4E5D-B744-2EB1AE5198B7}\WindowsPowerShell\v1.0\powershell.exe'
$toast = [Windows.UI.Notifications.ToastNotification]::new($note)
[Windows.UI.Notifications.ToastNotificationManager]::CreateToastNotifier($name).Show($toast)
"""


@dataclass(frozen=True)
class DesktopProgram:
    """What shows a note on this desktop.

    Attributes:
        system: ``linux``, ``darwin`` or ``win32``: whose way it is.
        path: The program.
    """

    system: str
    path: str

    @classmethod
    def find(cls) -> DesktopProgram | None:
        """The program of this machine; None where there is none."""
        if sys.platform == "win32":
            # By its whole path: a program of that name in the current folder may be a stranger's.
            path = Path(
                os.environ.get("SYSTEMROOT", r"C:\Windows"), r"System32\WindowsPowerShell\v1.0\powershell.exe"
            )
            return cls("win32", str(path)) if path.is_file() else None
        system = "darwin" if sys.platform == "darwin" else "linux"
        found = shutil.which("osascript" if system == "darwin" else "notify-send")
        return cls(system, found) if found else None

    def show(self, title: str, body: str, *, bad: bool) -> str | None:
        """Show a note.

        Args:
            title: Its first line.
            body: What follows.
            bad: Whether it tells of something that went wrong.

        Returns:
            What went wrong, as a clause; None where it was shown.
        """
        words, more = self.command(title, body, bad=bad)
        return run_program(words, {**os.environ, **more}, b"", DESKTOP_SECONDS)

    def command(self, title: str, body: str, *, bad: bool) -> tuple[list[str], dict[str, str]]:
        """The words of the command, and what its environment has besides.

        The texts are an author's. They stand where nothing reads them as a program: as arguments after the last
        option, or in the environment.
        """
        title, body = one_line(title, _LONGEST_TITLE), one_line(body, _LONGEST_BODY)
        if self.system == "win32":
            words = [self.path, "-NoProfile", "-NonInteractive", "-Command", _POWERSHELL]
            return words, {"STORYBOARD_NOTE_TITLE": title, "STORYBOARD_NOTE_BODY": body}
        if self.system == "darwin":
            script = [word for line in _APPLE_SCRIPT for word in ("-e", line)]
            return [self.path, *script, title, body], {}
        # A body may have markup (Desktop Notifications Specification), and notify-send reads backslash escapes in it.
        plain = html.escape(body, quote=False).replace("\\", "\\\\")
        urgency = "critical" if bad else "normal"
        return [self.path, "--app-name=storyboard", f"--urgency={urgency}", "--", title, plain], {}


def run_program(words: Sequence[str], environment: Mapping[str, str], data: bytes, seconds: float) -> str | None:
    """Run a program to its end, without a shell.

    Args:
        words: The program and its arguments.
        environment: All of it.
        data: For its standard input.
        seconds: After so many, it and what it has started are ended.

    Returns:
        What went wrong, as a clause; None where it ended with 0.
    """
    with tempfile.TemporaryFile() as said:  # no pipe: what a program leaves running would hold it open
        try:
            process = subprocess.Popen(  # noqa: S603  the person named it, or it is the desktop's own
                words,
                stdin=subprocess.PIPE,
                stdout=said,
                stderr=subprocess.STDOUT,
                env=environment,
                start_new_session=os.name != "nt",
            )
        except (OSError, ValueError) as error:
            return f"it could not be started ({getattr(error, 'strerror', None) or error})"
        try:
            process.communicate(data, timeout=seconds)
        except subprocess.TimeoutExpired:
            _end(process)
            return f"it took longer than {seconds:g} seconds, and was ended"
        except BaseException:  # an interrupt does not reach a session of its own
            _end(process)
            raise
        if process.returncode == 0:
            return None
        said.seek(max(0, said.seek(0, os.SEEK_END) - 2000))
        lines = [line for line in said.read().decode(errors="replace").splitlines() if line.strip()]
        last = f": {one_line(lines[-1], 200).rstrip('.')}" if lines else ""
        return f"it ended with {process.returncode}{last}"


def _end(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    if process.stdin is not None:
        with suppress(OSError):  # what it had not read yet goes nowhere
            process.stdin.close()


def one_line(text: str, longest: int) -> str:
    """A text as one line without control characters, cut where it is longer than ``longest`` characters."""
    plain = "".join(character if unicodedata.category(character) not in {"Cc", "Cs"} else " " for character in text)
    line = " ".join(plain.split())
    return line if len(line) <= longest else line[: longest - 1] + "…"
