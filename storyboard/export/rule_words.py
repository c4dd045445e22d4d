"""The findings that an author can name under ``rules:``: for editors, and for a shell that completes them."""

from __future__ import annotations

from storyboard.rules.registry import RULES


def rule_words() -> dict[str, str]:
    """The code of every finding that can be switched off, with what it is about, in the order of the codes."""
    return {code: RULES[code].title for code in sorted(RULES)}
