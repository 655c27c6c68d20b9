"""One line a finding, ``path:line:column: CODE message``, the form that editors jump from."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from csc_returns.reports.layout import harmless
from csc_returns.reports.tally import found, not_run, with_related
from csc_returns.validation.result import Result

_CHUNK = 50_000


def pieces(result: Result) -> Iterator[str]:
    """The findings, the rules not run, the counts."""
    findings = result.findings.unique("finding", keep="first", maintain_order=True)
    findings = findings.with_columns(with_related(pl.col("message")))
    only = result.checked[0].path if len(result.checked) == 1 else "-"
    place = (
        pl.when(pl.col("line").is_null())
        .then(pl.lit(""))
        .otherwise(pl.format(":{}:{}", "line", pl.col("column").fill_null(1)))
    )
    for start in range(0, findings.height, _CHUNK):
        chunk = findings.slice(start, _CHUNK)
        named = chunk.with_columns(
            _harmless(chunk["file"].fill_null(only)),
            _harmless(chunk["message"].fill_null("")),
            _harmless(chunk["rule"]),
        )
        lines = named.select(pl.concat_str("file", place, pl.lit(": "), "rule", pl.lit(" "), "message")).to_series()
        yield "\n".join(lines.to_list()) + "\n"
    for entry, paths in not_run(result):
        for place_of in [f"{harmless(path)}: " for path in paths] or [""]:
            yield f"{place_of}{entry.code} not run: {harmless(entry.reason)}\n"
    yield found(result) + "\n"


def _harmless(texts: pl.Series) -> pl.Series:
    odd = [text for text in texts.unique().to_list() if not text.isprintable()]
    return texts.replace(odd, [harmless(text) for text in odd]) if odd else texts
