"""The form that the dates of a return share, where it is not the specification's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import polars as pl

from csc_returns.specification import Item, Specification

_TIME = r"( \d{1,2}:\d{2}(:\d{2}(\.\d+)?)?)?"

#: Other forms that exports write: a pattern of the text. Midnight, or any time, may stand behind.
_SLASHED = rf"^\d{{1,2}}[/.\-]\d{{1,2}}[/.\-]\d{{4}}{_TIME}$"
_SHORT = rf"^\d{{1,2}}[/.\-]\d{{1,2}}[/.\-]\d{{2}}{_TIME}$"
_TIMED = r"^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?$"

#: From this share of the dates on, another form is that of the file and not a slip in a row.
_NEARLY_ALL = 0.8
_FEWEST = 3

#: Where DD/MM/YYYY is usual, MM/DD/YYYY must show itself: in this share of the dates the second number is no month, ...
_SHOWS_MONTH_FIRST = 0.3

#: ... and for so many of these at most one whose first number is none. In a file of such dates it is three in five.
_SHOWS_DAY_FIRST = 0.02

#: Years of two digits: below this one of this century, else of the last. No child in a return was born before 1990.
_PIVOT = 50

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


def with_known_parts(text: pl.Expr) -> pl.Expr:
    """DD/MM/YYYY text with 01 for an unknown day or month (ZZ) and 2000, a leap year, for an unknown year (ZZZZ)."""
    return text.str.replace("^ZZ/", "01/").str.replace("/ZZ/", "/01/").str.replace("/ZZZZ$", "/2000")


def date_of(text: pl.Expr, dates: str) -> pl.Expr:
    """Text as a date, in the form of a specification (``Specification.dates``); else null."""
    return {"iso": iso_date, "uk": uk_date}[dates](text)


@dataclass(frozen=True)
class DateForm:
    """How the dates of a file are written: words for people, how to read them, how many there are of all dates.

    ``order`` is iso, timed, day first, month first, or one of the last two with "short" behind it: the year has two digits.
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
        if self.order in {"timed", "iso"}:
            return pl.when(trimmed.str.contains(_TIMED)).then(trimmed.str.slice(0, 10)).otherwise(text)
        short = self.order.endswith("short")
        parts = trimmed.str.extract_groups(rf"^(\d{{1,2}})[/.\-](\d{{1,2}})[/.\-](\d{{{2 if short else 4}}})")
        first, second, year = (parts.struct.field(str(at)) for at in (1, 2, 3))
        if short:
            recent = year.cast(pl.Int64, strict=False) < _PIVOT
            year = pl.concat_str(pl.when(recent).then(pl.lit("20")).otherwise(pl.lit("19")), year)
        day, month = (first, second) if self.order.startswith("day first") else (second, first)
        date = pl.concat_str(year, month.str.zfill(2), day.str.zfill(2), separator="-")
        readable = date.str.to_date("%Y-%m-%d", strict=False).is_not_null()
        fits = trimmed.str.contains(_SHORT if short else _SLASHED)
        return pl.when(fits & readable).then(date).otherwise(text)

    def usual(self, text: pl.Expr, dates: str) -> pl.Expr:
        """Text in this form as a specification writes dates (``Specification.dates``); any other text unchanged."""
        iso = self.iso(text)
        if dates == "iso":
            return iso
        date = iso_date(iso)
        return pl.when(date.is_not_null()).then(date.dt.strftime("%d/%m/%Y")).otherwise(text)


#: One form for all dates of a return, or forms by table and item.
DateForms = DateForm | Mapping[tuple[str, str], DateForm]


def is_date(item: Item) -> bool:
    """Whether the values of an item are dates, those included of which parts may be unknown."""
    return item.type in {"date", "partial_date"}


def shared_date_form(tables: Mapping[str, pl.DataFrame], specification: Specification) -> DateForm | None:
    """The other form that nearly all dates of the tables share, or None where they are ISO or each row is its own slip."""
    columns = [
        tables[table.name][item.name].rename("date")
        for table, item in specification.items()
        if is_date(item) and table.name in tables and item.name in tables[table.name].columns
    ]
    counts = _Counts.of(pl.concat(columns)) if columns else _Counts()
    enough = counts.enough
    if counts.timed >= enough:
        return DateForm("with a time of day (YYYY-MM-DDT00:00:00)", "timed", counts.timed, counts.dates)
    if counts.slashed < enough:
        return None
    certain = counts.day_first != counts.month_first
    if counts.month_first > counts.day_first:
        return DateForm("as MM/DD/YYYY", "month first", counts.slashed, counts.dates, certain)
    return DateForm("as DD/MM/YYYY", "day first", counts.slashed, counts.dates, certain)


