"""Rows collected while reading: values and positions side by side, turned into polars frames in batches."""

from __future__ import annotations

import polars as pl

from csc_returns.extracts.returns import NESTED_CHILD, ROW_FILE, ROW_PLACE


class Rows:
    """Collects the rows of one table: values and positions side by side, in batches."""

    def __init__(self, name: str, items: list[str], numbers: list[str]) -> None:
        self.name = name
        self.items = items
        self.numbers = numbers
        self.width = len(items)
        self.values: list[str | None] = []
        self.places: list[int] = []
        self.keys: list[int] = []
        self.row: list[str | None] = []
        self.row_places: list[int] = []
        self.count = 0
        self.batches: list[tuple[pl.DataFrame, pl.DataFrame]] = []

    def open(self, place: int, keys: list[int]) -> None:
        """Begin a row."""
        self.row = [None] * self.width
        self.row_places = [0] * self.width
        self.row_places.append(place)
        self.row_keys = keys

    def close(self) -> None:
        """The row is whole."""
        self.values.extend(self.row)
        self.places.extend(self.row_places)
        self.keys.extend(self.row_keys)
        self.row = []
        self.count += 1

    def batch(self) -> int:
        """Turn what is held into frames; the number of batches so far."""
        if not self.keys:
            return len(self.batches)
        width, height = self.width, len(self.places) // (self.width + 1)
        keys = len(self.numbers)
        values = {item: pl.Series(item, self.values[at::width], pl.String) for at, item in enumerate(self.items)}
        numbers = {key: pl.Series(key, self.keys[at::keys], pl.Int64) for at, key in enumerate(self.numbers)}
        columns = [*self.items, ROW_PLACE]
        places = {name: pl.Series(name, self.places[at :: width + 1], pl.Int64) for at, name in enumerate(columns)}
        assert all(len(series) == height for series in [*values.values(), *numbers.values(), *places.values()])
        self.batches.append((pl.DataFrame(numbers | values), pl.DataFrame(places)))
        self.values.clear()
        self.places.clear()
        self.keys.clear()
        return len(self.batches)

    def cut(self, count: int) -> None:
        """Forget the rows behind the first ``count``."""
        surplus = self.count - count
        self.count = count
        while surplus and not self.keys:
            values, places = self.batches.pop()
            kept = max(values.height - surplus, 0)
            surplus -= values.height - kept
            if kept:
                self.batches.append((values.head(kept), places.head(kept)))
        if surplus:
            del self.values[len(self.values) - surplus * self.width :]
            del self.places[len(self.places) - surplus * (self.width + 1) :]
            del self.keys[len(self.keys) - surplus * len(self.numbers) :]

    def merged(self, since: int, others: pl.LazyFrame) -> pl.LazyFrame:
        """Rows that were read in another way and those read since there were ``since`` batches, in the order of the children.

        No child has rows of both kinds. Places stand in a column ``places``, here and in ``others``. For ``replace``.
        """
        self.batch()
        if not self.batches[since:]:
            return others
        own = [values.with_columns(places.to_struct("places")).lazy() for values, places in self.batches[since:]]
        return pl.concat([others, *own]).sort(NESTED_CHILD, maintain_order=True)

    def replace(self, since: int, rows: pl.DataFrame) -> None:
        """Let rows with their ``places`` stand for all batches behind the first ``since``. They are in ``count`` already."""
        self.batches[since:] = [(rows.drop("places"), rows["places"].struct.unnest())] if rows.height else []

    def frames(self, file: str) -> tuple[pl.DataFrame, pl.DataFrame]:
        """All rows: their values, and their places in ``file``."""
        self.batch()
        if self.batches:
            values = pl.concat([batch for batch, _ in self.batches])
            places = pl.concat([batch for _, batch in self.batches])
        else:
            schema: dict[str, pl.DataType] = dict.fromkeys(self.numbers, pl.Int64())
            values = pl.DataFrame(schema=schema | dict.fromkeys(self.items, pl.String()))
            places = pl.DataFrame(schema=dict.fromkeys([*self.items, ROW_PLACE], pl.Int64))
        if ROW_PLACE in values.columns:
            values = values.drop(ROW_PLACE)
        return values, places.with_columns(pl.lit(file).alias(ROW_FILE))
