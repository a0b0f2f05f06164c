"""Which rules did a judgement apply? Those of its evidence, of paths that were not chosen, and of its words."""

from __future__ import annotations

import re

from prowler_cis_monitoring.alert_path.paths import AlertPaths
from prowler_cis_monitoring.alert_path.rules import RULES
from prowler_cis_monitoring.services.path_service import once_for

# Told of no path: the nearest alarm where none takes a path up, an account without trails, what holds for others.
_IN_WORDS_ONLY = ("alarm-other-", "account-", "organization-covered")


def rules_shown(finding, provider):
    return sentences_shown(finding, provider).keys()


def sentences_shown(finding, provider):
    """Return a clause of each rule, as a person reads it."""
    in_evidence = {
        remark["rule"]: f"{remark['link']} {remark['resource']}: {remark['sentence']}"
        for path in finding.resource["paths"]
        for remark in path["remarks"]
    }
    in_paths = {
        remark.rule.slug: f"{remark.rule.link} {remark.resource}: {remark.sentence}"
        for path in once_for(provider, AlertPaths, None).follow()
        for remark in path.remarks
    }
    in_words = {
        slug: _template(rule.sentence).search(finding.status_extended)
        for slug, rule in RULES.items()
        if slug.startswith(_IN_WORDS_ONLY)
    }
    return {slug: match[0] for slug, match in in_words.items() if match} | in_paths | in_evidence


def _template(sentence):
    parts = [re.escape(part) for part in re.split(r"\{\w+(?::\w+)?\}", sentence)]
    # A sentence that starts with a value starts with a word.
    return re.compile(".+?".join(parts) if parts[0] else r"\S+" + ".+?".join(parts[1:]))
