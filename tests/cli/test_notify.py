"""Notes that a render has ended: a real server, real programs, and nothing an author wrote is run."""

from __future__ import annotations

import http.server
import json
import os
import socket
import sys
import threading
import time
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from storyboard import note_program, notify
from storyboard.errors import UsageError
from storyboard.note_program import DesktopProgram, one_line
from storyboard.notify import CommandNotifier, RenderEnded, parse_notify

if TYPE_CHECKING:
    from collections.abc import Iterator

KEY = "sk-empiriolabs-very-secret"
ENDED = RenderEnded(
    "The “Keeper” — $(touch pwned) `id`", Path("renders/one.mp4"), 0, "Done: 3 reels, 2 reused.", Decimal("6.9255")
)
TOLD = {
    "event": "render-ended",
    "title": "The “Keeper” — $(touch pwned) `id`",
    "episode": "renders/one.mp4",
    "exit": 0,
    "message": "Done: 3 reels, 2 reused.",
    "cost_usd": "6.93",
}


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMPIRIOLABS_API_KEY", KEY)


def script(path: Path, body: str) -> Path:
    """A program in Python."""
    path.write_text(f"#!{sys.executable}\nimport json, os, sys, time\n{body}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def recorder(path: Path) -> Path:
    """A program that writes down how it was called."""
    record = path.with_name("record.json")
    return script(
        path,
        "told = {'words': sys.argv[1:], 'input': sys.stdin.read(), 'environment': dict(os.environ)}\n"
        f"open({str(record)!r}, 'w').write(json.dumps(told))\n"
        "print('chatter')",
    )


def recorded(folder: Path) -> Any:
    return json.loads((folder / "record.json").read_text(encoding="utf-8"))


# Webhooks


class Hook(http.server.BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        server: Any = self.server
        body = self.rfile.read(int(self.headers["content-length"]))
        server.got.append((self.path, dict(self.headers.items()), body))
        if server.wait:
            server.wait.wait(10)
        self.send_response(server.answer)
        if 300 <= server.answer < 400:
            self.send_header("location", server.location)
        self.send_header("content-length", "0")
        self.end_headers()

    do_GET = do_POST  # noqa: N815

    def log_message(self, *given: Any) -> None:
        """Say nothing."""


@contextmanager
def hook(answer: int = 204, *, location: str = "", wait: threading.Event | None = None) -> Iterator[Any]:
    server: Any = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hook)
    server.answer, server.location, server.wait, server.got = answer, location, wait, []
    server.url = f"http://127.0.0.1:{server.server_port}/hooks/secret-path"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield server
    finally:
        if wait:
            wait.set()
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_webhook_is_sent_the_event_as_json() -> None:
    with hook() as server:
        assert parse_notify(server.url).tell(ENDED) is None
    ((path, headers, body),) = server.got
    assert path == "/hooks/secret-path"
    assert {name.lower(): value for name, value in headers.items()}["content-type"] == "application/json"
    assert json.loads(body) == TOLD


def test_no_note_carries_the_key(tmp_path: Path) -> None:
    leaky = RenderEnded(f"T {KEY}", tmp_path / KEY, 3, f"The key {KEY} was refused.", Decimal(0))
    with hook() as server:
        parse_notify(server.url).tell(leaky)
    assert KEY not in repr(server.got)
    assert "****" in server.got[0][2].decode()
    parse_notify(str(recorder(tmp_path / "tell"))).tell(leaky)
    assert KEY not in (tmp_path / "record.json").read_text(encoding="utf-8")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_told_and_not_followed(status: int) -> None:
    with hook() as other, hook(status, location=other.url) as server:
        warning = parse_notify(server.url).tell(ENDED)
    assert (
        warning
        == f"The webhook at 127.0.0.1 was not told: it answered with a redirect ({status}), which is not followed."
    )
    assert other.got == []


@pytest.mark.parametrize("status", [400, 404, 500])
def test_a_webhook_that_does_not_take_it_is_told(status: int) -> None:
    with hook(status) as server:
        warning = parse_notify(server.url).tell(ENDED)
    assert warning == f"The webhook at 127.0.0.1 did not take the note: it answered {status}."


def test_a_webhook_that_is_not_there_is_told_without_its_path() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    notifier = parse_notify(f"http://127.0.0.1:{port}/secret-path")
    assert notifier.tell(ENDED) == "The webhook at 127.0.0.1 was not told: the connection was refused."
    assert "secret-path" not in repr(notifier)


def test_a_webhook_that_does_not_answer_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notify, "WEBHOOK_SECONDS", 0.3)
    began = time.monotonic()
    with hook(wait=threading.Event()) as server:
        warning = parse_notify(server.url).tell(ENDED)
        assert time.monotonic() - began < 5
    assert warning is not None
    assert "was not told: no" in warning


