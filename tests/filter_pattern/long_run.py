"""Compare the decision procedure with z3 on many random questions.

    python tests/filter_pattern/long_run.py 100000 [SEED]

prints how many questions z3 decided, every disagreement, and the verdicts; exit status 1 when there is a disagreement.
"""

import collections
import random
import sys
import time
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))

import generators
import oracle

from prowler_cis_monitoring.filter_pattern import coverage
from prowler_cis_monitoring.filter_pattern.pattern import of_expression


def disagreement(required, filters):
    """What the two say about one question: our verdict, z3's, and whether our event is not confirmed."""
    patterns = [of_expression(each) for each in filters]
    wanted = of_expression(required)
    ours = coverage(wanted, patterns, facts=())
    theirs = oracle.verdict(required, filters)
    event = ours.missed_event
    confirmed = event is None or (wanted.matches(event) and not any(each.matches(event) for each in patterns))
    return ours, theirs, confirmed


def main() -> int:
    wanted = int(sys.argv[1])
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    dice = random.Random(seed)
    verdicts = collections.Counter()
    wrong = 0
    ours_took = theirs_took = 0.0
    for number in range(wanted):
        required, filters = generators.question(dice)
        patterns = [of_expression(each) for each in filters]
        pattern = of_expression(required)
        start = time.perf_counter()
        ours = coverage(pattern, patterns, facts=())
        middle = time.perf_counter()
        theirs = oracle.verdict(required, filters)
        theirs_took += time.perf_counter() - middle
        ours_took += middle - start
        verdicts[ours.verdict, theirs] += 1
        event = ours.missed_event
        confirmed = event is None or (pattern.matches(event) and not any(each.matches(event) for each in patterns))
        if (
            (theirs is not None and ours.verdict != theirs)
            or not confirmed
            or (ours.verdict == "gap") is (event is None)
        ):
            wrong += 1
            print(f"question {number}: ours {ours.verdict} {ours.constructs}, z3 {theirs}, confirmed {confirmed}")
            print(f"  required {pattern}")
            for each in patterns:
                print(f"  filter   {each}")
            print(f"  event    {event}", flush=True)
        if number % 10_000 == 9_999:
            print(f"{number + 1} questions, {wrong} disagreements, {dict(verdicts)}", flush=True)
    print(f"{wanted} questions (seed {seed}): {wrong} disagreements; verdicts (ours, z3): {dict(verdicts)}")
    print(f"time: ours {ours_took:.1f} s, z3 {theirs_took:.1f} s")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
