"""A person's words as a YAML value, a heading, a file's name; and the templates they are put into."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

import yaml

from storyboard.errors import UsageError
from storyboard.resources import folder
from storyboard.story.model import MAX_TEXT

if TYPE_CHECKING:
    from collections.abc import Mapping

_LONGEST_NAME = 60  # characters of a file's name; four bytes each still fit where a name may have 255
_SLOT = re.compile(r"<<(\w+)>>")
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9]*(?: [A-Za-z0-9]+)*\Z")
_NOT_TEXT = {"y", "n", "yes", "no", "on", "off", "true", "false", "null", "none"}
_MARKDOWN = re.compile(r"([\\`*_<>\[\]#&~|$])")
_AS_ONE_LINE = 2**31


def template(name: str, values: Mapping[str, str]) -> str:
    """A template of a series with ``<<name>>`` filled in; what is filled in is not looked at again.

    Raises:
        FileNotFoundError: The installation lacks it.
        KeyError: It has a slot that ``values`` lacks.
    """
    text = (folder("templates") / "series" / name).read_text(encoding="utf-8")
    return _SLOT.sub(lambda slot: values[slot.group(1)], text)


def checked_title(text: str) -> str:
    """A title that can stand in a storyboard.

    Raises:
        UsageError: It is empty, far too long, or has characters that no file can hold.
    """
    title = text.strip()
    if not title:
        raise UsageError("The title is empty.", hint="Give one: --title “The Lighthouse”.")
    if len(title) > MAX_TEXT:
        raise UsageError(f"The title has {len(title):,} characters.", hint=f"At most {MAX_TEXT:,} can be written.")
    try:
        title.encode("utf-8")
    except UnicodeEncodeError:
        raise UsageError(
            "The title has characters that are no text in UTF-8.",
            hint="Give another with --title; one that is left out is taken from the name.",
        ) from None
    return title


def yaml_text(text: str) -> str:
    """A text as a YAML scalar on one line: plain where nobody could read it as anything else, or in double quotes."""
    if _PLAIN.match(text) and text.casefold() not in _NOT_TEXT and len(text) <= 80:
        return text
    dumped: str = yaml.safe_dump(text, default_style='"', allow_unicode=True, width=_AS_ONE_LINE)
    return dumped.rstrip("\n")


def heading(text: str) -> str:
    """A text as the words of a Markdown heading."""
    return _MARKDOWN.sub(r"\\\1", " ".join(text.split()))


def readable(name: str) -> str:
    """A name as a title: ``night-ferry`` is ``Night ferry``, ``Dr. No`` stays; empty where there is no word in it."""
    words = " ".join((name if " " in name else re.sub(r"[-_.]+", " ", name)).split())
    if not any(character.isalnum() for character in words):
        return ""
    return words[:1].upper() + words[1:]


def file_name(text: str) -> str:
    """A title as a file's name without its ending: ``The Third Thing`` is ``the-third-thing``; may be empty."""
    words = unicodedata.normalize("NFC", text).lower()
    words = re.sub(r"['’]", "", words)
    whole = "-".join(re.findall(r"[^\W_]+", words))
    if len(whole) <= _LONGEST_NAME:
        return whole
    cut = whole[: _LONGEST_NAME + 1]
    return cut.rpartition("-")[0] or cut[:_LONGEST_NAME]
