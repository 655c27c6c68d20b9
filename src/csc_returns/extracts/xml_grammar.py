"""What may stand in one child of a return, as numbers: so that tags can be judged by whole columns instead of one by one."""

from __future__ import annotations

import re

import polars as pl

from csc_returns.extracts.xml_tree import Node
from csc_returns.specification import Specification

#: Kinds of tag. A leaf is an element that holds a value.
UNKNOWN, OPEN, CLOSE, LEAF, LEAF_CLOSE, LEAF_EMPTY = range(6)

#: Tags without attributes: name, blanks that do no harm, and the slash of a closing or an empty element.
_TAG = re.compile(r"(/?)([^\s/!?&=<>:]+) *(/?)")

#: Different tags that are looked at in one piece of a file. The specification has about a hundred; the rest is unknown.
_MOST_TAGS = 5_000

_LEAF_KINDS = {"item", "listed"}


class Grammar:
    """The elements below and including the element that repeats for each child, numbered; 0 is that element itself.

    ``nodes``: the element of each number. ``ground``: the number that stands for "between two children".
    ``rows``: table → number of the element that makes its rows. ``counted_by``: running number → the table that counts it.
    """

    def __init__(self, specification: Specification, tree: Node) -> None:
        """Number the elements of a collection."""
        top = tree
        for name in specification.row_root[1:]:
            top = top.children[name]
        self.nodes = list(top.walk())
        self.ground = len(self.nodes)
        number = {node: at for at, node in enumerate(self.nodes)}
        self.number = number
        self.above = {number[below]: number[node] for node in self.nodes for below in node.children.values()}
        self.rows = {str(node.table): at for at, node in enumerate(self.nodes) if node.kind in {"row", "listed"}}
        self.counted_by = {
            table.number: name for name, table in specification.tables.items() if table.number and name in self.rows
        }
        self.wrappers = [at for at, node in enumerate(self.nodes) if node.kind == "wrapper"]
        self.once_only = [at for at, node in enumerate(self.nodes) if not node.repeats]
        found: dict[str, set[Node]] = {top.name.lower(): {top}}
        for node in self.nodes:
            for key, below in node.by_lower.items():
                found.setdefault(key, set()).add(below)
        self._containers = {
            key: next(iter(nodes)) for key, nodes in found.items() if len(nodes) == 1 and not _are_leaves(nodes)
        }
        # The same item name may stand in several elements; the element that is open decides.
        leaves = {key: nodes for key, nodes in found.items() if _are_leaves(nodes)}
        self._leaves = {
            key: (word, next(iter(nodes)).name)
            for word, (key, nodes) in enumerate(leaves.items())
            if len({node.name for node in nodes}) == 1
        }
        self.words = max(len(leaves), 1)
        places: list[int | None] = [None] * (self.words * (self.ground + 1))
        for at, node in enumerate(self.nodes):
            for key, below in node.by_lower.items():
                if key in self._leaves:
                    places[at * self.words + self._leaves[key][0]] = number[below]
        #: Number of the open element, times ``words``, plus word → number of the leaf; null where it has no place there.
        self.leaf_at = pl.Series("node", places, pl.Int32)

    def holds(self, outer: int, inner: int) -> bool:
        """Whether an element stands within another, or is the same."""
        while inner != outer and inner in self.above:
            inner = self.above[inner]
        return inner == outer

    def tags(self, heads: pl.Series) -> pl.DataFrame:
        """What each tag (``head``: all between < and >) is.

        Columns: ``head``; ``kind``; ``before`` and ``after``, the innermost open container that a container's tag needs and
        leaves behind; ``word`` and ``spelling`` of a leaf; ``told``, the name where it is not spelled as in the specification.
        Tags that are not known do not come back.
        """
        parsed = [
            (head, *match.groups()) for head in heads.head(_MOST_TAGS).to_list() if (match := _TAG.fullmatch(head))
        ]
        names = {name for _, _, name, _ in parsed}
        spelled: dict[Node, str] = {}
        for name in sorted(names):
            node = self._containers.get(name.lower())
            # One spelling a container: then a closing tag that fits the element fits the opening tag by the letter.
            if node and (node not in spelled or name == node.name):
                spelled[node] = name
        spellings = {name: at for at, name in enumerate(sorted(names))}
        rows: list[tuple[str, int, int | None, int | None, int | None, int | None, str | None]] = []
        for head, closing, name, empty in parsed:
            node = self._containers.get(name.lower())
            if node and spelled[node] == name and not empty:
                at = self.number[node]
                around = self.above.get(at, self.ground)
                if closing:
                    rows.append((head, CLOSE, at, around, None, None, None))
                else:
                    rows.append((head, OPEN, around, at, None, None, None if name == node.name else name))
            elif name.lower() in self._leaves and not (closing and empty):
                word, right = self._leaves[name.lower()]
                kind = LEAF_CLOSE if closing else LEAF_EMPTY if empty else LEAF
                told = None if closing or name == right else name
                rows.append((head, kind, None, None, word, spellings[name], told))
        schema = {
            "head": pl.String,
            "kind": pl.Int32,
            "before": pl.Int32,
            "after": pl.Int32,
            "word": pl.Int32,
            "spelling": pl.Int32,
            "told": pl.String,
        }
        return pl.DataFrame(rows, schema=schema, orient="row")


def _are_leaves(nodes: set[Node]) -> bool:
    return all(node.kind in _LEAF_KINDS for node in nodes)
