"""The engine: a rule that fails costs its own findings only, and says so."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

import csc_returns as cr
from csc_returns.specification import Years, specification
from csc_returns.validation.data import ReturnData
from csc_returns.validation.engine import run
from csc_returns.validation.result import Checked, Result
from csc_returns.validation.rule import Rule, rules_in_force

TABLES = {
    "ChildProtectionPlans": pl.DataFrame(
        {"LAchildID": ["A", "A"], "CPPstartDate": ["2025-05-02"] * 2, "CPPendDate": ["2025-05-01"] * 2}
    ),
    "ChildIdentifiers": pl.DataFrame({"LAchildID": ["A"], "PersonDeathDate": ["2025-01-01"]}),
}


def broken(kind: str, function: object) -> Rule:
    return Rule(
        code="9999",
        collection="cin",
        years=Years("2022-23"),
        kind=kind,  # type: ignore[arg-type]
        locates={"ChildProtectionPlans": ("CPPendDate",)},
        reads={},
        title="A broken rule.",
        docstring="",
        theme="test",
        function=function,  # type: ignore[arg-type]
    )


def raises(_: ReturnData) -> pl.Expr:
    raise RuntimeError("secret value")


@pytest.mark.parametrize(
    "rule",
    [
        broken("row", raises),
        broken("row", lambda _: pl.col("NoSuchColumn") == 1),
        broken("row", lambda _: pl.col("CPPendDate").str.to_lowercase() == "x"),
        broken("frame", raises),
        broken("frame", lambda data: data["ChildProtectionPlans"].filter(pl.col("NoSuchColumn"))),
    ],
)
def test_a_crashed_rule_does_not_hide_the_others(rule: Rule) -> None:
    data = ReturnData(TABLES, specification("cin", "2025-26"))
    sound = run(rules_in_force("cin", "2025-26"), data)
    outcome = run([*rules_in_force("cin", "2025-26"), rule], data)
    assert outcome.cells.sort(pl.all()).equals(sound.cells.sort(pl.all()))
    assert {"8925", "8915"} <= set(sound.cells["rule"])
    (crash,) = [entry for entry in outcome.not_run if entry.crashed]
    assert crash.code == "9999"
    assert "secret" not in crash.reason
    assert "9999" not in outcome.ran
    result = Result(cr.check({}, collection="cin", year="2025-26"), [], [Checked("x", not_run=outcome.not_run)])
    assert result.status() == 2
    assert result.status("never") == 2


def test_rules_without_their_table_are_listed_and_leave_the_status_alone() -> None:
    data = ReturnData(TABLES, specification("cin", "2025-26"))
    outcome = run(rules_in_force("cin", "2025-26"), data)
    reasons = {entry.code: entry.reason for entry in outcome.not_run}
    assert reasons["8540"] == "the return has no table Disabilities and no CINdetails"
    assert reasons["100"] == "the return has no table Header"
    assert "8925" not in reasons  # its table is there
    assert "8930" not in reasons  # reads the window, which needs no header
    assert not any(entry.crashed for entry in outcome.not_run)
    assert set(reasons) | set(outcome.ran) == {rule.code for rule in rules_in_force("cin", "2025-26")}


def test_one_finding_per_group_and_cells_in_the_order_of_the_rule() -> None:
    plans = pl.DataFrame({"LAchildID": ["A", "A", "B", "A"], "CPPendDate": [None, None, None, "2025-05-01"]})
    found = cr.check({"ChildProtectionPlans": plans}, collection="cin", year="2025-26", rules=["8935", "8925"])
    assert found.select("finding", "row").rows() == [(0, 0), (0, 1)]


def test_severities_follow_the_code() -> None:
    found = cr.check(TABLES, collection="cin", year="2025-26")
    assert set(found.filter(pl.col("rule").str.ends_with("Q"))["severity"]) <= {"query"}
    assert set(found.filter(pl.col("rule") == "8925")["severity"]) == {"error"}


def test_a_crashed_item_check_does_not_hide_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    from csc_returns.validation import items

    whole = items.item_checks

    def with_a_broken_one(item: object) -> object:
        for code, fault in whole(item):  # type: ignore[arg-type]
            yield code, (pl.col("Sex").str.to_date("%d", strict=True).is_null() if code == "4180" else fault)

    tables = {"ChildIdentifiers": pl.DataFrame({"LAchildID": ["A-1", None], "Sex": ["secret", "M"]})}
    data = ReturnData(tables, specification("cin", "2025-26"))
    rules = rules_in_force("cin", "2025-26")
    sound = run(rules, data)
    monkeypatch.setattr(items, "item_checks", with_a_broken_one)
    items._schemas.cache_clear()
    outcome = run(rules, data)
    monkeypatch.undo()
    items._schemas.cache_clear()
    (crash,) = [entry for entry in outcome.not_run if entry.crashed]
    assert crash.code == "4180"
    assert "secret" not in crash.reason
    assert {"1580", "8500"} <= set(outcome.cells["rule"])
    assert set(outcome.cells["rule"]) == set(sound.cells["rule"]) - {"4180"}


def test_wrong_dates_of_one_row_number_are_findings_of_their_own() -> None:
    tables = {
        "CINdetails": pl.DataFrame({"CINreferralDate": ["1/5/25"], "CINclosureDate": ["x"]}),
        "Section47": pl.DataFrame({"S47ActualStartDate": ["y"]}),
    }
    found = cr.check(tables, collection="cin", year="2025-26", rules=["CSC203"])
    assert found.height == 3
    assert found["finding"].n_unique() == 3


def test_many_crowded_identifiers_stay_within_bounds_and_are_named() -> None:
    ids = pl.DataFrame({"LAchildID": [str(number) for number in range(40)]})
    rows = pl.DataFrame({"CPPstartDate": ["2025-05-01"] * 300})
    found = cr.check({"ChildProtectionPlans": ids.join(rows, how="cross")}, collection="cin", year="2025-26")
    pairs = found.filter(pl.col("rule") == "8940")["finding"].n_unique()
    assert 0 < pairs <= 1_000_000
    assert "CSC301" in found["rule"].to_list()


def test_an_identifier_on_many_rows_of_both_years_stays_within_bounds() -> None:
    rows = 1_500  # three tables of so many rows joined at once would be three thousand million
    uasc = pl.DataFrame({"CHILD": ["N/A"] * rows, "DUC": ["02/05/2025"] * rows})
    tables = {"UASC": uasc, "Header": pl.DataFrame({"CHILD": ["N/A"] * rows, "UASC": ["0"] * rows})}
    before = tables | {"Header": tables["Header"].with_columns(UASC=pl.lit("1"))}
    found = cr.check(tables, collection="ssda903", year="2025-26", previous=before, rules=["205A", "CSC301"])
    assert found["rule"].to_list() == ["CSC301"]
    few = {name: table.head(2) for name, table in tables.items()}
    found = cr.check(few, collection="ssda903", year="2025-26", previous=before, rules=["205A"])
    assert found.group_by("finding").len()["len"].to_list() == [3, 3]


def test_findings_on_one_row_stand_in_the_order_of_last_years_rows() -> None:
    def both(data: ReturnData) -> pl.LazyFrame:
        return data.join("OC3", "OC3_last", on="child").sort("OC3_last", descending=True)

    rule = replace(rules_in_force("ssda903", "2025-26")[0], kind="frame", locates={"OC3": ["DOB"]}, function=both)
    rule = replace(rule, reads={"OC3_last": ["DOB"]})
    rows = {"OC3": pl.DataFrame({"CHILD": ["A"]})}
    before = {"OC3": pl.DataFrame({"CHILD": ["A"] * 3})}
    data = ReturnData(rows, specification("ssda903", "2025-26"), previous=before)
    cells = run([rule], data, own_items=False).cells.filter(table="OC3_last").sort("group")
    assert cells["row"].to_list() == [0, 1, 2]
