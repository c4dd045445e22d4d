"""What a cut cannot mean, as far as its text alone tells: told before anything is paid, and long before it is cut."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storyboard.story.cut import (
    CaptionItem,
    ClipItem,
    EpisodeItem,
    ReelItem,
    ShownItem,
)
from storyboard.story.findings import Remark, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from storyboard.story.cut import TimelineItem
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
    if (
        isinstance(item, ShownItem)
        and item.transition
        and item.transition.kind == "luma"
        and not item.transition.matte
    ):
        yield (
            "transition",
            "A luma transition needs its matte, a greyscale picture.",
            "Write “transition: {kind: luma, matte: mattes/swirl.png}”.",
        )
