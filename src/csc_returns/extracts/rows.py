"""Rows collected while reading: values and positions side by side, turned into polars frames in batches."""

from __future__ import annotations

import polars as pl

from csc_returns.extracts.returns import ROW_FILE, ROW_PLACE


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

    def batch(self) -> None:
        """Turn what is held into frames."""
        if not self.keys:
            return
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

    def cut(self, count: int) -> None:
        """Forget the rows behind the first ``count`` (all of them still held as lists)."""
        surplus = self.count - count
        if surplus:
            del self.values[len(self.values) - surplus * self.width :]
            del self.places[len(self.places) - surplus * (self.width + 1) :]
            del self.keys[len(self.keys) - surplus * len(self.numbers) :]
            self.count = count

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
