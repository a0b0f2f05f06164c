import json
import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def asked_of_aws():
    """Every call in the services, as an IAM action."""
    found = set()
    for path in (ROOT / "checks" / "prowler_cis_monitoring" / "services").glob("*/*_service.py"):
        for operation in re.findall(r'call\(\s*"(\w+)"', path.read_text(encoding="utf-8")):
            found.add(f"{path.parent.name}:{''.join(part.capitalize() for part in operation.split('_'))}")
    return found


def test_the_policy_allows_exactly_the_calls_that_are_made():
    policy = json.loads(re.search(r"```json\n(.*?)```", README, re.DOTALL)[1])
    (statement,) = policy["Statement"]
    assert set(statement["Action"]) == asked_of_aws()


def test_every_file_and_heading_that_is_linked_exists():
    headings = {
        re.sub(r"[^a-z0-9 -]", "", line.lstrip("# ").lower()).replace(" ", "-")
        for line in README.splitlines()
        if line.startswith("#")
    }
    for target in re.findall(r"\]\(([^)]+)\)", README):
        if target.startswith("#"):
            assert target[1:] in headings
        elif not target.startswith("https://"):
            assert (ROOT / target).is_file()