def test_a_proxy_that_cannot_be_used_is_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "socks9://u:password@nowhere")
    warning = parse_notify("https://hooks.example/x").tell(ENDED)
    assert warning is not None
    assert warning.startswith("The webhook was not told. The proxy")
    assert "password" not in warning


@pytest.mark.parametrize(
    "url", ["http://", "https:///path", "http://h:0/", "http://h:99999/", "http://a b/", "https://é/", "ftp://h/x", "file:///etc/passwd"]
)  # fmt: skip
def test_what_is_no_web_address_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(UsageError, match=r"no http\(s\) URL") as told:
        parse_notify(url)
    assert url not in told.value.message


# Commands


def test_a_command_has_the_event_on_its_input_and_in_its_environment(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    program = recorder(tmp_path / "tell me")
    assert parse_notify(f"'{program}' --to 'Ada L' $HOME ; * `id`").tell(ENDED) is None
    told = recorded(tmp_path)
    assert told["words"] == ["--to", "Ada L", "$HOME", ";", "*", "`id`"]
    assert json.loads(told["input"]) == TOLD
    assert {name: value for name, value in told["environment"].items() if name.startswith("STORYBOARD_EVENT")} == {
        "STORYBOARD_EVENT": "render-ended",
        "STORYBOARD_EVENT_TITLE": TOLD["title"],
        "STORYBOARD_EVENT_EPISODE": "renders/one.mp4",
        "STORYBOARD_EVENT_EXIT": "0",
        "STORYBOARD_EVENT_MESSAGE": "Done: 3 reels, 2 reused.",
        "STORYBOARD_EVENT_COST_USD": "6.93",
    }
    assert "EMPIRIOLABS_API_KEY" not in told["environment"]
    assert capfd.readouterr() == ("", "")


def test_a_render_without_a_film_names_none(tmp_path: Path) -> None:
    program = recorder(tmp_path / "tell")
    parse_notify(str(program)).tell(RenderEnded("T", None, 4, "It failed.", Decimal("1.5")))
    told = recorded(tmp_path)
    assert json.loads(told["input"]) | {"title": ""} == TOLD | {
        "title": "", "episode": None, "exit": 4, "message": "It failed.", "cost_usd": "1.50",
    }  # fmt: skip
    assert told["environment"]["STORYBOARD_EVENT_EPISODE"] == ""


def test_texts_that_no_environment_holds_are_made_to_fit(tmp_path: Path) -> None:
    program = recorder(tmp_path / "tell")
    odd = RenderEnded("a\x00b\x1b[31m\ud83d", None, 0, "x\n" * 100_000, Decimal(0))
    assert parse_notify(str(program)).tell(odd) is None
    told = json.loads(recorded(tmp_path)["input"])
    assert told["title"] == "a b [31m"
    assert len(told["message"]) == 2000


def test_a_command_that_fails_is_told_with_its_last_word(tmp_path: Path) -> None:
    program = script(
        tmp_path / "fails", "print('begun'); print('no \x1b[31msuch account\\n', file=sys.stderr); sys.exit(7)"
    )
    warning = parse_notify(str(program)).tell(ENDED)
    assert warning == f"The command of --notify, {program}, failed: it ended with 7: no [31msuch account."


def test_a_command_that_reads_nothing_is_no_trouble(tmp_path: Path) -> None:
    program = script(tmp_path / "deaf", "sys.stdin.close()")
    assert parse_notify(str(program)).tell(ENDED) is None


def test_a_command_that_does_not_end_is_ended_with_all_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notify, "COMMAND_SECONDS", 1.0)
    late = tmp_path / "late"
    child = script(tmp_path / "child", f"time.sleep(2.5)\nopen({str(late)!r}, 'w')")
    program = script(tmp_path / "slow", f"import subprocess\nsubprocess.Popen([{str(child)!r}])\ntime.sleep(60)")
    began = time.monotonic()
    warning = parse_notify(str(program)).tell(ENDED)
    assert warning == f"The command of --notify, {program}, failed: it took longer than 1 seconds, and was ended."
    time.sleep(max(0.0, began + 3.2 - time.monotonic()))
    assert not late.exists()


