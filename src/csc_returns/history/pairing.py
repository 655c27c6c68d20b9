"""Which row of one return tells of the same event as which row of another, where the key alone does not say it."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl


def with_places(
    rows: pl.DataFrame, key: Sequence[str], lasting: Sequence[str], end: str | None, values: Sequence[str]
) -> pl.DataFrame:
    """Rows of several returns with ``_nth``: rows that agree in it and in the key are one event.

    Where every return has one row of a key it is 0. Else rows find each other by what lasts (such as the legal status of an
    episode); then what is left on both sides, the one that ends last first: an event that goes on is told of again, one that
    ended may not be. Rows that find nothing are events of their own.

    Args:
        rows: with ``_source``, the key and the columns of the frame.
        key: columns in which rows of the same event agree.
        lasting: columns that rarely change while an event goes on.
        end: column of the day on which the event is over, null while it goes on.
        values: columns that put rows in order, so that the order of rows in the files does not matter.
    """
    crowded = rows.select((pl.len().over("_source", *key) > 1).alias("many"), *key)
    keys = crowded.filter("many").select(key).unique()
    alone = rows.join(keys, on=list(key), how="anti", nulls_equal=True)
    alone = alone.with_columns(pl.lit(0, pl.Int64).alias("_nth"))
    if keys.is_empty():
        return alone
    crowd = rows.join(keys, on=list(key), how="semi", nulls_equal=True)
    first = [end] if end else []
    rest = [column for column in values if column != end]
    crowd = crowd.sort(
        *first,
        *rest,
        descending=[True for _ in first] + [False for _ in rest],
        nulls_last=[False for _ in first] + [True for _ in rest],
    )
    crowd = crowd.with_row_index("_at").with_columns(pl.col("_source").rank("dense").over(key).alias("_round"))
    told = crowd.select("_at", "_round", *dict.fromkeys([*key, *lasting]))
    known = told.filter(pl.col("_round") == 1).with_columns(_position(key).alias("_nth"))
    found = [known.select("_at", "_nth")]
    # One round a return (of the same event), not one a row.
    for number in range(2, int(str(told["_round"].max())) + 1):
        coming = told.filter(pl.col("_round") == number)
        matched = [_matched(coming, known, [*key, *(name for name in lasting if name not in key)])]
        left = coming.join(matched[0], on="_at", how="anti", maintain_order="left")
        free = known.join(matched[0], on=[*key, "_nth"], how="anti", nulls_equal=True, maintain_order="left")
        matched.append(_matched(left, free, key))
        left = left.join(matched[1], on="_at", how="anti", maintain_order="left")
        highest = known.group_by(key).agg(pl.col("_nth").max().alias("_highest"))
        new = left.join(highest, on=list(key), how="left", nulls_equal=True, maintain_order="left")
        new = new.with_columns((pl.col("_highest").fill_null(-1) + 1 + _position(key)).alias("_nth"))
        placed = pl.concat([*(one.select("_at", "_nth") for one in matched), new.select("_at", "_nth")])
        found.append(placed)
        newer = coming.join(placed, on="_at", how="left", maintain_order="left")
        older = known.join(newer, on=[*key, "_nth"], how="anti", nulls_equal=True, maintain_order="left")
        # In the order of the ends again, for the next round.
        known = pl.concat([older, newer.select(older.columns)]).sort("_at")
    placed = crowd.join(pl.concat(found), on="_at", how="left").drop("_at", "_round")
    return pl.concat([alone, placed.select(alone.columns)])


def _matched(coming: pl.DataFrame, known: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    """Coming rows with the ``_nth`` of the known ones that agree: the first with the first, the second with the second."""
    at = _position(by).alias("_position")
    return coming.with_columns(at).join(
        known.with_columns(at).select(*by, "_position", "_nth"),
        on=[*by, "_position"],
        how="inner",
        nulls_equal=True,
        maintain_order="left",
    )


def _position(by: Sequence[str]) -> pl.Expr:
    return pl.int_range(pl.len(), dtype=pl.Int64).over(by)
