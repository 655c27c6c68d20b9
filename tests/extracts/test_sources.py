"""From a path to the returns it may hold."""

import io
import os
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from csc_returns.extracts import sources as module
from csc_returns.extracts.returns import Unusable
from csc_returns.extracts.sources import Source, sources


def found(path):
    """Kind, path and names of the files of every source; the code of what is unusable."""
    return [
        (one.kind, one.path, [name for name, _ in one.files]) if isinstance(one, Source) else one.remark.code
        for one in sources(str(path))
    ]


def make(folder, files):
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)


def zipped(path, files, method=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return path


def contents(path):
    return [opener().read() for one in sources(str(path)) for _, opener in one.files]


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ("<Message/>", "xml"),
        ("\ufeff  <Message>a,b</Message>", "xml"),
        (b"", "xml"),
        ("nothing", "xml"),
        (bytes(100), "xml"),
        ("LAchildID,Sex\nA1,F\n", "csv"),
        ("LAchildID;Sex\n", "csv"),
        ("LAchildID\tSex\n", "csv"),
        ("LAchildID,Sex\n".encode("utf-16"), "csv"),
        ("\ufeffLAchildID,Sex\n", "csv"),
        ("<Message>\n".encode("utf-16"), "xml"),
    ],
)
@pytest.mark.parametrize("name", ["cin.xml", "cin.csv", "cin"])
def test_a_file_is_known_by_its_content_and_not_by_its_name(tmp_path, content, kind, name):
    make(tmp_path, {name: content})
    path = str(tmp_path / name)
    assert found(path) == [(kind, path, [path])]


def test_a_folder_gives_every_return_in_order_and_one_set_of_tables_a_folder(tmp_path):
    make(
        tmp_path,
        {
            "b.xml": "<Message/>",
            "A.XML": "<Message/>",
            "a/Section47.csv": "a,b",
            "a/CINdetails.csv": "a,b",
            "a/notes.docx": "x",
            "z/c.xml": "<Message/>",
            ".hidden/d.xml": "<Message/>",
            "__MACOSX/e.xml": "<Message/>",
            "~$b.xml": "x",
            ".DS_Store": "x",
            "picture.png": "x",
        },
    )
    shown = {
        name: str(tmp_path / name) for name in ("A.XML", "b.xml", "a/CINdetails.csv", "a/Section47.csv", "z/c.xml")
    }
    assert found(tmp_path) == [
        ("xml", shown["A.XML"], [shown["A.XML"]]),
        ("xml", shown["b.xml"], [shown["b.xml"]]),
        ("csv", str(tmp_path / "a"), [shown["a/CINdetails.csv"], shown["a/Section47.csv"]]),
        ("xml", shown["z/c.xml"], [shown["z/c.xml"]]),
    ]
    assert [one.ignored for one in sources(str(tmp_path / "a"))] == [[str(tmp_path / "a/notes.docx")]]


def test_a_zip_is_read_without_unpacking_it(tmp_path):
    path = zipped(
        tmp_path / "cin.zip",
        [
            ("out/b.xml", "b"),
            ("a.XML", "a"),
            ("t/Section47.csv", "s,s"),
            ("t/CINdetails.csv", "c,c"),
            ("t/", ""),
            ("notes.docx", "x"),
            ("__MACOSX/a.xml", "x"),
            (".a.xml", "x"),
        ],
    )
    assert found(path) == [
        ("xml", f"{path}/a.XML", [f"{path}/a.XML"]),
        ("xml", f"{path}/out/b.xml", [f"{path}/out/b.xml"]),
        ("csv", f"{path}/t", [f"{path}/t/CINdetails.csv", f"{path}/t/Section47.csv"]),
    ]
    assert contents(path) == [b"a", b"b", b"c,c", b"s,s"]
    assert list(tmp_path.iterdir()) == [path]


def test_a_zip_is_known_by_its_content(tmp_path):
    path = zipped(tmp_path / "cin.xml", [("a.xml", "a")])
    assert found(path) == [("xml", f"{path}/a.xml", [f"{path}/a.xml"])]


def test_a_zip_in_a_folder(tmp_path):
    zipped(tmp_path / "a.zip", [("a.xml", "a")])
    zipped(tmp_path / "b.zip", [("../a.xml", "a")])
    make(tmp_path, {"c.xml": "<Message/>"})
    assert [one if isinstance(one, str) else one[0] for one in found(tmp_path)] == ["xml", "CSC015", "xml"]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_files_of_one_name_in_a_zip_are_both_read(tmp_path):
    path = zipped(tmp_path / "cin.zip", [("a.xml", "first"), ("a.xml", "second")])
    assert contents(path) == [b"first", b"second"]


def test_a_colon_in_a_name_leads_nowhere(tmp_path):
    path = zipped(tmp_path / "cin.zip", [("cin 10:30.xml", "a")])
    assert contents(path) == [b"a"]


