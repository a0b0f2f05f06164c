"""Rules of what could not be read: one a link at which a call can fail or a path enter a closed account."""

from __future__ import annotations

from prowler_cis_monitoring.alert_path.rules.rule import Effect, Hidden, Rule

# Where a call can fail, and where a path can cross into an account that stays closed: one that was entered stays open.
_READ_LINKS = ("trail", "log group", "metric", "topic", "subscription", "account")
_ANSWERED_LINKS = (*_READ_LINKS, "metric filter", "alarm", "composite alarm")
_FOREIGN_LINKS = ("log group", "topic")  # a trail tells more: organization-trail-foreign
_LOCKED_LINKS = ("trail", "log group", "topic")
_UNREAD = tuple(
    Rule(
        f"{link.replace(' ', '-')}-unread",
        link,
        Effect.UNSEEN,
        "{action} in {region:prose} gave {error}: {advice:prose}",
        "the call's own answer",
        meaning="A call that would show this link gave no answer, so whether it works is not known.",
        remedy="Allow the call to the scanning role where it was denied, mend the way to AWS where it was not, and "
        "scan again.",
        hidden_by=Hidden.CALL,
        advises=True,
    )
    for link in _READ_LINKS
)
_UNREADABLE = tuple(
    Rule(
        f"{link.replace(' ', '-')}-unreadable",
        link,
        Effect.UNSEEN,
        "what {action} in {region:prose} answers is not as AWS documents it ({error}): scan again, and where it stays "
        "so look for a proxy between the scan and AWS, or report it",
        "the API reference of the call",
        meaning="The answer lacks a member that AWS documents, or has one of another type or of an unknown value, so "
        "whether the link works is not known.",
        remedy="Scan again; where it stays so, look for a proxy between the scan and AWS, or report it.",
        hidden_by=Hidden.ANSWER,
        advises=True,
    )
    for link in _ANSWERED_LINKS
)
_DEFECTS = tuple(
    Rule(
        f"{link.replace(' ', '-')}-defect",
        link,
        Effect.UNSEEN,
        "{action} in {region:prose} was answered, but the answer could not be read ({error}): this is a defect of the "
        "check; please report it",
        "the program's own error",
        meaning="An unexpected error of the program stands in the way, so whether the link works is not known.",
        remedy="Report it with the log of the scan.",
        hidden_by=Hidden.DEFECT,
        advises=True,
    )
    for link in _READ_LINKS
)
_FOREIGN = tuple(
    Rule(
        f"{link.replace(' ', '-')}-foreign",
        link,
        Effect.UNSEEN,
        "it runs through account {account:prose}, which this scan does not read: scan account "
        "{account:prose}, or name it and a role "
        "to read it with (cross_account_accounts, cross_account_role)",
        "the owner in its ARN",
        meaning="The link belongs to another account, and nothing was asked there.",
        remedy="Scan that account, or name it and a role to read it with (cross_account_accounts, cross_account_role).",
        hidden_by=Hidden.OWNER,
        advises=True,
    )
    for link in _FOREIGN_LINKS
)
_LOCKED = tuple(
    Rule(
        f"{link.replace(' ', '-')}-locked",
        link,
        Effect.UNSEEN,
        "it runs through account {account}, whose role {role} could not be assumed (sts:AssumeRole in {region} gave "
        "{error}): let the scan assume that role, or scan account {account}",
        "STS API, AssumeRole",
        meaning="The link belongs to another account, whose role could not be assumed.",
        remedy="Let the scan assume the role of that account, or scan that account.",
        hidden_by=Hidden.ROLE,
        advises=True,
    )
    for link in _LOCKED_LINKS
)

RULES: tuple[Rule, ...] = (*_UNREAD, *_UNREADABLE, *_DEFECTS, *_FOREIGN, *_LOCKED)
