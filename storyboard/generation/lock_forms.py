"""The form that each value of a lock file has to have, whoever wrote the file."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from storyboard.generation.answers import is_job_id
from storyboard.generation.portable_names import is_clip_name, is_episode_name

_HASH = re.compile(r"[0-9a-f]{64}")
_PROVIDER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_BASE_URL = re.compile(r"[!-?A-~]{1,2048}")  # printable ASCII but @, before which a password could stand
_DOLLARS = re.compile(r"[0-9]{1,9}(\.[0-9]{1,12})?")
_HALF = re.compile("[\ud800-\udfff]")
_MOST_NUMBER = 1_000_000
_LONGEST_URL = 16_384
_LONGEST_REQUEST = 1_000_000  # characters, as JSON


def is_price(text: object) -> bool:
    """Whether this is an amount in US dollars, as text: digits, and perhaps a point and up to twelve more."""
    return isinstance(text, str) and _DOLLARS.fullmatch(text) is not None


def _is_hash(value: object) -> bool:
    return isinstance(value, str) and _HASH.fullmatch(value) is not None


def _is_number(value: object) -> bool:
    return type(value) is int and 0 < value <= _MOST_NUMBER


def _is_plain(value: object) -> bool:
    if isinstance(value, str):
        return value.isascii() or _HALF.search(value) is None  # a text with half a character has no hash
    return value is None or (isinstance(value, int | float) and abs(value) < 1e9)


def _is_request(value: object) -> bool:
    if not isinstance(value, Mapping) or not all(_is_plain(name) for name in value):
        return False
    rest = {name: each for name, each in value.items() if name != "image"}
    if not all(_is_plain(each) for each in rest.values()) or not _is_image(value.get("image")):
        return False
    return sum(len(name) + len(str(each)) for name, each in rest.items()) <= _LONGEST_REQUEST


def _is_image(value: object) -> bool:
    match value:
        case None:
            return True
        case {"sha256": sha256, **more}:
            return not more and _is_hash(sha256)
        case {"handoff": key, "frame": "last", **more}:
            return not more and _is_hash(key)
        case {"url": str(url), **more}:
            return not more and len(url) <= _LONGEST_URL and _is_plain(url)
    return False


_Form = tuple[Callable[[Any], bool], str]
_HASH_FORM: _Form = (_is_hash, "a SHA-256: 64 digits and small letters a to f")
FORMS: dict[str, _Form] = {
    "episode": (is_episode_name, "a path inside the series, such as episodes/one"),
    "reel": (_is_number, "a number from 1"),
    "key": _HASH_FORM,
    "take": (_is_number, "a number from 1"),
    "provider": (lambda v: isinstance(v, str) and bool(_PROVIDER.fullmatch(v)), "a provider's name"),
    "base_url": (lambda v: isinstance(v, str) and bool(_BASE_URL.fullmatch(v)), "an address without a password"),
    "job_id": (is_job_id, "a job's id"),
    "cost_usd": (lambda v: isinstance(v, Decimal) and is_price(f"{v:f}"), "a price"),
    "cfg": (lambda v: v is None or (type(v) in {int, float} and 0 <= v <= 100), "a number from 0 to 100"),
    "stands": (lambda v: isinstance(v, bool), "true or false"),
    "content_sha256": (lambda v: v == "" or _is_hash(v), _HASH_FORM[1]),
    "request_sha256": _HASH_FORM,
    "request": (_is_request, "the body of a request, its image told by a hash, a URL or a handoff"),
    "clip": (is_clip_name, "a bare file name"),
    "clip_sha256": _HASH_FORM,
}
"""For each field of an entry: whether a value may stand there, and what it has to be, in words."""
