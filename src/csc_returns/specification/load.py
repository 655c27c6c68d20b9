"""Reads schemas/ into a typed specification for one collection and year."""

from __future__ import annotations

import datetime as dt
import functools
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from csc_returns.specification.model import (
    Code,
    DerivedColumn,
    HeaderItems,
    Item,
    ItemRule,
    Link,
    Specification,
    Table,
    Years,
    year_ending,
)

#: The first year of which the DfE's rules are held.
FIRST_RULE_YEAR = "2022-23"


@functools.cache
def data_folder(name: str) -> Path:
    """Where ``schemas`` or ``sample_returns`` lies: inside the installed package, else at the top of the checkout."""
    package = Path(__file__).resolve().parents[1]
    inside = package / name
    return inside if inside.is_dir() else package.parents[1] / name


#: Short names of the collections held: one folder below ``schemas/`` each.
COLLECTIONS = tuple(sorted(tables.parent.name for tables in data_folder("schemas").glob("*/tables.yaml")))


@functools.cache
def read_yaml(*parts: str) -> Any:
    """A YAML file below ``schemas/``, where codes and years are quoted so that they stay text."""
    return _parsed(data_folder("schemas").joinpath(*parts).read_text(encoding="utf-8"))


def _parsed(text: str) -> Any:
    import yaml  # late: --help and the choices of options need no file

    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


@functools.cache
def xml_roots() -> dict[str, str]:
    """Outermost XML element → collection, of all that are held: the heads of their files are enough to tell."""
    roots = {}
    for collection in COLLECTIONS:
        text = data_folder("schemas").joinpath(collection, "tables.yaml").read_text(encoding="utf-8")
        head = _parsed(text.partition("\ntables:")[0])
        roots[str(head["root"])] = collection
    return roots


@functools.cache
def code_lists(collection: str) -> dict[str, tuple[Code, ...]]:
    """Every code list of a collection, all years."""
    return {
        name: tuple(
            Code(code["code"], code.get("label"), Years(code.get("since"), code.get("until"))) for code in body["codes"]
        )
        for name, body in read_yaml(collection, "codes.yaml").items()
    }


def _years(body: dict[str, Any], within: Years | None = None) -> Years:
    within = within or Years()
    return Years(body.get("since", within.since), body.get("until", within.until))


def _item_rule(body: dict[str, Any], item_years: Years) -> ItemRule:
    years = _years(body, item_years)
    return ItemRule(
        code=body["code"],
        finds=tuple(body["finds"]),
        years=Years(max(years.since or "", FIRST_RULE_YEAR), years.until),
        title=body["title"],
        detail=body["detail"],
        fix=body["fix"],
        flagged=tuple(body["flagged"]),
        passes=tuple(body["passes"]),
        pattern=body.get("pattern"),
        max_length=body.get("max_length"),
        codes_also=tuple(body.get("codes_also", ())),
        codes_except=tuple(body.get("codes_except", ())),
        partial_dates=body.get("partial_dates", False),
    )


def _codes(collection: str, code_list: str | None, lookup: str | None, year: str | None) -> tuple[str, ...] | None:
    """The codes of a list in a year (None: of any year), with those of the reference list that goes with it."""
    if code_list is None:
        return None
    codes = tuple(code.code for code in code_lists(collection)[code_list] if year is None or year in code.years)
    return (*codes, *local_authorities()) if lookup == "local_authorities" else codes


def _with_codes(rule: ItemRule, codes: tuple[str, ...] | None) -> ItemRule:
    """The rule with the codes that it takes of its own, where they differ from the item's."""
    if codes is None or not (rule.codes_also or rule.codes_except):
        return rule
    own = [code for code in (*codes, *rule.codes_also) if code not in rule.codes_except]
    return replace(rule, codes=tuple(dict.fromkeys(own)))


def _item(name: str, body: dict[str, Any], collection: str, table_years: Years, key: bool, dates: str) -> Item:
    years = _years(body, table_years)
    code_list, lookup = body.get("codes"), body.get("lookup")
    codes = _codes(collection, code_list, lookup, None)
    return Item(
        name=name,
        title=body["title"],
        number=body.get("number"),
        path=tuple(body.get("path", name).split("/")),
        type=body["type"],
        blank=body["blank"],
        codes=codes,
        code_list=code_list,
        pattern=body.get("pattern"),
        minimum=body.get("minimum"),
        many=key,
        lookup=lookup,
        years=years,
        rules=tuple(_with_codes(_item_rule(rule, years), codes) for rule in body.get("rules", [])),
        covered=tuple(body.get("covered", {}).items()),
        shared=body.get("shared", False),
        maximum=body.get("maximum"),
        dates=dates,
    )


def _link(name: str, body: str | list[str]) -> Link:
    above, key = (None, body) if isinstance(body, str) else body
    return Link(name, key, above)


