"""Judge and play many made-up accounts, and show the smallest ones on which the two sides disagree.

    python -m tests.simulator.long_run 20000 [SEED [NUMBER | FIRST-LAST]]

prints how often each verdict agrees, the rules that made verdicts MANUAL, and for each kind of disagreement its
smallest account as Python code; exit status 1 when there is one. With NUMBER it shows that account alone, with
FIRST-LAST it takes these of the accounts, so that two processes share a run.
"""

import collections
import sys
import time
from collections.abc import Mapping
from datetime import timedelta

from pydantic import BaseModel

from prowler_cis_monitoring.alert_path.rules import Effect
from tests.simulator.accounts import NAMESPACE, READ_AT, account
from tests.simulator.agreement import compare, verdict_on
from tests.simulator.draws import Draws, shrunk
from tests.simulator.hiding import hidden, may_say
from tests.simulator.records import ACCOUNT, LEADER
from tests.simulator.subscribers import POLICIES

_SHOWN_OF_A_KIND = 1


# What goes without saying of a made-up resource.
_USUAL = {
    "arn": None,
    "account": ACCOUNT,
    "region": LEADER,
    "home_region": LEADER,
    "namespace": NAMESPACE,
    "dimensions": {},
    "multi_region": True,
    "statistic": "Sum",
    "period": 300,
    "threshold": 1.0,
    "comparison": "GreaterThanOrEqualToThreshold",
    "treat_missing_data": "notBreaching",
    "state": "OK",
    "state_transitioned": READ_AT - timedelta(days=2),
    "role_arn": f"arn:aws:iam::{ACCOUNT}:role/ToLogs",
    "latest_log_delivery": READ_AT - timedelta(minutes=5),
    "endpoint": None,
    "owner": None,
    "protocol": "email",
    "policy": next(iter(POLICIES)),
}


def code(value):
    """Python code that makes a value, without what goes without saying."""
    if isinstance(value, BaseModel):
        fields = type(value).model_fields
        given = {name: getattr(value, name) for name in fields if _USUAL.get(name, "") is not None}
        usual = {name: _USUAL.get(name, fields[name].get_default()) for name in given}
        told = [f"{name}={code(one)}" for name, one in given.items() if one != usual[name]]
        return f"{type(value).__name__}({', '.join(told)})"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{code(key)}: {code(one)}" for key, one in value.items()) + "}"
    if isinstance(value, tuple):
        return "(" + ", ".join(code(one) for one in value) + ("," if len(value) == 1 else "") + ")"
    return repr(value)


def signature(compared):
    """What makes two disagreements alike: the kind, and the rules that break or hide the verdict's paths."""
    remarks = {
        one.rule.slug for path in compared.verdict.paths for one in path.remarks if one.effect is not Effect.NOTE
    }
    links = {link.kind for path in compared.verdict.paths for link in path.links} - {"trail", "log group", "metric"}
    return compared.kind, compared.verdict.status.value, *sorted(remarks or links)


def told(control, resources, compared):
    """A disagreement in words and code."""
    parts = [f"verdict: {compared.verdict.status.value} {compared.verdict.sentence}"]
    if compared.event is not None:
        event = compared.event
        who = event.get("userIdentity", {}).get("type")
        parts.append(f"event: {event.get('eventName')} of {event.get('eventSource')} by {who}")
        parts[-1] += f" in {event.get('awsRegion')}"
    parts.append(f"simulation: {compared.outcomes}")
    parts.extend(code(trail) for trail in resources.trails)
    parts.extend(code(one) for group in resources.log_groups.values() if group for one in group.metric_filters)
    parts.extend(
        code(group) for group in resources.log_groups.values() if group is None or group.log_class != "STANDARD"
    )
    for listed in resources.alarms.values():
        parts.extend(code(one) for one in (*listed.metric_alarms, *listed.composite_alarms))
    parts.extend(code(topic or f"no topic {arn}") for arn, topic in resources.topics.items())
    return f"{compared.kind}, {control}\n" + "\n".join(f"  {part}" for part in parts) + "\n"


def says_more(control, resources, compared, draws):
    """What the verdict says when one answer is missing; empty where it says no more than before."""
    kind, less = hidden(draws, resources)
    partial = verdict_on(control, less)
    told = may_say(compared.verdict.status, partial.status, kind)
    return "" if told else f"without {kind}: {partial.status.value} {partial.sentence}"


def smallest(made, wanted):
    """The smallest account that disagrees in the same way as the one made by the choices `made`."""

    def is_bad(choices):
        return signature(compare(*account(Draws.again(choices)))) == wanted

    return account(Draws.again(shrunk(made, is_bad)))


def _numbers(text):
    first, _, last = text.partition("-")
    return range(int(first), int(last or first) + 1)


def main() -> int:
    """Run the comparison that the command line asks for."""
    say = sys.stdout.write
    wanted, seed = int(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "1"
    numbers = _numbers(sys.argv[3]) if len(sys.argv) > 3 else range(1, wanted + 1)
    kinds, reasons, alike = collections.Counter(), collections.Counter(), collections.Counter()
    start = time.perf_counter()
    for number in numbers:
        draws = Draws.by_dice(f"{seed}:{number}")
        control, resources = account(draws)
        compared = compare(control, resources)
        kinds[compared.verdict.status.value, compared.kind] += 1
        kinds["sentence", "untrue"] += compared.is_untrue
        kinds["PASS", "lost at times"] += compared.is_lost_at_times
        if compared.is_untrue:
            say(f"account {number}: untrue: {told(control, resources, compared)}")
        more = says_more(control, resources, compared, draws)
        kinds["knows less", "says more" if more else "says no more"] += 1
        reasons.update((reason, compared.kind) for reason in compared.reasons)
        if compared.is_disagreement:
            seen = signature(compared)
            alike[seen] += 1
            if alike[seen] <= _SHOWN_OF_A_KIND:
                control, resources = smallest(draws.made, seen)
                say(f"account {number}: {told(control, resources, compare(control, resources))}")
        if more:
            say(f"account {number}: {told(control, resources, compared)}  {more}\n")
        if len(numbers) == 1 and not compared.is_disagreement:
            say(told(control, resources, compared))
        if number % 1000 == 0:
            counted = ", ".join(f"{count} {' '.join(what)}" for what, count in kinds.most_common())
            say(f"... {number} accounts, {sum(alike.values())} disagreements; {counted}\n")
        sys.stdout.flush()
    disagreements = sum(alike.values()) + kinds["knows less", "says more"]
    say(f"{len(numbers)} accounts (seed {seed}): {disagreements} disagreements; {time.perf_counter() - start:.0f} s\n")
    for title, counted in (("verdicts", kinds), ("reasons of MANUAL", reasons), ("disagreements", alike)):
        say(f"{title}:\n" + "".join(f"  {count:6} {' '.join(what)}\n" for what, count in counted.most_common()))
    return 1 if disagreements else 0


if __name__ == "__main__":
    sys.exit(main())
