"""Junk anywhere in templates and plans, for as long as one likes: `python -m tests.templates.long_run SECONDS SEED`."""

import random
import sys
import tempfile
import time
from pathlib import Path

from tests.templates.test_hostile import DOCUMENTS, judge, spoilt


def main(seconds, seed):
    dice, tried, end = random.Random(seed), 0, time.monotonic() + seconds
    with tempfile.TemporaryDirectory() as folder:
        while time.monotonic() < end:
            judge(Path(folder), spoilt(dice, DOCUMENTS[dice.choice(sorted(DOCUMENTS))]))
            tried += 1
    print(f"{tried} files of junk were judged or refused")  # noqa: T201


if __name__ == "__main__":
    main(float(sys.argv[1]), int(sys.argv[2]))
