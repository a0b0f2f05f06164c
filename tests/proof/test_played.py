"""What histories of played accounts prove is what happened there; one record spoilt, exactly that link is named."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.proof.agreement import disagreement, known_less, wrong_link
from tests.proof.played import play
from tests.simulator.draws import Draws

WORLDS = settings(
    max_examples=100,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@st.composite
def draws(draw):
    return Draws(lambda limit: draw(st.integers(0, limit - 1)))


@WORLDS
@given(draws())
def test_what_is_proved_or_lost_is_what_happened(draws):
    played = play(draws)
    assert not disagreement(played, played.inquiry.prove())


@WORLDS
@given(draws())
def test_one_spoilt_record_is_the_link_that_is_named(draws):
    played = play(draws)
    assert not wrong_link(played, played.inquiry.prove())


@WORLDS
@given(draws())
def test_who_could_not_read_a_part_of_the_account_says_nothing_that_did_not_happen(draws):
    played = play(draws)
    assert not known_less(draws, played)


def test_worlds_are_told_and_are_not():
    """The properties above say something: many worlds are proved, and in many nobody was told."""
    proofs = [play(Draws.by_dice(f"many:{number}")).inquiry.prove() for number in range(60)]
    assert sum(proof.grade.value == "proved" for proof in proofs) > 10
    assert sum(proof.lost is not None for proof in proofs) > 10
