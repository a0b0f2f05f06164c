"""Mend many made-up accounts, and show for each kind of problem an account that has it.

    python -m tests.remedy.long_run 3000 [SEED [NUMBER]]

prints how many were mended, why others were not, and what is wrong with remedies; exit status 1 when something is. With
NUMBER it makes that account alone smaller, for as long as it has the same problem.
"""

import collections
import sys
import time

from prowler_cis_monitoring.remedy import propose
from tests.remedy.worlds import ADDRESS, broken_account, kind_of, problems
from tests.simulator.draws import Draws, shrunk
from tests.simulator.long_run import code

_PATIENCE = 60


def wrong(control, resources, *, again=True):
    """The remedy for an account, and all that is wrong with it; `again` asks a second time, for the same answer."""
    fix = propose(resources, control, email=ADDRESS)
    found = list(problems(control, resources, fix))
    if again and fix != propose(resources, control, email=ADDRESS):
        found.append("another remedy the second time")
    return fix, found


def signature(found):
    """What makes two problems alike."""
    return tuple(sorted({problem.partition(":")[0] for problem in found}))


def told(control, resources, fix, found):
    """A problem in words and code."""
    lines = [*found, f"before: {fix.before.status.value} {fix.before.sentence}"]
    lines += [f"change: {change.says}" for change in (*fix.changes, *fix.by_person)]
    lines += [code(one) for one in resources.trails]
    lines += [f"{arn}: {code(one)}" for arn, one in resources.log_groups.items()]
    lines += [code(one) for one in resources.alarms.values()]
    lines += [code(one or arn) for arn, one in resources.topics.items()]
    return f"{control}\n" + "\n".join(f"  {line[:1500]}" for line in lines) + "\n"


def smaller(made, seen):
    """A smaller account than the one made by the choices `made`, with the same problems."""

    def is_bad(choices):
        return signature(wrong(*broken_account(Draws.again(choices)))[1]) == seen

    return broken_account(Draws.again(shrunk(made, is_bad, _PATIENCE)))


def main() -> int:
    """Run what the command line asks for."""
    say = sys.stdout.write
    wanted, seed = int(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "1"
    numbers = [int(sys.argv[3])] if len(sys.argv) > 3 else range(1, wanted + 1)
    kinds, reasons, alike = collections.Counter(), collections.Counter(), collections.Counter()
    changes = collections.Counter()
    start = time.perf_counter()
    for number in numbers:
        draws = Draws.by_dice(f"{seed}:{number}")
        control, resources = broken_account(draws)
        fix, found = wrong(control, resources, again=number % 5 == 0)
        kinds[kind_of(fix)] += 1
        changes.update(type(change).__name__ for change in fix.changes)
        if kind_of(fix) == "by a person":
            reasons[fix.reason] += 1
        alike[signature(found)] += bool(found)
        if len(numbers) == 1 and found:
            control, resources = smaller(draws.made, signature(found))
            fix, found = wrong(control, resources)
        if alike[signature(found)] == 1 or len(numbers) == 1:
            say(f"account {number}: {told(control, resources, fix, found)}")
        if number % 100 == 0:
            say(f"... {number} accounts, {sum(alike.values())} with problems, {dict(kinds)}\n")
        sys.stdout.flush()
    say(f"{len(numbers)} accounts (seed {seed}): {sum(alike.values())} with problems; ")
    say(f"{time.perf_counter() - start:.0f} s\n")
    for title, counted in (("accounts", kinds), ("changes", changes), ("by a person", reasons)):
        say(f"{title}:\n" + "".join(f"  {count:6} {what}\n" for what, count in counted.most_common()))
    say("problems:\n" + "".join(f"  {count:6} {', '.join(what)}\n" for what, count in (+alike).most_common()))
    return 1 if +alike else 0


if __name__ == "__main__":
    sys.exit(main())
