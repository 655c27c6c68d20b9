"""Writes the returns below ``sample_returns/ssda903``: a clean one, and some in which each rule finds something.

Run it as ``python -m csc_returns.sample.ssda903.committed FOLDER``. The same code gives the same bytes.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from csc_returns.sample.dice import Dice
from csc_returns.sample.ssda903.frames import fill_own_columns
from csc_returns.sample.ssda903.generate import sample_rows
from csc_returns.sample.ssda903.mistakes import MISTAKES, Case, Memory
from csc_returns.sample.ssda903.project import Rows
from csc_returns.sample.ssda903.setting import Setting
from csc_returns.sample.ssda903.write import open_return, write_reference
from csc_returns.sample.wishes import DEFAULT_LOCAL_AUTHORITY

CLEAN_YEAR = "2025-26"
CLEAN_CHILDREN = 12

_SEED = 5

#: No more children than this are looked at for one who lends itself to a mistake.
_MOST = 20_000

#: The rule on the codes of the asylum indicator, which XML always holds.
_XML_ONLY = ("105",)

#: Rules that ask whether two values agree of which one can be made from the other.
_OWN_COLUMNS = ("205A", "303", "411")


@dataclass(frozen=True)
class Show:
    """A return in which each of some rules finds something; without ``codes``, each that has no other return.

    ``own_columns``: it holds also the columns that are made from others. ``early_tables``: last year's return holds also the
    tables that came with this year's.
    """

    name: str
    year: str
    form: str = "csv"
    codes: tuple[str, ...] = ()
    own_columns: bool = False
    early_tables: bool = False

    @property
    def path(self) -> str:
        """Its name, with the year by which it is known when it is read."""
        return f"{self.name}_{self.year}{'.xml' if self.form == 'xml' else ''}"

    @property
    def last(self) -> str:
        """The name of last year's return."""
        return f"{self.name}_{_before(self.year)}_last_year"


#: The return of 2025-26, and what that year or CSV tables cannot hold.
SHOWS = (
    Show("every_rule", CLEAN_YEAR),
    Show("xml_only", CLEAN_YEAR, "xml", _XML_ONLY),
    Show("own_columns", CLEAN_YEAR, codes=_OWN_COLUMNS, own_columns=True),
    Show("deprivation_of_liberty", "2026-27", codes=tuple(str(code) for code in range(700, 711)), early_tables=True),
    Show(
        "ended_rules",
        "2023-24",
        codes=("217t", "230", "370", "445", "451", "555", "556", "SW01STG1", "SW03STG1", "SW11aSTG2", "SW14STG2"),
    ),
)


@dataclass(frozen=True)
class Child:
    """A child of such a return: its rows in both years, and the mistake in them."""

    identifier: str
    mistake: str
    rows: Rows
    last: Rows | None


def children_of(show: Show) -> list[Child]:
    """One child for each mistake: the first who lends itself, named by the rule that is meant to find it.

    Raises:
        RuntimeError: no child lends itself to a mistake.
    """
    setting = Setting(show.year, DEFAULT_LOCAL_AUTHORITY)
    elsewhere = {code for other in SHOWS for code in other.codes}
    waiting = {
        name: one
        for name, one in MISTAKES.items()
        if one.code in show.codes or (not show.codes and one.code not in elsewhere)
    }
    order = list(waiting)
    memory = Memory()
    found: list[Child] = []
    for rows, last in sample_rows(setting, children=_MOST, seed=_SEED, previous=True):
        if rows is None:
            continue
        case = Case(rows, last, setting, Dice(f"committed/{len(found)}"), memory, beyond=True)
        upn = case.header.get("UPN", "")
        before = case.header["CHILD"]
        made = next((name for name in waiting if waiting[name].make(case)), None)
        if made is not None:
            number = made.count("+")
            identifier = f"R{made.rstrip('+')}{f'-{number + 1}' if number else ''}"
            for table in [*rows.values(), *(last or {}).values()]:
                for row in table:
                    row["CHILD"] = row["CHILD"].replace(before, identifier)
            found.append(Child(identifier, waiting.pop(made).what, rows, last))
            memory.upn = upn or memory.upn
        if not waiting:
            if show.own_columns:
                fill_own_columns([one.rows for one in found], setting)
            return sorted(found, key=lambda one: order.index(_name(one)))
    raise RuntimeError(f"No child lends itself to {', '.join(waiting)}.")


def _name(child: Child) -> str:
    code, _, number = child.identifier[1:].partition("-")
    return code + "+" * (int(number) - 1 if number else 0)


def clean_rows() -> list[tuple[Rows | None, Rows | None]]:
    """The children of the clean return, and their rows in last year's."""
    setting = Setting(CLEAN_YEAR, DEFAULT_LOCAL_AUTHORITY)
    return list(sample_rows(setting, children=CLEAN_CHILDREN, seed=_SEED, previous=True))


def write_all(folder: Path) -> None:
    """Write all these returns, with last year's and reference data, below a folder.

    Raises:
        RuntimeError: no child lends itself to a mistake.
        OSError: a file cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    clean = clean_rows()
    rows = [one for one, _ in clean if one]
    last_rows = [last for _, last in clean if last]
    _write(folder / f"clean_{CLEAN_YEAR}", CLEAN_YEAR, rows, "csv")
    _write(folder / f"clean_{CLEAN_YEAR}.xml", CLEAN_YEAR, rows, "xml")
    _write(folder / f"clean_{_before(CLEAN_YEAR)}_last_year", _before(CLEAN_YEAR), last_rows, "csv")
    for show in SHOWS:
        children = children_of(show)
        _write(folder / show.path, show.year, [one.rows for one in children], show.form, show.own_columns)
        if show.form == "csv":
            year = show.year if show.early_tables else _before(show.year)
            _write(folder / show.last, year, [one.last for one in children if one.last], "csv")
        write_reference(
            folder,
            f"{show.name}_{show.year}.mistakes",
            [
                ("child", "rule", "mistake"),
                *((one.identifier, _name(one).rstrip("+"), one.mistake) for one in children),
            ],
        )
    places = Setting(CLEAN_YEAR, DEFAULT_LOCAL_AUTHORITY).places
    write_reference(folder / "reference", "postcodes", places.postcode_rows())
    write_reference(folder / "reference", "providers", places.provider_rows())


def _before(year: str) -> str:
    before = Setting(year, DEFAULT_LOCAL_AUTHORITY).before
    assert before is not None
    return before.year


def _write(path: Path, year: str, children: list[Rows], form: str, own_columns: bool = False) -> None:
    specification = Setting(year, DEFAULT_LOCAL_AUTHORITY).specification
    with open_return(path, specification, form, own_columns) as file:
        file.write(children)


if __name__ == "__main__":
    write_all(Path(sys.argv[1]))
