"""Play many made-up worlds and show those whose histories prove what did not happen.

    python -m tests.proof.long_run 100000 [SEED [NUMBER]]

plays as many worlds, ten in each account (or those of one account, by its number); prints how often each grade was
reached, and each world that is wrong; exit status 1 when there is one.
"""

import collections
import sys
import time

from tests.proof.agreement import wrong
from tests.proof.played import play, scene
from tests.simulator.draws import Draws

WORLDS = 10


def main() -> int:
    """Run what the command line asks for."""
    say = sys.stdout.write
    accounts, seed = -(-int(sys.argv[1]) // WORLDS), sys.argv[2] if len(sys.argv) > 2 else "1"
    numbers = [int(sys.argv[3])] if len(sys.argv) > 3 else range(1, accounts + 1)
    counted, start, wrongs = collections.Counter(), time.perf_counter(), 0
    for number in numbers:
        draws = Draws.by_dice(f"{seed}:{number}")
        account = scene(draws)
        for world in range(WORLDS):
            played = play(account, draws)
            proof = played.inquiry.prove()
            verdict = "PASS" if account.known.passes else "not PASS"
            counted[verdict, proof.grade.value, "nobody was told" if proof.lost else ""] += 1
            for sentence in wrong(played):
                wrongs += 1
                say(f"account {number}, world {world} ({account.control}, {verdict}): {sentence}\n")
        if number % 500 == 0:
            say(f"... {counted.total()} worlds, {wrongs} wrong; {time.perf_counter() - start:.0f} s\n")
            sys.stdout.flush()
    say(f"{counted.total()} worlds in {len(numbers)} accounts (seed {seed}), {time.perf_counter() - start:.0f} s:\n")
    say("".join(f"  {count:6} {' '.join(what).strip()}\n" for what, count in counted.most_common()))
    say(f"  {wrongs:6} wrong\n")
    return 1 if wrongs else 0


if __name__ == "__main__":
    sys.exit(main())
