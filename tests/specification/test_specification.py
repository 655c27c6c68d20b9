"""The files in schemas/ and their loader, against facts about the national specification."""

import datetime as dt
import itertools
import re

import holidays
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from csc_returns.specification import (
    COLLECTIONS,
    Years,
    bank_holiday_years,
    bank_holidays,
    code_lists,
    local_authorities,
    period_of,
    specification,
    whole_specification,
    year_of,
)
from csc_returns.specification.load import read_yaml
from csc_returns.validation.items import item_failures, schemas

WHOLE = whole_specification("cin")
ALL = [whole_specification(collection) for collection in COLLECTIONS]
YEARS = WHOLE.years
RULE_YEARS = YEARS[YEARS.index("2022-23") :]
ITEMS = [
    pytest.param(table, item, id=f"{whole.collection}-{table.name}.{item.name}")
    for whole in ALL
    for table, item in whole.items()
]
ITEM_RULES = [
    pytest.param(whole.collection, table, item, rule, id=f"{item.name}-{rule.code}-{rule.years.since}")
    for whole in ALL
    for table, item in whole.items()
    for rule in item.rules
]
CODE_LISTS = [(collection, name) for collection in COLLECTIONS for name in code_lists(collection)]
TYPES = {"string", "code", "date", "partial_date", "datetime", "year", "integer", "boolean"}
KINDS = {"blank", "code", "boolean", "date", "number", "pattern", "length"}
KINDS_OF_TYPE = {"code": {"code"}, "boolean": {"boolean"}, "date": {"date"}, "integer": {"number"}}
TOP_KEYS = {
    *("collection", "title", "root", "rows_at", "first_year", "last_year", "variants", "counts", "tables"),
    *("dates", "any_case", "links", "blank_links"),
}
TABLE_KEYS = {
    *("lacking_rule", "file", "rows_when", "rows_when_values", "lists", "derived"),
    *("title", "path", "row_element", "parent", "keys", "number", "repeats", "required", "since", "until", "order"),
    "items",
}
ITEM_KEYS = {
    *("title", "number", "path", "type", "blank", "codes", "pattern", "minimum", "maximum", "lookup", "since", "until"),
    *("rules", "covered", "shared"),
}
RULE_KEYS = {
    *("code", "finds", "title", "detail", "fix", "flagged", "passes", "since", "until", "pattern", "max_length"),
    *("codes_also", "codes_except", "partial_dates"),
}
#: Lists in which some codes are known and their meaning is not.
WITHOUT_LABELS = {"pre_proceedings_outcome": {"A", "B", "C"}, "placement": {"Z11", "Z12", "Z13", "Z14"}}


def codes_of(list_name, year, collection="cin"):
    return {code.code for code in code_lists(collection)[list_name] if year in code.years}


# What is held


def test_years_held():
    assert COLLECTIONS == ("cin", "ssda903")
    assert all(whole.years == YEARS for whole in ALL)
    assert YEARS[0] == "2016-17"
    assert YEARS[-1] == "2026-27"
    assert len(YEARS) == 11


def test_tables_and_items_held():
    assert {name: len(table.items) for name, table in WHOLE.tables.items()} == {
        "Header": 9,
        "ChildIdentifiers": 9,
        "ChildCharacteristics": 1,
        "Disabilities": 1,
        "CINdetails": 7,
        "Assessments": 3,
        "AssessmentFactorsList": 1,
        "CINplanDates": 2,
        "Section47": 4,
        "ChildProtectionPlans": 5,
        "Reviews": 1,
        "PreProceedings": 10,
    }
    assert len(list(WHOLE.items())) == 53


@pytest.mark.parametrize(
    ("year", "tables", "items"),
    [("2016-17", 10, 40), ("2020-21", 10, 40), ("2021-22", 11, 42), ("2025-26", 11, 42), ("2026-27", 12, 52)],
)
def test_tables_and_items_by_year(year, tables, items):
    narrowed = specification("cin", year)
    assert narrowed.year == year
    assert (len(narrowed.tables), len(list(narrowed.items()))) == (tables, items)


