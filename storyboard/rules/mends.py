"""What has one right answer, mended in the text of a storyboard: quotes, seconds, the negative prompt."""

from __future__ import annotations

import re
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import yaml

from storyboard.compiler.negative import split_words
from storyboard.excerpt import excerpt
from storyboard.rules.avoiding import clashes
from storyboard.rules.edits import Edit, Lines, applied, node_at
from storyboard.story.pattern import pattern
from storyboard.story.yaml_document import read_yaml
from storyboard.story.yaml_values import Mapping, Sequence, UnreadableYamlError, position_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from storyboard.profile import ModelProfile
    from storyboard.rules.facts import Facts
    from storyboard.story.findings import Position

Where = tuple[str | int, ...]


class Mend(NamedTuple):
    """One thing that was mended.

    Attributes:
        line: From 1, in the text as it was just before.
        told: What was changed, and what that changes.
    """

    line: int
    told: str


def read(text: str) -> Any:
    """The text's value; None where it cannot be read."""
    try:
        return read_yaml(text.encode()).value
    except UnreadableYamlError:
        return None


# Quotes.

_BEFORE_TEXT = pattern(r"^[^{\[]*(?:^|[-:]\s)\s*\Z")  # and not inside of a list or mapping in brackets
_AFTER_BRACE = pattern(r"(?P<text>\{.*?)(?P<rest>\s+#(?:\s.*)?|\s+#\s*storyboard:.*|\s*)\Z", re.DOTALL)
_UNSURE = pattern(r"\s#")  # in what is left: is it a comment, or was it to be part of the text?


def quote_brace(text: str, at: Position) -> tuple[str, Mend] | None:
    """Put quotes around a text that begins with a brace; None where it cannot be told where the text ends.

    Args:
        text: The file's.
        at: The place of the brace, or inside of it.
    """
    lines = Lines(text)
    number = at.line - 1
    line = lines.line(number)
    brace = line.rfind("{", 0, at.column)
    if brace < 0 or not _BEFORE_TEXT.search(line[:brace]):
        return None
    last = number
    while _goes_on(lines, last, brace):
        last += 1
    start = lines.offset(number, brace)
    written = text[start : lines.offset(last, len(lines.line(last)))]
    match = _AFTER_BRACE.match(written)
    if match is None or _UNSURE.search(written if last > number else match["text"]):
        return None
    said = match["text"].rstrip()
    quoted = "'" + said.replace("'", "''") + "'" if '"' in said or "\\" in said else f'"{said}"'
    mended = applied(text, [Edit(start, start + len(said), quoted)])
    return mended, Mend(at.line, f"quotes around {excerpt(said, 50)}")


def _goes_on(lines: Lines, number: int, column: int) -> bool:
    """Whether the text goes on in the next line: it is indented at least as far, and begins nothing of its own."""
    if number + 1 >= lines.count():
        return False
    below = lines.line(number + 1)
    indented = len(below) - len(below.lstrip())
    begins = re.match(r"\s*(?:- |#|[\w-]+:(?:\s|$)|\Z)", below)
    return bool(below.strip()) and indented >= column and not begins


# Seconds.


def round_seconds(text: str, profile: ModelProfile) -> tuple[str, list[Mend]]:
    """Put lengths that are off the grid on it, each to the nearest whole number of slots, at least one."""
    value = read(text)
    lines = Lines(text)
    edits: list[Edit] = []
    told: list[Mend] = []
    for segment in _segments(value):
        given = segment.get("seconds")
        if isinstance(given, bool) or not isinstance(given, int | float) or not 0 < given <= _LONGEST:
            continue
        slots = Fraction(given) / profile.slot_seconds
        if slots.denominator == 1:
            continue
        mark = segment.value_marks["seconds"]
        start = lines.offset(mark.line, mark.column)
        match = _NUMBER.match(text, start)
        if match is None or float(match.group()) != given:  # written elsewhere, and only referred to here
            continue
        if any(edit.start == start for edit in edits):  # an alias repeats it
            continue
        nearest = max(1, int(slots + Fraction(1, 2)))
        new = f"{float(profile.seconds(nearest)):g}"
        edits.append(Edit(start, match.end(), new))
        told.append(Mend(mark.line + 1, f"seconds {match.group()} → {new}; the segment lasts {_plural(nearest)}"))
    mended = applied(text, edits)
    if not edits or read(mended) is None:
        return text, []
    return mended, told


_LONGEST = 18_000
_NUMBER = pattern(r"[0-9]+(?:\.[0-9]*)?|\.[0-9]+")


def _plural(slots: int) -> str:
    return f"{slots} slots" if slots > 1 else "one slot"


def _segments(value: Any) -> Iterator[Mapping]:
    scenes = value.get("scenes") if isinstance(value, Mapping) else None
    for scene in scenes if isinstance(scenes, Sequence) else ():
        segments = scene.get("segments") if isinstance(scene, Mapping) else None
        for segment in segments if isinstance(segments, Sequence) else ():
            if isinstance(segment, Mapping):
                yield segment


# The negative prompt.


