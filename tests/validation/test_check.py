"""check(): tables of any column types, partial tables, keys, windows."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

import csc_returns as cr


def cells(tables: dict[str, pl.DataFrame], *codes: str, **options: object) -> list[tuple[object, ...]]:
    options.setdefault("year", "2025-26")
    found = cr.check(tables, collection="cin", rules=list(codes), **options)  # type: ignore[arg-type]
    return found.select("rule", "table", "row", "field").rows()


ENDS = pl.DataFrame({"CPPendDate": ["2024-03-31", "2024-04-01", "2023-04-01", "2023-03-31", None]})


def test_typed_columns_are_read_like_text() -> None:
    typed = pl.DataFrame(
        {
            "LAchildID": [1, 2],
            "CINdetailsID": [1.0, 1.0],
            "CINreferralDate": [dt.date(2025, 5, 1), dt.date(2026, 5, 1)],
            "ReferralNFA": [True, None],
        }
    )
    text = pl.DataFrame(
        {
            "LAchildID": ["1", "2"],
            "CINdetailsID": ["1", "1"],
            "CINreferralDate": ["2025-05-01", "2026-05-01"],
            "ReferralNFA": ["true", ""],
        }
    )
    expected = [("8568", "CINdetails", 1, "ReferralNFA"), ("8600", "CINdetails", 1, "CINreferralDate")]
    assert cells({"CINdetails": typed}, "8568", "8600") == expected
    assert cells({"CINdetails": text}, "8568", "8600") == expected


def test_integer_and_text_keys_match_each_other() -> None:
    tables = {
        "CINdetails": pl.DataFrame({"LAchildID": [7], "CINdetailsID": [1], "CINreferralDate": ["2025-05-02"]}),
        "Section47": pl.DataFrame({"LAchildID": ["7"], "CINdetailsID": ["1"], "S47ActualStartDate": ["2025-05-01"]}),
    }
    assert {table for _, table, _, _ in cells(tables, "2889")} == {"CINdetails", "Section47"}


def test_values_and_children_stand_beside_the_cell() -> None:
    table = pl.DataFrame({"LAchildID": ["A"], "CPPstartDate": ["2025-05-02"], "CPPendDate": ["2025-05-01"]})
    found = cr.check({"ChildProtectionPlans": table}, collection="cin", year="2025-26", rules=["8925"])
    assert found.select("field", "value", "child").rows() == [
        ("CPPstartDate", "2025-05-02", "A"),
        ("CPPendDate", "2025-05-01", "A"),
    ]
    assert found["finding"].n_unique() == 1


def test_factors_as_a_list_or_as_one_text() -> None:
    listed = pl.DataFrame({"AssessmentFactors": [["21", "1A"], ["1A", "1A"], [], None]})
    assert [(rule, row) for rule, _, row, _ in cells({"Assessments": listed}, "8869", "8898")] == [
        ("8869", 0),
        ("8898", 1),
    ]
    single = pl.DataFrame({"AssessmentFactors": ["18a", "19A", None]})
    assert [(rule, row) for rule, _, row, _ in cells({"Assessments": single}, "8945Q", "8950Q")] == [
        ("8945Q", 0),
        ("8950Q", 1),
    ]


def test_a_key_column_absent_everywhere_is_one_shared_value() -> None:
    tables = {
        "Assessments": pl.DataFrame({"AssessmentActualStartDate": ["2025-05-01"]}),
        "CINdetails": pl.DataFrame({"CINreferralDate": ["2025-06-01"]}),
    }
    assert [table for _, table, _, _ in cells(tables, "1103")] == ["Assessments", "CINdetails"]


def test_blank_keys_are_equal_and_differ_from_given_ones() -> None:
    tables = {
        "Assessments": pl.DataFrame(
            {"LAchildID": [None, "B"], "AssessmentActualStartDate": ["2025-05-01", "2025-05-01"]}
        ),
        "CINdetails": pl.DataFrame({"LAchildID": [None, "A"], "CINreferralDate": ["2025-06-01", "2025-06-01"]}),
    }
    assert [(table, row) for _, table, row, _ in cells(tables, "1103")] == [("Assessments", 0), ("CINdetails", 0)]


def test_a_missing_table_silences_a_rule_and_an_empty_one_does_not() -> None:
    born = pl.DataFrame({"LAchildID": ["A"], "PersonBirthDate": ["2020-01-01"]})
    episode = pl.DataFrame({"LAchildID": ["A"], "ReferralNFA": ["0"]})
    empty = pl.DataFrame(schema={"LAchildID": pl.String, "Disability": pl.String})
    assert cells({"ChildIdentifiers": born, "CINdetails": episode}, "8540") == []
    assert len(cells({"ChildIdentifiers": born, "CINdetails": episode, "Disabilities": empty}, "8540")) == 2


def test_a_missing_column_is_empty() -> None:
    assert cells({"ChildIdentifiers": pl.DataFrame({"LAchildID": ["A"]})}, "4180") == [
        ("4180", "ChildIdentifiers", 0, "Sex")
    ]


@pytest.mark.parametrize(
    ("options", "flagged"),
    [
        ({"period": (dt.date(2023, 4, 1), dt.date(2024, 3, 31))}, [1, 3]),
        ({"period": (None, dt.date(2024, 3, 31))}, [1, 3]),
        ({"period": (dt.date(2023, 4, 1), None)}, [1, 3]),
        ({"year": "2023-24"}, [1, 3]),
        ({"year": "2025-26"}, [0, 1, 2, 3]),
    ],
)
def test_the_window_follows_from_period_or_year(options: dict[str, object], flagged: list[int]) -> None:
    assert [row for _, _, row, _ in cells({"ChildProtectionPlans": ENDS}, "8930", **options)] == flagged


def test_period_comes_before_the_header_and_the_header_before_the_year() -> None:
    tables = {"ChildProtectionPlans": ENDS, "Header": pl.DataFrame({"ReferenceDate": [None, dt.date(2024, 3, 31)]})}
    assert [row for _, _, row, _ in cells(tables, "8930")] == [1, 3]
    period = (dt.date(2024, 4, 1), dt.date(2025, 3, 31))
    assert [row for _, _, row, _ in cells(tables, "8930", period=period)] == [0, 2, 3]


def test_a_rule_not_in_force_gives_nothing() -> None:
    long = {"ChildIdentifiers": pl.DataFrame({"LAchildID": ["x" * 21]})}
    assert cells(long, "1570", year="2023-24") == []
    assert cells(long, "1570", year="2024-25") == [("1570", "ChildIdentifiers", 0, "LAchildID")]


def test_2026_27_has_the_rules_of_2025_26() -> None:
    from csc_returns.validation.rule import rules_in_force

    assert [rule.code for rule in rules_in_force("cin", "2026-27")] == [
        rule.code for rule in rules_in_force("cin", "2025-26")
    ]
    assert len({rule.code for rule in rules_in_force("cin", "2025-26")}) == 109
    assert len({rule.code for rule in rules_in_force("cin", "2022-23")}) == 105
    assert rules_in_force("cin", "2021-22") == []


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"rules": ["8873"]}, "Did you mean 8873Q?"),
        ({"year": "2040-41"}, "2016-17 to 2026-27"),
        ({"collection": "cinn"}, "cin"),
        ({"tables": {"Assesments": pl.DataFrame()}}, "Did you mean Assessments?"),
    ],
)
def test_what_is_unknown_raises_with_a_suggestion(options: dict[str, object], words: str) -> None:
    arguments = {"tables": {}, "collection": "cin", "year": "2025-26", **options}
    with pytest.raises(ValueError, match=words.replace("?", r"\?")):
        cr.check(**arguments)  # type: ignore[arg-type]


def test_a_table_that_is_no_frame_is_refused() -> None:
    with pytest.raises(TypeError, match="CINdetails"):
        cr.check({"CINdetails": [1]}, collection="cin", year="2025-26")  # type: ignore[dict-item]


def test_no_tables_no_findings() -> None:
    found = cr.check({}, collection="cin", year="2025-26")
    assert found.is_empty()
    assert found.columns[:7] == ["rule", "severity", "finding", "table", "row", "field", "value"]


def test_an_identifier_on_every_row_does_not_fill_the_memory() -> None:
    rows = 20_000
    table = pl.DataFrame({"CINdetailsID": [str(at) for at in range(rows)]}).with_columns(
        LAchildID=pl.lit("0"), CINreferralDate=pl.lit("2025-05-01"), ReferralNFA=pl.lit("0")
    )
    assert cells({"CINdetails": table}, "8820") == []
    assert len(cells({"CINdetails": table.head(3)}, "8820")) == 3 * 2 * 3


def test_own_findings_give_way_to_the_rule_that_says_the_same() -> None:
    table = pl.DataFrame({"CINreferralDate": ["2025-05-01", "2012-05-01", None], "ReferralSource": ["ZZ", "ZZ", None]})
    found = cr.check({"CINdetails": table}, collection="cin", year="2025-26")
    source = found.filter(pl.col("field") == "ReferralSource").select("rule", "row").rows()
    assert source == [("8866", 0), ("CSC201", 2), ("CSC202", 1)]


def test_working_days_without_bank_holidays_are_said() -> None:
    def codes(year: int) -> list[str]:
        header = pl.DataFrame({"ReferenceDate": [f"{year}-03-31"], "Year": [str(year)]})
        return cr.check({"Header": header}, collection="cin", year="2025-26")["rule"].to_list()

    assert "CSC302" in codes(2029)
    assert "CSC302" not in codes(2028)
    assert "CSC302" not in codes(2016)
    assert "CSC302" in codes(2015)


def test_column_names_in_any_case_and_tables_given_twice() -> None:
    ends = pl.DataFrame({"cppenddate": ["2023-03-31"]})
    assert cells({"childprotectionplans": ends}, "8930") == [("8930", "ChildProtectionPlans", 0, "CPPendDate")]
    with pytest.raises(ValueError, match="twice"):
        cells({"childprotectionplans": ends, "ChildProtectionPlans": ends}, "8930")
    with pytest.raises(ValueError, match="twice"):
        cells({"ChildProtectionPlans": ends.with_columns(CPPendDate=pl.lit("2023-03-31"))}, "8930")


def test_a_period_must_be_dates_in_order() -> None:
    with pytest.raises(TypeError, match="datetime"):
        cells({}, "8930", period=("2025-04-01", None))
    with pytest.raises(TypeError, match="datetime"):
        cells({}, "8930", period=(dt.datetime(2025, 4, 1), None))
    with pytest.raises(TypeError, match="datetime"):
        cells({}, "8930", period=(dt.date(2025, 4, 1),))
    with pytest.raises(ValueError, match="before it starts"):
        cells({}, "8930", period=(dt.date(2025, 4, 1), dt.date(2025, 3, 31)))


def test_decimal_counts_are_whole_numbers() -> None:
    from decimal import Decimal

    counts = pl.DataFrame({"NumberOfPreviousCPP": [Decimal("1.00"), Decimal("1.50")]})
    assert [row for _, _, row, _ in cells({"ChildProtectionPlans": counts}, "8730")] == [1]


def test_a_sender_or_reference_data_of_the_wrong_type_is_refused() -> None:
    with pytest.raises(TypeError, match="local_authority is text"):
        cr.check({}, collection="ssda903", year="2025-26", local_authority=301)
    with pytest.raises(TypeError, match="providers is a NoneType"):
        cr.check({}, collection="ssda903", year="2025-26", reference={"providers": None})
    with pytest.raises(ValueError, match="no reference data 'registers'"):
        cr.check({}, collection="ssda903", year="2025-26", reference={"registers": pl.DataFrame()})


def test_flags_may_be_true_and_false_where_a_return_writes_1_and_0() -> None:
    tables = {"OC2": pl.DataFrame({"CHILD": ["A", "B"], "IMMUNISATIONS": [True, False]})}
    assert cr.check(tables, collection="ssda903", year="2025-26", rules=["181"]).is_empty()
