"""The real command on real files: exit status, streams, formats."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from csc_returns.specification import data_folder

SAMPLES = data_folder("sample_returns")
CLEAN = str(SAMPLES / "cin_2025-26_clean.xml")
MISTAKES = str(SAMPLES / "cin_2025-26_every_rule.xml")

CSV_COLUMNS = ["rule", "severity", "finding", "child", "table", "row", "field", "value", "message", "file", "line"]


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    plain = {key: value for key, value in os.environ.items() if key not in {"NO_COLOR", "FORCE_COLOR", "COLUMNS"}}
    return subprocess.run(
        [sys.executable, "-m", "csc_returns", *arguments],
        capture_output=True,
        env={**plain, **environment},
        check=False,
    )


def text(stream: bytes) -> str:
    return stream.decode("utf-8")


def test_a_clean_return_gives_a_report_and_status_0() -> None:
    done = run("validate", CLEAN)
    assert done.returncode == 0
    assert "No errors and no queries found." in text(done.stdout)
    assert "children: 12" in text(done.stdout)
    assert done.stderr == b""


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        ((MISTAKES,), 1),
        ((MISTAKES, "--fail-on", "never"), 0),
        ((MISTAKES, "--select", "8873Q"), 0),
        ((MISTAKES, "--select", "8873Q", "--fail-on", "query"), 1),
        ((MISTAKES, "--select", "887"), 1),
        ((MISTAKES, "--select", "887", "--ignore", "8875"), 0),
        ((CLEAN, MISTAKES), 1),
        ((MISTAKES, "--select", "8873X"), 2),
        ((MISTAKES, "--year", "1999-00"), 2),
        ((MISTAKES, "--collection", "cinn"), 2),
        ((MISTAKES, "--output-format", "xlsx"), 2),
        ((MISTAKES, "--statistics", "--output-format", "json"), 2),
        (("no such file.xml",), 2),
        ((CLEAN, "no such file.xml"), 2),
        ((), 2),
    ],
)
def test_exit_status(arguments: tuple[str, ...], status: int) -> None:
    done = run("validate", *arguments)
    assert done.returncode == status
    assert b"Traceback" not in done.stderr
    if status == 2:
        assert done.stderr


def test_an_unknown_code_gets_a_suggestion() -> None:
    done = run("validate", CLEAN, "--ignore", "8887Q")
    assert done.returncode == 2
    assert "Did you mean" in text(done.stderr)


def test_an_unreadable_file_does_not_hide_the_others() -> None:
    done = run("validate", "missing.xml", MISTAKES, "--output-format", "json")
    found = json.loads(done.stdout)
    assert done.returncode == 2
    assert found["summary"]["errors"] > 90
    assert "missing.xml" in text(done.stderr)
    assert [file["complete"] for file in found["summary"]["files"]] == [False, True]


def is_return(path: Path) -> bool:
    return path.suffix == ".xml" or (path.is_dir() and path.name != "reference")


def test_a_folder_is_read_whole_and_a_report_in_it_left_aside() -> None:
    done = run("validate", str(SAMPLES), "--output-format", "json")
    found = json.loads(done.stdout)
    assert done.returncode == 1
    assert {"cin", "ssda903"} == {file["collection"] for file in found["summary"]["files"]}
    assert len(found["summary"]["files"]) == 3 + len(
        [path for path in (SAMPLES / "ssda903").iterdir() if is_return(path)]
    )
    aside = [finding for finding in found["findings"] if finding["rule"] == "CSC118"]
    assert any(str(finding["file"]).endswith("findings.csv") for finding in aside)


def test_json_csv_and_concise_say_the_same(tmp_path: Path) -> None:
    found = json.loads(run("validate", MISTAKES, "--output-format", "json").stdout)
    target = tmp_path / "errors.csv"
    assert run("validate", MISTAKES, "--output-format", "csv", "--output-file", str(target)).stdout == b""
    with target.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == CSV_COLUMNS
    assert len({row["finding"] for row in rows}) == len(found["findings"])
    assert {row["rule"] for row in rows} == {finding["rule"] for finding in found["findings"]}
    lines = text(run("validate", MISTAKES, "--output-format", "concise").stdout).splitlines()
    assert len(lines) == len(found["findings"]) + 1
    assert lines[-1].startswith("Found ")
    located = [location for finding in found["findings"] for location in finding["locations"]]
    in_json = [str(location["line"]) for location in located if location["line"]]
    assert [row["line"] for row in rows if row["line"]] == in_json


def test_located_lines_are_those_of_the_file() -> None:
    lines = Path(MISTAKES).read_text(encoding="utf-8").splitlines()
    found = json.loads(run("validate", MISTAKES, "--output-format", "json").stdout)
    checked = 0
    for finding in found["findings"]:
        for location in finding["locations"]:
            field, value = location["field"], location["value"]
            if value and field and field not in {"LAchildID", "AssessmentFactors"}:
                line = lines[location["line"] - 1]
                assert f"<{field}>{value}</" in line
                assert line[location["column"] - 1] == "<"
                checked += 1
    assert checked > 100


def test_the_same_input_gives_the_same_bytes() -> None:
    for output_format in ("full", "concise", "json", "csv"):
        first, second = (run("validate", MISTAKES, CLEAN, "-f", output_format).stdout for _ in range(2))
        assert first == second


@pytest.mark.parametrize("width", [80, 140])
def test_the_full_report_fits_the_terminal(width: int) -> None:
    report = text(run("validate", MISTAKES, "--limit", "0", COLUMNS=str(width)).stdout)
    assert max(len(line) for line in report.splitlines() if ".xml" not in line) <= width
    assert report.isascii()


def test_a_cp1252_pipe_is_no_trouble(tmp_path: Path) -> None:
    odd = tmp_path / "odd.xml"
    odd.write_text(
        Path(MISTAKES).read_text(encoding="utf-8").replace(">R8925<", ">R8925\u2603\u00eb<"), encoding="utf-8"
    )
    for output_format in ("full", "concise", "json", "csv"):
        done = run("validate", str(odd), "-f", output_format, PYTHONIOENCODING="cp1252")
        assert done.returncode == 1
        done.stdout.decode("cp1252")
        assert done.stderr == b""


def test_colour_only_where_it_is_wanted() -> None:
    assert b"\x1b[" not in run("validate", MISTAKES).stdout
    assert b"\x1b[" in run("validate", MISTAKES, FORCE_COLOR="1").stdout
    assert b"\x1b[" not in run("validate", MISTAKES, FORCE_COLOR="1", NO_COLOR="1").stdout


def test_statistics_count_every_rule() -> None:
    report = text(run("validate", MISTAKES, "--statistics").stdout)
    assert "8925" in report
    assert "2888Q" in report


def test_an_output_file_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    done = run("validate", CLEAN, "--output-file", str(tmp_path / "no" / "such" / "folder.txt"))
    assert done.returncode == 2
    assert "cannot be written" in text(done.stderr)


def test_help_and_version_import_nothing_heavy() -> None:
    code = "import sys, csc_returns.cli; print([name for name in ('polars', 'pandera', 'lxml') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    assert text(run("--version").stdout).startswith("csc-returns ")
    assert b"validate" in run("-h").stdout


def test_a_closed_pipe_is_no_trouble_and_the_status_stays(tmp_path: Path) -> None:
    cut = tmp_path / "cut.xml"
    cut.write_bytes(Path(CLEAN).read_bytes()[:9000])
    for path, status in ((CLEAN, 0), (MISTAKES, 1), (str(cut), 2)):
        with subprocess.Popen(
            [sys.executable, "-m", "csc_returns", "validate", path, "--limit", "0"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as process:
            assert process.stdout is not None and process.stderr is not None
            process.stdout.close()
            assert b"Traceback" not in process.stderr.read()
            assert process.wait() == status


def test_a_report_is_not_written_over_its_input(tmp_path: Path) -> None:
    mine = tmp_path / "mine.xml"
    mine.write_bytes(Path(CLEAN).read_bytes())
    for source in (str(mine), str(tmp_path)):
        done = run("validate", source, "-o", str(mine))
        assert done.returncode == 2
        assert "name another file" in text(done.stderr)
    assert mine.read_bytes() == Path(CLEAN).read_bytes()


def test_tables_named_one_by_one_are_one_return() -> None:
    tables = sorted(str(path) for path in (SAMPLES / "cin_2025-26_clean_csv").glob("*.csv"))
    found = json.loads(run("validate", *tables, "-f", "json").stdout)
    assert len(found["summary"]["files"]) == 1
    assert found["findings"] == []
    assert found["not_run"] == []


@pytest.mark.parametrize("options", [("--select", "8925", "--ignore", "8925"), ("--select", "")])
def test_a_selection_that_leaves_nothing_is_refused(options: tuple[str, ...]) -> None:
    assert run("validate", CLEAN, *options).returncode == 2


def test_a_full_disk_is_said() -> None:
    if sys.platform == "win32":
        return  # has no such device
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "csc_returns", "validate", CLEAN], stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert done.returncode == 2
    assert b"cannot be written" in done.stderr
    assert b"Traceback" not in done.stderr


def test_a_reference_date_of_another_year_is_named_as_the_window(tmp_path: Path) -> None:
    odd = tmp_path / "odd.xml"
    odd.write_text(
        Path(CLEAN).read_text(encoding="utf-8").replace("2026-03-31</Ref", "2025-03-31</Ref"), encoding="utf-8"
    )
    found = json.loads(run("validate", str(odd), "-f", "json").stdout)
    assert {"100", "CSC303"} <= {finding["rule"] for finding in found["findings"]}
