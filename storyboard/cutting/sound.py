"""The sound of a cut: that of its clips, with their transitions, and the music and narration under them."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations
from operator import itemgetter
from typing import TYPE_CHECKING

from storyboard.assembly.edit_list import Footage
from storyboard.assembly.sound_cue import RUN_UP, SoundCue, Soundtrack
from storyboard.cutting.faults import CutFaultError
from storyboard.cutting.times import exact, told
from storyboard.story.cut import Music

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from storyboard.assembly.edit_list import EditList
    from storyboard.assembly.known_files import KnownFiles
    from storyboard.assembly.sound_cue import Role
    from storyboard.cutting.named_files import NamedFiles
    from storyboard.cutting.notes import Notes
    from storyboard.story.cut import Cut, Sound


class CutSound:
    """Reads the sound of a cut.

    Args:
        cut: As the author wrote it.
        edit: Its picture.
        files: Finds the files that the cut names.
        notes: Told what there is to tell about it.
        known: Hashes what is read, and remembers how it was then.

    Attributes:
        hashes: The SHA-256 of each file, in hex.
    """

    def __init__(
        self,
        cut: Cut,
        edit: EditList,
        files: NamedFiles,
        notes: Notes,
        known: KnownFiles,
    ) -> None:
        self._cut = cut
        self._edit = edit
        self._files = files
        self.hashes: dict[Path, str] = {}
        self._notes = notes
        self._known = known

    def read(self) -> Soundtrack | None:
        """All that is heard; None where nothing is in the whole film. A part without any sound has a silent one.

        Raises:
            CutFaultError: A file holds no sound, or cannot be read.
        """
        cues = [*self._of_shots(), *self._named("music"), *self._named("narration")]
        begins, ends = self._edit.first / self._edit.fps, self._edit.last / self._edit.fps
        if not cues:
            return None
        near = tuple(cue for cue in cues if cue.at < ends and cue.ends > begins - RUN_UP)
        return Soundtrack(ends - begins, near, self._cut.output.loudness, begins=begins)

    def _of_shots(self) -> Iterator[SoundCue]:
        fps, shots = self._edit.fps, self._edit.shots
        for number, shot in enumerate(shots):
            source = shot.source
            if not isinstance(source, Footage) or not source.media.has_sound:
                continue
            after = shots[number + 1] if number + 1 < len(shots) else None
            goes = after.enters.before if after else 0
            self.hashes[source.media.path] = source.media.sha256
            yield SoundCue(
                source.media.path,
                shot.begins / fps,
                shot.offset,
                shot.frames / fps,
                source.speed,
                shot.volume,
                shot.enters.after / fps,
                goes / fps,
            )

    def _named(self, role: Role) -> Iterator[SoundCue]:
        length = self._edit.shots[-1].ends / self._edit.fps
        sounds: tuple[Sound, ...] = getattr(self._cut, role)
        if sounds:  # numpy takes a while to import
            from storyboard.assembly.soundtrack import has_sound, sound_length
        each = 1 / self._edit.fps  # what is less than a frame off is meant so
        heard: list[tuple[int, Fraction, Fraction]] = []  # which, and from when to when
        for number, sound in enumerate(sounds):
            where = ("cut", role, number)
            path = self._files.find(sound.file, where)
            if not has_sound(path):
                raise CutFaultError(
                    f"{sound.file} holds no sound.", hint="Name an audio file, or a clip that has one.", where=where
                )
            self.hashes[path] = self._known.sha256_of(path)
            at, fade, whole = exact(sound.at), exact(sound.fade), sound_length(path)
            if not whole:
                raise CutFaultError(
                    f"{sound.file} is empty: it holds no sound.", hint="Make or download it again.", where=where
                )
            lasts = min(whole, length - at)
            if lasts <= 0:
                never = f"{sound.file} is not heard: it would begin at {told(at)}"
                self._notes.add(f"{never}, and the film ends at {told(length)}.", "Let it begin earlier.", where)
                continue
            if role == "narration" and whole > lasts + each:
                late = f"{sound.file} is cut off: it would last until {told(at + whole)}"
                self._notes.add(f"{late}, and the film ends at {told(length)}.", "Let it begin earlier.", where)
            if fade > lasts / 2:
                less = f"{sound.file} fades in {told(lasts / 2)}, not {told(fade)}"
                self._notes.add(f"{less}: it is heard for {told(lasts)}.", "Ask for a shorter “fade”.", where)
            heard.append((number, at, at + lasts))
            fade = min(fade, lasts / 2)
            duck = isinstance(sound, Music) and sound.duck
            yield SoundCue(path, at, Fraction(0), lasts, Fraction(1), sound.volume, fade, fade, role, duck)
        if role == "narration":
            self._tell_of_voices_at_once(heard)
        elif heard:
            number, _, last = max(heard, key=itemgetter(2))
            if last + each < length:
                early = f"The music ends at {told(last)}, and the film at {told(length)}: there is none after that."
                self._notes.add(early, "Name more music, with “at”, or a longer piece.", ("cut", role, number))

    def _tell_of_voices_at_once(self, heard: Sequence[tuple[int, Fraction, Fraction]]) -> None:
        each = 1 / self._edit.fps
        for (one, begins, ends), (other, later, last) in combinations(heard, 2):
            if begins + each < last and later + each < ends:
                first, second = (self._cut.narration[number].file for number in (one, other))
                self._notes.add(
                    f"{second} begins at {told(later)}, and {first} is heard until {told(ends)}: both are heard for "
                    "a while.",
                    "Let one begin later.",
                    ("cut", "narration", other),
                )
