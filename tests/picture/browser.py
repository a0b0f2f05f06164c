"""Opens a page in a real Chromium, without a network, and asks it something.

The page keeps its own policy: what is asked is a script of which the hash is added to it.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from base64 import b64encode
from hashlib import sha256

import pytest

from tests.root import ROOT

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
AXE = ROOT / ".browser" / "node_modules" / "axe-core" / "axe.min.js"
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium to open the page in")
needs_axe = pytest.mark.skipif(
    CHROMIUM is None or not AXE.exists(), reason="npm install --prefix .browser axe-core fetches what is needed"
)
# Waits are passed over; what is measured in milliseconds needs the real clock.
VIRTUAL = ("--virtual-time-budget=20000",)
_TOLD = re.compile(r'<pre id="told">(.*?)</pre>', re.DOTALL)
_CONSOLE = re.compile(r"CONSOLE[^\]]*\] (.*)")


def ask(page, question, folder, *scripts, width=1280, options=(), clock=VIRTUAL):
    """Return what the body of an async function answers on the page, and what the console said meanwhile."""
    witness = f"""
(async () => {{
  let told;
  try {{ told = await (async () => {{ {question} }})(); }} catch (error) {{ told = {{ failed: String(error) }}; }}
  const said = document.createElement("pre");
  said.id = "told";
  said.textContent = JSON.stringify(told);
  document.body.append(said);
}})();
"""
    added = [*scripts, witness]
    hashes = " ".join(f"'sha256-{b64encode(sha256(one.encode()).digest()).decode()}'" for one in added)
    page = page.replace("script-src ", f"script-src {hashes} ", 1)
    page = page.replace("</body>", "".join(f"<script>{one}</script>" for one in added) + "</body>")
    dom, console = opened(page, folder, width=width, options=("--dump-dom", *options, *clock))
    (told,) = _TOLD.findall(dom)
    return json.loads(told.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")), console


def opened(page, folder, *, width=1280, options=("--dump-dom", VIRTUAL[0])):
    """Return what Chromium prints of a page, and what the console said."""
    path = folder / "page.html"
    path.write_text(page, encoding="utf-8")
    done = subprocess.run(
        [
            CHROMIUM,
            *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
            *("--disable-background-networking", "--disable-component-update"),
            *("--host-resolver-rules=MAP * ~NOTFOUND", "--enable-logging=stderr", "--hide-scrollbars"),
            *(f"--window-size={width},1000", f"--user-data-dir={folder / 'browser'}"),
            *options,
            path.as_uri(),
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return done.stdout, _CONSOLE.findall(done.stderr)
