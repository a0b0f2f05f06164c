"""Where made-up accounts take their choices from: dice, hypothesis, or a recorded list that shrinks."""

import random


class Draws:
    """Choices by a source that maps a number n to one below n; what was chosen is recorded.

    The first option of every choice is the simplest, so that smaller numbers make simpler accounts.
    """

    def __init__(self, source):
        self.source = source
        self.made = []

    @classmethod
    def by_dice(cls, seed):
        """Choices that depend on a seed alone."""
        return cls(random.Random(seed).randrange)

    @classmethod
    def again(cls, made):
        """The recorded choices, then the simplest ones."""
        rest = list(made)
        return cls(lambda limit: min(rest.pop(0), limit - 1) if rest else 0)

    def below(self, limit):
        """A number from 0 to `limit` - 1."""
        self.made.append(self.source(limit))
        return self.made[-1]

    def one_of(self, options):
        """One of a sequence."""
        return options[self.below(len(options))]

    def chance(self, percent):
        """Whether something rare happens."""
        return self.below(100) >= 100 - percent

    def some_of(self, options, least=1):
        """Some of a sequence, in its order."""
        taken = [option for option in options if self.below(2) == 0]
        return taken if len(taken) >= least else list(options[:least])


def shrunk(made, is_bad, patience=250):
    """Fewer and smaller choices for which `is_bad` still holds, after at most `patience` questions."""
    best, width = list(made), 8
    while width:
        for candidate in _candidates(best, width):
            if not patience:
                return best
            patience -= 1
            if is_bad(candidate):
                best = candidate
                break
        else:
            width //= 2
    return best


def _candidates(best, width):
    while best and best[-1] == 0:
        best = best[:-1]
    for at in range(0, len(best), width):
        if any(best[at : at + width]):
            yield best[:at] + best[at + width :]
            yield best[:at] + [0] * len(best[at : at + width]) + best[at + width :]
            if width == 1 and best[at] > 1:
                yield [*best[:at], best[at] // 2, *best[at + 1 :]]