def test_a_command_that_cannot_be_started_is_told(tmp_path: Path) -> None:
    program = tmp_path / "text"
    program.write_text("no program\n", encoding="utf-8")
    program.chmod(0o755)
    assert CommandNotifier((str(program),)).tell(ENDED) == (
        f"The command of --notify, {program}, failed: it could not be started (Exec format error)."
    )


def test_an_interrupt_ends_the_command_as_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[int] = []
    real = note_program._end

    def end(process: Any) -> None:
        real(process)
        ended.append(process.returncode)

    def interrupted(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(note_program, "_end", end)
    monkeypatch.setattr("subprocess.Popen.communicate", interrupted)
    program = script(tmp_path / "slow", "time.sleep(60)")
    with pytest.raises(KeyboardInterrupt):
        parse_notify(str(program)).tell(ENDED)
    assert ended == [-9]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "names nobody"),
        ("  ", "names nobody"),
        ("''", "names nobody"),
        ("mail 'ada", "quotation mark"),
        ("no-such-program x", "There is no program “no-such-program”"),
    ],
)
def test_what_names_nobody_is_refused_before_anything_is_rendered(text: str, told: str) -> None:
    with pytest.raises(UsageError, match=told) as error:
        parse_notify(text)
    assert "--notify" in error.value.hint


# The desktop


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for the desktop's programs, in front of all others."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return folder


@pytest.mark.skipif(sys.platform != "linux", reason="another desktop has another program")
def test_a_desktop_note_takes_an_authors_text_for_text(desk: Path) -> None:
    recorder(desk / "notify-send")
    note = RenderEnded("--help <b>", None, 4, "-x <b>bold</b> & \\n\nnext", Decimal(0))
    assert parse_notify("Desktop").tell(note) is None
    assert recorded(desk)["words"] == [
        "--app-name=storyboard",
        "--urgency=critical",
        "--",
        "storyboard: --help <b>",
        "-x &lt;b&gt;bold&lt;/b&gt; &amp; \\\\n next",
    ]


@pytest.mark.skipif(sys.platform != "linux", reason="another desktop has another program")
def test_a_desktop_that_shows_nothing_is_told(desk: Path) -> None:
    script(desk / "notify-send", "print('no bus here', file=sys.stderr); sys.exit(1)")
    assert parse_notify("desktop").tell(ENDED) == "The desktop note was not shown: it ended with 1: no bus here."


def test_a_machine_without_a_desktop_is_told_before_anything_is_rendered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UsageError, match="no program that shows a desktop note"):
        parse_notify("desktop")


@pytest.mark.parametrize("system", ["linux", "darwin", "win32"])
def test_on_no_system_is_an_authors_text_an_option_or_a_program(system: str) -> None:
    title, body = "-e 'do shell script \"x\"'; $(id)", '`id` " & calc'
    words, more = DesktopProgram(system, "/bin/show").command(f"storyboard: {title}", body, bad=False)
    plain_words, _ = DesktopProgram(system, "/bin/show").command("storyboard: T", "B", bad=False)
    if system == "win32":
        assert words == plain_words
        assert more == {"STORYBOARD_NOTE_TITLE": f"storyboard: {title}", "STORYBOARD_NOTE_BODY": body}
    else:
        assert words[:-2] == plain_words[:-2]
        assert words[-2] == f"storyboard: {title}"
        assert more == {}


def test_a_note_is_short() -> None:
    words, _ = DesktopProgram("linux", "/bin/show").command("t" * 500, "b" * 5000, bad=False)
    assert [len(word) for word in words[-2:]] == [200, 1000]
    assert one_line(" a\t\n b\x07 ", 10) == "a b"