@pytest.mark.parametrize("year", YEARS)
def test_tables_in_force(year):
    tables = specification("cin", year).tables
    assert ("CINplanDates" in tables) == (year >= "2021-22")
    assert ("PreProceedings" in tables) == (year >= "2026-27")


@pytest.mark.parametrize("year", YEARS)
def test_sex_replaces_gender(year):
    names = list(specification("cin", year).tables["ChildIdentifiers"].items)
    old, new = ("GenderCurrent", "Sex") if year < "2024-25" else ("Sex", "GenderCurrent")
    assert old in names
    assert new not in names
    assert names.index(old) == names.index("PersonDeathDate") - 1


@pytest.mark.parametrize(
    ("table", "item", "code", "since"),
    [
        ("AssessmentFactorsList", "AssessmentFactors", "18B", "2020-21"),
        ("AssessmentFactorsList", "AssessmentFactors", "19C", "2020-21"),
        ("AssessmentFactorsList", "AssessmentFactors", "24A", "2021-22"),
        ("AssessmentFactorsList", "AssessmentFactors", "18A", "2016-17"),
        ("AssessmentFactorsList", "AssessmentFactors", "19A", "2016-17"),
        ("CINdetails", "ReferralSource", "5D", "2022-23"),
        ("CINdetails", "ReferralSource", "10", "2016-17"),
        ("CINdetails", "ReasonForClosure", "RC9", "2022-23"),
    ],
)
def test_codes_in_force(table, item, code, since):
    for year in YEARS:
        assert (code in specification("cin", year).tables[table].items[item].codes) == (year >= since), year


def test_number_of_codes():
    assert {name: len(codes_of(name, "2026-27")) for name in code_lists("cin")} == {
        "collection_name": 1,
        "source_level": 1,
        "upn_unknown": 7,
        "gender_current": 0,
        "sex": 3,
        "ethnicity": 20,
        "disability": 13,
        "referral_source": 22,
        "primary_need": 10,
        "reason_for_closure": 9,
        "category_of_abuse": 5,
        "assessment_factor": 44,
        "pre_proceedings_outcome": 3,
    }
    assert codes_of("gender_current", "2023-24") == {"0", "1", "2", "9"}


def test_no_such_assessment_factor():
    assert "8A" not in codes_of("assessment_factor", "2025-26")


@pytest.mark.parametrize(("collection", "name"), CODE_LISTS)
def test_code_lists_are_sound(collection, name):
    codes = code_lists(collection)[name]
    assert all(isinstance(code.code, str) and code.code.strip() == code.code != "" for code in codes)
    assert len({code.code for code in codes}) == len(codes)
    assert all(year is None or year in YEARS for code in codes for year in (code.years.since, code.years.until))
    labels = [code.label for code in codes if code.label is not None]
    assert len(set(labels)) == len(labels)
    assert {code.code for code in codes if code.label is None} == WITHOUT_LABELS.get(name, set())


@pytest.mark.parametrize("whole", ALL, ids=COLLECTIONS)
def test_every_code_list_is_used(whole):
    assert {item.code_list for _, item in whole.items() if item.code_list} == set(code_lists(whole.collection))


# Items


@pytest.mark.parametrize(("table", "item"), ITEMS)
def test_items_are_sound(table, item):
    assert item.type in TYPES
    assert item.blank in {"never", "conditional", "allowed"}
    assert (item.type == "code") == (item.code_list is not None)
    assert item.number is None or (len(item.number) == 6 and item.number[0] == "N" and item.number[1:].isdigit())
    assert item.lookup in {None, "local_authorities"}
    assert item.many == (item.element == table.row_element)
    assert item.title
    for kind, code in item.covered:
        assert kind in KINDS
        assert isinstance(code, str)
    assert not {kind for kind, _ in item.covered} & {kind for rule in item.rules for kind in rule.finds}


