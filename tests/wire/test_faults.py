"""Whatever comes over the wire, a verdict only becomes MANUAL: a sample of all faults, calls and members."""

import random

import pytest

from prowler_cis_monitoring.demo.scenarios import find
from tests.shared_session import SESSION
from tests.wire.harm import all_paths, complaint, harms, scan
from tests.wire.wire import Wire

_SCENARIOS = (
    "healthy",
    "second-alarm-works",
    "composite-notifies",
    "topic-key-suitable",
    "math-sum",
    "filter-policy-on-body",
    "advanced-read-and-write",
    "last-action-failed",
    "threshold-3",
)
_A_SCENARIO = 30


@pytest.fixture
def wire(provider, monkeypatch):
    return Wire(monkeypatch)


@pytest.mark.parametrize("slug", _SCENARIOS)
def test_no_fault_on_the_wire_makes_a_verdict_but_manual(slug, wire):
    scenario = find(slug)
    scenario.blueprint().build(SESSION)
    wire.clear()
    whole = scan(scenario)
    known, faults = all_paths(), list(harms(wire))
    for harm in random.Random(slug).sample(faults, min(_A_SCENARIO, len(faults))):
        wire.harm(harm.action, harm.number, harm.fault)
        finding = scan(scenario)
        assert complaint(harm, whole, finding, known) is None, (str(harm), finding.status_extended)
