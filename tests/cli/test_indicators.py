"""csc-returns indicators, end to end."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from csc_returns.cli import app
from csc_returns.indicators.engine import MEASURES

SAMPLES = Path(__file__).parents[2] / "sample_returns"
CIN = str(SAMPLES / "cin_2025-26_clean.xml")
CARE = str(SAMPLES / "ssda903" / "clean_2025-26")


def run(*arguments: str):
    return CliRunner().invoke(app, ["indicators", *arguments])


def test_figures_as_csv():
    result = run(CIN, CARE, "-i", "re-referrals-12m,cla-family-network", "--by", "all", "-f", "csv")
    assert result.exit_code == 0, result.output
    frame = pl.read_csv(result.stdout.encode(), infer_schema=False)
    assert frame.columns == MEASURES.names()
    assert set(frame["indicator"]) == {"re-referrals-12m", "cla-family-network"}
    assert {"total", "sex", "age_band"} <= set(frame["breakdown"])
    assert set(frame["la_code"]) == {"301"}


def test_both_ways_of_sending_give_the_same_figures():
    options = ("-i", "re-referrals-12m", "--by", "all", "-f", "csv")
    csv = run(str(SAMPLES / "cin_2025-26_clean_csv"), *options)
    assert (csv.exit_code, csv.stdout.count("re-referrals-12m,") > 1) == (0, True)
    assert csv.stdout == run(CIN, *options).stdout


def test_the_table_names_what_is_lacking():
    result = run(CIN, "-i", "re-referrals-12m", "--set", "clock=previous_closure")
    lines = result.stdout.splitlines()
    assert lines[0] == "301 Barking and Dagenham, 2025-04-01 to 2026-03-31"
    assert lines[1].split() == ["Numerator", "Denominator", "Value"]
    assert [line.split()[0] for line in lines if line[:3].strip() and line[0] == " " and line.endswith("%")] == [
        "default",
        "clock=previous_closure",
    ]
    assert "undercounted" in " ".join(result.stdout.split())


def test_json_has_numbers_and_markers():
    rows = json.loads(run(CIN, CARE, "-i", "cla-rate-31-march,cpp-deescalation-sustained", "-f", "json").stdout)
    assert rows[0]["value"] == "x"
    assert isinstance(rows[0]["numerator"], int)
    assert rows[1]["value"] == "z"


def test_parquet_and_the_children_behind_a_numerator(tmp_path):
    figures, names = tmp_path / "f.parquet", tmp_path / "c.csv"
    result = run(CARE, "-i", "cla-rate-31-march", "-f", "parquet", "-o", str(figures), "--children", str(names))
    assert result.exit_code == 0, result.output
    assert pl.read_parquet(figures).schema == MEASURES
    children = pl.read_csv(names)
    assert children.height == pl.read_parquet(figures)["numerator"][0]


def test_the_list_says_what_is_needed_and_lacking():
    text = " ".join(run("--list", CIN).stdout.split())
    assert "cla-rate-31-march: Rate of children looked after on 31 March" in text
    assert "lacks: not computed: no children looked after return" in text
    assert "finance returns" in text
    assert run("--list").exit_code == 0


def test_published_figures_hide_small_numbers():
    result = run(CIN, "-i", "re-referrals-12m", "--publish", "-f", "csv")
    row = pl.read_csv(result.stdout.encode(), infer_schema=False).row(0, named=True)
    assert (row["numerator"], row["value"]) == ("c", "c")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "Name the returns"),
        ((CIN, "-i", "re-referals-12m"), "re-referrals-12m"),
        ((CIN, "--publish", "--children", "x.csv"), "contradict"),
        ((CIN, "-f", "parquet"), "--output-file"),
        ((CIN, "--population", "nothing.csv"), "cannot be read"),
        ((str(SAMPLES / "README.md"),), "nothing can be computed"),
        ((CIN, "--year", "2025"), "2025-26"),
        ((CIN, "--year", "2011-12"), "they are of 2025-26"),
        ((CIN, "--as-at", "2025-12-31", "--year", "2025-26"), "contradict"),
        ((CIN, "--as-at", "31.12.2025"), "is no day"),
        ((CIN, "--as-at", "2027-12-31"), "No return of 2027-28 is among the inputs"),
        ((CIN, "--as-at", "0001-01-01"), "No return tells of"),
        ((CIN, "--population", "-5"), "whole number above zero"),
        ((CIN, "--by", "colour"), "no breakdown"),
        ((CIN, "-i", "re-referrals-12m", "--by", "legal_status_group"), "there are age_band"),
        ((CIN, "-i", "re-referrals-12m", "--set", "clok=previous_closure"), "Did you mean clock?"),
        ((CIN, "-i", "re-referrals-12m", "--set", "clock"), "NAME=VALUE"),
        ((CIN, "-i", "xyz-*"), "No indicator's name is like"),
        (("--list", "-f", "parquet", "-o", "x.parquet"), "table, csv and json"),
        ((f"881={CIN}",), "of 301, not of 881"),
        ((f"999={CIN}",), "no local authority '999'"),
        ((CIN, "--children", "x.csv", "-o", "x.csv"), "name the same file"),
        ((CIN, "--children", "-"), "mixed with the figures"),
        ((CIN, "--contradictions", "-"), "mixed with the figures"),
        ((CIN, "--list", "--children", "x.csv"), "--list computes nothing"),
        ((CIN, "-i", ""), "at least one id"),
        ((CIN, "--year", ""), "no collection year"),
        ((CIN, "--as-at", ""), "is no day"),
        ((CIN, "--children", "no such folder/x.csv"), "no such folder/x.csv cannot be written"),
        ((CIN, "--list", "-i", "re-referals-12m"), "Did you mean re-referrals-12m?"),
        ((CIN, "-i", "referrals-rate", "--set", "RE-REFERRALS-12M:clock=previous_closure"), "not among the indicators"),
    ],
)
def test_what_cannot_be_done_is_said_with_status_2(arguments, words):
    result = run(*arguments)
    assert result.exit_code == 2
    assert words in result.stderr


def test_a_return_that_breaks_off_is_said_beside_its_figures_and_by_the_status(tmp_path):
    whole = Path(CIN).read_bytes()
    cut = tmp_path / "cin_2025-26.xml"
    cut.write_bytes(whole[: whole.rindex(b"<Child>") + 40])
    result = run(str(cut), "-i", "re-referrals-12m,cin-rate-31-march", "-f", "csv")
    assert result.exit_code == 2
    figures = pl.read_csv(result.stdout.encode(), infer_schema=False)
    assert figures.height == 2
    words = "only a part of the children in need census of 2025-04-01 to 2026-03-31 could be read"
    assert [note.count(words) for note in figures["note"]] == [1, 1]
    assert all(int(number) > 0 for number in figures["numerator"])


def test_a_table_that_breaks_off_is_said_beside_the_figures(tmp_path):
    for file in Path(CARE).iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    episodes = tmp_path / "episodes.csv"
    episodes.write_bytes(episodes.read_bytes() + b'"12')
    result = run(str(tmp_path), CIN, "-i", "cla-family-network,re-referrals-12m", "-f", "csv", "--year", "2025-26")
    assert result.exit_code == 2
    notes = dict(pl.read_csv(result.stdout.encode(), infer_schema=False).select("indicator", "note").unique().rows())
    assert "only a part of the children looked after return" in notes["cla-family-network"]
    assert "only a part" not in (notes["re-referrals-12m"] or "")


def test_the_list_of_a_return_that_breaks_off_says_so_by_the_status(tmp_path):
    cut = tmp_path / "cin_2025-26.xml"
    cut.write_bytes(Path(CIN).read_bytes()[:-400])
    assert run("--list", CIN).exit_code == 0
    result = run("--list", str(cut))
    assert result.exit_code == 2
    assert "re-referrals-12m" in result.stdout


def test_no_file_that_is_read_is_written_over(tmp_path):
    people = tmp_path / "people.csv"
    people.write_text("la_code,population\n301,60000\n", encoding="utf-8")
    for option in ("-o", "--children", "--contradictions"):
        result = run(CIN, "-i", "referrals-rate", "--population", str(people), option, str(people))
        assert result.exit_code == 2
        assert f"{people} is a file of the input" in result.stderr
    assert people.read_text(encoding="utf-8") == "la_code,population\n301,60000\n"


def test_capitals_of_an_id_count_for_nothing_in_a_variant_too():
    one = ("-i", "RE-REFERRALS-12M", "-f", "csv", "--set")
    small = run(CIN, *one, "re-referrals-12m:clock=previous_closure")
    assert small.exit_code == 0
    assert run(CIN, *one, "Re-Referrals-12m:clock=previous_closure").stdout == small.stdout


def test_the_list_has_what_is_not_computed_by_name():
    for text, there in (
        ("spend-per-child", {"spend-per-child"}),
        ("spend*,re-ref*", {"spend-per-child", "re-referrals-12m"}),
    ):
        rows = json.loads(run("--list", "-i", text, "-f", "json").stdout)
        assert {row["id"] for row in rows} >= there
        assert all(row["id"].startswith(("spend", "re-ref")) for row in rows)


def test_the_list_knows_of_a_local_list(tmp_path):
    file = tmp_path / "list.csv"
    file.write_text(
        "child_id,dob_or_expected_dob,started,ended,outcome\nA1001,2014-09-21,2025-05-01,,\n", encoding="utf-8"
    )
    one = ("--list", CIN, "-i", "pre-proceedings-children", "-f", "json")
    assert json.loads(run(*one).stdout)[0]["lacks"].startswith("not computed: collected from 2026-27")
    assert json.loads(run(*one, "--pre-proceedings", str(file)).stdout)[0]["lacks"] == "from the local list"


def test_without_a_return_the_return_is_what_lacks():
    rows = {row["id"]: row["lacks"] for row in json.loads(run("--list", CIN, "-f", "json").stdout)}
    assert rows["cla-convictions"] == "not computed: no children looked after return from 2025-04-01 to 2026-03-31"


@pytest.mark.parametrize("width", [80, 140])
def test_the_table_fits_the_screen(width, monkeypatch):
    monkeypatch.setenv("COLUMNS", str(width))
    result = run(CIN, CARE, "--by", "all", "--set", "cla-family-network:family_network=kinship_foster")
    lines = result.stdout.splitlines()
    assert max(map(len, lines)) <= width
    assert any(line.startswith("cla-family-network") for line in lines)
    assert any(line.startswith("    placement: U1") for line in lines)


def test_what_some_rows_alone_lack_is_told_apart():
    result = run(CIN, "-i", "cin-rate-31-march", "--by", "sex", "--population", "60,000")
    assert "Note: for some of these: no population of this category: count only" in result.stdout


def test_a_table_of_several_periods_and_authorities_names_them(tmp_path):
    other = tmp_path / "other.xml"
    other.write_text(
        Path(CIN).read_text(encoding="utf-8").replace("<LEA>301</LEA>", "<LEA>302</LEA>"), encoding="utf-8"
    )
    result = run(CIN, str(other), "-i", "referrals-rate", "--period", "quarter")
    figures = [line.strip() for line in result.stdout.splitlines() if line.startswith("  2025-04-01 to 2025-06-30")]
    assert [line.split(", ")[1].split()[0] for line in figures] == ["301", "302"]


def two_years(folder: Path) -> tuple[str, str]:
    """A census, and the one of the year before: a child's date of birth was another, and a case was open under another name."""
    now = Path(CIN).read_text(encoding="utf-8")
    text = now.replace("<Year>2026", "<Year>2025").replace("2026-03-31</ReferenceDate>", "2025-03-31</ReferenceDate>")
    begin, end = text.index("<Child>"), text.index("</Child>") + len("</Child>")
    other = text[begin:end].replace("A1001", "A0999").replace("2025-05-12</CINref", "2024-11-05</CINref")
    text = text.replace("2014-09-21</PersonBirthDate>", "2014-09-22</PersonBirthDate>", 1)
    before = folder / "before.xml"
    before.write_text(text[:end] + other + text[end:], encoding="utf-8")
    return CIN, str(before)


