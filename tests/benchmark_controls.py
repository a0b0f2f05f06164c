"""The controls that the newest version of the benchmark asks for: all of ours but those outside of it."""

from compliance.benchmark import VERSIONS, requirements
from prowler_cis_monitoring.controls import CONTROLS

_ASKED_FOR = [requirement.slug for requirement in requirements(VERSIONS[-1])]
BENCHMARK = {slug: CONTROLS[slug] for slug in _ASKED_FOR if slug in CONTROLS}
