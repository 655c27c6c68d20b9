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
    assert csv.stdout == run(CIN, *options).stdout


def test_the_table_names_what_is_lacking():
    result = run(CIN, "-i", "re-referrals-12m", "--set", "clock=previous_closure")
    assert "2025-04-01 to 2026-03-31, clock=previous_closure" in result.stdout
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
