"""CSV and XML of the same looked-after children give the same findings: the examples of all rules, in one return a year."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from support.examples import USUAL_YEAR, year_of

import csc_returns as cr
from csc_returns.extracts.csv_writer import write_csv
from csc_returns.extracts.read import read
from csc_returns.extracts.xml_writer import write_xml
from csc_returns.specification import specification
from csc_returns.validation.docstring import ExampleTable, parse
from csc_returns.validation.rule import LAST, NEEDS, all_rules

#: XML has one row a child of these; and shows two of them by an item.
ONE_A_CHILD = {"Header": None, "UASC": None, "OC2": None, "PrevPerm": None, "OC3": "IN_TOUCH", "AD1": "DATE_INT"}


def examples(year: str) -> dict[str, pl.DataFrame]:
    """The rows of every example of a year that XML has a place for, this year's and last year's, each of children of its own."""
    parts: dict[str, list[pl.DataFrame]] = {}
    number = 0
    for rule in (rule for rule in all_rules("ssda903") if rule.kind != "item"):
        for example in parse(rule.docstring).examples:
            number += 1
            if year_of(rule, example) == year:
                for table in example.tables:
                    if table.name not in {*NEEDS, "local_authority"}:
                        parts.setdefault(table.name, []).append(rows_of(table, number, year))
    frames = {name: pl.concat(frames, how="diagonal") for name, frames in parts.items()}
    for suffix in ("", LAST):
        headed = [frame.select("CHILD") for name, frame in frames.items() if name.endswith(LAST) == bool(suffix)]
        own = frames[f"Header{suffix}"]
        others = pl.concat(headed).unique(maintain_order=True).join(own, on="CHILD", how="anti")
        frames[f"Header{suffix}"] = pl.concat([own, others], how="diagonal").sort("CHILD", maintain_order=True)
    return {name: once_a_child(frame, name.removesuffix(LAST)) for name, frame in frames.items()}


def rows_of(table: ExampleTable, number: int, year: str) -> pl.DataFrame:
    columns = specification("ssda903", year).tables[table.name.removesuffix(LAST)].columns
    frame = pl.DataFrame(table.rows, schema=dict.fromkeys(table.columns, pl.String), orient="row")
    if "CHILD" not in frame.columns:
        frame = frame.with_columns(pl.lit("one").alias("CHILD"))
    missing = [pl.lit(None, pl.String).alias(column) for column in columns if column not in frame.columns]
    return (
        frame.drop_nulls("CHILD")
        .with_columns(*missing, pl.format("E{}x{}", pl.lit(f"{number:04d}"), "CHILD").alias("CHILD"))
        .select(columns)
    )


def once_a_child(frame: pl.DataFrame, table: str) -> pl.DataFrame:
    if table not in ONE_A_CHILD:
        return frame
    shown = ONE_A_CHILD[table]
    rows = frame.drop_nulls(shown) if shown else frame
    return rows.unique("CHILD", keep="first", maintain_order=True)


def written(frames: dict[str, pl.DataFrame], year: str, folder: Path) -> Path:
    folder.mkdir()
    for name, table in specification("ssda903", year).tables.items():
        if table.path:
            frames.get(name, pl.DataFrame(schema=dict.fromkeys(table.columns, pl.String))).write_csv(
                folder / f"{table.file}.csv"
            )
    return folder


def both_media(frames: dict[str, pl.DataFrame], year: str, folder: Path, name: str) -> tuple[Path, Path]:
    """The same content as XML and as CSV: rows written to CSV, then to XML, and from there back to CSV."""
    (first,) = read(str(written(frames, year, folder / f"{name}_rows")), "ssda903", year)
    xml, tables = folder / f"{name}.xml", folder / f"{name}_csv"
    with xml.open("wb") as file:
        write_xml(first, file)
    (again,) = read(str(xml), "ssda903", year)
    write_csv(again, tables)
    return xml, tables


def located(result: cr.Result) -> set[tuple[object, ...]]:
    """Rule, child, table, item and value of every located cell, and what is said beside it but for the place."""
    findings = result.findings.with_columns(pl.col("related").str.replace_all(r" \([^()]*\)", ""))
    return set(findings.select("rule", "severity", "child", "table", "field", "value", "related").rows())


@pytest.mark.parametrize("year", ["2022-23", "2023-24", "2024-25", "2025-26"])
def test_both_media_give_the_same_findings(year: str, tmp_path: Path) -> None:
    frames = examples(USUAL_YEAR)
    now = {name: frame for name, frame in frames.items() if not name.endswith(LAST)}
    before = {name.removesuffix(LAST): frame for name, frame in frames.items() if name.endswith(LAST)}
    xml, tables = both_media(now, year, tmp_path, "now")
    xml_before, tables_before = both_media(before, year, tmp_path, "before")
    from_xml = cr.validate(xml, year=year, previous=xml_before)
    from_csv = cr.validate(tables, collection="ssda903", year=year, previous=tables_before)
    crossed = cr.validate(tables, collection="ssda903", year=year, previous=xml_before)
    # What concerns the medium itself is said of one of them.
    ours = {cell for cell in located(from_xml) ^ located(from_csv) if str(cell[0]).startswith("CSC1")}
    assert (located(from_xml) ^ located(from_csv)) - ours == set()
    assert located(crossed) == located(from_csv)
    assert len({rule for rule, *_ in located(from_xml)}) > 100
