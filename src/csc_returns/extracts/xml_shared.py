"""Tables that share an element of the XML: taken apart behind the reader, put together before the writer.

In some collections one element (the header of a child) holds the items of several tables, and a value that is a column of every
table stands there once. ``as_in_xml`` is the specification with one table an element, by which the XML is read and written.
"""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from csc_returns.extracts.practice import practice
from csc_returns.extracts.returns import (
    NESTED_CHILD,
    ROW_FILE,
    ROW_PLACE,
    UNPLACED,
    Return,
    Unusable,
    column_of,
    escaped,
    folded,
    line_of,
)
from csc_returns.remarks import Remark
from csc_returns.specification import Item, Specification, Table

_ROW, _HELD_ROW, _LINK = "_row_number", "_held_row", "_link"


def as_in_xml(specification: Specification) -> Specification:
    """The specification with one table for each element; the same object where no tables share one.

    The first table of an element has the items of all, and those that only say which rows there are. The other tables of that
    element are left out, and so are tables that XML has no place for and items that stand on another table's element.
    """
    owners = _owners(specification)
    if len(owners) == len(specification.tables) and not any(item.shared for _, item in specification.items()):
        return specification
    tables = {}
    for path, owner in owners.items():
        items = dict(_own(owner))
        for table in specification.tables.values():
            if table.path == path and table is not owner:
                if table.rows_when and table.rows_when not in {*items, *table.items}:
                    items[table.rows_when] = _mark(owner, table.rows_when)
                items |= _own(table)
        tables[owner.name] = replace(owner, items=items, derived=())
    return replace(specification, tables=tables)


def extra_columns(table: Table, specification: Specification) -> list[str]:
    """Columns beyond the items that a table has when it comes from XML: what says that there is a row of another table."""
    if _owners(specification).get(table.path) is not table:
        return []
    sharing = [other for other in specification.tables.values() if other.path == table.path and other is not table]
    return [other.rows_when for other in sharing if other.rows_when and other.rows_when not in other.items]


def _owners(specification: Specification) -> dict[tuple[str, ...], Table]:
    """The first table of each element, which the element's rows are."""
    owners: dict[tuple[str, ...], Table] = {}
    for table in specification.tables.values():
        if table.path:
            owners.setdefault(table.path, table)
    return owners


def _own(table: Table) -> dict[str, Item]:
    return {name: item for name, item in table.items.items() if not item.shared}


def _mark(owner: Table, name: str) -> Item:
    """An item that is no column of a table: its value only says whether another table has a row."""
    title = next((column.title for column in owner.derived if column.name == name), name)
    return Item(
        name=name,
        title=title,
        number=None,
        path=(name,),
        type="string",
        blank="allowed",
        codes=None,
        code_list=None,
        pattern=None,
        minimum=None,
        many=False,
        lookup=None,
        years=owner.years,
        rules=(),
        covered=(),
    )


def _makes_row(table: Table) -> pl.Expr:
    """Whether an element has a row of a table: by the value that says so."""
    value = pl.col(str(table.rows_when)).str.strip_chars().str.to_uppercase()
    says = value.is_in(table.rows_when_values) if table.rows_when_values else value != ""
    return says.fill_null(value=False)


# -- behind the reader -----------------------------------------------------------------------------------------------------


def apart(found: Return, specification: Specification) -> Return:
    """What was read by ``as_in_xml(specification)``, with the tables of the specification.

    Items of a table that an element has without having a row of that table are kept in ``unplaced``.
    """
    owners = _owners(specification)
    if set(found.tables) == set(specification.tables):
        return found
    tables: dict[str, pl.DataFrame] = {}
    places: dict[str, pl.DataFrame] = {}
    remarks = found.remarks
    if practice(specification.collection).empty_elements:
        remarks = [remark for remark in remarks if remark.code != "CSC105"]
    unplaced = [found.unplaced]
    for name, table in specification.tables.items():
        if not table.path:
            continue
        owner = owners[table.path]
        values, where = found.tables[owner.name], found.places[owner.name]
        if table is not owner:
            makes = values.select(_makes_row(table)).to_series()
            pieces, told = _without_row(table, owner, values, where, ~makes)
            unplaced.append(pieces)
            remarks = remarks + told
            values, where = values.filter(makes), where.filter(makes)
        lacking = [item.name for item in table.items.values() if item.shared and item.name not in values.columns]
        if lacking:
            values, where = _with_shared(lacking, values, where, found, specification)
        columns = [*table.columns, *extra_columns(table, specification), NESTED_CHILD]
        tables[name] = values.select(columns)
        places[name] = where.select(ROW_PLACE, ROW_FILE, *(item for item in table.items if item in where.columns))
    return replace(found, tables=tables, places=places, remarks=remarks, unplaced=pl.concat(unplaced))


