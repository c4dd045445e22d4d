"""Sentences as authors write them: for each rule about an action, some it has to tell of and some it must not."""

from __future__ import annotations

LONG = (
    "the ferryman coils the rope around his forearm, looks across at the other bank, where a lantern swings twice, "
    "tests the oarlocks, spits into his hands, shoves the punt off the mud with his heel, leans into the first "
    "stroke, feels the current take the bow, corrects it with a short pull on the left, counts under his breath, "
    "glances back at the sacks, tugs the tarpaulin over them, bends again to the oars, passes the buoy, ducks under "
    "the chain, lets the punt drift past the reeds, hears the dogs, waits, dips one oar to turn her round, and runs "
    "her up the gravel beside the lantern"
)

TRUE: dict[str, list[str]] = {
    "text-on-screen": [
        "a girl waves at the train and the text GOODBYE appears",
        "a can drops onto the sand, and the logo spins in beside it",
        "the lights go out. to be continued",
        "a shop sign reading “closed” swings in the wind",
        "the two ride off into the dust. THE END",
        "a man waves at the lens, call Ted 555-0199",
        "a gate swings open, and the title fades in above it",
    ],
    "cut-inside-segment": [
        "a drummer lifts his sticks, cut to his foot on the pedal",
        "she slams the door; smash cut to the empty street",
        "he swims out to the buoy, then we see his mother on the shore",
        "a clerk stamps a letter; meanwhile a thief climbs the wall",
        "the band plays, fast cuts of dancing feet and lights",
        "the boy blinks and suddenly he is on the moon",
        "the widow lifts the ring from the box (flashback)",
    ],
    "negated": [
        "an empty street at noon, no people, a dog trots by",
        "he walks in without a hat and sits down by the fire",
        "the girl isn't wearing a coat and runs out into the snow",
        "a bride with no veil steps out of the car and laughs",
        "the horse does not have a saddle, and gallops off",
    ],
    "too-many-words": [
        LONG,
        LONG.replace("ferryman", "old woman"),
        f"{LONG}. A dog barks.",
        "and then " * 51,
        LONG.replace(",", " and then"),
    ],
    "too-few-words": ["she laughs", "rain", "boats leave", "the bell rings", "two owls wake up"],
    "no-motion": [
        "a stone farmhouse at the end of a muddy lane",
        "the old sailor is alone in the empty tavern",
        "two children sit on a wall and look at the sea",
        "her hands lie in her lap, pale and thin",
        "a quiet street with a single lamp at dawn",
        "the dog is asleep beside the stove",
    ],
    "movement-without-end": [
        "a tall man walks beside the sea",
        "the caravan drives in the desert",
        "an eagle flies above the valley",
        "a paper lantern drifts on the lake",
        "two figures run between the trees",
        "she swims in the sea",
    ],
    "time-against-slot": [
        "the potter stares at the broken bowl for forty seconds",
        "over several hours the tide covers the causeway",
        "he waits on the platform for ten minutes and sits down",
        "the orchestra tunes up all evening",
        "after 30 seconds the lift doors open and she steps out",
        "the moss creeps over the statue over a hundred and more years, for decades",
    ],
    "subject-is-pronoun": [
        "he lifts the needle off the record and turns to the door",
        "she ties her apron and rolls out the dough",
        "they push the piano across the stage",
        "her fingers find the light switch and press it",
        "It crawls out of the drain and shakes itself dry",
    ],
}

FALSE: dict[str, list[str]] = {
    "text-on-screen": [
        "a boy writes a letter, folds it twice and looks at the text on the wall",
        "the host reads the number, laughs and waves the ticket",
        "he says the words and the door swings open",
        "a girl screams NO WAY and jumps off the pier",
        "a woman on the phone nods, hangs up and leaves",
        "a neon sign flickers and goes out",
        "at the end of the pier a man casts his line",
    ],
    "cut-inside-segment": [
        "a cook cuts the bread to pieces and eats one",
        "the knife cuts to the left and the rope falls",
        "she looks up, then we hear the door, and she runs",
        "lightning flashes, and the dog suddenly bolts",
        "the tailor cuts the cloth to size and pins it",
        "he kneels next to the well, then drinks",
    ],
    "negated": [
        "she opens the door without a sound and slips in",
        "he is no longer alone, and turns around",
        "the dog runs past without looking at the cat",
        "the boy says no and shakes his head",
        "the cat does not move, and the mouse runs by",
        "a kite no bigger than a hand climbs and dips",
    ],
    "too-many-words": [
        "the ferryman shoves the punt off the mud and leans into the first stroke",
        "and then " * 50,
        "word",
        " ".join(LONG.split()[:100]),
        "狐が川を渡り、対岸の茂みに消える",
    ],
    "too-few-words": [
        "she laughs, claps once and sits down",
        "rain sweeps across the tin roof",
        "the bell rings and the pigeons fly up",
        "a boy in a paper hat salutes",
        "INSERT. Bag. Zip opens. Cash.",
        "to be continued",
        "a grey stone wall",
        "狐が走る",
    ],
    "no-motion": [
        "the lamp gutters and the shadows climb the wall",
        "geese honk overhead and wheel toward the marsh",
        "a stonemason chisels the last letter and blows off the dust",
        "the kettle begins to sing on the stove",
        "she looks up from her book",
        "Two women sit on a bench. She looks at the clock.",
        "a drone shot over the red roofs",
        "they have a big party",
        "the three ride the pony down to the ford",
        "dust devils zigzag over the plain",
        "the typewriter clacks and its carriage flies back",
        "he turned the key and went inside",
        "the boat was lying on the sand when a wave lifted it",
        "Der alte Mann ist allein in der Küche und wartet",
        "une maison de pierre au bout du chemin",
    ],
    "movement-without-end": [
        "a tall man walks along the beach to the wreck",
        "an eagle flies over the valley, folds its wings and dives",
        "the caravan drives up and stops beside the well",
        "she swims out to the raft",
        "two figures run between the trees until they reach the fence",
        "he walks in wearing a paper crown",
        "the caravan drives through the desert",
        "a boy runs along the corridor",
    ],
    "time-against-slot": [
        "the potter stares at the broken bowl for two seconds and drops it",
        "she pauses for a second, then knocks",
        "a door that has been shut for years swings open",
        "time-lapse: over several hours the tide covers the causeway",
        "the second runner passes the first one on the last lap",
        "he sets the clock an hour back and closes the glass",
    ],
    "subject-is-pronoun": [
        "it rains harder, and the gutter overflows onto the steps",
        "the conductor lifts his baton, and she draws the first note",
        "a girl opens her umbrella and jumps into the puddle",
        "theirs is the last boat, and it turns into the harbour",
        "it was the last match, and the boy strikes it against the wall",
    ],
}
