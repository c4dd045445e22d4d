"""Rules about the first frame: its shape, its size, and whether there is one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storyboard.rules.rule import Told, rule
from storyboard.story.findings import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from storyboard.rules.facts import Facts

SHAPE_KEPT = 0.9
"""How much of a first frame's longer side has to be left for nothing to be said. A choice of ours."""
DRIFTING_SECONDS = 27
"""How long a reel at 720p has to be for its drift to be told of. A choice of ours."""
_HEAD = 1 / 3  # of the height: where a subject's head mostly is


@rule(
    "first-frame-shape",
    Severity.WARNING,
    "A first frame of another shape than the clip, of which much is cut away.",
    explanation="""
    The clip has the shape that its resolution says. What does not fit is cut away; where it is cut is not
    documented, and the figures suppose the same on both sides. Crop the picture yourself, so that nobody loses
    a head.
    """,
    bad="""
    image: images/tall.png # a picture of 600x900
    scenes:
      - segments:
          - the harpist damps the strings with both hands and looks up
    """,
    good="""
    image: images/wide.png # a picture of 832x480
    scenes:
      - segments:
          - the harpist damps the strings with both hands and looks up
    """,
    source="vendor docs: the resolutions; that it is cut, and evenly, is inferred",
)
def first_frame_shape(facts: Facts) -> Iterator[Told]:
    """How much of a first frame is lost when it is cut to the clip's shape, and from which sides."""
    size = facts.profile.resolutions[facts.story.resolution]
    for frame in facts.frames:
        wide, tall = frame.width * size.height, frame.height * size.width
        kept = min(wide, tall) / max(wide, tall)
        if kept >= SHAPE_KEPT:
            continue
        each = (1 - kept) / 2
        sides = "the left and the right" if wide > tall else "the top and the bottom"
        lost = ""
        if wide < tall and each >= _HEAD / 2:
            share = min(each / _HEAD, 1)
            lost = (
                " That takes the top third, where a head mostly is."
                if share > 0.95
                else f" That takes {share:.0%} of the top third, where a head mostly is."
            )
        yield Told(
            f"{frame.said} is {frame.width}x{frame.height}, and the clip {size.name}: about {1 - kept:.0%} of its "
            f"{'width' if wide > tall else 'height'} is cut away, {each:.0%} each at {sides}.{lost}",
            "Crop it to the clip's shape yourself, or take another resolution.",
            frame.where,
        )


@rule(
    "first-frame-small",
    Severity.WARNING,
    "A first frame with fewer pixels than the clip.",
    explanation="""
    The first frame anchors the whole reel: what is soft in it stays soft. A picture smaller than the clip is
    blown up before anything moves. Take a larger one, or a smaller resolution.
    """,
    bad="""
    image: images/small.png # a picture of 416x240
    scenes:
      - segments:
          - the harpist damps the strings with both hands and looks up
    """,
    good="""
    image: images/large.png # a picture of 1664x960
    scenes:
      - segments:
          - the harpist damps the strings with both hands and looks up
    """,
    source="SVI's authors, README: a good, sharp first frame helps everything",
)
def first_frame_small(facts: Facts) -> Iterator[Told]:
    """A first frame that has to be blown up to fill the clip."""
    size = facts.profile.resolutions[facts.story.resolution]
    for frame in facts.frames:
        larger = max(size.width / frame.width, size.height / frame.height)
        if larger > 1.02:
            yield Told(
                f"{frame.said} is {frame.width}x{frame.height}, and has to be blown up {larger:.1f} times to fill "
                f"{size.name}.",
                "Take a larger picture.",
                frame.where,
            )


@rule(
    "drifting-resolution",
    Severity.INFO,
    "A portrait or 720p clip, in which the model drifts more.",
    explanation="""
    The model was trained on 832x480. Portrait clips move less and snap back to the first frame more; where the
    shape is a choice, landscape is safest. 720p is sharper and faces change less, but from about 27 seconds on its
    colours drift more, and a second costs three times as much.
    """,
    bad="""
    resolution: 480x832
    scenes:
      - segments:
          - the diver bends her knees, springs off the board and folds in the air
    """,
    good="""
    resolution: 832x480
    scenes:
      - segments:
          - the diver bends her knees, springs off the board and folds in the air
    """,
    source="vita-epfl/Stable-Video-Infinity issue 51 and README: trained at 832x480 landscape",
)
def drifting_resolution(facts: Facts) -> Iterator[Told]:
    """Any resolution but 480p landscape."""
    size = facts.profile.resolutions[facts.story.resolution]
    hint = "It was trained on 832x480; take that where the shape is a choice."
    if size.height > size.width:
        told = "In portrait the model moves less, and comes back to the first frame more"
        told += "; at 720p its colours drift more." if size.price_class == "720p" else "."
    elif size.price_class == "720p":
        if not any(reel.segments[-1].end - reel.segments[0].start >= DRIFTING_SECONDS for reel in facts.reels):
            return
        rates = facts.profile.rates.per_second
        told = "At 720p the colours drift more over a long reel; faces change less."
        hint = f"It is sharper, and a second costs ${rates['720p']}; 480p drifts less, and costs ${rates['480p']}."
    else:
        return
    yield Told(told, hint, ("resolution",))


@rule(
    "text-to-video",
    Severity.INFO,
    "A story with people in it, and no first frame.",
    explanation="""
    Where characters have to stay who they are, a picture holds them best. Without an image the model makes up
    the first frame, and anchors every clip to what it made up: another one at each take. A picture decides who
    and where, and costs less: text-to-video pays a fee for each job. It decides for its reel alone: in a story with
    several places, give each an image.
    """,
    bad="""
    characters: {keeper: "the keeper, an old woman in a yellow oilskin coat"}
    scenes:
      - segments:
          - "{keeper} climbs the last steps and throws the door open"
    """,
    good="""
    image: images/keeper.png # a picture of 832x480
    characters: {keeper: "the keeper, an old woman in a yellow oilskin coat"}
    scenes:
      - segments:
          - "{keeper} climbs the last steps and throws the door open"
    """,
    source="SVI's authors, README: a good, sharp first frame helps everything; the vendor's price list",
)
def text_to_video(facts: Facts) -> Iterator[Told]:
    """A reel that starts from text alone, in a story whose people have to stay the same."""
    if not any(subject.look for subject in facts.story.characters.values()):
        return
    for reel in facts.reels:
        if reel.start.is_text:
            fee = facts.profile.rates.text_to_video_fee[facts.story.t2v_quality]
            several = len({scene.place for scene in facts.story.scenes if scene.place}) > 1
            more = "; with several places, each needs one, at a scene of its own" if several else ""
            yield Told(
                "There is no first frame, so the model makes one up, and another at each take.",
                f"An “image” decides who and where, and saves the fee of ${fee}{more}.",
                ("scenes",),
                at_key=True,
            )
            return