def _without_row(
    table: Table, owner: Table, values: pl.DataFrame, where: pl.DataFrame, lacking: pl.Series
) -> tuple[pl.DataFrame, list[Remark]]:
    """The items of a table that stand in elements without a row of it: as pieces, and said once."""
    pieces = []
    first: tuple[int, str, int] | None = None
    rows: set[int] = set()
    for item in _own(table).values():
        text = values[item.name]
        at = (lacking & text.is_not_null()).arg_true()
        if not len(at):
            continue
        pieces.append(
            pl.DataFrame(
                {"row": at.cast(pl.Int64), "text": text.gather(at), "child": values[NESTED_CHILD].gather(at)}
            ).select(
                pl.lit(owner.name).alias("table"),
                "row",
                pl.lit("/".join((*table.path, *item.path))).alias("path"),
                pl.col("child").cast(pl.Int64),
                pl.when(pl.col("text") == "")
                .then(pl.lit(f"<{item.element}/>"))
                .otherwise(pl.format(f"<{item.element}>{{}}</{item.element}>", escaped(pl.col("text"))))
                .alias("xml"),
                where.select(line_of(pl.col(item.name)))[item.name].gather(at).alias("line"),
            )
        )
        filled = at.filter(text.gather(at).str.strip_chars() != "")
        rows.update(filled)
        if len(filled) and (first is None or filled[0] < first[0]):
            first = (int(filled[0]), item.name, int(where[item.name][filled[0]]))
    if not pieces:
        return pl.DataFrame(schema=UNPLACED), []
    kept = (
        pl.concat(pieces)
        .sort("row", maintain_order=True)
        .select(pl.col(name).cast(dtype) for name, dtype in UNPLACED.items())
    )
    if first is None:
        return kept, []
    row, item_name, place = first
    line, column = (
        pl.DataFrame({"at": [place]}).select(line_of(pl.col("at")), column_of(pl.col("at")).alias("column")).row(0)
    )
    number = "one element has" if len(rows) == 1 else f"{len(rows):,} elements have"
    message = f"{number} items of {table.name} ({item_name} here) and no {table.rows_when} that makes a row of it"
    return kept, [Remark("CSC121", message, where[ROW_FILE][row], line, column, table=owner.name, row=row)]


