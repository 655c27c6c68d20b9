"""The convert command on returns of looked after children."""

import pytest
import typer
from support.ssda903_files import FILES, HEADER, REVIEWS, XML, write_files
from typer.testing import CliRunner

from csc_returns.cli.convert import convert


def call(*arguments):
    app = typer.Typer()
    app.command()(convert)
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_xml_to_csv_and_back(tmp_path):
    (tmp_path / "a 2025-26.xml").write_text(XML)
    assert call(tmp_path / "a 2025-26.xml", tmp_path / "2025-26", "--to", "csv").exit_code == 0
    names = {path.name for path in (tmp_path / "2025-26").iterdir()}
    assert {"header.csv", "placed_for_adoption.csv", "previous_permanence.csv", "unplaced.csv"} <= names
    assert "sw_episodes.csv" not in names
    back = call(tmp_path / "2025-26", tmp_path / "b 2025-26.xml", "--to", "xml")
    assert (back.exit_code, back.stderr) == (0, "")
    again = call(tmp_path / "b 2025-26.xml", "-", "--to", "xml")
    assert again.stdout == (tmp_path / "b 2025-26.xml").read_text()


def test_what_xml_cannot_carry_is_said_and_the_rest_written(tmp_path):
    dolo = "CHILD,DOB,DOLO_START,DOLO_END\nA1,14/05/2010,01/05/2026,\n"
    source = write_files(tmp_path / "2026-27", FILES | {"dolo": dolo})
    done = call(source, tmp_path / "a.xml", "--to", "xml")
    assert done.exit_code == 0
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"{source}/dolo.csv:2: CSC028 XML has no place for DoLo: one row")
    assert (tmp_path / "a.xml").read_text().count("<CHILD>") == 2


def test_a_row_of_no_child_writes_nothing(tmp_path):
    source = write_files(tmp_path / "2025-26", {"header": HEADER, "reviews": REVIEWS.replace("B2", "C3")})
    done = call(source, tmp_path / "a.xml", "--to", "xml")
    assert done.exit_code == 2
    assert f"{source}/reviews.csv:3: CSC026" in done.stderr
    assert not (tmp_path / "a.xml").exists()


def test_tables_of_an_earlier_return_do_not_stay(tmp_path):
    source = write_files(tmp_path / "2025-26")
    old = write_files(tmp_path / "target", {"ad1": "CHILD,DOB,DATE_INT\n", "unplaced": "x", "notes": "mine"})
    assert call(source, old, "--to", "csv", "--force").exit_code == 0
    assert {path.stem for path in old.iterdir()} == {*FILES, "notes"}


@pytest.mark.parametrize("to", ["csv", "xml"])
def test_a_folder_of_two_collections_is_not_one_return(tmp_path, to):
    source = write_files(tmp_path / "2025-26", FILES | {"children": "LAchildID,UPN,Sex\nC1,UN1,F\n"})
    done = call(source, tmp_path / "out", "--to", to)
    assert done.exit_code == 2
    assert not (tmp_path / "out").exists()
