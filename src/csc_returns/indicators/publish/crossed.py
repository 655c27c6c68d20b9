"""Crossed distributions: which suppressed counts can be worked out from all rows and columns together.

The categories of one kind are the rows of a table, those of the other its columns. A suppressed count can be another number only
if others change with it: one more here, one less in the same row, one more in the column of that, and so on, until a way along
suppressed counts is back where it began. So rows and columns are places, and counts lead from one to another:

    all rows ── total of a row ──► row ── count ──► column ── total of a column ──► all columns ── everyone ──► all rows

Along an arrow a count becomes one more, against it one less; one of 1 cannot be less. A suppressed count that lies on no way
round follows from what is shown (Gusfield 1988). It is kept by suppressing what lies on the cheapest way round. All is plain
Python: only crossed distributions in which something is suppressed come here.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import NamedTuple

import polars as pl

#: A row or column with its category, or one of the two places where all of them meet.
_Place = tuple[str, str | None]
_ALL_ROWS: _Place = ("row", None)
_ALL_COLUMNS: _Place = ("column", None)

#: What it costs to suppress a count, beside its size: totals cost more than any number of counts.
_CELL, _TOTAL, _EVERYONE = 10**7, 10**11, 10**14


class _Count(NamedTuple):
    """A count and the places from and to which it leads. Its number is None where it is shown nowhere."""

    number: int | None
    begin: _Place
    end: _Place
    size: int
    price: int


#: The price of a way, and the counts on it.
_Way = tuple[int, tuple[_Count, ...]]


class Crossing:
    """One crossed distribution of one figure."""

    def __init__(self, counts: Collection[_Count]) -> None:
        """Take all counts above zero, totals among them."""
        self._counts = counts
        #: Counts that lie on a way round, and places that a way leads from and to: what is suppressed stays so.
        self._kept: set[_Count] = set()
        self._joined: set[tuple[_Place, _Place]] = set()
        #: From a place: the next, by which count, and whether that becomes more.
        self._next: dict[_Place, list[tuple[_Place, _Count]]] = defaultdict(list)
        for one in counts:
            self._next[one.begin].append((one.end, one))
            if one.size > 1:
                self._next[one.end].append((one.begin, one))

    def close(self, hidden: set[int]) -> None:
        """Adds to ``hidden`` what has to be suppressed for this crossing to tell none of it."""
        for one in self._counts:
            if one.number in hidden and one not in self._kept:
                ways = [self._way(one.end, one.begin, hidden, without=one)]
                if one.size > 1 and not (ways[0] and ways[0][0] == 0):
                    ways.append(self._way(one.begin, one.end, hidden, without=one))
                # All that lie on a way round keep each other.
                self._kept |= {one, *_suppress(ways, hidden)}
        self._free_totals(hidden)

    def _free_totals(self, hidden: set[int]) -> None:
        """Adds what has to be suppressed for totals of rows to be other numbers whenever another crossing lets them be.

        They are the same in all crossings. So any of them can become more here and any other less, without a change elsewhere.
        """
        # The places of totals, and of everyone, who change with any of them.
        rows = [(one.end, one.size) for one in self._counts if one.begin == _ALL_ROWS and one.number in hidden]
        everyone = [(one.begin, one.size) for one in self._counts if one.end == _ALL_ROWS and one.number in hidden]
        if not rows:
            return
        middle, most = everyone[0] if everyone else max(rows, key=lambda row: row[1])
        for place, count in rows:
            for begin, end, gives in ((place, middle, most), (middle, place, count)):
                if gives > 1 and begin != end and (begin, end) not in self._joined:
                    way = self._way(begin, end, hidden, around=_ALL_ROWS)
                    _suppress([way], hidden)
                    self._joined.add((begin, end))
                    if way is None and end == middle:
                        # It consists of ones and cannot be less: the largest other row can, or else everyone.
                        shown = [one for one in self._counts if _ALL_ROWS in one[1:3] and one.number not in hidden]
                        rest = [one for one in shown if one.begin == _ALL_ROWS] or shown
                        hidden.update(
                            one.number for one in sorted(rest, key=lambda one: -one.size)[:1] if one.number is not None
                        )

    def _way(
        self,
        begin: _Place,
        end: _Place,
        hidden: set[int],
        *,
        without: _Count | None = None,
        around: _Place | None = None,
    ) -> _Way | None:
        """The cheapest way, where there is one."""
        seen = set() if around is None else {around}
        open_: list[tuple[int, int, _Place, tuple[_Count, ...]]] = [(0, 0, begin, ())]
        steps = 0
        while open_:
            price, _, place, counts = heapq.heappop(open_)
            if place == end:
                return price, counts
            if place in seen:
                continue
            seen.add(place)
            for other, one in self._next[place]:
                if other not in seen and one is not without:
                    steps += 1
                    # A count that is shown nowhere is nothing to suppress.
                    free = one.number is None or one.number in hidden
                    heapq.heappush(open_, (price + (0 if free else one.price), steps, other, (*counts, one)))
        return None


def _suppress(ways: Iterable[_Way | None], hidden: set[int]) -> tuple[_Count, ...]:
    """Adds the cheapest of the ways to what is suppressed; the counts on it."""
    _, counts = min((way for way in ways if way), key=lambda way: way[0], default=(0, ()))
    hidden.update(one.number for one in counts if one.number is not None)
    return counts


def crossings_of(counts: pl.DataFrame, hidden: pl.Series) -> dict[int, list[Crossing]]:
    """The crossed distributions among counts (``counts_of``) of figures in which something is suppressed, by figure."""
    some = (pl.col("n_id").is_in(hidden.implode()) | pl.col("d_id").is_in(hidden.implode())).any().over("figure")
    crossed = counts.filter("crossed").filter(some & (pl.col("n") > 0))
    columns = "across", "down", "n_id", "n", "across_id", "across_count", "d_id", "d", "d_total_id", "d_total"
    tables: dict[tuple[int, int], dict[tuple[_Place, _Place], _Count]] = defaultdict(dict)
    for figure, table, *cell in crossed.select("figure", "table", *columns).rows():
        across, down, number, count, row_id, row_count, column_id, column_count, everyone_id, everyone = cell
        row, column = ("row", across), ("column", down)
        # A total that is not among the figures is shown nowhere, and may be any number.
        for one in (
            _Count(number, row, column, count, _CELL + count),
            _Count(row_id, _ALL_ROWS, row, row_count or 2, _TOTAL + (row_count or 2)),
            _Count(column_id, column, _ALL_COLUMNS, column_count or 2, _TOTAL + (column_count or 2)),
            _Count(everyone_id, _ALL_COLUMNS, _ALL_ROWS, everyone or 2, _EVERYONE),
        ):
            tables[figure, table][one.begin, one.end] = one
    found: dict[int, list[Crossing]] = defaultdict(list)
    for (figure, _), counted in tables.items():
        found[figure].append(Crossing(counted.values()))
    return found


def close(crossings: Iterable[Crossing], hidden: set[int]) -> bool:
    """Adds to ``hidden`` what has to be suppressed for no crossing of a figure to tell what is; whether there is any."""
    first = before = len(hidden)
    while True:
        for crossing in crossings:
            crossing.close(hidden)
        # A total that is suppressed for one crossing is suppressed in all.
        if len(hidden) == before:
            return len(hidden) > first
        before = len(hidden)