def test_items_without_national_number():
    assert {item.name for table, item in WHOLE.items() if table.name != "Header" and not item.number} == {
        "AssessmentInternalReviewDate"
    }


def test_national_numbers_are_of_one_item_each():
    numbers = [(item.number, item.name) for _, item in WHOLE.items() if item.number]
    assert len({number for number, _ in numbers}) == len(set(numbers)) == len(numbers) - 1  # DateOfInitialCPC: twice


@pytest.mark.parametrize(
    ("table", "item", "expected"),
    [
        ("Header", "ReferenceDate", {"number": "N00603", "path": ("CollectionDetails", "ReferenceDate")}),
        ("Header", "LEA", {"pattern": "[0-9]{3}", "lookup": "local_authorities", "path": ("Source", "LEA")}),
        ("ChildIdentifiers", "UPN", {"pattern": "[A-Za-z].{12}", "blank": "conditional"}),
        ("ChildIdentifiers", "FormerUPN", {"pattern": None}),
        ("ChildIdentifiers", "LAchildID", {"pattern": None, "blank": "never"}),
        ("CINdetails", "ReferralNFA", {"number": "N00112", "type": "boolean", "blank": "never"}),
        ("ChildProtectionPlans", "NumberOfPreviousCPP", {"type": "integer", "minimum": 0}),
        ("Disabilities", "Disability", {"blank": "conditional", "many": True}),
        ("AssessmentFactorsList", "AssessmentFactors", {"blank": "conditional", "many": True}),
        ("Reviews", "CPPreviewDate", {"blank": "never", "many": True}),
        ("PreProceedings", "LetterInitCPDate", {"number": "N00835", "years": Years("2026-27", None)}),
    ],
)
def test_facts_about_items(table, item, expected):
    actual = WHOLE.tables[table].items[item]
    assert {name: getattr(actual, name) for name in expected} == expected


# Tables


def test_nesting():
    for table in WHOLE.tables.values():
        assert table.path[: len(WHOLE.row_root)] == WHOLE.row_root or table.name == "Header"
        if table.parent is None:
            assert table.path[:-1] == (("Message",) if table.name == "Header" else WHOLE.row_root) or table.repeats
        else:
            parent = WHOLE.tables[table.parent]
            assert table.path[:-1] == parent.path
            assert table.keys[: len(parent.keys)] == parent.keys
    assert {name for name, table in WHOLE.tables.items() if table.required} == {
        *("ChildIdentifiers", "ChildCharacteristics", "CINdetails")
    }


def test_running_numbers():
    assert {name: table.number for name, table in WHOLE.tables.items() if table.number} == {
        "CINdetails": "CINdetailsID",
        "Assessments": "AssessmentID",
        "ChildProtectionPlans": "CPPID",
    }
    assert WHOLE.tables["Reviews"].columns == ["LAchildID", "CINdetailsID", "CPPID", "CPPreviewDate"]
    assert WHOLE.tables["ChildIdentifiers"].columns[0] == "LAchildID"
    assert WHOLE.tables["Header"].keys == ()


def test_element_order():
    assert WHOLE.tables["CINdetails"].order[-4:] == (
        *("Section47", "ReferralNFA", "ChildProtectionPlans", "PreProceedingsandFGDM"),
    )
    assert WHOLE.tables["ChildCharacteristics"].order == ("Ethnicity", "Disabilities")
    assert WHOLE.tables["Header"].order == ("CollectionDetails", "Source")
    assert WHOLE.tables["Assessments"].order[-1] == "FactorsIdentifiedAtAssessment"
    for name, table in WHOLE.tables.items():
        nested = {other.element for other in WHOLE.tables.values() if other.parent == name}
        assert set(table.order) == nested | {item.path[0] for item in table.items.values()}
        assert len(set(table.order)) == len(table.order)


