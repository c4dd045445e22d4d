"""What a YAML scalar means: text, a number, true or false, or nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import yaml

from storyboard.story.yaml_values import UnreadableYamlError, position_of, shortened, stop

if TYPE_CHECKING:
    from storyboard.story.yaml_values import Mark

_MAX_NUMBER = 40  # characters; a longer run of digits is kept as text

_LEADING_ZEROS = re.compile(r"[-+]?0[0-9]+")
_CORE = "tag:yaml.org,2002:"
_TEXT = _CORE + "str"
TEXT_TAGS = frozenset({_TEXT, "!"})
CONTAINER_TAGS = frozenset({_CORE + "map", _CORE + "seq"})
_resolver: Any = yaml.resolver.Resolver()
_BEGINS_OTHER = frozenset(_resolver.yaml_implicit_resolvers)  # first letters of what may be more than text
_constructor = yaml.constructor.SafeConstructor()


def plain_scalar(text: str) -> Any:
    """What an unquoted scalar means; dates stay the text they are."""
    if len(text) > _MAX_NUMBER or text[:1] not in _BEGINS_OTHER:
        return text
    if _LEADING_ZEROS.fullmatch(text):  # eight to YAML 1.1, and ten to whoever writes a time, and to YAML 1.2
        return int(text)
    tag = _resolver.resolve(yaml.ScalarNode, text, (True, False))
    if tag == _TEXT:
        return text
    try:
        return _construct(tag, text)
    except ValueError:  # YAML's own pattern lets “0x_” through as a number
        return text


def tagged_scalar(event: Any) -> Any:
    """What a scalar means whose tag is written out; only the tags of YAML's safe schema are let through."""
    if event.tag in TEXT_TAGS:
        return event.value
    if not event.tag.startswith(_CORE) or len(event.value) > _MAX_NUMBER:
        raise unknown_tag(event.tag, event.start_mark)
    try:
        return _construct(event.tag, event.value)
    except (ValueError, LookupError):
        raise unknown_tag(event.tag, event.start_mark) from None


def _construct(tag: str, text: str) -> Any:
    node = yaml.ScalarNode(tag, text)
    match tag.removeprefix(_CORE):
        case "int":
            return _constructor.construct_yaml_int(node)
        case "float":
            return _constructor.construct_yaml_float(node)
        case "bool":
            return _constructor.construct_yaml_bool(node)
        case "null":
            return None
        case "timestamp" | "value" | "merge":
            return text
        case kind:
            raise LookupError(kind)


def key_not_text(mark: Mark) -> UnreadableYamlError:
    """The error for a list or a mapping in the place of a key."""
    return stop(
        "key-not-text",
        "A list or a mapping stands where a key should be.",
        "A text that begins with “{” or “[” has to stand in quotes.",
        position_of(mark),
    )


def unknown_tag(tag: str, mark: Mark) -> UnreadableYamlError:
    """The error for a tag that is not let through."""
    return stop(
        "yaml-tag",
        f"The YAML tag {shortened(tag.replace(_CORE, '!!'))} is not part of the format.",
        "Remove it; a text that begins with “!” has to stand in quotes.",
        position_of(mark),
    )
