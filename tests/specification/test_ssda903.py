"""The specification of the children looked after return, and the checks of its items."""

import polars as pl
import pytest

from csc_returns.specification import Years, code_lists, local_authorities, specification, whole_specification
from csc_returns.validation.items import item_failures, schemas

WHOLE = whole_specification("ssda903")
YEARS = WHOLE.years
RULE_YEARS = YEARS[YEARS.index("2022-23") :]


def item_of(table, item, year="2025-26"):
    return specification("ssda903", year).tables[table].items[item]


def found(table, item, values, year="2025-26"):
    """Value → codes of the checks that it fails."""
    schema = schemas(specification("ssda903", year))[table]
    failures = item_failures(schema, pl.DataFrame({item: pl.Series(values, dtype=pl.String)}))
    codes = {value: set() for value in values}
    for code, row, field in failures.rows():
        assert field == item
        codes[values[row]].add(code)
    return codes


# What is held


def test_tables_and_items_held():
    assert {name: len(table.items) for name, table in WHOLE.tables.items()} == {
        "Header": 7,
        "Episodes": 13,
        "Reviews": 4,
        "UASC": 4,
        "OC2": 12,
        "OC3": 5,
        "AD1": 8,
        "PlacedAdoption": 5,
        "PrevPerm": 5,
        "Missing": 5,
        "SWEpisodes": 6,
        "DoLo": 4,
    }


@pytest.mark.parametrize(
    ("year", "tables", "items"),
    [("2016-17", 10, 68), ("2022-23", 10, 68), ("2023-24", 11, 74), ("2025-26", 11, 74), ("2026-27", 12, 78)],
)
def test_tables_and_items_by_year(year, tables, items):
    narrowed = specification("ssda903", year)
    assert (len(narrowed.tables), len(list(narrowed.items()))) == (tables, items)


def test_number_of_codes():
    counts = {
        name: [len(codes_in(name, year)) for year in ("2016-17", "2023-24", "2026-27")]
        for name in code_lists("ssda903")
    }
    assert counts == {
        "yes_no": [2, 2, 2],
        "sex": [2, 2, 3],
        "ethnicity": [20, 20, 20],
        "reason_for_new_episode": [6, 6, 6],
        "legal_status": [13, 13, 13],
        "category_of_need": [8, 8, 8],
        "placement": [27, 27, 29],
        "placement_provider": [6, 6, 6],
        "reason_episode_ceased": [20, 22, 22],
        "reason_place_change": [11, 12, 12],
        "review_participation": [8, 8, 8],
        "reason_no_sdq": [5, 5, 5],
        "in_touch": [6, 6, 6],
        "activity": [10, 12, 12],
        "accommodation": [33, 33, 33],
        "number_of_adopters": [2, 2, 2],
        "sex_of_adopters": [5, 5, 5],
        "legal_status_of_adopters": [6, 6, 6],
        "reason_placed_ceased": [4, 4, 4],
        "previous_permanence": [5, 5, 5],
        "authority_of_permanence": [5, 5, 5],
        "missing": [2, 2, 2],
        "reason_social_worker_change": [0, 10, 10],
    }


def codes_in(name, year):
    return {code.code for code in code_lists("ssda903")[name] if year in code.years}


@pytest.mark.parametrize(
    ("table", "item", "code", "years"),
    [
        ("Header", "SEX", "1", Years(None, "2023-24")),
        ("UASC", "SEX", "U", Years("2024-25", None)),
        ("Episodes", "PLACE", "H5", Years(None, "2023-24")),
        ("Episodes", "PLACE", "P2", Years(None, "2023-24")),
        ("Episodes", "PLACE", "K3", Years("2024-25", None)),
        ("Episodes", "PLACE", "Z1", Years(None, "2024-25")),
        ("Episodes", "PLACE", "Z14", Years("2025-26", None)),
        ("Episodes", "REC", "E43", Years(None, "2017-18")),
        ("Episodes", "REC", "E48", Years("2018-19", None)),
        ("Episodes", "REASON_PLACE_CHANGE", "CUSTOD", Years("2018-19", None)),
        ("OC3", "ACTIV", "P3", Years(None, "2020-21")),
        ("OC3", "ACTIV", "F5", Years("2021-22", None)),
    ],
)
def test_codes_in_force(table, item, code, years):
    for year in YEARS:
        assert (code in item_of(table, item, year).codes) == (year in years), year


