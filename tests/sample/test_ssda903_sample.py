"""Invented returns of children looked after: the same every time, complete, in the order of the schema, wrong when asked for."""

from __future__ import annotations

import copy
import io
import itertools
import zipfile
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from lxml import etree
from typer.testing import CliRunner

from csc_returns.cli import app
from csc_returns.sample import sample_rows, write_ssda903
from csc_returns.sample.dice import Dice
from csc_returns.sample.ssda903.mistakes import MISTAKES, Case, Memory
from csc_returns.sample.ssda903.setting import Setting
from csc_returns.specification import specification, whole_specification

YEARS = whole_specification("ssda903").years


def write(path: Path, **wishes: Any) -> Path:
    write_ssda903(path, **{"year": "2025-26", "children": 60, "seed": 1, "mistakes": 0.0, **wishes})
    return path


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def rows(year: str = "2025-26", children: int = 400, **wishes: Any) -> list[Any]:
    return list(sample_rows(Setting(year, "301"), **{"children": children, "seed": 3, **wishes}))


# -- always the same ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mistakes", [0.0, 0.5])
def test_the_same_wishes_give_the_same_bytes(tmp_path: Path, mistakes: float) -> None:
    one = content(write(tmp_path / "one", mistakes=mistakes, previous=tmp_path / "before", reference=tmp_path / "ref"))
    two = content(write(tmp_path / "two", mistakes=mistakes, previous=tmp_path / "again", reference=tmp_path / "refs"))
    assert one == two
    assert content(tmp_path / "before") == content(tmp_path / "again")
    assert content(tmp_path / "ref") == content(tmp_path / "refs")
    assert content(write(tmp_path / "three", mistakes=mistakes, seed=2)) != one


def test_a_zip_holds_the_folder_and_is_the_same_every_time(tmp_path: Path) -> None:
    folder = content(write(tmp_path / "folder"))
    first, second = write(tmp_path / "a.zip"), write(tmp_path / "b.zip")
    assert first.read_bytes() == second.read_bytes()
    with zipfile.ZipFile(first) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == folder


def test_more_children_leave_the_first_ones_as_they_were() -> None:
    assert rows(children=40)[:40] == rows(children=90)[:40]


def test_children_are_made_only_when_they_are_asked_for() -> None:
    endless = sample_rows(Setting("2025-26", "301"), children=1_000_000, seed=1, mistakes=0.2, previous=True)
    assert len(list(itertools.islice(endless, 5))) == 5


def test_tables_of_another_year_do_not_stay_in_the_folder(tmp_path: Path) -> None:
    write(tmp_path / "out", year="2026-27")
    assert (tmp_path / "out" / "DoLo.csv").exists()
    write(tmp_path / "out", year="2022-23")
    assert not (tmp_path / "out" / "DoLo.csv").exists()
    assert not (tmp_path / "out" / "sw_episodes.csv").exists()


# -- what is in it -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("year", YEARS)
def test_tables_and_columns_are_those_of_the_year(tmp_path: Path, year: str) -> None:
    folder = write(tmp_path / "out", year=year, children=400)
    tables = specification("ssda903", year).tables
    assert {path.stem for path in folder.iterdir()} == {table.file for table in tables.values()}
    for table in tables.values():
        frame = pl.read_csv(folder / f"{table.file}.csv", infer_schema_length=0)
        assert frame.columns == table.columns
        assert frame.height > 0, table.name


@pytest.mark.parametrize("children", [1, 3, 137])
def test_there_are_as_many_children_as_asked_for(children: int) -> None:
    headers = [row["CHILD"] for one, _ in rows(children=children) for row in one["Header"]]
    assert len(headers) == len(set(headers)) == children


@pytest.fixture(scope="module")
def many() -> list[Any]:
    return [one for one, _ in rows(children=1500)]


def test_a_child_has_six_or_seven_rows(many: list[Any]) -> None:
    count = sum(len(table) for one in many for table in one.values())
    assert 6 < count / len(many) < 8
    assert {len(one.get("Episodes", [])) for one in many} >= {0, 1, 2, 3, 4, 5}
    leavers = [one for one in many if "OC3" in one]
    assert any("Episodes" not in one for one in leavers)
    assert any("Episodes" in one for one in leavers)
    assert all("AD1" not in one for one in leavers)


def test_all_ways_of_care_are_there(many: list[Any]) -> None:
    episodes = [row for one in many for row in one.get("Episodes", [])]
    assert {row["LS"] for row in episodes} >= {"C1", "C2", "E1", "V2", "V3", "V4", "J1", "L1", "L2"}
    assert {row["RNE"] for row in episodes} == set("SLPTBU")
    assert {row["PLACE"] for row in episodes} >= {
        "A5",
        "A6",
        "K1",
        "K2",
        "K3",
        "P1",
        "R1",
        "R3",
        "T1",
        "U1",
        "U6",
        "Z11",
    }
    assert {row.get("REC", "") for row in episodes} >= {"", "X1", "E11", "E12", "E4A", "E13", "E45", "E17", "E3"}


