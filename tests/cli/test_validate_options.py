"""Options of validate that bring last year's return, reference data, the sender and the window; and the file of options."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from csc_returns.specification import data_folder

DOCS = Path(__file__).parents[2] / "docs" / "options.md"
SAMPLES = data_folder("sample_returns")
CLEAN = str((SAMPLES / "cin_2025-26_clean.xml").resolve())
MISTAKES = str((SAMPLES / "cin_2025-26_every_rule.xml").resolve())
CLEAN_CARE = str((SAMPLES / "ssda903" / "clean_2025-26").resolve())
LAST_YEAR = str((SAMPLES / "ssda903" / "clean_2024-25_last_year").resolve())

POSTCODES = "pcd,laua,oscty,oseast1m,osnrth1m\nZZ1 1AA,E09000002,E99999999,548000,184000\n"
PROVIDERS = "URN,POSTCODE,PLACE_CODES,PROVIDER_CODES,REG_END\nSC001,ZZ1 1AA,K2,PR1,\n"


def run(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    plain = {key: value for key, value in os.environ.items() if key not in {"NO_COLOR", "FORCE_COLOR", "COLUMNS"}}
    return subprocess.run(
        [sys.executable, "-m", "csc_returns", "validate", *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=folder,
        env={**plain, **environment},
        check=False,
    )


def summary(done: subprocess.CompletedProcess[str]) -> dict[str, object]:
    assert done.returncode in {0, 1}, done.stderr
    (file,) = json.loads(done.stdout)["summary"]["files"]
    assert isinstance(file, dict)
    return file


def one_message(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 2
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    lines = [line for line in done.stderr.splitlines() if "options from" not in line]
    assert len(lines) == 1, done.stderr
    return lines[0]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "postcodes.csv").write_text(POSTCODES, encoding="utf-8")
    (tmp_path / "providers.csv").write_text(PROVIDERS, encoding="utf-8")
    return tmp_path


def test_reference_data_and_last_years_return_are_taken(folder: Path) -> None:
    reference = SAMPLES / "ssda903" / "reference"
    files = ("--postcodes", str(reference / "postcodes.csv"), "--providers", str(reference / "providers.csv"))
    options = (*files, "--previous", LAST_YEAR, "--local-authority", "301")
    done = run(folder, CLEAN_CARE, *options)
    assert done.returncode == 0
    assert done.stderr == ""
    assert "No errors and no queries found." in done.stdout
    assert "no return of the year before" not in done.stdout


def test_a_return_of_another_year_is_not_compared_with(folder: Path) -> None:
    done = run(folder, CLEAN_CARE, "--previous", CLEAN_CARE)
    assert "is of 2025-26, not of 2024-25, so nothing was compared with it" in " ".join(done.stdout.split())
    assert "no return of the year before was given" in " ".join(done.stdout.split())


@pytest.mark.parametrize("given", ["204", "E09000012", "e09000012", "Hackney"])
def test_the_sender_is_named_by_number_code_or_name(folder: Path, given: str) -> None:
    file = summary(run(folder, CLEAN, "-f", "json", "--local-authority", given))
    assert (file["local_authority"], file["local_authority_name"]) == ("204", "Hackney")


@pytest.mark.parametrize(("wrong", "meant"), [("EO9000012", "E09000012"), ("Hakney", "Hackney"), ("2044", "204")])
def test_an_unknown_sender_is_refused_with_a_suggestion(folder: Path, wrong: str, meant: str) -> None:
    message = one_message(run(folder, CLEAN, "--local-authority", wrong))
    assert f"There is no local authority '{wrong}'" in message
    assert f"Did you mean {meant}?" in message


@pytest.mark.parametrize(
    ("given", "period"),
    [
        ("2025-01-01..2025-12-31", ["2025-01-01", "2025-12-31"]),
        ("01/01/2025..31/12/2025", ["2025-01-01", "2025-12-31"]),
        ("2025-01-01..", ["2025-01-01", "2025-12-31"]),
        (" .. 2025-12-31", ["2025-01-01", "2025-12-31"]),
    ],
)
def test_the_window_is_taken(folder: Path, given: str, period: list[str]) -> None:
    assert summary(run(folder, CLEAN, "-f", "json", "--period", given))["period"] == period


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("2025", "write two days with two dots between"),
        ("..", "write two days with two dots between"),
        ("2025-02-30..", "'2025-02-30' is no day"),
        ("31/02/2025..", "'31/02/2025' is no day"),
        ("2025-12-31..2025-01-01", "ends before it starts"),
    ],
)
def test_a_wrong_window_is_refused(folder: Path, given: str, words: str) -> None:
    assert words in one_message(run(folder, CLEAN, "--period", given))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--postcodes", "providers.csv"), "providers.csv is no postcode directory: there is no column pcd"),
        (("--providers", "postcodes.csv"), "postcodes.csv is no register of providers: there is no column URN"),
        (("--providers", "nowhere.csv"), "nowhere.csv cannot be read: there is no such file"),
        (("--config", "nowhere.toml"), "nowhere.toml cannot be read"),
        (("--config", "x.toml", "--no-config"), "--config and --no-config contradict each other"),
    ],
)
def test_a_wrong_file_is_one_message(folder: Path, options: tuple[str, ...], words: str) -> None:
    assert words in one_message(run(folder, CLEAN, *options))


def test_a_report_is_not_written_over_reference_data(folder: Path) -> None:
    done = run(folder, CLEAN, "--providers", "providers.csv", "-o", "providers.csv")
    assert "name another file" in one_message(done)
    assert (folder / "providers.csv").read_text(encoding="utf-8") == PROVIDERS


def test_last_years_return_that_is_not_there_is_status_2_and_the_rest_is_checked(folder: Path) -> None:
    done = run(folder, CLEAN, "--previous", "last.xml")
    assert done.returncode == 2
    assert "last.xml" in done.stderr
    assert "children: 12" in done.stdout


# returns that name neither sender nor year, and both collections at once

HEADER = "CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB\nA1,M,01/02/2012,WBRI,UN1,,\n"
EPISODES = (
    "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,REASON_PLACE_CHANGE,HOME_POST,PL_POST,URN\n"
    "A1,01/05/2025,S,C2,N1,K2,PR1,,,,ZZ1 1AA,ZZ1 1AB,SC001\n"
)
ADOPTION = "CHILD,DOB,DATE_PLACED,DATE_PLACED_CEASED,REASON_PLACED_CEASED\nA1,01/02/2012,{},,\n"


@pytest.fixture
def looked_after(tmp_path: Path) -> Path:
    for year, placed in (("now", "02/05/2024"), ("before", "01/05/2024")):
        (tmp_path / year).mkdir()
        for name, text in (
            ("header", HEADER),
            ("episodes", EPISODES),
            ("placed_for_adoption", ADOPTION.format(placed)),
        ):
            (tmp_path / year / f"{name}.csv").write_text(text, encoding="utf-8")
    return tmp_path


def test_last_years_row_stands_beside_the_finding_in_every_format(looked_after: Path) -> None:
    options = ("now", "--previous", "before", "--year", "2025-26", "--select", "560")
    related = "last year's PlacedAdoption: DATE_PLACED 01/05/2024, DATE_PLACED_CEASED blank (placed_for_adoption.csv:2)"
    (finding,) = json.loads(run(looked_after, *options, "-f", "json").stdout)["findings"]
    assert finding["related"] == related
    assert {location["table"] for location in finding["locations"]} == {"PlacedAdoption"}
    for output_format in ("concise", "csv"):
        assert f" [{related}]" in run(looked_after, *options, "-f", output_format).stdout
    assert f"> {related}" in " ".join(run(looked_after, *options).stdout.split())
    without = json.loads(run(looked_after, "now", "--year", "2025-26", "--select", "560", "-f", "json").stdout)
    assert without["findings"] == []
    assert [entry["code"] for entry in without["not_run"]] == ["560"]


@pytest.mark.parametrize("width", [80, 140])
def test_returns_of_both_collections_in_one_call_read_well(looked_after: Path, width: int) -> None:
    (looked_after / "cin.xml").write_bytes(Path(MISTAKES).read_bytes())
    report = run(looked_after, "now", "cin.xml", COLUMNS=str(width)).stdout
    assert max(map(len, report.splitlines())) <= width
    ending = report[report.index("What was checked") :]
    for words in (
        "  Collection       Children looked after return (SSDA903)\n",
        "  Local authority  not known; name it with --local-authority\n",
        "  Collection       Children in need census\n",
        "  Local authority  301 Barking and Dagenham\n",
    ):
        assert words in ending
    assert "\n  now: no return of the year before was given (--previous):\n" in report


def test_the_sender_given_lets_rules_on_its_area_run(looked_after: Path) -> None:
    (looked_after / "postcodes.csv").write_text(
        "pcd,laua,oseast1m,osnrth1m\nZZ1 1AA,E09000002,548000,184000\nZZ1 1AB,E09000003,558000,184000\n",
        encoding="utf-8",
    )
    common = ("now", "--year", "2025-26", "--select", "1015", "--postcodes", "postcodes.csv", "-f", "json")
    (silent,) = json.loads(run(looked_after, *common).stdout)["not_run"]
    assert "--local-authority" in silent["reason"]
    for sender, flagged in (("301", True), ("E09000002", True), ("302", False), ("E09000003", False)):
        found = json.loads(run(looked_after, *common, "--local-authority", sender).stdout)
        assert found["not_run"] == []
        assert bool(found["findings"]) == flagged


# the file of options

OPTIONS = """
local-authority = "E09000012"
postcodes = "reference/postcodes.csv"
providers = "reference/providers.csv"
previous = ["last.xml"]
select = ["8873Q", "8925"]
ignore = ["8925"]
fail-on = "query"
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    reference = tmp_path / "reference"
    reference.mkdir()
    (reference / "postcodes.csv").write_text(POSTCODES, encoding="utf-8")
    (reference / "providers.csv").write_text(PROVIDERS, encoding="utf-8")
    (tmp_path / "last.xml").write_bytes(Path(CLEAN).read_bytes())
    (tmp_path / "returns" / "march").mkdir(parents=True)
    return tmp_path


