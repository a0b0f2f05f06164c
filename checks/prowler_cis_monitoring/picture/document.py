"""The frame of a self-contained HTML page: nothing is loaded, and nothing runs but what is hashed in its policy."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import Final

from prowler_cis_monitoring.picture.shapes import COLORS_DARK, COLORS_LIGHT, text

_FOLDER: Final = Path(__file__).parent
_LIGHT: Final = f"{COLORS_LIGHT};--line:#d5dbe3;--hover:#eaeef3;--accent:#2457c5"
_DARK: Final = f"{COLORS_DARK};--line:#333e4b;--hover:#262f3a;--accent:#8db4ff"
_COLORS: Final = f"""\
:root{{{_LIGHT}}}
@media screen and (prefers-color-scheme:dark){{:root{{{_DARK}}}}}
"""


def document(title: str, body: Iterable[str], rules: str, script: str) -> str:
    """Return a page.

    Args:
        title: of the page, as text.
        body: elements of HTML.
        rules: its style sheet; colours are given.
        script: its script.
    """
    sheet = f"{_COLORS}{rules}"
    policy = (
        f"default-src 'none'; style-src 'sha256-{_hash(sheet)}'; script-src 'sha256-{_hash(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    return "\n".join(
        [
            '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="referrer" content="no-referrer">',
            f"<title>{text(title)}</title>",
            f"<style>{sheet}</style>\n</head>\n<body>",
            *body,
            f"<script>{script}</script>\n</body>\n</html>\n",
        ]
    )


def asset(name: str) -> str:
    """Return a file of this room."""
    return (_FOLDER / name).read_text(encoding="utf-8")


def _hash(content: str) -> str:
    return b64encode(sha256(content.encode()).digest()).decode()
