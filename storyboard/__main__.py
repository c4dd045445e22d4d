"""``python -m storyboard`` is the command ``storyboard``."""

from storyboard.cli.main import run

if __name__ == "__main__":
    run()