def _with_shared(
    names: list[str], values: pl.DataFrame, where: pl.DataFrame, found: Return, specification: Specification
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows, and their places, with the values that stand once a child on the element of another table."""
    values = values.with_row_index(_ROW)
    for owner in _owners(specification).values():
        own = [name for name in names if name in _own(owner)]
        if not own:
            continue
        source = found.tables[owner.name].select(NESTED_CHILD, *own)
        at = found.places[owner.name].select(pl.col(own).name.prefix("_at_"))
        once = source.hstack(at).unique(NESTED_CHILD, keep="first", maintain_order=True)
        joined = values.select(NESTED_CHILD).join(once, on=NESTED_CHILD, how="left", maintain_order="left")
        values = values.with_columns(joined.select(own))
        where = where.with_columns(joined[f"_at_{name}"].fill_null(0).alias(name) for name in own)
    return values.drop(_ROW), where


# -- before the writer -----------------------------------------------------------------------------------------------------


def together(the_return: Return, specification: Specification) -> tuple[Return, list[Remark]]:
    """A return with the tables of ``as_in_xml(specification)``, and what of it XML has no place for.

    Raises:
        Unusable: a row belongs to no row of the table whose element it shares (CSC026).
    """
    if as_in_xml(specification) is specification:
        return the_return, []
    return _Joining(the_return, specification).result()


class _Joining:
    """Puts the tables of one return together. Use ``together``."""

    def __init__(self, source: Return, specification: Specification) -> None:
        self.source = source
        self.specification = specification
        self.key = specification.child_key
        self.owners = _owners(specification)
        #: The table on whose element the values stand that are columns of every table.
        self.holder = next(table for table in self.owners.values() if self.key in _own(table))
        self.remarks: list[Remark] = []
        self.unplaced = source.unplaced

    def result(self) -> tuple[Return, list[Remark]]:
        """The joined return and the remarks."""
        joined = as_in_xml(self.specification)
        tables: dict[str, pl.DataFrame] = {}
        for name, table in self.specification.tables.items():
            frame = self.source.tables.get(name)
            if frame is None:
                continue
            if not table.path:
                self._leave_out(table, frame)
            elif self.owners[table.path] is table:
                if table is not self.holder:
                    frame = self._spelled(table, frame)
                columns = [column for column in (*joined.tables[name].columns, NESTED_CHILD) if column in frame.columns]
                self._leave_out_derived(table, frame, columns)
                tables[name] = frame.select(columns)
            else:
                self._spelled(table, frame)
        for owner in self.owners.values():
            sharing = [
                table for table in self.specification.tables.values() if table.path == owner.path and table is not owner
            ]
            if sharing:
                tables[owner.name] = self._joined(owner, sharing)
        return replace(self.source, tables=tables, unplaced=self.unplaced), self.remarks

    def _leave_out(self, table: Table, frame: pl.DataFrame) -> None:
        """A table that XML has no place for, with what stood beside its columns."""
        if frame.height:
            self._say(table, 0, f"XML has no place for {table.name}: {_rows(frame.height)} were left out")
        self.unplaced = self.unplaced.filter(pl.col("table").ne_missing(table.name))

    def _leave_out_derived(self, table: Table, frame: pl.DataFrame, columns: list[str]) -> None:
        """Columns that rules would make and the file held; XML has no element for them."""
        left_out = [one.name for one in table.derived if one.name in frame.columns and one.name not in columns]
        for name in left_out:
            rows = frame[name].is_not_null().arg_true()
            if len(rows):
                self._say(table, rows[0], f"XML has no place for {name} of {table.name}: {_rows(len(rows))} lost it")

    def _linked(self, table: Table) -> pl.DataFrame:
        """The rows of a table: number, number of the row of the holder (null: none), its shared values with ``_held`` behind.

        Rows are linked by ``_child`` where both tables have it, else by the child's identifier.
        """
        held = self.source.tables.get(
            self.holder.name, pl.DataFrame(schema=dict.fromkeys(self.holder.columns, pl.String))
        )
        rows = self.source.tables[table.name]
        if NESTED_CHILD in held.columns and NESTED_CHILD in rows.columns:
            link = pl.col(NESTED_CHILD).cast(pl.String)
        else:
            link = folded(pl.col(self.key)) if self.specification.any_case else pl.col(self.key)
        shared = [item.name for item in table.items.values() if item.shared and item.name in held.columns]
        holders = held.with_row_index(_HELD_ROW).select(
            link.alias(_LINK), pl.col(_HELD_ROW).cast(pl.Int64), pl.col(shared).name.suffix("_held")
        )
        holders = holders.drop_nulls(_LINK).unique(_LINK, keep="first", maintain_order=True)
        rows = rows.with_row_index(_ROW).with_columns(pl.col(_ROW).cast(pl.Int64), link.alias(_LINK))
        return rows.join(holders, on=_LINK, how="left", maintain_order="left")

    def _spelled(self, table: Table, frame: pl.DataFrame) -> pl.DataFrame:
        """The rows of a table with the child's identifier as its holder has it; other values than the holder's are said."""
        if frame.is_empty():
            return frame
        linked = self._linked(table)
        for item in table.items.values():
            other = f"{item.name}_held"
            if not item.shared or other not in linked.columns:
                continue
            differs = pl.col(item.name).fill_null("") != pl.col(other).fill_null("")
            rows = linked.filter(pl.col(_HELD_ROW).is_not_null() & differs)[_ROW].to_list()
            if rows:
                have = "one row" if len(rows) == 1 else f"{len(rows):,} rows, the first here,"
                words = f"{have} of {table.name} differ in {item.name} from {self.holder.name}, which XML holds once a child"
                self._say(table, rows[0], f"{words}: that of {self.holder.name} was written")
        if f"{self.key}_held" not in linked.columns:
            return frame
        return frame.with_columns(linked.select(pl.coalesce(f"{self.key}_held", self.key).alias(self.key)).to_series())

    def _joined(self, owner: Table, sharing: list[Table]) -> pl.DataFrame:
        """The rows of an element with the items of all tables that share it."""
        frame = self.source.tables.get(owner.name)
        if frame is None:
            frame = pl.DataFrame(schema=dict.fromkeys(owner.columns, pl.String))
        frame = frame.with_row_index(_HELD_ROW).with_columns(pl.col(_HELD_ROW).cast(pl.Int64))
        for table in sharing:
            items = list(_own(table))
            if table.name not in self.source.tables:
                frame = frame.with_columns(pl.lit(None, pl.String).alias(item) for item in items)
                continue
            linked = self._linked(table)
            for row in linked.filter(pl.col(_HELD_ROW).is_null()).head(1)[_ROW]:
                raise self._orphan(table, row)
            first = linked.unique(_HELD_ROW, keep="first", maintain_order=True)
            surplus = linked.join(first, on=_ROW, how="anti")[_ROW].to_list()
            if surplus:
                words = f"XML has one row of {table.name} a child: {_rows(len(surplus))}, the first here, were left out"
                self._say(table, surplus[0], words)
            mark = str(table.rows_when)
            if mark in items and len(blank := first.filter(~_makes_row(table))[_ROW]):
                words = f"XML shows a row of {table.name} by its {mark}: {_rows(len(blank))}, the first here, have none"
                self._say(table, blank[0], words)
            taken = first.select(_HELD_ROW, *items, pl.lit(value=True).alias("_taken"))
            frame = frame.join(taken, on=_HELD_ROW, how="left", maintain_order="left")
            if mark not in items:
                frame = frame.with_columns(_marked(frame, table).alias(mark))
            frame = frame.drop("_taken")
            self._move(table, owner, linked)
        columns = as_in_xml(self.specification).tables[owner.name].columns
        return frame.select(column for column in (*columns, NESTED_CHILD) if column in frame.columns)

    def _move(self, table: Table, owner: Table, linked: pl.DataFrame) -> None:
        """What was kept for the rows of a table belongs to the rows of the owner now."""
        at = linked.select(pl.col(_ROW).alias("row"), _HELD_ROW)
        kept = self.unplaced.with_row_index("_order")
        own = (
            kept.filter(pl.col("table") == table.name)
            .join(at, on="row", how="left")
            .drop("row")
            .rename({_HELD_ROW: "row"})
        )
        if own.height:
            rest = kept.filter(pl.col("table").ne_missing(table.name))
            own = own.with_columns(pl.lit(owner.name).alias("table")).select(kept.columns)
            self.unplaced = pl.concat([rest, own]).sort("_order").drop("_order")

    def _orphan(self, table: Table, row: int) -> Unusable:
        child = self.source.tables[table.name][self.key][row]
        words = f"row {row + 1:,} of {table.name} hangs in the air: {self.holder.name} has no row with its {self.key}"
        return Unusable(Remark("CSC026", words, *self._where(table, row), table=table.name, row=row, child=child))

    def _say(self, table: Table, row: int, words: str) -> None:
        self.remarks.append(Remark("CSC028", words, *self._where(table, row), table=table.name, row=row))

    def _where(self, table: Table, row: int) -> tuple[str | None, int | None]:
        places = self.source.places.get(table.name)
        if places is None or places.height <= row:
            return None, None
        file, line = places.select(ROW_FILE, line_of(pl.col(ROW_PLACE))).row(row)
        return file, line


def _marked(frame: pl.DataFrame, table: Table) -> pl.Expr:
    """What says whether there is a row of a table, for elements of which ``_taken`` says so: as sent where that agrees."""
    mark = str(table.rows_when)
    says = pl.lit(table.rows_when_values[0] if table.rows_when_values else "1")
    if mark not in frame.columns:
        return pl.when("_taken").then(says).otherwise(pl.lit("0"))
    return pl.when(pl.col("_taken").fill_null(value=False) & ~_makes_row(table)).then(says).otherwise(pl.col(mark))


def _rows(number: int) -> str:
    return "one row" if number == 1 else f"{number:,} rows"