def column_date_forms(
    tables: Mapping[str, pl.DataFrame], specification: Specification
) -> dict[tuple[str, str], DateForm]:
    """The other form that nearly all dates of a column share, by table and item, where DD/MM/YYYY is the usual one.

    A column of a few dates, or of mixed ones, goes with its table, and a table with the others: systems write one form, but
    each table may come from another one, and now and then a single column is written by itself.
    """
    counts = {
        (table.name, item.name): _Counts.of(tables[table.name][item.name])
        for table, item in specification.items()
        if is_date(item) and table.name in tables and item.name in tables[table.name].columns
    }
    whole = _Counts.total(counts.values())
    forms = {}
    for (table, item), column in counts.items():
        near = _Counts.total(count for (name, _), count in counts.items() if name == table)
        month_first = (whole.shows_month_first or near.shows_month_first) and not column.day_first
        if column.usual >= column.enough and not month_first:
            continue
        form = next((form for one in (column, near, whole) if (form := one.form(month_first))), None)
        if form and (number := column.number(form)):
            forms[table, item] = DateForm(form.words, form.order, number, column.dates, form.certain)
    return forms


@dataclass(frozen=True)
class _Counts:
    """How many texts of a column have which form; ``day_first`` and ``month_first`` tell day from month."""

    dates: int = 0
    usual: int = 0
    slashed: int = 0
    short: int = 0
    iso: int = 0
    timed: int = 0
    day_first: int = 0
    month_first: int = 0

    @classmethod
    def of(cls, column: pl.Series) -> _Counts:
        """The counts of one column."""
        text = pl.col("date")
        date = text.str.strip_chars()
        # Each different text is looked at once: a return has far fewer days than dates.
        different = column.alias("date").value_counts(name="number").lazy().filter(date != "")
        first = date.str.extract(r"^(\d{1,2})[/.\-]").cast(pl.Int64, strict=False)
        second = date.str.extract(r"^\d{1,2}[/.\-](\d{1,2})").cast(pl.Int64, strict=False)
        slashed, short = date.str.contains(_SLASHED), date.str.contains(_SHORT)
        kinds = {
            "dates": pl.lit(value=True),
            "usual": text.str.contains(_UK_DATE),
            "slashed": slashed,
            "short": short,
            "iso": date.str.contains(_ISO_DATE),
            "timed": date.str.contains(_TIMED),
            "day_first": (slashed | short) & (first > 12),
            "month_first": (slashed | short) & (second > 12),
        }
        number = pl.col("number")
        row = different.select(number.filter(kind).sum().alias(name) for name, kind in kinds.items()).collect().row(0)
        return cls(*(int(count) for count in row))

    @classmethod
    def total(cls, counts: Iterable[_Counts]) -> _Counts:
        """The counts of several columns together."""
        rows = [tuple(vars(one).values()) for one in counts]
        return cls(*map(sum, zip(*rows, strict=True))) if rows else cls()

    @property
    def enough(self) -> float:
        """From this number on, a form is that of all."""
        return max(_NEARLY_ALL * self.dates, _FEWEST)

    @property
    def shows_month_first(self) -> bool:
        """Whether the dates are surely MM/DD/YYYY."""
        needed = max(_SHOWS_MONTH_FIRST * (self.slashed + self.short), _FEWEST)
        return self.month_first >= needed and self.day_first <= _SHOWS_DAY_FIRST * self.month_first

    def form(self, month_first: bool) -> DateForm | None:
        """The form other than DD/MM/YYYY that nearly all share."""
        first, other = ("month first", "MM/DD") if month_first else ("day first", "DD/MM")
        certain = self.day_first != self.month_first
        words, order = None, ""
        if self.slashed >= self.enough and month_first:
            words, order, certain = "as MM/DD/YYYY", first, True
        elif self.slashed >= self.enough > self.usual:
            words, order, certain = "as DD/MM/YYYY with other separators, a time of day or blanks around", first, True
        elif self.short >= self.enough:
            words, order = f"as {other}/YY, with two digits for the year", f"{first}, short"
        elif self.iso >= self.enough:
            words, order, certain = "as YYYY-MM-DD", "iso", True
        elif self.timed >= self.enough:
            words, order, certain = "with a time of day (YYYY-MM-DDT00:00:00)", "timed", True
        return DateForm(words, order, 0, self.dates, certain) if words else None

    def number(self, form: DateForm) -> int:
        """How many texts are in a form."""
        if form.order.endswith("short"):
            return self.short
        if form.order == "day first":
            return self.slashed - self.usual
        return {"month first": self.slashed, "iso": self.iso, "timed": self.timed}[form.order]


def with_usual_dates(
    tables: Mapping[str, pl.DataFrame], specification: Specification, form: DateForms | None
) -> dict[str, pl.DataFrame]:
    """The tables with the dates of a shared form, or of the forms of some columns, rewritten in that of the specification."""
    rewritten = dict(tables)
    if not form:
        return rewritten
    for table in specification.tables.values():
        if table.name not in tables:
            continue
        columns = []
        for item in table.items.values():
            own = form if isinstance(form, DateForm) else form.get((table.name, item.name))
            if own and is_date(item) and item.name in tables[table.name].columns:
                columns.append(own.usual(pl.col(item.name), specification.dates).alias(item.name))
        rewritten[table.name] = tables[table.name].with_columns(columns)
    return rewritten
