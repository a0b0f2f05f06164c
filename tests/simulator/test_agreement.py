"""The verdict on made-up accounts against what the simulator hears in them."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.simulator.accounts import account
from tests.simulator.agreement import compare, verdict_on
from tests.simulator.draws import Draws
from tests.simulator.hiding import hidden, may_say
from tests.simulator.long_run import told

ACCOUNTS = settings(
    max_examples=200,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@st.composite
def draws(draw):
    return Draws(lambda limit: draw(st.integers(0, limit - 1)))


@ACCOUNTS
@given(draws())
def test_the_verdict_is_what_the_simulation_hears(draws):
    control, resources = account(draws)
    compared = compare(control, resources)
    assert not compared.is_disagreement, told(control, resources, compared)
    assert not compared.is_untrue, told(control, resources, compared)


@ACCOUNTS
@given(draws())
def test_who_knows_less_says_the_same_or_that_it_is_unknown(draws):
    control, resources = account(draws)
    kind, partial = hidden(draws, resources)
    whole, found = verdict_on(control, resources), verdict_on(control, partial)
    assert may_say(whole.status, found.status, kind), (kind, whole.sentence, found.sentence)
