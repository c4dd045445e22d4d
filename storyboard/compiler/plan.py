"""Everything a render would order, known before anything is paid: reels, requests, prices."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from storyboard.compiler.price import dollars

if TYPE_CHECKING:
    from storyboard.profile import RateCard


@dataclass(frozen=True)
class PlannedSegment:
    """A segment, or the part of one, in a reel.

    Attributes:
        index: Its number in the episode, from 1.
        scene: The name of its scene.
        where: Index of the scene, and of the segment in it.
        start: Seconds from the start of the reel.
        end: Seconds from the start of the reel.
        action: The author's text as the prompt has it, names filled in.
        camera: The camera in force; empty where none is given.
        say: The spoken line or narration; empty where there is none.
    """

    index: int
    scene: str
    where: tuple[int, int]
    start: Fraction
    end: Fraction
    action: str
    camera: str
    say: str


@dataclass(frozen=True)
class Start:
    """What a reel's first frame is.

    Attributes:
        image: A file or URL as the author wrote it; None where there is none.
        handoff: The number of the reel whose last frame it is; None where it is none.
    """

    image: str | None = None
    handoff: int | None = None

    @property
    def is_text(self) -> bool:
        """Whether the reel starts from text alone."""
        return self.image is None and self.handoff is None

    def __str__(self) -> str:
        if self.handoff is not None:
            return f"handoff: last frame of reel {self.handoff}"
        return self.image or "text alone"


@dataclass(frozen=True)
class OrderedReel:
    """One job to be ordered: what its order and its price need.

    Attributes:
        index: Its number in the episode, from 1.
        start: Its first frame.
        seconds: Its length.
        cost: US dollars, unrounded.
        cfg_reason: How its cfg came about.
        base_request: The body of the request, but for the image.
        content: Names what the author wrote for it, but for the image; ``content.combined`` adds that.
    """

    index: int
    start: Start
    seconds: Fraction
    cost: Decimal
    cfg_reason: str
    base_request: dict[str, Any]
    content: str

    def request(self, image: str | None) -> dict[str, Any]:
        """The body of the request with its first frame; None is text-to-video."""
        body = dict(self.base_request)
        if image is None:
            return body
        keys = list(body)
        at = keys.index("prompt") + 1
        return {key: body.get(key, image) for key in (*keys[:at], "image", *keys[at:])}


@dataclass(frozen=True)
class PlannedReel(OrderedReel):
    """One job to be ordered, and what happens in it.

    Attributes:
        segments: What happens in it, in order.
    """

    segments: tuple[PlannedSegment, ...]

    def as_json(self) -> dict[str, Any]:
        """The reel as plain values; an image is told as its path, its URL or the handoff it is."""
        return {
            "index": self.index,
            "request": self.request(None if self.start.is_text else str(self.start)),
            "cfg_reason": self.cfg_reason,
            "segments": [
                {
                    "index": segment.index,
                    "scene": segment.scene,
                    "start": number(segment.start),
                    "end": number(segment.end),
                    "action": segment.action,
                }
                for segment in self.segments
            ],
            "seconds": number(self.seconds),
            "cost_usd": dollars(self.cost),
        }


@dataclass(frozen=True)
class OrderedEpisode:
    """What an episode would order: enough to foresee what becomes of it, and what it costs.

    Attributes:
        title: The episode's.
        resolution: Width and height in pixels.
        reels: In order.
        rates: The card that its prices are from.
    """

    title: str
    resolution: tuple[int, int]
    reels: tuple[OrderedReel, ...]
    rates: RateCard

    @property
    def seconds(self) -> Fraction:
        """The length of all reels together."""
        return sum((reel.seconds for reel in self.reels), start=Fraction(0))

    @property
    def cost(self) -> Decimal:
        """The price of all reels together in US dollars, unrounded."""
        return sum((reel.cost for reel in self.reels), start=Decimal(0))


@dataclass(frozen=True)
class Plan(OrderedEpisode):
    """What an episode would order, with what happens in each reel."""

    reels: tuple[PlannedReel, ...]


def number(value: Fraction) -> int | float:
    """A time as JSON has it: a whole number where it is one."""
    return int(value) if value.denominator == 1 else float(value)
