"""What an episode has from its series, and where in the series that stands."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from storyboard.story.findings import Remark, Severity, did_you_mean
from storyboard.story.model import Storyboard, Subject
from storyboard.story.paths import SERIES_FILE, TEMPLATE_ENDING
from storyboard.story.yaml_values import Mapping

if TYPE_CHECKING:
    from collections.abc import Iterable

    from storyboard.story.series import Series

Where = tuple[str | int, ...]

_GROUPS = ("characters", "places", "rules")  # merged by name
_UNKNOWN = Subject(name="…")  # stands for a character or place whose entry is wrong, so that its name is known


@dataclass(frozen=True)
class Shared:
    """What a series gives to every episode, made ready once.

    Attributes:
        defaults: The keys of a storyboard that the series sets, without ``style`` and ``look``.
        style: The style of episodes that say nothing of it, and where in the series it stands.
        look: The look of such episodes.
        looks: Every look that can be used.
        unusable: The names of looks that have an error in the series.
        groups: The characters, places and rules by name.
        origins: Where in the series the members of ``groups`` stand, by their place in an episode.
    """

    defaults: dict[str, Any]
    style: tuple[str, Where] | None
    look: str | None
    looks: dict[str, str]
    unusable: frozenset[str]
    groups: dict[str, dict[str, Any]]
    origins: dict[Where, Where]


@dataclass(frozen=True)
class Heir:
    """An episode's values with those it inherits.

    Attributes:
        value: The mapping to validate.
        origins: The places in it that the series sets, each with its place in the series.
        remarks: What is wrong with the way the episode inherits.
    """

    value: Mapping
    origins: dict[Where, Where]
    remarks: list[Remark]


def shared_by(series: Series, value: Mapping) -> Shared:
    """What a series gives.

    Args:
        series: The series, or what is left of a broken one.
        value: What its file says. A character whose entry is wrong keeps its name: that it cannot be used is told
            once, where it stands, and not again wherever it is named.
    """
    defaults = series.defaults
    given = {key: getattr(defaults, key) for key in type(defaults).model_fields if key in Storyboard.model_fields}
    given = {key: item for key, item in given.items() if item is not None}
    style, look = given.pop("style", None), given.pop("look", None)
    at: Where = ("defaults", "style")
    if look is not None and style is None:
        style, at = series.looks.get(look), ("looks", look)
    groups = {key: _whole(getattr(series, key), value.get(key), key) for key in _GROUPS}
    return Shared(
        given,
        None if style is None else (style, at),
        look,
        series.looks,
        frozenset(_names(value.get("looks"))) - series.looks.keys(),
        groups,
        {(key, name): (key, name) for key, group in groups.items() for name in group},
    )


def _names(value: Any) -> Iterable[str]:
    return value if isinstance(value, dict) else ()


def _whole(group: dict[str, Any], value: Any, key: str) -> dict[str, Any]:
    missing = [] if key == "rules" else [name for name in _names(value) if name not in group]
    return {**group, **dict.fromkeys(missing, _UNKNOWN)}


def inherit(own: Mapping, shared: Shared, up: str) -> Heir:
    """An episode's values with those of its series: the episode's own come first.

    Args:
        own: What the episode's file says.
        shared: What the series gives.
        up: The series' folder seen from the episode's, such as ``..``; ``.`` where it is the same.
    """
    value = Mapping(own.mark, in_braces=own.in_braces)
    value.update(own)
    origins = shared.origins.copy()
    for key, item in shared.defaults.items():
        if key not in own:
            value[key] = _seen_from(up, key, item)
            origins[key,] = ("defaults", key)
    for key, group in shared.groups.items():
        mine = own.get(key)
        if key not in own:
            value[key] = group
        elif isinstance(mine, dict):
            value[key] = {**group, **mine}
        for name in _names(mine):
            origins.pop((key, name), None)
    return Heir(value, origins, _dress(own, shared, value, origins))


def _dress(own: Mapping, shared: Shared, value: Mapping, origins: dict[Where, Where]) -> list[Remark]:
    """Settle the style: the nearer file wins, whether it says ``style`` or ``look``."""
    if "style" not in own and "look" not in own:
        if shared.look is not None:
            value["look"] = shared.look
            origins["look",] = ("defaults", "look")
        if shared.style is not None:
            value["style"], origins["style",] = shared.style
        return []
    look = own.get("look")
    if not isinstance(look, str):
        return []
    look = look.strip()
    if own.get("style") is not None:
        return [style_and_look(("look",))]
    if look in shared.looks:
        value["style"], origins["style",] = shared.looks[look], ("looks", look)
    elif look and look not in shared.unusable:
        return [unknown_look(look, shared.looks, ("look",))]
    return []


def style_and_look(where: Where) -> Remark:
    """The remark about a file that has both."""
    return Remark(
        "contradiction",
        Severity.ERROR,
        "“look” stands beside “style”, and each of them sets the style.",
        "Keep one of them.",
        where,
    )


def unknown_look(name: str, looks: dict[str, str], where: Where) -> Remark:
    """The remark about a look that the series does not have."""
    shown = name if len(name) <= 60 else name[:59] + "…"
    hint = did_you_mean(name, looks) or f"Declare it under “looks” in {SERIES_FILE}."
    return Remark("unknown-look", Severity.ERROR, f"“{shown}” is no look of this series.", hint, where)


def look_without_series() -> Remark:
    """The remark about a look in a story that belongs to no series."""
    return Remark(
        "look-without-series",
        Severity.ERROR,
        "“look” names a look of a series, and there is no series above this file.",
        f"Write the style out under “style”, or put a {SERIES_FILE} with “looks” into a folder above.",
        ("look",),
    )


def _seen_from(up: str, key: str, item: Any) -> Any:
    """A default as an episode would have written it: a file is named from the episode's own folder."""
    is_file = key == "image" or (key == "template" and item.endswith(TEMPLATE_ENDING))
    if not is_file or up == "." or "://" in item or item.startswith("data:") or PurePath(item).is_absolute():
        return item
    return f"{up}/{item}"


def at_the_nearer(remark: Remark, origins: dict[Where, Where]) -> Remark:
    """A name told twice stands at the episode's own entry, where only one of the two is inherited."""
    if remark.code != "duplicate-name" or remark.where not in origins:
        return remark
    own: Where = ("characters", *remark.where[1:])
    if own in origins:
        return remark
    return Remark(remark.code, remark.severity, remark.message, remark.hint, own, remark.at_key, remark.offset)
