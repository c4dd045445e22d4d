"""What the rules are handed: the story with its plan, and what is known of its pictures, as one frozen value."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from storyboard.compiler.tokens import estimate_tokens
from storyboard.profile import SVI_2_0_PRO
from storyboard.rules.words import is_english, words_of_each

if TYPE_CHECKING:
    from collections.abc import Callable

    from storyboard.compiler.plan import PlannedReel
    from storyboard.compiler.tokens import TokenCount
    from storyboard.profile import ModelProfile
    from storyboard.story.model import Scene, Segment, Storyboard

Where = tuple[str | int, ...]


class Frame(NamedTuple):
    """The file of a first frame.

    Attributes:
        where: Where the story names it.
        said: Its name as the author wrote it.
        width: In pixels, upright.
        height: In pixels, upright.
    """

    where: Where
    said: str
    width: int
    height: int


class SegmentFacts(NamedTuple):
    """One segment as the rules read it.

    Attributes:
        scene: Index of its scene.
        position: Index in its scene.
        reel: Index of the reel it begins in; 0 where there is no plan.
        opens_reel: Whether it is the first thing the model reads of its reel.
        segment: As the author wrote it.
        words: Of its action, in small letters; names in braces keep their braces.
        bag: The same, without order.
    """

    scene: int
    position: int
    reel: int
    opens_reel: bool
    segment: Segment
    words: list[str]
    bag: frozenset[str]

    @property
    def action(self) -> str:
        """What happens, as the author wrote it."""
        return self.segment.action

    @property
    def where(self) -> Where:
        """The place of its action in the story; a segment that is a text is its action."""
        return ("scenes", self.scene, "segments", self.position, "action")


@dataclass(frozen=True)
class Facts:
    """Everything a rule may look at.

    Attributes:
        story: The story, with what it has from its series.
        reels: What would be ordered; empty where errors leave no plan.
        segments: The segments in order.
        profile: The model's figures.
        frames: The files of first frames that can be used.
        is_inherited: Whether the value at a place comes from the series.
        count_tokens: Counts the text encoder's tokens.
        counts_exactly: Whether that is the tokenizer's own count, and no estimate.
    """

    story: Storyboard
    reels: tuple[PlannedReel, ...]
    segments: tuple[SegmentFacts, ...]
    profile: ModelProfile = SVI_2_0_PRO
    frames: tuple[Frame, ...] = ()
    is_inherited: Callable[[Where], bool] = lambda where: False
    count_tokens: TokenCount = estimate_tokens
    counts_exactly: bool = False

    @cached_property
    def story_is_english(self) -> bool:
        """Whether the actions are English, taken together."""
        bag = frozenset[str]().union(*(segment.bag for segment in self.segments))
        return is_english(bag, " ".join(segment.action for segment in self.segments), otherwise=True)

    def is_english(self, segment: SegmentFacts) -> bool:
        """Whether an action is English, by a cheap test of its small words, and of the story's where it has none."""
        sure = is_english(segment.bag, segment.action, otherwise=None)
        return (self.story_is_english and segment.action.isascii()) if sure is None else sure

    def scene_of(self, segment: SegmentFacts) -> Scene:
        """The scene that a segment lies in."""
        return self.story.scenes[segment.scene]

    @cached_property
    def _on_timeline(self) -> dict[tuple[int, int], float]:
        seconds: dict[tuple[int, int], float] = {}
        for reel in self.reels:
            for each in reel.segments:
                seconds[each.where] = seconds.get(each.where, 0) + float(each.end - each.start)
        return seconds

    def seconds_of(self, segment: SegmentFacts) -> float:
        """How long a segment lasts on the timeline; as its author said, where there is no plan."""
        own = segment.segment
        return (
            self._on_timeline.get((segment.scene, segment.position), 0)
            or own.seconds
            or float(self.profile.seconds(own.slots or 1))
        )


def segments_of(story: Storyboard, reels: tuple[PlannedReel, ...]) -> tuple[SegmentFacts, ...]:
    """The segments of a story as the rules read them."""
    begins = {reel.segments[0].where: number for number, reel in enumerate(reels)}
    actions = [segment.action for scene in story.scenes for segment in scene.segments]
    all_words = iter(words_of_each(actions))
    reel = 0
    found: list[SegmentFacts] = []
    for i, scene in enumerate(story.scenes):
        for j, segment in enumerate(scene.segments):
            opens = (i, j) in begins or not found
            reel = begins.get((i, j), reel)
            words = next(all_words)
            found.append(SegmentFacts(i, j, reel, opens, segment, words, frozenset(words)))
    return tuple(found)
