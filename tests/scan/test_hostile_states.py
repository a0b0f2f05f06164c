"""A state that somebody wrote with right digests is refused or left out, with a line that says so and no traceback."""

import copy
import json
from hashlib import sha256

import pytest

from tests.benchmarks.accounts import SMALL, fill
from tests.scan.test_merge import ACCOUNTS

JUNK = (None, 7, "x", [], {}, [[]], {"a": {}}, True, "\ud800\x1b[2J<script>", "../../x")


def line(kind, text):
    content = text.encode(errors="surrogatepass")
    return b'{"sha256": "' + sha256(content).hexdigest().encode() + f'", "{kind}": '.encode() + content + b"}\n"


def written(header, *results):
    return json.dumps(header).encode() + b"\n" + b"".join(line("result", json.dumps(one)) for one in results)


def spoilt(value):
    """The value with each member, of each depth, replaced by junk or left out, one at a time."""
    for key in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        for junk in JUNK:
            changed = copy.copy(value)
            changed[key] = junk
            yield changed
        if isinstance(value, dict):
            yield {name: one for name, one in value.items() if name != key}
        for inner in spoilt(value[key]):
            changed = copy.copy(value)
            changed[key] = inner
            yield changed


@pytest.fixture
def state(aws, scan):
    """The state of a scan of one account and one control: its header and its result."""
    fill(SMALL, ACCOUNTS[0])
    done = scan("--accounts", ACCOUNTS[0], "--role", "Auditor", "--region", "us-east-1", "-M", "--control", "5.3")
    path = done.folder / "found.accounts.jsonl"
    header, result, *_ = path.read_text().splitlines()
    return path, json.loads(header), json.loads(result)["result"]


@pytest.fixture
def told(state, merge):
    """Merge a state of these bytes; return what was said."""

    def run(content):
        state[0].write_bytes(content)
        done = merge(state[0], "-M", "csv", "map", "json-ocsf", "--all")
        assert done.status in {0, 2, 3, 4, 5} or "not written, for findings would be missing" in done.err, done.err
        return done.err

    return run


def test_headers(state, told):
    _, header, result = state
    changed = list(spoilt(header))
    for one in changed[:: max(1, len(changed) // 25)]:
        told(written(one, result))


def test_lines(state, told):
    _, header, result = state
    deep = "[" * 100_000
    assert "is no state of a scan" in told(deep.encode())
    for text in ("[]", "7", "{", deep, f'{{"account": {deep}', "\ud800", '{"account": "333333333333"}'):
        assert "1 damaged lines" in told(written(header) + line("result", text))
        assert told(written(header, result) + line("note", text)) or True


def test_a_lone_surrogate_in_one_result_is_escaped_and_costs_no_row(state, merge):
    path, header, result = state
    result["reports"][0]["status_extended"] += " of \ud800 \N{GRINNING FACE}"
    path.write_bytes(written(header, result))
    done = merge(path, "-M", "csv", "json-ocsf", "html")
    assert done.err == ""
    (csv,) = done.folder.glob("*.csv")
    assert "of \\ud800 \N{GRINNING FACE}" in csv.read_text()


def test_results(state, told):
    _, header, result = state
    changed = list(spoilt(result))
    for one in changed[:: max(1, len(changed) // 25)]:
        told(written(header, one))
