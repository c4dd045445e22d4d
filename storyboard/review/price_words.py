"""How a reel's price comes about, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storyboard.compiler.plan import number

if TYPE_CHECKING:
    from storyboard.compiler.plan import OrderedReel
    from storyboard.profile import ModelProfile, RateCard


def price_words(reel: OrderedReel, rates: RateCard, profile: ModelProfile) -> str:
    """Such as ``18 s at $0.057 a second, and $0.13 for text-to-video``."""
    request = reel.base_request
    a_second = rates.per_second[profile.resolutions[request["resolution"]].price_class]
    told = f"{number(reel.seconds)} s at ${a_second:f} a second"
    quality = request.get("t2v_quality")
    return told if quality is None else f"{told}, and ${rates.text_to_video_fee[quality]:f} for text-to-video"