def test_variants_lead_to_elements_of_the_schema():
    elements = {table.element for table in WHOLE.tables.values()} | {item.element for _, item in WHOLE.items()}
    assert set(WHOLE.variants.values()) <= elements
    assert not set(WHOLE.variants) & elements
    assert all(other.lower() == element.lower() for other, element in WHOLE.variants.items())
    assert not {"GenderCurrent", "Sex"} & {*WHOLE.variants, *WHOLE.variants.values()}


def test_table_names_by_name_and_element():
    assert WHOLE.table_names["preproceedingsandfgdm"] == "PreProceedings"
    assert WHOLE.table_names["assessmentfactorslist"] == "AssessmentFactorsList"
    assert WHOLE.table_names["cinplandates"] == "CINplanDates"


# DfE rules that concern one item


def test_item_rules_held():
    assert {(rule.code, item.name, rule.finds) for _, item in WHOLE.items() for rule in item.rules} == {
        ("8500", "LAchildID", ("blank",)),
        ("1570", "LAchildID", ("length",)),
        ("1580", "LAchildID", ("pattern",)),
        ("1560Q", "FormerUPN", ("pattern",)),
        ("4180", "GenderCurrent", ("blank", "code")),
        ("4180", "Sex", ("blank", "code")),
        ("4220", "Ethnicity", ("blank", "code")),
        ("8568", "ReferralNFA", ("blank", "boolean")),
        ("8640", "ReasonForClosure", ("code",)),
        ("8650", "PrimaryNeedCode", ("code",)),
        ("8905", "InitialCategoryOfAbuse", ("blank", "code")),
        ("8910", "LatestCategoryOfAbuse", ("blank", "code")),
        ("8730", "NumberOfPreviousCPP", ("blank", "number")),
        ("8842Q", "CPPreviewDate", ("blank", "date")),
    }


@pytest.mark.parametrize("year", YEARS)
def test_item_rules_in_force(year):
    codes = [rule.code for _, item in specification("cin", year).items() for rule in item.rules]
    assert len(codes) == len(set(codes)) == (0 if year < "2022-23" else 11 if year < "2024-25" else 13)
    assert ({"1570", "1580"} <= set(codes)) == (year >= "2024-25")


@pytest.mark.parametrize(("collection", "table", "item", "rule"), ITEM_RULES)
def test_item_rules_are_sound(collection, table, item, rule):
    kinds = {"blank", "pattern", "length"} | KINDS_OF_TYPE.get(item.type, set())
    assert set(rule.finds) <= kinds
    assert rule.pattern is None or "pattern" in rule.finds
    assert "pattern" not in rule.finds or rule.pattern or item.pattern
    assert not (rule.codes_also or rule.codes_except) or "code" in rule.finds
    assert ("length" in rule.finds) == (rule.max_length is not None)
    assert rule.flagged
    assert rule.passes
    assert all(value is None or isinstance(value, str) for value in (*rule.flagged, *rule.passes))
    assert not set(rule.flagged) & set(rule.passes)
    assert (None in rule.flagged) == ("blank" in rule.finds)
    for text in (rule.title, rule.detail, rule.fix):
        assert text.endswith(".")
        assert "\n" not in text


@pytest.mark.parametrize(("collection", "table", "item", "rule"), ITEM_RULES)
def test_examples_agree_with_the_item(collection, table, item, rule):
    uk = collection == "ssda903"

    def is_date(value):
        if not uk:
            return pl.Series([value]).str.to_date("%Y-%m-%d", strict=False).item() is not None
        if rule.partial_dates:
            parts = value.split("/")
            value = (
                "/".join({"ZZ": "01", "ZZZZ": "2000"}.get(part, part) for part in parts) if parts[-1] != "ZZ" else ""
            )
        return re.fullmatch("[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}", value) and not _fails(
            dt.datetime.strptime, value, "%d/%m/%Y"
        )

    def codes(year):
        listed = codes_of(item.code_list, year, collection) | (set(local_authorities()) if item.lookup else set())
        return (listed | set(rule.codes_also)) - set(rule.codes_except)

    def is_wrong(value, year):
        if value is None:
            return "blank" in rule.finds
        wrong = {
            "blank": lambda: False,
            "pattern": lambda: not pl.Series([value]).str.contains(f"^(?:{rule.pattern or item.pattern})$").item(),
            "length": lambda: len(value) > rule.max_length,
            "code": lambda: value not in codes(year),
            "boolean": lambda: value.lower() not in {"0", "1", "false", "true"},
            "number": lambda: not value.isdigit(),
            "date": lambda: not is_date(value),
        }
        return any(wrong[kind]() for kind in rule.finds)

    for year in RULE_YEARS:
        if year in rule.years:
            assert all(is_wrong(value, year) for value in rule.flagged), year
            assert not any(is_wrong(value, year) for value in rule.passes), year