# -- last year ---------------------------------------------------------------------------------------------------------


def test_last_year_is_the_same_children() -> None:
    # Codes of placements change from 2024-25 to 2025-26, and none do after it.
    both = rows("2026-27", children=300, previous=True)
    assert [one for one, _ in both if one] == [one for one, _ in rows("2026-27", children=300)]
    known = [(one, last) for one, last in both if one and last]
    assert len(known) > 150
    for one, last in known:
        assert one["Header"][0]["CHILD"] == last["Header"][0]["CHILD"]
        for item in ("DOB", "SEX", "ETHNIC"):
            assert one["Header"][0][item] == last["Header"][0][item]
        opened = [row for row in last.get("Episodes", []) if not row.get("DEC")]
        if opened:
            same = {name: opened[0].get(name, "") for name in ("DECOM", "RNE", "LS", "PLACE", "PL_POST", "URN")}
            assert {name: one["Episodes"][0].get(name, "") for name in same} == same
    assert any(one is None for one, _ in both), "some children are in last year's return only"
    assert any(last is None for _, last in both), "some children are in this year's return only"


def test_there_is_no_year_before_the_first_one(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="first year held"):
        write(tmp_path / "out", year=YEARS[0], previous=tmp_path / "before")
    assert not (tmp_path / "out").exists()


# -- XML ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("year", ["2016-17", "2022-23", "2026-27"])
def test_elements_stand_in_the_order_of_the_schema_and_as_often(tmp_path: Path, year: str) -> None:
    tables = specification("ssda903", year).tables
    within = {table.element: table for table in tables.values() if table.parent == "Header" or table.name == "Episodes"}
    root = etree.parse(write(tmp_path / "out.xml", form="xml", year=year, children=400)).getroot()
    assert root.tag == "EXPSSDA903"
    assert len(root) == 400
    for child in root:
        assert [one.tag for one in child] == ["HEADER", *["EPISODE"] * (len(child) - 1)]
        header = [one.tag for one in child[0]]
        assert header == sorted(header, key=tables["Header"].order.index)
        assert header[:4] == ["CHILDID", "UPN", "SEX", "DOB"]
        often = {name for name in header if header.count(name) > 1}
        assert often <= {"AMISSING", "AREVIEW", "AD_PLACED"}
        assert child[0].findtext("UASC") == ("1" if child[0].find("DUC") is not None else "0")
        for part in [*child[0], *child[1:]]:
            if part.tag in within:
                tags = [one.tag for one in part]
                assert tags == sorted(set(tags), key=within[part.tag].order.index)
        for episode in child[1:]:
            needed = {"DECOM", "RNE", "LS", "CIN", "PL", "DEC", "REC"}
            assert needed <= {one.tag for one in episode}


def test_the_xml_says_what_the_tables_say(tmp_path: Path) -> None:
    from csc_returns.extracts.read import read

    def values(path: Path) -> dict[str, list[dict[str, Any]]]:
        (found,) = read(str(path), year="2025-26", collection="ssda903")
        tables = specification("ssda903", "2025-26").tables
        return {
            name: sorted(
                (
                    {item: value for item, value in row.items() if value}
                    for row in found.tables[name]
                    .select(sorted(set(table.columns) & set(found.tables[name].columns)))
                    .to_dicts()
                ),
                key=str,
            )
            for name, table in tables.items()
            if table.path and name in found.tables
        }

    tables = values(write(tmp_path / "folder"))
    assert tables == values(write(tmp_path / "out.xml", form="xml"))
    assert len(tables) == 10


# -- wishes ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wish", "word"),
    [
        ({"children": 0}, "number of children"),
        ({"mistakes": 2.0}, "share"),
        ({"seed": -1}, "seed"),
        ({"year": "soon"}, "2016-17"),
    ],
)
def test_impossible_wishes_are_refused_before_anything_is_written(
    tmp_path: Path, wish: dict[str, Any], word: str
) -> None:
    with pytest.raises(ValueError, match=word):
        write(tmp_path / "out", **wish)
    assert not (tmp_path / "out").exists()