def test_how_the_return_is_written():
    assert (WHOLE.dates, WHOLE.any_case, WHOLE.blank_links, WHOLE.header) == ("uk", True, False, None)
    assert WHOLE.child_key == "CHILD"
    assert WHOLE.counts == {"children": "Header", "episodes": "Episodes"}
    assert all(item.dates == "uk" for _, item in WHOLE.items())
    assert all(table.keys == ("CHILD",) for table in WHOLE.tables.values())


# CSV and XML


def test_csv_files_and_their_columns():
    assert {name: table.file for name, table in WHOLE.tables.items()} == {
        "Header": "header",
        "Episodes": "episodes",
        "Reviews": "reviews",
        "UASC": "uasc",
        "OC2": "oc2",
        "OC3": "oc3",
        "AD1": "ad1",
        "PlacedAdoption": "placed_for_adoption",
        "PrevPerm": "previous_permanence",
        "Missing": "missing",
        "SWEpisodes": "sw_episodes",
        "DoLo": "DoLo",
    }
    columns = {name: " ".join(table.columns) for name, table in WHOLE.tables.items()}
    assert columns["Header"] == "CHILD SEX DOB ETHNIC UPN MOTHER MC_DOB"
    assert columns["Episodes"] == (
        "CHILD DECOM RNE LS CIN PLACE PLACE_PROVIDER DEC REC REASON_PLACE_CHANGE HOME_POST PL_POST URN"
    )
    assert columns["UASC"] == "CHILD SEX DOB DUC"
    assert columns["AD1"] == "CHILD DOB DATE_INT DATE_MATCH FOSTER_CARE NB_ADOPTR SEX_ADOPTR LS_ADOPTR"
    assert columns["SWEpisodes"] == "CHILD DOB SW_ID SW_DECOM SW_DEC SW_REASON"


def test_tables_that_share_the_header_element():
    header = ("EXPSSDA903", "CHILD", "HEADER")
    sharing = {
        name: (table.rows_when, table.rows_when_values) for name, table in WHOLE.tables.items() if table.path == header
    }
    assert sharing == {
        "Header": (None, ()),
        "UASC": ("UASC", ("1",)),
        "OC3": ("IN_TOUCH", ()),
        "AD1": ("DATE_INT", ()),
    }
    assert {name for name, table in WHOLE.tables.items() if not table.path} == {"SWEpisodes", "DoLo"}
    assert WHOLE.table_names["header"] == "Header"
    assert WHOLE.table_names["placed_for_adoption"] == WHOLE.table_names["ad_placed"] == "PlacedAdoption"


def test_elements_of_the_header_stand_in_its_order():
    tables = WHOLE.tables.values()
    own = [
        item.element
        for table in tables
        if table.path == WHOLE.tables["Header"].path
        for item in table.items.values()
        if not item.shared
    ]
    nested = [table.element for table in tables if table.parent == "Header"]
    order = WHOLE.tables["Header"].order
    assert sorted(order) == sorted([*own, *nested, "UASC"])
    assert order[:6] == ("CHILDID", "UPN", "SEX", "DOB", "ETHNIC", "UASC")
    for name in ("UASC", "OC3", "AD1"):
        part = WHOLE.tables[name].order
        assert part == tuple(element for element in order if element in part)


def test_elements_named_otherwise():
    renamed = {item.name: item.element for _, item in WHOLE.items() if item.element != item.name}
    assert renamed == {"CHILD": "CHILDID", "PLACE": "PL"}
    assert WHOLE.tables["Episodes"].order[4:7] == ("PL", "PL_POST", "HOME_POST")
    assert WHOLE.tables["Reviews"].order == ("REVIEW", "REVIEW_CODE")


