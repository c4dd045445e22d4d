"""Which English words tell that something happens, and which that something merely is."""

from __future__ import annotations

from storyboard.rules.inflection import past, progressive, third_person
from storyboard.rules.words import word_set

MOTION_VERBS = word_set(
    """
    accelerate accept adjust advance aim alight angle answer applaud approach arc arch arrive ascend assemble
    attack awake awaken back bail balance bang bank bark bash bat bathe beam bear beat beckon begin bend billow
    bind bite blast blaze bleed blend blink bloom blossom blow blur board bob boil bolt bounce bound bow brace
    braid brake break breathe brew brighten bring bristle brush bubble buck buckle build bump bundle burn burst
    bury bustle button buzz call calm capsize caress carry carve cascade cast catch cave change charge chase
    chatter cheer chew chip chirp chop chug churn circle clack clamber clamp clang clap clasp clatter claw clean
    clear cleave clench click climb cling clink clip close cloud clutch coast coil collapse collect collide comb
    come converge cook cool coo cough count cover crack crackle cradle crane crank crash crawl creak crease
    creep crest cringe croak cross crouch crow crowd crumble crumple crunch crush cry cup curl curtsy curve cut
    cycle dab dangle dance darken dart dash dawn decelerate deepen deliver depart descend devour dig dilate dim
    dip disappear discard discover disembark dismount disperse dissolve dive divide dock dodge doff draft drag
    drain drape draw drench dress dribble drift drill drink drip drive drizzle drop drum dry duck dump dunk dust
    dwindle ease eat ebb edge eject embark embrace emerge empty engulf enter erase erupt escape evaporate
    examine exchange exhale exit expand explode explore extend extinguish face fade fall falter fan fasten feed
    fetch fiddle fight file fill find finish fire fish fix fizz flag flail flake flap flare flash flatten fledge
    flee flex flick flicker flinch fling flip flit float flock flood flop flour flow flower fluff flush flutter
    fly foam fold follow forge form fracture frame freeze freshen frost froth frown fumble fuse gallop gape gasp
    gather gaze-up gesture get giggle give glance glide glimpse glow gnaw go gobble grab graze grimace grin
    grind grip groan groom grope growl grow gulp gush gust gutter hack halt hammer hand hatch haul head heal
    heave help hesitate hide hike hiss hit hitch hobble hoist honk hoot hop hover howl hug hum hunch hunt hurl
    hurry hurtle hush ignite illuminate inch inflate inhale inject insert inspect invade iron jab jam jerk
    jiggle jingle jog join jolt jostle juggle jump kick kindle kiss knead kneel knit knock knot ladle land lap
    lash latch laugh launch lay lead leaf leak lean leap leave lengthen lick lift light lighten limp link
    listen-up load lob lock loom loop loosen lope lower lug lunge lurch make march mark mash massage meet melt
    mend meow merge mime mince mingle miss mist mix moan mop mount mouth move mow muffle munch nestle nibble nip
    nod nose nudge nuzzle offer ooze open orbit overflow overtake overturn pace pack paddle paint pan pant
    parachute park part pass paste pat patrol pause paw peck pedal peek peel peer perch perform photograph pick
    pierce pile pinch pitch pivot place plait plane plant play plod plop plough plow pluck plug plummet plunge
    point poke polish pop pounce pound pour pray prepare press prick print probe prod prop pry puff pull pulsate
    pulse pump punch punt purr pursue push put quake quiver quicken race rain raise rake ram rattle reach read
    ready reappear rear rebound recede receive recoil reel refill release relax remove reopen repair replace
    rescue retract retreat retrieve return reveal reverse revolve ride ring rinse rip ripple rise roam roar
    roast rock roll romp rotate row rub ruffle rumble run rush rustle saddle sag sail salute sand sample saw
    scale scamper scan scatter scoop scoot scowl scramble scrape scratch scream screech screw scribble scrub
    scuff scurry scuttle seal search secure seep seize send separate serve set settle sew shake shatter shave
    shed shelter shift shimmy shine shiver shoot shorten shout shove shovel show-up shower shred shriek shrink
    shrivel shrug shudder shuffle shut sidestep sidle sift sigh sign signal sing sip sink sizzle skate sketch
    ski skid skim skip skitter slam slap slash slice slide sling slip slither slosh slow slump slurp smack smash
    smear smell smile smoke smoulder smolder smooth snag snake snap snarl snatch sneak sneeze sniff snip snort
    snow snuff snuggle soak soar sob soften solder somersault spark sparkle speak spear speed spew spill spin
    spiral spit splash splatter splinter split spoon spout sprawl spray spread spring sprinkle sprint sprout
    spurt squat squawk squeak squeal squeeze squint squirm squirt stab stack stagger stall stamp start startle
    stash steady steam steep steer step stick stiffen sting stir stitch stomp stoop stop storm straddle straggle
    straighten strain strap stray streak stream stretch strew stride strike strip stroke stroll strum struggle
    strut stub stuff stumble submerge suck summon surf surface surge swagger swallow swap swarm sway sweat sweep
    swell swerve swim swing swipe swirl swish switch swivel swoop tack tackle take talk tangle tap taste taxi
    tear tease teeter tempt thaw thicken thin thread throb throw thrust thud thump thunder tickle tie tighten
    tilt tip tiptoe toast toddle topple toss totter touch tow tower-up trace trail train trample transform
    travel traverse tread tremble trickle trigger trim trip trot trudge trundle try tuck tug tumble tune turn
    twinkle twirl twist twitch unbolt unbuckle unbutton uncap uncoil uncork uncover uncurl undress unfold unfurl
    unlatch unload unlock unpack unpin unplug unravel unroll unscrew untangle untie unwind unwrap unzip usher
    vanish vault veer vibrate waddle wade wag waggle wail wake walk waltz wander wane warm warp wash water wave
    wax weave weep weigh weld wheel wheeze whimper whip whirl whirr whisk whisper whistle whittle widen wiggle
    wilt wince wind wink wipe wither wobble work worry-at wrap wrestle wriggle wring wrinkle write yank yawn
    yelp yield zip zoom add arise arrange bare blanch bless blindfold bottle bowl butter cackle camouflage
    chisel coat comfort conjure console contract convulse dazzle decorate defend deflate degrade demolish detach
    dial dice disguise drown dye eddy elbow elevate encircle encounter enlarge escort exercise fidget film
    flourish gnash greet grill haggle hail harvest heap heckle host huddle hurdle hoover intertwine jut kayak
    lace lather level liquefy lurk mold mould mutate nail nap negotiate nurse pad panic parade pirouette plaster
    plate pollinate powder preen present proceed propel pummel punish quench rap ravel react reassemble record
    redden refract reload repel reply resume retie rev ricochet rouse rove scold season shear shell shimmer
    shoulder shun slacken slobber smother soap spar spatter spur squabble squish stain stow strangle swaddle
    swat sweeten tame tango taper tend thrash throttle toil trap treat tree unclench unearth unhook unleash
    unpeel unseal unveil uproot vacuum visit vomit wallow whack whinny whir whiz whoop wield wrench zigzag
    """
) - {"gaze-up", "listen-up", "show-up", "tower-up", "worry-at", "face"}  # fmt: skip
"""Verbs that tell of something happening, as a list of their bare forms."""

