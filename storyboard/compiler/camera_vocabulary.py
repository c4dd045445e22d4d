"""The words that people use for the camera, as patterns over small letters.

Gathered from the captions that the model's authors show, and from what is said on sets; a word that is missing here
is a word that previews and rules do not understand, nothing worse.
"""

from __future__ import annotations

import re

from storyboard.story.pattern import pattern

GENERIC = "go"
"""What stands in ``MOVES`` for a plain verb of going, which asks for this or that by its direction."""
RIG = "rig"
"""What stands in ``MOVES`` for what carries a moving camera: it goes along, if nothing else says where it goes."""


def _words(words: str) -> re.Pattern[str]:
    return pattern(rf"\b(?:{words})\b")


CHUNK = pattern(r"[,;:.!?/|\n•—–]+|\b(?:then|followed by|before|while|and then)\b")
"""What parts one move's words from the next; a plain “and” does not, since “slowly” may stand before both."""

MOVES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("focus", _words(
        r"rack(?:s|ed|ing)?(?:[- ]focus(?:es|ing)?)?|(?:pull|shift)(?:s|ed|ing)?(?: the)? focus"
        r"|focus(?:[- ](?:pull|rack|shift|change)(?:s|ed|ing)?| (?:moves|drifts|goes))"
    )),
    ("handheld", _words(
        r"hand[- ]?held|shak(?:y|es|ing)(?:[- ]?cam(?:era)?)?|camera[- ]shake|shoulder[- ](?:cam(?:era)?|mounted|rig)"
        r"|body[- ]?cam(?:era)?|jittery|wobbl(?:y|es|ing)"
    )),
    ("fixed", _words(
        r"fixed|static|stationary|motionless|unmoving|immobile|tripod|sticks|lock(?:ed)?[- ](?:off|down)"
        r"|locked(?= camera| shot| frame)|still (?:camera|shot|frame)"
        r"|(?:camera|stays?|holds?|stands?|remains?|is) still"
        r"|stays? put|(?<!hand )(?<!hand-)(?:holds?|held|holding)|steady shot|at rest"
    )),
    ("orbit", _words(
        r"orbit(?:s|ed|ing|al)?|arc(?:s|ed|ing)?|circl(?:e|es|ed|ing)|revolv(?:e|es|ed|ing)"
        r"|(?:rotat|spin|turn|swing|wrap|curv)(?:e|es|s|ed|ing|ning|ping)? (?:all the way )?a?round"
        r"|360(?:[- ]degrees?)?|bullet[- ]time"
    )),
    ("roll", _words(
        r"barrel[- ]roll(?:s|ing)?|(?:camera )?roll(?:s|ing)?(?= (?:left|right|clockwise|counter|anti))"
        r"|rotat(?:e|es|ing)(?= (?:left|right|clockwise|counter|anti))|camera (?:rolls|spins|rotates)"
        r"|(?:rolling|spinning|rotating)(?= (?:overhead |aerial |top )?(?:camera|shot|view))"
    )),
    ("zoom", _words(
        r"(?:(?:snap|crash|whip|punch)[- ])?zoom(?:s|ed|ing)?(?:[- ](?:in|out))?|punch(?:es|ed|ing)?[- ](?:in|out)"
    )),
    ("pan", _words(r"(?:(?:whip|swish|snap)[- ])?pan(?:s|ned|ning)?|swivel(?:s|led|ling|ed|ing)?|swish")),
    ("tilt", pattern(
        r"(?<!dutch )(?<!canted )\btilt(?:s|ed|ing)?\b(?![- ](?:shift|angle|frame|horizon))(?<!tilted)"
    )),
    ("crane", _words(
        r"cran(?:e|es|ed|ing)|jib(?:s|bed|bing)?|boom(?:s|ed|ing)?|pedestal(?:s|led|ling)?|ped (?=up|down)"
        r"|ris(?:e|es|ing)|ascend(?:s|ed|ing)?|lift(?:s|ed|ing)?|descend(?:s|ed|ing)?|lower(?:s|ed|ing)"
        r"|sink(?:s|ing)?"
    )),
    ("track", _words(
        r"track(?:s|ed|ing)?|truck(?:s|ed|ing)?|follow(?:s|ed|ing)?|slid(?:e|es|ing)|slider|travell?ing"
        r"|lateral(?:ly)?|alongside|(?:lead|leads|leading)"
    )),
    (RIG, _words(r"steadi?cam|gimbal")),
    ("dolly", _words(
        r"(?:dolly|dollie)(?:s|d|ing)?[- ]zoom(?:s|ed|ing)?"
        r"|(?:push|pull|dolly|dollie)(?:s|es|d|ed|ing)?(?:[- ](?:in|out|back|away|forward))?|doll(?:ies|ied|ying)"
        r"|clos(?:es|ing) in|back(?:s|ing) (?:away|off|up)|retreat(?:s|ed|ing)?|approach(?:es|ed|ing)?"
        r"|vertigo(?: effect| shot)?"
    )),
    (GENERIC, _words(
        r"mov(?:e|es|ed|ing)|glid(?:e|es|ed|ing)|drift(?:s|ed|ing)?|float(?:s|ed|ing)?|creep(?:s|ing)?|crept"
        r"|inch(?:es|ed|ing)?|fl(?:y|ies|ying|ight)|sweep(?:s|ing)?|swept|travels?|eas(?:e|es|ed|ing)"
        r"|rush(?:es|ed|ing)?|swoop(?:s|ed|ing)?|com(?:e|es|ing)|go(?:es|ing)?"
    )),
)  # fmt: skip
"""Kinds of moves and the words for them; where two match at one place, the longer and then the earlier counts."""

