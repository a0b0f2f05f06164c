"""What is said of an account beside its findings, in fields of their own: others wrote its names and tags."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from prowler.providers.aws.models import AWSOrganizationsInfo

from prowler_cis_monitoring.foreign_text import harmless, standing_alone


def organization_shown(found: Mapping[str, Any] | None) -> AWSOrganizationsInfo | None:
    """Return an account's place in an organisation as reports show it: its names and tags are written by others.

    Args:
        found: what Prowler or a saved account says of it; what Prowler does not know is left out.
    """
    if found is None:
        return None
    told: dict[str, Any] = {one.name: in_a_cell(found.get(one.name)) or "" for one in fields(AWSOrganizationsInfo)}
    tags = found.get("account_tags")
    told["account_tags"] = (
        {standing_alone(str(key)): harmless(str(value)) for key, value in tags.items()}
        if isinstance(tags, Mapping)
        else {}
    )
    return AWSOrganizationsInfo(**told)


def in_a_cell(text: object) -> str | None:
    """Return a text for a field of its own, nothing for none."""
    return None if text is None else standing_alone(str(text)) if text else ""
