"""Stories for the rules that look at more than one action: some each has to tell of, and some it must not."""

from __future__ import annotations

from rule_helpers import of

TOM = 'characters: {tom: "Tom, a boy in a red jersey", ada: "Ada, a girl with a kite"}\nrules: {text-to-video: off}\n'
IMAGE = "image: a.png # a picture of 832x480\n"


def camera(*texts: str, action: str = "the captain climbs up to the deck and waves") -> list[str]:
    """A story for each text about the camera."""
    return [f"scenes:\n  - segments:\n      - {{action: {action}, camera: '{text}'}}\n" for text in texts]


def scenes(*actions: str, **keys: str) -> str:
    """A scene for each action, with keys for all but the first."""
    more = "".join(f"    {key}: {value}\n" for key, value in keys.items())
    told = [f"  - segments: ['{actions[0]}']\n"]
    told += [f"  - segments: ['{action}']\n{more}" for action in actions[1:]]
    return "scenes:\n" + "".join(told)


def states(*pairs: tuple[str, str]) -> list[str]:
    """A story for each pair of an end and the next start."""
    return [
        "scenes:\n  - segments:\n"
        f"      - {{action: the clerk bows and turns to the shelf, state: {{end: '{end}'}}}}\n"
        f"      - {{action: the clerk takes a box down and opens it, state: {{start: '{start}'}}}}\n"
        for end, start in pairs
    ]


def places(body: str, start: str = IMAGE) -> str:
    """A story with three places and these scenes."""
    return f"{start}places: {{quay: a quay, mill: a mill, loft: a loft}}\nscenes:\n{body}"


QUAY = "  - {place: quay, segments: [a gull lands on the post and folds its wings]}\n"
MILL = "  - {place: mill, segments: [the wheel turns over and throws up water]}\n"
LOFT = "  - {place: loft, segments: [a boy lifts the lid of a trunk and coughs]}\n"
FOX = of("a fox runs up to the fence and stops")


def frame(width: int, height: int, head: str = "") -> str:
    """A story with a first frame of that size."""
    return f"image: a.png # a picture of {width}x{height}\n{head}{FOX}"


def styled(style: str, more: str = "") -> str:
    """A story with a style."""
    return f"style: '{style}'\n{more}{FOX}"


WORDS = "the old keeper climbs the spiral stairs with a brass lamp and stops at the narrow window to look out"


