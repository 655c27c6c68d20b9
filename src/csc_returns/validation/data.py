"""The tables of one return as the rules see them: typed, with row numbers, and linked by child and what belongs to it.

What a rule may rely on:

- ``data["CINdetails"]`` is a lazy frame. Dates are ``Date`` (null when blank or unreadable), with the text as it was sent
  beside them in ``<item>_sent``; everything else is text with blank as null, in capitals where the collection does not tell
  them from small letters. The column ``CINdetails`` holds the row number. A table that the return lacks has no rows.
- ``child`` and the other links of the specification are numbers made from the keys: rows with equal keys have equal numbers
  in every table, so that rules join and group on one column that is never null. Blank keys are equal, or link nothing, as the
  specification says.
- ``data["Episodes_last"]`` is a table of last year's return, its row number in ``Episodes_last``, linked by the same numbers.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

import polars as pl

from csc_returns.extracts.dates import date_of
from csc_returns.extracts.returns import NESTED_CHILD
from csc_returns.specification import Specification, Table, period_of
from csc_returns.validation.derived import derivations
from csc_returns.validation.rule import LAST, OTHER
from csc_returns.validation.text import as_text

#: A child (or episode, ...) whose rows would give more pairs than this is left out of a comparison of rows: it can only come
#: from an identifier written to the rows of many children, and would fill the memory.
MOST_PAIRS = 100_000

#: All pairs of one comparison together; the largest groups are left out first. Real returns have a pair or two a child.
MOST_PAIRS_IN_ALL = 1_000_000

#: Behind the name of a date: the text as it was sent.
SENT = "_sent"


class ReturnData:
    """The tables of one return, ready for rules.

    ``start`` and ``end`` are the first and last day of the collection year: from ``period``, else from the header's
    reference date, else from ``year``. ``present`` names the tables given, last year's with ``_last`` behind the name.
    """

    def __init__(
        self,
        tables: Mapping[str, pl.DataFrame],
        specification: Specification,
        period: tuple[dt.date | None, dt.date | None] | None = None,
        *,
        previous: Mapping[str, pl.DataFrame] | None = None,
        reference: Mapping[str, pl.DataFrame] | None = None,
        local_authority: str | None = None,
        shown: Mapping[str, pl.DataFrame] | None = None,
        in_part: Collection[str] = (),
    ) -> None:
        """Take tables of any column types (see ``check``); tables the year does not have are left aside.

        Args:
            tables: of this year.
            specification: of the collection and year.
            period: overrides the collection window.
            previous: last year's tables under the same names.
            reference: reference data by name.
            local_authority: code of the sender.
            shown: tables whose values findings show, where they are not those of ``tables``.
            in_part: tables, last year's with their suffix, of which rows are missing that the return has.
        """
        self.specification = specification
        self.in_part = frozenset(in_part)
        self.local_authority = local_authority.strip().upper() if local_authority else None
        self.reference = {name: frame.lazy() for name, frame in (reference or {}).items()}
        self.given = {name: table for name, table in tables.items() if name in specification.tables}
        self.given |= {
            f"{name}{LAST}": table for name, table in (previous or {}).items() if name in specification.tables
        }
        self.shown = dict(self.given) | {name: table for name, table in (shown or {}).items() if name in self.given}
        self.text = {name: self._text(name) for name in self.given}
        self._lists = self._listed_columns()
        self.present = set(self.given) | set(self._lists)
        self.start, self.end = self._window(period)
        #: Identifiers of children left out of a comparison for having too many rows, with the number of rows.
        self.crowded: dict[str | None, int] = {}
        self._counts: dict[tuple[str, str], pl.DataFrame] = {}
        self._shared: dict[object, pl.LazyFrame] = {}
        self._frames = self._linked({name: self._typed(name, text) for name, text in self.text.items()})
        self._derived: set[str] = set()

    def __getitem__(self, table: str) -> pl.LazyFrame:
        """The typed rows of a table, derived columns included."""
        if table not in self._derived:
            self._derived.add(table)
            if table not in self._frames:
                self._frames[table] = self._empty(table)
            self._frames[table] = self._with_derived(table, self._frames[table])
        return self._frames[table]

    def table(self, name: str) -> Table:
        """The specification of a table of this year or last year."""
        return self.specification.tables[name.removesuffix(LAST)]

    def shared(self, build: Callable[[ReturnData], pl.LazyFrame]) -> pl.LazyFrame:
        """What ``build`` makes of the return, computed once for all rules that ask."""
        if build not in self._shared:
            self._shared[build] = build(self).collect().lazy()
        return self._shared[build]

    # -- joins ---------------------------------------------------------------------------------------------------------

    def join(self, left: str, right: str, on: str) -> pl.LazyFrame:
        """Rows of ``left`` beside each row of ``right`` with the same number in ``on`` (child, episode, assessment, plan).

        A column that both have keeps its name on the left and gets ``_<right>`` behind it on the right.
        """
        return self._comparable(left, right, on).join(self[right], on=on, how="inner", suffix=f"_{right}")

    def pairs(self, table: str, on: str) -> pl.LazyFrame:
        """Each row of a table beside every other row with the same number in ``on``; the other's columns end in ``_other``."""
        frame = self._comparable(table, table, on)
        return frame.join(self[table], on=on, how="inner", suffix=OTHER).filter(
            pl.col(table) != pl.col(f"{table}{OTHER}")
        )

    def having(self, left: str, right: str, on: str) -> pl.LazyFrame:
        """Rows of ``left`` that have at least one row of ``right``."""
        return self[left].join(self[right], on=on, how="semi")

    def lacking(self, left: str, right: str, on: str) -> pl.LazyFrame:
        """Rows of ``left`` that have no row of ``right``."""
        return self[left].join(self[right], on=on, how="anti")

    def listed(self, table: str) -> pl.LazyFrame:
        """The values of a table that is a list on the rows of another, one row a value: the row number of that other, in the
        column of its name, and the value (never null).
        """
        if table in self._lists:
            return self._lists[table].lazy()
        holder = str(self.specification.tables[table].lists)
        value = _value_column(self.specification.tables[table])
        level = self._level(holder)
        return (
            self[table]
            .filter(pl.col(value).is_not_null())
            .join(self[holder].select(holder, level), on=level, how="inner")
            .select(holder, value)
        )

    def _level(self, table: str) -> str:
        """The finest link of a table."""
        return [link.name for link in self.specification.links if link.key in self.specification.tables[table].keys][-1]

    def _comparable(self, left: str, right: str, on: str) -> pl.LazyFrame:
        """The rows of ``left`` without those whose pairs with ``right`` would be too many (see ``crowded``)."""
        of_left, of_right = self._rows_by(left, on), self._rows_by(right, on)
        most = _most(of_left) * _most(of_right)
        if most * min(of_left.height, of_right.height) <= MOST_PAIRS:
            return self[left]
        counts = of_left.join(of_right, on=on)
        pairs = (pl.col("rows") * pl.col("rows_right")).alias("pairs")
        counts = counts.select(on, "identifier", "rows", pairs).sort("pairs", on)
        crowds = counts.filter(
            (pl.col("pairs") > MOST_PAIRS) | (pl.col("pairs").cum_sum() > MOST_PAIRS_IN_ALL + counts.height)
        )
        if crowds.is_empty():
            return self[left]
        for child, rows in crowds.select("identifier", "rows").rows():
            self.crowded[child] = max(rows, self.crowded.get(child, 0))
        return self[left].filter(~pl.col(on).is_in(crowds[on].implode()))

    def _rows_by(self, table: str, level: str) -> pl.DataFrame:
        """Number of rows of a table for each child, episode, ...: columns ``level``, ``rows``, ``identifier``."""
        if (table, level) not in self._counts:
            identifier = pl.col(self.specification.child_key).first().alias("identifier")
            counts = self[table].group_by(level).agg(pl.len().cast(pl.Int64).alias("rows"), identifier)
            self._counts[table, level] = counts.collect()
        return self._counts[table, level]

    # -- what findings show --------------------------------------------------------------------------------------------

    def values(self, table: str, field: str, rows: pl.Series) -> pl.Series:
        """The values of a field in some rows as they were sent, blank as null; of a derived one as it was made."""
        given = self.shown[table]
        listing = next((name for name in self._listings(table) if _value_column(self.table(name)) == field), None)
        if listing and (field in given.columns or listing in self.present):
            listed = (
                self.listed(listing).group_by(table, maintain_order=True).agg(pl.col(field).str.join(", ")).collect()
            )
            wanted = pl.DataFrame({table: rows.cast(listed.schema[table])})
            return wanted.join(listed, on=table, how="left", maintain_order="left")[field]
        if field in given.columns:
            return as_text(given.select(pl.col(field).gather(rows)), self.specification.dates)[field]
        if field in {column.name for column in self.table(table).derived}:
            return as_text(self[table].select(pl.col(field).gather(rows)).collect())[field]
        return pl.Series(field, [None] * len(rows), pl.String)

    def lacks(self, table: str, field: str) -> list[str]:
        """What a derived field would have to be made from and is not at hand; nothing for any other field."""
        base = table.removesuffix(LAST)
        suffix = table[len(base) :]
        if table in self.given and field in self.given[table].columns:
            return []
        sources = {column.name: column.sources for column in self.table(table).derived}.get(field, ())
        return [
            f"{source}{suffix}" if source in self.specification.tables else source
            for source in sources
            if not self.has(source, suffix)
        ]

    def has(self, source: str, suffix: str = "") -> bool:
        """Whether a table, reference data or the sender's code is at hand; ``suffix`` picks the year of a table."""
        if source == "local_authority":
            return self.local_authority is not None
        return source in self.reference or f"{source}{suffix}" in self.present

    # -- making --------------------------------------------------------------------------------------------------------

    def _text(self, name: str) -> pl.DataFrame:
        table, given = self.table(name), self.given[name]
        known = [column for column in table.columns if column in given.columns]
        if not known:
            return pl.DataFrame(
                {column: pl.Series(column, [None] * given.height, pl.String) for column in table.columns}
            )
        # Yes and no as true and false, where the specification writes 1 and 0.
        numbered = {name for name, item in table.items.items() if "1" in (item.codes or ())}
        flags = [name for name in known if given.schema[name] == pl.Boolean and name in numbered]
        text = as_text(given.select(known).with_columns(pl.col(flags).cast(pl.Int8)), self.specification.dates)
        if self.specification.any_case:
            text = text.with_columns(pl.all().str.to_uppercase())
        missing = [pl.lit(None, pl.String).alias(column) for column in table.columns if column not in known]
        return text.with_columns(missing).select(table.columns)

    def _typed(self, name: str, text: pl.DataFrame) -> pl.DataFrame:
        given = self.given[name]
        dates = _dates(self.table(name))
        typed = text.with_columns(
            *(pl.col(date).alias(f"{date}{SENT}") for date in dates),
            *(
                given[date].alias(date)
                if date in given.columns and given.schema[date] == pl.Date
                else date_of(pl.col(date), self.specification.dates).alias(date)
                for date in dates
            ),
        )
        derived = [column for column in self.table(name).derived if column.name in given.columns]
        for column in derived:
            as_given = as_text(given.select(column.name))[column.name].str.to_uppercase()
            typed = typed.with_columns(as_given.cast(_DERIVED_TYPES[column.type], strict=False))
        return typed.with_row_index(name)

    def _empty(self, table: str) -> pl.LazyFrame:
        """The rows of a table that was not given: none, with all the columns."""
        specification = self.table(table)
        dates = _dates(specification)
        schema: dict[str, pl.DataType] = {table: pl.UInt32()}
        schema |= {name: pl.Date() if name in dates else pl.String() for name in specification.columns}
        schema |= {f"{date}{SENT}": pl.String() for date in dates}
        schema |= {link.name: pl.Int64() for link in self.specification.links if link.key in specification.keys}
        return pl.LazyFrame(schema=schema)

    def _with_derived(self, table: str, rows: pl.LazyFrame) -> pl.LazyFrame:
        """Add the derived columns: as given, else made, else (their sources are not at hand) blank."""
        specification = self.table(table)
        if not specification.derived:
            return rows
        given = set(self.given[table].columns) if table in self.given else set()
        wanted = [column for column in specification.derived if column.name not in given]
        able = {column.name for column in wanted if not self.lacks(table, column.name)}
        for one in derivations(self.specification.collection, specification.name):
            if able & set(one.columns) and table in self.given:
                made = one.make(rows, self, table[len(specification.name) :])
                rows = rows.with_columns(made.select(sorted(able & set(one.columns))).collect().get_columns())
        blank = [pl.lit(None, _DERIVED_TYPES[column.type]).alias(column.name) for column in wanted]
        have = rows.collect_schema().names()
        return rows.with_columns(column for column in blank if column.meta.output_name() not in have)

    def _listings(self, holder: str) -> Iterator[str]:
        return (name for name, table in self.specification.tables.items() if table.lists == holder)

    def _listed_columns(self) -> dict[str, pl.DataFrame]:
        """Values given as a list (or one text) on the rows of another table, where their own table is not given."""
        found: dict[str, pl.DataFrame] = {}
        for name, table in self.specification.tables.items():
            holder = self.given.get(table.lists or "")
            if name in self.given or holder is None or (value := _value_column(table)) not in holder.columns:
                continue
            rows = holder.select(value).with_row_index(str(table.lists))
            if isinstance(rows.schema[value], pl.List):
                rows = rows.explode(value)
            found[name] = as_text(rows.select(value)).with_columns(rows[str(table.lists)]).drop_nulls(value)
        return found

    def _window(self, period: tuple[dt.date | None, dt.date | None] | None) -> tuple[dt.date, dt.date]:
        start, end = period or (None, None)
        if start is None and end is None:
            end = self._reference_date()
            if end is None:
                return period_of(str(self.specification.year))
        if end is None:
            assert start is not None
            end = years_later(start, 1) - dt.timedelta(days=1)
        if start is None:
            start = years_later(end, -1) + dt.timedelta(days=1)
        return start, end

    def _reference_date(self) -> dt.date | None:
        names = self.specification.header
        header = self.text.get(names.table) if names else None
        if names is None or header is None:
            return None
        dates = header.select(date_of(pl.col(names.end), self.specification.dates)).to_series().drop_nulls()
        return None if dates.is_empty() else dates[0]

    def _linked(self, frames: dict[str, pl.DataFrame]) -> dict[str, pl.LazyFrame]:
        """Give every frame its number columns: equal keys, equal numbers, in all tables of both years."""
        for link in self.specification.links:
            having = [name for name in frames if link.key in self.table(name).keys]
            if not having:
                continue
            if link.above is None:
                self._number_outermost(frames, having, link.name, link.key)
            else:
                self._number(frames, having, link.name, [link.above, link.key])
        return {name: frame.lazy() for name, frame in frames.items()}

    def _number(self, frames: dict[str, pl.DataFrame], having: Sequence[str], link: str, on: list[str]) -> None:
        numbers = (
            pl.concat([frames[name].select(on) for name in having])
            .unique(maintain_order=True)
            .with_row_index(link)
            .with_columns(pl.col(link).cast(pl.Int64))
        )
        for name in having:
            numbered = frames[name].select(on).join(numbers, on=on, how="left", nulls_equal=True, maintain_order="left")
            frames[name] = frames[name].with_columns(numbered[link])

    def _number_outermost(self, frames: dict[str, pl.DataFrame], having: Sequence[str], link: str, key: str) -> None:
        """Number the children. Those without identifier are told apart by nesting, where the file shows it.

        Where blank keys link nothing, a row without one gets a number of its own, below zero. But if no table at all has the
        key, all rows are of one child.
        """
        alone = not self.specification.blank_links and any(key in self.given[name].columns for name in having)
        for at, name in enumerate(having):
            given = self.given[name]
            nested = given[NESTED_CHILD].cast(pl.Int64) if NESTED_CHILD in given.columns else pl.lit(None, pl.Int64)
            own = -(pl.col(name).cast(pl.Int64) + 1 + (at << 32)) if alone else pl.lit(None, pl.Int64)
            if name.endswith(LAST):
                nested = nested + _LAST_YEARS_CHILDREN
            blank = pl.col(key).is_null()
            identifier = pl.col(key).str.strip_chars() if self.specification.any_case else pl.col(key)
            frames[name] = frames[name].with_columns(
                identifier.alias("_key"),
                pl.when(blank).then(pl.coalesce(nested, own)).alias(NESTED_CHILD),
            )
        self._number(frames, having, link, ["_key", NESTED_CHILD])
        for name in having:
            frames[name] = frames[name].drop("_key", NESTED_CHILD)


#: Added to the running number of a child without identifier of last year's file: not the child of that number of this year.
_LAST_YEARS_CHILDREN = 1 << 40

_DERIVED_TYPES: dict[str, type[pl.DataType]] = {"string": pl.String, "code": pl.String, "decimal": pl.Float64}


def _dates(table: Table) -> list[str]:
    return [item.name for item in table.items.values() if item.type == "date"]


def _value_column(table: Table) -> str:
    """The one item of a table that is a list."""
    return next(name for name in table.items if name not in table.keys)


def _most(counts: pl.DataFrame) -> int:
    return int(str(counts["rows"].max())) if counts.height else 0


def years_later(date: dt.date, years: int) -> dt.date:
    """The same day some years later (or earlier, below zero); 29 February becomes 28 February where the year has none."""
    year = min(max(date.year + years, dt.MINYEAR), dt.MAXYEAR)
    try:
        return date.replace(year=year)
    except ValueError:
        return date.replace(year=year, day=28)
