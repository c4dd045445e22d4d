"""A model's JSON Schema with what editors show and fill in: still plain JSON Schema to everybody else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from storyboard.story.editor.cut_words import CUT_WORDS, TITLES
from storyboard.story.editor.series_words import SERIES_WORDS
from storyboard.story.editor.story_words import SEVERITIES, STORY_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from storyboard.story.editor.words import Words

WORDS: Mapping[str, Mapping[str, Words]] = {**STORY_WORDS, **CUT_WORDS, **SERIES_WORDS}
"""Every key of every part, by the name of its model and as an author writes it."""


def for_editors(schema: Mapping[str, Any], rules: Mapping[str, str]) -> dict[str, Any]:
    """The schema of a model as pydantic makes it, with titles, words for every value, and texts to fill in.

    Args:
        schema: With its parts under ``$defs``; each part has its model's name as its title.
        rules: The findings that can be named under ``rules``, and what each is about.
    """
    whole: dict[str, Any] = _plain(schema)
    parts: dict[str, dict[str, Any]] = whole["$defs"]
    named_by_a_key: set[str] = set()
    for part in (whole, *parts.values()):
        for key, described in part.get("properties", {}).items():
            refers = _refers_to(described)
            named_by_a_key.update(refers)
            own = {"description": parts[refers[0]]["description"]} if refers else {}  # pydantic says nothing twice
            part["properties"][key] = _worded(own | described, WORDS[part["title"]][key])
    for name, part in parts.items():
        part["title"] = TITLES.get(name, name)
    for name in named_by_a_key:  # the language server would show a part's own words, and not its key's
        parts[name].pop("title")
        parts[name].pop("description", None)
    parts["RuleSetting"] = _name_rules(whole["properties"]["rules"], rules)
    return whole


def _refers_to(described: Mapping[str, Any]) -> list[str]:
    """The parts that a key holds itself, rather than in a list or by name."""
    places = (described, *described.get("anyOf", ()))
    return [place["$ref"].rpartition("/")[2] for place in places if "$ref" in place]


def _name_rules(described: dict[str, Any], rules: Mapping[str, str]) -> dict[str, Any]:
    """Let an editor offer the rules by name, and return what each of them can be set to."""
    setting = dict(described["additionalProperties"])
    _explain_values(setting, SEVERITIES)
    refers = {"$ref": "#/$defs/RuleSetting"}
    described["additionalProperties"] = refers  # a rule of a newer version is no error
    described["properties"] = {code: {"title": code, "description": about, **refers} for code, about in rules.items()}
    return setting


def _plain(value: Any) -> Any:
    """Without defaults that only say “left out”, and with a type that may be null told in one word.

    An editor would offer such a default as something to write.
    """
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if not isinstance(value, dict):
        return value
    plain = {key: _plain(each) for key, each in value.items() if not (key == "default" and _says_nothing(each))}
    match plain.get("anyOf"):
        case [{"type": str() as kind, **others}, {"type": "null", **nothing}] if not nothing and "enum" not in others:
            del plain["anyOf"]
            return {**plain, "type": [kind, "null"], **others}
    return plain


def _says_nothing(default: Any) -> bool:
    return default is None or default == "" or isinstance(default, dict | list)


def _worded(described: dict[str, Any], words: Words) -> dict[str, Any]:
    """A key's schema with its words."""
    text = " ".join(filter(None, (described["description"], words.more)))
    told = {**described, "title": words.title, "description": text.replace("`", "")}
    if "`" in text:
        told["markdownDescription"] = text
    if words.examples:
        told["examples"] = list(words.examples)
    if words.body is not None:
        told["defaultSnippets"] = [{"label": words.title, "body": words.body}]
    if words.limits:
        told |= words.limits
    if words.values:
        for place in _enums(told):
            _explain_values(place, words.values)
    return told


def _enums(described: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if "enum" in described:
        yield described
    yield from (each for each in described.get("anyOf", ()) if "enum" in each)


def _explain_values(place: dict[str, Any], values: Mapping[Any, str]) -> None:
    told = [values[each] for each in place["enum"]]
    place["enumDescriptions"] = [each.replace("`", "") for each in told]
    if any("`" in each for each in told):
        place["markdownEnumDescriptions"] = told
