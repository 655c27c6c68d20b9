"""The form that the dates of a return share, where it is not the specification's."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from csc_returns.specification import Specification

#: Other forms that exports write: a pattern of the text and the format that reads it.
_SLASHED = r"^\d{1,2}[/.\-]\d{1,2}[/.\-]\d{4}( 00:00(:00)?)?$"
_TIMED = r"^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?$"

#: From this share of the dates on, another form is that of the file and not a slip in a row.
_NEARLY_ALL = 0.8
_FEWEST = 3


_ISO_DATE = r"^\d{4}-\d{2}-\d{2}(?:Z|[+-]\d{2}:\d{2})?$"


def iso_date(text: pl.Expr) -> pl.Expr:
    """Text as a date: YYYY-MM-DD, with the time zone that XML allows behind it; else null (also in year 0000)."""
    trimmed = text.str.strip_chars()
    readable = trimmed.str.contains(_ISO_DATE) & ~trimmed.str.starts_with("0000")
    return pl.when(readable).then(trimmed.str.slice(0, 10)).str.to_date("%Y-%m-%d", strict=False)


#: DD/MM/YYYY, with one digit or two for day and month; nothing around it.
_UK_DATE = r"^\d{1,2}/\d{1,2}/\d{4}$"


def uk_date(text: pl.Expr) -> pl.Expr:
    """Text as a date: DD/MM/YYYY, else null (also in year 0000)."""
    readable = text.str.contains(_UK_DATE) & ~text.str.ends_with("/0000")
    return pl.when(readable).then(text).str.to_date("%d/%m/%Y", strict=False)


def date_of(text: pl.Expr, dates: str) -> pl.Expr:
    """Text as a date, in the form of a specification (``Specification.dates``); else null."""
    return {"iso": iso_date, "uk": uk_date}[dates](text)


@dataclass(frozen=True)
class DateForm:
    """How the dates of a file are written: words for people, how to read them, how many there are of all dates.

    ``certain`` is false when no date tells day from month.
    """

    words: str
    order: str
    number: int
    of: int
    certain: bool = True

    def iso(self, text: pl.Expr) -> pl.Expr:
        """Text in this form as ISO text; any other text unchanged."""
        trimmed = text.str.strip_chars()
        if self.order == "timed":
            return pl.when(trimmed.str.contains(_TIMED)).then(trimmed.str.slice(0, 10)).otherwise(text)
        parts = trimmed.str.extract_groups(r"^(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})")
        first, second, year = (parts.struct.field(str(at)) for at in (1, 2, 3))
        day, month = (first, second) if self.order == "day first" else (second, first)
        date = pl.concat_str(year, month.str.zfill(2), day.str.zfill(2), separator="-")
        readable = date.str.to_date("%Y-%m-%d", strict=False).is_not_null()
        return pl.when(trimmed.str.contains(_SLASHED) & readable).then(date).otherwise(text)

    def usual(self, text: pl.Expr, dates: str) -> pl.Expr:
        """Text in this form as a specification writes dates (``Specification.dates``); any other text unchanged."""
        iso = self.iso(text)
        if dates == "iso":
            return iso
        date = iso_date(iso)
        return pl.when(date.is_not_null()).then(date.dt.strftime("%d/%m/%Y")).otherwise(text)


def shared_date_form(tables: dict[str, pl.DataFrame], specification: Specification) -> DateForm | None:
    """The other form that nearly all dates of the tables share, or None where they are ISO or each row is its own slip."""
    columns = [
        tables[table.name][item.name].rename("date")
        for table, item in specification.items()
        if item.type == "date" and table.name in tables and item.name in tables[table.name].columns
    ]
    if not columns:
        return None
    dates = pl.concat(columns).to_frame().select(pl.col("date").str.strip_chars()).filter(pl.col("date") != "")
    date = pl.col("date")
    slashed = date.str.contains(_SLASHED)
    first = date.str.extract(r"^(\d{1,2})[/.\-]").cast(pl.Int64, strict=False)
    second = date.str.extract(r"^\d{1,2}[/.\-](\d{1,2})").cast(pl.Int64, strict=False)
    counts = dates.select(
        dates=pl.len(),
        slashed=slashed.sum(),
        timed=date.str.contains(_TIMED).sum(),
        day_first=(slashed & (first > 12)).sum(),
        month_first=(slashed & (second > 12)).sum(),
    ).row(0, named=True)
    number = counts["dates"]
    enough = max(_NEARLY_ALL * number, _FEWEST)
    if counts["timed"] >= enough:
        return DateForm("with a time of day (YYYY-MM-DDT00:00:00)", "timed", counts["timed"], number)
    if counts["slashed"] < enough:
        return None
    certain = counts["day_first"] != counts["month_first"]
    if counts["month_first"] > counts["day_first"]:
        return DateForm("as MM/DD/YYYY", "month first", counts["slashed"], number, certain)
    return DateForm("as DD/MM/YYYY", "day first", counts["slashed"], number, certain)


def with_usual_dates(
    tables: dict[str, pl.DataFrame], specification: Specification, form: DateForm | None
) -> dict[str, pl.DataFrame]:
    """The tables with the dates of a shared form rewritten in that of the specification."""
    if form is None:
        return tables
    rewritten = dict(tables)
    for table in specification.tables.values():
        if table.name in tables:
            dates = [
                item.name
                for item in table.items.values()
                if item.type == "date" and item.name in tables[table.name].columns
            ]
            rewritten[table.name] = tables[table.name].with_columns(
                form.usual(pl.col(date), specification.dates).alias(date) for date in dates
            )
    return rewritten
