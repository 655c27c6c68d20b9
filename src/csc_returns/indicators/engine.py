"""Runs definitions over a history: all of them, with all breakdowns, in one go."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from csc_returns.history import History
from csc_returns.indicators.breakdowns import Breakdown
from csc_returns.indicators.dates import months_later
from csc_returns.indicators.groups import UNKNOWN
from csc_returns.indicators.indicator import Indicator, Unit, Value
from csc_returns.indicators.periods import Period
from csc_returns.indicators.population import TOTAL
from csc_returns.indicators.scope import Scope
from csc_returns.specification import period_of

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

#: Columns of the list of children behind numerators.
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
    }
)

#: Between the two parts of a breakdown, or category, that crosses a distribution with something else.
AND = ", "

_NOTHING_SHARED = pl.QueryOptFlags(comm_subplan_elim=False)

_SCALE: Mapping[Unit, int] = {"percent": 100, "percent_distribution": 100, "rate_per_10000": 10_000}
_MEANS: tuple[Unit, ...] = ("mean", "months", "miles_mean", "years_mean")
_MEDIANS: tuple[Unit, ...] = ("days_median", "weeks_median", "months_median", "miles_median")


@dataclass(frozen=True)
class Job:
    """One indicator with its variants chosen, for one period."""

    indicator: Indicator
    chosen: Mapping[str, Value]
    period: Period


@dataclass
class _Prepared:
    """A job with its rows, and whether each row's child is known to count for it."""

    job: Job
    rows: pl.LazyFrame
    unit: Unit
    parts: dict[str, tuple[str, str]]
    breakdowns: list[Breakdown]
    distribution: bool
    numerator: bool