_IRREGULAR_PASTS = word_set(
    """
    began bent bit blew bore bought bound broke brought built burst came caught chose clung crept cut dealt
    drank drew drove dug fed fell fled flew flung fought found froze gave got grew hid hit kept knelt knit laid
    lay leapt left led lent let lit lost made met paid put quit ran rang read rode rose sang sank saw sent set
    shook shone shot shrank shut slid slung slunk spat sped spent spilt spun split sprang spread stepped stole
    struck strung stuck stung swam swept swung threw thrust told took tore trod wept went woke won wound wove
    wrote wrung
    """
)

# Bare forms that stand for things as often as for what they do; “waves” and “steps” likewise.
_THINGS = word_set(
    """
    back balance band bank bark bat beam bear block bloom blossom board bow bowl brake break bridge brush bubble
    bundle button cast catch cave change charge chip circle clip close cloud coat comb cook count cover crack
    crane crash crest cross crow crowd crust cup curl curve cut dance dawn dip dive dock draft drain dress drill
    drink drip drive drop drum duck dust edge end eye face fall fan feed fight file film finish fire fish flag
    flake flare flash float flock flood flour flow flower fly foam fold form frame frost gallop gesture glance
    glow grin grip gust hammer hand head heap hike hop host hum hunt iron jam join jump kiss knot lace land lap
    laugh launch lead leaf leak light link load lock look loop march mark mist mount mouth move nail nest nose
    open orbit pace pack pad paint pan park part pass paste pat path paw peel perch pick pile pinch pitch place
    plane plant plate play plow point pop pose powder present press print puff pump punch race rain rake ride
    ring ripple rise roast rock roll row run rush sail sand saw scale screw seal search season set shake shape
    shell shelter shift shine shoot shoulder shower sign signal sip skate sketch ski skim skip sleep slice slide
    slip smell smile smoke snake snow soap spark speed spin spiral splash split spoon spot spray spread spring
    sprout square stack stain stamp start state steam step stick sting stitch stop storm strain strap stream
    stretch stride string strip stroke stroll study surf surface surge swallow sweat sweep swell swim swing
    switch tack tap taste taxi tear thread thunder tie tip toast touch tow trace track trail train trap treat
    tree trick trim trip tune turn twist wake walk wash water wave wax wheel whip whisper whistle wind wink work
    wrap wrench wrinkle yield zoom dry warm cool calm clear clean empty smooth level thin slow ready bare steady
    steep plaster butter hail tower thaw dim fade gutter tend lurch bolt bottle ladle saddle flush quiver
    """
)  # fmt: skip