def remove_negatives(text: str, facts: Facts, told_lines: frozenset[int]) -> tuple[str, list[Mend]]:
    """Take words out of the model's negative prompt that the story fights with.

    Args:
        text: A storyboard without errors.
        facts: What the rules are handed of it.
        told_lines: The lines on which the finding stands; others are switched off, ignored, or in the series.
    """
    value = read(text)
    own = facts.story.negative
    if not isinstance(value, Mapping) or own.replace is not None or facts.is_inherited(("negative",)):
        return text, []
    known = {word.casefold() for word in split_words(facts.profile.negative_prompt)}
    known -= {word.casefold() for entry in own.add for word in split_words(entry)}
    words = [
        word
        for clash in clashes(facts)
        if not facts.is_inherited(clash.where) and _line_of(value, clash.where) in told_lines
        for word in clash.words
        if word.casefold() in known
    ]
    words = list(dict.fromkeys(words))
    if not words:
        return text, []
    for edit in _ways_to_remove(text, value, words):
        mended = applied(text, [edit])
        if _removes(read(mended), value, words):
            line = Lines(text[: edit.start]).count()
            listed = ", ".join(words)
            return mended, [Mend(line, f"negative: {listed} removed, so the negative prompt is another")]
    return text, []


def _line_of(value: Mapping, where: Where) -> int:
    node: Any = value
    mark = value.mark
    for step in where:
        if isinstance(node, Mapping) and step in node:
            mark, node = node.value_marks[str(step)], node[str(step)]
        elif isinstance(node, Sequence) and isinstance(step, int) and step < len(node):
            mark, node = node.marks[step], node[step]
        else:
            break
    return position_of(mark).line


def _removes(after: Any, before: Mapping, words: list[str]) -> bool:
    """Whether an edit did what it should, and nothing else."""
    if not isinstance(after, Mapping):
        return False
    rest = [{key: item for key, item in each.items() if key != "negative"} for each in (after, before)]
    if rest[0] != rest[1] or not isinstance(after.get("negative"), Mapping):
        return False
    old = before.get("negative") or {}
    new = after["negative"]
    return _words(new.get("remove")) == _words(old.get("remove")) + words and new.get("add") == old.get("add")


def _words(value: Any) -> list[str]:
    entries = value if isinstance(value, list) else [] if value is None else [value]
    return [word for entry in entries for word in split_words(str(entry))]


def _ways_to_remove(text: str, value: Mapping, words: list[str]) -> Iterator[Edit]:
    """Edits that may do it, the best first; each is tried, and kept only where it reads as it should."""
    lines, listed = Lines(text), ", ".join(words)
    end = lines.line_end()
    if "negative" not in value:
        yield from _new_key(lines, value, f"negative: {{remove: [{listed}]}}{end}")
        return
    negative = node_at(text, ("negative",))
    remove = node_at(text, ("negative", "remove"))
    if remove is not None:
        yield from _longer_list(lines, remove, words, end)
    elif isinstance(negative, yaml.MappingNode) and negative.flow_style:
        close = lines.offset(negative.end_mark.line, negative.end_mark.column) - 1
        yield Edit(close, close, f"{', ' if negative.value else ''}remove: [{listed}]")
    elif isinstance(negative, yaml.MappingNode):
        first = negative.start_mark
        at = lines.offset(first.line, 0)
        yield Edit(at, at, f"{' ' * first.column}remove: [{listed}]{end}")


def _longer_list(lines: Lines, remove: yaml.Node, words: list[str], end: str) -> Iterator[Edit]:
    stop = lines.offset(remove.end_mark.line, remove.end_mark.column)
    if isinstance(remove, yaml.ScalarNode):
        at = stop - 1 if remove.style in {"'", '"'} else stop
        yield Edit(at, at, f", {', '.join(words)}")
    elif isinstance(remove, yaml.SequenceNode) and remove.flow_style:
        before = lines.text[: stop - 1].rstrip()
        comma = "" if before.endswith((",", "[")) else ", "
        yield Edit(len(before), len(before), comma + ", ".join(words))
    elif isinstance(remove, yaml.SequenceNode) and remove.value:
        last = remove.value[-1]
        dash = lines.line(last.start_mark.line)[: last.start_mark.column]
        below = last.end_mark.line + (0 if last.end_mark.column == 0 else 1)
        at = lines.offset(below, 0)
        head = "" if below < lines.count() else end
        yield Edit(at, at, head + "".join(f"{dash}{word}{end}" for word in words))


def _new_key(lines: Lines, value: Mapping, line: str) -> Iterator[Edit]:
    """A line of its own below the style, or below the title, or above the scenes."""
    if value.in_braces:
        return
    keys = sorted(value.key_marks.items(), key=lambda item: item[1].line)
    for above in ("style", "title"):
        following = next((mark for (key, _), (_, mark) in pairwise(keys) if key == above), None)
        if following is None:
            continue
        number = following.line
        while number and not lines.line(number - 1).split("#")[0].strip():
            number -= 1
        for each in (number, following.line):
            at = lines.offset(each, 0)
            yield Edit(at, at, line)
    if "scenes" in value:
        at = lines.offset(value.key_marks["scenes"].line, 0)
        yield Edit(at, at, line)
