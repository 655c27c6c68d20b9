"""Invented returns of two years and both collections, changed in ways of which it is known what the figures must do.

A change works on what is sent (the XML of the census, the CSV tables of the looked after children), never on what was read:
files are written, and read as any others.
"""

from __future__ import annotations

import copy
import csv
import io
import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from lxml import etree

from csc_returns.extracts.csv_writer import write_csv
from csc_returns.extracts.read import read
from csc_returns.extracts.returns import Return
from csc_returns.sample import write_sample, write_ssda903
from csc_returns.specification import period_of

#: A CSV file by lines, the titles first.
Rows = list[list[str]]


@dataclass(frozen=True)
class Sent:
    """Returns as they are sent: by collection year the census as an element, and the CSV tables of looked after children.

    ``care_xml`` holds the latter as XML too, which has no place for social workers; ``postcodes`` is a directory that fits.
    """

    census: dict[str, etree._Element]
    care: dict[str, dict[str, Rows]]
    care_xml: dict[str, bytes]
    postcodes: Path

    @property
    def identifiers(self) -> list[str]:
        """Identifiers of children in any return, in order; blank where a child has none."""
        named = {identifier_of(child) for root in self.census.values() for child in children_of(root)}
        for tables in self.care.values():
            named |= {folded(row[0]) for rows in tables.values() for row in rows[1:]}
        return sorted(named)


def invented(folder: Path, years: tuple[str, str], *, children: int, seed: int, mistakes: float) -> Sent:
    """Invented returns of two years that follow each other; ``folder`` is to write in."""
    last, this = years
    census = {}
    for year in years:
        file = io.BytesIO()
        write_sample(file, collection="cin", year=year, children=children, seed=seed, mistakes=mistakes)
        census[year] = etree.fromstring(file.getvalue())
    _carry_on(census[last], census[this])
    write = {"year": this, "children": children, "seed": seed, "mistakes": mistakes}
    write_ssda903(folder / this, previous=folder / last, reference=folder / "reference", **write)
    write_ssda903(folder / f"{this}.xml", previous=folder / f"{last}.xml", form="xml", **write)
    care = {year: {path.stem: _table(path) for path in sorted((folder / year).iterdir())} for year in years}
    care_xml = {year: (folder / f"{year}.xml").read_bytes() for year in years}
    return Sent(census, care, care_xml, folder / "reference" / "postcodes.csv")


def _carry_on(last: etree._Element, this: etree._Element) -> None:
    """Put the cases that were open at the end of last year's census into this year's too, still open.

    Samples of two years know nothing of each other; their children have the same identifiers.
    """
    known = {identifier_of(child): child for child in children_of(this)}
    for child in children_of(last):
        for case in child.findall("CINdetails"):
            if case.find("CINclosureDate") is None and identifier_of(child) and identifier_of(child) in known:
                known[identifier_of(child)].append(copy.deepcopy(case))


def _table(path: Path) -> Rows:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


def folded(identifier: str) -> str:
    """An identifier as identifiers are compared."""
    return identifier.strip().upper()


def children_of(root: etree._Element) -> list[etree._Element]:
    """The children of a census."""
    return list(root.iter("Child"))


def identifier_of(child: etree._Element) -> str:
    """The identifier of a child of the census; blank where it has none."""
    return folded(child.findtext("ChildIdentifiers/LAchildID") or "")


# -- changes -----------------------------------------------------------------------------------------------------------


def shuffled(sent: Sent, dice: random.Random) -> Sent:
    """Children, and what a child may have several of, in another order; and the rows of each CSV table."""
    census = {year: copy.deepcopy(root) for year, root in sent.census.items()}
    for root in census.values():
        for element in root.iter():
            names = [below.tag for below in element]
            for name in sorted({name for name in names if names.count(name) > 1}):
                places = [at for at, other in enumerate(names) if other == name]
                mixed = [copy.deepcopy(element[at]) for at in dice.sample(places, len(places))]
                for at, below in zip(places, mixed, strict=True):
                    element[at] = below
    return replace(sent, census=census, care=_care(sent, lambda rows: [rows[0], *dice.sample(rows[1:], len(rows) - 1)]))


