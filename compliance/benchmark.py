"""The Monitoring section of the CIS AWS Foundations Benchmark, version by version: ids, levels, assessment statuses.

Facts only, without the benchmark's prose. They are the benchmark's values, which differ from those in Prowler's own
`cis_2.0_aws` and `cis_3.0_aws`: these repeat version 1.5 (assessment "Automated" throughout, first control at level 1).
Two cells rest on a majority of sources: the first control of 5.0 (Manual) and the sixth of 6.0 (level 2).
"""

from __future__ import annotations

from dataclasses import dataclass

from prowler_cis_monitoring.controls import CONTROLS

SECURITY_HUB = "security_hub_enabled"
"""Slug of the sixteenth control, which is no event kind: Prowler's own check decides it."""

SECURITY_HUB_CHECK = "securityhub_enabled"
"""Prowler's own check of the sixteenth control."""

VERSIONS: tuple[str, ...] = ("1.4", "1.5", "2.0", "3.0", "4.0.1", "5.0", "6.0", "7.0")
"""The benchmark versions for which Prowler ships a framework of its own."""

_SECTION_NUMBER = {"6.0": "5", "7.0": "5"}
"""The Monitoring section is the fourth, except where a version inserted another one before it."""

# One row a control, one cell a version in the order of VERSIONS: level, then Automated or Manual; "-" where the
# version lacks the control.
_CELLS = {
    "unauthorized_api_calls":           "1A 1A 2M 2M 2A 2M 2M 2M",
    "console_signin_without_mfa":       "1A 1A 1M 1M 1M 1M 1M 1M",
    "root_usage":                       "1A 1A 1M 1M 1M 1M 1M 1M",
    "iam_policy_changes":               "1A 1A 1M 1M 1M 1M 1M 1M",
    "cloudtrail_configuration_changes": "1A 1A 1M 1M 1M 1M 1M 1M",
    "console_authentication_failures":  "2A 2A 2M 2M 2M 2M 2M 2M",
    "kms_key_disable_or_deletion":      "2A 2A 2M 2M 2M 2M 2M 2M",
    "s3_bucket_policy_changes":         "1A 1A 1M 1M 1M 1M 1M 1M",
    "config_configuration_changes":     "2A 2A 2M 2M 2M 2M 2M 2M",
    "security_group_changes":           "2A 2A 2M 2M 2M 2M 2M 2M",
    "network_acl_changes":              "2A 2A 2M 2M 2M 2M 2M 2M",
    "network_gateway_changes":          "1A 1A 1M 1M 1M 1M 1M 1M",
    "route_table_changes":              "1A 1A 1M 1M 1M 1M 1M 1M",
    "vpc_changes":                      "1A 1A 1M 1M 1M 1M 1M 1M",
    "organizations_changes":            "1A 1A 1M 1M 1M 1M 1M 1M",
    SECURITY_HUB:                       "-  2A 2A 2A 2A 2A 2A 2A",
}  # fmt: skip

_PROWLER_REPEATS_1_5 = ("2.0", "3.0")


@dataclass(frozen=True)
class Requirement:
    """One control of one benchmark version.

    Attributes:
        version: benchmark version, for example "5.0".
        slug: the control, or `SECURITY_HUB`.
        number: the benchmark's own id, for example "4.3".
        section: the benchmark's section, for example "4 Monitoring".
        level: 1 or 2.
        assessment: "Automated" or "Manual".
    """

    version: str
    slug: str
    number: str
    section: str
    level: int
    assessment: str

    @property
    def check_id(self) -> str:
        """The Prowler check that decides the requirement."""
        return SECURITY_HUB_CHECK if self.slug == SECURITY_HUB else CONTROLS[self.slug].check_id

    @property
    def prowler_differs(self) -> bool:
        """Whether Prowler's own framework of this version gives another level or assessment."""
        return self.version in _PROWLER_REPEATS_1_5 and self.slug != SECURITY_HUB


def _requirement(version: str, ordinal: int, slug: str, cell: str) -> Requirement:
    section = _SECTION_NUMBER.get(version, "4")
    return Requirement(
        version=version,
        slug=slug,
        number=f"{section}.{ordinal}",
        section=f"{section} Monitoring",
        level=int(cell[0]),
        assessment={"A": "Automated", "M": "Manual"}[cell[1]],
    )


def requirements(version: str) -> tuple[Requirement, ...]:
    """The Monitoring section of one benchmark version, in its order; raises ValueError for an unknown version."""
    column = VERSIONS.index(version)
    cells = {slug: row.split()[column] for slug, row in _CELLS.items()}
    return tuple(
        _requirement(version, ordinal, slug, cell)
        for ordinal, (slug, cell) in enumerate(cells.items(), start=1)
        if cell != "-"
    )
