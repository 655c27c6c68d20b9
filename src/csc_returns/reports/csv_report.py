"""One row a located cell, safe to open in a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from csc_returns.reports.tally import not_run, with_related
from csc_returns.validation.findings import FINDINGS
from csc_returns.validation.result import Result

COLUMNS = ("rule", "severity", "finding", "child", "table", "row", "field", "value", "message", "file", "line")

#: A spreadsheet may take such a cell for a formula: signs in full width count, and so do they behind spaces and quotes.
FORMULA = r"""^[\s\p{C}\p{Z}"']*[=+\-@＝＋－＠]|^[\t\r]"""  # noqa: RUF001 - the full-width signs are meant

_CHUNK = 50_000


def pieces(result: Result) -> Iterator[str]:
    """The header, the findings, the rules not run."""
    silent = pl.DataFrame(
        [(entry.code, "not run", entry.reason, path) for entry, of in not_run(result) for path in of or (None,)],
        schema=dict.fromkeys(("rule", "severity", "message", "file"), pl.String),
        orient="row",
    )
    findings = result.findings.with_columns(with_related(pl.col("message"))).select(COLUMNS)
    rows = pl.concat([findings, silent], how="diagonal").select(COLUMNS)
    yield rows.clear().write_csv()
    texts = [name for name in COLUMNS if FINDINGS[name] == pl.String]
    for start in range(0, rows.height, _CHUNK):
        yield (
            rows.slice(start, _CHUNK).with_columns(_no_formula(name) for name in texts).write_csv(include_header=False)
        )


def _no_formula(column: str) -> pl.Expr:
    text = pl.col(column)
    return pl.when(text.str.contains(FORMULA)).then(pl.lit("'") + text).otherwise(text).alias(column)
