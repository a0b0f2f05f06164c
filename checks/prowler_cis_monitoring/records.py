"""`dataclass` for immutable records, made in a third of the time that the standard library takes.

For a frozen class the standard library writes the source of six methods and has each compiled. For all the records of a
command that takes half as long as `import boto3`. Here methods that are alike in all classes are written once, and
`__init__` alone is left to it. Type checkers see the standard library's decorator; it is they that keep a record from
being changed.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from operator import attrgetter
from typing import TYPE_CHECKING, Any

__all__ = ["dataclass"]

if TYPE_CHECKING:
    from dataclasses import dataclass
else:

    def dataclass(cls: type | None = None, *, frozen: bool = False, order: bool = False, **others: bool) -> object:
        """Do what `dataclasses.dataclass` does, but that a frozen record can be changed by who ignores its type."""
        is_plain = frozen and not order
        make = _maker(**others) if is_plain else dataclasses.dataclass(frozen=frozen, order=order, **others)
        return make if cls is None else make(cls)


def _maker(*, eq: bool = True, kw_only: bool = False) -> Callable[[type], Any]:
    def make(cls: type) -> Any:  # noqa: ANN401 - the same class
        # Otherwise the signature is looked up, to stand in for it.
        cls.__doc__ = cls.__doc__ or cls.__name__
        made: Any = dataclasses.dataclass(eq=False, repr=False, kw_only=kw_only)(cls)
        fields = dataclasses.fields(made)
        methods: dict[str, Callable[..., Any]] = {"__repr__": _repr_of([field.name for field in fields if field.repr])}
        if eq:
            hashed = [field.name for field in fields if (field.compare if field.hash is None else field.hash)]
            methods["__eq__"] = _equality(_values_of([field.name for field in fields if field.compare]))
            methods["__hash__"] = _hash_of(_values_of(hashed))
        for name, method in methods.items():
            # A class that defines equality has no hash of its own, but None in its place.
            if vars(made).get(name) is None:
                setattr(made, name, method)
        return made

    return make


def _values_of(names: list[str]) -> Callable[[Any], Any]:
    return attrgetter(*names) if names else lambda _: ()


def _repr_of(names: list[str]) -> Callable[[Any], Any]:
    return lambda self: f"{type(self).__qualname__}({', '.join(f'{name}={getattr(self, name)!r}' for name in names)})"


def _equality(values: Callable[[Any], Any]) -> Callable[[Any, Any], Any]:
    return lambda self, other: values(self) == values(other) if other.__class__ is self.__class__ else NotImplemented


def _hash_of(values: Callable[[Any], Any]) -> Callable[[Any], int]:
    return lambda self: hash(values(self))
