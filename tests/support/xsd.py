"""An XML schema made from a year's specification: which elements, in which order, how often, with which values."""

from __future__ import annotations

from typing import Any

from lxml import etree

from csc_returns.specification import Item, Specification, Table

XS = "http://www.w3.org/2001/XMLSchema"
TYPES = {
    "date": "date",
    "datetime": "dateTime",
    "boolean": "boolean",
    "integer": "integer",
    "year": "gYear",
    "string": "string",
    "code": "string",
}


def xsd(specification: Specification) -> etree.XMLSchema:
    """The schema of a collection and year."""
    return etree.XMLSchema(schema_document(specification))


def schema_document(specification: Specification) -> etree._Element:
    """The schema as an XML document."""
    schema = _tag("schema")
    parts = _element(schema, specification.root, 1, 1)
    for table in _tables_in(specification, (specification.root,)):
        _table(parts, table, specification)
    rows = _element(_element(parts, specification.row_root[1], 1, 1), specification.row_root[2], 1, None)
    for table in _tables_in(specification, specification.row_root):
        _table(rows, table, specification)
    return schema


def _tag(name: str, /, **attributes: str) -> etree._Element:
    return etree.Element(f"{{{XS}}}{name}", attributes, nsmap={"xs": XS})


def _below(parent: etree._Element, tag: str, /, **attributes: str) -> etree._Element:
    made = _tag(tag, **attributes)
    parent.append(made)
    return made


def _element(parent: etree._Element, name: str, least: int, most: int | None) -> etree._Element:
    """Declare an element that holds others, and give the sequence to put them in."""
    occurs = {} if parent.tag == f"{{{XS}}}schema" else {"minOccurs": str(least), "maxOccurs": str(most or "unbounded")}
    made = _below(parent, "element", name=name, **occurs)
    return _below(_below(made, "complexType"), "sequence")


def _tables_in(specification: Specification, path: tuple[str, ...]) -> list[Table]:
    return [table for table in specification.tables.values() if table.path[:-1] == path]


def _table(parent: etree._Element, table: Table, specification: Specification) -> None:
    required = table.required or table.path == (specification.root, "Header")
    parts = _element(parent, table.element, int(required), None if table.repeats else 1)
    nested = {other.element: other for other in _tables_in(specification, table.path)}
    wrappers: dict[str, etree._Element] = {}
    by_element: dict[str, list[Item]] = {}
    for item in table.items.values():
        by_element.setdefault(item.path[0], []).append(item)
    for name in table.order:
        if name in nested:
            _table(parts, nested[name], specification)
        for item in by_element.get(name, []):
            into = parts
            if len(item.path) > 1:
                if name not in wrappers:
                    wrappers[name] = _element(parts, name, 0, 1)
                into = wrappers[name]
            _item(into, item, name == table.row_element)


def _item(parent: etree._Element, item: Item, is_list: bool) -> None:
    least = "1" if item.blank == "never" or is_list else "0"
    made = _below(parent, "element", name=item.element, minOccurs=least, maxOccurs="unbounded" if is_list else "1")
    limits: dict[str, Any] = {"enumeration": item.codes or ()}
    limits["pattern"] = (item.pattern,) if item.pattern else ()
    limits["minInclusive"] = (str(item.minimum),) if item.minimum is not None else ()
    restriction = _below(_below(made, "simpleType"), "restriction", base=f"xs:{TYPES[item.type]}")
    for kind, values in limits.items():
        for value in values:
            _below(restriction, kind, value=value)