def test_what_two_returns_say_differently_is_counted_and_can_be_listed(tmp_path):
    file = tmp_path / "contradictions.csv"
    result = run(*two_years(tmp_path), "-i", "referrals-rate", "--contradictions", str(file))
    assert result.exit_code == 0, result.output
    assert "1 value contradicts an earlier return (1 children.birth_date)" in result.stderr
    assert "not in the next one (1 referrals)" in result.stderr
    listed = pl.read_csv(file, infer_schema=False)
    assert sorted(listed.select("child_id", "frame", "item").rows()) == [
        ("A0999", "referrals", "closure_date"),
        ("A1001", "children", "birth_date"),
    ]
    assert {"la", "child_id", "frame", "item", "earlier", "later", "earlier_path", "later_path"} <= set(listed.columns)
    # Nothing of a child is in what is said without being asked for.
    assert not any(child in result.stderr for child in listed["child_id"])


def test_two_returns_of_one_year_are_named(tmp_path):
    again = tmp_path / "again.xml"
    again.write_bytes(Path(CIN).read_bytes())
    result = run(CIN, str(again), "-i", "referrals-rate", "-f", "csv")
    assert "are returns of the same year 2025-26" in result.stderr
    assert result.stdout == run(CIN, "-i", "referrals-rate", "-f", "csv").stdout