def test_the_command_writes_the_return_and_what_fits(tmp_path: Path) -> None:
    arguments = ["sample", "ssda903", "--children", "20", "-o", str(tmp_path / "now"), "--previous-year", str(tmp_path / "then"),
                 "--reference", str(tmp_path / "places")]  # fmt: skip
    assert CliRunner().invoke(app, arguments).exit_code == 0
    assert (tmp_path / "now" / "episodes.csv").exists()
    assert (tmp_path / "then" / "header.csv").exists()
    assert {path.name for path in (tmp_path / "places").iterdir()} == {"postcodes.csv", "providers.csv"}
    again = CliRunner().invoke(app, arguments)
    assert again.exit_code == 2
    assert "--force" in again.output
    assert CliRunner().invoke(app, [*arguments, "--force"]).exit_code == 0
    shown = CliRunner().invoke(app, ["sample", "ssda903", "--children", "2"])
    assert shown.output.startswith('<?xml version="1.0" encoding="UTF-8"?>\n<EXPSSDA903>\n')
    for wrong in (
        ["ssda903", "--format", "csv"],
        ["cin", "--format", "csv"],
        ["cin", "--reference", str(tmp_path / "x")],
    ):
        assert CliRunner().invoke(app, ["sample", *wrong]).exit_code == 2


# -- mistakes ----------------------------------------------------------------------------------------------------------


def test_about_the_share_asked_for_carries_mistakes() -> None:
    pairs = zip(rows(children=700), rows(children=700, mistakes=0.1), strict=True)
    assert 0.06 < sum(one != other for one, other in pairs) / 700 < 0.15


def test_mistakes_in_one_sample_leave_the_next_one_alone() -> None:
    before = rows(children=100)
    rows(children=100, mistakes=1.0)
    assert rows(children=100) == before


def test_each_mistake_can_be_made_and_changes_the_rows() -> None:
    waiting = set(MISTAKES)
    settings = [Setting(year, "301") for year in ("2025-26", "2026-27", "2023-24")]
    samples = [sample_rows(setting, children=3000, seed=3, previous=True) for setting in settings]
    # A child of each year in turn: some mistakes can be made in one year only.
    for number, children in enumerate(zip(*samples, strict=True)):
        for setting, (one, last) in zip(settings, children, strict=True):
            if one is not None:
                _make_one_after_the_other(waiting, one, last, setting, Dice(f"{number}"))
        if not waiting:
            return
    assert not waiting


def _make_one_after_the_other(waiting: set[str], one: Any, last: Any, setting: Setting, dice: Dice) -> None:
    """Take away the mistakes that the child lends itself to; each must change something, and the others nothing."""

    def case() -> Case:
        return Case(*copy.deepcopy((one, last)), setting, dice, Memory("A950000178301"), beyond=True)

    now = case()
    for name in sorted(waiting):
        if MISTAKES[name].make(now):
            assert (now.rows, now.last) != (one, last), name
            waiting.discard(name)
            now = case()
    assert (now.rows, now.last) == (one, last)


def test_a_return_of_the_national_columns_has_no_mistakes_in_others() -> None:
    made = [one for one, _ in rows("2026-27", children=250, mistakes=1.0) if one]
    named = {column for one in made for row in one["Header"] + one.get("Episodes", []) for column in row}
    assert not named & {"PL_LA", "PL_LOCATION", "PL_DISTANCE"}


@pytest.mark.parametrize("year", ["2016-17", "2026-27"])
def test_any_mistake_can_follow_any_other(year: str, tmp_path: Path) -> None:
    setting = Setting(year, "301")
    made = []
    for number, (one, last) in enumerate(rows(year, children=150, previous=year > "2016-17")):
        if one is None:
            continue
        dice = Dice(f"all {number}")
        case = Case(one, last, setting, dice, Memory("A950000178301"), beyond=True)
        for name in dice.shuffled(MISTAKES):
            MISTAKES[name].make(case)
        made.append(case.rows)
    from csc_returns.sample.ssda903.write import open_return

    with open_return(tmp_path / "out.xml", setting.specification, "xml") as file:
        file.write(made)
    assert len(etree.parse(tmp_path / "out.xml").getroot()) >= 150


def test_a_mistake_is_explained() -> None:
    for name, one in MISTAKES.items():
        assert one.what.endswith("."), name
        assert name.rstrip("+") == one.code


def test_a_value_with_a_comma_or_a_quote_is_one_cell(tmp_path: Path) -> None:
    from csc_returns.sample.ssda903.write import open_return

    odd = 'a, "b"'
    with open_return(tmp_path / "out", specification("ssda903", "2025-26"), "csv") as file:
        file.write([{"Header": [{"CHILD": odd, "UPN": "A & <B>"}]}])
    frame = pl.read_csv(io.BytesIO((tmp_path / "out" / "header.csv").read_bytes()), infer_schema_length=0)
    assert frame["CHILD"].to_list() == [odd]
    with open_return(tmp_path / "out.xml", specification("ssda903", "2025-26"), "xml") as file:
        file.write([{"Header": [{"CHILD": odd, "UPN": "A & <B>"}]}])
    assert etree.parse(tmp_path / "out.xml").findtext(".//UPN") == "A & <B>"
