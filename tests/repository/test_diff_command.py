"""``storyboard diff``: what changed between two revisions."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from git_repository import Repository
from helpers import MINIMAL, png
from hypothesis import given
from hypothesis import strategies as st

from storyboard.columns import columns
from storyboard.comparison import compare
from storyboard.review.plan_diff import EpisodeSide, ReelSide, SeriesDiff, State, episode_diff
from storyboard.review.plan_diff_markdown import MOST_CHARACTERS, plan_diff_markdown
from storyboard.story.findings import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from helpers import Ran

    Command = Callable[..., Ran]

pytestmark = pytest.mark.usefixtures("no_git_settings")

OWL = MINIMAL.replace("Fox", "Owl").replace("a fox runs", "an owl waits")
LONG = """storyboard: 1
title: Long
scenes:
  - segments: [{action: one, slots: 20}]
  - segments: [{action: two, slots: 20}]
"""


@pytest.fixture
def show(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """Two lone stories, in the current folder."""
    show = Repository.make(tmp_path / "show")
    show.commit({"fox.yaml": MINIMAL, "owl.yaml": OWL})
    monkeypatch.chdir(show.folder)
    return show


def edit(show: Repository, name: str, *pairs: tuple[str, str]) -> None:
    text = (show.folder / name).read_text()
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    (show.folder / name).write_text(text)


def test_nothing_changed_is_said_and_a_reformatted_file_is_nothing(storyboard: Command, show: Repository) -> None:
    (show.folder / "fox.yaml").write_text(
        '# a fox\nscenes: [{segments: ["a fox runs"]}]\ntitle: "Fox"\nstoryboard: 1\n'
    )
    ran = storyboard("diff", "main")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("Nothing changed between main (")
    assert "2 episodes" in ran.out
    told = storyboard("diff", "main", "--json").json
    assert (told["episodes"], told["unchanged"], told["changed_reels"]["count"]) == ([], 2, 0)
    assert "Nothing changed" in storyboard("diff", "main", "--markdown").out


def test_a_changed_prompt_is_shown_line_by_line_with_the_prices(storyboard: Command, show: Repository) -> None:
    edit(show, "fox.yaml", ("a fox runs", "a fox runs\n      - {action: it stops, seconds: 18}"))
    ran = storyboard("diff", "main")
    assert (ran.code, ran.err) == (0, "")
    assert "owl.yaml" not in ran.out
    for said in (
        "fox.yaml   changed   $1.16 → $1.41",
        "Reel 1: prompt (2 of 2 lines), length 18 s → 22.5 s, price $1.16 → $1.41",
        "    - a fox runs. (18 seconds)",
        "    + a fox runs.",
        "    + Then it stops. (18 seconds)",
        "1 of 2 episodes unchanged.",
        "Price of all: $2.31 → $2.57.",
        "One reel is new or changed: $1.41 to render.",
    ):
        assert said in ran.out


def test_json_has_both_sides_of_everything(storyboard: Command, show: Repository) -> None:
    commit = show.git("rev-parse", "HEAD")
    edit(show, "fox.yaml", ("title: Fox", "title: Fox\ncfg: 1.8"))
    told = storyboard("diff", "HEAD", "--json").json
    assert (told["old"], told["new"]) == (
        {"name": "HEAD", "commit": commit},
        {"name": "the working tree", "commit": None},
    )
    (episode,) = told["episodes"]
    assert (episode["path"], episode["fate"], episode["title"]) == ("fox.yaml", "changed", "Fox")
    (reel,) = episode["reels"]
    assert reel["changes"] == [{"key": "cfg", "text": "cfg 1.3 → 1.8"}]
    assert (reel["cfg"], reel["seconds"], reel["diff"]) == ([1.3, 1.8], [18, 18], [])


def test_episodes_come_and_go(storyboard: Command, show: Repository) -> None:
    (show.folder / "owl.yaml").unlink()
    (show.folder / "new.yaml").write_text(OWL)
    ran = storyboard("diff", "main")
    assert re.search(r"owl\.yaml +removed +\$1\.16", ran.out)
    assert re.search(r"new\.yaml +added +\$1\.16", ran.out)
    assert "Price of all: $2.31, as before." in ran.out


def test_two_revisions_are_compared_and_the_working_tree_left_alone(storyboard: Command, show: Repository) -> None:
    show.commit({"fox.yaml": MINIMAL.replace("runs", "sleeps")})
    (show.folder / "fox.yaml").write_text("broken: [")
    ran = storyboard("diff", "HEAD~1..HEAD")
    assert "+ a fox sleeps. (18 seconds)" in ran.out
    assert storyboard("diff", "HEAD~1..").out == ran.out
    assert "- a fox sleeps." in storyboard("diff", "main..main~1").out
    assert (show.folder / "fox.yaml").read_text() == "broken: ["


def test_a_changed_first_frame_is_told_by_its_content(storyboard: Command, show: Repository) -> None:
    story = MINIMAL.replace("title: Fox", "title: Fox\nimage: a.png")
    show.commit({"fox.yaml": story, "a.png": png()})
    (show.folder / "a.png").write_bytes(png(1664, 960))
    assert "Reel 1: first frame\n" in storyboard("diff", "main").out
    (show.folder / "a.png").rename(show.folder / "b.png")
    edit(show, "fox.yaml", ("a.png", "b.png"))
    ran = storyboard("diff", "main", "fox.yaml")
    assert "- first frame: a.png" in ran.out
    assert "+ first frame: b.png" in ran.out


def test_a_reel_that_goes_on_from_a_changed_one_is_changed_too(storyboard: Command, show: Repository) -> None:
    show.commit({"long.yaml": LONG})
    edit(show, "long.yaml", ("action: one", "action: three"))
    ran = storyboard("diff", "HEAD")
    assert "Reel 2: starts from another take of the reel before" in ran.out
    assert "2 reels are new or changed" in ran.out


def test_a_side_with_errors_is_called_broken_and_its_errors_are_told(storyboard: Command, show: Repository) -> None:
    show.commit({"fox.yaml": MINIMAL + "    plase: x\n"})
    edit(show, "fox.yaml", ("    plase: x\n", ""))
    commit = show.git("rev-parse", "HEAD")[:10]
    ran = storyboard("diff", "HEAD")
    assert (ran.code, ran.err) == (0, "")
    assert "fox.yaml   broken   ? → $1.16" in ran.out
    assert f"an error in HEAD ({commit}):" in ran.out
    assert f"{commit}:fox.yaml:6:5: error: unknown-key" in ran.out
    told = storyboard("diff", "HEAD", "--json").json
    assert [len(side) for side in told["episodes"][0]["errors"]] == [1, 0]
    assert "/tmp" not in storyboard("diff", "HEAD", "--markdown").out


def test_an_episode_is_named_by_path_or_by_name(
    storyboard: Command, show: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(show, "fox.yaml", ("runs", "sleeps"))
    (show.folder / "owl.yaml").unlink()
    for name in ("fox.yaml", "fox", show.folder / "fox.yaml"):
        told = storyboard("diff", "main", name, "--json").json
        assert [each["path"] for each in told["episodes"]] == ["fox.yaml"]
    assert storyboard("diff", "main", "owl").out.count("removed") == 1
    wrong = storyboard("diff", "main", "fxo.yaml")
    assert wrong.code == 2
    assert "There is no storyboard fxo.yaml on either side." in wrong.err
    assert "Did you mean “fox.yaml”?" in wrong.err
    monkeypatch.chdir(show.folder.parent)
    assert "fox.yaml   changed" in storyboard("diff", "main", "fox.yaml", "-C", show.folder).out


def test_a_series_in_a_folder_of_a_repository_is_found_at_both_revisions(
    storyboard: Command, show: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    series = "series: 1\ntitle: S\nepisodes: episodes/*.yaml\n"
    story = MINIMAL.replace("title: Fox", "title: Fox\nimage: ../images/a.png")
    show.commit(
        {
            "shows/one/series.yaml": series,
            "shows/one/episodes/fox.yaml": story,
            "shows/one/images/a.png": png(),
        }
    )
    edit(show, "shows/one/episodes/fox.yaml", ("runs", "sleeps"))
    edit(show, "owl.yaml", ("waits", "flies"))
    for folder in ("shows/one", "shows/one/episodes"):
        told = storyboard("diff", "HEAD", "-C", folder, "--json").json
        assert [(each["path"], each["fate"]) for each in told["episodes"]] == [("episodes/fox.yaml", "changed")]
    named = storyboard("diff", "HEAD", "shows/one/episodes/fox.yaml", "--json").json
    assert [(each["path"], each["fate"]) for each in named["episodes"]] == [
        ("shows/one/episodes/fox.yaml", "changed")
    ]
    monkeypatch.chdir(show.folder / "shows" / "one")
    assert "episodes/fox.yaml   changed" in storyboard("diff", "HEAD~0").out


def test_what_a_series_gives_its_episodes_is_compared_and_its_errors_are_told_in_place(
    storyboard: Command, show: Repository
) -> None:
    series = "series: 1\ntitle: S\nepisodes: episodes/*.yaml\ncharacters: {fox: a red fox}\n"
    story = MINIMAL.replace("a fox runs", '"{fox} runs"')
    show.commit({"s/series.yaml": series, "s/episodes/fox.yaml": story})
    edit(show, "s/series.yaml", ("a red fox", "a grey fox"))
    ran = storyboard("diff", "HEAD", "-C", "s")
    assert "episodes/fox.yaml   changed" in ran.out
    assert "+ a grey fox runs." in ran.out
    edit(show, "s/series.yaml", ("title: S", "titel: S"))
    commit = show.commit({})[:10]
    edit(show, "s/series.yaml", ("titel: S", "title: S"))
    ran = storyboard("diff", "HEAD", "-C", "s")
    assert f"  {commit}:series.yaml:2:1: error: unknown-key" in ran.out
    assert "storyboard-diff-" not in ran.out


def test_a_folder_that_did_not_exist_yet_is_all_new(storyboard: Command, show: Repository) -> None:
    show.commit({"later/bear.yaml": MINIMAL})
    assert "bear.yaml   added" in storyboard("diff", "HEAD~1", "-C", "later").out


@pytest.mark.parametrize("revision", ["--upload-pack=touch ran", "-x", "--output=ran", "a\nb", "..--x", "--x..main"])
def test_a_revision_that_git_could_take_for_an_option_is_refused(
    storyboard: Command, show: Repository, revision: str
) -> None:
    ran = storyboard("diff", "--", revision)
    assert (ran.code, ran.out) == (2, "")
    assert "is no revision" in ran.err
    assert not (show.folder / "ran").exists()
    assert storyboard("diff", revision).code == 2


def test_what_cannot_be_compared_is_wrong_usage(storyboard: Command, show: Repository, tmp_path: Path) -> None:
    for words, said in (
        (("nowhere",), "has no revision “nowhere”"),
        (("main...main",), "three dots"),
        (("main", "--json", "--markdown"), "exclude each other"),
        (("main", "-C", tmp_path), "lies in no git repository"),
        (("main", "-C", tmp_path / "nowhere"), "There is no folder"),
    ):
        ran = storyboard("diff", *words)
        assert (ran.code, ran.out) == (2, "")
        assert said in ran.err


def test_a_folder_without_storyboards_says_so(storyboard: Command, show: Repository) -> None:
    (show.folder / "empty").mkdir()
    ran = storyboard("diff", "main", "-C", "empty")
    assert ran.code == 0
    assert "There is no storyboard here" in ran.out


def test_the_library_gives_the_same(show: Repository) -> None:
    edit(show, "fox.yaml", ("runs", "sleeps"))
    found = compare("main", folder=show.folder)
    assert [(each.path, str(each.fate)) for each in found.episodes] == [
        ("fox.yaml", "changed"),
        ("owl.yaml", "unchanged"),
    ]


def test_the_text_fits_eighty_columns_and_cannot_steer_a_terminal(
    storyboard: Command, show: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    (show.folder / "fox.yaml").write_text(
        'storyboard: 1\ntitle: T\nscenes: [{segments: ["\\e[2J\\u202e free ' + "狐" * 90 + '"]}]\n'
    )
    ran = storyboard("diff", "main")
    assert not {"\x1b", "\u202e"} & set(ran.out)
    assert max(columns(line) for line in ran.out.splitlines()) <= 80


def side(prompt: str, title: str = "T", *, error: str = "") -> EpisodeSide:
    if error:
        return EpisodeSide(title, (), (Finding("broken", Severity.ERROR, error, "", "a.yaml"),))
    request = {"prompt": prompt, "negative_prompt": prompt[:20], "cfg": 1.0, "duration": 18}
    return EpisodeSide(title, (ReelSide(prompt[:10], request, Fraction(18), Decimal("1.03")),))


def whole(*episodes: tuple[str, EpisodeSide | None, EpisodeSide | None], name: str = "main") -> str:
    diffs = tuple(episode_diff(*each) for each in episodes)
    return plan_diff_markdown(SeriesDiff(State(name, "0" * 40), State("the working tree", None), diffs))


def outside_fences(text: str) -> str:
    """The Markdown without its blocks of code, read as CommonMark reads fences; every one has to be closed."""
    left, fence = [], ""
    for line in text.split("\n"):
        ticks = re.match(r" {0,3}(`{3,})(.*)", line)
        if not fence and ticks and "`" not in ticks[2]:
            fence = ticks[1]
        elif fence and ticks and len(ticks[1]) >= len(fence) and not ticks[2].strip():
            fence = ""
        elif not fence:
            left.append(line)
    assert not fence
    return "\n".join(left)


_TAGS = re.compile(r"</?(?:details|summary|code)>|<details open>|<!-- storyboard diff -->")
_HOSTILE = st.lists(
    st.sampled_from(
        ["```", "````", "~~~", "\n", "</details>", "<script>", "@all", "#1", "|", "![x](http://x)", "`", "\r"]
    )
    | st.sampled_from(["\u2028", "\x1b", "\u202e", "<!--", "www.x.example", "&lt;", "_", "*", "- ", "    ", "a"]),
    max_size=30,
).map("".join)


@given(_HOSTILE, _HOSTILE, _HOSTILE)
def test_no_authors_text_gets_out_of_its_code(old: str, new: str, name: str) -> None:
    text = whole(
        (name, side(old, name), side(new, name)),
        (name + "2", side(old), side(new, error=new)),
        (name + "3", None, side(new)),
        name=name,
    )
    rest = outside_fences(text)
    assert rest.count("<details") == rest.count("</details>") == rest.count("<summary>")
    plain = re.sub(r"&#\d+;", "", _TAGS.sub("", rest))
    assert not set(plain) & set("<>`@[]!_~\x1b\u202e\u2028\r")
    assert "www." not in plain


def test_a_comment_has_at_most_sixty_thousand_characters_and_says_where_it_was_cut() -> None:
    many = [(f"{'x' * 300}{n}.yaml", side("`" * 50 + f"{n}\n" * 4000), side("y" * 30_000)) for n in range(300)]
    text = whole(*many)
    assert 40_000 < len(text) <= MOST_CHARACTERS
    assert "**Cut here:** the details of" in text
    assert "… and 240 more" in text
    assert "cut here: the rest would not fit" in text
    outside_fences(text)


def test_a_comment_begins_with_a_mark_and_has_a_table_and_details(storyboard: Command, show: Repository) -> None:
    edit(show, "fox.yaml", ("runs", "sleeps"))
    ran = storyboard("diff", "main", "--markdown")
    assert (ran.code, ran.err) == (0, "")
    lines = ran.out.splitlines()
    assert lines[0] == "<!-- storyboard diff -->"
    assert "| <code>fox&#46;yaml</code> | changed | &#36;1&#46;16 |" in lines
    assert "| 1 more | unchanged | |" in lines
    assert "```diff" in lines
    assert "+a fox sleeps. (18 seconds)" in lines
