"""What a definition is given: the history and a period, and whatever was made of them before."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable
from typing import Concatenate, ParamSpec

import polars as pl

from csc_returns.history import History
from csc_returns.indicators.coverage import covered_spans, last_day_without_gap
from csc_returns.indicators.periods import Period

Options = ParamSpec("Options")


class Scope:
    """A history and a period. ``start`` and ``end`` are its first and last day; snapshots are of ``end``."""

    def __init__(self, history: History, period: Period) -> None:
        self.history = history
        self.period = period
        self.start = period.start
        self.end = period.end
        self._cohorts: dict[object, pl.LazyFrame] = {}

    def inside(self, column: str) -> pl.Expr:
        """The date is in the period, both its days included; false where it is blank."""
        return pl.col(column).is_between(self.start, self.end).fill_null(False)

    def last_days(self, *collections: str) -> pl.LazyFrame:
        """The day up to which the returns of each authority tell without a gap what came after the period: ``la``, ``last_day``.

        Of several collections the earliest day; a collection of which an authority has no return counts for nothing.
        """
        days: dict[str, dt.date] = {}
        for (la, collection), spans in covered_spans(self.history).items():
            if collection in collections:
                last = last_day_without_gap(spans, self.end)
                days[la] = min(last, days.get(la, last))
        return pl.LazyFrame({"la": list(days), "last_day": list(days.values())}, {"la": pl.String, "last_day": pl.Date})

    def with_last_day(self, rows: pl.LazyFrame, *collections: str) -> pl.LazyFrame:
        """Rows of children with ``last_day``, up to which their authority's returns tell (see ``last_days``)."""
        of_child = self.history.children.select("child", "la").join(self.last_days(*collections), on="la", how="left")
        return rows.join(of_child.select("child", "last_day"), on="child", how="left")

    def with_child(self, rows: pl.LazyFrame, *columns: str) -> pl.LazyFrame:
        """Rows with some columns of their child, such as ``birth_date``."""
        return rows.join(self.history.children.select("child", *columns), on="child", how="left")

    def age_on(self, rows: pl.LazyFrame, day: dt.date | str = "date", name: str = "age") -> pl.LazyFrame:
        """Rows with the child's age on a day (or in a column of days) in completed years; null where not known."""
        from csc_returns.indicators.dates import age

        on = pl.col(day) if isinstance(day, str) else day
        with_birth = self.with_child(rows.drop("birth_date", strict=False), "birth_date")
        return with_birth.with_columns(age(on).alias(name)).drop("birth_date")

    def once(self, key: object, build: Callable[[], pl.LazyFrame]) -> pl.LazyFrame:
        """What ``build`` gives, computed once for all who ask with the key."""
        if key not in self._cohorts:
            self._cohorts[key] = build().collect().lazy()
        return self._cohorts[key]


def cohort(
    function: Callable[Concatenate[Scope, Options], pl.LazyFrame],
) -> Callable[Concatenate[Scope, Options], pl.LazyFrame]:
    """Make a function of a scope (and options that can be compared) one that is computed once a scope and options."""

    def shared(scope: Scope, /, *arguments: Options.args, **options: Options.kwargs) -> pl.LazyFrame:
        key = (function, arguments, tuple(sorted(options.items())))
        return scope.once(key, lambda: function(scope, *arguments, **options))

    functools.update_wrapper(shared, function)
    return shared
