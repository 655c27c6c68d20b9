"""Writes records as the XML of a return, elements in the order of the specification, one child after the other.

A record is a plain dictionary: element name → text, another record, or a list of those for an element that repeats.
Elements that the specification does not have come last. Two names are no elements: ``STRAY`` is text that stands loose
at the end of the element, and ``AS_GIVEN`` (of any value) keeps the elements in the order of the dictionary.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, BinaryIO, TypeAlias, cast

from lxml import etree

from csc_returns.specification import Specification

Record: TypeAlias = dict[str, Any]

#: Element name → layout of what stands in it, in the order of the file.
Layout: TypeAlias = dict[str, Any]

STRAY = "#text"
AS_GIVEN = "#as-given"

_INDENT = "  "


def layout(specification: Specification) -> Layout:
    """Every element that a year's specification has, nested and ordered as in the file."""
    root: Layout = {}
    for table in specification.tables.values():
        for item in table.items.values():
            _node(root, (*table.path, *item.path))
    for table in specification.tables.values():
        node = _node(root, table.path)
        ordered = sorted(node.items(), key=lambda entry: table.order.index(entry[0]))
        node.clear()
        node.update(ordered)
    return root


def _node(root: Layout, path: Iterable[str]) -> Layout:
    node = root
    for name in path:
        node = node.setdefault(name, {})
    return node


def element(name: str, content: str | Record, order: Layout, level: int = 0) -> etree._Element:
    """One record (or text) as an element, indented as it should be ``level`` elements below the root."""
    made = etree.Element(name)
    _fill(made, content, order)
    etree.indent(made, _INDENT, level=level)
    _put_stray_text(made, content, order)
    return made


def _fill(made: etree._Element, content: str | Record, order: Layout) -> None:
    if isinstance(content, str):
        made.text = content
        return
    for name, value in _parts(content, order):
        _fill(etree.SubElement(made, name), value, order.get(name, {}))


def _parts(content: Record, order: Layout) -> Iterable[tuple[str, str | Record]]:
    names: list[str] = [name for name in content if not name.startswith("#")]
    if AS_GIVEN not in content:
        names = [*(name for name in order if name in content), *(name for name in names if name not in order)]
    for name in names:
        value = content[name]
        for one in value if isinstance(value, list) else [value]:
            yield name, one


def _put_stray_text(made: etree._Element, content: str | Record, order: Layout) -> None:
    # After the indenting, which would take an element with text for one that must not be touched.
    if isinstance(content, str):
        return
    for below, (name, value) in zip(made, _parts(content, order), strict=True):
        _put_stray_text(below, value, order.get(name, {}))
    if STRAY in content and len(made):
        made[-1].tail = f" {content[STRAY]}{made[-1].tail or ''}"
    elif STRAY in content:
        made.text = str(content[STRAY])


def write_xml(file: BinaryIO, specification: Specification, header: Record, rows: Iterable[Record]) -> None:
    """Write a return: its header, then row by row (for the CIN census: child by child), so that memory does not grow.

    Args:
        file: open for writing bytes; it is left open.
        specification: of the collection and the year.
        header: what stands in the first element below the root.
        rows: what stands in each element at ``specification.row_root``.
    """
    root, rows_in, row = specification.row_root
    order = layout(specification)
    head = next(iter(order[root]))
    with etree.xmlfile(file, encoding="UTF-8") as xml:
        xml.write_declaration()
        with xml.element(root):
            _line(xml, 1)
            xml.write(element(head, header, order[root][head], 1))
            _line(xml, 1)
            with xml.element(rows_in):
                for content in rows:
                    _line(xml, 2)
                    xml.write(element(row, content, cast(Layout, order[root][rows_in][row]), 2))
                _line(xml, 1)
            _line(xml, 0)
    file.write(b"\n")


def _line(xml: Any, level: int) -> None:
    xml.write("\n" + _INDENT * level)