def _fails(function, *arguments):
    try:
        function(*arguments)
    except ValueError:
        return True
    return False


@pytest.mark.parametrize(("collection", "table", "item", "rule"), ITEM_RULES)
def test_examples_are_flagged_by_the_check(collection, table, item, rule):
    values = [*rule.flagged, *rule.passes]
    if collection == "ssda903":
        assert all(value is None or value == value.upper() for value in values)
    for year in RULE_YEARS:
        if year not in rule.years:
            continue
        schema = schemas(specification(collection, year))[table.name]
        found = item_failures(schema, pl.DataFrame({item.name: pl.Series(values, dtype=pl.String)}))
        rows = found.filter((pl.col("rule") == rule.code) & (pl.col("field") == item.name))["row"].to_list()
        assert sorted(rows) == list(range(len(rule.flagged))), year


def test_item_rule_codes_are_those_of_the_rule_texts():
    for year in RULE_YEARS:
        assert codes_of("reason_for_closure", year) == {f"RC{number}" for number in range(1, 10)}
        assert codes_of("primary_need", year) == {f"N{number}" for number in range(10)}
        assert codes_of("category_of_abuse", year) == {"NEG", "PHY", "SAB", "EMO", "MUL"}
        assert codes_of("ethnicity", year) == {
            *("ABAN", "AIND", "AOTH", "APKN", "BAFR", "BCRB", "BOTH", "CHNE", "MOTH", "MWAS"),
            *("MWBA", "MWBC", "NOBT", "OOTH", "REFU", "WBRI", "WIRI", "WIRT", "WOTH", "WROM"),
        }
        assert codes_of("referral_source", year) == {
            *("1A", "1B", "1C", "1D", "2A", "2B", "3A", "3B", "3C", "3D", "3E", "3F", "4", "5A", "5B", "5C", "5D"),
            *("6", "7", "8", "9", "10"),
        }
        assert codes_of("disability", year) == {
            *("NONE", "MOB", "HAND", "PC", "INC", "COMM", "LD", "HEAR", "VIS", "BEH", "CON", "AUT", "DDA"),
        }


def test_dates_are_covered_by_another_rule_for_the_reference_date_only():
    assert [item.name for _, item in WHOLE.items() if "date" in dict(item.covered)] == ["ReferenceDate"]


def test_nothing_is_covered_before_there_are_rules():
    for year in YEARS:
        covered = {item.name for _, item in specification("cin", year).items() if item.covered}
        if year < "2022-23":
            assert covered == set()
        else:
            assert covered == {
                *("ReferenceDate", "CINreferralDate", "CINPlanStartDate", "CPPstartDate"),
            }


