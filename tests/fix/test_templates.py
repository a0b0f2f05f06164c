"""CloudFormation and Terraform: valid, and after they are played in the account passes.

`UPDATE_SNAPSHOTS=1` records what is written in tests/fix/written. Where `terraform` is on the path, and the environment
names a folder of its plug-ins in TERRAFORM_PLUGINS, the real one formats, validates and applies against moto.
"""

import os
import shutil
import subprocess
from pathlib import Path

import hcl2
import pytest
import yaml
from cfnlint import api
from moto import mock_aws

from prowler_cis_monitoring.alert_path.verdict import Status
from prowler_cis_monitoring.demo import scenarios
from prowler_cis_monitoring.demo.server import demo_server
from prowler_cis_monitoring.remedy.forms import FORMS
from prowler_cis_monitoring.remedy.forms.cloudformation import is_created
from prowler_cis_monitoring.remedy.parts import Part, parts_of
from prowler_cis_monitoring.remedy.proof import Judged
from prowler_cis_monitoring.services.account_resources import resources_of
from tests.fix.deployer import Deployer
from tests.fix.played import ROOT, Account, fix_of
from tests.shared_session import SESSION
from tests.stand_in_provider import ACCOUNT, StandInProvider

FOLDER = Path(__file__).parent / "written"
FORM_OF = {"yaml": "cloudformation", "tf": "terraform"}
# Each is written with other resources, or instructions.
WRITTEN = (
    "no-trail",
    "trail-without-log-group",
    "log-group-deleted",
    "no-filter",
    "unit-differs",
    "metric-dimension-of-others",
    "pattern-in-two-with-a-gap",
    "no-subscription",
    "topic-policy-refuses",
    "actions-disabled",
)
# All of it is created, and nothing is left to be done by hand.
WRITTEN_WHOLE = tuple(
    slug for slug in WRITTEN if slug not in ("trail-without-log-group", "topic-policy-refuses", "actions-disabled")
)
_PLUGINS = os.environ.get("TERRAFORM_PLUGINS")
_PROVIDER = """
provider "aws" {{
  region                      = "us-east-1"
  access_key                  = "testing"
  secret_key                  = "testing"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
  s3_use_path_style           = true

  endpoints {{
    cloudtrail     = "{endpoint}"
    cloudwatch     = "{endpoint}"
    cloudwatchlogs = "{endpoint}"
    iam            = "{endpoint}"
    s3             = "{endpoint}"
    sns            = "{endpoint}"
    sts            = "{endpoint}"
  }}
}}
"""


def written(fix, suffix):
    (part,) = parts_of([fix], by_region=True)
    return FORMS[FORM_OF[suffix]].write(part, "what was read")


def fix_of_scenario(slug):
    with mock_aws():
        account = Account(scenarios.find(slug))
        account.build()
        return fix_of(account.read())


@pytest.mark.parametrize("slug", WRITTEN)
@pytest.mark.parametrize("suffix", FORM_OF)
def test_what_is_written_is_what_was_recorded(slug, suffix):
    text, path = written(fix_of_scenario(slug), suffix), FOLDER / f"{slug}.{suffix}"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yaml")), ids=lambda path: path.stem)
def test_cfn_lint_has_nothing_to_say(path):
    text = path.read_text(encoding="utf-8")
    if yaml.safe_load(text) is None:
        assert "By hand" in text
        return
    assert api.lint(text, regions=["us-east-1"]) == []


@pytest.mark.parametrize("slug", WRITTEN)
def test_the_account_passes_once_the_template_is_played_in_and_the_rest_is_done_by_hand(slug, aws_command):
    account = Account(scenarios.find(slug))
    account.build()
    fix = fix_of(account.read())
    Deployer(SESSION).deploy(written(fix, "yaml"))
    by_hand = tuple(change for change in fix.changes if not is_created(change))
    assert (account.read().verdict(ROOT).status is Status.PASS) == (not by_hand)
    if by_hand:
        status, said = aws_command.run(FORMS["cli"].write(Part(ACCOUNT, "", by_hand), "what was read"))
        assert status == 0, said
    assert account.read().verdict(ROOT).status is Status.PASS


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.tf")), ids=lambda path: path.stem)
def test_terraform_can_be_parsed(path):
    text = path.read_text(encoding="utf-8")
    parsed = hcl2.loads(text)
    assert len(parsed.get("resource", [])) == text.count('\nresource "')


@pytest.mark.end_to_end
@pytest.mark.xdist_group("moto-server")
@pytest.mark.skipif(not (_PLUGINS and shutil.which("terraform")), reason="no terraform with its plug-ins here")
@pytest.mark.parametrize("slug", WRITTEN_WHOLE)
def test_the_real_terraform_applies_it_and_the_account_passes(slug, tmp_path):
    def terraform(*words):
        environment = {name: value for name, value in os.environ.items() if name != "TF_CLI_CONFIG_FILE"}
        done = subprocess.run(
            ["terraform", *words], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr

    with demo_server() as server:
        session = server.session()
        scenarios.find(slug).blueprint().build(session)
        (tmp_path / "main.tf").write_text((FOLDER / f"{slug}.tf").read_text(encoding="utf-8"), encoding="utf-8")
        (tmp_path / "provider.tf").write_text(_PROVIDER.format(endpoint=server.endpoint), encoding="utf-8")
        terraform("fmt", "-check", "main.tf")
        terraform("init", "-input=false", f"-plugin-dir={_PLUGINS}")
        terraform("validate")
        terraform("apply", "-input=false", "-auto-approve")
        found = Judged(resources_of(StandInProvider({"us-east-1", "eu-west-1"}, session=session)))
        assert found.verdict(ROOT).status is Status.PASS
        terraform("plan", "-input=false", "-detailed-exitcode")
