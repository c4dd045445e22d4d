"""Spoken lines as subtitles: timed so that they can be read, and never over a cut.

The figures are those of the field: 17 characters a second, not under five sixths of a second, two frames between one
and the next (Netflix, Timed Text Style Guide: General Requirements and English).
"""

from __future__ import annotations

import re
from fractions import Fraction
from html import escape
from itertools import zip_longest
from typing import TYPE_CHECKING, NamedTuple

from storyboard.assembly.subtitle_lines import screens_of
from storyboard.columns import columns
from storyboard.drawing.bidi import led_as

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from storyboard.assembly.spoken import SpokenLine

SPEED = 17
"""Columns a second: characters, and of East Asia half as many, where that guide asks for 9 of Chinese."""
_SHORTEST = Fraction(5, 6)
_BETWEEN = 2
_MARKUP = re.compile(r"([<{])([a-z/\\])", re.IGNORECASE)


class Subtitle(NamedTuple):
    """What is shown at once.

    Attributes:
        lines: Of text, top first.
        begins: The first frame.
        ends: The frame after the last.
        spoken: The number of the spoken line that it is of, counted from 0.
    """

    lines: tuple[str, ...]
    begins: int
    ends: int
    spoken: int = 0


def subtitles_of(spoken: Iterable[SpokenLine], fps: Fraction, cuts: Sequence[int] = ()) -> list[Subtitle]:
    """Spoken lines, as they are shown.

    A line that is too long for the screen is shown in parts, each as long as its share of the letters. What can be
    read quicker than its segment lasts goes when it has been read twice over, not before; what cannot be read in time
    keeps its whole time. Of a line that the film comes to late, or leaves early, the parts are shown that are spoken
    meanwhile; of one that it has but a moment of, nothing, which would only flash.

    Args:
        spoken: In the order in which they are heard.
        fps: Frames a second.
        cuts: The frames at which the picture changes: nothing stays over one.
    """
    found: list[Subtitle] = []
    for number, line in enumerate(spoken):
        found += (each._replace(spoken=number) for each in _shown(line, fps, cuts))
    return [
        each._replace(ends=max(each.begins + 1, min(each.ends, after.begins - _BETWEEN))) if after else each
        for each, after in zip_longest(found, found[1:])
    ]


def _shown(line: SpokenLine, fps: Fraction, cuts: Sequence[int]) -> Iterator[Subtitle]:
    screens = screens_of(line.text)
    first, left = line.heard
    if (first, left) != (line.begins, line.ends) and left - first < _SHORTEST * fps:
        return
    last = min((cut for cut in cuts if first < cut < left), default=left)
    letters = sum(map(_letters, screens)) or 1
    needed = max(letters / Fraction(SPEED), _SHORTEST) * 2
    whole = last if left == line.ends else line.ends
    frames = whole - line.begins
    if first == line.begins:  # who comes late has to find it still there
        frames = min(frames, max(1, round(needed * fps)))
    before, begins = 0, line.begins
    for number, screen in enumerate(screens, start=1):
        before += _letters(screen)
        share = line.begins + frames * before // letters
        # What nobody can read in time can at least be searched for: each has a frame, as long as there are any.
        ends = min(max(share, begins + 1), line.begins + frames - len(screens) + number)
        if min(ends, last) > max(begins, first):
            yield Subtitle(screen, max(begins, first), min(ends, last))
        begins = max(begins, ends)


def too_fast(subtitles: Iterable[Subtitle], fps: Fraction) -> list[Subtitle]:
    """Those that go before they can be read."""
    return [each for each in subtitles if _letters(each.lines) / ((each.ends - each.begins) / fps) > SPEED]


def _letters(lines: Sequence[str]) -> int:
    return sum(map(columns, lines))


def subtitle_paths(film: Path) -> list[Path]:
    """Where the subtitles of a film lie, or would."""
    return [film.with_suffix(".srt"), film.with_suffix(".vtt")]


def subtitle_files(subtitles: Sequence[Subtitle], fps: Fraction, film: Path) -> dict[Path, bytes]:
    """The files of subtitles that lie beside a film, as SubRip and as WebVTT; none where there are none.

    Args:
        subtitles: In order.
        fps: Frames a second.
        film: Its file.

    Returns:
        What is to be in each.
    """
    if not subtitles:
        return {}
    from pysubs2 import SSAEvent, SSAFile  # most films have nobody who speaks

    files = {}
    for path in subtitle_paths(film):
        form, file = path.suffix[1:], SSAFile()
        for each in subtitles:
            # Down, for both: a thousandth later would be after the frame that it is to end before.
            begins, ends = (int(frame / fps * 1000) for frame in (each.begins, each.ends))
            event = SSAEvent(start=begins, end=ends)
            whole = " ".join(each.lines)
            event.plaintext = _written("\n".join(led_as(line, whole) for line in each.lines), form)
            file.append(event)
        files[path] = file.to_string(form, keep_ssa_tags=True).encode()  # braces are the author's, and no tags
    return files


def _written(text: str, form: str) -> str:
    r"""A text as it has to be written, so that it is read as it was meant.

    pysubs2 takes ``\n`` for a new line, so no letter may follow a backslash. WebVTT has the escapes of HTML; SubRip
    has none, and players take ``<i>`` and ``{\i1}`` for markup.
    """
    whole = text.replace("\\", "\\\u2060")
    return escape(whole, quote=False) if form == "vtt" else _MARKUP.sub("\\1\u2060\\2", whole)
