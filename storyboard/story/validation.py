"""What the models refuse, told in the author's words.

The one module that sees a pydantic error: everything it says is a ``Remark`` about a place in the story.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar, get_args, get_origin

from pydantic import BaseModel, ValidationError

from storyboard.story.cut import ITEM_KINDS
from storyboard.story.findings import Remark, Severity
from storyboard.story.model_places import Where, details_of, keys_of, model_at, noun_of, value_at, without_tags
from storyboard.story.other_words import hint_for_bare, hint_for_key, hint_for_kind, hint_for_value
from storyboard.story.yaml_values import Mapping as YamlMapping

Model = TypeVar("Model", bound=BaseModel)


def validate(model: type[Model], value: Any) -> tuple[Model | None, list[Remark]]:
    """Make a frozen value of ``model`` from plain values, or say everything that is wrong with them."""
    try:
        return model.model_validate(value, by_name=False, by_alias=True), []
    except ValidationError as error:
        remarks = [_translate(model, value, detail) for detail in details_of(error)]
    return None, [remark for remark in remarks if remark is not None]


def _translate(root: type[BaseModel], value: Any, detail: Any) -> Remark | None:
    kind, given = str(detail["type"]), detail.get("input")
    context: Mapping[str, Any] = detail.get("ctx") or {}
    where = without_tags(detail["loc"])
    owner = model_at(root, detail["loc"][:-1])
    key = str(where[-1]) if where else ""

    def error(code: str, message: str, hint: str = "", *, at_key: bool = False) -> Remark:
        return Remark(code, Severity.ERROR, message, hint, where, at_key)

    holder = value_at(value, where[:-1])
    if kind in {"extra_forbidden", "missing"} and _is_unquoted_colon(holder, owner):
        if kind == "missing":
            return None
        return error(
            "yaml-colon",
            "A colon with a space after it makes a key of what stands before it.",
            f'Put the whole text in quotes: "{_shown(key)}: …".',
            at_key=True,
        )
    if kind == "extra_forbidden":
        if _is_unquoted_brace(value_at(value, where[:-1])):
            return error(*_unquoted_brace(key), at_key=True)
        return error(
            "unknown-key",
            f"“{_shown(key)}” is not a key of {noun_of(owner)}.",
            hint_for_key(key, keys_of(owner), _belongs_under(key, owner)),
            at_key=True,
        )
    if kind == "missing":
        if _is_unquoted_brace(value_at(value, where[:-1])):
            return None
        field = owner.model_fields.get(key) if owner else None
        version = field.examples[0] if field and field.examples and isinstance(field.examples[0], int) else None
        described = field.description if field else ""
        hint = f"{key}: {described}" if version is None else f"Write “{key}: {version}”."
        return error("missing-key", f"“{key}” is missing from {noun_of(owner)}.", hint)
    if where[:1] == ("cut",) and key == "transition" and type(given) in {int, float}:
        return error("not-text", "A transition is more than a length.", f"Say which, such as: crossfade {given:g}.")
    takes_text = kind == "string_type" or context.get("class_name") in _ALSO_TEXT
    if (takes_text and not isinstance(given, dict | list)) or (kind == "model_type" and given is None):
        return error(*_not_text(_name(where), given))
    if kind == "string_type" and _is_unquoted_brace(given):
        return error(*_unquoted_brace(next(iter(given))))
    if kind in _FIXED:
        code, message, hint = _FIXED[kind]
        if kind == "float_type" and where[:1] == ("cut",):
            hint = _MEASURED_IN.get(key, _TIME)
        elif kind == "float_type" and key == "seconds":
            hint = "Write the seconds without quotes or units, such as 9."
        return error(code, message.format(key=_name(where), **context), hint)
    if kind == "literal_error":
        if given is None:
            return error(*_not_text(_name(where), given))
        valid = re.findall(r"'([^']*)'|(-?\d+)", str(context.get("expected", "")))
        words = [text or number for text, number in valid]
        return error(
            "unknown-value",
            f"“{_shown(given)}” is not a value of “{_name(where)}”.",
            # Of numbers, the nearest by its digits is not what was meant.
            f"It can be one of: {', '.join(words)}."
            if words and words[0][:1].isdigit()
            else hint_for_value(_shown(given), words),
        )
    if kind == "unknown_transition":
        return error(
            "unknown-value",
            str(detail["msg"]),
            _about_transition(str(given), context["valid"]),
        )
    if kind == "transition_without_kind":
        such_as = f"{context['such_as']} 0.5"
        if context["such_as"] == "luma":
            such_as = "{kind: luma, matte: clouds.png}"
        return error(
            "missing-key",
            str(detail["msg"]),
            f"Write “transition: {such_as}”, or “kind:” with one of: {', '.join(context['valid'])}.",
        )
    if kind == "unknown_item":
        is_bare = not isinstance(given, Mapping)
        word = _shown(given) if is_bare else str(next(iter(given), ""))
        hint = (hint_for_bare if is_bare else hint_for_kind)(word, ITEM_KINDS)
        return error("unknown-item", "This is no item of a timeline.", hint)
    if kind in _RANGES:
        bound = next(iter(context.values()))
        return error("out-of-range", f"“{_name(where)}” is {_shown(given)}, and has to be {_RANGES[kind]} {bound:g}.")
    own = kind in {"no_content", "contradiction", "out_of_range"}
    return error(kind.replace("_", "-") if own else "invalid-value", _sentence(str(detail["msg"])))


_ALSO_TEXT = {"Segment", "Subject", "Negative", "Sound", "Music", "Transition"}
"""The models that a text may stand for."""

_TIME = "Write it in seconds, such as 75, or with a colon: 1:15."
_MEASURED_IN = {
    "volume": "Write it in decibels, such as -12.",
    "loudness": "Write it in LUFS, such as -16.",
    "speed": "Write how many times as fast, such as 0.5.",
}
"""How the numbers of a cut are written that are no times."""

_RANGES = {
    "greater_than": "more than",
    "greater_than_equal": "at least",
    "less_than": "less than",
    "less_than_equal": "at most",
}

_FIXED: dict[str, tuple[str, str, str]] = {
    "string_too_short": ("empty-text", "“{key}” is empty.", "Write something, or leave the key out."),
    "string_too_long": (
        "text-too-long",
        "“{key}” is longer than {max_length:,} characters.",
        "Shorten it; the video model reads about 2,000 characters of a whole prompt.",
    ),
    "too_short": ("empty-list", "“{key}” is empty.", "It needs at least one item, each begun with “- ”."),
    "int_type": ("not-a-number", "“{key}” has to be a whole number.", ""),
    "int_from_float": ("not-a-number", "“{key}” has to be a whole number.", ""),
    "float_type": ("not-a-number", "“{key}” has to be a number.", "Write it without quotes or units."),
    "decimal_type": ("not-a-number", "“{key}” has to be an amount in US dollars.", "Such as 8.00."),
    "decimal_parsing": (
        "not-a-number",
        "“{key}” has to be an amount in US dollars.",
        "Such as 8.00.",
    ),
    "decimal_max_digits": ("out-of-range", "“{key}” has more than {max_digits} digits.", "Such as 8.00."),
    "finite_number": ("not-a-number", "“{key}” has to be an ordinary number.", ""),
    "bool_type": ("not-true-or-false", "“{key}” has to be true or false.", ""),
    "too_long": ("list-too-long", "“{key}” has more than {max_length} items.", ""),
    "tuple_type": (
        "not-a-list",
        "“{key}” has to be a list.",
        "Begin each item on a line of its own with “- ”.",
    ),
    "dict_type": ("not-a-mapping", "“{key}” has to be a mapping.", "Write “name: value” lines under it."),
    "string_type": ("not-text", "“{key}” has to be a text.", ""),
    "model_type": ("not-a-mapping", "“{key}” has to be a mapping.", "Write “key: value” lines under it."),
    "model_attributes_type": (
        "not-a-mapping",
        "“{key}” has to be a mapping.",
        "Write “key: value” lines under it.",
    ),
    "string_pattern_mismatch": ("invalid-value", "“{key}” is not of the form it needs.", "Such as 1280x720."),
}


def _not_text(name: str, given: Any) -> tuple[str, str, str]:
    match given:
        case None:
            return "empty-text", f"“{name}” is empty.", "Write something, or leave the key out."
        case bool():
            meant = _shown(given)
            return "not-text", f"YAML reads the value of “{name}” as {meant}.", "Put it in quotes."
        case int() | float():
            return (
                "not-text",
                f"YAML reads the value of “{name}” as a number.",
                "Put it in quotes, as it stands there.",
            )
        case _:
            return "not-a-mapping", f"“{name}” has to be a mapping.", "Write “key: value” lines under it."


def _about_transition(given: str, valid: Sequence[str]) -> str:
    kind = given.rstrip("0123456789. s-")
    may_follow = "A length in seconds may follow, such as: crossfade 0.5."
    return may_follow if kind in valid else f"{hint_for_kind(kind, valid)} {may_follow}"


def _sentence(message: str) -> str:
    text = message.removeprefix("Value error, ")
    return text if text.endswith(".") else text + "."


def _shown(given: Any) -> str:
    match given:
        case bool():
            text = str(given).lower()
        case str() | int() | float():
            text = str(given)
        case _:
            text = "{…}" if isinstance(given, dict) else "[…]" if isinstance(given, list) else ""
    return text if len(text) <= 60 else text[:59] + "…"


def _name(where: Where) -> str:
    """The last key of a place; an item of a list is called by the list's name."""
    for depth in range(len(where) - 1, -1, -1):
        step = where[depth]
        if isinstance(step, str):
            items = where[depth + 1 :]
            return f"{step}, item {int(items[0]) + 1}" if items else step
    return "the file"


