"""Postcode directories and registers of providers in the shapes in which they come, and files that are neither."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from csc_returns.extracts.reference import UnusableReference, read_postcodes, read_providers

POSTCODE_COLUMNS = ["pcd", "laua", "oscty", "oseast1m", "osnrth1m"]
ROW = ("ZZ1 1AA", "E09000002", "E99999999", "548000", "184000")

REGISTER = (
    "URN,Name,POSTCODE,PLACE_CODES,PROVIDER_CODES,REG_END,LA_CODE_INFERRED\n"
    'SC001,"Invented House, north",ZZ1 1AA,"K2,R1","PR1,PR4",2025-06-30,E09000002\n'
    "SC002,Caf\xe9 House,,H5,PR2,,\n"
)


def written(folder: Path, text: str, name: str = "reference.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize(
    "titles",
    [
        "pcd,pcd2,pcds,dointr,doterm,oscty,oslaua,oseast1m,osnrth1m,ctry",
        "PCD7,PCD8,PCDS,DOINTR,DOTERM,CTY25CD,LAD25CD,EAST1M,NORTH1M,ctry25cd",
        " pcds , x1 , x2 , x3 , x4 , cty , laua , oseast1m , osnrth1m , x5",
        '"pcd8","a","b","c","d","cty24cd","LADCD","oseast1m","osnrth1m","e"',
    ],
)
def test_a_directory_is_known_by_the_names_of_every_edition(tmp_path: Path, titles: str) -> None:
    known = {"oscty": 2, "cty": 2, "laua": 1, "lad": 1, "east": 3, "north": 4, "osnrth": 4}
    cells = []
    for title in titles.split(","):
        name = title.strip(' "').lower()
        at = next(
            (at for start, at in known.items() if name.removeprefix("os").startswith(start.removeprefix("os"))), None
        )
        cells.append(ROW[0] if name.startswith("pcd") else ROW[at] if at is not None else "199601")
    found = read_postcodes(written(tmp_path, f"{titles}\n{','.join(cells)}\n"))
    assert found.columns == POSTCODE_COLUMNS
    assert found.rows() == [ROW]


def test_terminated_postcodes_leading_zeros_and_blanks_stay(tmp_path: Path) -> None:
    text = "pcd,doterm,laua,oseast1m,osnrth1m\nZZ1 1AA,200001,E06000001,0450000,0530000\nZZ1 1AB,,,,\n"
    found = read_postcodes(written(tmp_path, text))
    assert found.columns == POSTCODE_COLUMNS
    assert found.rows() == [
        ("ZZ1 1AA", "E06000001", None, "0450000", "0530000"),
        ("ZZ1 1AB", None, None, None, None),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_register_in_any_encoding_with_any_delimiter(tmp_path: Path, encoding: str, delimiter: str) -> None:
    plain = (
        REGISTER.replace('"Invented House, north"', "Invented House")
        .replace('"K2,R1"', "K2")
        .replace('"PR1,PR4"', "PR1")
    )
    found = read_providers(written(tmp_path, plain.replace(",", delimiter), encoding=encoding))
    assert found.columns == ["URN", "POSTCODE", "PLACE_CODES", "PROVIDER_CODES", "REG_END", "LA_CODE_INFERRED"]
    assert found.rows() == [
        ("SC001", "ZZ1 1AA", "K2", "PR1", "2025-06-30", "E09000002"),
        ("SC002", None, "H5", "PR2", None, None),
    ]


def test_lists_in_quotes_are_one_cell_and_the_inferred_authority_may_lack(tmp_path: Path) -> None:
    text = "\n".join(line.rpartition(",")[0] for line in REGISTER.splitlines()).lower().replace("sc00", "SC00")
    found = read_providers(written(tmp_path, text))
    assert found.columns == ["URN", "POSTCODE", "PLACE_CODES", "PROVIDER_CODES", "REG_END"]
    assert found["PLACE_CODES"].to_list() == ["k2,r1", "h5"]


def test_a_zip_file_of_one_directory_is_read_and_nothing_is_left_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    packed = tmp_path / "onspd.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("User Guide/readme.txt", "This is no table.\n")
        archive.writestr("Data/names.csv", "code,name\n1,Invented\n")
        archive.writestr("Data/ONSPD.csv", "pcd,laua,oscty,oseast1m,osnrth1m\n" + ",".join(ROW) + "\n")
    assert read_postcodes(packed).rows() == [ROW]
    assert list(scratch.iterdir()) == []


def test_a_zip_file_of_several_directories_is_refused_by_name(tmp_path: Path) -> None:
    packed = tmp_path / "onspd.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for area in ("AB", "AL"):
            archive.writestr(f"Data/multi_csv/ONSPD_{area}.csv", "pcd,laua,oseast1m,osnrth1m\n")
    with pytest.raises(UnusableReference, match=r"holds 2 files .*ONSPD_AB\.csv, ONSPD_AL\.csv.*name one of them"):
        read_postcodes(packed)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"URN,POSTCODE,PLACE_CODES\nSC001,ZZ1 1AA,K2\n", "no column pcd and no laua and no oseast1m and no osnrth1m"),
        (b"pcd,laua,oseast1m\n", "there is no column osnrth1m"),
        (b"", "there is no column pcd"),
        (b"\x00\x01\x02\xff" * 50, "there is no column pcd"),
        (b"PK\x03\x04 and then nothing", "cannot be read"),
        (b'"' + b"x" * 200_000, "there is no column pcd"),
    ],
)
def test_what_is_no_directory_is_said_once_with_the_columns_looked_for(
    tmp_path: Path, content: bytes, words: str
) -> None:
    path = tmp_path / "wrong.csv"
    path.write_bytes(content)
    with pytest.raises(UnusableReference) as caught:
        read_postcodes(path)
    message = str(caught.value)
    assert str(path) in message and words in message
    assert "\n" not in message
    if "no column" in message:
        assert "pcd (pcds, pcd7, pcd8, pcd2), laua (oslaua, lad25cd), oseast1m (east1m), osnrth1m (north1m)" in message


def test_a_register_lacking_a_column_names_it(tmp_path: Path) -> None:
    with pytest.raises(
        UnusableReference, match="no register of providers: there is no column REG_END in its first line"
    ):
        read_providers(written(tmp_path, "URN,POSTCODE,PLACE_CODES,PROVIDER_CODES\n"))


def test_a_missing_file_and_a_folder_are_said(tmp_path: Path) -> None:
    with pytest.raises(UnusableReference, match="there is no such file"):
        read_postcodes(tmp_path / "nowhere.csv")
    with pytest.raises(UnusableReference, match="is a folder"):
        read_providers(tmp_path)
