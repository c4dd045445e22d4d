"""A Fountain screenplay: scene headings are scenes, paragraphs of action are segments, dialogue is what they say.

The library fountain-py reads the format; here is only what its parts mean in a storyboard.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from storyboard.errors import ImportRefusedError
from storyboard.story.importers.draft import Draft, DraftScene, DraftSegment, Mention, listed, one_line, plural
from storyboard.story.importers.headings import PLAIN_CUTS, Heading, read_heading, transition_words
from storyboard.story.importers.names import Keys, Mentions, Spellings

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_CHARACTERS = 1_000_000
"""The longest screenplay that is read, in characters; one of a feature film has about 200,000."""
MOST_LINES = 40_000
"""The most lines of one; a feature film takes about 6,000."""
_MOST_NOTES_IN_A_LINE = 50  # the library looks for the end of each of them anew
_HEADING_LINE = re.compile(r"(?:\A|\n[ \t]*\n)[ \t]*(?:INT|EXT|EST|I/E|INT\.?/EXT)[. ]", re.IGNORECASE)
_TITLE_PAGE = re.compile(r"\s*(?:title|credit|authors?|source|draft date|contact):", re.IGNORECASE)
_CUE = re.compile(r"\s*([^\W\d_][\w .,&'’-]*?)\s*(?:\([^)]*\)\s*)*\^?\s*")
_NOT_SEEN = re.compile(r"\b(?:V\.?\s?O|O\.?\s?[SC]|off|voice)\b", re.IGNORECASE)
_LEFT_OUT = {
    "section": "section heading",
    "synopsis": "synopsis",
    "note": "note",
    "boneyard": "passage between /* and */",
    "centered": "centred line",
    "lyrics": "line of lyrics",
}


def looks_like_screenplay(text: str) -> bool:
    """Whether a text has scene headings, or a title page with people who speak."""
    if _HEADING_LINE.search(text):
        return True
    if _TITLE_PAGE.match(text) is None:
        return False
    lines = text.split("\n")
    return any(_names_a_speaker(lines, number) for number in range(len(lines)))


def import_screenplay(text: str) -> Draft:
    """Make a draft of a screenplay.

    Raises:
        ImportRefusedError: It is far longer than a screenplay.
    """
    _within_bounds(text)
    from fountain import FountainParser

    document = FountainParser().parse(_with_marked_cues(text))
    reader = _Reader()
    for element in document.elements:
        reader.take(element)
    title = one_line(document.metadata.get("title", "").replace("*", "").replace("_", " "))
    return reader.draft(title, sorted(key for key in document.metadata if key != "title"))


def _within_bounds(text: str) -> None:
    lines = text.split("\n")
    if len(text) > MOST_CHARACTERS or len(lines) > MOST_LINES:
        raise ImportRefusedError(
            f"The screenplay has {len(lines):,} lines and {len(text):,} characters; at most {MOST_LINES:,} lines and "
            f"{MOST_CHARACTERS:,} characters are read.",
            hint="Split it into episodes.",
        )
    for number, line in enumerate(lines, start=1):
        if line.count("[[") > _MOST_NOTES_IN_A_LINE:
            raise ImportRefusedError(
                f"Line {number:,} opens more than {_MOST_NOTES_IN_A_LINE} notes with “[[”.", hint="Look at that line."
            )


def _with_marked_cues(text: str) -> str:
    """The same, with the format's own mark, @, before each name of a speaker.

    The library takes capitals for a name where all of them are English, and there is no comma.
    """
    lines = text.split("\n")
    marked = [
        f"@{line.strip()}" if _names_a_speaker(lines, number) and not line.lstrip().startswith("@") else line
        for number, line in enumerate(lines)
    ]
    return "\n".join(marked)


def _names_a_speaker(lines: Sequence[str], number: int) -> bool:
    """Whether a line stands alone before one that follows at once, and is a name in capitals or marked as one."""
    line = lines[number]
    is_above_speech = number + 1 < len(lines) and bool(lines[number + 1].strip())
    if not is_above_speech or (number and lines[number - 1].strip()):
        return False
    if line.lstrip().startswith("@"):
        return True
    match = _CUE.fullmatch(line)
    is_heading = _HEADING_LINE.match(line) is not None
    return match is not None and not is_heading and match[1].replace("ß", "").isupper()  # ß has no capital


class _Reader:
    """Takes the parts of a screenplay, one after the other."""

    def __init__(self) -> None:
        self._scenes: list[DraftScene] = []
        self._headings: list[Heading | None] = []
        self._cues: dict[str, None] = {}
        self._transition: list[str] = []
        self._early: list[tuple[str, str, str]] = []
        self._lines: dict[int, list[tuple[str, str, str]]] = {}
        self._cue = self._manner = ""
        self._left_out: Counter[str] = Counter()
        self._plain_cuts = 0
        self._made_up = 0
        self._keys = Keys()

    def take(self, element: Any) -> None:
        """Take the next part in."""
        kind, text = str(element.type.value), one_line(element.text)
        match kind:
            case "scene_heading":
                self._settle()
                self._begin(read_heading(text))
            case "action" if text:
                self._segment(text)
            case "character":
                self._cue, self._manner = text, one_line(str(element.metadata.get("extension") or ""))
                self._cues.setdefault(text)
            case "parenthetical":
                self._manner = ", ".join(filter(None, [self._manner, text.strip("() ")]))
            case "dialogue" if text:
                self._speak(text)
            case "dual_dialogue":
                for column in element.dual_dialogue_columns():
                    for each in column:
                        self.take(each)
            case "transition":
                self._change(text)
            case _ if kind in _LEFT_OUT and text:
                self._left_out[_LEFT_OUT[kind]] += 1

    def _begin(self, heading: Heading | None) -> None:
        self._scenes.append(DraftScene())
        self._headings.append(heading)
        if self._transition:
            self._scenes[-1].transition = ", ".join(self._transition)
            self._transition = []

    def _change(self, text: str) -> None:
        words = transition_words(text)
        if words in PLAIN_CUTS:
            self._plain_cuts += 1
        elif words:
            self._transition.append(words)

    def _segment(self, text: str) -> None:
        if not self._scenes or (self._transition and self._scenes[-1].segments):
            self._begin(self._headings[-1] if self._headings else None)  # the same place, entered in another way
        segment = DraftSegment((text,))
        self._scenes[-1].segments.append(segment)
        self._lines[id(segment)], self._early = self._early, []

    def _speak(self, text: str) -> None:
        line = (self._cue, self._manner, text)
        if self._scenes and self._scenes[-1].segments and not self._transition:
            lines = self._lines[id(self._scenes[-1].segments[-1])]
        else:
            lines = self._early
        if lines and lines[-1][:2] == line[:2]:
            lines[-1] = (*line[:2], f"{lines[-1][2]} {text}")
        else:
            lines.append(line)

    def _settle(self) -> None:
        """What was said in a scene in which nothing is told to happen: it happens that somebody speaks."""
        if not self._early:
            return
        lines, self._early = self._early, []
        if not self._scenes:
            self._begin(None)
        seen = [cue for cue, manner, _ in lines if cue and not _NOT_SEEN.search(manner)]
        segment = DraftSegment((seen[0] if seen else "",), above="The screenplay tells no action here.")
        self._scenes[-1].segments.append(segment)
        self._lines[id(segment)] = lines
        self._made_up += 1

    def draft(self, title: str, title_page: list[str]) -> Draft:
        """The whole story, once all parts are taken in."""
        self._settle()
        draft = Draft(title=title, scenes=self._scenes)
        spellings = Spellings(
            str(each.action[0]) for scene in self._scenes for each in scene.segments if not each.above
        )
        for cue in self._cues:
            draft.characters[self._keys.key_for(cue, "character")] = spellings.of(cue)
        self._place_scenes(draft)
        self._name_people(draft)
        if draft.characters:
            draft.characters_above = (
                "Who speaks. Add what they look like, such as “Mira, a woman in her sixties in a yellow coat”: the "
                "model is told it where it first meets them."
            )
        draft.notes += self._told(title_page)
        return draft

    def _place_scenes(self, draft: Draft) -> None:
        keys: dict[str, str] = {}
        for scene, heading in zip(self._scenes, self._headings, strict=True):
            if heading is None:
                continue
            scene.name, scene.mood = heading.text, heading.time
            if not heading.place:
                continue
            told = ", ".join(filter(None, [heading.place, heading.side]))
            if told not in keys:
                keys[told] = self._keys.key_for(heading.place, "place")
                draft.places[keys[told]] = told
            scene.place = keys[told]

    def _name_people(self, draft: Draft) -> None:
        mentions = Mentions(draft.characters)
        keys = dict(zip(self._cues, draft.characters, strict=True))
        for scene in self._scenes:
            for segment in scene.segments:
                text = str(segment.action[0])
                if not segment.above:
                    segment.action = mentions.in_text(text)
                elif text:
                    segment.action = (Mention(keys[text]), " speaks")
                else:
                    segment.action = (
                        draft.places[scene.place].partition(",")[0] if scene.place else "the picture holds",
                    )
                self._say(segment, keys, draft)

    def _say(self, segment: DraftSegment, keys: dict[str, str], draft: Draft) -> None:
        lines = self._lines[id(segment)]
        names = [draft.characters[keys[cue]] if cue in keys else cue for cue, _, _ in lines]
        if len(set(names)) == 1:
            manners = listed(list(dict.fromkeys(manner for _, manner, _ in lines if manner)))
            segment.say = " ".join(text for _, _, text in lines)
            segment.said_by = f"{names[0]} ({manners})" if manners else names[0]
        else:
            segment.say = "\n".join(f"{name}: {text}" for name, (_, _, text) in zip(names, lines, strict=True))

    def _told(self, title_page: list[str]) -> list[str]:
        notes = []
        if self._made_up:
            alone = plural(self._made_up, "scene is", "scenes are")
            notes.append(f"{alone} dialogue alone; look at the action that stands there now.")
        if self._plain_cuts:
            notes.append(f"{plural(self._plain_cuts, 'plain cut')} left out: every new scene is one.")
        if self._transition:
            notes.append(f"“{listed(self._transition)[:80]}” at the end left out: no scene follows.")
        if self._left_out:
            told = [plural(count, word, _many(word)) for word, count in self._left_out.items()]
            notes.append(f"{listed(told)} left out: no picture is told there.")
        if title_page:
            notes.append(f"Of the title page, {listed(title_page)} left out: a storyboard has a title alone.")
        return notes


def _many(word: str) -> str:
    return {"synopsis": "synopses", "passage between /* and */": "passages between /* and */"}.get(
        word, "lines of lyrics" if word == "line of lyrics" else f"{word}s"
    )
