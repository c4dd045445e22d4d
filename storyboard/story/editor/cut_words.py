"""Words for the parts of a cut."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storyboard.story.editor.words import Words

if TYPE_CHECKING:
    from collections.abc import Mapping

_TIME = "Seconds, or a time such as `1:15`."
_VOLUME = "0 leaves it as it is, -10 sounds about half as loud. `-12 dB` may be written too. From -96 to 24."
_FIT = {
    "contain": "Whole, with black bars.",
    "cover": "It fills the frame, and what does not fit is cut away.",
    "blur": "Whole, before a blurred copy of itself.",
}
_KINDS = {
    "cut": "At once.",
    "crossfade": "One dissolves into the other.",
    "fade through black": "Out to black, then in.",
    "fade through white": "Out to white, then in.",
    "dip": "A short dip between the two.",
    "wipe": "The new picture is uncovered from one side: `direction`.",
    "slide": "The new picture pushes in from one side: `direction`.",
    "zoom": "Into the one, and out of the other.",
    "luma": "The dark parts of a greyscale picture change first: `matte`.",
}
_DIRECTIONS = {"left": "To the left.", "right": "To the right.", "up": "Upwards.", "down": "Downwards."}
_TRANSITION = Words(
    "Transition",
    "A kind, and its seconds after it; or a mapping with `kind`.",
    ("crossfade 0.5", "fade through black 1", "cut"),
)
_LETTERING = {
    "font": Words("Font", "A file is seen from the storyboard.", ("fonts/Inter.ttf",)),
    "size": Words("Size", "From 4 to 1000.", (48,)),
    "place": Words("Place", values={"top": "At the top.", "center": "In the middle.", "bottom": "At the bottom."}),
    "fade": Words("Fade", _TIME),
}
_SOUND = {
    "at": Words("Starts at", _TIME),
    "volume": Words("Volume", _VOLUME),
    "fade": Words("Fade", _TIME),
}
TITLES = {
    "EpisodeItem": "Episode", "ReelItem": "Reel", "ClipItem": "Clip", "ImageItem": "Still picture",
    "TitleItem": "Title card", "CaptionItem": "Caption", "BlackItem": "Black screen",
}  # fmt: skip
"""What an editor calls the items of the timeline."""
CUT_WORDS: Mapping[str, Mapping[str, Words]] = {
    "Cut": {
        "timeline": Words(
            "Timeline",
            "A list of items: `episode` alone is this one; else a key says what it is: `title`, `clip`, `reel`.",
        ),
        "music": Words(
            "Music", "Under the picture: a file, a mapping with `file`, or a list of them.", ("audio/theme.ogg",)
        ),
        "narration": Words("Narration", "A file, a mapping with `file`, or a list of them.", ("audio/voice.wav",)),
        "match_colour": Words("Match colours", "Reels drift in colour with their length."),
        "burn_subtitles": Words("Burn subtitles", "They cannot be switched off by who watches."),
        "subtitle_font": Words("Subtitle font", "A file is seen from the storyboard.", ("fonts/NotoSansSC.otf",)),
        "mezzanine": Words(
            "Mezzanine",
            "With a key frame every second, so that little is composed wherever a cut begins. Takes stay.",
        ),
        "output": Words("Output", "Such as `{fps: 24, codec: h264}`.", body={"fps": "${1:24}"}),
    },
    "EpisodeItem": {
        "transition": _TRANSITION,
        "episode": Words("Episode", "A file is seen from this one.", ("02-the-humming-suitcase.yaml",)),
    },
    "ReelItem": {
        "transition": _TRANSITION,
        "reel": Words("Reel", examples=(1,)),
        "of": Words("Of", "Seen from this file.", ("02-the-humming-suitcase.yaml",)),
        "in": Words("In", f"{_TIME} Left out: its start.", (1.5,)),
        "out": Words("Out", f"{_TIME} Left out: its end.", (12,)),
        "volume": Words("Volume", _VOLUME),
    },
    "ClipItem": {
        "transition": _TRANSITION,
        "clip": Words("Clip", "Seen from the storyboard.", ("clips/credits.mp4",)),
        "in": Words("In", f"{_TIME} Left out: its start.", (1.5,)),
        "out": Words("Out", f"{_TIME} Left out: its end.", (12,)),
        "speed": Words("Speed", "More than 0, at most 100."),
        "fit": Words("Fit", values=_FIT),
        "volume": Words("Volume", _VOLUME),
    },
    "ImageItem": {
        "transition": _TRANSITION,
        "image": Words("Picture", "Seen from the storyboard.", ("images/map.png",)),
        "seconds": Words("Length", _TIME),
        "camera": Words("Camera", examples=("slow push in",)),
        "fit": Words("Fit", values=_FIT),
    },
    "TitleItem": {
        "transition": _TRANSITION,
        **_LETTERING,
        "title": Words("Title card", examples=("The Lighthouse Keeper",)),
        "subtitle": Words("Subtitle", examples=("Part one",)),
        "seconds": Words("Length", _TIME),
    },
    "CaptionItem": {
        **_LETTERING,
        "caption": Words("Caption", examples=("Three days later",)),
        "at": Words("Appears at", _TIME),
        "seconds": Words("Length", _TIME),
    },
    "BlackItem": {"transition": _TRANSITION, "black": Words("Black screen", "A time such as `0:01.5` too.", (1.5,))},
    "Transition": {
        "kind": Words("Kind", values=_KINDS),
        "seconds": Words("Length", _TIME),
        "direction": Words("Direction", values=_DIRECTIONS),
        "matte": Words("Matte", "Seen from the storyboard.", ("mattes/clouds.png",)),
    },
    "Sound": {**_SOUND, "file": Words("File", "Seen from the storyboard.", ("audio/voice.wav",))},
    "Music": {
        **_SOUND,
        "file": Words("File", "Seen from the storyboard.", ("audio/theme.ogg",)),
        "duck": Words("Duck", "It comes back when nobody speaks."),
    },
    "Output": {
        "size": Words("Size", "Width x height.", ("1280x720", "1920x1080")),
        "fps": Words(
            "Frame rate",
            values={
                16: "The model's own.",
                24: "As in the cinema.",
                25: "As on European television.",
                30: "As on most screens.",
            },
        ),
        "interpolation": Words(
            "Interpolation",
            "For more than 16 frames a second, and for slow motion.",
            values={"duplicate": "Frames are repeated.", "motion": "Frames are computed from the motion; slow."},
        ),
        "codec": Words(
            "Codec",
            values={
                "h264": "Plays everywhere.",
                "hevc": "Smaller; not in every browser.",
                "prores": "For editing; large.",
                "vp9": "For the web.",
            },
        ),
        "crf": Words(
            "Constant quality (crf)",
            "0 to 51, with vp9 to 63; the lower, the better and the larger. Instead of `bitrate`.",
            (18, 23),
        ),
        "bitrate": Words("Bit rate", "Bits a second, with k or M.", ("8M",)),
        "faststart": Words("Fast start", "For mp4 and mov."),
        "chapters": Words("Chapters", "Players let people jump to them."),
        "loudness": Words("Loudness", "From -40 to -5; -16 suits the web, -23 television.", (-16, -23)),
    },
}
"""By the name of the model, then by key."""
