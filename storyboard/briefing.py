"""The storyboards of a run, looked at before anything is said or done: whole, or only as far as a plan needs."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from storyboard.errors import StoryError, UsageError
from storyboard.generation.brief import Brief, brief_of, from_json
from storyboard.generation.brief_cache import BriefCache
from storyboard.generation.brief_key import BriefKeys, still_so
from storyboard.generation.brief_making import Made, make_briefs
from storyboard.story.series_find import SeriesFinder
from storyboard.story.source import read_bytes
from storyboard.story.yaml_values import UnreadableYamlError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from storyboard.generation.outlook import Options
    from storyboard.generation.prepare import Prepared
    from storyboard.profile import RateCard


def prepare_all(files: Sequence[Path], options: Options) -> dict[Path, Prepared]:
    """Look at every storyboard before anything is rendered of any.

    Args:
        files: The storyboards.
        options: What the person wants; a reel that it names has to be there.

    Raises:
        StoryError: Some have errors; all of them are told.
        UsageError: There is no such reel.
    """
    from storyboard.generation.kept_rates import rates_in_force
    from storyboard.generation.prepare import prepare

    finder = SeriesFinder()
    rates = rates_in_force()
    prepared = {path: prepare(path, finder=finder, rates=rates) for path in files}
    _each(files, options, lambda path: len(prepared[path].require_plan().reels))
    return prepared


def brief_all(files: Sequence[Path], options: Options) -> dict[Path, Brief]:
    """What a plan needs of every storyboard: kept from an earlier run where nothing has changed, else made and kept.

    Args:
        files: The storyboards.
        options: What the person wants; a reel that it names has to be there.

    Raises:
        StoryError: Some have errors; all of them are told.
        UsageError: There is no such reel.
        ImageError: A first frame can no longer be read.
        RatesError: The rate card cannot be used.
    """
    cache, keys = BriefCache(), BriefKeys()
    briefs = _kept(files, cache, keys)
    missing = [path for path in files if path not in briefs]
    made: dict[Path, Made | None] = dict(zip(missing, make_briefs(missing), strict=True))
    cache.put({each[0]: each[1] for each in made.values() if each and each[0]})
    finder = SeriesFinder()

    def reels(path: Path) -> int:
        if path not in briefs:
            briefs[path] = _brief(path, made[path], keys.rates, finder)
        return len(briefs[path].plan.reels)

    _each(files, options, reels)
    return {path: briefs[path] for path in files}


def _each(files: Sequence[Path], options: Options, reels_of: Callable[[Path], int]) -> None:
    """Look at each; told are the errors of all of them."""
    wrong: list[StoryError] = []
    for path in files:
        try:
            count = reels_of(path)
        except StoryError as error:
            wrong.append(error)
        else:
            _see_that_there_is(options.alone, path, count)
    if wrong and len(files) == 1:
        raise wrong[0]
    if wrong:
        findings = list(dict.fromkeys(finding for each in wrong for finding in each.findings))
        told = " ".join(each.message for each in wrong)
        raise StoryError(f"{told} Nothing was rendered.", findings, hint="Mend what is told above.")


def _see_that_there_is(reel: int | None, path: Path, count: int) -> None:
    if reel is not None and not 1 <= reel <= count:
        raise UsageError(
            f"{path} has no reel {reel}: it has {count}.",
            hint="Reels are counted from 1; storyboard preview lists them.",
        )


def _kept(files: Sequence[Path], cache: BriefCache, keys: BriefKeys) -> dict[Path, Brief]:
    """The briefs that are there already and still hold."""
    finder = SeriesFinder()
    wanted: dict[Path, tuple[str, Path]] = {}
    for path in files:
        try:
            sha256 = hashlib.sha256(read_bytes(path)).hexdigest()
        except UnreadableYamlError:
            continue
        home = finder.home_of(path)
        key = keys.key(path, home, sha256)
        if key is not None:
            wanted[path] = key, home.root
    texts = cache.get([key for key, _ in wanted.values()])
    kept: dict[Path, Brief] = {}
    for path, (key, root) in wanted.items():
        if key in texts:
            value = json.loads(texts[key])
            if still_so(value["files"], path, root):
                kept[path] = from_json(value["brief"], keys.rates)
    return kept


def _brief(path: Path, made: Made | None, rates: RateCard, finder: SeriesFinder) -> Brief:
    """The brief that was just made; where none could be, preparing the storyboard says why."""
    if made is not None:
        brief: Brief = from_json(json.loads(made[1])["brief"], rates)
        return brief
    from storyboard.generation.prepare import prepare

    return brief_of(prepare(path, finder=finder, rates=rates))
