"""Writes a return as XML, elements in the order of the specification, from which ``xml_reader`` makes the same return again.

The text is put together here and not in a tree: what a return keeps as it was sent (``Return.unplaced``) goes back as it is,
also where a tree would not take it, such as an element with a prefix that nothing declares.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, BinaryIO
from xml.parsers import expat

from csc_returns.extracts.returns import Return
from csc_returns.extracts.xml_rows import CHILD, LINKS, Linked
from csc_returns.extracts.xml_shared import as_in_xml, together
from csc_returns.extracts.xml_text import escape
from csc_returns.extracts.xml_tree import Node, element_tree
from csc_returns.specification import Specification, whole_specification

_SPECIAL = re.compile("[&<>\r\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")

#: How the reader keeps an attribute: an element of that name with nothing else. Unknown elements have an end tag.
_ATTRIBUTE = re.compile(r"""<([^\s<>/="']+) ([^\s<>/="']+)=("[^"<]*"|'[^'<]*')/>""")

#: Children whose rows are held as Python objects at a time.
_BATCH = 2_000

_FIRST_ITEM = len(LINKS)

#: A linked row: the links, then the items.
_Row = tuple[Any, ...]


def write_xml(the_return: Return, file: BinaryIO) -> None:
    """Write a return as UTF-8.

    Args:
        the_return: as it was read, or with tables of the same columns. Missing ``_child`` columns are made good by the identifier
            of the child. What XML has no place for is left out: ``xml_shared.together`` tells what that is.
        file: open for writing bytes; it is left open. Nothing is written to it when a row is refused.

    Raises:
        Unusable: a row belongs to no row above it (CSC026), so XML has no place for it.
    """
    specification = whole_specification(the_return.collection)
    joined, _ = together(the_return, specification)
    writer = _Writer(joined, as_in_xml(specification))
    file.write(b'<?xml version="1.0" encoding="UTF-8"?>\n')
    for text in writer.pieces():
        file.write(text.encode("utf-8"))


class _Scope:
    """What was kept as sent for one row (or child, or the file): pieces and attributes by the path of their element."""

    def __init__(self, kept: list[tuple[str, str]]) -> None:
        self.inside: dict[str, list[str]] = {}
        self.attributes: dict[tuple[str, str], list[tuple[str, str]]] = {}
        for path, xml in kept:
            if attribute := _ATTRIBUTE.fullmatch(xml):
                name, key, value = attribute.groups()
                self.attributes.setdefault((path, name), []).append((key, f" {key}={value}"))
            else:
                self.inside.setdefault(path, []).append(_well_formed(xml))

    def take(self, path: str) -> list[str]:
        """The pieces that stand in the element at a path, given once."""
        return self.inside.pop(path, [])

    def start(self, node: Node) -> str:
        """The attributes for the next element of a node. Which of several had them is not known: the first gets the first."""
        waiting = self.attributes.get(("/".join(node.path[:-1]), node.name), [])
        taken: dict[str, str] = {}
        while waiting and waiting[0][0] not in taken:
            key, text = waiting.pop(0)
            taken[key] = text
        return "".join(taken.values())

    def wants(self, node: Node) -> bool:
        """Whether something stands in a node or deeper, or is an attribute of it."""
        label = node.label
        paths = [*self.inside, *(f"{path}/{name}" for (path, name), waiting in self.attributes.items() if waiting)]
        return any(path == label or path.startswith(f"{label}/") for path in paths)

    def rest(self) -> list[str]:
        """Everything that found no place."""
        pieces = [piece for pieces in self.inside.values() for piece in pieces]
        named = [(name, text) for (_, name), waiting in self.attributes.items() for _, text in waiting]
        self.inside, self.attributes = {}, {}
        return pieces + [f"<{name}{text}/>" for name, text in named]


class _Writer:
    """One pass over the rows, a batch of children at a time. Use ``write_xml``."""

    def __init__(self, the_return: Return, specification: Specification) -> None:
        self.linked = Linked(the_return, specification)
        self.root = element_tree(specification)
        self.row_root = "/".join(specification.row_root)
        self.order = self._orders(specification)
        self.below: dict[str, dict[int, list[_Row]]] = {}
        kept: dict[tuple[str, int] | int | None, list[tuple[str, str]]] = {}
        for table, row, path, child, xml in the_return.unplaced.select(
            "table", "row", "path", "child", "xml"
        ).iter_rows():
            by_child = child if self.linked.by_number else None
            where = (table, row) if table is not None and row is not None else by_child
            kept.setdefault(where, []).append((path or "", xml or ""))
        self.kept = {where: _Scope(pieces) for where, pieces in kept.items()}

    def _orders(self, specification: Specification) -> dict[Node, list[Node]]:
        """The children of every node in the order of the specification."""
        orders: dict[Node, list[Node]] = {}

        def visit(node: Node) -> None:
            order = specification.tables[node.table].order if node.kind == "row" and node.table else ()
            known = [name for name in order if name in node.children]
            orders[node] = [node.children[name] for name in dict.fromkeys([*known, *node.children])]
            for child in orders[node]:
                visit(child)

        visit(self.root)
        return orders

    def pieces(self) -> Iterator[str]:
        """The file, piece by piece."""
        top = self.kept.pop(None, None) or _Scope([])
        self._load(0, 0, outside=True)
        parts: list[str] = []
        for node in self.order[self.root]:
            if node.new_child or self.row_root.startswith(f"{node.label}/"):
                parts.append("")  # stands for the rows
                rows = self.root if node.new_child else node
            else:
                parts += self._rows(node, 0, 1, top)
        if rows is not self.root:
            parts = _mixed(parts, top.take(self.root.label))
        at = parts.index("")
        yield f"<{self.root.name}{top.start(self.root)}>"
        yield from (f"\n  {part}" for part in parts[:at])
        yield from self._children(rows, top)
        yield from (f"\n  {part}" for part in parts[at + 1 :])
        rest = top.rest() + [piece for scope in self.kept.values() for piece in scope.rest()]
        yield from (f"\n  {part}" for part in rest)
        yield f"\n</{self.root.name}>\n"

    def _children(self, node: Node, top: _Scope) -> Iterator[str]:
        child = next(below for below in self.order[node] if below.new_child)
        level = len(child.path) - 1
        indent = "\n" + "  " * level
        number = len(self.linked.tokens)
        kept = top.take(node.label)
        # Loose texts go one between two children each, so that they stay apart.
        texts = [piece for piece in kept if "<" not in piece]
        if node is not self.root:
            yield f"\n  <{node.name}{top.start(node)}>"
        for start in range(0, number, _BATCH):
            self._load(start, start + _BATCH)
            pieces: list[str] = []
            for at in range(start, min(start + _BATCH, number)):
                scope = self.kept.pop(int(self.linked.tokens[at]), None)
                parts = self._inside(child, None, at, level, scope)
                if scope:
                    parts = _mixed(parts, scope.rest())
                if at < len(texts):
                    pieces.append(texts[at])
                pieces.append(_element(child.name, top.start(child), parts, level))
            yield "".join(f"{indent}{piece}" for piece in pieces)
        yield from (f"{indent}{piece}" for piece in _mixed([piece for piece in kept if "<" in piece], texts[number:]))
        if node is not self.root:
            yield f"\n  </{node.name}>"

    def _load(self, start: int, end: int, outside: bool = False) -> None:
        """Hold the rows of some children (or of the tables outside any child) by what they hang on."""
        inside = self.row_root.split("/")
        self.below = {}
        for name, frame in self.linked.frames.items():
            table = self.linked.specification.tables[name]
            if (list(table.path[: len(inside)]) == inside) == outside:
                continue
            if outside:
                part = frame
            else:
                first, last = (int(frame[CHILD].search_sorted(number, side="left")) for number in (start, end))
                part = frame.slice(first, last - first)
            held = self.below.setdefault(name, {})
            for row in part.rows():
                held.setdefault(row[1], []).append(row)

    def _rows(self, node: Node, above: int, level: int, outer: _Scope | None) -> list[str]:
        """The elements of a table's rows that hang on one row or child."""
        made = []
        for row in self.below[str(node.table)].get(above, ()):
            scope = self.kept.pop((str(node.table), row[2]), None) if self.kept else None
            parts = self._inside(node, row, row[2], level, scope)
            if scope:
                parts = _mixed(parts, scope.rest())
            made.append(_element(node.name, outer.start(node) if outer else "", parts, level))
        return made

    def _inside(self, node: Node, row: _Row | None, key: int, level: int, scope: _Scope | None) -> list[str]:
        """What stands in one element."""
        parts: list[str] = []
        for child in self.order[node]:
            kind = child.kind
            if kind == "item":
                value = row[_FIRST_ITEM + child.column] if row else None
                if scope:
                    parts += _item(child, value, scope)
                elif value is not None:
                    parts.append(f"<{child.name}>{_text(value)}</{child.name}>" if value else f"<{child.name}/>")
            elif kind == "row":
                parts += self._rows(child, key, level + 1, scope)
            elif kind == "wrapper":
                parts += self._wrapped(child, key, level + 1, scope)
            else:
                inner = self._inside(child, row, key, level + 1, scope)
                if inner or (scope and scope.wants(child)):
                    parts.append(_element(child.name, scope.start(child) if scope else "", inner, level + 1))
        return _mixed(parts, scope.take(node.label)) if scope else parts

    def _wrapped(self, node: Node, key: int, level: int, scope: _Scope | None) -> list[str]:
        """A plain list. A row without a value is a block of its own with nothing in it."""
        listed = self.order[node][0]
        blocks: list[list[str]] = []
        open_block = False
        for row in self.below[str(node.table)].get(key, ()):
            own = self.kept.pop((str(node.table), row[2]), None) if self.kept else None
            value = row[_FIRST_ITEM + listed.column]
            if value is None and own is None:
                blocks.append([])
                open_block = False
                continue
            if not open_block:
                blocks.append([])
                open_block = True
            pieces = own.rest() if own else []
            pieces += scope.take(listed.label) if scope else []
            start = scope.start(listed) if scope else ""
            blocks[-1].append(_value(listed.name, start, pieces, value))
        if scope and scope.wants(node):
            blocks = blocks or [[]]
            most = max(range(len(blocks)), key=lambda at: len(blocks[at]))
            blocks[most] = _mixed(blocks[most], scope.take(node.label))
        return [_element(node.name, scope.start(node) if scope else "", block, level) for block in blocks]


def _item(node: Node, value: str | None, scope: _Scope) -> list[str]:
    """An item with what was kept for it: pieces that stood in it, and the same item given again."""
    pieces = scope.take(node.label)
    again = [piece for piece in pieces if piece.startswith((f"<{node.name}>", f"<{node.name}/"))]
    within = [piece for piece in pieces if piece not in again]
    start = scope.start(node)
    if value is None and not within and not start:
        return again
    return [_value(node.name, start, within, value), *again]


def _value(name: str, start: str, pieces: list[str], value: str | None) -> str:
    inner = "".join(pieces) + _text(value or "")
    return f"<{name}{start}>{inner}</{name}>" if inner else f"<{name}{start}/>"


def _element(name: str, start: str, parts: list[str], level: int) -> str:
    if not parts:
        return f"<{name}{start}/>"
    indent = "\n" + "  " * level
    return f"<{name}{start}>{indent}  " + f"{indent}  ".join(parts) + f"{indent}</{name}>"


def _mixed(parts: list[str], kept: list[str]) -> list[str]:
    """Elements with what was kept: elements behind them; texts one before each of the first elements, so they stay apart."""
    if not kept:
        return parts
    mixed = parts + [piece for piece in kept if "<" in piece]
    texts = [piece for piece in kept if "<" not in piece]
    for at, text in enumerate(texts):
        mixed.insert(2 * at, text)
    return mixed


def _text(value: str) -> str:
    """A value as XML: nothing of it is lost but characters that XML does not have."""
    if not _SPECIAL.search(value):
        return value
    return escape(_FORBIDDEN.sub("\ufffd", value)).replace("\r", "&#13;")


def _well_formed(xml: str) -> str:
    """A piece as it was kept; as text if it would break the file (someone may have changed it)."""
    piece = xml.replace("\r", "&#13;")
    try:
        expat.ParserCreate("utf-8").Parse(f"<a>{piece}</a>".encode(), True)
    except (expat.ExpatError, UnicodeEncodeError):
        return _text(xml)
    return piece