class Engine:
    """Computes figures of one history. Cohorts are made once a period, whatever the number of indicators."""

    def __init__(
        self,
        history: History,
        *,
        population: pl.DataFrame,
        rules: Mapping[tuple[str, str, int], Sequence[str]] | None = None,
    ) -> None:
        """Take a history.

        Args:
            history: of one or more authorities.
            population: as ``population_of`` gives it.
            rules: (path, table, row) → codes of the rules that flagged the row, to name beside rows left out.
        """
        self.history = history
        self.population = population
        self.rules = rules or {}
        self._scopes: dict[Period, Scope] = {}
        uasc = history.uasc.select(
            "child", pl.lit(value=True).alias("uasc"), pl.col("ceased_date").alias("uasc_ceased")
        )
        children = history.children.join(uasc.unique("child", keep="last", maintain_order=True), on="child", how="left")
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
        prepared = [self._prepare(job, by) for job in jobs]
        # First the rows, then what is counted of them, which reads them several times. What definitions share is in memory by
        # now: to look for more in common would cost more than it saves.
        rows = pl.collect_all([one.rows for one in prepared], optimizations=_NOTHING_SHARED)
        for one, collected in zip(prepared, rows, strict=True):
            one.rows = collected.lazy()
        queries = [query for one in prepared for query in self._queries(one)]
        found = iter(pl.collect_all(queries, optimizations=_NOTHING_SHARED))
        frames = []
        for one in prepared:
            counted, remarks = next(found), next(found)
            frames.append(self._finished(one, counted, remarks))
        return pl.concat(frames).select(MEASURES.names()) if frames else pl.DataFrame(schema=MEASURES)

    def children(self, jobs: Sequence[Job]) -> pl.DataFrame:
        """The units in numerators (of a distribution, mean or median: in the denominator): columns of ``CHILDREN``."""
        parts = []
        for job in jobs:
            one = self._prepare(job, ())
            inside = pl.col("_numerator") if one.numerator and not one.distribution else pl.col("_denominator")
            label = {"indicator": job.indicator.id, "variant": job.indicator.label(job.chosen)}
            parts.append(
                one.rows.filter(inside).select(
                    *(pl.lit(text).alias(name) for name, text in label.items()),
                    pl.lit(job.period.start).alias("period_start"),
                    pl.lit(job.period.end).alias("period_end"),
                    pl.col("la").alias("la_code"),
                    pl.col("child_id").alias("child"),
                    pl.col("date"),
                    (pl.col("category") if one.distribution else pl.lit(None, pl.String)).alias("category"),
                )
            )
        found = pl.concat(pl.collect_all(parts)) if parts else pl.DataFrame(schema=CHILDREN)
        return found.sort(pl.all(), maintain_order=True, nulls_last=True)

    # -- making --------------------------------------------------------------------------------------------------------

    def _prepare(self, job: Job, by: Sequence[str] | None) -> _Prepared:
        definition = job.indicator
        made = definition.function(self.scope(job.period), *(job.chosen[each.name] for each in definition.variants))
        rows, unit = made if isinstance(made, tuple) else (made, definition.unit)
        has = rows.collect_schema().names()
        parts = {name: (name.partition(": ")[0], name.partition(": ")[2]) for name in has if ": " in name}
        breakdowns = [one for one in definition.breakdowns if by is None or one.name in by]
        read = [column for one in breakdowns for column in one.reads]
        kept = ["child", "date", *(name for name in ("category", "remark", "value") if name in has), *parts, *read]
        rows = rows.select(
            *dict.fromkeys(kept),
            (pl.col("denominator") if "denominator" in has else pl.lit(value=True))
            .fill_null(False)
            .alias("_denominator"),
            (pl.col("numerator") if "numerator" in has else pl.lit(value=False)).fill_null(False).alias("_numerator"),
        ).join(self._children.lazy(), on="child", how="left")
        return _Prepared(job, rows, unit, parts, breakdowns, "category" in has, "numerator" in has)

    def _queries(self, one: _Prepared) -> Iterable[pl.LazyFrame]:
        """Counts by authority, breakdown and category; and remarks by authority."""
        expressions = [pl.lit(TOTAL).alias(TOTAL), *(each.category.alias(each.name) for each in one.breakdowns)]
        names = [TOTAL, *(each.name for each in one.breakdowns)]
        carried = ["la", "_denominator", "_numerator", *(["category"] if one.distribution else []), *one.parts]
        value = pl.col("value").cast(pl.Float64) if self._averages(one.unit) else pl.lit(None, pl.Float64)
        wide = one.rows.select(
            *(pl.col(name) if name != "category" else pl.col(name).alias("_own") for name in carried),
            value.alias("_value"),
            *expressions,
        )
        index = ["_own" if name == "category" else name for name in carried] + ["_value"]
        long = wide.unpivot(on=names, index=index, variable_name="breakdown", value_name="category")
        inside = pl.col("_value").filter("_denominator")
        sums = [
            pl.col("_numerator").sum().cast(pl.Int64).alias("_n"),
            pl.col("_denominator").sum().cast(pl.Int64).alias("_d"),
            inside.sum().alias("_sum"),
            inside.count().cast(pl.Int64).alias("_values"),
            inside.median().alias("_median"),
            *(pl.col(name).sum().cast(pl.Int64) for name in one.parts),
        ]
        by = ["la", "breakdown", "category"]
        total = long.group_by(by).agg(sums).with_columns(pl.lit(None, pl.String).alias("_own"))
        if one.distribution:
            own = long.filter("_denominator").group_by(*by, "_own").agg(sums)
            total = pl.concat([total, own.select(total.collect_schema().names())])
        yield total
        if "remark" not in one.rows.collect_schema().names():
            yield pl.LazyFrame(schema={"la": pl.String, "remark": pl.String, "rows": pl.Int64})
            return
        yield (
            one.rows.filter(pl.col("remark").is_not_null())
            .group_by("la", "remark")
            .agg(pl.len().cast(pl.Int64).alias("rows"))
        )

    @staticmethod
    def _averages(unit: Unit) -> bool:
        return unit in _MEANS or unit in _MEDIANS

    def _finished(self, one: _Prepared, counted: pl.DataFrame, remarks: pl.DataFrame) -> pl.DataFrame:
        """The rows of one job's figures."""
        definition, period = one.job.indicator, one.job.period
        authorities = pl.DataFrame({"la": self.history.authorities}, schema={"la": pl.String})
        lacks = {
            la: lacking(definition, one.job.chosen, period, self.history.covered, la, self._senders)
            for la in self.history.authorities
        }
        usable = [la for la, (missing, _) in lacks.items() if missing is None]
        counted = counted.filter(pl.col("la").is_in(usable))
        # An authority without a single unit still has a figure: 0, or z.
        absent = authorities.filter(pl.col("la").is_in(usable)).join(
            counted.filter(pl.col("breakdown") == TOTAL), on="la", how="anti"
        )
        zero = pl.DataFrame({"breakdown": TOTAL, "category": TOTAL, "_n": 0, "_d": 0, "_sum": 0.0, "_values": 0})
        zero = zero.with_columns(pl.lit(0, pl.Int64).alias(name) for name in one.parts)
        counted = pl.concat([counted, absent.join(zero, how="cross")], how="diagonal")
        shown = [self._figures(one, counted)]
        shown += [self._part(one, counted, column) for column in one.parts]
        rows = pl.concat(shown, how="diagonal")
        nothing = authorities.filter(~pl.col("la").is_in(usable)).select(
            "la", pl.lit(TOTAL).alias("breakdown"), pl.lit(TOTAL).alias("category")
        )
        rows = pl.concat([rows, nothing], how="diagonal")
        notes = {la: self._note(one, la, lacks[la], remarks) for la in self.history.authorities}
        lost = {la: self._left_out(one.job, la)[0] for la in self.history.authorities}
        rows = rows.with_columns(
            pl.lit(definition.id).alias("indicator"),
            pl.lit(definition.label(one.job.chosen)).alias("variant"),
            pl.lit(period.start).alias("period_start"),
            pl.lit(period.end).alias("period_end"),
            pl.lit(one.unit).alias("unit"),
            pl.col("la").replace_strict(lost, return_dtype=pl.Int64).alias("rows_left_out"),
            pl.col("la").replace_strict(notes, return_dtype=pl.String).alias("note"),
            pl.lit(definition.version, pl.Int64).alias("definition_version"),
        )
        if one.unit == "rate_per_10000":
            rows = self._with_population(rows)
        rows = rows.with_columns(_value(one.unit, definition.decimals))
        return self._ordered(one, rows).rename({"la": "la_code"}).select(MEASURES.names()).cast(MEASURES)

    def _figures(self, one: _Prepared, counted: pl.DataFrame) -> pl.DataFrame:
        """The figure, and those of its breakdowns: columns ``numerator`` and ``denominator`` before any division."""
        own = pl.col("_own") if "_own" in counted.columns else pl.lit(None, pl.String)
        counted = counted.with_columns(own.alias("_own"))
        whole = pl.col("_own").is_null()
        if one.unit in _MEDIANS:
            return counted.select(
                "la",
                "breakdown",
                "category",
                pl.lit(None, pl.Float64).alias("numerator"),
                pl.col("_values").cast(pl.Float64).alias("denominator"),
                pl.col("_median"),
            )
        if one.unit in _MEANS:
            return counted.select(
                "la",
                "breakdown",
                "category",
                pl.col("_sum").alias("numerator"),
                pl.col("_values").cast(pl.Float64).alias("denominator"),
            )
        if one.unit == "percent_distribution" and not one.distribution:
            # Each breakdown is a distribution: its categories are shares of everyone.
            if one.job.indicator.of_known:
                return _of_known(counted)
            everyone = counted.filter(pl.col("breakdown") == TOTAL).select("la", pl.col("_d").alias("_all"))
            return counted.join(everyone, on="la").select(
                "la",
                "breakdown",
                "category",
                pl.col("_d").cast(pl.Float64).alias("numerator"),
                pl.col("_all").cast(pl.Float64).alias("denominator"),
            )
        if not one.distribution:
            denominator = (
                pl.lit(None, pl.Float64) if one.unit in {"count", "rate_per_10000"} else pl.col("_d").cast(pl.Float64)
            )
            return counted.select(
                "la",
                "breakdown",
                "category",
                pl.col("_n").cast(pl.Float64).alias("numerator"),
                denominator.alias("denominator"),
            )
        of_all = counted.filter(whole).select("la", "breakdown", "category", pl.col("_d").alias("_all"))
        parts = counted.filter(~whole).join(of_all, on=["la", "breakdown", "category"])
        total = pl.col("breakdown") == TOTAL
        name = one.job.indicator.category
        own_rows = parts.select(
            "la",
            pl.when(total)
            .then(pl.lit(name))
            .otherwise(pl.lit(f"{name}{AND}") + pl.col("breakdown"))
            .alias("breakdown"),
            pl.when(total).then("_own").otherwise(pl.col("_own") + pl.lit(AND) + pl.col("category")).alias("category"),
            pl.col("_d").cast(pl.Float64).alias("numerator"),
            pl.col("_all").cast(pl.Float64).alias("denominator"),
        )
        numerator = pl.col("_n") if one.numerator else pl.col("_d")
        summed = counted.filter(whole).select(
            "la",
            "breakdown",
            "category",
            numerator.cast(pl.Float64).alias("numerator"),
            pl.col("_d").cast(pl.Float64).alias("denominator"),
        )
        return pl.concat([summed, own_rows])

    def _part(self, one: _Prepared, counted: pl.DataFrame, column: str) -> pl.DataFrame:
        """A part of the numerator that is shown beside it."""
        breakdown, category = one.parts[column]
        whole = pl.col("_own").is_null() if "_own" in counted.columns else pl.lit(value=True)
        return counted.filter((pl.col("breakdown") == TOTAL) & whole).select(
            "la",
            pl.lit(breakdown).alias("breakdown"),
            pl.lit(category).alias("category"),
            pl.col(column).cast(pl.Float64).alias("numerator"),
            (pl.lit(None, pl.Float64) if one.unit == "count" else pl.col("_d").cast(pl.Float64)).alias("denominator"),
        )

    def _with_population(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Rates with the number of children that they are a rate of, as far as it is known."""
        known = self.population.with_columns(pl.col("population").cast(pl.Float64))
        rows = rows.drop("denominator").join(
            known, on=["la", "breakdown", "category"], how="left", maintain_order="left"
        )
        rows = rows.rename({"population": "denominator"})
        lacks = pl.col("denominator").is_null() & pl.col("numerator").is_not_null()
        of_part = pl.col("la").is_in(self.population.filter(pl.col("breakdown") == TOTAL)["la"].implode())
        words = (
            pl.when(lacks & of_part & (pl.col("breakdown") != TOTAL))
            .then(pl.lit("no population of this category: count only"))
            .when(lacks)
            .then(pl.lit("no population: count only"))
        )
        note = pl.concat_str(pl.col("note"), words, separator="; ", ignore_nulls=True)
        return rows.with_columns(pl.when(note != "").then(note).alias("note"))

    def _ordered(self, one: _Prepared, rows: pl.DataFrame) -> pl.DataFrame:
        """Rows by authority; the total first, then breakdowns as the definition names them, categories in their order."""
        definition = one.job.indicator
        own = definition.category
        names = [TOTAL, own, *dict.fromkeys(name for name, _ in one.parts.values())]
        names += [each.name for each in one.breakdowns]
        names += [f"{own}{AND}{each.name}" for each in one.breakdowns]
        position = {name: at for at, name in enumerate(dict.fromkeys(names))}
        places = [(each.name, category, at) for each in one.breakdowns for at, category in enumerate(each.order)] + [
            (name, category, at) for at, (name, category) in enumerate(one.parts.values())
        ]
        places += [(own, category, at) for at, category in enumerate(definition.order)]
        order = pl.DataFrame(
            places, schema={"breakdown": pl.String, "category": pl.String, "_at": pl.Int64}, orient="row"
        )
        order = order.unique(["breakdown", "category"], keep="first")
        return (
            rows.with_columns(pl.col("breakdown").replace_strict(position, return_dtype=pl.Int64).alias("_position"))
            .join(order, on=["breakdown", "category"], how="left")
            .sort("la", "_position", "_at", "category", nulls_last=True)
        )

    def _senders(self, frame: str) -> set[str]:
        """The authorities that have a row of a frame."""
        children = self.history.frames[frame].lazy().select("child").unique()
        return set(self._children.lazy().join(children, on="child", how="semi").select("la").unique().collect()["la"])

    # -- what was lacking ----------------------------------------------------------------------------------------------

    def _left_out(self, job: Job, la: str) -> tuple[int, list[str]]:
        """Rows of returns that touch the period and could not be used, and the rules that flagged them."""
        rows = self.history.left_out.filter(
            (pl.col("la") == la) & pl.col("frame").is_in(job.indicator.reads) & (pl.col("last_day") >= job.period.start)
        )
        if rows.is_empty():
            return 0, []
        places = rows.select("path", "table", "row").rows()
        return rows.height, sorted({code for place in places for code in self.rules.get(place, ())})

    def _note(self, one: _Prepared, la: str, lacks: tuple[str | None, list[str]], remarks: pl.DataFrame) -> str | None:
        missing, words = lacks
        if missing:
            return missing
        words = list(words)
        if one.job.indicator.limits:
            words.append(one.job.indicator.limits)
        words += [
            f"{rows} {text}"
            for text, rows in remarks.filter(pl.col("la") == la).sort("remark").select("remark", "rows").rows()
        ]
        _, codes = self._left_out(one.job, la)
        if codes:
            words.append(f"rows left out were flagged by {', '.join(codes)}")
        return "; ".join(words) or None


#: Collections as people call them.
TITLES = {"cin": "children in need census", "ssda903": "children looked after return"}


def lacking(
    definition: Indicator,
    chosen: Mapping[str, Value],
    period: Period,
    covered: pl.DataFrame,
    la: str,
    senders: Callable[[str], Container[str]] | None = None,
) -> tuple[str | None, list[str]]:
    """Why there is no figure for an authority (else None); and what an existing one lacks.

    Args:
        definition: of the indicator.
        chosen: its variants.
        period: of the figure.
        covered: as in the history.
        la: the authority.
        senders: the authorities that have a row of a frame; without it nobody is taken to have sent nothing.
    """
    lacks = []
    for need in definition.needs:
        if need.only and not all(chosen[name] in values for name, values in need.only.items()):
            continue
        first = months_later(period.start, -need.months_before)
        if need.since and first < period_of(need.since)[0]:
            return f"not computed: collected from {need.since}", []
        if need.frame and senders and la not in senders(need.frame):
            return f"not computed: the returns tell of no {need.frame.replace('_', ' ')} at all", []
        # The last day of a month stays one.
        last = months_later(period.end + dt.timedelta(days=1), need.months_after) - dt.timedelta(days=1)
        own = covered.filter((pl.col("la") == la) & (pl.col("collection") == need.collection)).sort("first_day")
        touching = own.filter((pl.col("first_day") <= last) & (pl.col("last_day") >= first))
        for start, end in touching.filter("broken_off").select("first_day", "last_day").rows():
            lacks.append(f"only a part of the {TITLES[need.collection]} of {start} to {end} could be read")
        if _covers(own.select("first_day", "last_day").rows(), first, last, period.kind == "snapshot"):
            continue
        if need.otherwise is None:
            return f"not computed: no {TITLES[need.collection]} from {first} to {last}", []
        lacks.append(f"no {TITLES[need.collection]} for all of {first} to {last}: {need.otherwise}")
    return None, list(dict.fromkeys(lacks))


def _covers(spans: Sequence[tuple[dt.date, dt.date]], first: dt.date, last: dt.date, part: bool) -> bool:
    """Whether the spans (by first day) leave no day of a time out. ``part``: an extract that ends with the time will do."""
    reached = first - dt.timedelta(days=1)
    for start, end in spans:
        if start <= reached + dt.timedelta(days=1):
            reached = max(reached, end)
    return reached >= last or (part and reached >= first)


def _of_known(counted: pl.DataFrame) -> pl.DataFrame:
    """The categories of each breakdown as shares of the children of whom it is known; of the others the number only."""
    known = pl.col("category") != UNKNOWN
    of_known = pl.col("_d").filter(known).sum().over("la", "breakdown")
    return counted.select(
        "la",
        "breakdown",
        "category",
        pl.col("_d").cast(pl.Float64).alias("numerator"),
        pl.when(known).then(of_known).cast(pl.Float64).alias("denominator"),
    )


def _value(unit: Unit, decimals: int) -> pl.Expr:
    """The value of a row, rounded once and half away from zero; null where the denominator is 0 or not known."""
    if unit == "count":
        return pl.col("numerator").alias("value")
    if unit in _MEDIANS:
        return pl.when(pl.col("denominator") > 0).then(_rounded(pl.col("_median"), decimals)).alias("value")
    exact = pl.col("numerator") * _SCALE.get(unit, 1) / pl.col("denominator")
    if unit in _SCALE:
        # Counts are whole numbers: done in whole numbers, no half is lost to the binary fractions.
        factor = 2 * _SCALE[unit] * 10**decimals
        numerator, denominator = (pl.col(name).cast(pl.Int64) for name in ("numerator", "denominator"))
        # The last round only writes 42.9 for 42.900000000000006.
        exact = ((numerator * factor + denominator) // (2 * denominator) / 10**decimals).round(decimals)
    else:
        exact = _rounded(exact, decimals)
    return pl.when(pl.col("denominator") > 0).then(exact).alias("value")


def _rounded(number: pl.Expr, decimals: int) -> pl.Expr:
    """Half away from zero; what the binary fraction lost of a half is given back."""
    scaled = number.abs() * 10**decimals
    rounded: pl.Expr = number.sign() * ((scaled + 0.5 + 1e-9).floor() / 10**decimals).round(decimals)
    return rounded
