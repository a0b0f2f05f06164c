"""Play many made-up accounts and show those whose histories prove what did not happen.

    python -m tests.proof.long_run 100000 [SEED [NUMBER]]

prints how often each grade was reached, and each world that is wrong; exit status 1 when there is one.
"""

import collections
import sys
import time

from tests.proof.agreement import disagreement, known_less, wrong_link
from tests.proof.played import play
from tests.simulator.draws import Draws


def main() -> int:
    """Run what the command line asks for."""
    say = sys.stdout.write
    wanted, seed = int(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "1"
    numbers = [int(sys.argv[3])] if len(sys.argv) > 3 else range(1, wanted + 1)
    counted, start = collections.Counter(), time.perf_counter()
    for number in numbers:
        draws = Draws.by_dice(f"{seed}:{number}")
        played = play(draws)
        proof = played.inquiry.prove()
        verdict = "PASS" if played.inquiry.passes else "not PASS"
        counted[verdict, proof.grade.value, "nobody was told" if proof.lost else ""] += 1
        for wrong in filter(None, (disagreement(played, proof), wrong_link(played, proof), known_less(draws, played))):
            counted["wrong", "", ""] += 1
            say(f"world {number} ({played.control}, {verdict}): {wrong}\n")
        if number % 1000 == 0:
            say(f"... {number} worlds, {counted['wrong', '', '']} wrong; {time.perf_counter() - start:.0f} s\n")
            sys.stdout.flush()
    say(f"{len(numbers)} worlds (seed {seed}), {time.perf_counter() - start:.0f} s:\n")
    say("".join(f"  {count:6} {' '.join(what).strip()}\n" for what, count in counted.most_common()))
    return 1 if counted["wrong", "", ""] else 0


if __name__ == "__main__":
    sys.exit(main())
