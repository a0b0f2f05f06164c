"""Why somebody is not told of every required event: which path is to blame, and what can be said of the others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

from prowler_cis_monitoring.alert_path import likeness
from prowler_cis_monitoring.alert_path.paths import AlertPath, State
from prowler_cis_monitoring.alert_path.question import Question
from prowler_cis_monitoring.alert_path.rules import NOT_ALWAYS, Effect, Remark, joined, listed, remark
from prowler_cis_monitoring.alert_path.telling import Told, event_in_words, told_of
from prowler_cis_monitoring.filter_pattern import EVERYTHING, NOTHING, Coverage, FilterPattern, all_of, any_of
from prowler_cis_monitoring.filter_pattern.matching import Message
from prowler_cis_monitoring.filter_pattern.work import SpentError
from prowler_cis_monitoring.foreign_text import shown
from prowler_cis_monitoring.records import dataclass

NOBODY = "Nobody is told when"
NO_ALARM = "No alarm tells anybody when"
_NOT_MEANT = "No alarm is meant to tell when"
_IN_ONE_REGION = "Somebody is told, but not by a multi-Region trail as the benchmark demands, when"
# Missed events that are held against other paths.
_MOST_MISSED = 8
_RULES_OF_ONE_REGION = {"trail-single-region", "trail-without-global-events"}


@dataclass(frozen=True)
class Explanation:
    """Why a control fails.

    Attributes:
        opening: what is true for whoever should be told, as the beginning of a sentence.
        told: the path to blame and what is wrong with it.
        path: that path, None where there is no trail.
        missed_event: a record that reaches nobody, None when no event pattern is the cause.
    """

    opening: str
    told: Told
    path: AlertPath | None = None
    missed_event: dict[str, Any] | None = None


@dataclass(frozen=True)
class _Distance:
    """How far a path is from one that works: broken or missing links, missed events, likeness to what is asked for."""

    breaks: int
    partial: bool
    likeness: float

    @property
    def rank(self) -> tuple[int, float, bool]:
        return self.breaks + self.partial, -self.likeness, self.partial


@dataclass(frozen=True)
class Failure:
    """The paths of an account that do not catch all that is asked for."""

    question: Question

    def explained(self) -> Explanation:
        """Return the cause to name: where only a part is missed, that of the missed event's own path."""
        if not self.nearest:
            trail = "Create a multi-Region trail that delivers to a CloudWatch Logs log group."
            return Explanation(self.opening(()), Told("there is no trail", next_step=trail))
        found = self._of_a_share() or self._of_the_nearest()
        where = self._told_elsewhere(found.path)
        return replace(found, told=replace(found.told, further=(*where, *found.told.further)))

    def _told_elsewhere(self, path: AlertPath | None) -> tuple[str, ...]:
        """Say that the events of a control do not happen where a trail of one Region would record them."""
        single = () if path is None else (one for one in path.remarks if one.rule.slug == "trail-single-region")
        regions = [shown(str(one.values["region"])) for one in single]
        if path is None or not regions or self.question.concerns(path.reach):
            return ()
        return (f"CloudTrail records no such event in {regions[0]}.",)

    def _of_a_share(self) -> Explanation | None:
        """Explain by the broken path that would carry the missed event, where others carry the rest."""
        if not self.working:
            return None
        missed = self._missed((*self.question.hoped, *self._of_one_region))
        if missed is None:
            return None
        own = [path for path in self.nearest if self._is_share(path) and path.events.matches(missed)]
        if not own:
            return None
        own.sort(key=lambda path: not self._is_beside(path))
        told = told_of(own[:1], Effect.BROKEN)
        main = f"{told.main}. Missed event: {event_in_words(missed, self.question.demand.required)}"
        return Explanation(self.opening(own[:1]), replace(told, main=main), own[0], missed)

    def _is_share(self, path: AlertPath) -> bool:
        """Whether a broken path was made for a part of the demand, or carries it over links that otherwise work."""
        if path.state is not State.BROKEN or not path.name_of("metric filter") or path.is_noisy:
            return False
        return self._is_beside(path) or likeness.is_share(self.question.demand.required, path.matched)

    def _is_beside(self, path: AlertPath) -> bool:
        """Whether other events of the same filter work over the same links."""
        return bool(self._working_matches.get(path.names, set()) - {path.matched})

    @cached_property
    def _working_matches(self) -> Mapping[tuple[str, ...], set[FilterPattern]]:
        """What the filters match over links that work, by the names of these."""
        found: dict[tuple[str, ...], set[FilterPattern]] = {}
        for path in self.working:
            found.setdefault(path.names, set()).add(path.matched)
        return found

    def _of_the_nearest(self) -> Explanation:
        if self._enough_in_one_region:
            found = self._enough_in_one_region
            return Explanation(self.opening(found), told_of(found, Effect.BROKEN), found[0])
        path, hoped = self.nearest[0], self.question.hoped
        if path in self.without_filter:
            return Explanation(self.opening((path,)), told_of((path,), Effect.BROKEN), path, self._missed(hoped))
        like = [path, *(other for other in self.nearest[1:] if _breaks_alike(path, other))]
        # What is heard in the Region of a trail is not missed, unless that trail is to blame.
        missed = self._missed([*hoped, *self._of_one_region, *like]) or self._missed([*hoped, *like])
        if missed is None and path.state is not State.BROKEN:
            # The union was too hard to decide; that something is missed beside all that works is certain.
            missed = self._missed(hoped)
        if missed is not None:
            beside = [other for other in self.nearest if other.state is State.LIVE or other in like]
            path = self.with_gap(path, missed, self.question.coverage([path]), beside)
            like = [path]
        return Explanation(self.opening(like), told_of(like, Effect.BROKEN), path, missed)

    def _missed(self, paths: Iterable[AlertPath]) -> dict[str, Any] | None:
        return self.question.coverage(paths).missed_event

    @cached_property
    def _of_one_region(self) -> tuple[AlertPath, ...]:
        """The paths that nothing but their trail's single Region breaks, with the events of that Region."""
        found = [(path, path.having(Effect.BROKEN)) for path in self.question.paths]
        return tuple(
            path.then(None, recorded=all_of(path.recorded, path.reach))
            for path, broken in found
            if broken and _RULES_OF_ONE_REGION.issuperset(one.rule.slug for one in broken)
        )

    @cached_property
    def _enough_in_one_region(self) -> tuple[AlertPath, ...]:
        """The same, by name and seen to the end, if somebody is told of every event by them and by those that work."""
        seen = [path for path in self._of_one_region if not path.having(Effect.UNSEEN)]
        enough = seen and self.question.coverage([*self.question.live, *seen]).verdict == "covered"
        return tuple(sorted(seen, key=lambda path: path.names)) if enough else ()

    @cached_property
    def nearest(self) -> list[AlertPath]:
        """The paths that are meant for the control, by how little is missing on them."""
        paths = (*self.question.everything, *self.without_filter)
        measured = [(self._distance(path).rank, path.names, path) for path in paths if self.is_meant(path)]
        return [path for _, _, path in sorted(measured, key=lambda found: found[:2])]

    @cached_property
    def _meant(self) -> dict[tuple[FilterPattern, FilterPattern], bool]:
        return {}

    def is_meant(self, path: AlertPath) -> bool:
        """Whether a path is a try at what is asked for, or catches all of it."""
        key = (path.matched, path.events)
        if key not in self._meant:
            self._meant[key] = self._is_meant(path)
        return self._meant[key]

    def _is_meant(self, path: AlertPath) -> bool:
        if (
            likeness.alike(self.question.demand.required, path.matched, self.question.allowance.likeness)
            or path.matched == EVERYTHING
        ):
            return True
        return self.question.concerns(path.matched) and not self._is_partial(path)

    def _is_partial(self, path: AlertPath) -> bool:
        if path.matched == EVERYTHING:
            return False
        if path.events not in self._partial:
            self._partial[path.events] = self._misses(path.events)
        return self._partial[path.events]

    def _misses(self, events: FilterPattern) -> bool:
        """Whether a path with such events misses some: often one that another misses, which is quickly seen."""
        work = self.question.allowance.coverages
        try:
            if any(not events.matches(known, work=work) for known in self._missed_by_others):
                return True
        except SpentError:
            pass  # The question itself then comes too late as well, and says so.
        found = self.question.coverage_of_events(self.question.demand.events_demanded, (events,))
        if found.missed_event is not None and len(self._missed_by_others) < _MOST_MISSED:
            self._missed_by_others.append(Message(found.missed_event))
        return found.verdict == "gap"

    @cached_property
    def _missed_by_others(self) -> list[Message]:
        return []

    @cached_property
    def _partial(self) -> dict[FilterPattern, bool]:
        return {}

    def _distance(self, path: AlertPath) -> _Distance:
        return _Distance(
            # A filter for everything has to be replaced, one that misses something only mended.
            breaks=path.lacking,
            partial=self._is_partial(path),
            likeness=likeness.in_words(self.question.demand.required, path.matched),
        )

    @cached_property
    def without_filter(self) -> tuple[AlertPath, ...]:
        """The beginnings of paths, to say that the log group has no filter that is meant for the control."""
        found = []
        stems = self.question.followed.stems
        for stem, filters in sorted(stems, key=lambda one: (len(one[0].having(Effect.BROKEN)), one[0].names)):
            group = stem.links[-1].name
            none = remark("no-matching-filter", group, filters=listed(filters)) if filters else None
            found.append(stem.then(None, none or remark("no-metric-filter", group)))
        return tuple(found)

    @cached_property
    def working(self) -> tuple[AlertPath, ...]:
        """The paths that are meant for the control and carry some of its events, as far as can be seen."""
        return tuple(path for path in self.reaching if self.is_meant(path))

    @cached_property
    def reaching(self) -> tuple[AlertPath, ...]:
        """The paths of whatever purpose that may carry some required event to somebody."""
        return tuple(path for path in self.question.hoped if self.question.concerns(path.events))

    def opening(self, blamed: Sequence[AlertPath]) -> str:
        """Say what is true: "Nobody" only if no required event, of any identity and Region, reaches anybody."""
        if self._enough_in_one_region:
            return _IN_ONE_REGION
        if self.working:
            return NOT_ALWAYS
        if self.reaching or self.question.resources.unread:
            return _NOT_MEANT if blamed and blamed[0] in self.without_filter else NOT_ALWAYS
        limited = {path: self._limits(path) for path in self.question.paths}
        seen = [path for path, remarks in limited.items() if remarks and not path.having(Effect.UNSEEN)]
        if not seen:
            return NOT_ALWAYS if any(limited.values()) else NOBODY
        limits = [found for path in seen for found in limited[path]]
        regions = sorted({shown(str(found.values["region"])) for found in limits if "region" in found.values})
        if len({found.opening for found in limits}) > 1 or (regions and not self._are_enough_in_reach(seen)):
            return NOT_ALWAYS
        return limits[0].opening.format(region=joined(regions))

    def _limits(self, path: AlertPath) -> tuple[Remark, ...]:
        """Return the remarks on a path that nothing else breaks, if somebody is told in spite of all of them."""
        broken = path.having(Effect.BROKEN)
        told = all(found.opening for found in broken) and self.question.concerns(path.events_in_reach)
        return broken if told else ()

    def _are_enough_in_reach(self, paths: Sequence[AlertPath]) -> bool:
        """Whether paths carry all the required events that happen where their trails record."""
        reach = any_of(*dict.fromkeys(path.reach for path in paths))
        return (
            self.question.coverage_of(all_of(self.question.demand.events_demanded, reach), paths).verdict == "covered"
        )

    def with_gap(
        self, path: AlertPath, event: Mapping[str, Any], covered: Coverage, beside: Sequence[AlertPath]
    ) -> AlertPath:
        """Return the path with a remark on the link at which the missed event is lost.

        Args:
            path: the path to blame.
            event: the missed event.
            covered: what the path alone covers.
            beside: the paths that are meant for the control and miss the event too.
        """
        missed = event_in_words(event, self.question.demand.required)
        if path.recorded == NOTHING:
            return path
        if not path.recorded.matches(event):
            return path.then(None, remark("trail-gap", path.links[0].name, missed=missed))
        if path.watched is not None and path.matched.matches(event) and not path.watched.matches(event):
            narrow = remark("alarm-sees-some-events", path.name_of("alarm"), watched=path.watched, missed=missed)
            return path.then(None, narrow)
        name = path.name_of("metric filter")
        text = str(path.matched)
        if "$." in text and not text.startswith("{"):
            return path.then(None, remark("filter-is-text", name, first=text[:1], missed=missed))
        others = sorted({other.name_of("metric filter") for other in beside} - {name, ""})
        if others:
            return path.then(
                None, remark("filters-gap", name, count=len(others) + 1, others=listed(others), missed=missed)
            )
        difference = "; ".join(covered.differences) or "it does not match every such event"
        return path.then(None, remark("filter-gap", name, difference=difference, missed=missed))


def _breaks_alike(path: AlertPath, other: AlertPath) -> bool:
    """Whether two paths over links of the same kinds are broken at the same links, or by one trail in the same ways."""
    if path.state is not State.BROKEN or [link.kind for link in path.links] != [link.kind for link in other.links]:
        return False
    here, there = ({(r.rule.slug, r.resource) for r in one.having(Effect.BROKEN)} for one in (path, other))
    in_one_way = {slug for slug, _ in here} == {slug for slug, _ in there}
    return here == there or (in_one_way and path.links[:2] == other.links[:2])
