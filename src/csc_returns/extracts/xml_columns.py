"""Reads many children of a return at once: every tag of a piece of the file is a row of a frame, and polars judges them all.

A child in which everything is as it nearly always is, is *plain*: known elements in their places, opened and closed in
pairs, each at most as often as it may stand, and no text but values. Its rows come from here. Every other child is *odd* and
is left to ``XmlPass``, which alone says what unusual things mean.

That the tags of a plain child nest needs no stack: each tag of a container says which container must be open before it
and which is open behind it, so it is enough that neighbours agree.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from csc_returns.extracts.returns import NESTED_CHILD, ROW_PLACE
from csc_returns.extracts.xml_grammar import CLOSE, LEAF, LEAF_CLOSE, LEAF_EMPTY, OPEN, UNKNOWN, Grammar
from csc_returns.extracts.xml_pass import XmlPass

#: Values longer than this are left to ``XmlPass``, which has a limit.
_LONG = 100_000

_kind, _unit, _node = pl.col("kind"), pl.col("unit"), pl.col("node")
_container = _kind.is_in([OPEN, CLOSE])


@dataclass
class Columns:
    """The plain children of one piece of a file.

    A *unit* is the text from the start tag of one child to the next, numbered from 0 in the piece.

    ``begins``: frame with ``start`` (characters before the unit in the piece) and its ``line`` and ``column``.
    ``odd``: numbers of the units that are not plain, ascending.
    ``tables``: table → its values (with the number of the unit as ``_child``) and places, rows in the order of the file.
    ``told``: what is remarked once with the number of its places: ``unit``, and ``name`` of an element that is spelled
    otherwise or ``node`` of one that is empty. For each of them the first unit of the piece is odd.
    """

    begins: pl.DataFrame
    odd: pl.Series
    tables: dict[str, tuple[pl.DataFrame, pl.DataFrame]]
    told: pl.DataFrame

    def counts(self, bounds: list[int]) -> dict[str, dict[int, int]]:
        """Table → unit → number of the table's rows in the units before it, for each unit asked for."""
        beyond = self.begins.height + 1
        keys = pl.concat(values[NESTED_CHILD] + at * beyond for at, (values, _) in enumerate(self.tables.values()))
        asked = pl.Series([bound + at * beyond for at in range(len(self.tables)) for bound in bounds], dtype=pl.Int64)
        found = keys.search_sorted(asked).to_list()
        counts, before = {}, 0
        for at, (name, (values, _)) in enumerate(self.tables.items()):
            mine = found[at * len(bounds) : (at + 1) * len(bounds)]
            counts[name] = {bound: number - before for bound, number in zip(bounds, mine, strict=True)}
            before += values.height
        return counts


class Unsuited(Exception):  # noqa: N818 - no error: the file has to be read in another way
    """A collection of which children cannot be read by columns."""


