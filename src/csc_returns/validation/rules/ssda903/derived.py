"""Columns that rules read and no file need hold: who is UASC, and where a placement is."""

from __future__ import annotations

import polars as pl

from csc_returns.validation.data import ReturnData
from csc_returns.validation.derived import derivation
from csc_returns.validation.rules.ssda903.shared.geography import known_postcodes, placed
from csc_returns.validation.rules.ssda903.shared.uasc import uasc_flag


@derivation("Header", ["UASC"])
def uasc(rows: pl.LazyFrame, data: ReturnData, suffix: str) -> pl.LazyFrame:
    """Header.UASC from the UASC table of the same year."""
    return uasc_flag(rows, data[f"UASC{suffix}"])


@derivation("Episodes", ["PL_LA", "PL_LOCATION", "PL_DISTANCE"])
def placement(rows: pl.LazyFrame, data: ReturnData, _suffix: str) -> pl.LazyFrame:
    """PL_LA, PL_LOCATION and PL_DISTANCE from the postcodes of home and placement."""
    return placed(rows, data.shared(known_postcodes), data.local_authority)
