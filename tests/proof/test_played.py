"""What histories of played accounts prove is what happened there; one record spoilt, exactly that link is named."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.proof.agreement import wrong
from tests.proof.played import play, scene
from tests.simulator.draws import Draws

WORLDS = settings(
    max_examples=70,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@st.composite
def draws(draw):
    return Draws(lambda limit: draw(st.integers(0, limit - 1)))


@WORLDS
@given(draws())
def test_what_histories_prove_is_what_happened(draws):
    """A proof and a lost event are what happened; a spoilt record is the link that is named; who could not read a
    part of the account says nothing that did not happen."""
    account = scene(draws)
    for _ in range(3):
        assert not wrong(play(account, draws))


def test_worlds_are_told_and_are_not():
    """The properties above say something: many worlds are proved, and in many nobody was told."""
    dice = [Draws.by_dice(f"many:{number}") for number in range(60)]
    proofs = [play(scene(draws), draws).inquiry.prove() for draws in dice]
    assert sum(proof.grade.value == "proved" for proof in proofs) > 10
    assert sum(proof.lost is not None for proof in proofs) > 10
