import pytest


@pytest.mark.xdist_group("together")
def test_tests_of_a_group_share_a_worker(request):
    """What a group makes once, as a fleet, is made once: pytest 9.2 ignores groups silently."""
    if getattr(request.config.option, "loadgroup", False):
        assert request.node.nodeid.endswith("@together")