def test_shared_items_are_items_of_the_header():
    shared = {(table.name, item.name) for table, item in WHOLE.items() if item.shared}
    assert shared == {
        (table.name, item.name)
        for table, item in WHOLE.items()
        if table.name != "Header" and item.name in {"CHILD", "DOB", "SEX"}
    }
    assert {item for _, item in shared} <= set(WHOLE.tables["Header"].items)


def test_derived_columns():
    assert {
        (name, column.name): (column.type, column.sources)
        for name, table in WHOLE.tables.items()
        for column in table.derived
    } == {
        ("Header", "UASC"): ("string", ("UASC",)),
        ("Episodes", "PL_LA"): ("string", ("postcodes",)),
        ("Episodes", "PL_LOCATION"): ("string", ("postcodes", "local_authority")),
        ("Episodes", "PL_DISTANCE"): ("decimal", ("postcodes",)),
    }


# DfE rules on one item


def test_item_rules_held():
    rules = {}
    for table, item in WHOLE.items():
        for rule in item.rules:
            rules.setdefault(rule.code, set()).add((f"{table.name}.{item.name}", rule.finds))
    blank_code, blank_date, code, date = ("blank", "code"), ("blank", "date"), ("code",), ("date",)
    assert rules == {
        number: {(field, finds)}
        for number, field, finds in [
            ("101", "Header.SEX", blank_code),
            ("102", "Header.DOB", blank_date),
            ("103", "Header.ETHNIC", blank_code),
            ("112", "AD1.DATE_INT", date),
            ("113", "AD1.DATE_MATCH", date),
            ("114", "AD1.FOSTER_CARE", code),
            ("115", "PlacedAdoption.DATE_PLACED", date),
            ("116", "PlacedAdoption.DATE_PLACED_CEASED", date),
            ("120", "PlacedAdoption.REASON_PLACED_CEASED", code),
            ("131", "OC3.IN_TOUCH", blank_code),
            ("132", "OC3.ACTIV", blank_code),
            ("133", "OC3.ACCOM", blank_code),
            ("141", "Episodes.DECOM", date),
            ("143", "Episodes.RNE", code),
            ("144", "Episodes.LS", code),
            ("145", "Episodes.CIN", code),
            ("146", "Episodes.PLACE", code),
            ("147", "Episodes.DEC", date),
            ("149", "Episodes.REC", code),
            ("166", "Reviews.REVIEW", blank_date),
            ("168", "Header.UPN", ("pattern",)),
            ("171", "Header.MC_DOB", date),
            ("175", "AD1.NB_ADOPTR", code),
            ("176", "AD1.SEX_ADOPTR", code),
            ("177", "AD1.LS_ADOPTR", code),
            ("196", "OC2.SDQ_REASON", code),
            ("1004", "Missing.MIS_START", blank_date),
            ("1005", "Missing.MIS_END", date),
            ("1006", "Missing.MISSING", code),
            ("1009", "Episodes.REASON_PLACE_CHANGE", code),
            ("631", "PrevPerm.PREV_PERM", code),
            ("633", "PrevPerm.LA_PERM", code),
            ("700", "DoLo.DOLO_START", blank_date),
            ("701", "DoLo.DOLO_END", date),
            ("SW02STG1", "SWEpisodes.SW_ID", ("blank", "pattern")),
            ("SW04STG1", "SWEpisodes.SW_DECOM", date),
            ("SW05STG1", "SWEpisodes.SW_DEC", date),
        ]
    }


@pytest.mark.parametrize("year", YEARS)
def test_item_rules_in_force(year):
    codes = [rule.code for _, item in specification("ssda903", year).items() for rule in item.rules]
    expected = 0 if year < "2022-23" else 32 if year < "2023-24" else 35 if year < "2026-27" else 37
    assert len(codes) == len(set(codes)) == expected


def words(text):
    return set(text.split())


def _taken(table, item, year, rule_code):
    """The codes that a rule takes: every other value of any list of the collection is flagged by it."""
    values = sorted(
        {code.code for codes in code_lists("ssda903").values() for code in codes} | set(local_authorities())
    )
    failed = found(table, item, values, year)
    assert all(codes <= {rule_code} for codes in failed.values())
    return {value for value, codes in failed.items() if not codes}


