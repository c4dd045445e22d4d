"""The lock file: the same bytes for the same takes, branches put together, and nothing of a stranger's believed."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from filelock import FileLock
from hypothesis import given
from hypothesis import strategies as st

from storyboard.errors import BusyElsewhereError, LedgerError, LockError, UsageError
from storyboard.generation import lock_file, lock_text
from storyboard.generation.lock_entry import EntryProblemError, LockEntry, lock_entry_of
from storyboard.generation.lock_file import LockFile
from storyboard.generation.lock_text import LockTextError, read_text, write_text
from storyboard.generation.portable_names import is_clip_name, is_episode_name
from storyboard.generation.purchase import Order, Purchase, State

if TYPE_CHECKING:
    from collections.abc import Callable

NOW = datetime(2026, 11, 24, tzinfo=UTC)
CONTENT = "c" * 64


def purchase(
    episode: str = "episodes/one", reel: int = 1, *, take: int = 1, prompt: str = "", **more: Any
) -> Purchase:
    order = Order(
        "empirio",
        "https://api.empiriolabs.ai",
        {
            "model": "svi-2-0-pro",
            "prompt": prompt or f"Mira “winds”\nthe clockwork in {episode}, reel {reel}",
            "resolution": "832x480",
            "duration": 121.5,
            "cfg": 1.15,
            "negative_prompt": "grain",
            "image": {"sha256": "a" * 64},
        },
        take,
        "The Lighthouse",
        episode,
        reel,
        Decimal("6.9255"),
        CONTENT,
    )
    name = f"{episode.rpartition('/')[2]}-reel{reel}-take{take}-{order.key[:8]}.mp4"
    values: dict[str, Any] = {
        "state": State.DONE,
        "permit": None,
        "job_id": f"job_{order.key[:12]}",
        "poll_url": None,
        "media_url": "https://media.example/secret-token.mp4",
        "clip": f"takes/{name}",
        "clip_sha256": order.key[::-1],
        "reason": "",
        "created_at": NOW,
        "updated_at": NOW,
    }
    return Purchase(order.key, order, **(values | more))


def entry(episode: str = "episodes/one", reel: int = 1, **more: Any) -> LockEntry:
    return lock_entry_of(purchase(episode, reel, **more))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "storyboard.lock"


def values_of(path: Path) -> dict[str, Any]:
    values: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return values


# What it holds


def test_a_series_without_a_lock_file_has_no_picks(path: Path) -> None:
    lock = LockFile(path).read()
    assert lock.entries() == ()
    assert lock.entry("episodes/one", 1) is None
    assert not path.exists()
    assert list(path.parent.iterdir()) == []


def test_a_pick_is_read_back_as_it_was(path: Path) -> None:
    picked = entry()
    assert LockFile(path).pick(picked).entry("episodes/one", 1) == picked
    found = LockFile(path).read().entry("episodes/one", 1)
    assert found == picked
    assert found is not None
    assert found.cost_usd == Decimal("6.9255")
    assert found.order("The Lighthouse") == purchase().order


def test_it_looks_like_this(path: Path) -> None:
    LockFile(path).pick(entry("b", 1, prompt="wind"), replace(entry("a", 2), cost_usd=Decimal("0E-3"), stands=True))
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    assert lines[:4] == ["{", '"version": 1,', '"takes": [', '{"episode": "a", "reel": 2,']
    assert lines[-2:] == ["{}", "]}"]
    assert text.endswith("]}\n")
    assert ' "cost_usd": "0.000", "cfg": 1.15, "stands": true,' in lines
    assert '"cost_usd": "6.9255"' in text
    assert "“winds”\\nthe" in text


def test_it_holds_no_address_of_a_clip(path: Path) -> None:
    LockFile(path).pick(entry())
    assert "secret-token" not in path.read_text(encoding="utf-8")


def test_reels_are_in_the_order_of_their_numbers(path: Path) -> None:
    LockFile(path).pick(*(entry("b", reel) for reel in (10, 2, 1)), entry("a", 3))
    order = [("a", 3), ("b", 1), ("b", 2), ("b", 10)]
    assert [(each.episode, each.reel) for each in LockFile(path).read().entries()] == order
    assert [(each["episode"], each["reel"]) for each in values_of(path)["takes"][:-1]] == order


def test_a_pick_takes_the_place_of_the_one_before(path: Path) -> None:
    LockFile(path).pick(entry(take=1), entry("two", 1))
    lock = LockFile(path).pick(entry(take=2))
    assert [(each.episode, each.take) for each in lock.entries()] == [("episodes/one", 2), ("two", 1)]


def test_picks_stay_until_they_are_removed(path: Path) -> None:
    LockFile(path).pick(entry(), entry("gone", 1), entry("gone", 2))
    lock = LockFile(path).remove(("gone", 1), ("gone", 2), ("never/was", 1))
    assert lock.entries() == (entry(),)
    assert LockFile(path).read() == lock


def test_nothing_is_written_where_nothing_changes(path: Path) -> None:
    LockFile(path).pick(entry())
    os.utime(path, (1, 1))
    LockFile(path).pick(entry())
    LockFile(path).remove(("two", 1))
    assert path.stat().st_mtime == 1


@given(st.permutations([("a", 1), ("a", 2), ("a", 10), ("b/c", 1), ("ä", 1)]))
def test_the_same_picks_are_the_same_bytes_whatever_their_order(places: list[tuple[str, int]]) -> None:
    ordered = write_text(entry(*place) for place in sorted(places))
    assert write_text(entry(*place) for place in places) == ordered
    assert write_text(read_text(ordered).values()) == ordered


def test_the_bytes_are_the_same_in_every_release() -> None:
    digest = hashlib.sha256(write_text([entry(), entry("two", 3)])).hexdigest()
    assert digest == GOLDEN


GOLDEN = "e6f96d6d1329916495b877b5a38f2b90c773050bc0e71e220866636fc27d01bb"

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@given(texts, st.one_of(st.none(), texts.map(lambda text: {"url": text})), st.floats(1, 2), st.booleans())
def test_any_request_is_read_back_as_it_was(prompt: str, image: Any, cfg: float, stands: bool) -> None:
    order = purchase().order
    request = {"prompt": prompt, "cfg": cfg, **({"image": image} if image else {})}
    order = replace(order, request=request)
    picked = lock_entry_of(replace(purchase(), key=order.key, order=order), stands=stands)
    assert read_text(write_text([picked])) == {("episodes/one", 1): picked}


def test_what_a_colleagues_system_does_to_a_file_does_no_harm(path: Path) -> None:
    LockFile(path).pick(entry())
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert LockFile(path).read().entries() == (entry(),)


# From a purchase


def test_a_pick_may_carry_another_content_and_another_place() -> None:
    made = lock_entry_of(purchase(), content_sha256="d" * 64, stands=True, reel=("moved", 4))
    assert (made.content_sha256, made.stands, made.episode, made.reel) == ("d" * 64, True, "moved", 4)
    assert made.clip == Path(purchase().clip or "").name


def test_a_take_that_is_not_home_cannot_be_picked() -> None:
    with pytest.raises(EntryProblemError, match="not home: it is running"):
        lock_entry_of(purchase(state=State.RUNNING))
    with pytest.raises(EntryProblemError, match="not home"):
        lock_entry_of(purchase(clip=None))


# Two branches


def git(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    settings = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    who = {f"GIT_{role}_{what}": "a@example.com" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    return subprocess.run(
        ["git", *words],
        cwd=folder,
        env={**os.environ, **settings, **who},
        capture_output=True,
        text=True,
        check=False,
    )


def merged(path: Path, base: list[LockEntry], ours: list[LockEntry], theirs: list[LockEntry]) -> bool:
    """Whether git merges two branches by itself, each of which picks takes."""
    folder = path.parent
    git(folder, "init", "-q", "-b", "main")
    (folder / "series.yaml").write_text("series: 1\n", encoding="utf-8")
    for branch, picks in (("main", base), ("theirs", theirs), ("ours", ours)):
        git(folder, "checkout", "-q", *([] if branch == "main" else ["-b", branch, "main"]))
        LockFile(path).pick(*picks)
        git(folder, "add", "-A")
        git(folder, "commit", "-q", "-m", branch)
    return git(folder, "merge", "-q", "theirs").returncode == 0


def without_markers(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if not line.startswith(("<<<<<<<", "=======", ">>>>>>>"))]
    path.write_text("".join(f"{line}\n" for line in kept), encoding="utf-8")


def test_branches_that_pick_other_takes_of_different_reels_merge_by_themselves(path: Path) -> None:
    base = [entry("one", 1), entry("one", 2)]
    assert merged(path, base, [entry("one", 1, take=2)], [entry("one", 2, take=2)])
    assert [each.take for each in LockFile(path).read().entries()] == [2, 2]
    assert ".storyboard" not in git(path.parent, "ls-files").stdout


def test_branches_that_add_reels_at_different_places_merge_by_themselves(path: Path) -> None:
    assert merged(path, [entry("m", 1)], [entry("a", 1)], [entry("z", 1)])
    assert [each.episode for each in LockFile(path).read().entries()] == ["a", "m", "z"]


@pytest.mark.parametrize("base", [[], [entry("a", 1)], [entry("z", 1)], [entry("a", 1), entry("z", 1)]])
def test_where_two_branches_add_reels_at_one_place_keeping_both_sides_is_right(
    path: Path, base: list[LockEntry]
) -> None:
    ours, theirs = [entry("m", 1), entry("m", 2)], [entry("n", 1), entry("n", 2), entry("n", 3)]
    assert not merged(path, base, ours, theirs)
    with pytest.raises(LockError, match="merge conflict"):
        LockFile(path).read()
    without_markers(path)
    assert LockFile(path).read().entries() == tuple(
        sorted([*base, *ours, *theirs], key=lambda e: (e.episode, e.reel))
    )


def test_a_merge_conflict_is_told_with_its_line_and_what_to_do(path: Path) -> None:
    assert not merged(path, [entry()], [entry(take=2)], [entry(take=3)])
    with pytest.raises(LockError) as told:
        LockFile(path).read()
    line = path.read_text(encoding="utf-8").splitlines().index("<<<<<<< HEAD") + 1
    assert told.value.message == (
        f"The lock file {path}, line {line}, has a merge conflict that nobody has settled yet. Nothing was bought."
    )
    assert "name different reels, keep both; where they name the same reel, keep one" in told.value.hint
    assert told.value.line == line
    assert isinstance(told.value, UsageError)
    assert told.value.exit_code == 2


def test_both_takes_of_one_reel_kept_is_told(path: Path) -> None:
    one, two = (write_text([entry(take=take)]).decode() for take in (1, 2))
    path.write_text(one.replace("{}\n", two.split('"takes": [\n')[1]).removesuffix("]}\n"), encoding="utf-8")
    with pytest.raises(LockError, match=r"line 14, lists episodes/one, reel 1 twice\. Nothing was bought\."):
        LockFile(path).read()


def test_parts_of_two_takes_put_together_are_told(path: Path) -> None:
    text = write_text([entry(take=1)]).decode()
    path.write_text(text.replace('"take": 1', '"take": 2'), encoding="utf-8")
    with pytest.raises(LockError, match=r"line 4, .*episodes/one, reel 1: its “key” is not that of its provider"):
        LockFile(path).read()


def test_a_pick_into_a_conflict_says_that_what_was_paid_is_kept(path: Path) -> None:
    path.write_text('{\n<<<<<<< HEAD\n"version": 1\n', encoding="utf-8")
    with pytest.raises(
        LockError, match=r"line 2, has a merge conflict.*every take that was paid for is kept"
    ) as told:
        LockFile(path).pick(entry())
    assert "Nothing was bought" not in told.value.message
    assert path.read_text(encoding="utf-8").startswith("{\n<<<<<<<")


# What no lock file is

NO_LOCK_FILES = {
    "empty": (b"", "is empty"),
    "blank": (b" \n", "is empty"),
    "cut off": (write_text([entry()])[:700], r"line \d+, ends in the middle: it was cut off"),
    "cut off early": (b"{", "line 1, ends in the middle"),
    "not UTF-8": (b'{\n"version": "\xff"}', "line 2, is not UTF-8 text"),
    "not JSON": (b"{\n'version': 1}", "line 2, is not JSON: expecting property name"),
    "a comma too many": (b'{\n"version": 1,\n}', r"line [23], is not JSON"),
    "a list": (b"[]", "has no version"),
    "a text": (b'"version"', "has no version"),
    "no version": (b'{"takes": []}', "has no version"),
    "version as text": (b'{"version": "1", "takes": []}', "version that is not a number"),
    "version true": (b'{"version": true, "takes": []}', "version that is not a number"),
    "version 0": (b'{"version": 0, "takes": []}', "version that is not a number"),
    "no takes": (b'{"version": 1}', "has to have “version” and a list of “takes”"),
    "takes in braces": (b'{"version": 1, "takes": {}}', "has to have “version” and a list"),
    "something more": (b'{"version": 1, "takes": [], "more": 1}', "and nothing else"),
    "a take that is a number": (b'{"version": 1, "takes": [{}, 7]}', "number 2, that is no entry"),
    "a key twice": (b'{"version": 1, "takes": [], "takes": []}', 'says "takes" twice'),
    "NaN": (b'{"version": NaN, "takes": []}', "NaN"),
    "nested too deep": (b'{"version": 1, "takes": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "nested too deep"),
    "a number too long": (b'{"version": 1' + b"0" * 5000 + b', "takes": []}', "number too long"),
}


@pytest.mark.parametrize(("data", "told"), NO_LOCK_FILES.values(), ids=NO_LOCK_FILES)
def test_what_is_no_lock_file_is_told(path: Path, data: bytes, told: str) -> None:
    path.write_bytes(data)
    with pytest.raises(LockError, match=told) as error:
        LockFile(path).read()
    assert error.value.message.startswith(f"The lock file {path}")
    assert error.value.message.endswith(". Nothing was bought.")
    assert error.value.hint
    with pytest.raises(LockError, match="paid for is kept"):
        LockFile(path).pick(entry())
    assert path.read_bytes() == data


def test_a_newer_version_is_told_before_anything_else(path: Path) -> None:
    path.write_text('{"version": 2, "shape": "new", "takes": {"no": "list"}}', encoding="utf-8")
    with pytest.raises(
        LockError, match="newer version of this program: it has version 2, and this one reads 1"
    ) as told:
        LockFile(path).read()
    assert "Update" in told.value.hint


def test_a_file_beyond_reason_is_not_read(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    LockFile(path).pick(entry())
    for module in (lock_file, lock_text):
        monkeypatch.setattr(module, "MAX_BYTES", 1500)
    with pytest.raises(LockError, match="would be larger"):
        LockFile(path).pick(entry("two", 1))
    path.write_bytes(b" " * 1501)
    with pytest.raises(LockError, match="is larger than"):
        LockFile(path).read()


def test_a_folder_and_a_link_are_told(path: Path, tmp_path: Path) -> None:
    path.mkdir()
    with pytest.raises(LockError, match=r"is a folder\. Nothing was bought\."):
        LockFile(path).read()
    path.rmdir()
    outside = tmp_path / "outside"
    outside.write_text("private", encoding="utf-8")
    path.symlink_to(outside)
    with pytest.raises(LockError, match="is a link") as told:
        LockFile(path).read()
    assert "private" not in told.value.message
    with pytest.raises(LockError, match="is a link") as told:
        LockFile(path).pick(entry())
    assert "private" not in told.value.message
    assert outside.read_text(encoding="utf-8") == "private"
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(LockError, match="is no file"):
        LockFile(path).read()


def test_a_state_folder_that_leads_elsewhere_is_refused(path: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / ".storyboard").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(LedgerError, match="is a link"):
        LockFile(path).pick(entry())
    assert not path.exists()


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="nothing is unreadable for this user")
def test_a_file_that_may_not_be_read_is_told(path: Path) -> None:
    LockFile(path).pick(entry())
    path.chmod(0)
    with pytest.raises(LockError, match="cannot be read: Permission denied"):
        LockFile(path).read()


def test_a_folder_that_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(LockError, match="cannot be read: Not a directory"):
        LockFile(tmp_path / "file" / "storyboard.lock").read()
    with pytest.raises(LockError, match="cannot be written"):
        LockFile(tmp_path / "file" / "storyboard.lock").pick(entry())


# What cannot be believed


def tampered(change: Callable[[dict[str, Any]], object]) -> bytes:
    values = json.loads(write_text([entry()]))
    change(values["takes"][0])
    return json.dumps(values).encode()


WRONG: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "episode outside": (lambda e: e.update(episode="../one"), "number 1: its “episode” is not a path inside"),
    "episode from the root": (lambda e: e.update(episode="/etc/passwd"), "its “episode”"),
    "episode on a drive": (lambda e: e.update(episode="C:/one"), "its “episode”"),
    "episode with a backslash": (lambda e: e.update(episode="a\\b"), "its “episode”"),
    "episode with an escape": (lambda e: e.update(episode="\x1b[31m"), "number 1: its “episode”"),
    "reel 0": (lambda e: e.update(reel=0), "its “reel” is not a number from 1"),
    "reel true": (lambda e: e.update(reel=True), "its “reel”"),
    "reel 1.0": (lambda e: e.update(reel=1.0), "its “reel”"),
    "reel beyond reason": (lambda e: e.update(reel=10**7), "its “reel”"),
    "key in capitals": (lambda e: e.update(key="A" * 64), "its “key” is not a SHA-256"),
    "key too short": (lambda e: e.update(key="a" * 63), "its “key” is not a SHA-256"),
    "key with a line break": (lambda e: e.update(key="a" * 64 + "\n"), "its “key” is not a SHA-256"),
    "another key": (lambda e: e.update(key="a" * 64), "its “key” is not that of its provider"),
    "another provider": (lambda e: e.update(provider="sandbox"), "its “key” is not that of its provider"),
    "a provider of spaces": (lambda e: e.update(provider=" "), "its “provider”"),
    "a password in the address": (lambda e: e.update(base_url="https://u:p@h"), "address without a password"),
    "job id with a path": (lambda e: e.update(job_id="../x"), "its “job_id”"),
    "price as a number": (lambda e: e.update(cost_usd=6.93), "is not a price in quotes"),
    "negative price": (lambda e: e.update(cost_usd="-1"), "is not a price in quotes"),
    "no price": (lambda e: e.update(cost_usd="NaN"), "is not a price in quotes"),
    "another cfg": (lambda e: e.update(cfg=1.2), "its “cfg” is not that of its “request”"),
    "cfg as text": (lambda e: e.update(cfg="1.15"), "its “cfg” is not a number"),
    "cfg beyond reason": (lambda e: e.update(cfg=1e300), "its “cfg” is not a number"),
    "stands as a number": (lambda e: e.update(stands=0), "its “stands” is not true or false"),
    "another prompt": (lambda e: e["request"].update(prompt="x"), "“request_sha256” is not that of its “request”"),
    "a request in a request": (lambda e: e["request"].update(more={}), "its “request” is not the body"),
    "half a character": (lambda e: e["request"].update(prompt="\ud83d"), "its “request” is not the body"),
    "an image of bytes": (lambda e: e["request"].update(image="data:image/png;base64,"), "its “request” is not"),
    "an image in a file": (lambda e: e["request"].update(image={"path": "/etc/passwd"}), "its “request” is not"),
    "a request as text": (lambda e: e.update(request="{}"), "its “request” is not"),
    "clip with a path": (lambda e: e.update(clip="takes/a.mp4"), "its “clip” is not a bare file name"),
    "clip above": (lambda e: e.update(clip=".."), "its “clip”"),
    "clip with a backslash": (lambda e: e.update(clip="..\\a.mp4"), "its “clip”"),
    "clip as a list": (lambda e: e.update(clip=["a.mp4"]), "its “clip”"),
    "clip's hash": (lambda e: e.update(clip_sha256=None), "its “clip_sha256” is not a SHA-256"),
    "an unknown key": (lambda e: e.update(url="https://x"), 'a key that is not known: "url"'),
    "a key left out": (lambda e: e.pop("job_id"), "its “job_id” is missing"),
}


@pytest.mark.parametrize(("change", "told"), WRONG.values(), ids=WRONG)
def test_an_entry_that_cannot_be_believed_is_told(
    path: Path, change: Callable[[dict[str, Any]], object], told: str
) -> None:
    path.write_bytes(tampered(change))
    with pytest.raises(LockError, match=told) as error:
        LockFile(path).read()
    assert error.value.message.isprintable()


def test_an_entry_of_an_older_purchase_may_not_know_its_content(path: Path) -> None:
    LockFile(path).pick(lock_entry_of(purchase(), content_sha256=""))
    assert LockFile(path).read().entries()[0].content_sha256 == ""


@pytest.mark.parametrize(
    "name",
    ["", ".", "..", ".hidden", "a/b.mp4", "a\\b", "C:a.mp4", "a:b", "nul", "NUL.mp4", "com1.mp4", "a.", "a ", "-rf",
     " a", "a\n", "a\x00", "a*", "a\u2028b", "\ud83d", "x" * 256, "é" * 128, None, 7],
)  # fmt: skip
def test_what_is_no_bare_file_name_is_none(name: object) -> None:
    assert not is_clip_name(name)


@pytest.mark.parametrize("name", ["one-reel1-take2-3f9a2c41.mp4", "Die Brücke, Teil 2-reel1.mp4", "第一話-reel1.mp4"])
def test_a_clip_may_be_called_after_its_episode(name: str) -> None:
    assert is_clip_name(name)


def test_an_episode_may_be_called_as_files_are() -> None:
    for name in ("one", "episodes/one", "episodes/Teil 2: Die Brücke", "a/.b", "...", "one.yaml"):
        assert is_episode_name(name), name
    for wrong in ("", "/", "a//b", "a/", "./a", "a/..", "C:", "a\tb", "a\u0085", "x" * 1025, 1):
        assert not is_episode_name(wrong), wrong


@given(st.binary(max_size=200))
def test_whatever_stands_in_the_file_it_ends_in_a_plain_error(data: bytes) -> None:
    with pytest.raises(LockTextError) as told:
        read_text(data)
    assert told.value.what.isprintable()
    assert told.value.hint


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(st.sampled_from(sorted(json.loads(write_text([entry()]))["takes"][0])), json_values)
def test_whatever_stands_for_a_value_it_ends_in_a_pick_or_a_plain_error(name: str, value: Any) -> None:
    told = ""
    try:
        entries = read_text(tampered(lambda e: e.update({name: value})))
    except LockTextError as problem:
        told = problem.what
    assert told.isprintable()
    assert told or read_text(write_text(entries.values())) == entries


# Several processes


def _pick(path: Path, episode: str) -> None:
    for reel in range(1, 11):
        LockFile(path).pick(entry(episode, reel))


def test_two_processes_that_pick_at_once_lose_nothing(path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_pick, args=(path, episode)) for episode in ("one", "two")]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0, 0]
    assert len(LockFile(path).read().entries()) == 20
    assert {file.name for file in path.parent.iterdir()} == {"storyboard.lock", ".storyboard"}


def test_a_process_that_does_not_let_go_is_told(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock_file, "_PATIENCE", 0.05)
    guard = path.parent / ".storyboard" / "locks" / "storyboard.lock.lock"
    guard.parent.mkdir(parents=True)
    with FileLock(guard), pytest.raises(BusyElsewhereError, match="Another process has been writing"):
        LockFile(path).pick(entry())
    assert LockFile(path).pick(entry()).entries() == (entry(),)


def test_the_lock_of_a_lone_story_lies_in_its_state_folder(tmp_path: Path) -> None:
    state = tmp_path / ".storyboard"
    LockFile(state / "storyboard.lock").pick(entry("story", 1))
    assert {file.name for file in state.iterdir()} == {"storyboard.lock", "locks", ".gitignore"}
    assert (state / ".gitignore").read_text(encoding="utf-8") == "*\n"


def test_a_write_that_fails_leaves_the_file_as_it_was(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    LockFile(path).pick(entry())
    before = path.read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(LockError, match=r"cannot be written: No space left on device.*paid for is kept"):
        LockFile(path).pick(entry("two", 1))
    assert path.read_bytes() == before
    assert {file.name for file in path.parent.iterdir()} == {"storyboard.lock", ".storyboard"}
