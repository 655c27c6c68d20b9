"""csc-returns convert."""

import zipfile

import pytest
import typer
from typer.testing import CliRunner

from csc_returns.cli.convert import convert

XML = """<?xml version="1.0" encoding="UTF-8"?>
<Message>
  <Header>
    <CollectionDetails>
      <Collection>CIN</Collection>
      <Year>2026</Year>
      <ReferenceDate>2026-03-31</ReferenceDate>
    </CollectionDetails>
    <Source>
      <LEA>330</LEA>
    </Source>
  </Header>
  <Children>
    <Child>
      <ChildIdentifiers>
        <LAchildID>A1</LAchildID>
        <UPN/>
        <Sex>F</Sex>
      </ChildIdentifiers>
      <ChildCharacteristics>
        <Ethnicity>WBRI</Ethnicity>
        <Disabilities>
          <Disability>HEAR</Disability>
          <Disability>VIS</Disability>
        </Disabilities>
      </ChildCharacteristics>
      <CINdetails>
        <CINreferralDate>2025-04-01</CINreferralDate>
        <Foo>kept</Foo>
      </CINdetails>
    </Child>
  </Children>
</Message>
"""


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "a.xml"
    path.write_text(XML, encoding="utf-8")
    return path


def call(*arguments):
    app = typer.Typer()
    app.command()(convert)
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def files(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_there_and_back(source, tmp_path):
    folder = tmp_path / "deep" / "tables"
    there = call(source, "--to", "csv", folder)
    assert there.exit_code == 0, there.output
    assert {"Header.csv", "ChildIdentifiers.csv", "Section47.csv", "unplaced.csv"} <= set(files(folder))
    assert "CSC101" in there.stderr
    back = call(folder, tmp_path / "b.xml", "--to", "xml")
    assert back.exit_code == 0, back.output
    assert (tmp_path / "b.xml").read_text(encoding="utf-8") == XML
    assert {path.name for path in tmp_path.iterdir()} == {"a.xml", "b.xml", "deep"}


def test_standard_output(source):
    result = call(source, "-", "--to", "xml")
    assert result.exit_code == 0
    assert result.stdout == XML


def test_a_zip_file(source, tmp_path):
    call(source, tmp_path / "tables", "--to", "csv")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for path in (tmp_path / "tables").iterdir():
            archive.write(path, path.name)
    assert call(tmp_path / "a.zip", "-", "--to", "xml").stdout == XML


@pytest.mark.parametrize("to", ["csv", "xml"])
def test_nothing_is_written_over_without_force(source, tmp_path, to):
    target = tmp_path / "target"
    if to == "csv":
        target.mkdir()
        (target / "mine.txt").write_text("mine")
        (target / "unplaced.csv").write_text("table,row,path,child,xml\nHeader,0,Message,,old\n")
    else:
        target.write_text("mine")
    before = files(target) if to == "csv" else target.read_text()
    refused = call(source, target, "--to", to)
    assert refused.exit_code == 2
    assert "--force" in refused.stderr
    assert (files(target) if to == "csv" else target.read_text()) == before
    assert call(source, target, "--to", to, "--force").exit_code == 0
    if to == "csv":
        after = files(target)
        assert after["mine.txt"] == b"mine"
        assert b"old" not in after["unplaced.csv"]
    else:
        assert target.read_text(encoding="utf-8") == XML


def test_what_an_earlier_return_left_unplaced_is_not_mixed_in(source, tmp_path):
    call(source, tmp_path / "tables", "--to", "csv")
    source.write_text(XML.replace("<Foo>kept</Foo>", "").replace("<UPN/>", ""))
    assert call(source, tmp_path / "tables", "--to", "csv", "--force").exit_code == 0
    assert "unplaced.csv" not in files(tmp_path / "tables")


def test_a_target_of_the_wrong_kind(source, tmp_path):
    assert "needs a file" in call(source, tmp_path, "--to", "xml", "--force").stderr
    assert "need a folder" in call(source, source, "--to", "csv", "--force").stderr
    assert "must be a folder" in call(source, "-", "--to", "csv").stderr


def test_a_source_that_cannot_be_used(tmp_path):
    bad = tmp_path / "bad.xml"
    bad.write_text("<html>")
    for path, code in ((bad, "CSC006"), (tmp_path / "none.xml", "CSC001")):
        result = call(path, tmp_path / "out", "--to", "csv")
        assert result.exit_code == 2
        assert str(path) in result.stderr
        assert code in result.stderr
        assert not (tmp_path / "out").exists()


def test_a_source_that_breaks_off_is_not_made_to_look_like_a_return(source, tmp_path):
    source.write_text(XML.replace("</Child>\n", "</Child><Child><ChildId"))
    result = call(source, tmp_path / "out", "--to", "csv")
    assert result.exit_code == 2
    assert "CSC0" in result.stderr
    assert "nothing was written" in result.stderr
    assert not (tmp_path / "out").exists()


def test_several_returns_are_refused(source, tmp_path):
    (tmp_path / "b.xml").write_text(XML)
    result = call(tmp_path, tmp_path / "out", "--to", "csv")
    assert result.exit_code == 2
    assert "2 returns" in result.stderr


def test_a_row_that_xml_has_no_place_for(source, tmp_path):
    call(source, tmp_path / "tables", "--to", "csv")
    with (tmp_path / "tables" / "Section47.csv").open("a") as file:
        file.write("A1,3,2025-05-01,,,0,0\n")
    (tmp_path / "out.xml").write_text("mine")
    result = call(tmp_path / "tables", tmp_path / "out.xml", "--to", "xml", "--force")
    assert result.exit_code == 2
    assert f"{tmp_path / 'tables' / 'Section47.csv'}:2: CSC026 row 1 of Section47 (CINdetailsID 3)" in result.stderr
    assert "A1" not in result.stderr
    assert (tmp_path / "out.xml").read_text() == "mine"
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_many_remarks_are_counted_and_say_no_values(source, tmp_path):
    source.write_text(XML.replace("<Foo>kept</Foo>", "<Foo>SECRET</Foo>" * 30 + "SECRET"))
    result = call(source, tmp_path / "out", "--to", "csv")
    assert result.exit_code == 0
    lines = result.stderr.splitlines()
    assert len(lines) == 21
    assert "more remarks" in lines[-1]
    assert "SECRET" not in result.stderr
    assert lines[0].startswith(f"{source}:")
    assert lines[0].split()[1].startswith("CSC")
