"""The SSDA903 rules 101 to 234 find the same cells as the slow second computation of them."""

from __future__ import annotations

import datetime as dt
import functools

import pytest
from oracle.ssda903.common import Reference, Tables, add_years, window_of, words
from oracle.ssda903.compare import Slow, compare
from oracle.ssda903.part1 import RULES
from oracle.ssda903.part1_rows import ACTIVITIES, CEASED, ETHNICITIES, HOUSING, LEGAL, PLACES
from oracle.ssda903.returns import COLUMNS, SINCE, UNREADABLE, YEARS, Return, arguments, make_return, written

#: Returns of a few children, in which rules are silent, and of many: more cases at nearly the price of one.
SIZES = {11: 2, 10: 25, 25: 25}
#: Texts that are a code of some item, or nearly one.
TEXTS = [
    *dict.fromkeys(
        [
            *words(
                "0 1 2 00 01 1.0 M F U m f NONE X S P L T B N1 N8 N9 N0 n2 PN0 PN7 PN8 SDQ1 SDQ5 SDQ6 RD1 RD4 RD5 K3 H5 P2"
            ),
            *words(
                "Z1 Z11 Z14 Z15 PR0 PR5 PR6 M1 F1 MM FF MF FM L0 L11 L12 L2 L3 L4 YES NO yes DIED REFU NREQ RHOM F3 P3 X1"
            ),
            *words(
                "S1 40 41 -1 20.0 20.5 1e1 XXXXXXX UN1 UN5 UN6 UN11 A123456789012 I123456789012 O123456789012 S12345678901A"
            ),
            *words(
                "H12345678901S h12345678901i H123456789O12 H12345678901 H1234567890123 1123456789012 E43 E4 E4C 31/12/2025"
            ),
            *words(
                "nan inf 1_0 \uff15 0x10 +5 5. .0 -0 1E1 40.0001 4e-1 1,0 0040 1e400 00/04/2025 1/4/0025 +1/4/2025 01//04/2025"
            ),
            *[
                "\uff11/4/2025",
                " 01/04/2025",
                "01/04/2025 ",
                "31/12/9900",
                "1/1/0000",
                "001/04/2025",
                " 5",
                "K2 ",
                " E2",
            ],
            *[*ACTIVITIES, *CEASED, *ETHNICITIES, *HOUSING, *LEGAL, *PLACES, *UNREADABLE, "1/4/2025", "29/02/2024"],
        ]
    )
]


@functools.cache
def run(year: str) -> tuple[list[str], list[dict[str, bool]]]:
    wrong, fired = [], []
    for seed, count in SIZES.items():
        sentences, by_code = compare(make_return(seed, year, count), RULES)
        wrong += [f"return {seed}: {sentence}" for sentence in sentences]
        fired.append(by_code)
    return wrong, fired


def every_text(year: str) -> Return:
    """A row for each text in each column, the other columns blank (for some of Episodes also all filled).

    Only the newest year has the tables whose codes never changed.
    """
    tables: dict[str, list[dict[str, str | None]]] = {}
    for name, columns in COLUMNS.items():
        if SINCE.get(name, "") <= year and (year == "2025-26" or name in ("Header", "Episodes")):
            items = words(columns)
            tables[name] = [
                dict.fromkeys(items, rest) | {item: text, "CHILD": None}
                for item in items
                for text in (*TEXTS, None, "")
                for rest in ((None, "1") if item in ("PLACE", "LS", "PLACE_PROVIDER", "URN") else (None,))
            ]
    return Return(tables, window_of(year), Reference())


@pytest.mark.parametrize("year", YEARS)
def test_the_cells_found_are_those_of_the_second_computation(year: str) -> None:
    assert not run(year)[0]


@functools.cache
def run_texts(year: str) -> tuple[list[str], dict[str, bool]]:
    return compare(every_text(year), {code: slow for code, slow in RULES.items() if len(slow.needs) == 1})


@pytest.mark.parametrize("year", YEARS[:-1])
def test_every_code_and_text_in_every_item(year: str) -> None:
    wrong, fired = run_texts(year)
    assert wrong == []
    assert fired["101"]
    assert fired["146"]