DIRECTIONS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("in", pattern(r"\b(?:in|inwards?|forwards?|closer|nearer|near)\b|\btowards?\b(?! the (?:left|right|sky))")),
    ("out", pattern(r"\b(?:out|outwards?|back|backwards?|away|off)\b")),
    ("left", pattern(
        r"(?<!from )(?<!from the )\b(?:left(?:wards?)?)\b(?![- ]to[- ](?:the )?right)"
        r"|\bfrom (?:the )?right\b(?! to)|(?<!counter)(?<!counter-)(?<!anti)(?<!anti-)\bclockwise\b"
    )),
    ("right", pattern(
        r"(?<!from )(?<!from the )\b(?:right(?:wards?)?)\b(?![- ]to[- ](?:the )?left)"
        r"|\bfrom (?:the )?left\b(?! to)|\b(?:counter|anti)-?clockwise\b"
    )),
    ("up", pattern(r"\b(?:up(?:wards?)?|skywards?|toward the sky|overhead|higher)\b")),
    ("down", pattern(r"\b(?:down(?:wards?)?|lower|to the (?:ground|floor))\b")),
)  # fmt: skip
"""Ways and the words for them. Clockwise, seen from above, takes a camera that circles to the left."""

OF_ANYTHING = pattern(
    r"hold\w*|held|ris(?:e|es|ing)|ascend\w*|lift\w*|descend\w*|lower\w*|sink\w*|lead\w*|approach\w*|retreat\w*"
    r"|mov\w+|glid\w+|drift\w*|float\w*|creep\w*|crept|inch\w*|fl(?:y|ies|ying|ight)|sweep\w*|swept|travels?|eas\w+"
    r"|rush\w*|swoop\w*|com(?:e|es|ing)|go(?:es|ing)?"
)
"""Words of ``MOVES`` that say as well what people and things do: “push in on hands holding a letter”."""
BY_ITSELF = pattern(
    r"^$|\b(?:and|also|camera|shot|take|drone|view|frame|framing|lens|level|angle|steadi?cam|gimbal|hand-?held|static"
    r"|steady|low|high|wide|medium|close|close-up|aerial|overhead|dolly|jib|we|it|slow|smooth|gentle|subtle|fast|quick"
    r"|continuous|\w+ly) $"
)
"""What stands before such a word where the camera does it: nothing, the camera itself, or how it does it."""
SOMEBODY = pattern(r"\b(?:she|he|they|who) $")
"""What stands before a word that somebody else does: “pans left as she pulls the rope”."""

SLOW = _words(
    r"slow(?:ly)?|gentl[ey]|gradual(?:ly)?|subtl[ey]|soft(?:ly)?|creep\w*|inch\w*|imperceptibl[ey]|drift\w*"
)
FAST = _words(r"fast|quick(?:ly)?|rapid(?:ly)?|sudden(?:ly)?|whip|swish|snap|crash|rush\w*|swift(?:ly)?|sharp(?:ly)?")

NEGATION = pattern(r"\b(?:no|not|never|without|avoid|don't|doesn't|isn't|nor)(?: (?:a|any|the|to|camera)){0,2} ?$")
"""What stands right before a word that is not meant."""
NO_MOVE = pattern(
    r"\b(?:no|without)(?: any)?(?: camera)? (?:movements?|motion|moves?)\b"
    r"|\b(?:does not|doesn't|do not|don't|never) (?:move|budge|stir)s?\b|\bnot moving\b"
)

THERE = pattern(r"\b(?:in)?to (?:an? |the |her |his |their )?(?:\w+ )?$")
"""What stands before a framing that a move ends at."""
FRAMINGS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("extreme close-up", _words(r"extreme(?:ly)?[- ](?:tight )?close(?:[- ]?up)?|ecu|xcu|macro|insert")),
    ("medium close-up", _words(r"medium[- ]close(?:[- ]?up)?|mcu|bust(?: shot)?|head and shoulders")),
    ("close-up", _words(r"close[- ]?ups?|close shot|cu|tight(?: shot| on)?|close(?= on)|closer? framing")),
    (
        "extreme wide shot",
        _words(r"extreme(?:ly)?[- ](?:wide|long)|ews|els|establishing|aerial|panoram\w+|bird's[- ]eye"),
    ),
    ("medium shot", _words(r"medium|mid[- ]?shot|waist[- ](?:up|high)|cowboy|two[- ]shot|over[- ]the[- ]shoulder")),
    (
        "wide shot",
        _words(r"wide(?:[- ](?:shot|angle|view))?|long shot|full[- ](?:shot|length|body)|master(?: shot)?"),
    ),
)

SPAN = pattern(
    r"(?<!toward )(?<!towards )(?<!to )(?<!at )(?<!into )(?<!from )(?<!past )(?<!facing )(?<!for )"
    r"\b(?:the|our) camera\b(?P<rest>[^.;!?]*)",
    re.IGNORECASE,
)
"""Where an action makes the camera its subject."""
