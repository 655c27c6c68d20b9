"""Columns of any type as the text that a return would hold."""

from __future__ import annotations

import polars as pl

#: How each kind of specification writes a date.
DATE_TEXT = {"iso": "%Y-%m-%d", "uk": "%d/%m/%Y"}


def as_text(frame: pl.DataFrame, dates: str = "iso") -> pl.DataFrame:
    """Every column as text, blank as null: dates as the specification writes them, true/false lower case, whole numbers without
    a decimal point, lists parted by commas.

    Args:
        frame: columns of any type.
        dates: ``Specification.dates``.
    """
    columns = []
    for name, dtype in frame.schema.items():
        column = pl.col(name)
        if dtype.is_decimal():
            column = column.cast(pl.Float64)
        if dtype.is_float() or dtype.is_decimal():
            whole = column.is_not_null() & (column == column.floor()) & (column.abs() < 2**53)
            column = (
                pl.when(whole)
                .then(column.cast(pl.Int64, strict=False).cast(pl.String))
                .otherwise(column.cast(pl.String))
            )
        elif isinstance(dtype, pl.Date):
            column = column.dt.strftime(DATE_TEXT[dates])
        elif isinstance(dtype, pl.Datetime):
            midnight = column == column.dt.truncate("1d")
            column = (
                pl.when(midnight)
                .then(column.dt.strftime(DATE_TEXT[dates]))
                .otherwise(column.dt.strftime(f"{DATE_TEXT[dates]}T%H:%M:%S"))
            )
        elif isinstance(dtype, pl.List):
            column = column.cast(pl.List(pl.String)).list.join(", ")
        elif dtype != pl.String:
            column = column.cast(pl.String)
        columns.append(pl.when(column.str.strip_chars() != "").then(column).alias(name))
    return frame.select(columns)
