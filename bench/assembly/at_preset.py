"""The program, with another preset of x264's than its own: to compare it with others at theirs.

Only on Linux, where the processes that make its pieces are copies of it.

python -m bench.assembly.at_preset medium stitch FILE
"""

from __future__ import annotations

import sys

from storyboard.assembly import picture_format
from storyboard.cli.main import run

if __name__ == "__main__":
    picture_format.PRESETS["h264"] = sys.argv.pop(1)
    run()