def many(count: int, text: str = WORDS, head: str = "") -> str:
    """A story of that many segments, in three scenes."""
    third = max(count // 3, 1)
    scene = "  - segments:\n" + f"      - {text}\n" * third
    return f"{head}scenes:\n{scene * 3}"


TRUE: dict[str, list[str]] = {
    "prompt-too-long": [
        many(24),
        many(27),
        many(18),
        many(27, head="template: timecoded\n"),
        many(27, text="狐が川を渡り、対岸の茂みに消えるまで見送る老人が、灯りを下ろして戸を閉める"),
    ],
    "describes-first-frame": [
        IMAGE + of("A tall woman in a blue coat is standing in an empty hall. She turns and leaves."),
        IMAGE + of("The old man in this picture lifts his hat and bows"),
        IMAGE + of("Starting from the first frame, the train pulls out of the station"),
        IMAGE + of("A harbour at dusk with three moored boats; a rope snaps and one boat swings out"),
        IMAGE + of("the girl from the image shakes the snow off her hood"),
    ],
    "several-camera-moves": camera(
        "pan left, tilt up",
        "dolly in and crane down",
        "tracking shot, slow zoom",
        "whip pan right into a push in",
        "orbit to the left while zooming out",
        "gimbal moving forward, panning right",
        "fixed, then a pan left while craning up",
    ),
    "camera-contradiction": camera(
        "static shot, slow push in",
        "locked-off, tilt down to his boots",
        "fixed camera, pan to the window",
        "tripod, dolly back",
        "stationary, zoom out slowly",
    ),
    "camera-without-end": camera(
        "orbit", "slow arc shot", "the camera circles her", "spinning overhead shot", "rolling camera"
    ),
    "never-introduced": [
        TOM + of("the boat slides up the beach and Tom jumps out", "{tom} waves and {ada} waves back"),
        of("a door creaks and Beatrix steps out with a lantern"),
        TOM + of("{ada} lets go of the kite, and Tom catches the string"),
        of("a horse snorts and Winston grabs its reins", "Winston mounts and rides off"),
        TOM + of("a whistle blows; Ada drops the reel"),
    ],
    "acts-after-leaving": [
        TOM + of("{tom} turns and runs out of frame", "{tom} picks up a shell and laughs", "{ada} waves"),
        TOM + of("{ada} exits left", "the kite falls", "{ada} ties a knot in the string and {tom} nods"),
        TOM + of("{tom} leaves the room", "{tom} lifts the lid of the piano and plays", "{ada} claps"),
        TOM + of("{ada} walks off", "{tom} whistles, and {ada} throws him an apple"),
        TOM
        + of("{tom} vanishes behind the dune, out of sight", "a crab digs", "{tom} opens his lunch box; {ada} sits"),
    ],
    "unused-name": [
        TOM + of("{tom} throws the ball and runs after it"),
        TOM + of("a dog barks at the gate and runs off"),
        "places: {quay: a quay}\n" + FOX,
        TOM + of("{ada} laughs, and Tom laughs with her"),
        "characters: {fox: 'the fox, red'}\n" + FOX,
    ],
    "state-jump": states(
        ("the door is open", "the door is shut"),
        ("Ada wears a red coat", "Ada wears a green coat"),
        ("the lamp on the desk is lit", "the lamp on the desk is dark"),
        ("the clerk is standing at the shelf", "the clerk is sitting at the desk"),
        ("the glass is full", "the glass is empty"),
        ("a cat sleeps on the sill", "rain beats against the roof"),
    ),
    "day-night-jump": [
        scenes("boys race their bikes in the bright afternoon sun", "an owl drops from the barn roof at midnight"),
        scenes("a hedgehog crosses the lawn by moonlight", "a postman wheels his bicycle up the lane at noon"),
        of("a gardener rakes leaves in the morning light", "she rakes the last leaves at night", "she stops"),
        scenes("a sunny beach empties and a ball rolls away", "crabs climb over the ball", mood="cold, moonlit"),
        scenes("Night. A thief climbs the tower with a rope", "a star crosses the sky in broad daylight"),
    ],
    "place-changes": [
        places(QUAY + MILL),
        places(QUAY + QUAY + LOFT),
        places(MILL + QUAY + MILL),
        places(LOFT + "  - {place: mill, transition: dust blows in, segments: [the wheel turns over and stops]}\n"),
        places(QUAY + MILL, start="image: https://a.example/quay.png\n"),
    ],
    "loose-single-scene": [
        of("a potter centres the clay and presses in", "the potter cuts the bowl off and lifts it"),
        "adherence: loose\n" + of("a fox runs up and stops", "the fox sniffs and turns back"),
        IMAGE + of("a fox runs up and stops", "the fox sniffs and turns back"),
        "scenes:\n  - {adherence: loose, segments: [a fox runs up and stops, the fox turns back]}\n",
        of(*["a fox runs up and stops"] * 9),
    ],
    "literal-many-scenes": [
        "adherence: literal\n" + scenes(*["a fox runs up and stops"] * 7),
        "adherence: literal\n" + scenes(*["a fox runs up and stops"] * 12),
        "cfg: 1.8\n" + scenes(*["a fox runs up and stops"] * 8),
        scenes("a fox runs up and stops", *["a fox sniffs and turns back"] * 9, adherence="literal"),
        "cfg: 1.5\nadherence: loose\n" + scenes(*["a fox runs up and stops"] * 7),
    ],
    "adherence-against-cfg": [
        "adherence: literal\ncfg: 1.2\n" + FOX,
        "adherence: loose\ncfg: 1.8\n" + FOX,
        "adherence: literal\ncfg: 1.0\n" + FOX,
        "cfg: 1.5\n" + scenes("a fox runs up", "the fox stops", adherence="loose"),
        "cfg: 1.3\n" + scenes("a fox runs up", "the fox stops", adherence="literal"),
    ],
    "negative-fights-story": [
        styled("Hand-painted gouache, thick paper"),
        styled("Studio anime, soft shadows"),
        styled("Neon-lit city, vivid colours"),
        of("the singer lifts her arms and the crowd roars back", "confetti falls over the stage"),
        of("the crab walks backwards into its hole", "a wave fills the hole and drains off"),
        of("the guard stands still while a fly circles his nose", "the fly lands and he sneezes"),
        styled("Oil painting, broad strokes", "negative: {remove: [style, artwork]}\n"),
        styled("Plain live action", "negative: crowd, background crowd\n").replace("a fox runs", "a crowd runs"),
        styled("Plain live action", "negative: {add: [rain]}\n").replace(
            "a fox runs", "the rain drums as a fox runs"
        ),
        styled("Overexposed film", "negative: {add: [lens flare, overexposed]}\n"),
    ],
    "first-frame-shape": [
        frame(600, 900),
        frame(1000, 1000),
        frame(480, 832),
        frame(2000, 600),
        frame(832, 480, "resolution: 480x832\n"),
    ],
    "first-frame-small": [
        frame(416, 240),
        frame(700, 404),
        frame(832, 400),
        frame(100, 1000),
        frame(832, 480, "resolution: 1280x720\n"),
    ],
    "drifting-resolution": [
        *(f"resolution: {size}\n{FOX}" for size in ("480x832", "720x1280")),
        "resolution: 720x1280\n" + of("rain runs down the glass and pools on the sill"),
        many(6, head="resolution: 1280x720\n"),
        many(9, head="resolution: 1280x720\n"),
        many(12, head="resolution: 1280x720\n"),
    ],
    "text-to-video": [
        TOM.splitlines()[0] + "\n" + of("{tom} throws the ball to {ada}"),
        "characters: {fox: 'the fox, red'}\n" + of("{fox} runs up to the fence and stops"),
        "characters: {fox: 'the fox, red'}\nt2v_quality: fast\n" + of("{fox} runs up to the fence"),
        "characters: {a: {name: Ada, look: tall}}\n" + of("{a} runs up to the fence and stops"),
        "characters: {a: {name: Ada, look: tall}}\nresolution: 480x832\n" + of("{a} runs up and stops there"),
    ],
}

FALSE: dict[str, list[str]] = {
    "prompt-too-long": [FOX, many(3), many(9), many(6, head="template: captions\n"), of("a " * 300 + "fox")],
    "describes-first-frame": [
        IMAGE + of("the woman turns on her heel and walks to the door"),
        of("A tall woman in a blue coat is standing in an empty hall. She turns and leaves."),
        IMAGE + of("the ball rolls out of the frame, and the dog runs after it"),
        IMAGE + of("a dog runs up. It barks at the picture on the wall"),
        IMAGE + of("a fox runs in; it stops", "The old man in this picture lifts his hat and bows"),
    ],
    "several-camera-moves": camera(
        "slow push in",
        "close-up, handheld",
        "fixed camera, wide",
        "tracking shot, following her along the wall",
        "rack focus from the bee to the blossoms",
        "dolly zoom on her face",
        "no zoom, slow pan right",
        "gimbal moving forward, then panning right",
        "pan left followed by a slow push in",
    ),
    "camera-contradiction": camera(
        "fixed camera, wide",
        "static shot",
        "slow push in",
        "handheld, following her",
        "pull focus, locked-off",
        "plan fixed, then slow travelling forward",
        "slow push in before the camera is fixed",
    ),
    "camera-without-end": camera(
        "slow orbit, a quarter turn to her left",
        "arc around to the front of the boat",
        "180 degree orbit",
        "slow push in",
        "the camera circles her once",
    ),
    "never-introduced": [
        TOM + of("{tom} jumps out of the boat, and Tom laughs", "{ada} runs to him"),
        of("a girl called Beatrix steps out with a lantern", "a cat hisses and Beatrix jumps back"),
        of("Wind whips the lake. Then snow falls on the pier"),
        of("on Monday the shop opens, and the baker carries out bread"),
        of("the Thames floods the steps and the Tower stands in water"),
        of("an old woman, Agnes, a pipe in her mouth, rocks the cradle", "the cat jumps and Agnes laughs"),
    ],
    "acts-after-leaving": [
        TOM + of("{tom} turns and runs out of frame", "{tom} comes back with a spade", "{ada} waves"),
        TOM + of("{tom} turns and runs out of frame", "{ada} picks up the shell he dropped"),
        TOM
        + scenes("{tom} exits left and {ada} sighs", "{tom} opens the kitchen door", transition="a clock strikes"),
        TOM + of("{tom} opens the gate, and the dog runs off", "{tom} whistles for the dog", "{ada} laughs"),
        TOM + of("{ada} walks off", "from the left, {ada} strolls in with an ice cream", "{tom} stares"),
        TOM + of("{tom} runs out of frame, and comes back with a net", "{tom} casts the net", "{ada} pulls"),
    ],
    "unused-name": [
        TOM + of("{tom} throws the ball to {ada}"),
        "places: {quay: a quay}\n" + QUAY.join(["scenes:\n", ""]),
        "places: {quay: a quay}\n" + of("a gull lands on {quay}"),
        "characters: {tom: 'Tom, tall'}\nscenes: [{transition: '{tom} nods', segments: [dust rises from it]}]\n",
        "characters: {fox: the fox}\n" + FOX,
    ],
    "state-jump": states(
        ("the door is open", "the door is open"),
        ("the suitcase is shut on the desk", "the suitcase lies on the desk"),
        ("Ada wears a red coat", "Ada wears the red coat, her hair down"),
        ("the shop is closed", "the shop is shut"),
        ("the branch is empty and still shaking", "the branch is empty"),
    ),
    "day-night-jump": [
        scenes("boys race in the bright afternoon sun", "an owl drops at midnight", transition="the sun sinks"),
        of("children chase a kite in bright sunlight", "the light fades and the moon comes up", "an owl at midnight"),
        scenes("boys race in the bright afternoon sun", "a nurse on the night shift pours tea"),
        scenes("boys race in the bright afternoon sun", "the girls join in that same afternoon"),
        scenes("a hedgehog crosses by moonlight", "at night the fox follows its trail"),
        IMAGE
        + "scenes:\n  - segments: [boys race at noon through the gate]\n  - image: b.png # a picture of 832x480\n"
        "    segments: [an owl drops from the roof at midnight]\n",
    ],
    "place-changes": [
        places(QUAY + QUAY),
        places(QUAY + MILL, start=""),
        places(QUAY + MILL.replace("{place", "{image: b.png, place")) + "# image: b.png # a picture of 832x480\n",
        places(QUAY + "  - {segments: [a bell rings and the gull flies up]}\n"),
        places("  - {segments: [a bell rings and the gull flies up]}\n" + MILL),
    ],
    "loose-single-scene": [
        "adherence: literal\n" + of("a fox runs up and stops", "the fox turns back"),
        "cfg: 1.2\n" + of("a fox runs up and stops", "the fox turns back"),
        FOX,
        scenes("a fox runs up and stops", "the fox turns back"),
        "scenes:\n  - {adherence: literal, segments: [a fox runs up and stops, the fox turns back]}\n",
    ],
    "literal-many-scenes": [
        scenes(*["a fox runs up and stops"] * 9),
        "adherence: literal\n" + scenes(*["a fox runs up and stops"] * 6),
        "adherence: literal\nreels: by-scene\n" + scenes(*["a fox runs up and stops"] * 9),
        "adherence: literal\ncfg: 1.2\n" + scenes(*["a fox runs up and stops"] * 9),
        "adherence: literal\n" + of(*["a fox runs up and stops"] * 9),
    ],
    "adherence-against-cfg": [
        "adherence: literal\ncfg: 1.7\n" + FOX,
        "adherence: loose\ncfg: 1.3\n" + FOX,
        "cfg: 2.0\n" + FOX,
        "adherence: literal\ncfg: 1.4\n" + FOX,
        "adherence: literal\n" + FOX,
        "cfg: 1.6\n" + scenes("a fox runs up", "the fox stops", adherence="literal"),
    ],
    "negative-fights-story": [
        styled("Live action, 35mm film, pastel colours"),
        styled("Hand-painted gouache", "negative: {remove: [style, artwork, painting, picture]}\n"),
        styled("Hand-painted gouache", "cfg: 1.0\n"),
        styled("Hand-painted gouache", "negative: photograph, blurry\n"),
        styled("Plain live action, no lens flare", "negative: {add: [lens flare, rain coat]}\n"),
        of("a diver glides over the reef past sea fans and sponges", "a ray lifts off the sand"),
        styled("Documentary, no neon, no crowds"),
        of("she paints the fence, and the drawn curtains stir", "a picture falls off the wall"),
    ],
    "first-frame-shape": [
        frame(832, 480),
        frame(1664, 960),
        frame(900, 500),
        FOX,
        frame(480, 832, "resolution: 480x832\n"),
    ],
    "first-frame-small": [
        frame(832, 480),
        frame(1920, 1080),
        frame(825, 476),
        FOX,
        frame(1280, 720, "resolution: 1280x720\n"),
    ],
    "drifting-resolution": [
        *(f"resolution: {size}\n{FOX}" for size in ("832x480", "1280x720")),
        FOX,
        many(3),
        frame(832, 480),
        styled("Film"),
    ],
    "text-to-video": [
        FOX,
        IMAGE + TOM.splitlines()[0] + "\n" + of("{tom} throws the ball to {ada}"),
        "characters: {fox: the fox}\n" + of("{fox} runs up to the fence"),
        "places: {quay: 'the quay, old'}\nscenes:\n" + QUAY,
        "image: https://a.example/a.png\n" + TOM.splitlines()[0] + "\n" + of("{tom} throws the ball to {ada}"),
    ],
}
