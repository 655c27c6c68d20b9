"""The tables of one return as the rules see them: typed, with row numbers, and linked by child, episode and plan.

What a rule may rely on:

- ``data["CINdetails"]`` is a lazy frame. Dates are ``Date`` (null when blank or unreadable), everything else text with blank
  as null. The column ``CINdetails`` holds the row number.
- ``child``, ``episode``, ``assessment`` and ``plan`` are numbers made from the keys (LAchildID; with CINdetailsID; with
  AssessmentID or CPPID). Rows with equal keys have equal numbers, null keys included, in every table of the return, so that
  rules join and group on one column that is never null.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Mapping

import polars as pl

from csc_returns.extracts.dates import iso_date
from csc_returns.extracts.returns import NESTED_CHILD
from csc_returns.specification import Specification, period_of
from csc_returns.validation.rule import OTHER

#: Number columns and the derived key that each adds to the one before it.
LEVELS = {"child": "LAchildID", "episode": "CINdetailsID", "assessment": "AssessmentID", "plan": "CPPID"}
_ABOVE = {"child": None, "episode": "child", "assessment": "episode", "plan": "episode"}

#: A child (or episode, ...) whose rows would give more pairs than this is left out of a comparison of rows: it can only come
#: from an identifier written to the rows of many children, and would fill the memory.
MOST_PAIRS = 100_000

#: All pairs of one comparison together; the largest groups are left out first. Real returns have a pair or two a child.
MOST_PAIRS_IN_ALL = 1_000_000


def as_text(frame: pl.DataFrame) -> pl.DataFrame:
    """Every column as text, blank as null: dates ISO, true/false lower case, whole numbers without a decimal point."""
    columns = []
    for name, dtype in frame.schema.items():
        column = pl.col(name)
        if dtype.is_decimal():
            column = column.cast(pl.Float64)
        if dtype.is_float() or dtype.is_decimal():
            whole = column.is_not_null() & (column == column.floor()) & (column.abs() < 2**53)
            column = (
                pl.when(whole)
                .then(column.cast(pl.Int64, strict=False).cast(pl.String))
                .otherwise(column.cast(pl.String))
            )
        elif isinstance(dtype, pl.Datetime):
            midnight = column == column.dt.truncate("1d")
            column = (
                pl.when(midnight)
                .then(column.dt.strftime("%Y-%m-%d"))
                .otherwise(column.dt.strftime("%Y-%m-%dT%H:%M:%S"))
            )
        elif isinstance(dtype, pl.List):
            column = column.cast(pl.List(pl.String)).list.join(", ")
        elif dtype != pl.String:
            column = column.cast(pl.String)
        columns.append(pl.when(column.str.strip_chars() != "").then(column).alias(name))
    return frame.select(columns)


class ReturnData:
    """The tables of one return, ready for rules.

    ``start`` and ``end`` are the first and last day of the collection year: from ``period``, else from the header's
    reference date, else from ``year``.
    """

    def __init__(
        self,
        tables: Mapping[str, pl.DataFrame],
        specification: Specification,
        period: tuple[dt.date | None, dt.date | None] | None = None,
    ) -> None:
        """Take tables of any column types (see ``check``); tables the year does not have are left aside."""
        self.specification = specification
        self.given = {name: table for name, table in tables.items() if name in specification.tables}
        self.text = {name: self._text(name, table) for name, table in self.given.items()}
        self._factor_lists = self._listed_factors()
        self.present = set(self.given) | ({"AssessmentFactorsList"} if self._factor_lists is not None else set())
        self.start, self.end = self._window(period)
        #: Identifiers of children left out of a comparison for having too many rows, with the number of rows.
        self.crowded: dict[str | None, int] = {}
        self._counts: dict[tuple[str, str], pl.DataFrame] = {}
        self._frames = self._linked({name: self._typed(name, text) for name, text in self.text.items()})

    def __getitem__(self, table: str) -> pl.LazyFrame:
        """The typed rows of a table."""
        return self._frames[table]

    # -- joins ---------------------------------------------------------------------------------------------------------

    def join(self, left: str, right: str, on: str) -> pl.LazyFrame:
        """Rows of ``left`` beside each row of ``right`` with the same number in ``on`` (child, episode, assessment, plan).

        A column that both have keeps its name on the left and gets ``_<right>`` behind it on the right.
        """
        return self._comparable(left, right, on).join(self[right], on=on, how="inner", suffix=f"_{right}")

    def pairs(self, table: str, on: str) -> pl.LazyFrame:
        """Each row of a table beside every other row with the same number in ``on``; the other's columns end in ``_other``."""
        frame = self._comparable(table, table, on)
        return frame.join(self[table], on=on, how="inner", suffix=OTHER).filter(
            pl.col(table) != pl.col(f"{table}{OTHER}")
        )

    def having(self, left: str, right: str, on: str) -> pl.LazyFrame:
        """Rows of ``left`` that have at least one row of ``right``."""
        return self[left].join(self[right], on=on, how="semi")

    def lacking(self, left: str, right: str, on: str) -> pl.LazyFrame:
        """Rows of ``left`` that have no row of ``right``."""
        return self[left].join(self[right], on=on, how="anti")

    @functools.cached_property
    def factors(self) -> pl.LazyFrame:
        """One row a factor: column ``Assessments`` (row number of its assessment) and ``AssessmentFactors`` (never null)."""
        if self._factor_lists is not None:
            return self._factor_lists.lazy()
        return (
            self["AssessmentFactorsList"]
            .filter(pl.col("AssessmentFactors").is_not_null())
            .join(self["Assessments"].select("Assessments", "assessment"), on="assessment", how="inner")
            .select("Assessments", "AssessmentFactors")
        )

    def _comparable(self, left: str, right: str, on: str) -> pl.LazyFrame:
        """The rows of ``left`` without those whose pairs with ``right`` would be too many (see ``crowded``)."""
        of_left, of_right = self._rows_by(left, on), self._rows_by(right, on)
        most = _most(of_left) * _most(of_right)
        if most * min(of_left.height, of_right.height) <= MOST_PAIRS:
            return self[left]
        counts = of_left.join(of_right, on=on)
        pairs = (pl.col("rows") * pl.col("rows_right")).alias("pairs")
        counts = counts.select(on, "LAchildID", "rows", pairs).sort("pairs", on)
        crowds = counts.filter(
            (pl.col("pairs") > MOST_PAIRS) | (pl.col("pairs").cum_sum() > MOST_PAIRS_IN_ALL + counts.height)
        )
        if crowds.is_empty():
            return self[left]
        for child, rows in crowds.select("LAchildID", "rows").rows():
            self.crowded[child] = max(rows, self.crowded.get(child, 0))
        return self[left].filter(~pl.col(on).is_in(crowds[on].implode()))

    def _rows_by(self, table: str, level: str) -> pl.DataFrame:
        """Number of rows of a table for each child, episode, ...: columns ``level``, ``rows``, LAchildID."""
        if (table, level) not in self._counts:
            counts = self[table].group_by(level).agg(pl.len().cast(pl.Int64).alias("rows"), pl.col("LAchildID").first())
            self._counts[table, level] = counts.collect()
        return self._counts[table, level]

    # -- making --------------------------------------------------------------------------------------------------------

    def _text(self, name: str, given: pl.DataFrame) -> pl.DataFrame:
        table = self.specification.tables[name]
        known = [column for column in table.columns if column in given.columns]
        text = as_text(given.select(known)) if known else pl.DataFrame()
        missing = [pl.lit(None, pl.String).alias(column) for column in table.columns if column not in known]
        if not known:
            return pl.DataFrame(
                {column: pl.Series(column, [None] * given.height, pl.String) for column in table.columns}
            )
        return text.with_columns(missing).select(table.columns)

    def _typed(self, name: str, text: pl.DataFrame) -> pl.DataFrame:
        table = self.specification.tables[name]
        dates = [item.name for item in table.items.values() if item.type == "date"]
        given = self.given[name]
        return text.with_columns(
            given[date].alias(date)
            if date in given.columns and given.schema[date] == pl.Date
            else iso_date(pl.col(date)).alias(date)
            for date in dates
        ).with_row_index(name)

    def _listed_factors(self) -> pl.DataFrame | None:
        """Factors given as a list (or one text) on the assessments, where there is no table of factors."""
        assessments = self.given.get("Assessments")
        if (
            "AssessmentFactorsList" in self.given
            or assessments is None
            or "AssessmentFactors" not in assessments.columns
        ):
            return None
        factors = assessments.select("AssessmentFactors").with_row_index("Assessments")
        if isinstance(factors.schema["AssessmentFactors"], pl.List):
            factors = factors.explode("AssessmentFactors")
        return (
            as_text(factors.select(pl.col("AssessmentFactors")))
            .with_columns(factors["Assessments"])
            .filter(pl.col("AssessmentFactors").is_not_null())
            .select("Assessments", "AssessmentFactors")
        )

    def _window(self, period: tuple[dt.date | None, dt.date | None] | None) -> tuple[dt.date, dt.date]:
        start, end = period or (None, None)
        if start is None and end is None:
            header = self.text.get("Header")
            dates = (
                header.select(iso_date(pl.col("ReferenceDate"))).to_series().drop_nulls()
                if header is not None
                else None
            )
            if dates is None or dates.is_empty():
                return period_of(str(self.specification.year))
            end = dates[0]
        if end is None:
            assert start is not None
            end = years_later(start, 1) - dt.timedelta(days=1)
        if start is None:
            start = years_later(end, -1) + dt.timedelta(days=1)
        return start, end

    def _linked(self, frames: dict[str, pl.DataFrame]) -> dict[str, pl.LazyFrame]:
        """Give every frame its number columns: equal keys, equal numbers, in all tables."""
        for name, frame in frames.items():
            if NESTED_CHILD in self.given[name].columns:
                nested = self.given[name][NESTED_CHILD].cast(pl.Int64)
                frames[name] = frame.with_columns(
                    pl.when(pl.col("LAchildID").is_null()).then(nested).alias(NESTED_CHILD)
                )
        for level, key in LEVELS.items():
            having = [name for name in frames if key in self.specification.tables[name].keys]
            above = _ABOVE[level]
            on = [above, key] if above else [key, NESTED_CHILD]
            for name in having:
                if NESTED_CHILD in on and NESTED_CHILD not in frames[name].columns:
                    frames[name] = frames[name].with_columns(pl.lit(None, pl.Int64).alias(NESTED_CHILD))
            if not having:
                continue
            numbers = (
                pl.concat([frames[name].select(on) for name in having])
                .unique(maintain_order=True)
                .with_row_index(level)
            )
            for name in having:
                frames[name] = frames[name].join(numbers, on=on, how="left", nulls_equal=True, maintain_order="left")
        return {name: frame.lazy() for name, frame in frames.items()}


def _most(counts: pl.DataFrame) -> int:
    return int(str(counts["rows"].max())) if counts.height else 0


def years_later(date: dt.date, years: int) -> dt.date:
    """The same day some years later (or earlier, below zero); 29 February becomes 28 February where the year has none."""
    year = min(max(date.year + years, dt.MINYEAR), dt.MAXYEAR)
    try:
        return date.replace(year=year)
    except ValueError:
        return date.replace(year=year, day=28)
