"""Runs the rules of a year on the tables of a return.

Row rules of a table are one query, frame rules one query each; all queries are collected together. A rule that fails is set
aside and reported, the others still answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import polars as pl

from csc_returns.validation.data import ReturnData
from csc_returns.validation.findings import FINDINGS, NotRun, no_findings
from csc_returns.validation.rule import LAST, NEEDS, OTHER, Rule

#: Columns that a query of located cells has; ``place`` orders the cells of one finding, what the rule names first comes first.
_CELLS = pl.Schema(
    {
        "rule": pl.String(),
        "group": pl.Int64(),
        "place": pl.Int64(),
        "table": pl.String(),
        "row": pl.Int64(),
        "field": pl.String(),
    }
)


@dataclass(frozen=True)
class Outcome:
    """What the rules found: located cells (``rule, group, table, row, field``), rules that ran, rules that did not.

    Cells of last year's tables are named beside a finding and not located.
    """

    cells: pl.DataFrame
    ran: list[str]
    not_run: list[NotRun]


def run(rules: Sequence[Rule], data: ReturnData, own_items: bool = True) -> Outcome:
    """Run rules on a return.

    Args:
        rules: versions in force in the year of ``data``.
        data: the tables.
        own_items: also report faults of items for which no DfE rule is in force (codes CSC2nn).
    """
    not_run = [NotRun(rule.code, reason) for rule in rules if (reason := _why_not(rule, data))]
    silent = {entry.code for entry in not_run}
    able = [rule for rule in rules if rule.code not in silent]
    by_table: dict[str, list[Rule]] = {}
    for rule in able:
        if rule.kind == "row":
            by_table.setdefault(rule.table, []).append(rule)
    queries: list[_Query] = [_RowQuery(some, data) for some in by_table.values()]
    queries += [_FrameQuery(rule, data) for rule in able if rule.kind == "frame"]
    with ThreadPoolExecutor(max_workers=1) as pool:  # pandera is Python, the queries are not: one core each
        checks = pool.submit(_run_items, [rule for rule in able if rule.kind == "item"], data, own_items)
        frames, crashed = _collect(queries)
        items, crashed_items = checks.result()
    crashed += crashed_items
    not_run += crashed
    broken = {entry.code for entry in crashed}
    cells = _without_repeats(pl.concat([items, *frames]))
    ran = sorted({rule.code for rule in able} - broken, key=[rule.code for rule in able].index)
    return Outcome(cells, ran, not_run)


def whole_return_cell(code: str) -> pl.DataFrame:
    """A finding about the return as a whole."""
    return pl.DataFrame([(code, 0, None, None, None, None)], schema=_CELLS, orient="row")


def _without_repeats(cells: pl.DataFrame) -> pl.DataFrame:
    """Drop our own "blank" and "not a listed code" where a DfE rule already points at the cell."""
    ours = pl.col("rule").is_in(["CSC201", "CSC202"])
    place = ["table", "row", "field"]
    return pl.concat([cells.filter(~ours), cells.filter(ours).join(cells.filter(~ours), on=place, how="anti")])


def _why_not(rule: Rule, data: ReturnData) -> str | None:
    """Why a rule cannot run on a return, or None."""
    header = data.specification.header
    # Without a header the collection window follows from the year: rules that only read it still run.
    spared = {header.table} - set(rule.locates) if header else set()
    missing = [table for table in rule.tables if table not in {*data.present, *rule.optional, *spared}]
    lacking = [need for need in rule.needs if not data.has(need)]
    # A table that may be missing may also lack what its columns are made from, unless the rule points at them.
    spared |= set(rule.optional) - set(rule.locates)
    columns = [(table, field) for table, field in rule.columns if table in data.given and table not in spared]
    lacking += [source for table, field in columns for source in data.lacks(table, field)]
    missing += [source for source in lacking if source not in NEEDS]
    # In the order of the specification, so that rules that lack the same have the same reason.
    known = list(data.specification.tables)
    missing = sorted(set(missing), key=lambda table: known.index(table.removesuffix(LAST)))
    this_year = [table for table in missing if not table.endswith(LAST)]
    last_year = [table.removesuffix(LAST) for table in missing if table.endswith(LAST)]
    reasons = [f"the return has no table {' and no '.join(this_year)}"] if this_year else []
    if last_year and any(name.endswith(LAST) for name in data.present):
        reasons.append(f"the return of the year before has no table {' and no '.join(last_year)}")
    elif last_year:
        reasons.append("no return of the year before was given (--previous)")
    # Of a table known in part, each row can still be looked at; but what other tables have may seem to be missing there.
    tables = {*rule.tables, *rule.optional}
    in_part = [table.removesuffix(LAST) for table in sorted(tables & data.in_part) if table not in missing]
    if in_part and len(tables) > 1:
        reasons.append(f"{' and '.join(dict.fromkeys(in_part))} could not be read whole")
    reasons += [reason for need, reason in NEEDS.items() if need in lacking]
    return "; ".join(reasons) or None


def _run_items(rules: Sequence[Rule], data: ReturnData, own: bool) -> tuple[pl.DataFrame, list[NotRun]]:
    from csc_returns.validation.items import failures_one_by_one, item_failures, schemas

    wanted = {rule.code for rule in rules}
    crashed: list[NotRun] = []
    parts = []
    for name, schema in schemas(data.specification).items() if wanted or own else ():
        if name not in data.text:
            continue
        try:
            failures = item_failures(schema, data.text[name])
        except Exception:  # a check of ours failed: which one is found here, the others must still answer
            failures, errors = failures_one_by_one(data.specification.tables[name], data.text[name])
            crashed += [_crash(code, error) for code, error in errors]
        keep = pl.col("rule").is_in(list(wanted)) | (pl.col("rule").str.starts_with("CSC") if own else False)
        parts.append(failures.filter(keep).with_columns(pl.lit(name).alias("table")))
    if not parts:
        return pl.DataFrame(schema=_CELLS), crashed
    found = pl.concat(parts).with_row_index("group").with_columns(pl.lit(0, pl.Int64).alias("place"))
    return found.select(_CELLS.names()).cast(_CELLS), crashed


class _RowQuery:
    """Row rules of one table: one pass over it."""

    def __init__(self, rules: Sequence[Rule], data: ReturnData) -> None:
        self.rules = rules
        self.data = data

    def plan(self) -> pl.LazyFrame:
        """The flagged rows, with one column a rule."""
        table = self.rules[0].table
        flags = []
        for rule in self.rules:
            assert rule.function is not None
            flag = rule.function(self.data)
            assert isinstance(flag, pl.Expr)
            flags.append(flag.fill_null(False).alias(rule.code))
        codes = [rule.code for rule in self.rules]
        return (
            self.data[table].select(pl.col(table).cast(pl.Int64).alias("row"), *flags).filter(pl.any_horizontal(codes))
        )

    def cells(self, flagged: pl.DataFrame) -> pl.DataFrame:
        """The cells that the rules point at."""
        table = self.rules[0].table
        fields = pl.DataFrame(
            [(rule.code, place, field) for rule in self.rules for place, field in enumerate(rule.locates[table])],
            schema={"rule": pl.String, "place": pl.Int64, "field": pl.String},
            orient="row",
        )
        return (
            flagged.unpivot([rule.code for rule in self.rules], index="row", variable_name="rule", value_name="flagged")
            .filter("flagged")
            .join(fields, on="rule")
            .select(
                pl.lit(table).alias(name) if name == "table" else pl.col("row" if name == "group" else name).alias(name)
                for name in _CELLS
            )
        )

    def parts(self) -> Sequence[_Query]:
        """A query for each rule alone."""
        return [_RowQuery([rule], self.data) for rule in self.rules]


class _FrameQuery:
    """One frame rule."""

    def __init__(self, rule: Rule, data: ReturnData) -> None:
        self.rules = [rule]
        self.data = data
        self.beside = {table: fields for table, fields in rule.reads.items() if table.endswith(LAST)}

    def plan(self) -> pl.LazyFrame:
        """What the rule flags: row numbers and, if it says so, which of them are one finding."""
        (rule,) = self.rules
        assert rule.function is not None
        flagged = rule.function(self.data)
        assert isinstance(flagged, pl.LazyFrame)
        if not rule.locates:
            return flagged.limit(1)
        return flagged.select(pl.col(f"^({'|'.join(['finding', *rule.locates, *self.beside])})$"))

    def cells(self, flagged: pl.DataFrame) -> pl.DataFrame:
        """The cells that the rule points at, and those of last year that it names beside them."""
        (rule,) = self.rules
        if flagged.is_empty():
            return pl.DataFrame(schema=_CELLS)
        if not rule.locates:
            return whole_return_cell(rule.code)
        beside = {table: fields for table, fields in self.beside.items() if table in flagged.columns}
        if "finding" not in flagged.columns:
            # Sorted, since the order of a join is not fixed and the findings' should be.
            flagged = flagged.sort(*rule.locates, *beside, nulls_last=True).with_row_index("finding")
        parts = [
            _located(
                flagged.select(row=role, group="finding"), rule.code, role.removesuffix(OTHER), fields, 10 * number
            )
            for number, (role, fields) in enumerate({**rule.locates, **beside}.items())
        ]
        cells = pl.concat(parts)
        # Both of a pair may be the same row, and a row in several findings of one group.
        return cells.unique(["group", "table", "row", "field"], keep="first", maintain_order=True)

    def parts(self) -> Sequence[_Query]:
        """A query for each rule alone."""
        return [self]


_Query = _RowQuery | _FrameQuery


def _located(rows: pl.DataFrame, code: str, table: str, fields: Sequence[str], first_place: int) -> pl.DataFrame:
    """Every field of every row as one cell; ``rows`` has columns ``row`` and ``group``, a null row is no row."""
    places = pl.DataFrame(
        {"place": range(first_place, first_place + len(fields)), "field": fields},
        schema={"place": pl.Int64, "field": pl.String},
    )
    return (
        rows.drop_nulls()
        .join(places, how="cross")
        .select(
            pl.lit(code).alias("rule"),
            pl.col("group").cast(pl.Int64),
            "place",
            pl.lit(table).alias("table"),
            pl.col("row").cast(pl.Int64),
            "field",
        )
    )


def _collect(queries: Sequence[_Query]) -> tuple[list[pl.DataFrame], list[NotRun]]:
    """Collect all queries together; when one fails, rule by rule, so that only the failing ones are lost."""
    try:
        plans = [query.plan() for query in queries]
        # What rules share is in memory by now (``ReturnData.shared``): to look for more in common would cost more than it saves.
        flagged = pl.collect_all(plans, optimizations=pl.QueryOptFlags(comm_subplan_elim=False))
        return [query.cells(frame) for query, frame in zip(queries, flagged, strict=True)], []
    except Exception:  # a rule of ours failed: which one is found below, the others must still answer
        frames: list[pl.DataFrame] = []
        crashed: list[NotRun] = []
        for query in [part for together in queries for part in together.parts()]:
            try:
                frames.append(query.cells(query.plan().collect()))
            except Exception as error:  # as above
                crashed.append(_crash(query.rules[0].code, error))
        return frames, crashed


def _crash(code: str, error: Exception) -> NotRun:
    # The error's own text could hold a child's data, so only its kind is told.
    return NotRun(code, f"the rule failed ({type(error).__name__}); please report this", crashed=True)


def number_findings(
    cells: pl.DataFrame,
    order: Sequence[str],
    messages: dict[str, str],
    severities: dict[str, str],
    related: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Located cells as a findings frame, in a fixed order: by rule as in ``order``, then by place.

    ``related`` holds a text for some groups of cells (columns ``rule``, ``group``, ``related``). Values, children, files and
    lines are left null: whoever knows them fills them in.
    """
    if cells.is_empty():
        return no_findings()
    rank = pl.col("rule").replace_strict(
        {code: place for place, code in enumerate(order)}, return_dtype=pl.Int64, default=len(order)
    )
    group = ["rule", "group"]
    if related is None or related.is_empty():
        cells = cells.with_columns(pl.lit(None, pl.String).alias("related"))
    else:
        cells = cells.join(related, on=group, how="left", nulls_equal=True)
    return (
        cells.with_columns(rank.alias("rank"))
        .with_columns(pl.col("row").sort_by("place", "row").first().over(group).alias("top"))
        .sort("rank", "rule", "top", "group", "place", "row", nulls_last=True)
        .with_columns(
            (pl.struct("rule", "group").rle_id()).cast(pl.Int64).alias("finding"),
            pl.col("rule").replace_strict(severities, return_dtype=pl.String, default="error").alias("severity"),
            pl.col("rule").replace_strict(messages, return_dtype=pl.String, default=None).alias("message"),
        )
        .with_columns(
            pl.lit(None, dtype).alias(name)
            for name, dtype in FINDINGS.items()
            if name in ("value", "child", "file", "line", "column")
        )
        .select(FINDINGS.names())
        .cast(FINDINGS)
    )
