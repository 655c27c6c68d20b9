"""Links the rows of a return's tables for writing XML: which child each belongs to, and which row of the table above."""

from __future__ import annotations

import polars as pl

from csc_returns.extracts.returns import NESTED_CHILD, ROW_FILE, ROW_PLACE, Return, Unusable, line_of
from csc_returns.remarks import Remark
from csc_returns.specification import Specification, Table

#: Columns that stand before the items in every linked frame: number of the child in the output, what the row hangs on
#: (number of the child, or row of the table above), and the row's own number in the return.
CHILD, ABOVE, ROW = "_number", "_above", "_at"
LINKS = [CHILD, ABOVE, ROW]

_TOKEN = "_token"


class Linked:
    """``frames``: linked rows of each table, children in the order of the file. ``tokens``: the ``_child`` of each child."""

    def __init__(self, the_return: Return, specification: Specification) -> None:
        """Link every row.

        Raises:
            Unusable: a row belongs to no row above it.
        """
        self.source = the_return
        self.specification = specification
        inside = [table for table in specification.tables.values() if self._inside(table)]
        self.key = next(table.keys[0] for table in inside)
        self.owner = next(table for table in inside if self.key in table.items)
        given = self._given(self.owner)
        #: Whether ``_child`` links the tables; else the child's identifier alone does.
        self.by_number = (
            self.owner.name not in the_return.tables or NESTED_CHILD in the_return.tables[self.owner.name].columns
        )
        frames = {table.name: self._given(table) for table in inside}
        frames[self.owner.name] = self._own_tokens(given)
        for table in inside:
            if table is not self.owner:
                frames[table.name] = self._tokens(table, frames[table.name], frames[self.owner.name])
        used = [frame[_TOKEN] for frame in frames.values()]
        if self.by_number:
            used.append(the_return.unplaced["child"].drop_nulls())
        self.tokens = pl.concat(used).unique().sort()
        self.frames = {table.name: self._linked(table, frames) for table in inside}
        for table in specification.tables.values():
            if not self._inside(table):
                frame = self._given(table).with_columns(
                    pl.lit(0, pl.Int64).alias(CHILD), pl.lit(0, pl.Int64).alias(ABOVE)
                )
                self.frames[table.name] = frame.select(*LINKS, *table.items)

    def _inside(self, table: Table) -> bool:
        root = self.specification.row_root
        return table.path[: len(root)] == root

    def _given(self, table: Table) -> pl.DataFrame:
        """A table's items as text, its keys, ``_child`` (null where it has none) and the number of each row."""
        frame = self.source.tables.get(table.name, pl.DataFrame())
        types = dict.fromkeys(table.columns, pl.String()) | dict.fromkeys(_numbers(table), pl.Int64())
        columns = [
            pl.col(name).cast(dtype, strict=False) if name in frame.columns else pl.lit(None, dtype).alias(name)
            for name, dtype in (types | {NESTED_CHILD: pl.Int64()}).items()
        ]
        return frame.with_row_index(ROW).with_columns(pl.col(ROW).cast(pl.Int64)).with_columns(columns)

    def _own_tokens(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Every row that says who a child is without ``_child`` is a child of its own, behind those that have it."""
        last = frame[NESTED_CHILD].max()
        behind = pl.col(ROW) + (last + 1 if isinstance(last, int) else 0)
        return frame.with_columns(pl.coalesce(NESTED_CHILD, behind).alias(_TOKEN))

    def _tokens(self, table: Table, frame: pl.DataFrame, owner: pl.DataFrame) -> pl.DataFrame:
        ids = owner.select(self.key, pl.col(_TOKEN).alias("_by_id")).drop_nulls().unique(self.key, keep="first")
        number = pl.col(NESTED_CHILD) if self.by_number else pl.lit(None, pl.Int64)
        named = frame.join(ids, on=self.key, how="left", maintain_order="left")
        named = named.with_columns(pl.coalesce(number, "_by_id").alias(_TOKEN))
        first = owner.unique(_TOKEN, keep="first", maintain_order=True).select(_TOKEN, pl.col(self.key).alias("_id"))
        checked = named.join(first, on=_TOKEN, how="left", maintain_order="left")
        wrong = pl.col(_TOKEN).is_null() | (pl.col(self.key).is_not_null() & pl.col("_id").ne_missing(pl.col(self.key)))
        for row in checked.filter(wrong).head(1).iter_rows(named=True):
            raise self._refused(table, row, f"{self.owner.name} has no row with its {self.key}")
        return named

    def _linked(self, table: Table, frames: dict[str, pl.DataFrame]) -> pl.DataFrame:
        frame = frames[table.name]
        frame = frame.with_columns(self.tokens.search_sorted(frame[_TOKEN]).cast(pl.Int64).alias(CHILD))
        if table.parent:
            frame = frame.with_columns(self._rows_above(table, frame, frames[table.parent]))
        else:
            frame = frame.with_columns(pl.col(CHILD).alias(ABOVE))
        order = [_TOKEN, *([table.number] if table.number else []), ROW]
        return frame.sort(order, nulls_last=True).select(*LINKS, *table.items)

    def _rows_above(self, table: Table, frame: pl.DataFrame, above: pl.DataFrame) -> pl.Series:
        parent = self.specification.tables[str(table.parent)]
        on = [_TOKEN, *_numbers(parent)]
        firsts = above.group_by(on).agg(pl.col(ROW).first().alias(ABOVE), pl.len().alias("_rows"))
        joined = frame.join(firsts, on=on, how="left", maintain_order="left")
        keys = " and ".join([self.key, *_numbers(parent)])
        for row in joined.filter(pl.col(ABOVE).is_null()).head(1).iter_rows(named=True):
            raise self._refused(table, row, f"{parent.name} has no row with its {keys}")
        # Without a running number of its own (a child's characteristics given twice) the first row stands for all.
        for row in joined.filter((pl.col("_rows") > 1) & (parent.number is not None)).head(1).iter_rows(named=True):
            raise self._refused(table, row, f"{parent.name} has several rows with its {keys}")
        return joined[ABOVE]

    def _refused(self, table: Table, row: dict[str, object], reason: str) -> Unusable:
        numbers = ", ".join(f"{name} {row[name]}" for name in _numbers(table) if row[name] is not None)
        at = int(str(row[ROW]))
        message = f"row {at + 1:,} of {table.name}{f' ({numbers})' if numbers else ''} hangs in the air: {reason}"
        file, line = None, None
        places = self.source.places.get(table.name)
        if places is not None and places.height > at:
            file, line = places.select(ROW_FILE, line_of(pl.col(ROW_PLACE))).row(at)
        child = row[self.key]
        return Unusable(
            Remark("CSC026", message, file, line, table=table.name, row=at, child=None if child is None else str(child))
        )


def _numbers(table: Table) -> list[str]:
    """The running numbers among the keys of a table."""
    return [key for key in table.keys[1:] if key not in table.items]