@functools.cache
def whole_specification(collection: str) -> Specification:
    """The specification of a collection with everything that was ever in force.

    Raises:
        ValueError: the collection is not one we hold.
    """
    if collection not in COLLECTIONS:
        raise ValueError(f"Unknown collection {collection!r}: choose one of {', '.join(COLLECTIONS)}.")
    raw = read_yaml(collection, "tables.yaml")
    tables: dict[str, Table] = {}
    for name, body in raw["tables"].items():
        years = _years(body)
        row_element = body.get("row_element")
        tables[name] = Table(
            name=name,
            title=body["title"],
            path=tuple(body["path"].split("/")) if body.get("path") else (),
            row_element=row_element,
            parent=body.get("parent"),
            keys=tuple(body.get("keys", [])),
            number=body.get("number"),
            repeats=body.get("repeats", False),
            required=body.get("required", False),
            lacking_rule=body.get("lacking_rule"),
            items={
                item: _item(
                    item, item_body, collection, years, item_body.get("path", item) == row_element, raw["dates"]
                )
                for item, item_body in body["items"].items()
            },
            order=(),
            years=years,
            file=body.get("file", name),
            rows_when=body.get("rows_when"),
            rows_when_values=tuple(body.get("rows_when_values", ())),
            lists=body.get("lists"),
            derived=tuple(
                DerivedColumn(column, derived["title"], derived["type"], tuple(derived["sources"]))
                for column, derived in body.get("derived", {}).items()
            ),
        )
    for name, table in tables.items():
        nested = [other.element for other in tables.values() if other.parent == name]
        own = list(dict.fromkeys(item.path[0] for item in table.items.values() if not item.shared))
        order = raw["tables"][name].get("order") or [*own, *nested]
        tables[name] = replace(table, order=tuple(order))
    first, last = int(raw["first_year"][:4]), int(raw["last_year"][:4])
    return Specification(
        collection=collection,
        year=None,
        title=raw["title"],
        root=raw["root"],
        row_root=tuple(raw["rows_at"].split("/")),
        tables=tables,
        variants=dict(raw.get("variants", {})),
        counts=dict(raw.get("counts", {})),
        years=tuple(year_ending(start + 1) for start in range(first, last + 1)),
        dates=raw["dates"],
        any_case=raw["any_case"],
        blank_links=raw["blank_links"],
        links=tuple(_link(name, body) for name, body in raw["links"].items()),
        header=HeaderItems(**raw["header"]) if "header" in raw else None,
    )


@functools.cache
def specification(collection: str, year: str) -> Specification:
    """The specification of a collection for one year, such as "2025-26".

    Raises:
        ValueError: the collection or the year is not one we hold; the message lists those we do.
    """
    whole = whole_specification(collection)
    if year not in whole.years:
        written = "" if re.fullmatch(r"\d{4}-\d{2}", year) else " A collection year is written such as 2025-26."
        held = f"years held are {whole.years[0]} to {whole.years[-1]}"
        raise ValueError(f"No {collection} specification for {year!r}: {held}.{written}")
    tables = {
        name: replace(
            table,
            items={item.name: _item_of(item, collection, year) for item in table.items.values() if year in item.years},
        )
        for name, table in whole.tables.items()
        if year in table.years
    }
    return replace(whole, year=year, tables=tables)


def _item_of(item: Item, collection: str, year: str) -> Item:
    """The item with the codes and rules of one year."""
    codes = _codes(collection, item.code_list, item.lookup, year)
    return replace(
        item,
        codes=codes,
        rules=tuple(_with_codes(rule, codes) for rule in item.rules if year in rule.years),
        covered=item.covered if year >= FIRST_RULE_YEAR else (),
    )


@functools.cache
def bank_holidays() -> frozenset[dt.date]:
    """Bank holidays of England and Wales for the years held (see ``bank_holiday_years``)."""
    return frozenset(
        dt.date.fromisoformat(str(day))
        for days in read_yaml("reference", "bank_holidays.yaml").values()
        for day in days
    )


@functools.cache
def bank_holiday_years() -> range:
    """Calendar years for which bank holidays are held; outside it working days are Monday to Friday."""
    years = sorted(int(year) for year in read_yaml("reference", "bank_holidays.yaml"))
    return range(years[0], years[-1] + 1)


@functools.cache
def local_authorities() -> dict[str, str]:
    """Three-digit DfE code → name of every English local authority with children's services, ended ones included."""
    return {str(code): name for code, name in read_yaml("reference", "local_authorities.yaml").items()}


@functools.cache
def authority_numbers() -> dict[str, str]:
    """Every code of a local authority with children's services, its DfE code and its ONS codes of any year → its DfE code."""
    codes = read_yaml("reference", "ons_codes.yaml").items()
    return {number: number for number in local_authorities()} | {
        str(body["code"]): str(number) for number, bodies in codes for body in bodies
    }


def authority_number(code: str) -> str | None:
    """The three-digit DfE code of a local authority given by any of its codes; None where there is none."""
    return authority_numbers().get(code.strip().upper())


def ons_code(authority: str, year: str) -> str | None:
    """The ONS code that a local authority with children's services has in a collection year.

    Args:
        authority: its three-digit DfE code; any other text is given back as it is.
        year: a collection year such as "2025-26".

    Returns:
        The code, such as E09000002 for 301; null (``None``) for three digits that are no authority's.
    """
    if not (authority.isdecimal() and len(authority) == 3):
        return authority
    codes = read_yaml("reference", "ons_codes.yaml").get(authority, [])
    return next((str(body["code"]) for body in reversed(codes) if body.get("since", "") <= year), None)


@functools.cache
def counties_of_districts() -> dict[str, str]:
    """ONS code of every district council → that of its county, which has the children's services; ended ones included."""
    return {
        f"{first[:3]}{number:06d}": county
        for county, spans in read_yaml("reference", "districts.yaml").items()
        for first, last in spans
        for number in range(int(first[3:]), int(last[3:]) + 1)
    }