@pytest.mark.parametrize("year", RULE_YEARS)
def test_placements_taken(year):
    always = "A3 A4 A5 A6 K1 K2 P1 P3 R1 R2 R3 R5 S1 T0 T1 T2 T3 T4 U1 U2 U3 U4 U5 U6"
    by_year = {
        "2022-23": "H5 P2 Z1",
        "2023-24": "H5 P2 Z1",
        "2024-25": "H5 P2 Z1 K3",
        "2025-26": "K3 Z11 Z12 Z13 Z14",
        "2026-27": "K3 Z11 Z12 Z13 Z14",
    }
    assert _taken("Episodes", "PLACE", year, "146") == words(f"{always} {by_year[year]}")


@pytest.mark.parametrize("year", RULE_YEARS)
def test_accommodation_taken(year):
    assert _taken("OC3", "ACCOM", year, "133") == words(
        "B1 B2 C1 C2 D1 D2 E1 E2 G1 G2 H1 H2 K1 K2 R1 R2 S2 T1 T2 U1 U2 V1 V2 W1 W2 X2 Y1 Y2 Z1 Z2 0"
    )


@pytest.mark.parametrize("year", RULE_YEARS)
def test_activities_and_reasons_taken(year):
    assert _taken("OC3", "ACTIV", year, "132") == words("F1 P1 F2 P2 F4 P4 F5 P5 G4 G5 G6 0")
    assert _taken("Episodes", "REC", year, "149") == words(
        "E11 E12 E2 E3 E4A E4B E13 E41 E45 E46 E47 E48 E5 E6 E7 E8 E9 E14 E15 E16 E17 X1"
    )
    assert _taken("Header", "SEX", year, "101") - {"U"} == ({"1", "2"} if year < "2024-25" else {"M", "F"})


@pytest.mark.parametrize("year", RULE_YEARS)
def test_places_of_earlier_orders_taken(year):
    taken = _taken("PrevPerm", "LA_PERM", year, "633")
    assert len(taken) == 157
    assert {"WAL", "SCO", "NUK", "NIR", "999", "201", "420", "835", "836", "837", "909", "928", "938"} <= taken
    assert not {"838", "839", "940", "941", "942", "943"} & taken


def test_unfinished_dates_are_taken_for_social_workers_only():
    values = ["ZZ/05/2020", "ZZ/ZZ/2020", "05/ZZ/2020", "ZZ/ZZ/ZZZZ", "ZZ/ZZ/ZZ", "30/02/ZZZZ", "ZZ/2020", "01/05/2020"]
    flagged = {"ZZ/ZZ/ZZ", "30/02/ZZZZ", "ZZ/2020"}
    for item, code in (("SW_DECOM", "SW04STG1"), ("SW_DEC", "SW05STG1")):
        assert found("SWEpisodes", item, values) == {value: {code} if value in flagged else set() for value in values}
    assert found("Episodes", "DEC", values) == {value: set() if value == "01/05/2020" else {"147"} for value in values}


@pytest.mark.parametrize(
    "value", [" 01/05/2020", "01/05/2020 ", "01/05/0000", "1/5/20", "01-05-2020", "2020-05-01", "29/02/2021"]
)
def test_what_is_no_date(value):
    assert found("Episodes", "DECOM", [value]) == {value: {"141"}}


def test_what_is_a_date():
    values = ["01/05/2020", "1/5/2020", "1/05/2020", "29/02/2020", "31/12/1999"]
    assert found("Episodes", "DECOM", values) == {value: set() for value in values}


# Our own checks


@pytest.mark.parametrize(
    ("table", "item"), [("Episodes", "DECOM"), ("Episodes", "RNE"), ("Header", "CHILD"), ("Reviews", "DOB")]
)
def test_blank_is_our_own_finding_where_no_dfe_rule_looks(table, item):
    assert found(table, item, [None]) == {None: {"CSC201"}}


def test_blank_child_is_found_in_every_table():
    for table in WHOLE.tables:
        for year in YEARS:
            if table in specification("ssda903", year).tables:
                assert found(table, "CHILD", [None], year) == {None: {"CSC201"}}, (table, year)


