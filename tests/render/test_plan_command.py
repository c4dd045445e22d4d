"""``storyboard plan``: what would become of each reel, why, and what it costs, before anything is paid."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from helpers import png, write_tree
from studio import STORY

if TYPE_CHECKING:
    from pathlib import Path

    from render_command import Ended
    from studio import Studio

pytest_plugins = ["render_fixtures"]

TWO = """\
storyboard: 1
title: Two
rules: {stretched: off, several-reels: off}
reels: by-scene
scenes:
  - segments: [a keeper climbs the stair and lifts the lamp]
  - segments: [the beam sweeps over the reef and finds a boat]
"""
SERIES = """\
series: 1
title: The Lamps
episodes: episodes/*.yaml
defaults: {provider: empirio}
ceilings: {episode: 2.00, month: 100.00}
"""


def plan(studio: Studio, *arguments: str, story: str | None = "story.yaml") -> Ended:
    named = [story] if story else []
    return studio.here("plan", *named, "--provider", "empirio", "--base-url", studio.service.url, *arguments)


def told(studio: Studio, *arguments: str, story: str | None = "story.yaml") -> str:
    ran = plan(studio, *arguments, story=story)
    assert ran.code == 0, ran.err
    return ran.out


def reels(studio: Studio, *arguments: str, story: str | None = "story.yaml") -> list[dict[str, Any]]:
    value = json.loads(told(studio, "--json", *arguments, story=story))
    return [reel for episode in value["episodes"] for reel in episode["reels"]]


def wills(studio: Studio, *arguments: str) -> list[str]:
    return [reel["will"] for reel in reels(studio, *arguments)]


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


@pytest.fixture
def rendered(studio: Studio) -> Path:
    """A story of one reel that is rendered already."""
    story = studio.write(STORY + "image: keeper.png\n")
    (studio.folder / "keeper.png").write_bytes(png())
    assert studio.render().code == 0
    return story


@pytest.fixture
def chain(studio: Studio) -> Path:
    """A story of two reels, the second from the last frame of the first, both rendered."""
    story = studio.write(TWO)
    assert studio.render().code == 0
    return story


def test_a_story_that_was_never_rendered_is_to_be_rendered_whole(studio: Studio) -> None:
    out = told(studio)
    assert "to be rendered: it was not rendered yet" in out
    assert "1 reel to be rendered." in out
    assert re.search(r"To pay: \$\d+\.\d\d, to http://127", out)
    assert "Prices of 20" in out
    assert "All home in about" in out


def test_a_plan_makes_no_ledger_and_sends_nothing(studio: Studio) -> None:
    told(studio)
    assert not (studio.folder / ".storyboard").exists()
    assert studio.service.posts == []


def test_a_plan_needs_no_key_and_no_service(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EMPIRIOLABS_API_KEY")
    assert plan(studio).code == 0
    assert studio.here("plan", "story.yaml", "--provider", "empirio").code == 0


def test_a_rendered_reel_is_there_already_and_costs_nothing(studio: Studio, rendered: Path) -> None:
    out = told(studio)
    assert "there already: take 1 (job job-1)" in out
    assert "To pay: $0.00" in out
    (reel,) = reels(studio)
    assert (reel["will"], reel["cost_usd"], reel["job_id"], reel["take"]) == ("reuse", "0.00", "job-1", 1)


def _forget(studio: Studio, name: str = "takes") -> None:
    for clip in (studio.folder / ".storyboard" / name).iterdir():
        clip.unlink()


def test_a_take_whose_clip_is_elsewhere_is_told_as_bought_and_not_as_there(studio: Studio, rendered: Path) -> None:
    (reel,) = reels(studio)
    assert reel["clip_is_here"] is True
    _forget(studio)
    out = " ".join(told(studio).split())
    assert (
        "bought before: take 1 (job job-1); its clip is not on this machine, and would come from the service" in out
    )
    assert "1 reel there already (1 clip not on this machine)." in out
    (reel,) = reels(studio)
    assert (reel["will"], reel["cost_usd"], reel["clip_is_here"]) == ("reuse", "0.00", False)
    polls = studio.service.polls
    told(studio)
    assert studio.service.polls == polls
    assert studio.render().code == 0
    assert len(studio.service.posts) == 1
    assert reels(studio)[0]["clip_is_here"] is True


def test_an_empty_file_is_no_clip(studio: Studio, rendered: Path) -> None:
    for clip in (studio.folder / ".storyboard" / "takes").iterdir():
        clip.write_bytes(b"")
    assert reels(studio)[0]["clip_is_here"] is False


def test_a_store_is_named_and_not_asked(series: Studio) -> None:
    store = series.folder.parent / "store"
    store.mkdir()
    edit(series.folder / "series.yaml", "title:", f"store: file://{store}\ntitle:")
    assert series.render(story="episodes/one.yaml").code == 0
    _forget(series)
    edit(series.folder / "series.yaml", f"file://{store}", "s3://nobody-asks/films")
    out = " ".join(told(series, story="one").split())
    assert "would come from the store, or the service while it knows the job" in out


def test_a_clip_of_the_sandbox_that_is_gone_is_told_as_free_to_have_again(studio: Studio) -> None:
    assert studio.here("render", "story.yaml", "--provider", "sandbox").code == 0
    assert "there already: take 1" in studio.here("plan", "story.yaml", "--provider", "sandbox").out
    _forget(studio)
    out = " ".join(studio.here("plan", "story.yaml", "--provider", "sandbox").out.split())
    assert "made before: take 1; its clip is not on this machine, and would come from another render, free" in out


def test_a_job_that_was_sent_goes_on_and_costs_nothing(studio: Studio) -> None:
    assert studio.render("--detach").code == 5
    out = told(studio)
    assert "goes on (job job-1)" in out
    assert "1 reel going on." in out
    (reel,) = reels(studio)
    assert (reel["will"], reel["cost_usd"], reel["job_id"]) == ("resume", "0.00", "job-1")


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ("lifts the lamp", "drops the lamp", "prompt"),
        ("title: The Lamp\n", "title: The Lamp\ncfg: 1.25\n", "cfg"),
        ("      - a keeper", "      - seconds: 27\n        action: a keeper", "length"),
        ("title: The Lamp\n", "title: The Lamp\nresolution: 480x832\n", "size 832x480"),
    ],
)
def test_what_was_edited_is_told_in_words(studio: Studio, rendered: Path, old: str, new: str, word: str) -> None:
    edit(rendered, old, new)
    (reel,) = reels(studio)
    assert reel["will"] == "render"
    assert word in " ".join(reel["why"])
    assert f"to be rendered: {reel['why'][0]}"[:40] in told(studio)


def test_another_picture_in_the_same_file_is_told_as_its_first_frame(studio: Studio, rendered: Path) -> None:
    told(studio)
    (studio.folder / "keeper.png").write_bytes(png(832, 478))
    (reel,) = reels(studio)
    assert reel["will"] == "render"
    assert reel["why"] == ["first frame"]


def test_a_file_that_was_only_laid_out_anew_renders_nothing(studio: Studio, chain: Path) -> None:
    story = """\
# The same, by another hand.
{storyboard: 1, title: "Two", reels: by-scene, rules: {several-reels: off, stretched: off},
 scenes: [{segments: ["a keeper climbs   the stair and lifts the lamp"]},
          {segments: [{action: 'the beam sweeps over the reef and finds a boat'}]}]}
"""
    chain.write_text(story, "utf-8")
    assert wills(studio) == ["reuse", "reuse"]


def test_a_renamed_file_renders_nothing(studio: Studio, chain: Path) -> None:
    chain.rename(studio.folder / "other.yaml")
    assert [reel["will"] for reel in reels(studio, story="other.yaml")] == ["reuse", "reuse"]


def test_an_edited_reel_renders_itself_and_what_goes_on_from_it(studio: Studio, chain: Path) -> None:
    edit(chain, "a keeper climbs", "a keeper runs up")
    first, second = reels(studio)
    assert [first["will"], second["will"]] == ["render", "render"]
    assert "prompt" in " ".join(first["why"])
    assert "prompt" not in " ".join(second["why"])


def test_an_edited_last_reel_renders_alone(studio: Studio, chain: Path) -> None:
    edit(chain, "finds a boat", "finds a wreck")
    assert wills(studio) == ["reuse", "render"]


def test_only_reel_leaves_the_others_as_they_are(studio: Studio, chain: Path) -> None:
    edit(chain, "a keeper climbs", "a keeper runs up")
    assert wills(studio, "--only-reel", "1") == ["render", "reuse"]
    assert wills(studio, "--only-reel", "2") == ["reuse", "reuse"]


def test_a_reel_that_is_not_there_is_told(studio: Studio) -> None:
    ran = plan(studio, "--only-reel", "3")
    assert ran.code == 2
    assert "has no reel 3: it has 1" in ran.err


def test_a_further_take_is_priced(studio: Studio, rendered: Path) -> None:
    (reel,) = reels(studio, "--take", "1")
    assert (reel["will"], reel["take"], reel["why"]) == ("render", 2, ["another take was asked for"])
    assert reel["cost_usd"] != "0.00"


def test_the_object_has_all_that_a_program_needs(studio: Studio) -> None:
    value = json.loads(told(studio, "--json"))
    assert value.keys() >= {
        "series", "provider", "ledger", "episodes", "cost_usd", "eta_seconds", "rates", "ceilings", "findings",
    }  # fmt: skip
    assert (value["series"], value["provider"], value["ledger"]) == (None, "empirio", None)
    (episode,) = value["episodes"]
    assert (episode["storyboard"], episode["title"], episode["seconds"]) == ("story.yaml", "The Lamp", 18)
    (reel,) = episode["reels"]
    assert (reel["reel"], reel["starts_from"], reel["seconds"]) == (1, "text alone", 18)
    assert re.fullmatch("[0-9a-f]{64}", reel["request_sha256"])
    assert isinstance(reel["cfg"], float)
    assert value["cost_usd"] == reel["cost_usd"]


def test_a_second_plan_says_the_same_as_the_first(studio: Studio, chain: Path) -> None:
    assert told(studio) == told(studio)
    assert told(studio, "--json") == told(studio, "--json")


def test_each_way_to_cut_is_priced(studio: Studio) -> None:
    studio.write(TWO)
    out = told(studio, "--compare")
    lines = [line.split() for line in out.splitlines() if line.startswith(("    ", "  *"))]
    named = {word for line in lines for word in line} & {"one", "auto", "by-scene", "by-adherence"}
    assert named == {"one", "auto", "by-scene", "by-adherence"}
    assert re.search(r"\* by-scene +\$ +\d+\.\d\d  2 jobs: 18 \+ 18 s", out)
    assert re.search(r"  one +\$ +\d+\.\d\d  1 job: 18 s", out)


def test_an_error_in_the_story_is_told_and_nothing_is_planned(studio: Studio) -> None:
    edit(studio.folder / "story.yaml", "- a keeper", '- "{nobody} waits, and a keeper')
    edit(studio.folder / "story.yaml", "to the sea\n", 'to the sea"\n')
    ran = plan(studio)
    assert ran.code == 1
    assert "story.yaml has an error" in ran.err
    assert ran.out == ""


def test_on_the_sandbox_it_is_free_and_the_hosted_price_is_told(studio: Studio) -> None:
    ran = studio.here("plan", "story.yaml")
    assert ran.code == 0
    assert re.search(r"Free on the sandbox; \$[1-9]\d*\.\d\d on the hosted service", ran.out)


# A series


@pytest.fixture
def series(studio: Studio) -> Studio:
    names = ("one", "two", "three")
    stories = {f"episodes/{name}.yaml": STORY.replace("The Lamp", f"Lamp {name}") for name in names}
    write_tree(studio.folder, {"series.yaml": SERIES, **stories})
    (studio.folder / "story.yaml").unlink()
    return studio


def test_all_of_the_series_is_planned_where_nothing_is_named(series: Studio) -> None:
    out = told(series, story=None)
    assert "3 episodes: 3 reels to be rendered." in out
    assert all(f"Lamp {name}:" in out for name in ("one", "two", "three"))


def test_an_episode_can_be_named_by_its_name(series: Studio) -> None:
    value = json.loads(told(series, "--json", story="two"))
    assert [each["episode"] for each in value["episodes"]] == ["episodes/two"]
    assert value["series"] == "The Lamps"


def test_a_series_elsewhere_is_named_by_its_folder(
    series: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert "3 episodes" in told(series, "--series", str(series.folder), story=None)


def test_the_ceilings_are_told_with_what_is_spent_and_whether_one_is_passed(series: Studio) -> None:
    out = " ".join(told(series, story=None).split())
    assert "Ceiling of the episode episodes/one: $2.00, of which $0.00 is spent." in out
    assert series.render(story="episodes/one.yaml").code == 0
    edit(series.folder / "episodes" / "one.yaml", "lifts the lamp", "drops the lamp")
    value = json.loads(told(series, "--json", story=None))
    scopes = {each["scope"]: each for each in value["ceilings"]}
    assert scopes["episode"]["passed"]
    assert not scopes["month"]["passed"]
    assert scopes["month"]["spent_usd"] == scopes["episode"]["spent_usd"] != "0.00"
    assert "a render would be refused" in " ".join(told(series, story=None).split())


def test_a_story_with_errors_has_its_findings_and_the_error_in_json(studio: Studio) -> None:
    studio.write("storyboard: 1\ntitle: T\nscenes: [{segments: [a fox runs], camra: close-up}]\n")
    ran = plan(studio, "--json")
    value = json.loads(ran.out)
    assert ran.code == 1
    assert [each["severity"] for each in value["findings"]] == ["error"]
    assert value["findings"][0]["line"] == 3
    assert set(value["error"]) == {"code", "message", "hint"}
    assert "error" in ran.err


def test_wrong_usage_is_told_in_json_too(studio: Studio) -> None:
    ran = plan(studio, "--json", story="nowhere.yaml")
    assert (ran.code, json.loads(ran.out)["error"]["code"]) == (1, "story-has-errors")
    ran = plan(studio, "--json", "--pilot", "--compare")
    assert (ran.code, json.loads(ran.out)["findings"], json.loads(ran.out)["error"]["code"]) == (2, [], "usage")


# Many episodes


@pytest.fixture
def many(series: Studio) -> Studio:
    for number in range(30):
        text = STORY.replace("The Lamp", f"Lamp {number}").replace("rules: {stretched: off}\n", "")
        write_tree(series.folder, {f"episodes/n{number:02}.yaml": text})
    return series


def test_of_many_episodes_the_first_are_printed_and_the_rest_are_counted(many: Studio) -> None:
    ran = plan(many, story=None)
    assert len(re.findall(r"^Lamp ", ran.out, re.MULTILINE)) == 20
    assert re.search(r"And 13 more episodes: 13 reels to be rendered; \$\d+\.\d\d to pay\.", ran.out)
    assert "33 episodes: 33 reels to be rendered." in ran.out
    assert "30 more findings" in ran.err
    assert len(ran.err.splitlines()) < 10


def test_all_prints_every_episode_and_finding(many: Studio) -> None:
    ran = plan(many, "--all", story=None)
    assert len(re.findall(r"^Lamp ", ran.out, re.MULTILINE)) == 33
    assert "more episodes" not in ran.out
    assert ran.err.count("shortest clip is 18 seconds") == 30


def test_of_many_episodes_those_that_are_there_are_only_counted(many: Studio) -> None:
    every = [str(path.relative_to(many.folder)) for path in sorted((many.folder / "episodes").iterdir())]
    assert many.here("render", *every, "--provider", "empirio", "--base-url", many.service.url, "--yes").code == 0
    edit(many.folder / "episodes" / "n29.yaml", "lifts the lamp", "drops the lamp")
    out = told(many, story=None)
    assert re.findall(r"^Lamp \w+", out, re.MULTILINE) == ["Lamp 29"]
    assert "Nothing to do for 32 more episodes: 32 reels there already." in out
    assert "33 episodes: 1 reel to be rendered, 32 there already." in out


def test_no_line_is_wider_than_a_terminal(many: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    lines = plan(many, story=None).out.splitlines()
    assert [line for line in lines if len(line) > 80] == []
