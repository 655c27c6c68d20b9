"""What a definition is given: the history and a period, and whatever was made of them before."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable
from typing import Concatenate, ParamSpec

import polars as pl

from csc_returns.history import History
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
        """The last day that the returns of each authority cover, the earliest one of several collections: ``la``, ``last_day``.

        A collection of which an authority has no return counts for nothing.
        """
        covered = self.history.covered.lazy().filter(pl.col("collection").is_in(collections))
        by_collection = covered.group_by("la", "collection").agg(pl.col("last_day").max())
        return by_collection.group_by("la").agg(pl.col("last_day").min())

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
