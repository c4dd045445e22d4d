"""Every command's name, where its code is and its line in the help, so that only the one that is run is loaded."""

from __future__ import annotations

from storyboard.cli.verbs import Listed

PROGRAM = [
    Listed(
        "init",
        "storyboard.cli.init:init",
        "Make a series: two episodes to try and write over, editor settings, a review workflow.",
    ),
    Listed("new", "storyboard.cli.new:new", "Add an episode to a series, with something to write over."),
    Listed("check", "storyboard.cli.check:check", "Check storyboards: every problem with its place and what to do."),
    Listed(
        "explain",
        "storyboard.cli.explain:explain",
        "Explain a finding: what it is about, why, a bad and a good example, and where that is known from.",
    ),
    Listed(
        "preview",
        "storyboard.cli.preview:preview",
        "Show what a render would order: timeline, prompt, cfg and why, price.",
        made_as="WithPage",
    ),
    Listed(
        "sheet",
        "storyboard.cli.sheet:sheet",
        "Make a contact sheet: a panel for each segment, with its picture, times, action, camera and spoken line.",
    ),
    Listed(
        "animatic",
        "storyboard.cli.animatic:animatic",
        "Make a moving preview: the camera's moves over the first frames or sketches, with captions, in the film's "
        "time.",
    ),
    Listed(
        "plan",
        "storyboard.cli.plan:plan",
        "Say what a render would do with each reel, why, and what it costs. Needs no key and no network.",
    ),
    Listed("render", "storyboard.cli.render:render", "Render storyboards: submit, wait, bring home, check, join."),
    Listed(
        "stitch",
        "storyboard.cli.stitch:stitch",
        "Put a film together from takes and clips that are there. Buys nothing, and asks nobody.",
    ),
    Listed(
        "diff",
        "storyboard.cli.diff:diff",
        "Show what changed in compiled prompts, cfg, first frames, length and price since a revision.",
    ),
    Listed(
        "worker",
        "storyboard.cli.worker:worker",
        "Submit, wait and bring home what anybody on the team agreed to pay for, until it is stopped.",
    ),
    Listed(
        "rates",
        "storyboard.cli.rates:rates",
        "Show the prices that plans are made with, their date and their source. Needs no network without --refresh.",
    ),
    Listed(
        "schema",
        "storyboard.cli.schema:schema",
        "Print the JSON Schema that lets an editor complete and check a storyboard.",
    ),
    Listed(
        "doctor",
        "storyboard.cli.doctor:doctor",
        "Look at the set-up: Python, ffmpeg, encoders, the key, the service's address, room on the disk.",
    ),
    Listed("import", "storyboard.cli.import_:import_", "Make a storyboard of a story in another format."),
    Listed("export", "storyboard.cli.export_:export_", "Write a story in another format, for other programs."),
    Listed(
        "sandbox",
        "storyboard.cli.sandbox:sandbox",
        "Serve the hosted API on this machine: same calls, same answers, real clips, no cost.",
        made_as="WithFaults",
    ),
    Listed("jobs", "storyboard.cli.jobs:jobs", "What was bought, and what became of it."),
    Listed(
        "takes",
        "storyboard.cli.takes:takes",
        "Every take that was made, and which one counts. Alone, or with the names of episodes, it lists them.",
    ),
    Listed("cache", "storyboard.cli.cache:cache", "What films were composed of, kept so that no cut makes it twice."),
]
"""The commands of ``storyboard``, in the order in which its help lists them."""

JOBS = [
    Listed(
        "list",
        "storyboard.cli.jobs.list_:list_jobs",
        "List every purchase and where it stands, oldest first.",
        made_as="WithStates",
    ),
    Listed(
        "show",
        "storyboard.cli.jobs.show:show",
        "Show one purchase: what was ordered, where it stands, and what happened to it.",
    ),
    Listed("resume", "storyboard.cli.jobs.resume:resume", "Go on with open jobs, and wait until they are home."),
    Listed(
        "collect",
        "storyboard.cli.jobs.collect:collect",
        "Look once at each open job and bring home what is ready. Nothing is waited for, and nothing is sent.",
    ),
    Listed(
        "watch",
        "storyboard.cli.jobs.watch:watch",
        "Go on with everything open, until it is stopped: ask, fetch, send what was agreed to, join what is "
        "complete.",
    ),
    Listed(
        "settle",
        "storyboard.cli.jobs.settle:settle",
        "Say what became of a purchase whose outcome nobody knows.",
    ),
    Listed(
        "abandon",
        "storyboard.cli.jobs.abandon:abandon",
        "Give up a purchase that is under way, stuck, or of which nobody knows the outcome.",
    ),
    Listed(
        "history",
        "storyboard.cli.jobs.history:history",
        "Show what happened to purchases, newest last; times are UTC.",
    ),
    Listed(
        "backup",
        "storyboard.cli.jobs.backup:backup",
        "Copy the ledger while it is in use into a new SQLite file, which can be used as a ledger.",
    ),
]
"""The commands of ``storyboard jobs``."""

TAKES = [
    Listed(
        "list",
        "storyboard.cli.takes.list_:list_takes",
        "List every take of every reel, which is picked, and which the present story uses.",
    ),
    Listed(
        "pick",
        "storyboard.cli.takes.pick:pick_take",
        "Say which take of a reel counts. It is written into the lock file, and nothing is bought.",
    ),
    Listed(
        "prune",
        "storyboard.cli.takes.prune:prune",
        "Free disk: remove clips that nobody needs. A take that is picked, or that the story uses, stays.",
    ),
]
"""The commands of ``storyboard takes``."""

CACHE = [
    Listed("ls", "storyboard.cli.cache:list_pieces", "Say where the pieces lie, and how much room they take."),
    Listed(
        "clear",
        "storyboard.cli.cache:clear",
        "Take all pieces away. Takes and films stay as they are; the next cut makes what it needs again.",
    ),
    Listed(
        "prune",
        "storyboard.cli.cache:prune",
        "Take away what was not used for longest, until the rest fits. What was used in the last hour stays.",
    ),
]
"""The commands of ``storyboard cache``."""