def renamed(sent: Sent, name: Callable[[str], str]) -> Sent:
    """Identifiers replaced everywhere; children without one stay without."""
    census = {year: copy.deepcopy(root) for year, root in sent.census.items()}
    for root in census.values():
        for child in children_of(root):
            if identifier := identifier_of(child):
                child.find("ChildIdentifiers/LAchildID").text = name(identifier)

    def of_rows(rows: Rows) -> Rows:
        return [rows[0], *([name(folded(row[0])) if row[0] else "", *row[1:]] for row in rows[1:])]

    return replace(sent, census=census, care=_care(sent, of_rows))


def of_children(sent: Sent, wanted: Callable[[str], bool]) -> Sent:
    """Some children only, with all that is theirs."""
    census = {year: copy.deepcopy(root) for year, root in sent.census.items()}
    for root in census.values():
        for child in children_of(root):
            if not wanted(identifier_of(child)):
                child.getparent().remove(child)
    return replace(
        sent,
        census=census,
        care=_care(sent, lambda rows: [rows[0], *(row for row in rows[1:] if wanted(folded(row[0])))]),
    )


def together(one: Sent, other: Sent) -> Sent:
    """The children of both, in the returns of the first."""
    census = {year: copy.deepcopy(root) for year, root in one.census.items()}
    for year, root in census.items():
        root.find("Children").extend(copy.deepcopy(child) for child in children_of(other.census[year]))
    care = {
        year: {name: rows + other.care[year][name][1:] for name, rows in tables.items()}
        for year, tables in one.care.items()
    }
    return replace(one, census=census, care=care)


def sent_again(sent: Sent, year: str, later: str) -> Sent:
    """With returns of a later year that tell once more what those of a year did."""
    root = copy.deepcopy(sent.census[year])
    end = period_of(later)[1]
    root.find("Header/CollectionDetails/Year").text = str(end.year)
    root.find("Header/CollectionDetails/ReferenceDate").text = end.isoformat()
    return replace(sent, census=sent.census | {later: root}, care=sent.care | {later: sent.care[year]})


def _care(sent: Sent, change: Callable[[Rows], Rows]) -> dict[str, dict[str, Rows]]:
    return {year: {name: change(rows) for name, rows in tables.items()} for year, tables in sent.care.items()}


# -- writing and reading -----------------------------------------------------------------------------------------------


def written(sent: Sent, folder: Path, sender: str) -> list[str]:
    """Write returns of a sender; their paths."""
    folder.mkdir(parents=True)
    paths = []
    for year, root in sent.census.items():
        whole = copy.deepcopy(root)
        whole.find("Header/Source/LEA").text = sender
        paths.append(folder / f"census-{year}.xml")
        paths[-1].write_bytes(etree.tostring(whole, xml_declaration=True, encoding="UTF-8"))
    for year, tables in sent.care.items():
        paths.append(folder / year)
        for name, rows in tables.items():
            write_table(paths[-1], name, rows)
    return [str(path) for path in paths]


def write_table(folder: Path, name: str, rows: Rows) -> None:
    """Write a CSV table into a folder, which is made."""
    folder.mkdir(exist_ok=True)
    with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)


def read_of(paths: list[str], sender: str) -> list[Return]:
    """The returns of a sender: those of looked after children do not name it."""
    return [replace(found, local_authority=sender) for found in read(paths)]


def converted(returns: list[Return], folder: Path, sender: str) -> list[Return]:
    """The same returns, written as CSV tables as ``convert`` does, and read again."""
    paths = []
    for found in returns:
        # The year of looked after children stands in the name of their folder.
        paths.append(folder / f"{found.collection}-{found.year}")
        paths[-1].parent.mkdir(parents=True, exist_ok=True)
        write_csv(found, paths[-1])
    return read_of([str(path) for path in paths], sender)


def care_xml_files(sent: Sent, folder: Path) -> list[str]:
    """Write the returns of looked after children as XML; their paths."""
    paths = []
    for year, content in sent.care_xml.items():
        paths.append(folder / f"{year}.xml")
        paths[-1].write_bytes(content)
    return [str(path) for path in paths]


def with_child(root: etree._Element, child: str) -> etree._Element:
    """A census with one more child, in front of the others."""
    root = copy.deepcopy(root)
    root.find("Children").insert(0, etree.fromstring(child))
    return root
