"""Figures as people and programs read them: a table for the terminal, CSV, JSON, parquet."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from csc_returns.indicators.pages import Listed

#: Behind values of a unit.
_SIGNS = {"percent": "%", "percent_distribution": "%", "rate_per_10000": " per 10,000"}


def as_csv(measures: pl.DataFrame) -> str:
    """All columns; markers such as ``z`` where there is no value."""
    from csc_returns.indicators.publish import markers

    return (measures if _marked(measures) else markers(measures)).write_csv()


def as_json(measures: pl.DataFrame) -> str:
    """A list of objects with the columns as keys: numbers as numbers, markers as text."""
    from csc_returns.indicators.publish import markers

    marked = measures if _marked(measures) else markers(measures)
    rows = marked.with_columns(pl.col("period_start", "period_end").dt.strftime("%Y-%m-%d")).to_dicts()
    for row in rows:
        for key in ("numerator", "denominator", "value"):
            row[key] = _number(row[key])
    return json.dumps(rows, indent=1, ensure_ascii=False) + "\n"


def as_parquet(measures: pl.DataFrame) -> bytes:
    """All columns, typed; with suppression the figures are text."""
    buffer = io.BytesIO()
    measures.write_parquet(buffer, compression="zstd", statistics=False)
    return buffer.getvalue()


def as_table(measures: pl.DataFrame, width: int, colour: bool) -> str:
    """A table of the figures for a screen of some width, notes below each indicator's."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from csc_returns.indicators.indicator import all_indicators
    from csc_returns.indicators.publish import markers
    from csc_returns.reports.layout import harmless

    marked = measures if _marked(measures) else markers(measures)
    buffer = io.StringIO()
    console = Console(
        file=buffer,
        width=width,
        force_terminal=colour,
        color_system="standard" if colour else None,
        highlight=False,
        markup=False,
    )
    several = marked["la_code"].n_unique() > 1
    names = {one.id: one.name for one in all_indicators().values()}
    by = ["indicator", "variant", "period_start", "period_end"]
    for key, rows in marked.group_by(by, maintain_order=True):
        name, variant, start, end = key
        title = f"{name}: {names.get(str(name), '')}"
        console.print(Text(harmless(title), style="bold"))
        console.print(Text(harmless(f"{start} to {end}" + ("" if variant == "default" else f", {variant}"))))
        table = Table(box=None, pad_edge=False, show_edge=False)
        for column in [*(["LA"] if several else []), "Breakdown", "Category"]:
            table.add_column(column)
        for column in ("Numerator", "Denominator", "Value"):
            table.add_column(column, justify="right")
        for row in rows.iter_rows(named=True):
            sign = _SIGNS.get(row["unit"], "") if row["value"][:1].isdigit() else ""
            cells = [row["breakdown"], row["category"], row["numerator"], row["denominator"], f"{row['value']}{sign}"]
            table.add_row(*(Text(harmless(cell)) for cell in [*([row["la_code"] or "-"] if several else []), *cells]))
        console.print(table)
        notes = rows.select("la_code", "note", "rows_left_out").unique(maintain_order=True)
        for la, note, left_out in notes.rows():
            lost = [f"{left_out} rows of the returns could not be used"] if left_out else []
            if words := "; ".join([*([note] if note else []), *lost]):
                console.print(
                    Text(harmless(f"  Note{f' for {la}' if several else ''}: {words}"), style="dim" if colour else "")
                )
        console.print()
    return _without_trailing_space(buffer.getvalue())


def list_lines(listed: Sequence[Listed], width: int) -> Iterator[str]:
    """The list of indicators as lines for a screen."""
    from csc_returns.reports.layout import prose

    for one in listed:
        yield from prose(f"{one.id}: {one.name}", width)
        if one.needs:
            yield from prose(f"{one.unit}; needs {one.needs}", width, first="  ", indent="  ")
        if one.lacks:
            yield from prose(one.lacks, width, first="  lacks: " if one.needs else "  ", indent="  ")


def _without_trailing_space(text: str) -> str:
    return "".join(f"{line.rstrip()}\n" for line in text.splitlines())


def _marked(measures: pl.DataFrame) -> bool:
    return measures.schema["value"] == pl.String


def _number(text: str) -> float | int | str | None:
    """A figure as JSON has it: nothing where it is blank."""
    if text == "":
        return None
    try:
        number = float(text)
    except ValueError:
        return text
    return int(number) if number.is_integer() else number
