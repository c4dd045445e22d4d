"""The body of a submit, read as strictly as the service would: every refusal names the field and its range."""

from __future__ import annotations

import difflib
import json
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import urlsplit

from storyboard.compiler.price import price
from storyboard.generation.sandbox.clip import ClipOrder
from storyboard.generation.sandbox.envelope import Refusal, invalid
from storyboard.generation.sandbox.pictures import decode_picture, read_image_field
from storyboard.profile import SVI_2_0_PRO

if TYPE_CHECKING:
    from collections.abc import Mapping

    from storyboard.profile import Resolution

FIELDS = ("model", "prompt", "image", "resolution", "duration", "cfg", "negative_prompt", "t2v_quality")
DEFAULT_DURATION = SVI_2_0_PRO.seconds(SVI_2_0_PRO.min_slots)
DEFAULT_CFG = SVI_2_0_PRO.cfg_loose[0]
CFG_RANGE = (SVI_2_0_PRO.cfg_loose[0], SVI_2_0_PRO.cfg_literal[1])


@dataclass(frozen=True)
class Order:
    """A submit that the service would take.

    Attributes:
        clip: What is to be made.
        cost: US dollars.
    """

    clip: ClipOrder
    cost: Decimal


def read_json(body: bytes) -> dict[str, Any]:
    """Read a body as a JSON object; numbers with a point come as ``Decimal``.

    Raises:
        Refusal: 400 when it is not JSON, or not an object.
    """
    try:
        value = json.loads(body, parse_float=Decimal, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise Refusal(400, "invalid_json", "The body is not JSON.") from None
    if not isinstance(value, dict):
        raise Refusal(400, "invalid_json", "The body must be one JSON object.")
    return value


def _no_constant(word: str) -> NoReturn:
    raise ValueError(word)


def read_order(fields: Mapping[str, Any]) -> Order:
    """Check an order and read its first frame.

    Fields the model does not have are refused: a misspelt one would otherwise be paid for and do nothing.
    A field given as null counts as left out.

    Raises:
        Refusal: 404 for another model, 422 for anything else that is wrong.
    """
    given = {name: value for name, value in fields.items() if value is not None}
    _check_names(given)
    model = given.get("model")
    if not isinstance(model, str):
        raise invalid("model", "is required, and must be text.")
    if model != SVI_2_0_PRO.model:
        raise Refusal(404, "model_not_found", f"There is no model '{model[:80]}'; this one is {SVI_2_0_PRO.model}.")
    prompt = _text(given, "prompt", "")
    if not prompt.strip():
        raise invalid("prompt", "is required, and must not be empty.")
    _text(given, "negative_prompt", SVI_2_0_PRO.negative_prompt)
    name = _word(given, "resolution", tuple(SVI_2_0_PRO.resolutions))
    resolution = SVI_2_0_PRO.resolutions[name]
    quality = _word(given, "t2v_quality", SVI_2_0_PRO.t2v_qualities)
    _check_cfg(given)
    seconds = _duration(given, resolution)
    has_image = "image" in given
    clip = ClipOrder(prompt, resolution.width, resolution.height, seconds)
    if has_image:
        clip = _with_image(clip, _text(given, "image", ""))
    return Order(clip, price(SVI_2_0_PRO.rates, resolution, seconds, None if has_image else quality))


def _check_names(given: Mapping[str, Any]) -> None:
    for name in given:
        if name not in FIELDS:
            near = difflib.get_close_matches(name, FIELDS, n=1)
            hint = f"did you mean '{near[0]}'?" if near else f"it takes {', '.join(FIELDS)}."
            raise invalid(name[:80], f"is not a field of {SVI_2_0_PRO.model}; {hint}")


def _text(given: Mapping[str, Any], name: str, default: str) -> str:
    value = given.get(name, default)
    if not isinstance(value, str):
        raise invalid(name, "must be text.")
    return value


def _word(given: Mapping[str, Any], name: str, words: tuple[str, ...]) -> str:
    value = given.get(name, words[0])
    if not isinstance(value, str) or value not in words:
        raise invalid(name, f"must be one of {', '.join(words)}.")
    return value


def _number(given: Mapping[str, Any], name: str, default: Decimal | Fraction) -> Fraction:
    value = given.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | Decimal | Fraction):
        raise invalid(name, "must be a number.")
    if isinstance(value, int) and abs(value) > 10**30:
        raise invalid(name, "is outside of any range.")
    # A number such as 1e999999999 is legal JSON, and would fill the memory as an exact fraction.
    if isinstance(value, Decimal) and (not value.is_finite() or abs(value.adjusted()) > 30):
        raise invalid(name, "is outside of any range.")
    return Fraction(value)


def _check_cfg(given: Mapping[str, Any]) -> None:
    low, high = CFG_RANGE
    cfg = _number(given, "cfg", DEFAULT_CFG)
    if not low <= cfg <= high:
        raise invalid("cfg", f"must be from {low} to {high}; it was {_shown(cfg)}.")


def _duration(given: Mapping[str, Any], resolution: Resolution) -> Fraction:
    seconds = _number(given, "duration", DEFAULT_DURATION)
    shortest, longest = DEFAULT_DURATION, SVI_2_0_PRO.seconds(resolution.max_slots)
    if not shortest <= seconds <= longest:
        limits = f"from {_shown(shortest)} to {_shown(longest)} seconds at {resolution.name}"
        raise invalid("duration", f"must be {limits}; it was {_shown(seconds)}.")
    if seconds % SVI_2_0_PRO.slot_seconds:
        step = _shown(SVI_2_0_PRO.slot_seconds)
        raise invalid("duration", f"must be a whole number of {step} second steps; it was {_shown(seconds)}.")
    return seconds


def _shown(value: Fraction | Decimal) -> str:
    return f"{float(value):.10g}"


def _with_image(clip: ClipOrder, value: str) -> ClipOrder:
    data = read_image_field(value)
    if data is None:
        note = f"image at {urlsplit(value).hostname} not fetched"
        return ClipOrder(clip.prompt, clip.width, clip.height, clip.seconds, None, note)
    picture = decode_picture(data, (clip.width, clip.height))
    return ClipOrder(clip.prompt, clip.width, clip.height, clip.seconds, picture)
