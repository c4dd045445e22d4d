"""Regular expressions that are compiled when they are first used.

Compiling one takes longer than looking through a story with it, and most stories never come to most of them.
"""

from __future__ import annotations

import re
from typing import Any, cast


def pattern(expression: str, flags: int = 0) -> re.Pattern[str]:
    """What ``re.compile`` makes, made when it is first asked for anything."""
    return cast("re.Pattern[str]", _Uncompiled(expression, flags))


class _Uncompiled:
    """Stands for a pattern, and keeps of it what it was asked for: from then on it is as quick as the pattern."""

    def __init__(self, expression: str, flags: int) -> None:
        self._written = expression, flags

    def __getattr__(self, name: str) -> Any:
        found = getattr(re.compile(*self._written), name)
        setattr(self, name, found)
        return found