def test_what_no_file_tells_is_no_zero():
    """Without postcodes nobody is known to be far from home: that is not 0 %."""
    result = run(CIN, CARE, "-i", "cla-over-20-miles,cla-placed-outside-la,cla-average-distance", "-f", "csv")
    figures = pl.read_csv(result.stdout.encode(), infer_schema=False)
    assert figures["value"].to_list() == ["x", "x", "x"]
    assert figures["note"].str.starts_with("not computed: the returns do not tell").all()
    table = run(CIN, CARE, "-i", "cla-over-20-miles").stdout
    assert "x: not available" in table


def test_a_path_can_name_the_authority_of_its_return():
    number = ("-i", "cla-number-31-march", "-f", "csv")
    two = run(f"881={CARE}", f"E09000003={CARE}", *number)
    figures = pl.read_csv(two.stdout.encode(), infer_schema=False)
    assert figures["la_code"].to_list() == ["302", "881"]
    assert figures["numerator"].n_unique() == 1
    assert two.stderr == ""


def test_returns_that_do_not_say_whose_they_are_are_named_where_it_matters():
    assert run(CARE, "-i", "cla-number-31-march").stderr == ""
    beside = run(CIN, CARE, "-i", "cla-number-31-march")
    assert f"{CARE} does not say whose returns they are: taken as those of authority 301" in beside.stderr
    assert "whose" not in run(CIN, f"301={CARE}", "-i", "cla-number-31-march").stderr


