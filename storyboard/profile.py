"""What is known of the model, in one place: every figure with its source.

``facts`` below means the vendor's documentation and public listing of SVI 2.0 Pro and the authors'
repository (vita-epfl/Stable-Video-Infinity). A figure that was inferred says so.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT_NEGATIVE_PROMPT = (
    "vibrant tone, overexposed, static, blurry details, subtitles, style, artwork, painting, picture, still, "
    "overall gray, worst quality, low quality, JPEG compression residue, ugly, incomplete, extra fingers, "
    "poorly drawn hands, poorly drawn face, deformed, disfigured, malformed limbs, fused fingers, "
    "still picture, messy background, three legs, background crowd, walking backwards"
)
"""The model's default negative prompt, word for word (vendor docs)."""
_KEPT_SLOTS = 128  # more than the longest job has


@dataclass(frozen=True)
class Resolution:
    """One frame size the service renders.

    Attributes:
        name: The word in a request, such as ``832x480``.
        width: Pixels.
        height: Pixels.
        max_slots: The longest clip, in slots. 27 (121.5 s) at 480p, 9 (40.5 s) at 720p (vendor listing).
        price_class: Which of a rate card's prices a second it pays.
    """

    name: str
    width: int
    height: int
    max_slots: int
    price_class: str


@dataclass(frozen=True)
class RateCard:
    """Prices in US dollars, with where they were read and when. No price comes from anywhere else.

    Attributes:
        date: The day on which these figures were read, ISO 8601.
        source: Where they were read, in words that can stand after “from”.
        per_second: What a second costs, by the class of the resolution: ``480p``, ``720p``.
        text_to_video_fee: What a text-to-video job costs on top, by quality. Image-to-video pays none.
    """

    date: str
    source: str
    per_second: Mapping[str, Decimal]
    text_to_video_fee: Mapping[str, Decimal]

    def as_json(self) -> dict[str, Any]:
        """The card as plain values; prices are decimal strings."""
        return {
            "date": self.date,
            "source": self.source,
            "per_second_usd": {name: f"{each:f}" for name, each in self.per_second.items()},
            "text_to_video_fee_usd": {name: f"{each:f}" for name, each in self.text_to_video_fee.items()},
        }


@dataclass(frozen=True)
class ModelProfile:
    """One model's limits, defaults and prices.

    Attributes:
        model: The name in a request.
        slot_seconds: The model's own step: 4.5 s (vendor listing), 72 new frames at 16 fps (inferred).
        min_slots: The shortest clip, in slots: 4 (18 s; vendor docs).
        fps: Frames a second of a finished clip.
        cfg_loose: The band that leaves the model free between scenes: 1.0 to 1.3 (vendor docs).
        cfg_literal: The band in which each scene follows its text: 1.5 to 2.0 (vendor docs).
        negative_prompt: The model's default.
        resolutions: By name, in the order the service lists them; the first is the default.
        rates: The rate card that ships with the program.
        image_suffixes: File name endings of the first-frame formats the service reads (vendor docs).
        image_max_bytes: The largest first-frame file that is sent. Inferred: nothing is documented.
        image_max_pixels: The largest first frame, in pixels. Inferred, likewise.
        image_min_side: The shortest side of a first frame that is of any use, in pixels. Inferred.
        max_episode_slots: A guard against slips of the keyboard, not a limit of the model.
    """

    model: str
    slot_seconds: Fraction
    min_slots: int
    fps: int
    cfg_loose: tuple[Decimal, Decimal]
    cfg_literal: tuple[Decimal, Decimal]
    negative_prompt: str
    resolutions: dict[str, Resolution]
    rates: RateCard
    image_suffixes: tuple[str, ...] = (
        ".jpg", ".jpeg", ".png", ".webp", ".heic", ".heif", ".bmp", ".tiff", ".tif",
    )  # fmt: skip
    image_max_bytes: int = 30 * 2**20
    image_max_pixels: int = 64_000_000
    image_min_side: int = 64
    max_episode_slots: int = 4_000
    t2v_qualities: tuple[str, ...] = field(default=("quality", "fast"))

    def seconds(self, slots: int) -> Fraction:
        """The length of ``slots`` slots, in seconds, exactly."""
        kept = self._kept_seconds
        return kept[slots] if 0 <= slots < len(kept) else self.slot_seconds * slots

    @cached_property
    def _kept_seconds(self) -> tuple[Fraction, ...]:
        """By slots: exact fractions are not quick, and every story has the same few times."""
        return tuple(self.slot_seconds * slots for slots in range(_KEPT_SLOTS))


SVI_2_0_PRO = ModelProfile(
    model="svi-2-0-pro",
    slot_seconds=Fraction(9, 2),
    min_slots=4,
    fps=16,
    cfg_loose=(Decimal("1.0"), Decimal("1.3")),
    cfg_literal=(Decimal("1.5"), Decimal("2.0")),
    negative_prompt=DEFAULT_NEGATIVE_PROMPT,
    resolutions={
        "832x480": Resolution("832x480", 832, 480, 27, "480p"),
        "480x832": Resolution("480x832", 480, 832, 27, "480p"),
        "1280x720": Resolution("1280x720", 1280, 720, 9, "720p"),
        "720x1280": Resolution("720x1280", 720, 1280, 9, "720p"),
    },
    rates=RateCard(
        date="2026-11-23",
        source="the vendor's price list",
        per_second={"480p": Decimal("0.057"), "720p": Decimal("0.17")},
        text_to_video_fee={"fast": Decimal("0.065"), "quality": Decimal("0.13")},
    ),
)
"""SVI 2.0 Pro as the hosted service runs it."""
