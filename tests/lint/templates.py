"""A good template, and what tests change in it."""

from pathlib import Path

GOOD = (Path(__file__).parent / "good.yaml").read_text(encoding="utf-8")


def written(folder, text, name="template.yaml"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def line_of(text, part):
    return next(number for number, line in enumerate(text.splitlines(), 1) if part in line)
