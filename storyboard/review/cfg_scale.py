"""Where a cfg lies between the least and the most that the service takes, and in which of its bands."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from storyboard.review.style import paint

if TYPE_CHECKING:
    from storyboard.profile import ModelProfile


@dataclass(frozen=True)
class Band:
    """A named part of the scale; ``low`` and ``high`` are shares of its length, 0 to 1."""

    name: str
    low: float
    high: float


@dataclass(frozen=True)
class CfgScale:
    """The scale, and a value on it.

    Attributes:
        least: The scale's first value.
        most: Its last.
        at: Where the value lies, as a share of the length, 0 to 1.
        bands: Loose and literal.
    """

    least: Decimal
    most: Decimal
    at: float
    bands: tuple[Band, Band]

    @property
    def band(self) -> str:
        """The band that the value lies in, by name; empty between them."""
        return next((band.name for band in self.bands if band.low <= self.at <= band.high), "")


def cfg_scale(cfg: float, profile: ModelProfile) -> CfgScale:
    """The scale for a cfg that the service takes."""
    least, most = profile.cfg_loose[0], profile.cfg_literal[1]

    def share(value: Decimal) -> float:
        return float((value - least) / (most - least))

    loose, literal = (
        Band(name, share(low), share(high))
        for name, (low, high) in (("loose", profile.cfg_loose), ("literal", profile.cfg_literal))
    )
    return CfgScale(least, most, min(1.0, max(0.0, share(Decimal(str(cfg))))), (loose, literal))


_BAND_COLOURS = {"loose": "cyan", "literal": "yellow"}


def scale_lines(scale: CfgScale, *, width: int) -> tuple[str, str]:
    """The scale in two lines of at most ``width`` columns: the bands with the value's place, and their names."""
    ends = len(f"{scale.least} "), len(f" {scale.most}")
    steps = min(40, width - sum(ends) - 1) // 10 * 10 or 10
    marks = [paint("┄", "dim")] * (steps + 1)
    names = " " * ends[0]
    for band in scale.bands:
        low, high = round(band.low * steps), round(band.high * steps)
        marks[low : high + 1] = [paint("━", _BAND_COLOURS[band.name])] * (high + 1 - low)
        names += " " * (ends[0] + low - len(names)) + band.name
    marks[round(scale.at * steps)] = paint("●", "bold")
    return f"{paint(f'{scale.least} ', 'dim')}{''.join(marks)}{paint(f' {scale.most}', 'dim')}", paint(names, "dim")
