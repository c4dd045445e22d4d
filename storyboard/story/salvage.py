"""What is left of a broken story without the parts that are wrong, so that the rest is checked as well."""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from storyboard.story.model_places import Where, details_of, value_at, without_tags

Model = TypeVar("Model", bound=BaseModel)

MISSING_TITLE = "…"
"""Stands for a title that is missing."""


def salvage(model: type[Model], value: Any) -> Model | None:
    """A value of ``model`` without the parts that are wrong, so that the rest can be checked as well.

    Items of a list keep their places: what is wrong in a scene or a segment is replaced, never removed.
    None where too much is wrong.
    """
    value = _plain(value)
    for _ in range(_ROUNDS):
        try:
            return model.model_validate(value)
        except ValidationError as error:
            for detail in details_of(error):
                _mend(value, without_tags(detail["loc"]))
    return None


_ROUNDS = 4  # mending a value can show what it hid: a scene, its segments, a segment, its keys
_STAND_INS: dict[str, Any] = {
    "storyboard": 1, "series": 1, "title": MISSING_TITLE, "action": "…", "segments": ["…"], "episodes": ["…"],
}  # fmt: skip


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value


def _mend(value: Any, where: Where) -> None:
    """Remove or replace, in place, the part at ``where``, or what holds it."""
    if not where:
        value.setdefault("scenes", [{"segments": ["…"]}])
        return
    parent, last = value_at(value, where[:-1]), where[-1]
    if isinstance(parent, dict) and (last in parent or last in _STAND_INS):
        parent.pop(last, None)
        if last in _STAND_INS:
            parent[last] = _STAND_INS[last]
    elif isinstance(parent, list) and isinstance(last, int) and where[-2:-1] == ("segments",):
        parent[last] = "…"
    elif isinstance(parent, list) and isinstance(last, int) and where[-2:-1] == ("scenes",):
        parent[last] = {"segments": ["…"]}
    elif len(where) > 1:
        _mend(value, where[:-1])
