"""Answers to draw: judged accounts, and made-up evidence of any size and name."""

from __future__ import annotations

from collections import Counter

from prowler_cis_monitoring.alert_path.paths import AlertPaths
from prowler_cis_monitoring.alert_path.rules import RULES
from prowler_cis_monitoring.controls import CONTROLS
from prowler_cis_monitoring.decision import decide, evidence_of
from prowler_cis_monitoring.picture import Answer, Fleet
from prowler_cis_monitoring.settings import Settings

SLUGS = list(CONTROLS)
_SAID = sorted(slug for slug, rule in RULES.items() if rule.effect.value != "note")
KINDS = ("trail", "log group", "metric filter", "alarm", "composite alarm", "topic")


def judged(resources, settings=None, controls=CONTROLS):
    """What is decided of an account."""
    paths = AlertPaths(resources)
    verdicts = [(control, decide(control, paths, settings or Settings(), None)) for control in controls.values()]
    return [
        Answer(control.slug, verdict.status.value, verdict.sentence, evidence_of(control, verdict, None))
        for control, verdict in verdicts
    ]


def arn_of(kind, name):
    where = {
        "trail": "arn:aws:cloudtrail:us-east-1:111122223333:trail/{}",
        "log group": "arn:aws:logs:us-east-1:111122223333:log-group:{}",
        "alarm": "arn:aws:cloudwatch:us-east-1:111122223333:alarm:{}",
        "composite alarm": "arn:aws:cloudwatch:us-east-1:111122223333:alarm:{}",
        "topic": "arn:aws:sns:us-east-1:111122223333:{}",
    }
    return where[kind].format(name) if kind in where else ""


def path(*names, state="live", remarks=(), metric=None, heard=("email",)):
    """A path of the evidence: names by kind in the order of `KINDS`, None for a kind that it passes."""
    links = [
        {"kind": kind, "name": name, "arn": arn_of(kind, name)}
        for kind, name in zip(KINDS, names, strict=False)
        if name is not None
    ]
    return {
        "state": state,
        "metric": (f"CIS/{names[2]}" if len(names) > 2 else "") if metric is None else metric,
        "links": links,
        "subscriptions": [{"arn": f"{links[-1]['arn']}:{at}", "protocol": one} for at, one in enumerate(heard)],
        "remarks": [
            {"rule": rule, "link": link, "resource": resource, "effect": effect, "sentence": f"it is {effect} ({rule})"}
            for rule, link, resource, effect in remarks
        ],
    }


def answer(control, *paths, status="PASS", sentence="It is said.", **grounds):
    return Answer(control, status, sentence, {"paths": list(paths), "event_rules": [], **grounds})


def made_up(random, alarms, names=None):
    """Answers over so many alarms, whatever they share, wherever they break, with names of any kind."""
    pool = {
        kind: [_name(random, names, kind, place) for place in range(random.randint(1, most))]
        for kind, most in zip(KINDS, (4, 3, alarms, alarms, 6, 5), strict=True)
    }
    answers = []
    for slug in random.sample(SLUGS, random.randint(1, len(SLUGS))):
        paths = [_path(random, pool) for _ in range(random.randint(0, max(1, alarms // 4)))]
        status = random.choice(["PASS", "FAIL", "MANUAL"]) if paths else random.choice(["FAIL", "MANUAL"])
        answers.append(answer(slug, *paths, status=status, sentence=f"Nobody is told of {slug}. " * 5))
    return answers


def _name(random, names, kind, place):
    if names is not None:
        return f"{random.choice(names)}{place or ''}"
    long = random.choice([3, 12, 30, 90, 255])
    return f"{kind[:1]}{place}" + "".join(random.choice("abcMW-_/ .0漢") for _ in range(long))


def _path(random, pool):
    names = [random.choice(pool[kind]) for kind in KINDS]
    if random.random() < 0.8:
        names[4] = None
    names = names[: random.choice([1, 2, 3, 4, 6, 6, 6, 6])]
    remarks = []
    for _ in range(random.choice([0, 0, 1, 1, 2, 3])):
        slug = random.choice(_SAID)
        place = random.randrange(len(names))
        remarks.append((slug, KINDS[place], names[place] or "", RULES[slug].effect.value))
    heard = random.choice([(), ("email",), ("email", "sms"), ("email",) * 30]) if len(names) == 6 else ()
    return path(*names, remarks=remarks, heard=heard)


def steps_of(answers):
    """Every step of the evidence, from name to name, as often as a map has to show it: once."""
    steps = set()
    for one in answers:
        for found in one.evidence["paths"]:
            before = ("event", one.title)
            group = ""
            for link in found["links"]:
                if link["kind"] in ("alarm", "composite alarm") and before[0] == "metric filter" and found["metric"]:
                    steps.add((before, ("metric", found["metric"])))
                    before = ("metric", found["metric"])
                within = f"{group} " if link["kind"] == "metric filter" else ""
                here = (link["kind"], within + link["name"])
                steps.add((before, here))
                before = here
                group = link["name"] if link["kind"] == "log group" else group
            if found["subscriptions"]:
                told = ",".join(sorted({heard["protocol"] for heard in found["subscriptions"]}))
                steps.add((before, ("person", f"{told} {len(found['subscriptions'])} {before[1]}")))
    return Counter(dict.fromkeys(steps, 1))


def estate():
    """Six controls: four of one trail and topic, in different states, one without a filter, one without a trail."""
    names = {slug: slug.replace("_", "-") for slug in SLUGS[:5]}

    def whole(slug, *remarks, heard=("email",)):
        return path("org-trail", "trail-logs", names[slug], names[slug], None, "alerts", remarks=remarks, heard=heard)

    one, two, three, four, five = names
    bare = ("trail-without-log-group", "trail", "other-trail", "broken")
    off = ("alarm-actions-disabled", "alarm", names[two], "broken")
    return [
        answer(one, whole(one)),
        answer(two, whole(two, off), status="FAIL", sentence="Nobody is told of 1.", missed_event={"eventName": "A"}),
        answer(three, whole(three)),
        answer(
            four,
            whole(four, ("metric-filter-selection-unreadable", "metric filter", names[four], "unseen")),
            status="MANUAL",
        ),
        answer(five, path("other-trail", remarks=[bare], heard=()), status="FAIL"),
        answer(SLUGS[5], status="FAIL", sentence="Nobody is told: there is no trail."),
    ]


def thousands(number):
    """So many accounts: a central topic that a tenth of them share is broken, others have faults of their own."""
    fleet = Fleet()
    for place in range(number):
        account = f"{place:012}"
        central = place % 10 == 0
        answers = []
        for at, slug in enumerate(SLUGS):
            topic = "central" if central else f"topic-{account}"
            names = (f"trail-{account}", f"logs-{account}", slug, f"{slug}-{account}", None, topic)
            remarks = [("topic-refuses-cloudwatch", "topic", "central", "broken")] if central else []
            if (place + at) % 31 == 0:
                remarks.append(("alarm-actions-disabled", "alarm", names[3], "broken"))
            found = path(*names, remarks=remarks, heard=() if remarks else ("email",))
            answers.append(answer(slug, found, status="FAIL" if remarks else "PASS"))
        fleet.add(account, f"team {place % 97}", answers)
    return fleet