@pytest.mark.parametrize(
    "name", ["../a.xml", "/a.xml", "a/../../b.xml", "..\\a.xml", "\\a.xml", "C:a.xml", "c:\\a.xml", "../a.txt"]
)
def test_names_that_lead_out_of_a_zip(tmp_path, name):
    path = zipped(tmp_path / "cin.zip", [("good.xml", "a"), (name, "a")])
    assert found(path) == ["CSC015"]


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_every_way_of_packing(tmp_path, method):
    path = zipped(tmp_path / "cin.zip", [("a.xml", "a" * 1000)], method)
    assert contents(path) == [b"a" * 1000]


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_damage_to_the_content_is_told_whatever_the_way_of_packing(tmp_path, method):
    path = zipped(tmp_path / "cin.zip", [("a.xml", os.urandom(3000))], method)
    data = bytearray(path.read_bytes())
    for at in range(60, 1000, 7):
        data[at] ^= 0xFF
    path.write_bytes(data)
    with pytest.raises(Unusable) as told:
        contents(path)
    assert told.value.remark.code == "CSC017"


def test_a_way_of_packing_that_is_not_known(tmp_path):
    path = zipped(tmp_path / "cin.zip", [("a.xml", "a")])
    data = bytearray(path.read_bytes())
    data[data.index(b"PK\x01\x02") + 10] = 99
    data[8] = 99
    path.write_bytes(data)
    with pytest.raises(Unusable) as told:
        contents(path)
    assert told.value.remark.code == "CSC017"


def test_how_far_a_zip_may_expand(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "_SMALL", 1000)
    monkeypatch.setattr(module, "LARGEST_UNPACKED", 1_000_000)
    path = tmp_path / "cin.zip"
    assert contents(zipped(path, [("a.xml", "a" * 1000)])) == [b"a" * 1000]
    assert found(zipped(path, [("a.xml", "a" * 900_000)])) == ["CSC016"], "hardly packed any smaller"
    assert found(zipped(path, [("a.xml", os.urandom(600_000)), ("b.xml", os.urandom(600_000))])) == ["CSC016"]
    assert contents(zipped(path, [("a.xml", os.urandom(600_000))]))[0].__len__() == 600_000


def test_a_member_that_says_less_than_it_holds_gives_no_more_than_it_says(tmp_path):
    path = zipped(tmp_path / "cin.zip", [("a.xml", bytes(5_000_000))])
    data = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        at = data.index(signature) + offset
        data[at : at + 4] = (1000).to_bytes(4, "little")
    path.write_bytes(data)
    ((_, opener),) = next(iter(sources(str(path)))).files
    with pytest.raises(Unusable) as told, opener() as file:
        read = 0
        while piece := file.read(1 << 16):
            read += len(piece)
            assert read <= 1000
    assert told.value.remark.code == "CSC017"


def test_what_a_zip_opened_is_closed_with_the_file(tmp_path):
    path = zipped(tmp_path / "cin.zip", [("a.xml", "a")])
    ((_, opener),) = next(iter(sources(str(path)))).files
    file = opener()
    raw = file.raw
    assert file.read() == b"a"
    file.close()
    assert raw.archive.fp is None


def test_a_folder_with_only_other_things(tmp_path):
    make(tmp_path, {"a/notes.docx": "x", "b.png": "x"})
    assert found(tmp_path) == ["CSC004"]


def test_a_link_that_leads_nowhere(tmp_path):
    (tmp_path / "a.xml").symlink_to(tmp_path / "gone.xml")
    (tmp_path / "b").symlink_to(tmp_path)  # a circle
    make(tmp_path, {"c.xml": "<Message/>"})
    assert found(tmp_path) == ["CSC001", ("xml", str(tmp_path / "c.xml"), [str(tmp_path / "c.xml")])]


FUZZ = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@settings(FUZZ, max_examples=150)
@given(st.data())
def test_a_zip_with_random_harm_raises_nothing_but_unusable(tmp_path, data):
    method = data.draw(st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]))
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        archive.writestr("a.xml", "<Message>" * 20)
        archive.writestr("b/c.csv", "a,b\n" * 20)
    content = bytearray(file.getvalue())
    places = st.one_of(st.integers(0, len(content) - 1), st.integers(len(content) - 140, len(content) - 1))
    for at, byte in data.draw(st.lists(st.tuples(places, st.integers(0, 255)), min_size=1, max_size=5)):
        content[at] = byte
    path = tmp_path / "cin.zip"
    path.write_bytes(content[: data.draw(st.integers(len(content) - 10, len(content)))])
    for one in sources(str(path)):
        if isinstance(one, Source):
            for _, opener in one.files:
                try:
                    with opener() as member:
                        assert len(member.read()) <= 1000 or content[:2] != b"PK"
                except Unusable as unusable:
                    assert unusable.remark.code == "CSC017"