# The files themselves


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_no_unknown_keys(collection):
    raw = read_yaml(collection, "tables.yaml")
    assert set(raw) == TOP_KEYS | ({"header"} if collection == "cin" else set())
    for table in raw["tables"].values():
        assert set(table) <= TABLE_KEYS
        for item in table["items"].values():
            assert set(item) <= ITEM_KEYS
            assert all(set(rule) <= RULE_KEYS for rule in item.get("rules", []))
    for body in read_yaml(collection, "codes.yaml").values():
        assert set(body) == {"title", "codes"}
        assert all(set(code) <= {"code", "label", "since", "until"} for code in body["codes"])


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_years_are_years_held(collection):
    def years(node):
        if isinstance(node, dict):
            for key, value in node.items():
                if key in {"since", "until", "first_year", "last_year"}:
                    yield value
                else:
                    yield from years(value)
        elif isinstance(node, list):
            yield from itertools.chain.from_iterable(map(years, node))

    assert set(years(read_yaml(collection, "tables.yaml"))) <= set(YEARS)
    assert set(years(read_yaml(collection, "codes.yaml"))) <= set(YEARS)


# What is not held


@pytest.mark.parametrize("year", ["2015-16", "2027-28", "2025", "2025-27", "", "2025/26"])
def test_unknown_year(year):
    with pytest.raises(ValueError, match="2016-17 to 2026-27"):
        specification("cin", year)


def test_unknown_collection():
    with pytest.raises(ValueError, match="choose one of cin, ssda903"):
        specification("nothing", "2025-26")
    with pytest.raises(ValueError, match="'CIN'"):
        whole_specification("CIN")


# Years and dates


@pytest.mark.parametrize(
    ("day", "year"),
    [
        (dt.date(2026, 3, 31), "2025-26"),
        (dt.date(2026, 4, 1), "2026-27"),
        (dt.date(2025, 4, 1), "2025-26"),
        (dt.date(2025, 12, 31), "2025-26"),
        (dt.date(2026, 1, 1), "2025-26"),
        (dt.date(2000, 3, 31), "1999-00"),
    ],
)
def test_year_of(day, year):
    assert year_of(day) == year


def test_period_of():
    assert period_of("2025-26") == (dt.date(2025, 4, 1), dt.date(2026, 3, 31))
    assert period_of("1999-00") == (dt.date(1999, 4, 1), dt.date(2000, 3, 31))


@given(st.dates(dt.date(1901, 4, 1), dt.date(2098, 3, 31)))
def test_a_day_lies_in_its_year_and_in_no_other(day):
    first, last = period_of(year_of(day))
    assert first <= day <= last
    assert year_of(first) == year_of(last) == year_of(day)
    assert year_of(first - dt.timedelta(days=1)) < year_of(day) < year_of(last + dt.timedelta(days=1))


def test_years_include_both_ends():
    assert [year for year in YEARS if year in Years("2020-21", "2022-23")] == ["2020-21", "2021-22", "2022-23"]
    assert all(year in Years() for year in YEARS)


# Reference data


@pytest.mark.parametrize("subdivision", ["ENG", "WLS"])
def test_bank_holidays(subdivision):
    expected = holidays.country_holidays("GB", subdiv=subdivision, years=bank_holiday_years())
    assert bank_holidays() == set(expected)


def test_bank_holidays_of_single_years():
    assert bank_holiday_years() == range(2015, 2029)
    assert {dt.date(2020, 5, 8), dt.date(2022, 6, 2), dt.date(2022, 6, 3), dt.date(2022, 9, 19)} <= bank_holidays()
    assert {dt.date(2023, 5, 8), dt.date(2021, 12, 28), dt.date(2027, 12, 28)} <= bank_holidays()
    assert not {dt.date(2020, 5, 4), dt.date(2022, 5, 30), dt.date(2024, 5, 8)} & bank_holidays()
    for year, days in read_yaml("reference", "bank_holidays.yaml").items():
        assert {dt.date.fromisoformat(day).year for day in days} == {year}
        assert days == sorted(days)


def test_local_authorities():
    authorities = local_authorities()
    assert len(authorities) == 158
    assert all(len(code) == 3 and code.isascii() and code.isdigit() for code in authorities)
    assert all(isinstance(name, str) and name for name in authorities.values())
    assert list(authorities) == sorted(authorities)
    assert authorities["201"] == "City of London"
    assert authorities["838"] == authorities["835"] == "Dorset"
    assert {"909", "928", "940", "941", "942", "943"} <= set(authorities)
