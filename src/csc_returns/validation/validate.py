"""Files → findings: reading, checking and locating, for one path or many."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from os import PathLike

import polars as pl

from csc_returns.extracts.dates import with_usual_dates
from csc_returns.extracts.read import read
from csc_returns.extracts.returns import ROW_FILE, ROW_PLACE, Return, column_of, line_of
from csc_returns.remarks import OWN, Remark
from csc_returns.specification import (
    COLLECTIONS,
    FIRST_RULE_YEAR,
    local_authorities,
    ons_code,
    period_of,
    specification,
    whole_specification,
    year_before,
)
from csc_returns.validation.check import Period, describe, known_codes, reference_data, run_rules, suggestion
from csc_returns.validation.data import ReturnData
from csc_returns.validation.findings import FINDINGS, NotRun, no_findings
from csc_returns.validation.result import Checked, Result
from csc_returns.validation.rule import LAST, all_rules

AnyPath = str | PathLike[str]


def selected_codes(
    collection: str | None, select: Sequence[str] | None, ignore: Sequence[str] | None
) -> list[str] | None:
    """The codes that ``select`` and ``ignore`` (codes or their beginnings, ``ALL`` for all) leave; None when that is all.

    Codes are those of one collection, or of all of them where ``collection`` is None.

    The longer match wins, and ``ignore`` where both are as long.

    Raises:
        ValueError: a code or beginning that fits no rule (the message suggests one), or no rule is left.
    """
    if not select and not ignore:
        return None
    known = list(
        dict.fromkeys(code for name in ([collection] if collection else COLLECTIONS) for code in known_codes(name))
    )
    fold = {code.upper(): code for code in known}
    for prefix in [*(select or ()), *(ignore or ())]:
        if prefix.upper() != "ALL" and not any(code.startswith(prefix.upper()) for code in fold):
            raise ValueError(
                f"There is no rule {prefix!r}.{suggestion(prefix, known)} csc-returns rules lists them all."
            )

    def match(code: str, prefixes: Sequence[str] | None) -> int:
        lengths = [0 if prefix.upper() == "ALL" else len(prefix) for prefix in prefixes or ()]
        fits = [prefix.upper() == "ALL" or code.upper().startswith(prefix.upper()) for prefix in prefixes or ()]
        return max((length for length, fit in zip(lengths, fits, strict=True) if fit), default=-1)

    left = [
        code
        for code in known
        if (match(code, select) if select else 0) > match(code, ignore) and (not select or match(code, select) >= 0)
    ]
    if not left:
        raise ValueError("With these codes selected and ignored no rule is left to run.")
    return left


def validate(
    path: AnyPath | Sequence[AnyPath],
    *,
    previous: AnyPath | Sequence[AnyPath] | None = None,
    reference: Mapping[str, pl.DataFrame] | None = None,
    collection: str | None = None,
    year: str | None = None,
    rules: Sequence[str] | None = None,
    ignore: Sequence[str] | None = None,
    local_authority: str | None = None,
    period: Period | None = None,
    progress: Callable[[str], None] | None = None,
) -> Result:
    """Read returns and check them.

    Args:
        path: a file (XML, or one CSV table), a folder, a zip file, or several of these.
        previous: last year's return or returns, in any form that ``path`` may have.
        reference: reference data by name, as in ``check``; ``extracts.reference`` reads it from files.
        collection: overrides what the content shows.
        year: likewise, such as "2025-26".
        rules: codes, or beginnings of codes, to report; all when None.
        ignore: codes, or beginnings of codes, not to report.
        local_authority: code of the sender, where the return does not say it.
        period: first and last day of the collection window, where it is not the header's.
        progress: called with a few words at each step.

    Returns:
        The findings of all returns; what could not be read is a finding too.

    Raises:
        ValueError: unknown collection, year or rule code, or no path.
    """
    if collection is not None:
        whole_specification(collection)
    if year is not None:
        specification(collection or COLLECTIONS[0], year)
    codes = selected_codes(collection, rules, ignore)
    known = None if reference is None else reference_data(reference)
    tell = progress or (lambda _: None)
    paths = _paths(path)
    threading.Thread(target=_import_checks, daemon=True).start()
    if not paths:
        raise ValueError("Name at least one file or folder.")
    frames: list[pl.DataFrame] = []
    checked: list[Checked] = []
    returns: list[Return] = []
    last_year = []
    if previous is not None:
        tell("Reading last year's return")
        last_year = read(_paths(previous), collection)
    tell(f"Reading {paths[0]}")
    for found in read(paths, collection, year):
        tell(f"Checking {found.path}")
        before = Earlier.of(found, last_year)
        findings, what = check_return(found, codes, local_authority, period, before, known)
        frames.append(findings)
        checked.append(what)
        if found.tables:
            returns.append(found)
    for unusable in (one for one in last_year if not one.tables):
        what = Checked(path=unusable.path, complete=False, usable=False)
        frames.append(_wanted(_remarks_frame(unusable.remarks, unusable), codes))
        checked.append(what)
    return Result(_together(frames), returns, checked)


def _import_checks() -> None:
    """Import what checking needs while the files are read: pandera is slow to import, and reading leaves a core free."""
    import csc_returns.validation.items  # noqa: F401


def _paths(path: AnyPath | Sequence[AnyPath]) -> list[str]:
    return [str(path)] if isinstance(path, str | PathLike) else [str(one) for one in path]


@dataclass(frozen=True)
class Earlier:
    """Last year's return, in the form of dates that the specification has."""

    tables: dict[str, pl.DataFrame]
    places: dict[str, pl.DataFrame]
    remarks: list[Remark]
    in_part: frozenset[str] = frozenset()

    @classmethod
    def of(cls, found: Return, candidates: Sequence[Return]) -> Earlier | None:
        """The return of the year before among some: of the same collection and, as far as both say, sender; None without any.

        Where none is of the year before, one of another year is taken, and where none fits, no tables; both are remarked on.
        """
        if not candidates or found.year is None:
            return None
        fitting = [
            one
            for one in candidates
            if one.tables
            and one.collection == found.collection
            and (not one.local_authority or not found.local_authority or one.local_authority == found.local_authority)
        ]
        wanted = year_before(found.year)
        if not fitting:
            message = f"no {whole_specification(found.collection).title} of {wanted} was given as last year's return"
            return cls({}, {}, [Remark("CSC305", message, found.path)])
        before = next((one for one in fitting if one.year == wanted), fitting[0])
        remarks = []
        if before.year != wanted:
            named = before.year is not None and not _year_assumed(before)
            then = "so nothing was compared with it" if named else "as far as its dates show"
            shown = before.year or "an unknown year"
            message = f"the return given as last year's, {before.path}, is of {shown}, not of {wanted}, {then}"
            remarks.append(Remark("CSC304", message, found.path))
            if named:
                return cls({}, {}, remarks)
        whole = whole_specification(before.collection)
        return cls(with_usual_dates(before.tables, whole, before.date_form), before.places, remarks, before.in_part)

    def where(self, table: str, rows: pl.Series) -> pl.Series:
        """Name of the file and line of some rows."""
        at = self.places[table.removesuffix(LAST)].select(
            pl.concat_str(
                pl.col(ROW_FILE).str.split("/").list.last(), pl.lit(":"), line_of(pl.col(ROW_PLACE)).cast(pl.String)
            ).alias("at")
        )["at"]
        return at.gather(rows)


