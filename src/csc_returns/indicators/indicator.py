"""What an indicator is, and how a function becomes one.

A definition is one small function in a module below ``indicators/definitions/``. It takes a scope (the history and a period) and
its variants by name, and gives a lazy frame, one row a unit. What the columns mean:

- ``child``; ``date``: the day of the event or snapshot, on which age and status are told.
- ``denominator``: whether the row is in it (all are, where the column is not there); ``numerator``: likewise (none is).
- ``value``: the number of which a mean or median is taken.
- ``category``: where the indicator is a distribution; one without it is shown by its breakdowns, as shares of everyone.
- ``<breakdown>: <category>``, such as "event: new plan": yes/no, parts of the numerator that are shown beside it.
- ``remark``: words about some rows, such as "plan left out: ..."; the note says how many rows have them.
- whatever the breakdowns read.

The docstring is the documentation: the name, the definition, ``Counts:`` (edge cases) and ``Example:``.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import pkgutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

import polars as pl

from csc_returns.indicators.breakdowns import Breakdown
from csc_returns.indicators.periods import PeriodKind

Unit = Literal[
    "percent", "percent_distribution", "rate_per_10000", "count", "mean", "days_median", "weeks_median", "months",
    "months_median", "miles_mean", "miles_median", "years_mean",
]  # fmt: skip

#: Where a definition comes from.
Source = Literal["published", "own"]

Confidence = Literal["high", "medium", "low"]

#: Values of a variant: what the function is given.
Value = bool | int | str | tuple[str, ...] | None

#: Lazy frame of units, or that and the unit of the figure, where a variant changes it.
Units = pl.LazyFrame | tuple[pl.LazyFrame, Unit]

AnyFunction = TypeVar("AnyFunction", bound=Callable[..., Units])


@dataclass(frozen=True)
class Need:
    """Returns that an indicator needs: of a collection, from some months before the period to some months behind it.

    Without ``otherwise`` there is no figure without them; else the figure is computed and ``otherwise`` says what it lacks.
    ``only`` narrows the need to variants: name → the values with which it arises. ``since`` is the collection year in which
    the items begin, where that is not the first one of the specification; ``frame`` names a frame of the history of which an
    authority that has no row at all has sent nothing: its figure is then not available, and not 0. With ``column`` that is so of
    an authority whose rows are all blank there, and ``what`` says what they do not tell. ``or_list`` says that a local
    list of the frame will do for the time before ``since``.
    """

    collection: Literal["cin", "ssda903"]
    months_before: int = 0
    otherwise: str | None = None
    only: Mapping[str, tuple[Value, ...]] | None = None
    months_after: int = 0
    since: str | None = None
    frame: str | None = None
    column: str | None = None
    what: str | None = None
    or_list: bool = False


@dataclass(frozen=True)
class Variant:
    """A choice that a definition leaves open: name, the value taken by default, the values there are, and why it matters.

    ``many`` says that a value is any set of the options, given as a tuple.
    """

    name: str
    default: Value
    options: tuple[Any, ...]
    why: str
    many: bool = False

    def value_of(self, text: str) -> Value:
        """The value that a text names: options joined by + where there may be several, ``none`` for no value.

        Raises:
            ValueError: it names none.
        """
        known = {shown(option).lower(): option for option in self.options}
        parts = [part.strip().lower() for part in text.split("+")] if self.many else [text.strip().lower()]
        if unknown := [part for part in parts if part not in known]:
            choices = (" or several of " if self.many else " or ").join([", ".join(list(known)[:-1]), list(known)[-1]])
            raise ValueError(f"{self.name} cannot be {unknown[0]!r}: it is {choices.removeprefix(' or ')}.")
        values = tuple(known[part] for part in parts)
        return values if self.many else values[0]


def shown(value: object) -> str:
    """A value of a variant as people write it: ``none``, ``true``, ``12``, ``cin_plan+closed``."""
    if isinstance(value, tuple | list):
        return "+".join(shown(part) for part in value)
    return str(value).lower() if value is None or isinstance(value, bool) else str(value)


@dataclass(frozen=True)
class Indicator:
    """One indicator of the catalogue.

    ``decimals`` is how its value is rounded. ``reads`` names frames of the history whose rows it cannot do without: those
    left out of them are counted beside each figure. ``not_by`` says, by kind of period, why it is not computed for such ones.
    ``limits`` says what the figure does not show, where it is only a part of what its name says.
    """

    id: str
    name: str
    definition: str
    unit: Unit
    decimals: int
    source: Source
    confidence: Confidence
    needs: tuple[Need, ...]
    reads: tuple[str, ...]
    fields: tuple[str, ...]
    breakdowns: tuple[Breakdown, ...]
    variants: tuple[Variant, ...]
    not_by: Mapping[PeriodKind, str]
    function: Callable[..., Units]
    theme: str
    limits: str | None = None
    version: int = 1
    category: str = "category"
    order: tuple[str, ...] = ()
    of_known: bool = False

    @property
    def defaults(self) -> dict[str, Value]:
        """The variants by default."""
        return {variant.name: variant.default for variant in self.variants}

    def label(self, chosen: Mapping[str, Value]) -> str:
        """The choices that differ from the default, as results show them; ``default`` where none does."""
        different = [f"{name}={shown(value)}" for name, value in chosen.items() if value != self.defaults[name]]
        return ",".join(different) or "default"

    def choices_of(self, text: str) -> dict[str, Value]:
        """All variants, those included that ``text`` names: ``clock=previous_closure,window_months=24``.

        Raises:
            ValueError: a variant or value that it does not have.
        """
        chosen = self.defaults
        known = {variant.name: variant for variant in self.variants}
        for part in text.split(","):
            name, equals, value = (piece.strip() for piece in part.partition("="))
            if not equals:
                raise ValueError(
                    f"{text!r}: {name!r} is no NAME=VALUE. To see several values side by side, give each an option of its own; "
                    "parts of one value are joined with +."
                )
            if name not in known:
                has = f"its variants are {', '.join(known)}" if known else "it has no variants"
                raise ValueError(f"{self.id} has no variant {name!r}: {has}.")
            chosen[name] = known[name].value_of(value)
        return chosen


_registry: dict[str, Indicator] = {}


def indicator(
    id: str,  # noqa: A002 - the word of the catalogue
    *,
    unit: Unit,
    decimals: int,
    confidence: Confidence,
    needs: Sequence[Need],
    reads: Sequence[str],
    fields: Sequence[str],
    breakdowns: Sequence[Breakdown] = (),
    variants: Sequence[Variant] = (),
    source: Source = "published",
    not_by: Mapping[PeriodKind, str] | None = None,
    limits: str | None = None,
    version: int = 1,
    category: str = "category",
    order: Sequence[str] = (),
    of_known: bool = False,
    docstring: str | None = None,
) -> Callable[[AnyFunction], AnyFunction]:
    """Make a function the definition of an indicator; see the module and ``Indicator``.

    Args:
        id: in the catalogue.
        unit: of the value.
        decimals: to which it is rounded.
        confidence: high where a published rule settles it, medium for our reading of one, low for our own decision.
        needs: returns.
        reads: frames of the history.
        fields: items of the returns that it comes from, such as ``CINdetails.CINreferralDate``.
        breakdowns: what it can be broken down by.
        variants: choices that the definition leaves open; the function takes each as a keyword.
        source: whether somebody published the definition or it is our own.
        not_by: kind of period → why it is not computed for such ones.
        limits: what the figure does not show.
        version: of the definition; a change that changes figures raises it.
        category: name of the breakdown that a distribution's own categories make.
        order: in which they are shown; alphabetical where it is not given.
        of_known: for a distribution without a category: its shares are of those whose category is known.
        docstring: in place of the function's, where several indicators share one function.

    Raises:
        ValueError: the id is taken, or the function does not take the variants.
    """

    def mark(function: AnyFunction) -> AnyFunction:
        if id in _registry:
            raise ValueError(f"There are two definitions of {id}.")
        # A variant called "from" is "from_" here: it is a word of the language.
        taken = [name.removesuffix("_") for name in inspect.signature(function).parameters][1:]
        if taken != [variant.name for variant in variants]:
            raise ValueError(f"{id}: the function takes {taken}, and its variants have other names.")
        name, _, definition = inspect.cleandoc(docstring or function.__doc__ or "").partition("\n")
        _registry[id] = Indicator(
            id=id,
            name=name.rstrip("."),
            definition=definition.strip(),
            unit=unit,
            decimals=decimals,
            source=source,
            confidence=confidence,
            needs=tuple(needs),
            reads=tuple(reads),
            fields=tuple(fields),
            breakdowns=tuple(breakdowns),
            variants=tuple(variants),
            not_by=not_by or {},
            function=function,
            theme=function.__module__.split(".")[-2],
            limits=limits,
            version=version,
            category=category,
            order=tuple(order),
            of_known=of_known,
        )
        return function

    return mark


@functools.cache
def all_indicators() -> Mapping[str, Indicator]:
    """Every indicator that has a definition, by id, in the order of ids."""
    package = importlib.import_module("csc_returns.indicators.definitions")
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        importlib.import_module(module.name)
    return dict(sorted(_registry.items()))


def find_indicator(id: str) -> Indicator:  # noqa: A002
    """The indicator of an id.

    Raises:
        ValueError: there is none; the message suggests one, or says why it is not computed.
    """
    from csc_returns.indicators.catalogue import not_computable
    from csc_returns.validation.check import suggestion

    known = all_indicators()
    if found := known.get(id.lower()):
        return found
    if reason := not_computable().get(id.lower()):
        raise ValueError(f"{id} is not computed: {reason.reason}")
    raise ValueError(
        f"There is no indicator {id!r}.{suggestion(id, [*known])} csc-returns indicators --list names them all."
    )
