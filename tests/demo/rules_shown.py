"""Which rules did a judgement apply? Those of its evidence, of paths that were not chosen, and of its words."""

from __future__ import annotations

import re

from prowler_cis_monitoring.alert_path.paths import AlertPaths
from prowler_cis_monitoring.alert_path.rules import RULES
from prowler_cis_monitoring.services.path_service import once_for

# Told of no path: the nearest alarm where none takes a path up, an account without trails, what holds for others.
_IN_WORDS_ONLY = ("alarm-other-", "account-", "organization-covered")


def rules_shown(finding, provider):
    in_evidence = {remark["rule"] for path in finding.resource["paths"] for remark in path["remarks"]}
    followed = once_for(provider, AlertPaths, None).follow()
    in_paths = {remark.rule.slug for path in followed for remark in path.remarks}
    in_words = {
        slug
        for slug, rule in RULES.items()
        if slug.startswith(_IN_WORDS_ONLY) and _template(rule.sentence).search(finding.status_extended)
    }
    return in_evidence | in_paths | in_words


def _template(sentence):
    return re.compile(".+?".join(re.escape(part) for part in re.split(r"\{\w+\}", sentence)))