def _belongs_under(key: str, owner: type[BaseModel] | None) -> str:
    """Where a key is known that stands too far out; empty where it is known nowhere below."""
    for name, field in owner.model_fields.items() if owner else ():
        either = () if get_origin(field.annotation) in {tuple, dict} else get_args(field.annotation)
        models = [each for each in (field.annotation, *either) if isinstance(each, type)]
        if any(issubclass(each, BaseModel) and key in each.model_fields for each in models):
            return f"It belongs under “{name}:”."
    return ""


def _is_unquoted_colon(value: Any, owner: type[BaseModel] | None) -> bool:
    """Whether ``she whispers: hold on`` stands where a segment's text was meant."""
    meant = isinstance(value, Mapping) and owner is not None and owner.__name__ == "Segment" and len(value) == 1
    return meant and " " in next(iter(value)).strip()


def _is_unquoted_brace(value: Any) -> bool:
    """Whether YAML read ``{name}`` as a mapping with one key and nothing behind it."""
    in_braces = isinstance(value, YamlMapping) and value.in_braces
    return in_braces and len(value) == 1 and next(iter(value.values())) is None


def _unquoted_brace(name: str) -> tuple[str, str, str]:
    return (
        "yaml-brace",
        f"YAML reads “{{{_shown(name)}}}” as a mapping here.",
        'A text that begins with a brace has to stand in quotes: "{' + _shown(name) + '} …".',
    )