@pytest.mark.parametrize(
    ("name", "text"), [("csc-returns.toml", OPTIONS), ("pyproject.toml", f"[project]\n[tool.csc-returns]\n{OPTIONS}")]
)
def test_the_nearest_file_above_holds_and_is_named_and_its_paths_are_beside_it(
    project: Path, name: str, text: str
) -> None:
    (project / name).write_text(text, encoding="utf-8")
    done = run(project / "returns" / "march", MISTAKES, "-f", "json")
    assert done.stderr == f"csc-returns: options from {project / name}\n"
    assert done.returncode == 1
    found = json.loads(done.stdout)
    assert {finding["rule"] for finding in found["findings"]} == {"8873Q"}
    assert found["summary"]["files"][0]["local_authority"] == "204"


def test_a_pyproject_of_others_is_passed_over(project: Path) -> None:
    (project / "csc-returns.toml").write_text('fail-on = "never"\n', encoding="utf-8")
    (project / "returns" / "pyproject.toml").write_text("[tool.other]\n", encoding="utf-8")
    (project / "returns" / "march" / "pyproject.toml").write_text("this is [not TOML", encoding="utf-8")
    done = run(project / "returns" / "march", MISTAKES)
    assert (done.returncode, "options from" in done.stderr) == (0, True)