def _year_assumed(found: Return) -> bool:
    return any(remark.code == "CSC027" for remark in found.remarks)


def check_return(
    found: Return,
    codes: Sequence[str] | None,
    local_authority: str | None = None,
    period: Period | None = None,
    earlier: Earlier | None = None,
    reference: Mapping[str, pl.DataFrame] | None = None,
) -> tuple[pl.DataFrame, Checked]:
    """The findings of one return that has been read, and what was checked."""
    whole = whole_specification(found.collection)
    code = local_authority or found.local_authority
    what = Checked(
        path=found.path,
        collection=found.collection,
        title=whole.title,
        local_authority=code,
        local_authority_name=local_authorities().get(code or ""),
        complete=found.whole and found.year is not None,
        usable=found.usable,
    )
    if found.year is None:
        return _wanted(_remarks_frame(found.remarks, found), codes), what
    year = specification(found.collection, found.year)
    data = ReturnData(
        with_usual_dates(found.tables, year, found.date_form),
        year,
        period,
        previous=earlier.tables if earlier else None,
        reference=reference,
        local_authority=ons_code(code, found.year) if code else None,
        shown=found.tables,  # values are shown as they were sent
        in_part=found.in_part | {f"{table}{LAST}" for table in (earlier.in_part if earlier else ())},
    )
    counted = any(found.tables[table].height for table in whole.counts.values() if table in found.tables)
    outcome = run_rules(data, found.collection, found.year, codes, whole=found.whole and counted)
    findings = _placed(describe(outcome, data, earlier.where if earlier else None), found)
    crowds = [
        Remark("CSC301", f"{rows:,} rows of one table have this child's identifier", found.path, child=child)
        for child, rows in data.crowded.items()
    ]
    usual = period_of(found.year)
    window = Remark(
        "CSC303",
        f"dates are compared with {data.start} to {data.end}, and not with {usual[0]} to {usual[1]}, the year {found.year}",
        found.path,
    )
    not_run = list(outcome.not_run)
    if found.year < FIRST_RULE_YEAR:
        not_run += [
            NotRun(rule, f"the DfE's rules are held from {FIRST_RULE_YEAR} on")
            for rule in dict.fromkeys(rule.code for rule in all_rules(found.collection))
            if codes is None or rule in codes
        ]
    what = replace(
        what,
        year=found.year,
        year_assumed=_year_assumed(found),
        period=(data.start, data.end),
        counts={word: found.tables[table].height for word, table in whole.counts.items() if table in found.tables},
        rules_run=len(outcome.ran),
        not_run=not_run,
    )
    remarks = _wanted(
        _remarks_frame(
            [
                *found.remarks,
                *(earlier.remarks if earlier else []),
                *crowds,
                *([window] if (data.start, data.end) != usual else []),
            ],
            found,
        ),
        codes,
    )
    return _together([remarks, findings]), what


