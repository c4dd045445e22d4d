"""How long ``storyboard check`` and ``preview`` last as whole processes, beside the imports they stand on.

python -m bench.startup --runs 11
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

from bench.table import in_turn, print_machine, print_ratio, print_times

FLOOR = "import yaml, jinja2, typer; from pydantic import BaseModel"
STORY = Path(__file__).parent.parent / "examples" / "kingfisher.yaml"
CEILING = 1.6


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=11)
    runs = parser.parse_args().runs
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed program has its bytecode, as its libraries have
    command = str(Path(sys.executable).with_name("storyboard"))
    floor, check, preview = in_turn(
        [
            lambda: _run(sys.executable, "-c", FLOOR),
            lambda: _run(command, "check", str(STORY)),
            lambda: _run(command, "preview", str(STORY)),
        ],
        runs,
    )
    print_machine(runs)
    print_times([("the imports alone", floor), ("storyboard check", check), ("storyboard preview", preview)])
    print_ratio("check / imports", check, floor, CEILING)
    print_ratio("preview / imports", preview, floor, CEILING)


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)


if __name__ == "__main__":
    main()