def test_a_profile_shows_its_breakdowns_without_being_asked():
    result = run(CARE, "-i", "cla-demographic-profile", "-f", "csv")
    assert {"age_band", "sex"} <= set(pl.read_csv(result.stdout.encode(), infer_schema=False)["breakdown"])


def test_a_pattern_names_several_and_the_default_is_shown_once():
    result = run(CIN, CARE, "-i", "re-ref*", "--set", "clock=previous_referral", "-f", "csv")
    figures = pl.read_csv(result.stdout.encode(), infer_schema=False)
    assert figures["indicator"].to_list() == ["re-referrals-12m"]


def test_the_name_of_the_file_says_its_form(tmp_path):
    for name, begin in (("a.csv", b"indicator,variant"), ("a.json", b"["), ("a.parquet", b"PAR1"), ("a.txt", b"301 ")):
        file = tmp_path / name
        assert run(CIN, "-i", "re-referrals-12m", "-o", str(file)).exit_code == 0
        assert file.read_bytes().startswith(begin), name


def test_the_list_is_of_what_is_asked_for():
    rows = json.loads(run("--list", "-i", "re-ref*", "-f", "json").stdout)
    assert [row["id"] for row in rows] == ["re-referrals-12m"]
    assert "12 months before" in rows[0]["needs"]
    listed = pl.read_csv(run("--list", "-f", "csv").stdout.encode(), infer_schema=False)
    assert listed.columns == ["id", "name", "unit", "needs", "lacks"]
    assert listed.filter(pl.col("id") == "cin-rate-31-march")["needs"].item().endswith("(--population)")


