"""Random patterns and events, small enough to collide often."""

import random

from prowler_cis_monitoring.filter_pattern import EVERYDAY_EVENTS, EventFact, FieldFact
from prowler_cis_monitoring.filter_pattern.events import templates
from prowler_cis_monitoring.filter_pattern.pattern import of_expression
from prowler_cis_monitoring.filter_pattern.syntax import (
    AllOf,
    AnyOf,
    Condition,
    Form,
    Not,
    Operator,
    Selector,
    Value,
    Wildcard,
    conjunction,
    disjunction,
)

RECORDS = (*templates(), *(event.record for event in EVERYDAY_EVENTS))
"""All records that are shown or matched as everyday events."""
TEXT_FIELDS = (
    ("a",),
    ("b",),
    ("o",),
    ("o", "a"),
    ("o", "b"),
    ("o", "p", "a"),
    ("l",),
    ("l", 0),
    ("l", 1),
    ("l", 1, "a"),
)
WILD_FIELDS = (("l", Wildcard.ITEMS), ("l", Wildcard.ITEMS, "a"))
NUMBER_FIELDS = (("n",), ("m",), ("o", "n"))
TEXTS = (
    "",
    "a",
    "b",
    "ab",
    "ba",
    "aba",
    "true",
    "1",
    "12",
    "*",
    "a*",
    "*a",
    "*b*",
    "a*b",
    "*ab",
    "a*a",
    "*a*b",
    "ab*ab",
    "*1",
    "tr*",
    "f*",
)
REGEXES = ("a", "^a", "a$", "^a*$", "b+a", "[ab]{2}", "^.a", "a|b$", "^ab?$", "1", "^[ab]*$", "^t")
NUMBERS = ("0", "1", "5", "-1", "1.5", "2")
SIZES = (Operator.LESS, Operator.LESS_OR_EQUAL, Operator.GREATER, Operator.GREATER_OR_EQUAL)
WORDS = (Operator.IS_NULL, Operator.IS_TRUE, Operator.IS_FALSE, Operator.NOT_EXISTS, Operator.NOT_EXISTS)


def condition(dice: random.Random, *, wild: bool):
    roll = dice.random()
    if roll < 0.2:
        steps = dice.choice(NUMBER_FIELDS)
        if dice.random() < 0.75:
            operator = dice.choice((Operator.EQUAL, Operator.UNEQUAL, *SIZES))
            return Condition(Selector(steps), operator, Value(dice.choice(NUMBERS), Form.BARE))
    else:
        steps = dice.choice(WILD_FIELDS if wild and roll > 0.75 else TEXT_FIELDS)
        if dice.random() < 0.75:
            operator = dice.choice((Operator.EQUAL, Operator.EQUAL, Operator.UNEQUAL))
            if dice.random() < 0.15:
                return Condition(Selector(steps), operator, Value(dice.choice(REGEXES), Form.REGEX))
            text = dice.choice(TEXTS)
            form = Form.QUOTED if not text or text.isdigit() or dice.random() < 0.5 else Form.BARE
            return Condition(Selector(steps), operator, Value(text, form))
    return Condition(Selector(steps), dice.choice(WORDS))


def expression(dice: random.Random, *, size: int, wild: bool = False):
    if size <= 1:
        return condition(dice, wild=wild)
    left = dice.randint(1, size - 1)
    parts = (expression(dice, size=left, wild=wild), expression(dice, size=size - left, wild=wild))
    return conjunction(parts) if dice.random() < 0.5 else disjunction(parts)


def weakened(dice: random.Random, tree):
    """A tree that is implied by the given one more often than chance would have it."""
    if isinstance(tree, AllOf) and dice.random() < 0.6:
        kept = [weakened(dice, part) for part in tree.parts if dice.random() < 0.7]
        return conjunction(kept or [dice.choice(tree.parts)])
    if isinstance(tree, AnyOf):
        return disjunction([weakened(dice, part) for part in tree.parts])
    if isinstance(tree, Condition) and tree.operator is Operator.EQUAL and dice.random() < 0.3:
        return Condition(tree.selector, Operator.EQUAL, Value("*", Form.QUOTED))
    return tree


