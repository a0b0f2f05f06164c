"""Accounts made up for snapshots: every member of every model takes any value of its type."""

from __future__ import annotations

import types
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from functools import cache
from typing import Literal, Union, get_args, get_origin

from hypothesis import strategies as st

from prowler_cis_monitoring.alert_path.resources import AccountResources, Alternatives, Resource

_TEXTS = st.text(max_size=6) | st.sampled_from(["arn:aws:sns:us-east-1:111122223333:alerts", "\ud800", "a\u202eb"])
_TIMES = st.datetimes(
    min_value=datetime(2000, 1, 1),  # noqa: DTZ001 - hypothesis adds the time zone
    timezones=st.sampled_from([timezone.utc, timezone(timedelta(hours=-5))]),
)
_PLAIN = {
    str: _TEXTS,
    int: st.integers(-(10**20), 10**20),
    float: st.floats(allow_nan=False),
    bool: st.booleans(),
    datetime: _TIMES,
    type(None): st.none(),
}


def _of(annotation):
    if annotation in _PLAIN:
        return _PLAIN[annotation]
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin in (Union, types.UnionType):
        return st.one_of(*map(_of, arguments))
    if origin is Literal:
        return st.sampled_from(arguments)
    if origin is tuple:
        return st.lists(_of(arguments[0]), max_size=2).map(tuple)
    if origin is Mapping:
        return st.dictionaries(_of(arguments[0]), _of(arguments[1]), max_size=2)
    assert issubclass(annotation, Resource), annotation
    return _model(annotation)


# What a file is refused for otherwise.
_IDENTIFYING = {
    AccountResources: {"account": st.from_regex("[0-9]{12}", fullmatch=True), "partition": st.just("aws")},
}


@cache
def _model(model):
    fixed = _IDENTIFYING.get(model, {})
    return st.deferred(
        lambda: st.builds(
            model,
            **{name: fixed[name] if name in fixed else _of(f.annotation) for name, f in model.model_fields.items()},
        )
    )


ACCOUNTS = _of(AccountResources)
ALTERNATIVES = _of(Alternatives)
