"""Runs definitions over a history: all of them, with all breakdowns, in one go.

Definitions give rows (``indicator.py``); those are counted (``counting.py``); counts become figures (``figures.py``), and
beside them stands what the returns lack (``coverage.py``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from csc_returns.history import History
from csc_returns.indicators.breakdowns import Breakdown
from csc_returns.indicators.cohorts.cla import longest_uasc
from csc_returns.indicators.counting import NOTHING_SHARED, Units, counts, counts_of_parts, counts_of_remarks
from csc_returns.indicators.coverage import Coverage
from csc_returns.indicators.figures import Counted, averages, figures
from csc_returns.indicators.indicator import Indicator, Value
from csc_returns.indicators.periods import Period
from csc_returns.indicators.scope import Scope

#: Columns of results, in this order. ``numerator`` is the sum where the unit is a mean, and null where it is a median.
MEASURES = pl.Schema(
    {
        "indicator": pl.String(),
        "variant": pl.String(),
        "period_start": pl.Date(),
        "period_end": pl.Date(),
        "la_code": pl.String(),
        "breakdown": pl.String(),
        "category": pl.String(),
        "numerator": pl.Float64(),
        "denominator": pl.Float64(),
        "value": pl.Float64(),
        "unit": pl.String(),
        "rows_left_out": pl.Int64(),
        "note": pl.String(),
        "definition_version": pl.Int64(),
    }
)

#: Columns of the list of children behind numerators; of a distribution ``in_numerator`` tells which are in that of its total.
CHILDREN = pl.Schema(
    {
        "indicator": pl.String(),
        "variant": pl.String(),
        "period_start": pl.Date(),
        "period_end": pl.Date(),
        "la_code": pl.String(),
        "child": pl.String(),
        "date": pl.Date(),
        "category": pl.String(),
        "in_numerator": pl.Boolean(),
    }
)

#: Before the codes of rules, in notes.
FLAGGED_BY = "rows left out were flagged by "

#: A percentage of fewer than this is flagged in the note: one child more or less changes it by more than ten points.
SMALL_DENOMINATOR = 10


@dataclass(frozen=True)
class Job:
    """One indicator with its variants chosen, for one period."""

    indicator: Indicator
    chosen: Mapping[str, Value]
    period: Period


class Engine:
    """Computes figures of one history. Cohorts are made once a period, whatever the number of indicators."""

    def __init__(
        self,
        history: History,
        *,
        population: pl.DataFrame,
        rules: Mapping[tuple[str, str, int], Sequence[str]] | None = None,
        small_denominator: int = SMALL_DENOMINATOR,
    ) -> None:
        """Take a history.

        Args:
            history: of one or more authorities.
            population: as ``population_of`` gives it.
            rules: (path, table, row) → codes of the rules that flagged the row, to name beside rows left out.
            small_denominator: percentages of fewer than this are flagged in their note.
        """
        self.history = history
        self.population = population
        self.small_denominator = small_denominator
        self.coverage = Coverage(history, rules)
        self._scopes: dict[Period, Scope] = {}
        uasc = longest_uasc(history).select(
            "child", pl.lit(value=True).alias("uasc"), pl.col("ceased_date").alias("uasc_ceased")
        )
        children = history.children.join(uasc, on="child", how="left")
        self._children = children.with_columns(pl.col("uasc").fill_null(False)).collect()

    def scope(self, period: Period) -> Scope:
        """The scope of a period, the same one each time."""
        return self._scopes.setdefault(period, Scope(self.history, period))

    def measures(self, jobs: Sequence[Job], by: Sequence[str] | None = None) -> pl.DataFrame:
        """The figures of some jobs: columns of ``MEASURES``, in the order of the jobs, authorities, breakdowns and categories.

        Args:
            jobs: what to compute.
            by: names of the breakdowns wanted; all when None. The total is always there.
        """
        return self._figures(jobs, *self._collected(jobs, by))

    def children(self, jobs: Sequence[Job]) -> pl.DataFrame:
        """The units in numerators (of a distribution, mean or median: in the denominator): columns of ``CHILDREN``."""
        return self._listed(jobs, *self._collected(jobs, ()))

    def measures_and_children(
        self, jobs: Sequence[Job], by: Sequence[str] | None = None
    ) -> tuple[pl.DataFrame, pl.DataFrame]:
        """What ``measures`` and ``children`` give, of rows that are made once."""
        collected = self._collected(jobs, by)
        return self._figures(jobs, *collected), self._listed(jobs, *collected)

    def _figures(self, jobs: Sequence[Job], units: Sequence[Units], counted: Sequence[Counted]) -> pl.DataFrame:
        """Columns of ``MEASURES``."""
        remarks = counts_of_remarks(units, self._children)
        told = self._told(jobs, remarks)
        found = figures(
            counted,
            counts(units, self._children),
            counts_of_parts(units, self._children),
            told.select("job", "la", "usable"),
            self.population,
        )
        labels = pl.DataFrame(
            [
                (
                    number,
                    job.indicator.id,
                    job.indicator.label(job.chosen),
                    job.period.start,
                    job.period.end,
                    job.indicator.version,
                )
                for number, job in enumerate(jobs)
            ],
            schema={
                "job": pl.UInt32,
                **{name: MEASURES[name] for name in ("indicator", "variant", "period_start", "period_end")},
                "definition_version": pl.Int64,
            },
            orient="row",
        )
        found = found.join(labels, on="job", maintain_order="left").join(told, on=["job", "la"], maintain_order="left")
        small = pl.col("unit").is_in(["percent", "percent_distribution"]) & pl.col("denominator").is_between(
            1, self.small_denominator, closed="left"
        )
        flag = pl.when(small).then(pl.lit(f"denominator under {self.small_denominator}"))
        note = pl.concat_str("note", "lacks", flag, separator="; ", ignore_nulls=True)
        return (
            found.with_columns(pl.when(note != "").then(note).alias("note"))
            .rename({"la": "la_code"})
            .select(pl.col(name).cast(dtype) for name, dtype in MEASURES.items())
        )

    def _listed(self, jobs: Sequence[Job], units: Sequence[Units], counted: Sequence[Counted]) -> pl.DataFrame:
        """Columns of ``CHILDREN``."""
        parts = []
        for one, what, job in zip(units, counted, jobs, strict=True):
            inside = pl.col("_numerator") if what.has_numerator and not what.distribution else pl.col("_denominator")
            if one.valued:
                # A unit without a value is in no mean.
                inside = pl.col("_denominator") & pl.col("value").is_not_null()
            label = {"indicator": job.indicator.id, "variant": job.indicator.label(job.chosen)}
            parts.append(
                one.rows.lazy()
                .filter(inside)
                .join(self._children.lazy().select("child", "la", "child_id"), on="child")
                .select(
                    *(pl.lit(text).alias(name) for name, text in label.items()),
                    pl.lit(job.period.start).alias("period_start"),
                    pl.lit(job.period.end).alias("period_end"),
                    pl.col("la").alias("la_code"),
                    pl.col("child_id").alias("child"),
                    pl.col("date"),
                    (pl.col("category") if what.distribution else pl.lit(None, pl.String)).alias("category"),
                    (pl.col("_numerator") if what.has_numerator else pl.lit(value=True)).alias("in_numerator"),
                )
            )
        found = pl.concat(pl.collect_all(parts)) if parts else pl.DataFrame(schema=CHILDREN)
        return found.sort(pl.all(), maintain_order=True, nulls_last=True)

    def _collected(self, jobs: Sequence[Job], by: Sequence[str] | None) -> tuple[list[Units], list[Counted]]:
        """The rows of all jobs, and what is to be made of them."""
        queries: list[pl.LazyFrame] = []
        units: list[tuple[tuple[Breakdown, ...], tuple[str, ...]]] = []
        counted: list[Counted] = []
        for job in jobs:
            definition = job.indicator
            made = definition.function(self.scope(job.period), *(job.chosen[each.name] for each in definition.variants))
            rows, unit = made if isinstance(made, tuple) else (made, definition.unit)
            has = rows.collect_schema().names()
            parts = tuple(name for name in has if ": " in name)
            breakdowns = tuple(one for one in definition.breakdowns if by is None or one.name in by)
            if unit == "percent_distribution" and "category" not in has and not breakdowns:
                # A profile is nothing but its breakdowns.
                breakdowns = definition.breakdowns
            reads = (column for one in breakdowns for column in one.reads)
            optional = ("category", "remark", *(("value",) if averages(unit) else ()))
            kept = dict.fromkeys(["child", "date", *(name for name in optional if name in has), *parts, *reads])
            queries.append(rows.select(*kept, _flag("denominator", has, otherwise=True), _flag("numerator", has)))
            units.append((breakdowns, parts))
            counted.append(Counted(len(counted), definition, unit, parts, "category" in has, "numerator" in has))
        collected = pl.collect_all(queries, optimizations=NOTHING_SHARED)
        return [
            Units(number, rows, *what) for number, (rows, what) in enumerate(zip(collected, units, strict=True))
        ], counted

    def _told(self, jobs: Sequence[Job], remarks: Mapping[tuple[int, str], list[str]]) -> pl.DataFrame:
        """What is said beside the figures of each job and authority: ``job``, ``la``, ``usable``, ``rows_left_out``, ``note``."""
        rows = []
        for number, job in enumerate(jobs):
            for la in self.history.authorities:
                missing, lacks = self.coverage.lacking(job.indicator, job.chosen, job.period, la)
                lost, codes = self.coverage.left_out(job.indicator, job.chosen, job.period, la)
                words = [missing] if missing else [*lacks, *([job.indicator.limits] if job.indicator.limits else [])]
                if not missing:
                    words += remarks.get((number, la), [])
                    words += [f"{FLAGGED_BY}{', '.join(codes)}"] if codes else []
                rows.append((number, la, missing is None, lost, "; ".join(words) or None))
        schema = {
            "job": pl.UInt32, "la": pl.String, "usable": pl.Boolean, "rows_left_out": pl.Int64, "note": pl.String
        }  # fmt: skip
        return pl.DataFrame(rows, schema=schema, orient="row")


def _flag(column: str, has: Sequence[str], *, otherwise: bool = False) -> pl.Expr:
    """Whether a row counts, as ``_numerator`` or ``_denominator``; blank is no."""
    found = pl.col(column) if column in has else pl.lit(otherwise)
    return found.fill_null(False).alias(f"_{column}")
