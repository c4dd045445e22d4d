"""Prints ``docs/rules.md``: python -m storyboard.rules > docs/rules.md."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from storyboard.rules.page import page

_JUDGED = Path(__file__).parents[2] / "tests" / "corpus" / "judged.json"


def agreement(judged: Path = _JUDGED) -> dict[tuple[str, str], tuple[int, int]]:
    """For each rule with findings in the corpus: how many, and how many a reader agreed with, from a checkout."""
    if not judged.is_file():
        return {}
    counts: dict[tuple[str, str], tuple[int, int]] = {}
    for each in json.loads(judged.read_text(encoding="utf-8")):
        key = (each["code"], each["severity"])
        found, agreed = counts.get(key, (0, 0))
        counts[key] = (found + 1, agreed + each["agree"])
    return dict(sorted(counts.items()))


if __name__ == "__main__":
    sys.stdout.write(page(agreement()))
