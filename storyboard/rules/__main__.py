"""Prints ``docs/rules.md``: python -m storyboard.rules > docs/rules.md; with --readme, writes README.md's table."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from storyboard.rules.page import Share, page, with_table

_ROOT = Path(__file__).parents[2]
_JUDGED = _ROOT / "tests" / "corpus" / "judged.json"


def agreement(judged: Path = _JUDGED) -> dict[tuple[str, str], Share]:
    """For each rule with findings in the corpus: how many, and how many were agreed with, from a checkout."""
    if not judged.is_file():
        return {}
    shares: dict[tuple[str, str], Share] = {}
    for each in json.loads(judged.read_text(encoding="utf-8")):
        key = (each["code"], each["severity"])
        before = shares.get(key, Share())
        agrees, by_author = bool(each["agree"]), each["by"] == "author"
        shares[key] = Share(
            before.found + 1,
            before.agreed + agrees,
            before.by_author + by_author,
            before.agreed_by_author + (agrees and by_author),
        )
    return dict(sorted(shares.items()))


if __name__ == "__main__":
    if "--readme" in sys.argv[1:]:
        readme = _ROOT / "README.md"
        readme.write_text(with_table(readme.read_text(encoding="utf-8"), agreement()), encoding="utf-8")
    else:
        sys.stdout.write(page(agreement()))
