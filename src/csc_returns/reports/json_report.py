"""JSON for programs: one object, a finding a line, ASCII throughout."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator, Sequence

import polars as pl

from csc_returns.reports.tally import not_run
from csc_returns.validation.findings import NotRun
from csc_returns.validation.result import Checked, Result

#: Version of the form; it changes only when something is taken away or means something else.
VERSION = 1

_CHUNK = 50_000
_LOCATION = ("table", "row", "field", "value", "child", "file", "line", "column")

#: Name under which encoding asks for signs beyond ASCII to be written as JSON escapes.
_ESCAPED = "csc_returns.json"


def pieces(result: Result) -> Iterator[str]:
    """The summary, the findings, the rules not run."""
    summary = {
        "errors": result.count("error"),
        "queries": result.count("query"),
        "notes": result.count("note"),
        "files": [_file(checked) for checked in result.checked],
    }
    head = json.dumps(summary, indent=2).replace("\n", "\n  ")
    yield f'{{\n  "version": {VERSION},\n  "summary": {head},\n  "findings": ['
    findings = _findings(result)
    for start in range(0, findings.height, _CHUNK):
        yield ("," if start else "") + _lines(findings.slice(start, _CHUNK).write_ndjson())
    yield ("\n  " if findings.height else "") + '],\n  "not_run": ['
    silent = not_run(result)
    yield ",".join(f"\n    {json.dumps(_not_run(entry, paths))}" for entry, paths in silent)
    yield ("\n  " if silent else "") + "]\n}\n"


def _not_run(entry: NotRun, paths: Sequence[str]) -> dict[str, object]:
    return {"code": entry.code, "reason": entry.reason} | ({"files": list(paths)} if paths else {})


def _file(checked: Checked) -> dict[str, object]:
    period: Sequence[str] | None = [day.isoformat() for day in checked.period] if checked.period else None
    return {
        "path": checked.path,
        "collection": checked.collection,
        "title": checked.title,
        "year": checked.year,
        "period": period,
        "local_authority": checked.local_authority,
        "local_authority_name": checked.local_authority_name,
        "counts": dict(checked.counts),
        "rules_run": checked.rules_run,
        "complete": checked.complete,
    }


def _findings(result: Result) -> pl.DataFrame:
    """One row a finding, its located cells as a list; a finding about a whole return has none."""
    placed = pl.any_horizontal(pl.col(name).is_not_null() for name in ("table", "row", "field", "value", "line"))
    return (
        result.findings.group_by("finding", maintain_order=True)
        .agg(
            pl.col("rule", "severity").first(),
            pl.col("child").drop_nulls().first(),
            pl.col("message").first(),
            pl.col("related").drop_nulls().first(),
            pl.col("file").drop_nulls().first(),
            pl.struct(_LOCATION).filter(placed).alias("locations"),
        )
        .drop("finding")
    )


def _lines(objects: str) -> str:
    # JSON writes line ends inside texts as \n, so every line end here parts two objects; and quotes as \", so that this key is no
    # part of a text.
    objects = objects.replace(',"related":null', "")
    lines = objects.rstrip("\n").replace("\n", ",\n    ").replace("\x7f", "\\u007f")
    return "\n    " + lines.encode("ascii", _ESCAPED).decode("ascii")


def _escape(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeEncodeError)
    return json.dumps(error.object[error.start : error.end])[1:-1], error.end


# Ten times faster on long texts than to search them with a regular expression.
codecs.register_error(_ESCAPED, _escape)
