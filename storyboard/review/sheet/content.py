"""What stands on a contact sheet, as plain values: the page's own program lays them out, and reads none as markup."""

from __future__ import annotations

import re
import unicodedata
from itertools import groupby
from typing import TYPE_CHECKING, Any

from storyboard.compiler.plan import number
from storyboard.compiler.price import dollars
from storyboard.excerpt import excerpt

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from fractions import Fraction

    from storyboard.compiler.plan import Plan
    from storyboard.review.shots import Shot

MARK = "Made by storyboard sheet"
"""What the file says of itself: another file is never replaced."""

_LONG_WORD = 20
_BREAK_EVERY = 10
_ZERO_WIDTH_SPACE = "\u200b"
_LONG_ROW = 1100
"""Characters under one picture from which a row may go on over the end of a page."""


def sheet_content(
    plan: Plan,
    shots: Sequence[Shot],
    *,
    images: Sequence[str],
    paper: str,
    file: str,
    series: str,
    logline: str,
    columns: int,
) -> dict[str, Any]:
    """All that is to be read on a sheet.

    Args:
        plan: What a render would order.
        shots: What the episode shows.
        images: The picture of each shot, by its name in the folder that the pages are made in.
        paper: Typst's name of the paper.
        file: The storyboard's name.
        series: The title of its series; may be empty.
        logline: The story in a sentence; may be empty.
        columns: How many panels stand side by side.
    """
    panels = [_panel(shot, image) for shot, image in zip(shots, images, strict=True)]
    return {
        "mark": MARK,
        "paper": paper,
        "title": _clean(plan.title),
        "heading": _told(plan.title),
        "running": _told(excerpt(plan.title, 90)),
        "series": _maybe(series),
        "logline": _maybe(logline),
        "file": _told(file),
        "length": clock(plan.seconds),
        "facts": _facts(plan, len(shots)),
        "columns": columns,
        "scenes": [
            _scene(scene, list(group), panels, columns) for scene, group in groupby(shots, lambda shot: shot.scene)
        ],
    }


def clock(seconds: Fraction) -> str:
    """A time such as ``1:04.5``."""
    minutes, rest = divmod(float(seconds), 60)
    return f"{int(minutes)}:{rest:04.1f}"


def _facts(plan: Plan, segments: int) -> list[dict[str, Any]]:
    cfgs = list(dict.fromkeys(str(reel.base_request["cfg"]) for reel in plan.reels))
    facts = [
        ("Length", f"{clock(plan.seconds)}"),
        ("Segments", str(segments)),
        ("Reels", str(len(plan.reels))),
        ("Price", f"${dollars(plan.cost)}"),
        ("Size", "{} × {}".format(*plan.resolution)),
        ("cfg", ", ".join(cfgs)),
    ]
    return [{"name": name, "value": value, "wide": name == facts[-1][0]} for name, value in facts]


def _scene(index: int, shots: list[Shot], panels: list[dict[str, Any]], columns: int) -> dict[str, Any]:
    first = shots[0]
    rows = [shots[at : at + columns] for at in range(0, len(shots), columns)]
    headed = len(first.scene_name + first.place + first.mood + first.transition)
    place = {shot.number: panel for shot, panel in zip(shots, _of(shots, panels), strict=True)}
    return {
        "number": index + 1,
        "long": headed > _LONG_ROW,
        "name": _told(first.scene_name),
        "times": f"{clock(first.start)} – {clock(shots[-1].end)}",
        "under": _maybe(" · ".join(part for part in (first.place, first.mood) if part)),
        "transition": _maybe(first.transition),
        "rows": [
            {
                "shots": [place[shot.number] for shot in row],
                "long": any(len(shot.action + shot.say + shot.camera) > _LONG_ROW for shot in row)
                or (row[0] is first and headed > _LONG_ROW),
            }
            for row in rows
        ],
    }


def _of(shots: list[Shot], panels: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    by_number = {panel["number"]: panel for panel in panels}
    return (by_number[shot.number] for shot in shots)


def _panel(shot: Shot, image: str) -> dict[str, Any]:
    lasts = number(shot.seconds)
    return {
        "number": shot.number,
        "image": image,
        "alt": f"Segment {shot.number}",
        "times": f"{clock(shot.start)} – {clock(shot.end)}   {lasts} s",
        "action": _told(shot.action),
        "say": _maybe(f"“{shot.say}”" if shot.say else ""),
        "camera": _maybe(shot.camera),
        "moves": [{"kind": str(move.kind), "toward": str(move.toward or "")} for move in shot.moves[:4]],
    }


def _maybe(text: str) -> dict[str, Any] | None:
    return _told(text) if text.strip() else None


def _told(text: str) -> dict[str, Any]:
    shown = _clean(text)
    return {"text": _breakable(shown), "rtl": _reads_from_the_right(shown)}


def _clean(text: str) -> str:
    """One line, without what is no letter: control characters, halves of letters, marks that turn what follows."""
    return " ".join("".join(" " if unicodedata.category(c) in {"Cc", "Zl", "Zp", "Cs"} else c for c in text).split())


def _breakable(text: str) -> str:
    """With places to break in words that no column holds, such as addresses."""
    return re.sub(
        rf"\S{{{_LONG_WORD + 1},}}",
        lambda word: _ZERO_WIDTH_SPACE.join(
            word[0][at : at + _BREAK_EVERY] for at in range(0, len(word[0]), _BREAK_EVERY)
        ),
        text,
    )


def _reads_from_the_right(text: str) -> bool:
    """Whether the first letter that has a direction of its own is written from right to left."""
    return next(
        (ways in {"R", "AL"} for c in text if (ways := unicodedata.bidirectional(c)) in {"L", "R", "AL"}), False
    )
