"""Words for the parts of a storyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storyboard.profile import SVI_2_0_PRO
from storyboard.story.editor.words import Words

if TYPE_CHECKING:
    from collections.abc import Mapping

_LOOSE = "{} to {}".format(*SVI_2_0_PRO.cfg_loose)
_LITERAL = "{} to {}".format(*SVI_2_0_PRO.cfg_literal)
_SLOT = float(SVI_2_0_PRO.slot_seconds)
_CFG = {"minimum": float(SVI_2_0_PRO.cfg_loose[0]), "maximum": float(SVI_2_0_PRO.cfg_literal[1])}

ADHERENCE = {
    "loose": f"Scenes may flow into each other: a cfg of {_LOOSE}, the lower, the more scene changes there are.",
    "literal": f"Each scene follows its text to the letter: a cfg of {_LITERAL}, the higher, the more is literal.",
}
REELS = {
    "auto": "One reel where it fits; otherwise cut at scene boundaries where that can be.",
    "one": "One reel, and an error where it does not fit.",
    "by-scene": "Each scene is a reel of its own.",
    "by-adherence": "A new reel where loose and literal scenes meet, so that each has a cfg of its own.",
}
T2V_QUALITY = {"quality": "The better one; the default.", "fast": "Quicker, and a smaller fee for each job."}
TEMPLATES = ("consecutive", "timecoded", "captions", "prompts/mine.j2")
SEVERITIES = {
    "off": "Not told at all.",
    "info": "Told, and fails nothing.",
    "warning": "Told; fails only `check --strict`.",
    "error": "Told; fails `check`, and nothing is rendered.",
}
CAMERAS = ("slow push in", "fixed camera, wide", "close-up, handheld", "slow pan left to right", "slow tilt up")
MOOD = ("hushed, then merry", "tense, wind rising")
STYLE = "Live action, 35mm film, muted teal and amber"
_NAMES = (
    "`{name}` in an action stands for it: told in full where the model first meets it in a reel, by its short name "
    "(the text before the first comma) after that."
)


def _resolutions() -> dict[str, str]:
    prices = SVI_2_0_PRO.rates.per_second
    told = {}
    for name, size in SVI_2_0_PRO.resolutions.items():
        shape = "Wide" if size.width > size.height else "Upright"
        price = f"${prices[size.price_class]} a second on the rate card of {SVI_2_0_PRO.rates.date}"
        told[name] = (
            f"{shape}, {size.price_class}: {price}; at most {float(SVI_2_0_PRO.seconds(size.max_slots))} s a job."
        )
    return told


STORY_WORDS: Mapping[str, Mapping[str, Words]] = {
    "Storyboard": {
        "storyboard": Words("Format version", "It makes the file a storyboard; write 1.", body=1),
        "title": Words("Title", examples=("The Lighthouse Keeper",)),
        "logline": Words("Logline", examples=("A keeper signals a boy home through the squall.",)),
        "image": Words(
            "First frame",
            "A path is seen from this file. jpg, png, webp, heic, heif, bmp or tiff, best of the clip's own shape.",
            ("images/keeper.jpg",),
        ),
        "resolution": Words("Resolution", "Width x height.", values=_resolutions()),
        "adherence": Words("Adherence", "A scene may say otherwise. It decides the cfg.", values=ADHERENCE),
        "cfg": Words(
            "cfg, pinned",
            f"Loose lies in {_LOOSE}, literal in {_LITERAL}; at 1.0 a negative prompt has no effect.",
            (1.15, 1.75),
            limits=_CFG,
        ),
        "style": Words("Style", "The medium, the film stock, the colours.", (STYLE,)),
        "look": Words("Look", "A name under `looks` in `series.yaml`; instead of `style`.", ("lamplight",)),
        "template": Words("Prompt template", "A file is seen from this one.", TEMPLATES),
        "negative": Words(
            "Negative prompt",
            "A text replaces the video model's own list. Such as `{add: [lens flare], remove: [artwork]}`.",
            body={"add": ["${1:lens flare}"], "remove": ["${2:artwork}"]},
        ),
        "t2v_quality": Words(
            "Text-to-video quality", "Without effect where there is an `image`.", values=T2V_QUALITY
        ),
        "reels": Words(
            "Reels",
            "One reel is one job, with one cfg; each goes on from the last frame of the one before.",
            values=REELS,
        ),
        "characters": Words(
            "Characters",
            f"Such as `mira: Mira, a woman with cropped grey hair`. {_NAMES}",
            body={"${1:mira}": "${2:Mira, a woman with cropped grey hair}"},
        ),
        "places": Words(
            "Places",
            f"Such as `lantern: the lantern room of a granite lighthouse`; a scene's `place` names one. {_NAMES}",
            body={"${1:lantern}": "${2:the lantern room of a granite lighthouse}"},
        ),
        "rules": Words("Rules", "Such as `stretched: off`. Errors cannot be switched off."),
        "scenes": Words(
            "Scenes",
            "A scene is consecutive segments in one place, of one look and camera manner.",
        ),
        "cut": Words(
            "Cut",
            "Titles, other clips, transitions and sound around the reels. Such as `timeline: [episode]`.",
            body={"timeline": ["episode"]},
        ),
    },
    "Scene": {
        "name": Words("Name", "It never enters the prompt.", ("Night watch",)),
        "segments": Words(
            "Segments",
            f"A text fills one slot of {_SLOT} seconds; a mapping with `action` can say more.",
        ),
        "place": Words("Place", "It is declared under `places`, here or in `series.yaml`.", ("lantern",)),
        "camera": Words("Camera", "A segment may say otherwise. One move a scene reads best.", CAMERAS),
        "image": Words(
            "First frame of the scene",
            "A file, seen from this one, or an http(s) URL. A job has one first frame, so this makes one job more.",
            ("images/reef.jpg",),
        ),
        "transition": Words(
            "Transition",
            "What is seen as the scene changes; the first scene of a job needs none.",
            ("the beam sweeps across the lens and reveals a dark reef",),
        ),
        "adherence": Words("Adherence", "Left out: the storyboard's.", values=ADHERENCE),
        "style": Words("Style", examples=("Super 8 film, faded colours, soft edges",)),
        "mood": Words("Mood", "Told with the scene.", MOOD),
    },
    "Segment": {
        "action": Words(
            "Action",
            "Several in a row move more than one alone. A text that begins with a brace stands in quotes.",
        ),
        "seconds": Words(
            "Length in seconds",
            f"{_SLOT}, {_SLOT * 2:g}, {_SLOT * 3:g} and so on.",
            limits={"multipleOf": _SLOT},
        ),
        "slots": Words("Length in slots", f"A slot is {_SLOT} seconds. Left out: 1.", (2,)),
        "camera": Words("Camera", "Left out: the scene's.", CAMERAS),
        "say": Words("Spoken line", examples=("Hold, you old girl.",)),
        "state": Words(
            "State",
            "The next segment begins where this one ends. Such as `{end: the lamp burns steadily}`.",
            body={"end": "$1"},
        ),
        "sketch": Words("Sketch", "jpg, png, webp, heic, heif, bmp or tiff.", ("sketches/03.png",)),
    },
    "State": {
        "start": Words("At the start", "Left out: as the segment before ended.", ("the lamp is dark",)),
        "end": Words("At the end", "The next segment is told to begin so.", ("the lamp burns steadily",)),
    },
    "Subject": {
        "name": Words("Short name", examples=("Mira",)),
        "look": Words("Look", examples=("a woman in her sixties with cropped grey hair and a yellow oilskin coat",)),
    },
    "Negative": {
        "replace": Words("Replace", "Not together with `add` or `remove`.", ("blurry details, worst quality",)),
        "add": Words("Add", "One text, or a list.", (["lens flare", "text"],)),
        "remove": Words(
            "Remove", "Words of that list, such as those that fight the style.", (["artwork", "painting"],)
        ),
    },
}
"""By the name of the model, then by key."""
