"""The live catalogue: what the model takes and what it costs, from the profile."""

from __future__ import annotations

from typing import Any

from storyboard.generation.sandbox.orders import CFG_RANGE, DEFAULT_CFG, DEFAULT_DURATION
from storyboard.profile import SVI_2_0_PRO


def describe_model() -> dict[str, Any]:
    """The answer to ``GET /v1/models/svi-2-0-pro``: prices are decimal strings, in US dollars."""
    return {
        "id": SVI_2_0_PRO.model,
        "object": "model",
        "pricing_rows": _prices(),
        "supported_parameters": _parameters(),
    }


def _prices() -> list[dict[str, Any]]:
    seconds = [
        {"resolution": name, "unit": "second", "price_usd": str(SVI_2_0_PRO.rates.per_second[resolution.price_class])}
        for name, resolution in SVI_2_0_PRO.resolutions.items()
    ]
    fees = [
        {"t2v_quality": quality, "unit": "text-to-video job", "price_usd": str(fee)}
        for quality, fee in SVI_2_0_PRO.rates.text_to_video_fee.items()
    ]
    return seconds + fees


def _parameters() -> list[dict[str, Any]]:
    longest = max(resolution.max_slots for resolution in SVI_2_0_PRO.resolutions.values())
    return [
        {"name": "model", "type": "string", "required": True, "enum": [SVI_2_0_PRO.model]},
        {"name": "prompt", "type": "string", "required": True},
        {
            "name": "image",
            "type": "string",
            "required": False,
            "formats": [suffix.lstrip(".") for suffix in SVI_2_0_PRO.image_suffixes],
        },
        _choice("resolution", tuple(SVI_2_0_PRO.resolutions)),
        {
            "name": "duration",
            "type": "number",
            "required": False,
            "default": float(DEFAULT_DURATION),
            "minimum": float(DEFAULT_DURATION),
            "maximum": float(SVI_2_0_PRO.seconds(longest)),
            "step": float(SVI_2_0_PRO.slot_seconds),
            "maximum_by_resolution": {
                name: float(SVI_2_0_PRO.seconds(resolution.max_slots))
                for name, resolution in SVI_2_0_PRO.resolutions.items()
            },
        },
        {
            "name": "cfg",
            "type": "number",
            "required": False,
            "default": float(DEFAULT_CFG),
            "minimum": float(CFG_RANGE[0]),
            "maximum": float(CFG_RANGE[1]),
        },
        {"name": "negative_prompt", "type": "string", "required": False, "default": SVI_2_0_PRO.negative_prompt},
        _choice("t2v_quality", SVI_2_0_PRO.t2v_qualities),
    ]


def _choice(name: str, words: tuple[str, ...]) -> dict[str, Any]:
    return {"name": name, "type": "string", "required": False, "default": words[0], "enum": list(words)}
