"""Reads a large file: plain children by columns, everything else by ``XmlPass``, with the result of one pass over all.

``XmlPass`` reads what stands before the first child, every run of odd children, and the last child with what follows it. For each
run it is given a parser of its own, in which the elements around the children are open. When the run does not end
where it began (a tag is not closed, a comment goes on), that parser reads on to the end of the file. So the file is
cut only where nothing but the elements around the children is open.
"""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import polars as pl

from csc_returns.extracts.returns import NESTED_CHILD
from csc_returns.extracts.xml_columns import ColumnReader, Columns, Unsuited
from csc_returns.extracts.xml_pass import XmlPass
from csc_returns.extracts.xml_pieces import Piece, ancestors, as_utf8, can_cut, end_of, pieces

#: Smaller files are read in one pass: it takes less than to get the columns going.
SMALLEST = 1 << 20

#: Pieces that are read by columns at the same time as others are put together, and those that wait for it.
_THREADS = 2
_AHEAD = 3

_CHUNK = 1 << 16


def feed(reader: XmlPass, chunks: Iterator[bytes], encoding: str, override: str | None) -> None:
    """Read a file to its end.

    Args:
        reader: has read nothing yet.
        chunks: the bytes of the file.
        encoding: that of the file, as Python calls it.
        override: what to tell the parser where the declaration of the file does not hold.

    Raises:
        expat.ExpatError: not well-formed, or cut off.
        Refused: stopped on purpose.
        Uncut: bytes do not fit the encoding; ``XmlPass.feed`` will say which.
    """
    taken: list[bytes] = []
    length = 0
    while length < SMALLEST and (chunk := next(chunks, b"")):
        taken.append(chunk)
        length += len(chunk)
    if length < SMALLEST or not can_cut(encoding):
        reader.feed(itertools.chain(taken, chunks), override)
        return
    begin = b"".join(as_utf8(taken, encoding))
    tag = f"<{reader.specification.row_root[-1]}>".encode()
    at = begin.find(tag)
    around = ancestors(begin[:at], tag) if at >= 0 else None
    columns = _column_reader(reader)
    if around is None or columns is None:
        reader.feed(itertools.chain(taken, chunks), override)
        return
    del taken
    reader.begin("utf-8")
    reader.parse(_chunked(begin[:at]))
    if not reader.back_at_rows(tag):
        reader.parse(_chunked(begin[at + len(tag) :]))
        reader.parse(as_utf8(chunks, encoding))
        reader.finish()
        return
    before = begin[:at].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    cut = pieces(begin[at:], as_utf8(chunks, encoding), tag, *end_of(before, 1, 1))
    del begin, before
    _Mixed(reader, columns, around, tag).read(cut)


def _column_reader(reader: XmlPass) -> ColumnReader | None:
    try:
        return ColumnReader(reader)
    except Unsuited:
        return None


def _chunked(data: bytes) -> Iterator[bytes]:
    """Parts of the size in which ``XmlPass`` looks whether values grow too long."""
    return (data[at : at + _CHUNK] for at in range(0, len(data), _CHUNK))