STATIC_VERBS = word_set(
    """
    is are was were be being been stand stands standing stood sit sits sitting sat lie lies lying remain remains
    remaining stay stays staying rest rests resting hang hangs hanging hung wait waits waiting hold holds
    holding held wear wears wearing wore have has having had sleep sleeps sleeping slept gaze gazes gazing stare
    stares staring watch watches watching look looks looking seem seems feature features featuring depict
    depicts depicting overlook overlooks overlooking surround surrounds surrounding contain contains live lives
    exist exists listen listens listening think thinks thinking dream dreams dreaming remember remembers feel
    feels feeling know knows love loves tower towers towering pose poses posing belongs consists keep keeps
    includes occupies adorns there's it's he's she's they're faces facing
    """
)
"""Verbs that tell how something is."""

_EXTRA = {
    "die": "dies dying died", "tie": "ties tying tied", "untie": "unties untying untied", "go": "goes going gone",
    "do": "does doing did", "ski": "skis skiing skied", "taxi": "taxis taxiing taxied", "panic": "panicking panicked",
}  # fmt: skip


def _forms(verbs: frozenset[str]) -> dict[str, set[str]]:
    third, running, pasts = set(), set(), set(_IRREGULAR_PASTS)
    for verb in verbs:
        third.add(third_person(verb))
        running.add(progressive(verb))
        pasts.add(past(verb))
    for more in _EXTRA.values():
        running.update(more.split())
    return {"third": third, "running": running, "past": pasts}


_FORMS = _forms(MOTION_VERBS)
_THING_FORMS = frozenset(third_person(word) for word in _THINGS) | word_set(
    """
    opening building clothing painting crossing landing lighting railing wedding clearing ceiling flooring
    lining setting stuffing swimming fishing parking sewing knitting shooting printing rowing sailing riding
    walking cooking running
    """
)
SURE_MOTION = frozenset((MOTION_VERBS - _THINGS) | ((_FORMS["third"] | _FORMS["running"]) - _THING_FORMS))
"""Words that tell of something happening wherever they stand."""
MAYBE_MOTION = frozenset((MOTION_VERBS & _THINGS) | _THING_FORMS & (_FORMS["third"] | _FORMS["running"]))
"""Words that tell of something happening, or name a thing: the word before decides."""
PAST_MOTION = frozenset(_FORMS["past"] - SURE_MOTION)
"""Pasts, which may also be participles that describe: the word before decides."""
ACTING = frozenset(_FORMS["third"] | _FORMS["past"])
"""What stands right after the name of somebody who acts."""