class ColumnReader:
    """Reads pieces of the files of one collection; may be used by several threads."""

    def __init__(self, reader: XmlPass) -> None:
        """For the specification and the columns of a pass.

        Raises:
            Unsuited: the collection has rows that only the pass can number.
        """
        self.specification = reader.specification
        self.grammar = Grammar(reader.specification, reader.root)
        if not self._suits(reader):
            raise Unsuited
        self.columns = {name: (reader.tables[name].items, reader.tables[name].numbers) for name in self.grammar.rows}
        self.must_have = set(reader.must_have)
        nodes, rows = self.grammar.nodes, self.grammar.rows
        # For each number of an element: its depth below that of the child; as a container, else -1; and that of the row of
        # which an item is a value.
        depth = [len(node.path) - len(nodes[0].path) for node in nodes]
        leaf = [node.column >= 0 for node in nodes]
        self.leaves = [at for at, is_leaf in enumerate(leaf) if is_leaf]
        self.depth_of = depth
        self.levels = max(depth) + 1
        self.depths = pl.Series(depth, dtype=pl.Int64)
        self.container_depths = pl.Series(
            [-1 if is_leaf else at for at, is_leaf in zip(depth, leaf, strict=True)], dtype=pl.Int64
        )
        self.row_depths = pl.Series(
            [depth[rows[str(node.table)]] if node.kind == "item" else -1 for node in nodes], dtype=pl.Int64
        )

    def _suits(self, reader: XmlPass) -> bool:
        """Whether each value has one row to stand in, and each running number is counted by an element around its row."""
        grammar = self.grammar
        rows, counted = grammar.rows, grammar.counted_by
        if any(node.table and node.table not in rows for node in grammar.nodes):
            return False
        numbers = {name: reader.tables[name].numbers for name in rows}
        return all(keys[0] == NESTED_CHILD for keys in numbers.values()) and all(
            key in counted
            and grammar.nodes[rows[counted[key]]].kind == "row"
            and grammar.holds(rows[counted[key]], rows[name])
            for name, keys in numbers.items()
            for key in keys[1:]
        )

    def read(self, text: str, line: int, column: int) -> Columns:
        """Read a piece.

        Args:
            text: begins with the start tag of a child; lines end in a line feed alone.
            line: line of the file in which it begins.
            column: likewise, both from 1.
        """
        tokens = pl.Series("token", [text]).str.split("<").explode().slice(1)
        distinct = tokens.unique()
        codes = tokens.cast(pl.Enum(distinct)).to_physical()
        del tokens
        words = self._words(distinct)
        columns = ["size", "lines", "tail", "kind", "before", "after", "word", "spelling", "fine"]
        tags = words.select(pl.col(columns).gather(pl.lit(codes))).with_columns(codes.alias("code"))
        tags = self._placed(tags, line, column)
        root = (_kind == OPEN) & (pl.col("after") == 0)
        begins = tags.filter(root).select("start", "line", "column")
        tags, odd = self._judged(tags)
        opened = tags.filter(_kind.is_in([OPEN, LEAF, LEAF_EMPTY])).select(
            "unit", "node", "code", (pl.col("line") * (1 << 32) + pl.col("column")).alias("place")
        )
        del tags
        opened = self._linked(_without(opened, odd))
        odd = _joined(odd, self._repeated(opened), self._lacking(opened, odd, begins.height))
        opened = _without(opened, odd)
        told = self._told(opened, words)
        firsts = told.group_by("name", "node").agg(_unit.min())["unit"]
        odd = _joined(odd, firsts)
        if firsts.len():
            opened, told = _without(opened, odd), _without(told, odd)
        return Columns(begins, odd, self._tables(opened, words["value"]), told)

    def _words(self, distinct: pl.Series) -> pl.DataFrame:
        """Each different token (a tag and the text behind it, without its <) and what can be said of it by itself.

        ``size``: its characters; ``lines``: line ends; ``tail``: characters behind the last line end; ``fine``: nothing odd
        in it; ``value``: of a leaf, and whether it is ``empty``; the columns of ``Grammar.tags``.
        """
        token, text, head = pl.col("token"), pl.col("text"), pl.col("head")
        words = pl.DataFrame({"token": distinct}).select(
            "token",
            (token.str.len_chars().cast(pl.Int64) + 1).alias("size"),
            token.str.count_matches("\n", literal=True).cast(pl.Int64).alias("lines"),
            token.str.splitn(">", 2).struct.rename_fields(["head", "text"]).alias("parts"),
        )
        words = words.unnest("parts").with_row_index("at")
        broken = words.filter(pl.col("lines") > 0).select("at", token.str.extract(r"([^\n]*)\z").str.len_chars())
        tail = pl.zeros(words.height, pl.Int64, eager=True).scatter(broken["at"], broken["token"].cast(pl.Int64))
        heads = words.select(head.unique()).filter(head.str.contains(r"^/?[^\s/!?&=<>:]+ */?$"))["head"]
        words = words.join(self.grammar.tags(heads), on="head", how="left", maintain_order="left")
        clean = (
            ~text.str.contains("&", literal=True) & ~text.str.contains("]]>", literal=True) & (pl.col("size") < _LONG)
        )
        return words.select(
            "size",
            "lines",
            tail.alias("tail"),
            _kind.fill_null(UNKNOWN),
            "before",
            "after",
            "word",
            "spelling",
            "told",
            (pl.when(_kind == LEAF).then(clean).otherwise(text.str.strip_chars(" \t\n") == "") & _kind.is_not_null())
            .fill_null(value=False)
            .alias("fine"),
            ((_kind == LEAF_EMPTY) | ((_kind == LEAF) & (text == ""))).alias("empty"),
            pl.when(_kind == LEAF).then(text).otherwise(pl.lit("")).alias("value"),
        )

    @staticmethod
    def _placed(tags: pl.DataFrame, line: int, column: int) -> pl.DataFrame:
        """The tags with ``start``, ``line`` and ``column``."""
        start = pl.col("size").cum_sum() - pl.col("size")
        line_begins = pl.when(pl.col("lines") > 0).then(start + pl.col("size") - pl.col("tail")).forward_fill().shift(1)
        return tags.with_columns(
            start.alias("start"),
            (pl.col("lines").cum_sum() - pl.col("lines") + line).alias("line"),
            (start - line_begins.fill_null(1 - column) + 1).alias("column"),
        ).drop("size", "lines", "tail")

    def _judged(self, tags: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series]:
        """The tags with ``unit`` and ``node``, and the units in which a tag or a text has no place."""
        grammar = self.grammar
        root = (_kind == OPEN) & (pl.col("after") == 0)
        tags = tags.with_columns(
            (root.cum_sum().cast(pl.Int64) - 1).alias("unit"),
            pl.when(_container).then(pl.col("after")).forward_fill().alias("inside"),
        )
        at = pl.col("inside") * grammar.words + pl.col("word")
        leaf = pl.lit(grammar.leaf_at).gather(at.fill_null(0))
        tags = tags.with_columns(
            pl.when(_kind == OPEN).then(pl.col("after")).when(pl.col("word").is_not_null()).then(leaf).alias("node"),
            pl.col("inside").shift(1, fill_value=grammar.ground).alias("inside_before"),
        )
        pair = pl.col("spelling").eq_missing(pl.col("spelling").shift(-1)) & (
            _kind.shift(-1, fill_value=UNKNOWN) == LEAF_CLOSE
        )
        behind_leaf = _kind.shift(1, fill_value=UNKNOWN) == LEAF
        closed_at_once = _node.is_in(grammar.wrappers) & (_kind.shift(-1, fill_value=UNKNOWN) == CLOSE)
        right = (
            pl.when(_kind == OPEN)
            .then(((pl.col("before") == pl.col("inside_before")) | (pl.col("after") == 0)) & ~closed_at_once)
            .when(_kind == CLOSE)
            .then(pl.col("before") == pl.col("inside_before"))
            .when(_kind == LEAF)
            .then(_node.is_not_null() & pair)
            .when(_kind == LEAF_CLOSE)
            .then(behind_leaf)  # that the names agree is said at the opening tag
            .when(_kind == LEAF_EMPTY)
            .then(_node.is_not_null())
        )
        wrong = tags.select(unit=_unit, bad=~(right.fill_null(value=False) & pl.col("fine")))
        unclosed = tags.filter(root & (pl.col("inside_before") != grammar.ground)).select(_unit - 1)["unit"]
        last = tags.tail(1).filter(pl.col("inside") != grammar.ground)["unit"]
        return tags, _joined(wrong.filter("bad")["unit"], unclosed, last)

    def _linked(self, opened: pl.DataFrame) -> pl.DataFrame:
        """Elements in the order of the file with a number ``at``, and in ``level 0`` and so on that of the container open there.

        An element stands in the container of each level above its own.
        """
        depth = pl.lit(self.container_depths).gather(_node)
        return opened.with_row_index("at").with_columns(
            pl.when(depth == level).then("at").forward_fill().alias(f"level {level}") for level in range(self.levels)
        )

    def _in_level(self, levels: pl.Series) -> pl.Expr:
        """The number of the container in which each element stands, of the level that ``levels`` has for it (-1: itself)."""
        level = pl.lit(levels).gather(_node)
        return pl.coalesce(
            *(pl.when(level == at).then(f"level {at}") for at in range(self.levels)), pl.when(level == -1).then("at")
        )

    def _repeated(self, linked: pl.DataFrame) -> pl.Series:
        """Units in which an element stands twice that may stand once in the element around it."""
        place = self._in_level(self.depths - 1).cast(pl.Int64) * len(self.grammar.nodes) + _node
        once = linked.filter(_node.is_in(self.grammar.once_only)).select("unit", place.alias("place"))
        places = once["place"].sort()
        twice = places.filter(places.diff() == 0)
        return (
            once.filter(pl.col("place").is_in(twice.implode()))["unit"]
            if twice.len()
            else pl.Series("unit", [], pl.Int64)
        )

    def _lacking(self, opened: pl.DataFrame, odd: pl.Series, units: int) -> pl.Series:
        """Units without a row of a table of which every child has one."""
        every = pl.int_range(units, eager=True).alias("unit")
        lacking = [pl.Series("unit", [], pl.Int64)]
        for name in self.must_have:
            having = opened.filter(_node == self.grammar.rows[name])["unit"].unique()
            lacking.append(every.filter(~every.is_in(pl.concat([having, odd]).implode())))
        return pl.concat(lacking)

    @staticmethod
    def _told(opened: pl.DataFrame, words: pl.DataFrame) -> pl.DataFrame:
        about = (
            words.select("told", "empty").with_row_index("code").filter(pl.col("told").is_not_null() | pl.col("empty"))
        )
        near = opened.select("unit", "node", pl.col("code").cast(pl.UInt32)).join(about, on="code")
        spelled = near.filter(pl.col("told").is_not_null()).select("unit", name="told", node=pl.lit(None, pl.Int32))
        empty = near.filter("empty").select("unit", pl.lit(None, pl.String).alias("name"), "node")
        return pl.concat([spelled, empty])

    def _tables(self, linked: pl.DataFrame, values: pl.Series) -> dict[str, tuple[pl.DataFrame, pl.DataFrame]]:
        """The rows of every table."""
        rows_at = self.grammar.rows
        size = int(linked["at"][-1]) + 1 if linked.height else 0
        rows = linked.filter(_node.is_in(list(rows_at.values()))).with_columns(
            pl.int_range(pl.len(), dtype=pl.Int64).over("node").alias("row")
        )
        rows = rows.with_columns(self._number(rows, key, size).alias(key) for key in self.grammar.counted_by)
        parts = rows.partition_by("node", as_dict=True)
        found = {name: parts.get((at,), rows.clear()) for name, at in rows_at.items()}
        # The cells of all tables as one column, table by table and in each column by column: filled at one go, then cut.
        begin, length = {}, 0
        for name, part in found.items():
            begin[name] = length
            length += part.height * len(self.columns[name][0])
        column_begins = pl.Series(
            [
                begin[str(node.table)] + node.column * found[str(node.table)].height if node.column >= 0 else None
                for node in self.grammar.nodes
            ],
            dtype=pl.Int64,
        )
        row = pl.lit(_scattered(size, rows["at"], rows["row"])).gather(self._in_level(self.row_depths))
        cells = linked.filter(_node.is_in(self.leaves)).select(
            (pl.lit(column_begins).gather(_node) + row).alias("at"), pl.col("code").cast(pl.Int64), "place"
        )
        absent = pl.repeat(values.len(), length, dtype=pl.Int64, eager=True)
        codes = absent.scatter(cells["at"], cells["code"])
        texts = pl.concat([values, pl.Series([None], dtype=pl.String)]).gather(codes)
        places = _scattered(length, cells["at"], cells["place"])
        tables = {}
        for name, part in found.items():
            items, keys = self.columns[name]
            spans = {item: begin[name] + at * part.height for at, item in enumerate(items)}
            cut = {item: texts.slice(at, part.height) for item, at in spans.items()}
            at = {item: places.slice(at, part.height) for item, at in spans.items()}
            tables[name] = (
                pl.DataFrame({NESTED_CHILD: part["unit"]} | {key: part[key] for key in keys[1:]} | cut),
                pl.DataFrame(at | {ROW_PLACE: part["place"]}),
            )
        return tables

    def _number(self, rows: pl.DataFrame, key: str, size: int) -> pl.Expr:
        """A running number for the rows below and including those of the table that counts it."""
        grammar = self.grammar
        name = grammar.counted_by[key]
        parent = self.specification.tables[name].parent
        # Each row of the table above lets the number begin anew, else each child.
        level = self.depth_of[grammar.rows[parent]] if parent in grammar.rows else 0
        row, around = pl.int_range(1, pl.len() + 1, dtype=pl.Int64), pl.col(f"level {level}")
        before = pl.when(around.ne_missing(around.shift(1))).then(row - 1).forward_fill()
        counted = rows.filter(_node == grammar.rows[name]).select("at", number=row - before)
        return pl.lit(_scattered(size, counted["at"], counted["number"])).gather(
            f"level {self.depth_of[grammar.rows[name]]}"
        )


def _scattered(size: int, at: pl.Series, values: pl.Series) -> pl.Series:
    return pl.zeros(size, pl.Int64, eager=True).scatter(at, values)


def _joined(*units: pl.Series) -> pl.Series:
    return pl.concat([found.cast(pl.Int64) for found in units]).unique().sort().alias("unit")


def _without(frame: pl.DataFrame, odd: pl.Series) -> pl.DataFrame:
    return frame.filter(~_unit.is_in(odd.implode())) if odd.len() else frame