def question(dice: random.Random):
    """A required expression and one or two filters, related to it half of the time."""
    wild = dice.random() < 0.15
    required = expression(dice, size=dice.randint(1, 5), wild=wild)
    filters = []
    for _ in range(dice.randint(1, 2)):
        if dice.random() < 0.5:
            tree = weakened(dice, required)
            if dice.random() < 0.4:
                tree = conjunction([tree, condition(dice, wild=wild)])
        else:
            tree = expression(dice, size=dice.randint(1, 4), wild=wild)
        filters.append(tree)
    return required, filters


def facts(dice: random.Random, expressions):
    """Some facts about fields of a question: what each may be, and one implication between two."""
    fields = sorted({leaf.selector for tree in expressions for leaf in leaves(tree)}, key=str)
    fields = [selector for selector in fields if selector.wildcard_at is None]
    kinds = ("null", "object", "array", "true", "false", "number", "string")
    found = []
    for selector in fields:
        if dice.random() < 0.6:
            some = {"missing", *dice.sample(kinds, dice.randint(1, 3))}
            if len(selector.steps) == 1 and dice.random() < 0.5:
                some.discard("missing")
            texts = tuple(dice.sample(("a", "b", "ab", "true", "12"), 2)) if dice.random() < 0.3 else None
            shape = dice.choice(REGEXES) if texts is None and dice.random() < 0.3 else None
            found.append(FieldFact(str(selector), frozenset(some), "here", texts, shape))
    if len(fields) > 1 and dice.random() < 0.7:
        when, then = (
            dice.choice(
                (
                    Condition(selector, Operator.EQUAL, Value(dice.choice(("a", "b", "ab")), Form.QUOTED)),
                    # What NOT EXISTS means below a null is undocumented, so no fact would say it of a member.
                    Condition(selector, dice.choice(WORDS if len(selector.steps) == 1 else WORDS[:3])),
                )
            )
            for selector in dice.sample(fields, 2)
        )
        found.append(EventFact(of_expression(when), of_expression(then), "here"))
    return tuple(found)


def leaves(tree):
    """The conditions of a tree."""
    parts = tree.parts if isinstance(tree, (AllOf, AnyOf)) else [tree.part] if isinstance(tree, Not) else None
    return [tree] if parts is None else [leaf for part in parts for leaf in leaves(part)]


def node(dice: random.Random, depth: int = 2):
    """A random JSON value."""
    roll = dice.random()
    if roll < 0.25 and depth:
        return {name: node(dice, depth - 1) for name in ("a", "b", "p", "n") if dice.random() < 0.5}
    if roll < 0.35 and depth:
        return [node(dice, depth - 1) for _ in range(dice.randint(0, 3))]
    return dice.choice(
        [None, True, False, 0, 1, 12, -1, 1.5, "", "a", "b", "ab", "ba", "aba", "abab", "1", "12", "true", "5"]
    )


def event(dice: random.Random):
    """A random document."""
    return {name: node(dice) for name in ("a", "b", "o", "l", "n", "m") if dice.random() < 0.75}


RECORD_FIELDS = (
    *("eventName", "eventSource", "awsRegion", "eventType", "readOnly", "errorCode", "sourceIPAddress"),
    *("userIdentity", "userIdentity.type", "userIdentity.invokedBy", "managementEvent", "requestParameters"),
    *("additionalEventData.MFAUsed", "additionalEventData.SamlProviderArn", "responseElements.ConsoleLogin"),
)
RECORD_VALUES = (
    *(
        "ConsoleLogin",
        "PutUserPolicy",
        "CreateVpc",
        "Create*",
        "AccessDenied",
        "Root",
        "IAMUser",
        "Yes",
        "No",
        "*",
        "*a*",
    ),
    *("iam.amazonaws.com", "ec2.amazonaws.com", "us-east-1", "eu-west-1", "AwsApiCall", "AwsConsoleSignIn"),
)


