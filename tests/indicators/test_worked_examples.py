"""Worked examples of the definitions that are most often got wrong: worked_examples.yaml beside this."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl
import pytest
import yaml
from indicators.small_histories import covered_by

from csc_returns.history import History
from csc_returns.indicators import run

EXAMPLES = yaml.safe_load((Path(__file__).parent / "worked_examples.yaml").read_text(encoding="utf-8"))

CASES = [
    pytest.param(example, case, id=f"{example['name']}, {case.get('set', 'default')}")
    for example in EXAMPLES
    for case in example["expect"]
]


def history_of(example) -> History:
    """The example's rows. Children are letters; the returns are of both collections unless it says otherwise."""
    numbers: dict[str, int] = {}
    rows = {
        frame: [{**row, "child": numbers.setdefault(row["child"], len(numbers))} for row in some]
        for frame, some in example["history"].items()
    }
    known = {row["child"] for row in rows.get("children", [])}
    rows["children"] = [{"la": "301", **row} for row in rows.get("children", [])]
    rows["children"] += [{"child": number, "la": "301"} for number in numbers.values() if number not in known]
    return History.from_rows(rows, covered(example))


def covered(example):
    first, last = example.get("covered", [dt.date(2020, 4, 1), dt.date(2025, 3, 31)])
    return covered_by(["301"], first, last)


@pytest.mark.parametrize(("example", "case"), CASES)
def test_example(example, case):
    name = case.get("indicator", example.get("indicator"))
    measures = run.indicators(
        history_of(example),
        [name],
        year=example.get("year", "2024-25"),
        variants=[f"{name}:{case['set']}"] if "set" in case else (),
        population=example.get("population"),
    )
    wanted = "default" if "set" not in case else measures["variant"][-1]
    assert ("set" not in case) or wanted != "default"
    figures = measures.filter(pl.col("variant") == wanted)
    total = figures.filter(pl.col("breakdown") == "total").row(0, named=True)
    for key in ("numerator", "denominator", "value"):
        if key in case:
            assert total[key] == case[key], key
    if "categories" in case:
        own = figures.filter(pl.col("breakdown") == "destination")
        assert dict(own.select("category", "numerator").rows()) == case["categories"]
    if "note" in case:
        assert case["note"] in total["note"]
    assert set(case) <= {"indicator", "set", "numerator", "denominator", "value", "categories", "note"}


def test_one_return_sees_fewer_re_referrals():
    # The year before is in another return: without it two of the four are not seen, and the note says so.
    example = next(one for one in EXAMPLES if one["name"] == "re-referral boundaries")
    rows = {
        "referrals": [row for row in example["history"]["referrals"] if row["referral_date"] >= dt.date(2024, 4, 1)]
    }
    one_year = {**example, "history": rows, "covered": [dt.date(2024, 4, 1), dt.date(2025, 3, 31)]}
    total = run.indicators(history_of(one_year), ["re-referrals-12m"], year="2024-25", by=[]).row(0, named=True)
    assert (total["numerator"], total["denominator"]) == (2, 7)
    assert "undercounted" in total["note"]
