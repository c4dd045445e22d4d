"""What a file says of its sound before any of it is decoded: whether there is any, its beginning, its length."""

from __future__ import annotations

from contextlib import contextmanager
from fractions import Fraction
from typing import TYPE_CHECKING

import av
import av.error
from av.stream import Disposition

from storyboard.errors import SoundError
from storyboard.repository.lfs import is_pointer_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from av.audio.stream import AudioStream
    from av.container import InputContainer

_EXACT_HEADERS = {"mov", "flac", "aiff", "matroska"}  # formats whose headers say how long a track really is
_WAVE_SLACK = 50_000  # bytes, about a quarter of a second: some programs write sizes that are a little off
_WAVE_UNKNOWN = 0x7FFF_0000  # such a size, or a larger one, was written before it was known


def see_that_it_is_there(path: Path) -> None:
    """Raise an error if there is no such file.

    Raises:
        SoundError: It is missing.
    """
    if path.is_dir():
        raise SoundError(f"{path} is a folder, and no file of sound.", path, hint="Name a file in it.")
    if not path.is_file():
        raise SoundError(f"{path} is not there.", path, hint="Check the name; names are told apart by case.")
    with told(path):
        is_pointer = is_pointer_file(path)
    if is_pointer:
        raise SoundError(
            f"{path} is a Git LFS pointer, and the sound itself is not here.", path, hint="git lfs pull brings it."
        )


def has_sound(path: Path) -> bool:
    """Whether a file holds a sound track.

    Raises:
        SoundError: It is missing, or no file of sound or pictures at all.
    """
    with opened(path) as container:
        return bool(container.streams.audio)


def sound_length(path: Path) -> Fraction:
    """How long a file sounds, in seconds, from its time 0 to the end of its sound track.

    Raises:
        SoundError: It is missing, holds no sound, or cannot be read.
    """
    with opened(path) as container:
        stream = sound_track(container, path)
        zero = time_zero(container, stream)
        promised = promised_end(container, stream)
        if promised is not None and has_exact_headers(container):
            return max(Fraction(0), promised - zero)
        base, end = Fraction(stream.time_base or 1), zero
        with told(path):
            for packet in container.demux(stream):
                if packet.pts is not None:
                    end = max(end, (packet.pts + (packet.duration or 0)) * base)
        return end - zero


@contextmanager
def opened(path: Path) -> Iterator[InputContainer]:
    """Open a file, and close it after the block.

    Raises:
        SoundError: It is missing, cut off as far as its first bytes tell, or no file of sound or pictures.
    """
    see_that_it_is_there(path)
    with told(path):
        container = av.open(str(path))
    with container:
        if container.format.name == "wav":
            _see_that_it_is_whole(path)
        yield container


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Make what PyAV raises into an error of the program."""
    try:
        yield
    except (av.error.FFmpegError, OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SoundError(
            f"{path} cannot be read as sound: {reason}.", path, hint="Play it, or make it again."
        ) from error


def _see_that_it_is_whole(path: Path) -> None:
    """Compare a WAVE file's size with what its header says, which libavformat passes over."""
    with path.open("rb") as file:
        header = file.read(8)
    promised, size = int.from_bytes(header[4:], "little") + 8, path.stat().st_size
    if header[:4] == b"RIFF" and size + _WAVE_SLACK < promised < _WAVE_UNKNOWN:
        raise SoundError(
            f"{path} is cut off: it holds {size:,} bytes, and should hold {promised:,}.",
            path,
            hint="Copy or download it again.",
        )


def sound_track(container: InputContainer, path: Path) -> AudioStream:
    """The sound track that is meant to be heard.

    Raises:
        SoundError: There is none.
    """
    if not container.streams.audio:
        raise SoundError(f"{path} holds no sound.", path, hint="Name a file that has a sound track.")
    return container.streams.best("audio") or container.streams.audio[0]  # type: ignore[return-value]  # of all kinds


def time_zero(container: InputContainer, stream: AudioStream) -> Fraction:
    """The file's time 0 on its own clock, in seconds."""
    pictures = [each for each in container.streams.video if not each.disposition & Disposition.attached_pic]
    for each in (*pictures, stream):
        if each.start_time is not None and each.time_base is not None:
            return each.start_time * Fraction(each.time_base)
    return Fraction(0)


def has_exact_headers(container: InputContainer) -> bool:
    """Whether what the headers say of a track's length is no guess from the size of the file."""
    return not _EXACT_HEADERS.isdisjoint(container.format.name.split(","))


def promised_end(container: InputContainer, stream: AudioStream) -> Fraction | None:
    """Where the sound ends on the file's own clock, as far as its headers say."""
    if stream.duration is None or stream.time_base is None:
        alone = container.format.name.startswith("matroska") and len(container.streams) == 1
        return Fraction(container.duration, 1_000_000) if alone and container.duration else None
    return ((stream.start_time or 0) + stream.duration) * Fraction(stream.time_base)
