"""Small returns, written table by table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial

import polars as pl

from csc_returns.extracts.returns import Return
from csc_returns.history import one_return


def _sent(
    collection: str,
    year: str,
    la: str | None = "301",
    *,
    path: str | None = None,
    every: Mapping[str, object] | None = None,
    **tables: Iterable[Mapping[str, object]],
) -> Return:
    """A return; ``every`` is what each row says that does not say otherwise."""
    frames = {
        name: pl.DataFrame([{**(every or {}), **row} for row in rows], infer_schema_length=None)
        for name, rows in tables.items()
    }
    return one_return(frames, collection, year, la, path=path or f"{collection}-{la}-{year}")


#: A children in need census, and a return of children looked after.
census, looked_after = partial(_sent, "cin"), partial(_sent, "ssda903")
