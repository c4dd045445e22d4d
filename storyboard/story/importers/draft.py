"""What an importer makes of a file: a story with gaps, and what has to be told about it."""

from __future__ import annotations

from dataclasses import dataclass, field

MOST_SLOTS = 4_000
"""The longest story, in slots, that a storyboard may tell; an importer stops reading where one is longer."""


@dataclass(frozen=True)
class Mention:
    """A declared character, named inside an action: ``{key}``."""

    key: str


Words = tuple[str | Mention, ...]
"""A text of the author's, word for word, with the characters it names; braces in it are plain braces."""


@dataclass
class DraftSegment:
    """One segment to be.

    Attributes:
        action: What happens, as the author wrote it.
        slots: How long, in slots of 4.5 seconds; None where the author did not say.
        camera: The camera.
        say: What is spoken; several lines are divided by line breaks.
        above: A comment to stand above the segment.
        length_told: The length as the author wrote it, where it is another one now.
        said_by: Who says it and how, as a comment beside ``say``.
    """

    action: Words
    slots: int | None = None
    camera: str = ""
    say: str = ""
    above: str = ""
    length_told: str = ""
    said_by: str = ""


@dataclass
class DraftScene:
    """One scene to be; ``place`` is a key of the draft's places."""

    name: str = ""
    place: str = ""
    camera: str = ""
    transition: str = ""
    mood: str = ""
    above: str = ""
    segments: list[DraftSegment] = field(default_factory=list)


@dataclass
class Draft:
    """A story to be.

    Attributes:
        title: What it is called; empty where the file does not say.
        title_from: Where the title was taken from, as a comment; empty where the file calls it the title.
        scenes: In order. Those without segments are left out when the draft is written.
        characters: Names by key.
        characters_above: A comment to stand above the characters.
        places: What each is called and looks like, by key.
        above: Comments to stand at the top.
        notes: What was guessed or left out, and why: sentences for a person.
    """

    title: str = ""
    title_from: str = ""
    scenes: list[DraftScene] = field(default_factory=list)
    characters: dict[str, str] = field(default_factory=dict)
    characters_above: str = ""
    places: dict[str, str] = field(default_factory=dict)
    above: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def segments(self) -> int:
        """How many segments there are."""
        return sum(len(scene.segments) for scene in self.scenes)

    @property
    def slots(self) -> int:
        """How long it is, in slots; one for each segment whose length is not told."""
        return sum(segment.slots or 1 for scene in self.scenes for segment in scene.segments)


def one_line(text: str) -> str:
    """A text with one space for any run of white space."""
    return " ".join(text.split())


def plural(count: int, word: str, many: str = "") -> str:
    """Such as ``1 scene`` and ``1,200 scenes``."""
    return f"{count:,} {word if count == 1 else many or word + 's'}"


def listed(words: list[str], most: int = 6) -> str:
    """Such as ``a, b and c``; the first few of many."""
    shown = words[:most]
    if len(words) > most:
        return f"{', '.join(shown)} and {len(words) - most:,} more"
    return " and ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)