def test_an_option_beats_the_file(project: Path) -> None:
    (project / "csc-returns.toml").write_text(OPTIONS, encoding="utf-8")
    done = run(project, MISTAKES, "-f", "json", "--select", "8925", "--fail-on", "never", "--local-authority", "301")
    assert done.returncode == 0
    found = json.loads(done.stdout)
    assert {finding["rule"] for finding in found["findings"]} == {"8925"}
    assert found["summary"]["files"][0]["local_authority"] == "301"


def test_the_file_can_be_named_or_left_out(project: Path) -> None:
    (project / "csc-returns.toml").write_text('fail-on = "never"\n', encoding="utf-8")
    (project / "mine.toml").write_text('select = "8873Q"\n', encoding="utf-8")
    assert run(project, MISTAKES).returncode == 0
    left_out = run(project, MISTAKES, "--no-config")
    assert (left_out.returncode, left_out.stderr) == (1, "")
    named = run(project, MISTAKES, "--config", "mine.toml", "-f", "json")
    assert named.stderr == "csc-returns: options from mine.toml\n"
    assert {finding["rule"] for finding in json.loads(named.stdout)["findings"]} == {"8873Q"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('post-codes = "x.csv"\n', "there is no option 'post-codes'; there are previous, postcodes"),
        ('post-codes = "x.csv"\n', "Did you mean postcodes?"),
        ('fail-on = "querys"\n', "fail-on is one of error, query, never, not 'querys'. Did you mean query?"),
        ("local-authority = 204\n", "local-authority is a text in quotes, not 204"),
        ('local-authority = "EO9000012"\n', "Did you mean E09000012?"),
        ("select = [8925]\n", "select is a text in quotes or a list of them, not [8925]"),
        ("ignore = []\n", "ignore is a text in quotes or a list of them, not []"),
        ('select = ["8873X"]\n', "There is no rule '8873X'. Did you mean 8873Q?"),
        ('postcodes = "gone.csv"\n', "postcodes names 'gone.csv', and there is no such file"),
        ("fail-on = never\n", "is not well-formed TOML"),
        ("\xe9 = 1\n", "is not in UTF-8"),
    ],
)
def test_a_wrong_file_of_options_is_one_message(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "csc-returns.toml").write_bytes(text.encode("latin-1"))
    assert words in one_message(run(tmp_path, CLEAN))


def test_the_documented_runs_are_real(tmp_path: Path) -> None:
    text = DOCS.read_text(encoding="utf-8")
    (options,) = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    (tmp_path / "csc-returns.toml").write_text(options, encoding="utf-8")
    (tmp_path / "wrong.toml").write_text('fail_on = "query"\n', encoding="utf-8")
    (tmp_path / "cin_2026.xml").write_bytes(Path(MISTAKES).read_bytes())
    runs = re.findall(r"```console\n\$ csc-returns validate (.*?)\n(.*?)```", text, re.DOTALL)
    assert len(runs) == 2
    for arguments, shown in runs:
        done = run(tmp_path, *arguments.split())
        assert done.stderr + done.stdout == shown


def test_a_named_pyproject_needs_the_section(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.other]\n", encoding="utf-8")
    assert "no section [tool.csc-returns]" in one_message(run(tmp_path, CLEAN, "--config", "pyproject.toml"))
    (tmp_path / "pyproject.toml").write_text('[tool]\ncsc-returns = "x"\n', encoding="utf-8")
    assert "[tool.csc-returns] is no section" in one_message(run(tmp_path, CLEAN))
