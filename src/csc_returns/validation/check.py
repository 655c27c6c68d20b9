"""Rules on tables: the core that files and frames both come to."""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import polars as pl

from csc_returns.remarks import OWN
from csc_returns.specification import Specification, Table, bank_holiday_years, specification, whole_specification
from csc_returns.validation.data import ReturnData
from csc_returns.validation.engine import Outcome, number_findings, run, whole_return_cell
from csc_returns.validation.findings import FINDINGS, NotRun
from csc_returns.validation.rule import LAST, NEEDS, Rule, all_rules, own_rules, rules_in_force
from csc_returns.validation.text import as_text

Period = tuple[dt.date | None, dt.date | None]
Where = Callable[[str, pl.Series], pl.Series]


def suggestion(wrong: str, known: Sequence[str]) -> str:
    """A question (Did you mean X?) with a space before it when something known is close, else an empty text."""
    by_lower = {name.lower(): name for name in known}
    close = [by_lower[name] for name in difflib.get_close_matches(wrong.lower(), list(by_lower), n=1, cutoff=0.6)]
    return f" Did you mean {close[0]}?" if close else ""


def known_codes(collection: str) -> list[str]:
    """Every rule code there is: the DfE's of a collection (all years), then our own."""
    return [*dict.fromkeys(rule.code for rule in all_rules(collection)), *OWN]


def check(
    tables: Mapping[str, pl.DataFrame],
    *,
    collection: str,
    year: str,
    previous: Mapping[str, pl.DataFrame] | None = None,
    reference: Mapping[str, pl.DataFrame] | None = None,
    rules: Sequence[str] | None = None,
    local_authority: str | None = None,
    period: Period | None = None,
) -> pl.DataFrame:
    """Check tables against the rules in force in a collection year.

    Args:
        tables: table name → frame with the item names of the specification and its keys, running numbers included, as text or
            typed columns. Tables and columns may be missing: a missing column is empty, a missing table silences the rules
            that need it. Dates are ``Date``, or text in the specification's form.
        collection: short name of the collection, one of ``specification.COLLECTIONS``.
        year: collection year such as "2025-26".
        previous: last year's tables under the same names, for rules that compare two years. No located row is one of theirs.
        reference: reference data by name, each with the columns that the rules wanted read: ``providers`` (URN, POSTCODE,
            PLACE_CODES, PROVIDER_CODES, REG_END, LA_CODE_INFERRED) and ``postcodes`` (pcd, laua, oseast1m, osnrth1m).
        rules: codes to run; all when None. A code that is not in force in ``year`` gives nothing.
        local_authority: code of the sender, in capitals or not.
        period: first and last day of the collection window, either may be None; else it follows from the header's reference
            date, else from ``year``.

    Returns:
        One row per located cell, cells of one finding sharing ``finding``: columns as in ``FINDINGS``. ``row`` is the 0-based
        position in the frame given; ``file``, ``line`` and ``column`` are null.

    Raises:
        ValueError: unknown collection, year, table or rule code.
        TypeError: a table is no polars frame.
        RuntimeError: a rule failed (a fault of this package).
    """
    if not isinstance(tables, Mapping):
        raise TypeError(f"tables is a {type(tables).__name__}; give a dict of table name and polars frame.")
    if isinstance(rules, str):
        rules = [rules]
    whole = whole_specification(collection)
    frames = _frames(tables, whole)
    if rules is not None:
        known = known_codes(collection)
        for code in rules:
            if code not in known:
                raise ValueError(f"There is no rule {code!r}.{suggestion(str(code), known)}")
    _look_at_period(period)
    if local_authority is not None and not isinstance(local_authority, str):
        raise TypeError(f"local_authority is text, such as 'E09000002', not a {type(local_authority).__name__}.")
    data = ReturnData(
        frames,
        specification(collection, year),
        period,
        previous=None if previous is None else _frames(previous, whole),
        reference=None if reference is None else reference_data(reference),
        local_authority=local_authority,
    )
    outcome = run_rules(data, collection, year, rules)
    failed = [entry for entry in outcome.not_run if entry.crashed]
    if failed:
        raise RuntimeError("; ".join(f"{entry.code}: {entry.reason}" for entry in failed))
    if data.crowded and (rules is None or "CSC301" in rules):
        outcome = replace(outcome, cells=pl.concat([outcome.cells, whole_return_cell("CSC301")]))
    return describe(outcome, data)


def _frames(tables: Mapping[str, pl.DataFrame], whole: Specification) -> dict[str, pl.DataFrame]:
    """Tables under the names of the specification, their columns likewise."""
    names = whole.table_names
    for name in tables:
        if name.lower() not in names:
            raise ValueError(f"{whole.collection} has no table {name!r}.{suggestion(name, list(names.values()))}")
    if len({names[name.lower()] for name in tables}) < len(tables):
        raise ValueError("A table is given twice, in two spellings.")
    return {names[name.lower()]: _collected(whole.tables[names[name.lower()]], frame) for name, frame in tables.items()}


def _look_at_period(period: Period | None) -> None:
    if period is None:
        return
    days = tuple(period)
    # A time of day cannot be compared with a date, though Python counts it as one.
    if len(days) != 2 or any(isinstance(day, dt.datetime) or not isinstance(day, dt.date | None) for day in days):
        raise TypeError("period is a pair of dates (datetime.date), of which either may be None.")
    start, end = days
    if start and end and start > end:
        raise ValueError(f"period ends on {end}, before it starts on {start}.")


