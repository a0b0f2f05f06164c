"""Made-up accounts with several faults at once: mended, or a reason why not; nothing worse, nothing superfluous.

`python -m tests.remedy.long_run NUMBER SEED` asks the same of as many as you like.
"""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prowler_cis_monitoring.remedy import propose
from tests.remedy.worlds import ADDRESS, broken_account, problems
from tests.simulator.draws import Draws


@st.composite
def draws(draw):
    return Draws(lambda limit: draw(st.integers(0, limit - 1)))


@settings(
    max_examples=6,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(draws())
def test_a_broken_account_is_mended_or_a_reason_is_given(draws):
    control, resources = broken_account(draws)
    fix = propose(resources, control, email=ADDRESS)
    assert list(problems(control, resources, fix)) == []
    assert fix == propose(resources, control, email=ADDRESS)
