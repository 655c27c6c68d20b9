"""What several returns leave in doubt when they are put together, in words that name no child."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import polars as pl

from csc_returns.extracts.returns import Return
from csc_returns.history import History
from csc_returns.history.vanished import NOT_THERE
from csc_returns.reports.layout import number


def doubts(returns: Sequence[Return], history: History) -> Iterator[str]:
    """What the returns together leave in doubt: two of one year, values and events of which two say different things."""
    of_year: dict[tuple[object, ...], list[str]] = {}
    for one in returns:
        if one.tables and one.year:
            of_year.setdefault((one.collection, one.year, one.local_authority), []).append(one.path)
    for (_, year, _), paths in of_year.items():
        if len(paths) > 1:
            yield f"{' and '.join(paths)} are returns of the same year {year}: what both tell counts once, as the later one says."
    vanished = pl.col("later") == NOT_THERE
    differ, gone = history.contradictions.filter(~vanished), history.contradictions.filter(vanished)
    more = "--contradictions FILE lists them."
    if not differ.is_empty():
        counts = _counted(differ.select(pl.format("{}.{}", "frame", "item")).to_series())
        verb = "contradicts" if differ.height == 1 else "contradict"
        yield f"{number(differ.height, 'value')} {verb} an earlier return ({counts}): the later one counts. {more}"
    if not gone.is_empty():
        yield (
            f"{number(gone.height, 'event')} that went on when a return ended {'is' if gone.height == 1 else 'are'} not in the "
            f"next one ({_counted(gone['frame'])}): taken to have ended between them. Were identifiers changed? {more}"
        )


def _counted(names: pl.Series) -> str:
    """How often each name stands there, the most frequent first."""
    counts = names.value_counts(sort=True).sort("count", names.name, descending=[True, False])
    return ", ".join(f"{count} {name}" for name, count in counts.rows())


def without_authority(returns: Sequence[Return], history: History) -> Iterator[str]:
    """Which returns do not say whose they are, and whose they are taken to be, where others do or two are of one year."""
    told = [one for one in returns if one.tables and one.year]
    unnamed = [one for one in told if not one.local_authority]
    of_year = {(one.collection, one.year) for one in unnamed}
    if not unnamed or (len(unnamed) == len(told) and len(of_year) == len(unnamed)):
        return
    names = f"{' and '.join(one.path for one in unnamed)} {'does' if len(unnamed) == 1 else 'do'} not say whose returns they are"
    taken = "one authority that is not known" if "" in history.authorities else f"authority {history.authorities[0]}"
    yield f"{names}: taken as those of {taken}. 301=PATH names the authority of a return."
