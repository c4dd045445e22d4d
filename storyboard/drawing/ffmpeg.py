"""Running ffmpeg so that it cannot hang, prompt, or outlive who started it."""

from __future__ import annotations

import subprocess
import sys
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import imageio_ffmpeg

from storyboard.errors import StoryboardError

if sys.platform == "linux":
    import fcntl

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path
    from typing import IO


_PIPE_BYTES = 2**20
_LOOK = "storyboard doctor looks at what is installed; IMAGEIO_FFMPEG_EXE names another ffmpeg."


class ClipError(StoryboardError):
    """ffmpeg could not do its part.

    Args:
        said: What it last said.
        hint: What to do; left out, to run the command again.
    """

    code = "ffmpeg-failed"

    def __init__(self, said: str, *, hint: str = "Run it again: parts that were finished are kept.") -> None:
        super().__init__(f"ffmpeg failed: {said.rstrip('.')}.", hint=hint)


class ClipStoppedError(Exception):
    """Whoever wanted the clip told it to stop."""


@contextmanager
def running(
    arguments: Sequence[str],
    folder: Path,
    stop: threading.Event,
    on_line: Callable[[bytes], None] | None = None,
) -> Iterator[subprocess.Popen[bytes]]:
    """Run ffmpeg with pipes for input and output, in a folder, so that file names can be short and plain.

    Args:
        arguments: What follows the program's name.
        folder: Its working folder; what it says goes to a file there.
        stop: Set, the process is killed on the way out rather than waited for.
        on_line: Told each line of its output, on a thread of its own; left out, the caller reads the output.

    Yields:
        The process. On a normal way out its input is closed and it has ended well.

    Raises:
        ClipError: It ended with an error, or cannot be run; an ``EOFError`` inside the block is told as one.
        ClipStoppedError: ``stop`` was set.
    """
    log = folder / "ffmpeg.log"
    program = _program()
    with log.open("ab") as said:
        try:
            process = subprocess.Popen(  # noqa: S603  the program is ours, the arguments hold no text of a request
                [program, "-hide_banner", "-loglevel", "error", "-nostdin", *arguments],
                cwd=folder,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=said,
                bufsize=0,
            )
        except OSError as error:
            raise ClipError(f"{program} cannot be run: {error.strerror}", hint=_LOOK) from error
    assert process.stdin and process.stdout  # noqa: S101, PT018  both are pipes, as asked for above
    _widen(process.stdin)
    output = process.stdout
    reader = threading.Thread(target=_follow, args=(output, on_line), name="ffmpeg output", daemon=True)
    try:
        if on_line:
            reader.start()
        try:
            yield process
            process.stdin.close()
        except (BrokenPipeError, EOFError):
            # It ended before it had read everything, or written it: its own words say why.
            if process.wait() == 0:
                raise ClipError("it ended early") from None
        if on_line:
            reader.join()
        else:
            _follow(output, None)
        if stop.is_set():
            raise ClipStoppedError
        if process.wait() != 0:
            words = log.read_text(errors="replace").strip()[-500:]
            raise ClipError(words or f"it ended with {process.returncode} and said nothing")
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        if reader.is_alive():
            reader.join()
        process.stdin.close()
        output.close()


def _program() -> str:
    try:
        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except RuntimeError:  # it is tried as well as looked for, and may be ended from outside
        raise ClipError("none was found that runs here", hint=_LOOK) from None


def _widen(pipe: IO[bytes]) -> None:
    """Let a pipe hold a whole frame, where the system can: fewer turns between writer and reader."""
    if sys.platform == "linux":
        with suppress(OSError):
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)


def _follow(pipe: IO[bytes], tell: Callable[[bytes], None] | None) -> None:
    """Read a pipe to its end, line by line, or just empty it."""
    rest = b""
    while chunk := pipe.read(65536):
        if tell:
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                tell(line)
