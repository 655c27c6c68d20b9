"""Figures as people and programs read them: a table for the terminal, CSV, JSON, parquet."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from csc_returns.indicators.engine import FLAGGED_BY

if TYPE_CHECKING:
    from csc_returns.indicators.pages import Listed

#: Behind values of a unit.
_SIGNS = {
    "percent": "%",
    "percent_distribution": "%",
    "rate_per_10000": " per 10,000",
    "months": " months",
    "months_median": " months",
    "weeks_median": " weeks",
    "days_median": " days",
    "miles_mean": " miles",
    "miles_median": " miles",
    "years_mean": " years",
}


def as_csv(measures: pl.DataFrame) -> str:
    """All columns; markers such as ``z`` where there is no value."""
    from csc_returns.indicators.publish import markers

    return (measures if _marked(measures) else markers(measures)).write_csv()


def as_json(measures: pl.DataFrame) -> Iterator[str]:
    """A list of objects, one a line, with the columns as keys: numbers as numbers, markers as text."""
    from csc_returns.indicators.publish import markers

    marked = measures if _marked(measures) else markers(measures)
    marked = marked.with_columns(pl.col("period_start", "period_end").dt.strftime("%Y-%m-%d"))
    comma = "[\n"
    for row in marked.iter_rows(named=True):
        for key in ("numerator", "denominator", "value"):
            row[key] = _number(row[key])
        yield f"{comma} {json.dumps(row, ensure_ascii=False)}"
        comma = ",\n"
    yield "\n]\n" if not marked.is_empty() else "[]\n"


def as_parquet(measures: pl.DataFrame) -> bytes:
    """All columns, typed; with suppression the figures are text."""
    buffer = io.BytesIO()
    measures.write_parquet(buffer, compression="zstd", statistics=False)
    return buffer.getvalue()


def as_table(measures: pl.DataFrame, width: int, colour: bool) -> Iterator[str]:
    """The figures as lines for a screen of some width: a line each, with the indicator's name and notes below it.

    Variants, periods and authorities are named where there are several.
    """
    from csc_returns.indicators.indicator import all_indicators
    from csc_returns.indicators.publish import markers
    from csc_returns.reports.layout import harmless, prose, width_of

    width = min(width, _WIDEST)
    if not _marked(measures):
        # Sums of months or miles have no use for six decimals.
        measures = markers(measures.with_columns(pl.col("numerator").round(1)))
    marked = measures.with_columns(
        pl.format("{} to {}", "period_start", "period_end").alias("period"), _with_unit().alias("value")
    )
    periods, authorities = marked["period"].unique(), marked["la_code"].unique()
    screen = _Screen(marked, width, colour)
    head = [_named("la_code", authorities[0])] if len(authorities) == 1 and authorities[0] else []
    head += [periods[0]] if len(periods) == 1 else []
    above = ", ".join(head)
    if width_of(above) >= screen.room:
        yield from prose(above, width)
        above = ""
    yield from screen.figures([_Figure(above, _HEADER)])
    for (name,), of_indicator in marked.group_by("indicator", maintain_order=True):
        definition = all_indicators().get(str(name))
        subtitle = prose(harmless(definition.name), width, first="  ") if definition else []
        several = [
            column
            for column, shown in (
                ("variant", set(of_indicator["variant"]) != {"default"}),
                ("period", len(periods) > 1),
                ("la_code", len(authorities) > 1),
            )
            if shown
        ]
        groups = [rows for _, rows in of_indicator.group_by("variant", "period", "la_code", maintain_order=True)]
        notes = [list(_notes(rows)) for rows in groups]
        same = all(words == notes[0] for words in notes)
        if several:
            yield from [*screen.figures([_Figure(str(name), title=True)]), *subtitle]
        for at, rows in enumerate(groups):
            total, *others = rows.select(*several, *_FIGURES, "breakdown", "category").rows(named=True)
            if several:
                label = ", ".join(_named(column, total[column]) for column in several)
                shown = [_Figure(label, _numbers(total), indent=2)]
            else:
                yield from [*screen.figures([_Figure(str(name), _numbers(total), title=True)]), *subtitle]
                shown = []
            indent = 4 if several else 2
            shown += [_Figure(f"{row['breakdown']}: {row['category']}", _numbers(row), indent) for row in others]
            yield from screen.figures(shown)
            # What is the same for all stands below the last.
            if not same or at == len(groups) - 1:
                for words in notes[at]:
                    yield from prose(harmless(words), width, first="  Note: " if same else "    Note: ", indent="    ")
    yield from _below(marked, width)


_FIGURES = ("numerator", "denominator", "value")

#: Over the columns of a table.
_HEADER = ("Numerator", "Denominator", "Value")

#: No table is made wider than this: the eye loses the line.
_WIDEST = 110


def _numbers(row: Mapping[str, str]) -> tuple[str, str, str]:
    return row["numerator"], row["denominator"], row["value"]


class _Figure(NamedTuple):
    """A line of the table."""

    label: str
    numbers: tuple[str, str, str] = ("", "", "")
    indent: int = 0
    title: bool = False


class _Screen:
    """Tables of figures, one below the other, whose columns stand in line: ``room`` is how wide labels may be."""

    def __init__(self, rows: pl.DataFrame, width: int, colour: bool) -> None:
        from rich.console import Console

        longest = (int(str(rows[name].str.len_chars().max() or 0)) for name in _FIGURES)
        self._widths = [max(len(head), long) + 2 for head, long in zip(_HEADER, longest, strict=True)]
        self.room = max(width - sum(self._widths), 20)
        self._console = Console(
            width=self.room + sum(self._widths),
            force_terminal=colour,
            color_system="standard" if colour else None,
            highlight=False,
            markup=False,
            emoji=False,
            legacy_windows=False,
        )

    def figures(self, rows: Sequence[_Figure]) -> Iterator[str]:
        """Lines of a table. What does not fit beside the figures is wrapped, and they stand beside its last line."""
        from rich.padding import Padding
        from rich.table import Table
        from rich.text import Text

        from csc_returns.reports.layout import harmless

        table = Table.grid()
        table.add_column(width=self.room, overflow="fold")
        for width in self._widths:
            table.add_column(width=width, justify="right", vertical="bottom", no_wrap=True)
        for row in rows:
            style = "bold" if row.title else ""
            label = Padding(Text(harmless(row.label), style=style), (0, 0, 0, row.indent), expand=False)
            table.add_row(label, *(Text(harmless(number), style=style) for number in row.numbers))
        if rows:
            with self._console.capture() as captured:
                self._console.print(table)
            yield from (line.rstrip() for line in captured.get().splitlines())


def _named(column: str, value: str | None) -> str:
    """A variant, period or authority as people call it."""
    from csc_returns.specification import local_authorities

    if column != "la_code":
        return value or ""
    return f"{value} {local_authorities().get(value, '')}".rstrip() if value else "authority not known"


def _with_unit() -> pl.Expr:
    """The value with its unit behind it, where it is a number."""
    unit = pl.col("unit").replace_strict(_SIGNS, default="", return_dtype=pl.String)
    one = pl.col("value") == "1"
    unit = pl.when(one).then(unit.str.strip_suffix("s")).otherwise(unit)
    return pl.when(pl.col("value").str.contains(r"^[\d-]")).then(pl.col("value") + unit).otherwise("value")


def _notes(rows: pl.DataFrame) -> Iterator[str]:
    """What the notes of one figure and its breakdowns say: what all of them do, and what only some do."""
    from csc_returns.reports.layout import number

    # The rules stand below the table, once.
    notes = [
        [words for words in (note or "").split("; ") if words and not words.startswith(FLAGGED_BY)]
        for note in rows["note"]
    ]
    lost = rows["rows_left_out"][0]
    for_all = [f"{number(lost, 'row')} of the returns could not be used"] if lost else []
    for_all += [words for words in notes[0] if all(words in other for other in notes)]
    if for_all:
        yield "; ".join(for_all)
    for_some = dict.fromkeys(words for note in notes for words in note if words not in for_all)
    if for_some:
        yield "for some of these: " + "; ".join(for_some)


#: What a value that is no number means.
_MARKERS = {
    "x": "not available, for the reason in the note",
    "z": "nothing to divide by",
    "c": "suppressed",
    "k": "above zero, rounds to it",
    "u": "percentage of few children, not reliable",
}


def _below(marked: pl.DataFrame, width: int) -> Iterator[str]:
    """What the markers mean that are there, and which rules flagged rows that could not be used."""
    from csc_returns.reports.layout import harmless, prose

    there = marked.select(pl.concat_list("numerator", "denominator", "value").explode()).to_series().unique()
    legend = [f"{marker}: {meaning}" for marker, meaning in _MARKERS.items() if marker in there]
    codes = marked["note"].drop_nulls().unique().str.extract(f"{FLAGGED_BY}([^;]*)").drop_nulls()
    flagged = sorted({code for text in codes for code in text.split(", ")})
    if legend or flagged:
        yield ""
    if legend:
        yield from prose("; ".join(legend), width)
    if flagged:
        words = f"Rows that could not be used were flagged by {', '.join(flagged)} (csc-returns explain CODE)."
        yield from prose(harmless(words), width)


def list_as_csv(listed: Sequence[Listed]) -> str:
    """The list of indicators: ``id``, ``name``, ``unit``, ``needs`` and ``lacks``."""
    return pl.DataFrame([asdict(one) for one in listed], infer_schema_length=None).write_csv()


def list_as_json(listed: Sequence[Listed]) -> str:
    """The list of indicators as a list of objects."""
    return json.dumps([asdict(one) for one in listed], indent=1, ensure_ascii=False) + "\n"


def list_lines(listed: Sequence[Listed], width: int) -> Iterator[str]:
    """The list of indicators as lines for a screen."""
    from csc_returns.reports.layout import prose

    for one in listed:
        yield from prose(f"{one.id}: {one.name}", width)
        if one.needs:
            yield from prose(f"{one.unit}; needs {one.needs}", width, first="  ", indent="  ")
        if one.lacks:
            yield from prose(one.lacks, width, first="  lacks: " if one.needs else "  ", indent="  ")


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
