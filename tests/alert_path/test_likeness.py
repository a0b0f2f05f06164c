"""By which events one sees what a filter was meant for."""

import pytest

from prowler_cis_monitoring.alert_path.accounts import coverage_everywhere
from prowler_cis_monitoring.alert_path.likeness import samples
from prowler_cis_monitoring.controls import CONTROLS
from prowler_cis_monitoring.filter_pattern import all_of, parse


@pytest.mark.parametrize("slug", CONTROLS)
def test_samples_are_what_a_search_for_the_missed_events_would_find(slug):
    required = parse(CONTROLS[slug].required_pattern)
    for event in samples(required):
        one = required
        if "eventName" in required.text:
            one = all_of(required, parse(f"{{ $.eventName = {event['eventName']} }}"))
        assert coverage_everywhere(one, ()).missed_event == event
