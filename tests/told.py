"""What every sentence of a finding keeps to: its length, one thing to do at most, no "Nobody" that is not true."""

from prowler_cis_monitoring.alert_path.rules import RULES
from prowler_cis_monitoring.alert_path.telling import MOST_OF_A_SENTENCE


def next_steps_told(sentence):
    """Where what is to be done stands: the places where each step begins and ends."""
    steps = {rule.remedy for rule in RULES.values()}
    return {(at, at + len(step)) for step in steps if (at := sentence.find(f" {step}") + 1)}


def keeps_to_the_rules(finding, slug="root_usage"):
    """Fail unless a finding's sentence is short, ends with its one next step, and says "Nobody" only if that is so."""
    told = finding.status_extended
    assert len(told) <= MOST_OF_A_SENTENCE, told
    steps = next_steps_told(told)
    assert len({start for start, _ in steps}) <= 1, told
    hint = f" Run cis-monitoring fix --control {slug} for what mends it." if finding.status == "FAIL" else ""
    assert told.endswith(hint), told
    assert not steps or max(end for _, end in steps) == len(told) - len(hint), told
    assert told.count("cis-monitoring fix") == bool(hint), told
    assert not (told.startswith("Nobody") and any(path["state"] == "live" for path in finding.resource["paths"])), told