class _Mixed:
    """Puts together what is read in the two ways, for ``feed``."""

    def __init__(self, reader: XmlPass, columns: ColumnReader, around: bytes, tag: bytes) -> None:
        self.reader = reader
        self.columns = columns
        self.around = around
        self.tag = tag

    def read(self, cut: Iterator[Piece]) -> None:
        """Read all pieces."""
        with ThreadPoolExecutor(_THREADS) as pool:
            waiting: deque[tuple[Piece, Future[tuple[str, Columns] | None]]] = deque()
            try:
                more = True
                while more or waiting:
                    while more and len(waiting) < _AHEAD:
                        piece = next(cut, None)
                        more = piece is not None
                        if piece:
                            waiting.append((piece, pool.submit(self._by_columns, piece)))
                    if not waiting:
                        return
                    piece, result = waiting.popleft()
                    found = result.result()
                    behind = itertools.chain((later.data for later, _ in waiting), (later.data for later in cut))
                    if found is None:
                        self._to_the_end(piece, behind)
                        return
                    text, columns = found
                    del result, found
                    if not self._merged(piece, text, columns, behind):
                        return
            finally:
                for _, result in waiting:
                    result.cancel()

    def _by_columns(self, piece: Piece) -> tuple[str, Columns] | None:
        text = piece.text()
        return None if text is None else (text, self.columns.read(text, piece.line, piece.column))

    def _to_the_end(self, piece: Piece, behind: Iterable[bytes]) -> None:
        self.reader.begin("utf-8", self.around, piece.line, piece.column)
        self._on(piece.data, behind)

    def _on(self, data: bytes, behind: Iterable[bytes]) -> None:
        """Read all that is left, by the parser at hand."""
        self.reader.parse(_chunked(data))
        for later in behind:
            self.reader.parse(_chunked(later))
        self.reader.finish()

    def _merged(self, piece: Piece, text: str, columns: Columns, behind: Iterable[bytes]) -> bool:
        """Read the odd children of a piece and put the plain ones between them; False when nothing is left behind it."""
        reader = self.reader
        units = columns.begins.height
        runs = _runs(columns.odd.to_list(), units, to_end=piece.last)
        bounds = sorted({0, units, *(bound for run in runs for bound in run)})
        counts = columns.counts(bounds)
        since = {name: rows.batch() for name, rows in reader.tables.items()}
        stretches: list[tuple[int, int]] = []

        def skip(begin: int, end: int) -> None:
            stretches.append((begin, reader.child + 1 - begin))
            reader.skip(end - begin, {name: count[end] - count[begin] for name, count in counts.items()})

        done = 0
        try:
            for begin, end in runs:
                skip(done, begin)
                done = begin
                if not self._run(piece, text, columns.begins, begin, end, behind):
                    return False
                done = end
            skip(done, units)
            done = units
        finally:
            self._put(columns, stretches, done, since)
        return True

    def _run(
        self, piece: Piece, text: str, begins: pl.DataFrame, begin: int, end: int, behind: Iterable[bytes]
    ) -> bool:
        """Read odd children; False when the parser had to read on to the end of the file."""
        reader = self.reader
        start, line, column = begins.row(begin)
        stop = begins["start"][end] if end < begins.height else len(text)
        reader.begin("utf-8", self.around, line, column)
        reader.parse(_chunked(text[start:stop].encode()))
        if end < begins.height:
            tag = text[stop : text.index(">", stop) + 1]
            if reader.back(tag.encode()):
                return True
            self._on(text[stop + len(tag) :].encode(), behind)
        elif piece.last:
            reader.finish()
        else:
            if reader.back(self.tag):
                return True
            # The next piece begins with the tag that was just read.
            later = iter(behind)
            self._on(next(later, b"")[len(self.tag) :], later)
        return False

    def _put(self, columns: Columns, stretches: list[tuple[int, int]], done: int, since: dict[str, int]) -> None:
        """The rows of the first ``done`` units to the others, with the numbers that their children have in the file."""
        reader = self.reader
        steps = pl.DataFrame(stretches, schema={NESTED_CHILD: pl.Int64, "shift": pl.Int64}, orient="row").set_sorted(
            NESTED_CHILD
        )
        queries = []
        for name, (values, places) in columns.tables.items():
            rows = values.with_columns(places.to_struct("places")).lazy().set_sorted(NESTED_CHILD)
            rows = rows.filter(pl.col(NESTED_CHILD) < done).join_asof(steps.lazy(), on=NESTED_CHILD)
            rows = rows.with_columns(pl.col(NESTED_CHILD) + pl.col("shift")).drop("shift")
            queries.append(reader.tables[name].merged(since[name], rows))
        for name, found in zip(columns.tables, pl.collect_all(queries), strict=True):
            reader.tables[name].replace(since[name], found)
        told = columns.told.filter(pl.col("unit") < done).group_by("name", "node").len()
        for spelled, node, number in told.iter_rows():
            if spelled is None:
                reader.count_once("CSC105", self.columns.grammar.nodes[node].label, number)
            else:
                reader.count_once("CSC107", spelled, number)


def _runs(odd: list[int], units: int, *, to_end: bool) -> list[tuple[int, int]]:
    """Ascending numbers of units as runs: the first, and the one behind the last. ``to_end``: the last unit is odd too."""
    if to_end and (not odd or odd[-1] != units - 1):
        odd = [*odd, units - 1]
    runs: list[tuple[int, int]] = []
    for unit in odd:
        if runs and runs[-1][1] == unit:
            runs[-1] = (runs[-1][0], unit + 1)
        else:
            runs.append((unit, unit + 1))
    return runs