def test_a_malformed_urn_is_found_without_a_register():
    values = ["SC12345", "SC123456", "1234567", "XXXXXXX", None]
    assert found("Episodes", "URN", values) == {value: {"CSC206"} if value == "SC12345" else set() for value in values}


def test_faults_that_rules_in_python_report_are_not_reported_twice():
    covered = {
        (f"{table.name}.{item.name}", kind): code for table, item in WHOLE.items() for kind, code in item.covered
    }
    assert covered == {
        ("Episodes.PLACE_PROVIDER", "code"): "178",
        ("Reviews.REVIEW_CODE", "blank"): "167",
        ("Reviews.REVIEW_CODE", "code"): "167",
        ("UASC.DUC", "date"): "104",
        ("OC2.SDQ_SCORE", "number"): "180",
        ("PrevPerm.DATE_PERM", "date"): "632",
        ("SWEpisodes.SW_REASON", "code"): "SW13STG1",
    }
    for year in RULE_YEARS:
        assert found("OC2", "SDQ_SCORE", ["41", "X", "40.0"], year) == {"41": set(), "X": set(), "40.0": set()}


def test_own_checks_take_over_before_there_are_rules():
    year = "2021-22"
    assert found("Header", "SEX", [None, "3", "M", "1"], year) == {
        None: {"CSC201"},
        "3": {"CSC202"},
        "M": {"CSC202"},
        "1": set(),
    }
    assert found("Header", "DOB", ["2012-01-31", "31/01/2012"], year) == {"2012-01-31": {"CSC203"}, "31/01/2012": set()}
    assert found("Header", "UPN", ["UN6", "UN1", None], year) == {"UN6": {"CSC206"}, "UN1": set(), None: set()}
    assert found("Episodes", "URN", ["SC12345", "SC123456", "1234567", "XXXXXXX"], year) == {
        "SC12345": {"CSC206"},
        "SC123456": set(),
        "1234567": set(),
        "XXXXXXX": set(),
    }
    assert found("UASC", "DUC", ["31/02/2022", None], year) == {"31/02/2022": {"CSC203"}, None: set()}
    assert found("OC3", "ACCOM", ["S1", "X1", "Q1"], year) == {"S1": set(), "X1": set(), "Q1": {"CSC202"}}
    assert found("PrevPerm", "LA_PERM", ["838", "WAL", "201", "000"], year) == {
        "838": set(),
        "WAL": set(),
        "201": set(),
        "000": {"CSC202"},
    }
    assert found("PrevPerm", "DATE_PERM", ["ZZ/ZZ/2020", "ZZ/2020"], year) == {
        "ZZ/ZZ/2020": set(),
        "ZZ/2020": {"CSC203"},
    }


def test_smallest_and_largest_number():
    values = ["-1", "0", "40", "41", "+7", "040", "4.0", "9" * 400, "", None]
    flagged = {"-1", "41", "4.0", "9" * 400, ""}
    assert found("OC2", "SDQ_SCORE", values, "2021-22") == {
        value: {"CSC204"} if value in flagged else set() for value in values
    }


def test_nothing_that_rules_on_several_items_decide_is_asked_for():
    """Blanks that rules such as 151, 153, 218, 442, 526 and 630 look at are no findings of our own."""
    for table, items in {
        "Header": "UPN MOTHER MC_DOB",
        "Episodes": "PLACE_PROVIDER DEC REC REASON_PLACE_CHANGE HOME_POST PL_POST URN",
        "OC2": "SDQ_SCORE SDQ_REASON CONVICTED HEALTH_CHECK IMMUNISATIONS TEETH_CHECK HEALTH_ASSESSMENT SUBSTANCE_MISUSE",
        "AD1": "DATE_INT DATE_MATCH FOSTER_CARE NB_ADOPTR SEX_ADOPTR LS_ADOPTR",
        "PlacedAdoption": "DATE_PLACED_CEASED REASON_PLACED_CEASED",
        "PrevPerm": "PREV_PERM LA_PERM DATE_PERM",
        "Missing": "MISSING MIS_END",
        "SWEpisodes": "SW_DECOM SW_DEC SW_REASON",
    }.items():
        for item in items.split():
            assert found(table, item, [None]) == {None: set()}, item