def _collected(table: Table, frame: object) -> pl.DataFrame:
    """The frame, with column names in the specification's spelling."""
    if isinstance(frame, pl.LazyFrame):
        frame = frame.collect()
    if not isinstance(frame, pl.DataFrame):
        raise TypeError(f"Table {table.name} is a {type(frame).__name__}; give a polars DataFrame.")
    spelled = {name.lower(): name for name in [*table.columns, *(column.name for column in table.derived)]}
    wrong = {
        name: spelled[name.lower()]
        for name in frame.columns
        if name not in spelled.values() and name.lower() in spelled
    }
    if len({*wrong.values()}) < len(wrong) or any(name in frame.columns for name in wrong.values()):
        raise ValueError(f"Table {table.name} has a column twice, in two spellings.")
    return frame.rename(wrong)


def run_rules(
    data: ReturnData, collection: str, year: str, codes: Sequence[str] | None = None, whole: bool = True
) -> Outcome:
    """Run the rules in force in a year (those of ``codes`` only, if given) on a return.

    Of a return that is known in part only (``whole`` false) nothing can be said as a whole: such rules are not run.
    """
    every = [*rules_in_force(collection, year), *own_rules(collection)]
    rules = [rule for rule in every if codes is None or rule.code in codes]
    skipped = [] if whole else [rule for rule in rules if not rule.locates]
    outcome = run(
        [rule for rule in rules if rule not in skipped], data, codes is None or any(code in OWN for code in codes)
    )
    cells = outcome.cells if codes is None else outcome.cells.filter(pl.col("rule").is_in(list(codes)))
    if (codes is None or "CSC302" in codes) and not {data.start.year, data.end.year} <= set(bank_holiday_years()):
        cells = pl.concat([cells, whole_return_cell("CSC302")])
    incomplete = [NotRun(rule.code, "the return was not read whole") for rule in skipped]
    return Outcome(cells, outcome.ran, [*outcome.not_run, *incomplete])


def describe(outcome: Outcome, data: ReturnData, where: Where | None = None) -> pl.DataFrame:
    """The cells of an outcome as numbered findings, with the values and children they stand at.

    ``where`` says, for a table and row numbers, where the rows stand; without it their numbers are told.
    """
    rules: list[Rule] = list(all_rules(data.specification.collection))
    year = str(data.specification.year)
    messages = {rule.code: rule.title for rule in reversed(rules)} | {
        rule.code: rule.title for rule in rules if year in rule.years
    }
    severities: dict[str, str] = {rule.code: rule.severity for rule in rules}
    messages |= {code: remark.title for code, remark in OWN.items()}
    severities |= {code: remark.severity for code, remark in OWN.items()}
    order = known_codes(data.specification.collection)
    located = ~pl.col("table").fill_null("").str.ends_with(LAST)
    related = _related(outcome.cells.filter(~located), data, where)
    cells = outcome.cells.filter(located)
    return fill_in(number_findings(cells, order, messages, severities, related), data)


def _related(cells: pl.DataFrame, data: ReturnData, where: Where | None) -> pl.DataFrame | None:
    """Last year's rows beside the findings, in words: one text a group of cells."""
    if cells.is_empty():
        return None
    parts = []
    for (table, field), some in cells.group_by("table", "field", maintain_order=True):
        value = data.values(str(table), str(field), some["row"])
        place = where(str(table), some["row"]) if where else "row " + some["row"].cast(pl.String)
        parts.append(some.with_columns(value.alias("value"), place.alias("where")))
    words = pl.concat_str(pl.col("field"), pl.lit(" "), pl.col("value").fill_null("blank"))
    return (
        pl.concat(parts)
        .sort("rule", "group", "table", "row", "place")
        .group_by("rule", "group", "table", "row", maintain_order=True)
        .agg(words.str.join(", ").alias("words"), pl.col("where").first())
        .group_by("rule", "group", maintain_order=True)
        .agg(
            pl.concat_str(
                pl.lit("last year's "),
                pl.col("table").str.strip_suffix(LAST),
                pl.lit(": "),
                pl.col("words"),
                pl.lit(" ("),
                pl.col("where"),
                pl.lit(")"),
            )
            .str.join("; ")
            .alias("related")
        )
    )


def fill_in(findings: pl.DataFrame, data: ReturnData) -> pl.DataFrame:
    """Put the value and the child of each located cell into a findings frame."""
    if findings.is_empty():
        return findings
    findings = findings.with_row_index("_order")
    parts = [findings.filter(pl.col("table").is_null())]
    key = data.specification.child_key
    for (table, field), cells in findings.filter(pl.col("table").is_not_null()).group_by("table", "field"):
        rows = cells["row"]
        parts.append(
            cells.with_columns(
                data.values(str(table), str(field), rows).alias("value"),
                data.values(str(table), key, rows).alias("child"),
            )
        )
    return pl.concat(parts).sort("_order").select(FINDINGS.names())


def reference_data(reference: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Reference data with every column as text, blank as null.

    Raises:
        ValueError: a name that no rule knows.
        TypeError: no polars frame.
    """
    known = [name for name in NEEDS if name != "local_authority"]
    for name, frame in reference.items():
        if name not in known:
            raise ValueError(f"There is no reference data {name!r}: known are {', '.join(known)}.")
        if not isinstance(frame, pl.DataFrame):
            raise TypeError(f"Reference data {name} is a {type(frame).__name__}; give a polars DataFrame.")
    return {name: as_text(frame) for name, frame in reference.items()}
