"""What an alarm reads: asked of every alarm of an account, however long its expressions are."""

from prowler_cis_monitoring.alert_path.reading import MOST_CHARACTERS, metrics_read
from tests.alert_path.builders import math_alarm


def test_the_metrics_that_an_alarm_depends_on_are_read():
    assert metrics_read(math_alarm("m1 + m2", "m2", "m3")).keys() == {"m1", "m2"}


def test_of_expressions_that_are_too_long_to_be_computed_all_is_read_without_a_look_at_their_text():
    longer = f"m1{' + 0' * MOST_CHARACTERS}"
    assert metrics_read(math_alarm(longer, "m2", "m3")).keys() == {"m1", "m2", "m3"}