def test_the_list_of_children_tells_who_is_in_the_numerator(tmp_path):
    file = tmp_path / "children.csv"
    every_rule = str(SAMPLES / "cin_2025-26_every_rule.xml")
    result = run(every_rule, "-i", "cpp-deescalation-destination", "--children", str(file), "-f", "csv")
    total = pl.read_csv(result.stdout.encode(), infer_schema=False).row(0, named=True)
    children = pl.read_csv(file)
    assert children.height == int(total["denominator"])
    assert children["in_numerator"].sum() == int(total["numerator"])


POPULATIONS = {
    "plain": "la_code,population\n301,66000\n",
    "of the ONS": '\ufeffArea code,Area name,Population estimate\nE09000002,Barking,"66,000"\nE92000001,England,\n',
    "of Excel": "LA_code;Population\n301;66000.0\n;\n",
    "with parts": "la_code,breakdown,category,population\n301,,,66000\n301,sex,male,33000\n",
}


@pytest.mark.parametrize("text", POPULATIONS.values(), ids=POPULATIONS.keys())
def test_population_files_as_people_have_them(tmp_path, text):
    file = tmp_path / "people.csv"
    file.write_text(text, encoding="utf-8")
    result = run(CIN, "-i", "cin-rate-31-march", "--by", "sex", "--population", str(file), "-f", "csv")
    figures = pl.read_csv(result.stdout.encode(), infer_schema=False)
    assert figures["denominator"][0] == "66000"
    male = figures.filter(pl.col("category") == "male")["denominator"].item()
    assert (male or "") == ("33000" if "male" in text else "")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("la_code,people\n301,5\n", "it has la_code, people"),
        ("la_code,population\n301,many\n", "row 2 has 'many' as population"),
        ("la_code,population\n301,\n", "row 2 has nothing as population"),
        ("la_code,population\n301,-5\n", "row 2 has '-5' as population"),
        ("la_code,population\n301,5\n301,6\n", "two rows"),
        ("la_code,population\n302,5\n", "has no row of 301"),
        ("la_code,population,breakdown,category\n301,5,sex,Male\n", "no category 'Male'"),
        ("la_code,population,breakdown,category\n301,5,gender,male\n", "no breakdown 'gender'"),
        ("", "cannot be read"),
    ],
)
def test_a_population_that_cannot_be_used_is_refused_with_file_and_reason(tmp_path, text, words):
    file = tmp_path / "people.csv"
    file.write_text(text, encoding="utf-8")
    result = run(CIN, "-i", "cin-rate-31-march", "--population", str(file))
    assert result.exit_code == 2
    assert words in result.stderr
    assert str(file) in result.stderr


def test_a_path_given_twice_is_read_once():
    result = run(CIN, CIN, "-i", "referrals-rate", "-f", "csv")
    assert result.stderr == ""
    assert result.stdout == run(CIN, "-i", "referrals-rate", "-f", "csv").stdout
