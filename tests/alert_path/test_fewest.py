"""The paths on which a verdict rests are those that are left when one after the other is left out that may be."""

from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st

from prowler_cis_monitoring.alert_path.path import AlertPath, Link
from prowler_cis_monitoring.alert_path.verdict import _fewest

PATHS = tuple(AlertPath(links=(Link("alarm", f"alarm-{number}"),)) for number in range(9))


def question(caught):
    """Ask whether paths, of which each catches some of six events, catch all that are caught by any."""
    required = frozenset().union(*caught)
    by_path = dict(zip(PATHS, caught, strict=False))
    return SimpleNamespace(is_covered=lambda paths: required <= frozenset().union(*(by_path[path] for path in paths)))


@given(st.lists(st.frozensets(st.integers(0, 5)), min_size=1, max_size=len(PATHS)))
def test_the_fewest_are_those_that_are_left_when_the_last_are_left_out_first(caught):
    asked, paths = question(caught), PATHS[: len(caught)]
    left = list(paths)
    for path in reversed(paths):
        rest = [other for other in left if other is not path]
        if asked.is_covered(rest):
            left = rest
    alone = next(((path,) for path in paths if asked.is_covered([path])), None)
    assert _fewest(asked, paths) == (alone or tuple(left))
