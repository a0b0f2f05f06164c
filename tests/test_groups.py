import pytest


@pytest.mark.xdist_group("together")
def test_tests_of_a_group_share_a_worker(request):
    """What a group makes once, as Prowler loaded or a fleet, is made once: a version of pytest ignored groups silently."""
    if getattr(request.config.option, "loadgroup", False):
        assert request.node.nodeid.endswith("@together")
