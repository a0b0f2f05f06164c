"""Compare the decision procedure with z3 on many random questions.

    python -m tests.filter_pattern.long_run 100000 [SEED]

prints every disagreement, how often each pair of verdicts came up, and the time that both took; exit status 1 when
there is a disagreement. Questions that exceed the bound on work are counted apart.
"""

import collections
import random
import sys
import time

from prowler_cis_monitoring.filter_pattern import coverage
from prowler_cis_monitoring.filter_pattern.pattern import of_expression
from tests.filter_pattern import generators, oracle

WITH_FACTS = 0.4  # of the questions


def answers(dice):
    """One random question with our answer, z3's verdict, and the seconds that each took."""
    required, filters = generators.question(dice)
    facts = generators.facts(dice, [required, *filters]) if dice.random() < WITH_FACTS else ()
    wanted, patterns = of_expression(required), [of_expression(each) for each in filters]
    start = time.perf_counter()
    ours = coverage(wanted, patterns, facts)
    middle = time.perf_counter()
    theirs = oracle.verdict(required, filters, facts)
    return wanted, patterns, ours, theirs, (middle - start, time.perf_counter() - middle)


def is_confirmed(required, filters, event):
    """Whether matching agrees that an event lies in the gap."""
    return required.matches(event) and not any(each.matches(event) for each in filters)


def gave_up(ours):
    """Whether the question exceeded the bound on work."""
    bounds = ("more than", "more steps", "many nodes")
    return any(bound in construct for construct in ours.constructs for bound in bounds)


def agree(required, filters, ours, theirs):
    """Whether the verdicts are the same, and a gap comes with a confirmed event."""
    if gave_up(ours):
        return True
    if ours.verdict != theirs or (ours.verdict == "gap") is (ours.missed_event is None):
        return False
    return ours.missed_event is None or is_confirmed(required, filters, ours.missed_event)


def main() -> int:
    """Run the comparison that the command line asks for."""
    wanted, seed = int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1
    say = sys.stdout.write
    dice = random.Random(seed)
    verdicts = collections.Counter()
    wrong = 0
    took = [0.0, 0.0]
    for number in range(1, wanted + 1):
        required, filters, ours, theirs, seconds = answers(dice)
        took = [total + each for total, each in zip(took, seconds, strict=True)]
        verdicts["too hard" if gave_up(ours) else ours.verdict, theirs] += 1
        if not agree(required, filters, ours, theirs):
            wrong += 1
            say(f"question {number}: ours {ours}, z3 {theirs}\n  required {required}\n")
            say("".join(f"  filter   {each}\n" for each in filters))
        if number % 10_000 == 0 or number == wanted:
            say(f"{number} questions (seed {seed}): {wrong} disagreements; (ours, z3): {dict(verdicts)}; ")
            say(f"ours {took[0]:.0f} s, z3 {took[1]:.0f} s\n")
            sys.stdout.flush()
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
