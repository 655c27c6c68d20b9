"""Columns that rules may read and no file need hold (``derived`` in ``schemas/``), and the functions that make them.

A function below ``validation/rules/<collection>/`` becomes a derivation with ``@derivation``. It is called once a return, for
this year's table and for last year's, when what the columns are made from is at hand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from csc_returns.validation.data import ReturnData

#: (rows of the table, the return, "" for this year's table or "_last" for last year's) → the rows with the columns.
Derive = Callable[[pl.LazyFrame, "ReturnData", str], pl.LazyFrame]


@dataclass(frozen=True)
class Derivation:
    """How some columns of a table are made."""

    collection: str
    table: str
    columns: tuple[str, ...]
    make: Derive


_registry: list[Derivation] = []


def derivation(table: str, columns: Iterable[str]) -> Callable[[Derive], Derive]:
    """Make a function the source of derived columns of a table."""

    def mark(function: Derive) -> Derive:
        *_, collection, _theme = function.__module__.split(".")
        _registry.append(Derivation(collection, table, tuple(columns), function))
        return function

    return mark


def derivations(collection: str, table: str) -> list[Derivation]:
    """The derivations of a table (those of modules that were imported: ``all_rules`` imports them all)."""
    return [one for one in _registry if (one.collection, one.table) == (collection, table)]