def test_every_rule_fires_in_some_return() -> None:
    tried = [found for year in YEARS for found in run(year)[1]] + [run_texts(year)[1] for year in YEARS[:-1]]
    assert set(RULES) - {code for found in tried for code, fires in found.items() if fires} == set()


def test_every_rule_is_silent_in_some_return() -> None:
    silent = {code for year in YEARS for found in run(year)[1] for code, fires in found.items() if not fires}
    assert set(RULES) - silent == set()


def test_a_missing_table_silences_the_rules_that_need_it_and_no_others() -> None:
    whole = make_return(5, "2025-26", 8)
    for lost in [("UASC",), ("Header",), ("Header_last", "OC2"), ("UASC_last", "Header")]:
        tables = {name: table for name, table in whole.tables.items() if name not in lost}
        assert compare(whole._replace(tables=tables), RULES)[0] == [], f"without {' and '.join(lost)}"


def test_no_return_of_last_year_and_no_reference_data() -> None:
    whole = make_return(6, "2025-26", 12)
    tables = {name: table for name, table in whole.tables.items() if not name.endswith("_last")}
    assert compare(Return(tables, whole.window, Reference()), RULES)[0] == []


@pytest.mark.parametrize("year", ["2023-24", "2024-25"])
def test_every_day_around_the_edges(year: str) -> None:
    """A child a day: episodes, decisions and outcomes whose dates are the days around the window and the birthdays."""
    window = window_of(year)
    fixed = [dt.date(2015, 3, 31), dt.date(2015, 4, 1), dt.date(2023, 10, 28), dt.date(window.end.year, 3, 24)]
    fixed += [
        window.start,
        window.end,
        add_years(window.start, -1),
        add_years(window.end, -1),
        dt.date(window.start.year - 1, 8, 31),
    ]
    days = [day + dt.timedelta(days=number) for day in fixed for number in (-1, 0, 1)]
    tables: Tables = {
        name: []
        for name in ("Header", "Episodes", "OC2", "UASC", "PlacedAdoption", "Header_last", "UASC_last", "Episodes_last")
    }
    for number, day in enumerate(days):
        for age in (0, 4, 10, 11, 16, 17, 18):
            child, born = {"CHILD": f"C{number}A{age}"}, {"DOB": written(add_years(day, -age))}
            tables["Header"].append(child | born | {"UPN": words("UN1 UN4")[number % 2], "UASC": "01"[age > 10]})
            tables["Header_last"].append(child | born | {"UASC": "1"})
            tables["UASC"].append(child | born | {"DUC": written(day)})
            tables["UASC_last"].append(child | born | {"DUC": written(day)})
            tables["PlacedAdoption"].append(child | {"DATE_PLACED": written(day), "DATE_PLACED_CEASED": written(day)})
            tables["OC2"].append(child | born | ({"SDQ_REASON": "SDQ1"} if age == 16 else {"TEETH_CHECK": "1"}))
            open_place = {
                "PLACE": ("P2", "A3", "K2")[number % 3],
                "RNE": "P",
                "LS": "C2",
                "REASON_PLACE_CHANGE": "CUSTOD",
            }
            kept = {"DEC": written(day), "REC": "X1"}
            tables["Episodes"].append(
                child | open_place | {"DECOM": written(add_years(window.start, -1))} | (kept if age else {})
            )
            tables["Episodes"].append(child | open_place | {"DECOM": written(day), "RNE": "L" if age == 4 else "S"})
    made = Return(tables, window, Reference())
    assert compare(made, RULES)[0] == []


def test_a_rule_outside_its_years_is_no_part_of_a_comparison() -> None:
    slow = Slow(lambda *_: {("Header", 0, "SEX")}, ["Header"], "2024-25", "2024-25")
    for year, fires in (("2023-24", {}), ("2024-25", {"232": True}), ("2025-26", {})):
        made = Return({"Header": [{"CHILD": "A"}]}, window_of(year), Reference())
        assert arguments(made)["previous"] is None
        assert compare(made, {"232": slow})[1] == fires
