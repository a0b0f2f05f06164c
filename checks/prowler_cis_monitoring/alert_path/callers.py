"""What calls of CloudWatch and EventBridge bring along for the conditions of policies: a table, with its sources."""

from __future__ import annotations

from collections.abc import Callable

from prowler_cis_monitoring.alert_path.languages.access_policy import OneOf, Request, Values
from prowler_cis_monitoring.alert_path.resources import Arn, CompositeAlarm, EventRule, MetricAlarm
from prowler_cis_monitoring.records import dataclass

Sender = MetricAlarm | CompositeAlarm | EventRule
CLOUDWATCH = "cloudwatch.amazonaws.com"
EVENTBRIDGE = "events.amazonaws.com"


@dataclass(frozen=True)
class _Call:
    """A call to a topic or a key, made because of an alarm or a rule; `topic` is the ARN that is published to."""

    sender: Sender
    resource: str
    topic: str

    @property
    def service(self) -> str:
        return service_of(self.sender)

    @property
    def region(self) -> str:
        arn = Arn.parse(self.resource)
        return arn.region if arn else self.sender.region

    @property
    def owner(self) -> str:
        arn = Arn.parse(self.resource)
        return arn.account if arn else ""


Finder = Callable[[_Call], Values | OneOf]


@dataclass(frozen=True)
class ContextKey:
    """One condition key, or a family of them that begin alike, and what a service's call has there.

    Attributes:
        name: the key in lower case.
        source: where AWS says so.
        alarms: the key's values in CloudWatch's call; None says that they are not known.
        rules: those in EventBridge's call.
    """

    name: str
    source: str
    alarms: Finder | None
    rules: Finder | None


def _absent(_call: _Call) -> Values:
    return ()


def _always(*values: str) -> Finder:
    return lambda _call: values


def _both(name: str, source: str, find: Finder) -> ContextKey:
    return ContextKey(name, source, find, find)


def _of_alarms(name: str, source: str, find: Finder, rules: Finder | None = None) -> ContextKey:
    return ContextKey(name, source, find, rules)


_GLOBAL = "IAM User Guide, AWS global condition context keys: "
_SERVICE = f"{_GLOBAL}a service principal calls"
_PRINCIPAL = f"{_GLOBAL}properties of an IAM principal or its session; a service principal is none"
_ENDPOINT = f"{_GLOBAL}only in requests through a VPC endpoint"
_ON_BEHALF = f"{_GLOBAL}only where a service passes an IAM principal's credentials on"
_TAGS = f"{_GLOBAL}only in requests that pass tags"
_ALARMS = "CloudWatch User Guide, Notifying users on alarm changes"
_ENCRYPTED = "SNS Developer Guide, Key management: the encryption context is the topic's ARN"
_SUBSCRIBING = "Service Authorization Reference, Amazon SNS: a condition key of Subscribe"
_CALLER_ACCOUNT = "AWS re:Post, How does the kms:CallerAccount condition work: CloudWatch's call has another account"
_VIA = "KMS Developer Guide, kms:ViaService: whether SNS counts for a service principal is not documented"


def _names_of_service(call: _Call) -> OneOf:
    """All names of a service's principal: with or without those of its Regions."""
    regional = call.service.replace(".", f".{call.region}.", 1)
    return OneOf(((call.service,), (call.service, regional)))


def _via_sns(call: _Call) -> OneOf:
    return OneOf(((), (f"sns.{call.region}.amazonaws.com",)))


CONTEXT_KEYS: tuple[ContextKey, ...] = (
    _of_alarms("aws:sourceaccount", _ALARMS, lambda call: (call.sender.account,)),
    _of_alarms("aws:sourceowner", _ALARMS, lambda call: (call.sender.account,), rules=_absent),
    _of_alarms("aws:sourcearn", _ALARMS, lambda call: (call.sender.arn,)),
    _both("aws:securetransport", _SERVICE, _always("true")),
    _both("aws:principalisawsservice", _SERVICE, _always("true")),
    _both("aws:principalservicename", _SERVICE, lambda call: (call.service,)),
    _both("aws:principalservicenameslist", _SERVICE, _names_of_service),
    _both("aws:requestedregion", f"{_GLOBAL}the Region that is called", lambda call: (call.region,)),
    _both("aws:resourceaccount", f"{_GLOBAL}the owner of what is called", lambda call: (call.owner,)),
    _both("aws:viaawsservice", f"{_ON_BEHALF}; false otherwise", _always("false")),
    *(_both(name, _ON_BEHALF, _absent) for name in ("aws:calledvia", "aws:calledviafirst", "aws:calledvialast")),
    *(
        _both(name, _PRINCIPAL, _absent)
        for name in (
            "aws:principalarn",
            "aws:principalaccount",
            "aws:principalorgid",
            "aws:principalorgpaths",
            "aws:principaltag/",
            "aws:username",
            "aws:sourceidentity",
            "aws:federatedprovider",
            "aws:multifactorauthage",
            "aws:ec2instancesourcevpc",
            "aws:ec2instancesourceprivateipv4",
        )
    ),
    _both("aws:multifactorauthpresent", f"{_PRINCIPAL}; false or absent", lambda _call: OneOf(((), ("false",)))),
    *(
        _both(name, _ENDPOINT, _absent)
        for name in (
            "aws:sourcevpc",
            "aws:sourcevpcarn",
            "aws:sourcevpce",
            "aws:vpcsourceip",
            "aws:vpceaccount",
            "aws:vpceorgid",
            "aws:vpceorgpaths",
        )
    ),
    *(_both(name, _TAGS, _absent) for name in ("aws:requesttag/", "aws:tagkeys")),
    _both("aws:referer", f"{_GLOBAL}only in requests that a browser makes", _absent),
    *(_both(name, _SUBSCRIBING, _absent) for name in ("sns:endpoint", "sns:protocol")),
    _both("kms:encryptioncontext:aws:sns:topicarn", _ENCRYPTED, lambda call: (call.topic,)),
    _both("kms:encryptioncontext:", _ENCRYPTED, _absent),
    _both("kms:encryptioncontextkeys", _ENCRYPTED, _always("aws:sns:topicArn")),
    _both("kms:calleraccount", _CALLER_ACCOUNT, lambda _call: OneOf(((), ("another account",)))),
    _both("kms:viaservice", _VIA, _via_sns),
)


def service_of(sender: Sender) -> str:
    """Return the service principal that publishes for an alarm or a rule."""
    return EVENTBRIDGE if isinstance(sender, EventRule) else CLOUDWATCH


def call_of(sender: Sender, action: str, resource: str, topic: str) -> Request:
    """Return the call that an alarm or a rule leads to, with all that is known of its context.

    Args:
        sender: the alarm or the rule.
        action: the IAM action.
        resource: the ARN of what is called: the topic, or its key.
        topic: the topic's ARN.
    """
    call = _Call(sender, resource, topic)
    finders = {key.name: key.rules if isinstance(sender, EventRule) else key.alarms for key in CONTEXT_KEYS}
    context = {name: find(call) for name, find in finders.items() if find is not None}
    return Request(service=call.service, action=action, resource=resource, context=context)