def record_question(dice):
    """A required pattern and filters about the fields that facts are known of, as texts."""

    def condition():
        field, value = dice.choice(RECORD_FIELDS), dice.choice(RECORD_VALUES)
        tests = [f"= {value}", f"= {value}", f"!= {value}", "NOT EXISTS", "IS NULL", "IS TRUE", "IS FALSE"]
        return f"$.{field} {dice.choice(tests)}"

    def pattern(most):
        return "{ " + dice.choice([" && ", " || "]).join(condition() for _ in range(dice.randint(1, most))) + " }"

    return pattern(3), [pattern(2) for _ in range(dice.randint(0, 3))]


# Fields that people compare in filters, with values as they write them.
WRITTEN = {
    "eventName": ("Decrypt", "ConsoleLogin", "CreateVpc", "StopLogging", "AttachRolePolicy", "Describe*", "*Policy"),
    "eventSource": ("signin.amazonaws.com", "kms.amazonaws.com", "iam.amazonaws.com", "ec2*", "*.amazonaws.com"),
    "eventType": ("AwsApiCall", "AwsConsoleSignIn", "AwsServiceEvent", "AwsConsoleAction"),
    "awsRegion": ("us-east-1", "eu-*", "us-*", "eu-west-1"),
    "sourceIPAddress": ("10.*", "203.0.113.64", "AWS Internal", "*.amazonaws.com", "2001:*", "*"),
    "userAgent": ("console.amazonaws.com", "*Terraform*", "aws-cli/*"),
    "errorCode": ("AccessDenied", "AccessDenied*", "*UnauthorizedOperation", "Client.UnauthorizedOperation", "*"),
    "errorMessage": ("Failed authentication", "*denied*", "*"),
    "recipientAccountId": ("123456789012", "111122223333"),
    "userIdentity.type": ("Root", "IAMUser", "AssumedRole", "AWSService", "AWSAccount", "SAMLUser"),
    "userIdentity.arn": (
        "arn:aws:iam::123456789012:user/deploy",
        "*:root",
        "*deploy*",
        "arn:aws:sts::*:assumed-role/T/*",
    ),
    "userIdentity.userName": ("alice", "deploy*", "*"),
    "userIdentity.principalId": ("AROAEXAMPLE*", "*:bob", "AIDA*"),
    "userIdentity.accountId": ("123456789012", "111122223333"),
    "userIdentity.invokedBy": ("cloudformation.amazonaws.com", "AWS Internal", "*"),
    "userIdentity.sessionContext.sessionIssuer.userName": ("deploy", "AWSReservedSSO_*", "*"),
    "userIdentity.sessionContext.sessionIssuer.arn": ("*deploy*", "arn:aws:iam::123456789012:role/deploy"),
    "userIdentity.sessionContext.attributes.mfaAuthenticated": ("true", "false"),
    "userIdentity.sessionContext.sourceIdentity": ("carol",),
    "responseElements.ConsoleLogin": ("Success", "Failure"),
    "additionalEventData.MFAUsed": ("Yes", "No", "YES"),
    "requestParameters.roleName": ("deploy", "*"),
    "tlsDetails.tlsVersion": ("TLSv1.2",),
    "requestParameters": (),
    "readOnly": (),
}


def written_condition(dice):
    """A condition as people write them, as a text."""
    field = dice.choice(list(WRITTEN))
    if not WRITTEN[field] or dice.random() < 0.12:
        return f"$.{field} {dice.choice(('NOT EXISTS', 'IS NULL', 'IS TRUE', 'IS FALSE'))}"
    value = f'"{dice.choice(WRITTEN[field])}"'
    return dice.choice(
        (f"$.{field} = {value}", f"$.{field} != {value}", f"(($.{field} NOT EXISTS) || ($.{field} != {value}))")
    )


def narrowed(dice, required):
    """A required pattern with further conditions, as a text."""
    conditions = [written_condition(dice) for _ in range(dice.randint(1, 3))]
    return f"{{ ({required[1:-1]}) && ({dice.choice((' && ', ' || ')).join(conditions)}) }}"
