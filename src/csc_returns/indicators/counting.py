"""Counts the units of many definitions at once: by authority, breakdown and category.

Definitions with the same breakdowns are counted together, as one frame: the categories of all their rows are told in one go, and
one query a breakdown counts them. Whatever tells of the child alone (sex, ethnicity) is told once a child.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from csc_returns.indicators.breakdowns import Breakdown
from csc_returns.indicators.population import TOTAL

#: What is shared between queries is in memory by now: to look for more in common would cost more than it saves.
NOTHING_SHARED = pl.QueryOptFlags(comm_subplan_elim=False)

#: What ``counts`` gives. ``own`` is the category of a distribution, null in the rows of all its categories together. ``n`` and
#: ``d`` are the units in numerator and denominator; ``sum``, ``values`` and ``median`` are of the values in the denominator.
COUNTS = pl.Schema(
    {
        "job": pl.UInt32(),
        "la": pl.String(),
        "breakdown": pl.String(),
        "category": pl.String(),
        "own": pl.String(),
        "n": pl.Int64(),
        "d": pl.Int64(),
        "sum": pl.Float64(),
        "values": pl.Int64(),
        "median": pl.Float64(),
    }
)


@dataclass(frozen=True)
class Units:
    """The units of a definition: what ``number`` it has among all, its rows, and what they are counted by.

    Columns of ``rows``: child, date, _numerator, _denominator, whatever the breakdowns read, and perhaps category (a
    distribution), value (a mean or median), remark, and the ``parts``, which are shown beside the total.
    """

    number: int
    rows: pl.DataFrame
    breakdowns: tuple[Breakdown, ...]
    parts: tuple[str, ...]

    @property
    def distribution(self) -> bool:
        """Whether the units have categories of their own."""
        return "category" in self.rows.columns

    @property
    def valued(self) -> bool:
        """Whether a mean or median is taken of them."""
        return "value" in self.rows.columns


def counts(all_units: Sequence[Units], children: pl.DataFrame) -> pl.DataFrame:
    """Units by authority, breakdown and category, the total among them: columns of ``COUNTS``.

    Args:
        all_units: of each definition.
        children: of the history, with ``uasc`` and ``uasc_ceased``.
    """
    if not all_units:
        return pl.DataFrame(schema=COUNTS)
    by_kind: dict[object, list[Units]] = {}
    for one in all_units:
        by_kind.setdefault((tuple(map(id, one.breakdowns)), one.distribution, one.valued), []).append(one)
    of_child = {
        id(each): each for one in all_units for each in one.breakdowns if _tells_of_child_alone(each, children.columns)
    }
    told = {key: f"_told {at}" for at, key in enumerate(of_child)}
    children = children.with_columns(
        pl.col("la").cast(pl.Categorical),
        *(each.category.cast(pl.Categorical).alias(told[key]) for key, each in of_child.items()),
    )
    wide = pl.collect_all([_wide(alike, children, told) for alike in by_kind.values()], optimizations=NOTHING_SHARED)
    queries = [
        query for alike, rows in zip(by_kind.values(), wide, strict=True) for query in _counted(rows.lazy(), alike[0])
    ]
    return pl.concat(pl.collect_all(queries, optimizations=NOTHING_SHARED))


def counts_of_parts(all_units: Sequence[Units], children: pl.DataFrame) -> pl.DataFrame:
    """Units of which a part is true (or what it adds up to), by authority: ``job``, ``la``, ``part`` (its column), ``n``."""
    schema = {"job": pl.UInt32(), "la": pl.String(), "part": pl.String(), "n": pl.Int64()}
    queries = [
        one.rows.lazy()
        .select("child", pl.col(*one.parts).cast(pl.Int64))
        .unpivot(index="child", variable_name="part")
        .join(children.lazy().select("child", "la"), on="child")
        .group_by("la", "part")
        .agg(pl.col("value").sum().alias("n"))
        .select(pl.lit(one.number, pl.UInt32).alias("job"), "la", "part", "n")
        for one in all_units
        if one.parts
    ]
    return pl.concat([pl.DataFrame(schema=schema), *pl.collect_all(queries)])


def counts_of_remarks(all_units: Sequence[Units], children: pl.DataFrame) -> dict[tuple[int, str], list[str]]:
    """How many rows have which remark, in words: (number of the definition, authority) → "3 plans left out: ..."."""
    queries = [
        one.rows.lazy()
        .filter(pl.col("remark").is_not_null())
        .join(children.lazy().select("child", "la"), on="child")
        .group_by("la", "remark")
        .len()
        .select(pl.lit(one.number, pl.UInt32).alias("job"), "la", "remark", "len")
        for one in all_units
        if "remark" in one.rows.columns
    ]
    found: dict[tuple[int, str], list[str]] = {}
    for number, la, remark, rows in (row for frame in pl.collect_all(queries) for row in frame.sort("remark").rows()):
        found.setdefault((number, la), []).append(f"{rows} {remark}")
    return found


def _tells_of_child_alone(breakdown: Breakdown, columns: Sequence[str]) -> bool:
    """Whether its category follows from the child, whatever the day."""
    return not breakdown.reads and set(breakdown.category.meta.root_names()) <= set(columns)


def _wide(alike: Sequence[Units], children: pl.DataFrame, told: dict[int, str]) -> pl.LazyFrame:
    """The rows of definitions that are counted alike: one below the other, a column for the categories of each breakdown."""
    first = alike[0]
    breakdowns = first.breakdowns
    reads = dict.fromkeys(column for each in breakdowns for column in each.reads)
    own = ["category"] if first.distribution else []
    value = ["value"] if first.valued else []
    kept = ["child", "date", "_numerator", "_denominator", *own, *value, *reads]
    rows = pl.concat(
        [one.rows.lazy().select(pl.lit(one.number, pl.UInt32).alias("job"), *kept) for one in alike],
        how="vertical_relaxed",
    )
    on_day = [each for each in breakdowns if id(each) not in told]
    needed = {name for each in on_day for name in each.category.meta.root_names()} - {"date", *reads}
    known = children.lazy().select(
        "child", "la", *sorted(needed), *(told[id(each)] for each in breakdowns if id(each) in told)
    )
    return rows.join(known, on="child", how="left").select(
        "job",
        "la",
        "_numerator",
        "_denominator",
        *(pl.col(name).cast(pl.Categorical).alias("own") for name in own),
        *(pl.col(name).cast(pl.Float64) for name in value),
        *(
            (pl.col(told[id(each)]) if id(each) in told else each.category.cast(pl.Categorical)).alias(
                f"by {each.name}"
            )
            for each in breakdowns
        ),
    )


def _counted(rows: pl.LazyFrame, kind: Units) -> Iterator[pl.LazyFrame]:
    """The counts of rows that are counted alike: columns of ``COUNTS``."""
    inside = pl.col("value").filter("_denominator")
    sums = [pl.col("_numerator").sum().alias("n"), pl.col("_denominator").sum().alias("d")]
    if kind.valued:
        sums += [inside.sum().alias("sum"), inside.count().alias("values"), inside.median().alias("median")]
    for name in (TOTAL, *(each.name for each in kind.breakdowns)):
        by = ["job", "la"] if name == TOTAL else ["job", "la", f"by {name}"]
        counted = [rows.group_by(by).agg(sums)]
        if kind.distribution:
            counted.append(rows.filter("_denominator").group_by(*by, "own").agg(sums))
        for query in counted:
            told = {
                "breakdown": pl.lit(name),
                "category": pl.lit(TOTAL) if name == TOTAL else pl.col(f"by {name}"),
                **{
                    column: pl.lit(None)
                    for column in COUNTS
                    if column not in [*query.collect_schema(), "breakdown", "category"]
                },
            }
            yield query.with_columns(**told).select(pl.col(name).cast(dtype) for name, dtype in COUNTS.items())
