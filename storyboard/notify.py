"""``--notify``: tell somebody that a render has ended, by a desktop note, a webhook or a command.

A note is a courtesy: one that fails is told as a warning, and nothing else comes of it. The API key goes into none.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

from storyboard.compiler.price import dollars
from storyboard.errors import UsageError
from storyboard.generation.provider import KEY_VARIABLE
from storyboard.note_program import DesktopProgram, one_line, run_program

if TYPE_CHECKING:
    from decimal import Decimal
    from pathlib import Path

WEBHOOK_SECONDS = 10.0
"""How long a webhook may take, from the connection to the end of its answer."""
COMMAND_SECONDS = 30.0
"""How long a command may take."""
_LONGEST_TEXT = 2000  # characters; an environment has its bounds
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*)://", re.IGNORECASE)
_WAYS = "Give desktop, an http(s) URL, or a command, such as: --notify 'mail-me --to ada'."


@dataclass(frozen=True)
class RenderEnded:
    """A render has ended, well or not.

    Attributes:
        title: The episode's, or the series' where several were rendered.
        episode: The finished file; None where there is none.
        exit_code: The command's.
        message: What came of it, in a sentence.
        cost: What was spent in this run, in US dollars.
    """

    title: str
    episode: Path | None
    exit_code: int
    message: str
    cost: Decimal

    def as_json(self) -> dict[str, Any]:
        """The event as plain values: what a webhook and a command are given. No text of it holds the API key."""
        return {
            "event": "render-ended",
            "title": _without_key(one_line(self.title, _LONGEST_TEXT)),
            "episode": None if self.episode is None else _without_key(str(self.episode)),
            "exit": self.exit_code,
            "message": _without_key(one_line(self.message, _LONGEST_TEXT)),
            "cost_usd": dollars(self.cost),
        }


class Notifier(Protocol):
    """Somebody who is told."""

    def tell(self, event: RenderEnded) -> str | None:
        """Tell it; what goes wrong is never raised.

        Returns:
            A warning in a sentence or two; None where all went well.
        """


def parse_notify(text: str) -> Notifier:
    """Whom ``--notify WHAT`` names.

    Raises:
        UsageError: It names nobody, or a program that this machine has not.
    """
    text = text.strip()
    if text.casefold() == "desktop":
        program = DesktopProgram.find()
        if program is None:
            raise UsageError(
                "This machine has no program that shows a desktop note.",
                hint="On Linux it is notify-send, which most systems have in the package libnotify-bin or libnotify.",
            )
        return DesktopNotifier(program)
    scheme = _SCHEME.match(text)
    return _webhook(text, scheme[1]) if scheme else _command(text)


def _webhook(url: str, scheme: str) -> WebhookNotifier:
    try:
        parts = urlsplit(url)
        usable = scheme.casefold() in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or not url.isascii() or not url.isprintable() or " " in url:
        # The address itself is not repeated: whoever knows a webhook's address may write to it.
        raise UsageError("What --notify names is no http(s) URL.", hint=_WAYS)
    return WebhookNotifier(url)


def _command(text: str) -> CommandNotifier:
    try:
        words = shlex.split(text, posix=os.name != "nt")  # elsewhere a backslash quotes; on Windows it parts folders
    except ValueError:
        raise UsageError("The command of --notify has a quotation mark that nothing closes.", hint=_WAYS) from None
    words = [word.strip("\"'") for word in words] if os.name == "nt" else words
    if not words or not words[0]:
        raise UsageError("--notify names nobody.", hint=_WAYS)
    program = shutil.which(words[0])
    if program is None:
        raise UsageError(f"There is no program “{words[0]}” for --notify to run.", hint=_WAYS)
    return CommandNotifier((program, *words[1:]))


@dataclass(frozen=True)
class DesktopNotifier:
    """Shows a note on the desktop.

    Attributes:
        program: What shows it.
    """

    program: DesktopProgram

    def tell(self, event: RenderEnded) -> str | None:
        """Show the note."""
        told = event.as_json()
        problem = self.program.show(f"storyboard: {told['title']}", told["message"], bad=event.exit_code != 0)
        return f"The desktop note was not shown: {problem}." if problem else None


@dataclass(frozen=True)
class CommandNotifier:
    """Runs a command, without a shell. The event is JSON on its standard input, and in ``STORYBOARD_EVENT…``.

    Attributes:
        words: The program and its arguments.
    """

    words: tuple[str, ...]

    def tell(self, event: RenderEnded) -> str | None:
        """Run the command, for 30 seconds at most. What it prints is not shown unless it fails."""
        told = event.as_json()
        environment = {name: value for name, value in os.environ.items() if name != KEY_VARIABLE}
        environment["STORYBOARD_EVENT"] = told["event"]
        for name in ("title", "episode", "exit", "message", "cost_usd"):
            environment[f"STORYBOARD_EVENT_{name.upper()}"] = "" if told[name] is None else str(told[name])
        data = json.dumps(told).encode("ascii") + b"\n"
        problem = run_program(self.words, environment, data, COMMAND_SECONDS)
        return f"The command of --notify, {self.words[0]}, failed: {problem}." if problem else None


@dataclass(frozen=True)
class WebhookNotifier:
    """Sends a POST with the event as JSON, within 10 seconds.

    A redirect is not followed, wherever it leads: what was meant for one host is told to no other.

    Attributes:
        url: Where to; never shown, because whoever knows it may write there.
    """

    url: str = field(repr=False)

    def tell(self, event: RenderEnded) -> str | None:
        """Send it."""
        from storyboard.generation.exchange import NoAnswer
        from storyboard.generation.wire import Timeouts, exchange, open_client

        times = Timeouts(connect=WEBHOOK_SECONDS, read=WEBHOOK_SECONDS, write=WEBHOOK_SECONDS, total=WEBHOOK_SECONDS)
        body = json.dumps(event.as_json()).encode("ascii")
        try:
            with open_client(self.url, times.for_httpx()) as client:
                answer = exchange(client, "POST", self.url, key=None, timeouts=times, content=body)
        except UsageError as error:
            return f"The webhook was not told. {error.message}"
        where = f"The webhook at {urlsplit(self.url).hostname}"
        if isinstance(answer, NoAnswer):
            return f"{where} was not told: {answer.reason}."
        if 300 <= answer.status < 400:
            return f"{where} was not told: it answered with a redirect ({answer.status}), which is not followed."
        return None if answer.status < 300 else f"{where} did not take the note: it answered {answer.status}."


def _without_key(text: str) -> str:
    key = os.environ.get(KEY_VARIABLE, "").strip()
    return text.replace(key, "****") if key else text