def _wanted(remarks: pl.DataFrame, codes: Sequence[str] | None) -> pl.DataFrame:
    """What a reader says of a file it could not use is said whatever was selected."""
    if codes is None:
        return remarks
    always = [code for code, own in OWN.items() if own.unusable]
    return remarks.filter(pl.col("rule").is_in([*codes, *always]))


def _remarks_frame(remarks: Sequence[Remark], found: Return) -> pl.DataFrame:
    if not remarks:
        return no_findings()
    ordered = sorted(remarks, key=lambda remark: (remark.code, remark.file or "", remark.line or 0, remark.column or 0))
    rows = [
        (
            remark.code,
            OWN[remark.code].severity,
            number,
            remark.table,
            remark.row,
            remark.field,
            remark.value,
            remark.child,
            f"{remark.message[:1].upper()}{remark.message[1:]}.",
            None,
            remark.file or found.path,
            remark.line,
            remark.column,
        )
        for number, remark in enumerate(ordered)
    ]
    frame = pl.DataFrame(rows, schema=FINDINGS, orient="row").with_row_index("_order")
    parts = []
    key = whole_specification(found.collection).child_key
    for (table,), some in frame.group_by("table"):
        source = found.tables.get(str(table))
        if source is None or key not in source.columns:
            parts.append(some)
        else:
            parts.append(some.with_columns(pl.coalesce("child", source[key].gather(some["row"]))))
    return pl.concat(parts).sort("_order").select(FINDINGS.names())


def _placed(findings: pl.DataFrame, found: Return) -> pl.DataFrame:
    """Put file, line and column into the findings of a return: of the cell, or of its row where the cell is absent."""
    if findings.is_empty():
        return findings
    findings = findings.with_row_index("_order")
    nowhere = findings.filter(pl.col("table").is_null()).with_columns(pl.lit(found.path).alias("file"))
    parts = [nowhere]
    for (table, field), cells in findings.filter(pl.col("table").is_not_null()).group_by("table", "field"):
        wanted = [name for name in (ROW_FILE, ROW_PLACE, str(field)) if name in found.places[str(table)].columns]
        places = found.places[str(table)].select(pl.col(wanted).gather(cells["row"]))
        row = pl.col(ROW_PLACE)
        own = (
            pl.when(pl.col(str(field)) > 0).then(pl.col(str(field))).otherwise(row) if field in places.columns else row
        )
        at = places.select(pl.col(ROW_FILE).alias("file"), line_of(own).alias("line"), column_of(own).alias("column"))
        parts.append(cells.with_columns(at.get_columns()))
    return pl.concat(parts).sort("_order").select(FINDINGS.names())


def _together(frames: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Findings of several sources as one frame, numbered through."""
    numbered = []
    base = 0
    for frame in frames:
        if frame.height:
            numbered.append(frame.with_columns(pl.col("finding") + base))
            base = int(str(numbered[-1]["finding"].max())) + 1
    return pl.concat(numbered) if numbered else no_findings()
