"""How changes are written: as a script of AWS CLI calls, as CloudFormation, as Terraform, and as JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from prowler_cis_monitoring.records import dataclass
from prowler_cis_monitoring.remedy.forms import cli, cloudformation, terraform
from prowler_cis_monitoring.remedy.parts import Part


@dataclass(frozen=True)
class Form:
    """A form in which the changes of one account are written.

    Attributes:
        write: from a part, and words on what it was planned on, to the text of a file.
        by_region: whether a file holds the changes of one Region only.
    """

    write: Callable[[Part, str], str]
    by_region: bool


FORMS: Mapping[str, Form] = {
    "cli": Form(cli.script, by_region=False),
    "cloudformation": Form(cloudformation.template, by_region=True),
    "terraform": Form(terraform.module, by_region=True),
}
