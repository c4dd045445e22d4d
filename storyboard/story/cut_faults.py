"""What a cut cannot mean, as far as its text alone tells: told before anything is paid, and long before it is cut."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from storyboard.excerpt import excerpt
from storyboard.story.cut import (
    FADES,
    BlackItem,
    CaptionItem,
    ClipItem,
    EpisodeItem,
    ImageItem,
    ReelItem,
    ShownItem,
    TitleItem,
)
from storyboard.story.findings import Remark, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from storyboard.story.cut import Cut, TimelineItem
    from storyboard.story.model import Storyboard


def cut_faults(story: Storyboard, reels: int | None) -> Iterator[Remark]:
    """Errors of a story's cut.

    Args:
        story: The story.
        reels: How many its episode has; None where that is not known.
    """
    if story.cut is None:
        return
    shows_something = False
    for number, item in enumerate(story.cut.timeline):
        told = [*_of_the_episode(item, reels, has_scenes=bool(story.scenes)), *_of_itself(item)]
        shows_something |= not isinstance(item, CaptionItem)
        if not shows_something:
            told.append(
                (
                    "caption",
                    "This caption stands over nothing: it is the first of the timeline.",
                    "Put it after the item that it is to be seen over.",
                )
            )
        for key, message, hint in told:
            yield _error(number, key, message, hint)
    yield from _of_transitions(story.cut)


def _error(item: int, key: str, message: str, hint: str) -> Remark:
    return Remark("cut-impossible", Severity.ERROR, message, hint, ("cut", "timeline", item, key))


def _of_the_episode(item: TimelineItem, reels: int | None, *, has_scenes: bool) -> Iterator[tuple[str, str, str]]:
    if isinstance(item, EpisodeItem) and item.episode == "this" and not has_scenes:
        yield (
            "episode",
            "This file has no scenes, so it has no episode of its own.",
            "Name another episode's storyboard: “episode: episodes/first.yaml”.",
        )
    if isinstance(item, ReelItem) and item.of is None:
        if not has_scenes:
            yield (
                "reel",
                "This file has no scenes, so it has no reel of its own.",
                "Say whose reel it is: “reel: 1” with “of: episodes/first.yaml”.",
            )
        elif reels is not None and item.reel > reels:
            count = "one" if reels == 1 else str(reels)
            yield (
                "reel",
                f"This episode has no reel {item.reel}: it has {count}.",
                "storyboard plan lists them.",
            )


def _of_itself(item: TimelineItem) -> Iterator[tuple[str, str, str]]:
    if isinstance(item, ClipItem | ReelItem) and item.end is not None and item.end <= (item.start or 0):
        yield "out", "“out” is not after “in”.", "Write when it ends, not how long it is."


class _Shown(NamedTuple):
    """An item that is seen, as far as its text tells of it.

    Attributes:
        item: Its place in the timeline, counted from 0.
        label: What a person calls it.
        frames: In how many it is seen; None where only its file tells.
        kind: Of its transition.
        goes: How many frames of the item before it that changes.
        comes: How many of its own.
    """

    item: int
    label: str
    frames: int | None
    kind: str = "cut"
    goes: int = 0
    comes: int = 0

    def cannot_hold(self, frames: int) -> bool:
        """Whether so many frames are known to be more than it has."""
        return self.frames is not None and frames > self.frames


def _of_transitions(cut: Cut) -> Iterator[Remark]:
    fps = Fraction(cut.output.fps)
    shown = [
        _shown(number, item, fps) for number, item in enumerate(cut.timeline) if not isinstance(item, CaptionItem)
    ]
    for number, item in enumerate(cut.timeline):
        enters = None if isinstance(item, CaptionItem) else item.transition
        if enters and enters.kind == "luma" and not enters.matte:
            yield _error(
                number,
                "transition",
                "A luma transition needs its matte, a greyscale picture.",
                "Write “transition: {kind: luma, matte: mattes/swirl.png}”.",
            )
    for first in shown[:1]:
        if first.kind not in {"cut", *FADES}:
            yield _error(
                first.item,
                "transition",
                f"This is the first that is seen, so there is nothing that its {first.kind} could come from.",
                "Take the transition away, write “fade through black”, or put “black: 1” before it.",
            )
    for before, each in pairwise([_Shown(-1, "", None), *shown]):
        for held, taken in ((before, each.goes), (each, each.comes)):
            if held.cannot_hold(taken):
                yield _error(
                    each.item,
                    "transition",
                    f"This {each.kind} is longer than {held.label}, which is seen for {_seconds(held.frames, fps)}.",
                    "Make it shorter, or show more of that.",
                )
                break
        else:
            both = before.comes + each.goes
            if before.cannot_hold(both) and not before.cannot_hold(before.comes):
                yield _error(
                    each.item,
                    "transition",
                    f"The two transitions of {before.label} overlap: together they take {_seconds(both, fps)}, and "
                    f"it is seen for {_seconds(before.frames, fps)}.",
                    "Make one of them shorter, or show more of it.",
                )


def _shown(number: int, item: ShownItem, fps: Fraction) -> _Shown:
    label, seconds = _length(item)
    length = _frames(seconds, fps) if seconds is not None else None
    if item.transition is None or item.transition.kind == "cut":
        return _Shown(number, label, length)
    frames, kind = _frames(item.transition.seconds, fps), item.transition.kind
    halves = ((frames + 1) // 2, frames // 2) if kind in FADES else (frames, frames)
    return _Shown(number, label, length, kind, *halves)


def _length(item: ShownItem) -> tuple[str, float | None]:
    """What a person calls an item, and for how many seconds it is seen; None where only its file tells."""
    match item:
        case TitleItem():
            return f"the title “{excerpt(item.title)}”", item.seconds
        case ImageItem():
            return item.image, item.seconds
        case BlackItem():
            return "the black screen", item.black
        case _:
            return "", None


def _frames(seconds: float, fps: Fraction) -> int:
    return max(1, round(Fraction(str(seconds)) * fps))


def _seconds(frames: int | None, fps: Fraction) -> str:
    return f"{float((frames or 0) / fps):g} s"
