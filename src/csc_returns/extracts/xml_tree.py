"""The tree of elements that a collection's XML may hold, made from its specification."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from csc_returns.specification import Specification


@dataclass(eq=False, slots=True)
class Node:
    """One element of the tree.

    ``kind``: ``container`` only groups, ``row`` is a row of ``table``, ``wrapper`` groups the elements of a plain list,
    ``item`` is a value in the row around it, ``listed`` is a row of one value.
    ``column`` is the place of the item among its table's items. ``by_lower`` finds children by other spellings.
    """

    name: str
    kind: Literal["container", "row", "wrapper", "item", "listed"]
    path: tuple[str, ...]
    table: str | None = None
    column: int = -1
    repeats: bool = False
    new_child: bool = False
    children: dict[str, Node] = field(default_factory=dict)
    by_lower: dict[str, Node] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """The element's path as people write it."""
        return "/".join(self.path)

    def walk(self) -> Iterator[Node]:
        """The element and all below it."""
        yield self
        for child in self.children.values():
            yield from child.walk()


def element_tree(specification: Specification) -> Node:
    """The tree below the root element."""
    root = Node(specification.root, "container", (specification.root,))

    def node(path: tuple[str, ...]) -> Node:
        at = root
        for depth, name in enumerate(path[1:], start=2):
            if name not in at.children:
                at.children[name] = Node(name, "container", path[:depth])
            at = at.children[name]
        return at

    for table in specification.tables.values():
        top = node(table.path)
        top.table = table.name
        top.repeats = table.repeats
        top.kind = "wrapper" if table.row_element else "row"
        for column, item in enumerate(table.items.values()):
            leaf = node(table.path + item.path)
            leaf.table = table.name
            leaf.column = column
            leaf.kind = "listed" if table.row_element else "item"
            leaf.repeats = bool(table.row_element)
    child = node(specification.row_root)
    child.new_child = child.repeats = True
    for element in root.walk():
        element.by_lower = {name.lower(): found for name, found in element.children.items()}
        for other, name in specification.variants.items():
            if name in element.children:
                element.by_lower.setdefault(other.lower(), element.children[name])
    return root


def where_known(root: Node) -> dict[str, str]:
    """Element name in lower case → path of the element it belongs in."""
    return {element.name.lower(): "/".join(element.path[:-1]) for element in root.walk() if len(element.path) > 1}
