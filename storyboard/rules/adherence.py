"""Rules about how closely the model is asked to follow the text, against what the story asks for."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from storyboard.compiler.timeline import adherence_of
from storyboard.rules.rule import Told, rule
from storyboard.story.findings import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from storyboard.rules.facts import Facts, Where

MANY_CHANGES = 6
"""Scene changes in one reel from which on literal is told of. A choice of ours."""


@rule(
    "loose-single-scene",
    Severity.INFO,
    "A loose story of a single scene.",
    explanation="""
    A low cfg leaves the model room to read scene changes in the prompt. A story of one scene has none, so that
    the room only makes it follow the text less: literal keeps it closer. Loose may still be what you want where
    motion matters more than each detail.
    """,
    bad="""
    adherence: loose
    scenes:
      - segments:
          - a potter centres the clay, presses both thumbs in and draws the wall up
          - the potter cuts the bowl off with a wire, lifts it and sets it on the shelf
    """,
    good="""
    adherence: literal
    scenes:
      - segments:
          - a potter centres the clay, presses both thumbs in and draws the wall up
          - the potter cuts the bowl off with a wire, lifts it and sets it on the shelf
    """,
    source="vendor docs: 1.0 to 1.3 for several scenes in one prompt, 1.5 to 2.0 to follow each to the letter",
)
def loose_single_scene(facts: Facts) -> Iterator[Told]:
    """One scene of several segments, loose, and its cfg not pinned."""
    story = facts.story
    if len(story.scenes) == 1 and story.cfg is None and len(facts.segments) > 1 and adherence_of(story, 0) == "loose":
        yield Told(
            "The story is a single scene, and loose is made for the changes between several.",
            "“adherence: literal” follows the text more closely.",
            _where(facts, 0),
        )


@rule(
    "literal-many-scenes",
    Severity.WARNING,
    "A literal reel with six or more scene changes.",
    explanation="""
    A high cfg holds each scene to its text, and leaves the model little freedom to get from one to the next:
    many scene changes become hard or fail. Make it loose, or cut it into reels.
    """,
    bad="""
    adherence: literal
    scenes:
      - segments: [a baker slides a tray of loaves into the oven and shuts the door]
      - segments: ["a tram rings its bell, stops at the corner and opens its doors"]
      - segments: [a girl jumps off the tram and runs across the square to the fountain]
      - segments: ["a pigeon lands on the fountain, drinks and flies up again"]
      - segments: [the clock above the square jumps to seven and strikes]
      - segments: [a shopkeeper rolls his shutter up and carries out two crates]
      - segments: [the baker steps out of his door with a loaf and tosses it to the girl]
    """,
    good="""
    adherence: loose
    scenes:
      - segments: [a baker slides a tray of loaves into the oven and shuts the door]
      - segments: ["a tram rings its bell, stops at the corner and opens its doors"]
      - segments: [a girl jumps off the tram and runs across the square to the fountain]
      - segments: ["a pigeon lands on the fountain, drinks and flies up again"]
      - segments: [the clock above the square jumps to seven and strikes]
      - segments: [a shopkeeper rolls his shutter up and carries out two crates]
      - segments: [the baker steps out of his door with a loaf and tosses it to the girl]
    """,
    source="vendor docs: 1.0 to 1.3 leaves the freedom to read separate scene transitions",
)
def literal_many_scenes(facts: Facts) -> Iterator[Told]:
    """A reel at a literal cfg with many scene changes."""
    for reel in facts.reels:
        if reel.base_request["cfg"] < float(facts.profile.cfg_literal[0]):
            continue
        changes = sum(before.where[0] != after.where[0] for before, after in pairwise(reel.segments))
        if changes >= MANY_CHANGES:
            which = f"Reel {reel.index}" if len(facts.reels) > 1 else "The story"
            yield Told(
                f"{which} is literal and changes its scene {changes} times; a high cfg leaves little room for that.",
                "“adherence: loose” is made for it, or “reels: by-scene” gives each scene a reel.",
                _where(facts, reel.segments[0].where[0]),
            )


@rule(
    "mixed-adherence",
    Severity.WARNING,
    "A scene that shares a job, and so its cfg, with scenes of the other adherence.",
    explanation="""
    One job has one cfg. A reel that mixes loose and literal scenes follows the kind that covers more seconds, or
    the storyboard's own word where both have as many, and the others lose. “reels: by-adherence” cuts the episode
    so that each kind has jobs of its own.
    """,
    bad="""
    scenes:
      - segments:
          - {action: "a courier cycles up to the gate, brakes and rings", slots: 4}
      - adherence: literal
        segments:
          - a hand slides an envelope under the gate and taps it twice
    """,
    good="""
    reels: by-adherence
    scenes:
      - segments:
          - {action: "a courier cycles up to the gate, brakes and rings", slots: 4}
      - adherence: literal
        segments:
          - {action: a hand slides an envelope under the gate and taps it twice, slots: 4}
    """,
    source="vendor docs: one cfg a request, 1.0 to 1.3 or 1.5 to 2.0",
)
def mixed_adherence(facts: Facts) -> Iterator[Told]:
    """Scenes in a reel whose cfg was tuned for the others of it."""
    story = facts.story
    kinds = {adherence_of(story, scene) for scene in range(len(story.scenes))}
    if story.cfg is not None or len(kinds) < 2:
        return
    losers: dict[int, str] = {}
    for reel in facts.reels:
        cfg = reel.base_request["cfg"]
        kept = "literal" if cfg >= float(facts.profile.cfg_literal[0]) else "loose"
        seconds = {"loose": 0.0, "literal": 0.0}
        for each in reel.segments:
            seconds[adherence_of(story, each.where[0])] += float(each.end - each.start)
        much = "as many seconds" if seconds["loose"] == seconds["literal"] else "more seconds"
        for scene in sorted({each.where[0] for each in reel.segments}):
            if (own := adherence_of(story, scene)) != kept:
                told = f"is {own}, but shares a job with {much} that are {kept}, and so gets cfg {cfg:g}."
                losers.setdefault(scene, told)
    for scene, told in sorted(losers.items()):
        yield Told(
            f"“{story.scene_name(scene)}” {told}",
            "“reels: by-adherence” gives each kind jobs of its own.",
            ("scenes", scene, "adherence") if story.scenes[scene].adherence else ("scenes", scene),
        )


@rule(
    "adherence-against-cfg",
    Severity.WARNING,
    "A pinned cfg that is not in the band of the adherence beside it.",
    explanation="""
    Adherence does nothing but choose the cfg: loose is 1.0 to 1.3, literal 1.5 to 2.0. A cfg that is pinned wins,
    and a word that says the opposite is void. Leave one of the two out.
    """,
    bad="""
    adherence: literal
    cfg: 1.2
    scenes:
      - segments: ["a kettle boils over, and a hand snatches it off the stove"]
    """,
    good="""
    adherence: literal
    cfg: 1.7
    scenes:
      - segments: ["a kettle boils over, and a hand snatches it off the stove"]
    """,
    source="a reader of the corpus; vendor docs: 1.0 to 1.3 for several scenes, 1.5 to 2.0 to the letter",
)
def adherence_against_cfg(facts: Facts) -> Iterator[Told]:
    """An adherence that is written, with a pinned cfg that lies in the other band."""
    story = facts.story
    if story.cfg is None:
        return
    kept = "literal" if story.cfg >= float(facts.profile.cfg_literal[0]) else "loose"
    if kept == "loose" and story.cfg > float(facts.profile.cfg_loose[1]):
        return  # between the bands, which is told of
    written: list[tuple[Where, str]] = [
        (("scenes", i, "adherence"), scene.adherence) for i, scene in enumerate(story.scenes) if scene.adherence
    ]
    if "adherence" in story.model_fields_set:
        written.insert(0, (("adherence",), story.adherence))
    for where, word in written:
        if word != kept:
            yield Told(
                f"“adherence: {word}” is void beside “cfg: {story.cfg:g}”, which is a {kept} one, and wins.",
                f"Leave out the cfg, or say “adherence: {kept}”.",
                where,
            )


def _where(facts: Facts, scene: int) -> Where:
    """Where an author would change it: at the adherence that is written, else at the scene."""
    if facts.story.scenes[scene].adherence:
        return ("scenes", scene, "adherence")
    if "adherence" in facts.story.model_fields_set:
        return ("adherence",)
    return ("scenes", scene)
