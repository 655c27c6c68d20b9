"""The same event in several returns: what counts as the same, what a contradiction is, and what is left out."""

from __future__ import annotations

import datetime as dt
import itertools

import polars as pl
import pytest
from support.small_returns import census, looked_after

from csc_returns.extracts.returns import NESTED_CHILD
from csc_returns.history import build_history

D = dt.date
KEY = {"LAchildID": "A", "CINdetailsID": 1}


def episode(child, start, rne, status, placement, end=None, reason=None):
    names = ("CHILD", "DECOM", "RNE", "LS", "PLACE", "DEC", "REC")
    return dict(zip(names, (child, start, rne, status, placement, end, reason), strict=True))


def case(child, start, closed=None, number=1, **more):
    return {"LAchildID": child, "CINdetailsID": number, "CINreferralDate": start, "CINclosureDate": closed} | more


def reasons(history):
    return history.left_out.select("frame", "row", "reason").rows()


def found(history):
    return history.contradictions.select("frame", "item", "earlier", "later").rows()


# -- which rows are the same event -------------------------------------------------------------------------------------


def test_of_several_episodes_of_one_day_the_one_that_goes_on_is_the_one_told_of_again():
    first = looked_after(
        "2023-24",
        Episodes=[
            episode("A", "01/01/2024", "S", "C1", "U6", "01/03/2024", "X1"),
            episode("A", "01/03/2024", "L", "C2", "U6", "01/03/2024", "X1"),
            episode("A", "01/03/2024", "P", "C2", "U4"),
        ],
    )
    second = looked_after("2024-25", Episodes=[episode("A", "01/03/2024", "P", "C2", "U4", "01/06/2024", "E4A")])
    for order in itertools.permutations([first, second]):
        history = build_history(order)
        assert history.frames["episodes"].sort("start_date", "end_date").select("placement", "end_date").rows() == [
            ("U6", D(2024, 3, 1)),
            ("U6", D(2024, 3, 1)),
            ("U4", D(2024, 6, 1)),
        ]
        assert history.periods_of_care.select("end_date").rows() == [(D(2024, 6, 1),)]
        assert found(history) == []


def test_of_two_referrals_of_one_day_the_open_one_goes_on():
    first = census("2023-24", CINdetails=[case("A", "2024-02-01", "2024-03-01"), case("A", "2024-02-01", number=2)])
    second = census("2024-25", CINdetails=[case("A", "2024-02-01", "2024-08-01", number=7)])
    history = build_history([second, first])
    assert sorted(history.frames["referrals"]["closure_date"]) == [D(2024, 3, 1), D(2024, 8, 1)]
    assert found(history) == []


def test_an_episode_of_a_crowded_day_is_one_event_in_three_returns_though_its_status_was_corrected():
    later = [episode("A", "01/03/2024", "P", "C2", "U4")]
    first = looked_after("2023-24", Episodes=[episode("A", "01/03/2024", "S", "C1", "U6", "01/03/2024", "X1"), *later])
    corrected = [episode("A", "01/03/2024", "P", "D1", "U4", "01/06/2025", "E4A")]
    returns = [first, looked_after("2024-25", Episodes=later), looked_after("2025-26", Episodes=corrected)]
    for order in itertools.permutations(returns):
        history = build_history(order)
        assert sorted(history.frames["episodes"]["end_date"]) == [D(2024, 3, 1), D(2025, 6, 1)]
        assert found(history) == [("episodes", "legal_status", "C2", "D1")]


@pytest.mark.parametrize("earlier", ["2024-03-20", "2024-13-20"], ids=["corrected", "was not readable"])
def test_what_hangs_on_a_referral_is_one_event_though_the_date_of_the_referral_was_corrected(earlier):
    def with_more(year, start):
        dated = KEY | {"AssessmentID": 1, "AssessmentActualStartDate": "2024-03-21"}
        enquiry = KEY | {"S47ActualStartDate": "2024-03-22"}
        plan = KEY | {"CINPlanStartDate": "2024-03-25", "CINPlanEndDate": "2024-03-30"}
        return census(
            year, CINdetails=[case("A", start)], Assessments=[dated], Section47=[enquiry], CINplanDates=[plan]
        )

    history = build_history([with_more("2023-24", earlier), with_more("2024-25", "2024-03-19")])
    number = history.frames["referrals"].filter(pl.col("referral_date") == D(2024, 3, 19))["referral"].to_list()
    for name in ("assessments", "enquiries", "cin_plans"):
        assert history.frames[name]["referral"].to_list() == number, name


def test_rows_without_a_date_are_the_same_only_under_the_same_referral():
    def undated(year, start):
        return census(year, CINdetails=[case("A", start, start)], Assessments=[KEY | {"AssessmentID": 1}])

    history = build_history([undated("2023-24", "2024-02-01"), undated("2024-25", "2024-09-01")])
    assert history.frames["assessments"].height == 2


@pytest.mark.parametrize(
    ("second_case", "referrals", "named"),
    [
        # Which of the two cannot be told.
        ("2024-06-01", [None], [("assessments", 0, "it belongs to one of several, and which cannot be told")]),
        ("2024-05-01", [0], []),
    ],
    ids=["another referral: it is counted once", "the same referral twice: it hangs on the first"],
)
def test_a_row_of_a_number_that_stands_twice(second_case, referrals, named):
    sent = census(
        "2024-25",
        CINdetails=[case("A", "2024-05-01"), case("A", second_case)],
        Assessments=[KEY | {"AssessmentID": 1, "AssessmentActualStartDate": "2024-06-02"}],
    )
    history = build_history([sent])
    assert history.frames["assessments"]["referral"].to_list() == referrals
    assert [one for one in reasons(history) if one[0] == "assessments"] == named


# -- what the later return says, and does not say ----------------------------------------------------------------------


def test_what_the_later_file_has_no_item_for_stays_as_it_was_said():
    first = census("2023-24", CINdetails=[case("A", "2024-02-01", "2024-03-01", ReferralNFA="1")])
    bare = census("2024-25", CINdetails=[KEY | {"CINreferralDate": "2024-02-01"}])
    history = build_history([bare, first])
    rows = history.frames["referrals"].select("closure_date", "no_further_action").rows()
    assert (rows, found(history)) == ([(D(2024, 3, 1), True)], [])


def test_an_end_that_the_later_return_leaves_blank_is_a_contradiction():
    first = census("2023-24", CINdetails=[case("A", "2024-02-01", "2024-03-01")])
    second = census("2024-25", CINdetails=[case("A", "2024-02-01"), case("B", "2024-06-01", "2024-07-01")])
    history = build_history([first, second])
    assert history.frames["referrals"]["closure_date"][0] is None
    assert found(history) == [("referrals", "closure_date", "2024-03-01", None)]


@pytest.mark.parametrize("lists", [True, False], ids=["an empty list", "no list at all"])
def test_factors_that_a_later_return_no_longer_lists(lists):
    dated = KEY | {"AssessmentID": 1, "AssessmentActualStartDate": "2024-03-21"}
    factor = KEY | {"AssessmentID": 1, "AssessmentFactors": "3A"}
    first = census("2023-24", CINdetails=[case("A", "2024-03-20")], Assessments=[dated], AssessmentFactorsList=[factor])
    second = census("2024-25", CINdetails=[case("A", "2024-03-20")], Assessments=[dated])
    if lists:
        second.tables["AssessmentFactorsList"] = first.tables["AssessmentFactorsList"].clear()
    history = build_history([second, first])
    assert history.frames["factors"]["factor"].to_list() == ([] if lists else ["3A"])
    assert found(history) == ([("factors", "factor", "3A", None)] if lists else [])


def test_of_two_returns_of_one_year_the_one_written_later_wins():
    def sent(path, written, closed):
        header = {"ReferenceDate": "2025-03-31", "DateTime": written}
        return census("2024-25", path=path, Header=[header], CINdetails=[case("A", "2024-05-01", closed)])

    again = sent("a.xml", "2025-06-20T10:00:00", "2024-09-01")
    for order in itertools.permutations([again, sent("b.xml", "2025-05-01T10:00:00", "2024-08-01")]):
        history = build_history(order)
        assert history.frames["referrals"]["closure_date"].to_list() == [D(2024, 9, 1)]
        assert history.contradictions.select("earlier_path", "later_path").rows() == [("b.xml", "a.xml")]


def test_the_order_of_two_returns_that_nothing_tells_apart_does_not_matter():
    returns = [
        census("2024-25", path="tables", CINdetails=[case("A", "2024-05-01", f"2024-0{n}-01")]) for n in (7, 8, 9)
    ]
    ends = {build_history(order).frames["referrals"]["closure_date"][0] for order in itertools.permutations(returns)}
    assert len(ends) == 1


# -- open in one return, and not in the next ---------------------------------------------------------------------------


def plan(child, start, end=None):
    return KEY | {"LAchildID": child, "CPPID": 1, "CPPstartDate": start, "CPPendDate": end}


def test_what_was_open_and_is_not_in_the_next_return_is_not_open_for_ever():
    first = census("2023-24", CINdetails=[case("OLD", "2024-02-01")], ChildProtectionPlans=[plan("OLD", "2024-02-09")])
    second = census("2024-25", CINdetails=[case("NEW", "2024-02-01")], ChildProtectionPlans=[plan("NEW", "2024-02-09")])
    history = build_history([second, first])
    for name, end in (("referrals", "closure_date"), ("protection_plans", "end_date")):
        rows = history.frames[name].sort("vanished").select(end, "vanished").rows()
        assert rows == [(None, False), (D(2024, 4, 1), True)], "on 31 March it was open"
        assert (name, end, "open", "not in the return") in found(history)


VANISHED_NOT = {
    "the same return again": lambda one: census("2023-24", path="again", CINdetails=[case("B", "2024-02-02")]),
    "another authority": lambda one: census("2024-25", la="302", CINdetails=[case("B", "2024-09-01")]),
    "another collection": lambda one: looked_after("2024-25", Episodes=[episode("B", "01/05/2024", "S", "C2", "U6")]),
    "no row of the table": lambda one: census("2024-25", ChildIdentifiers=[{"LAchildID": "B"}]),
    "a row that cannot be used": lambda one: census(
        "2024-25", CINdetails=[case("A", "2024-02-31"), case("B", "2024-09-01")]
    ),
}


@pytest.mark.parametrize("name", VANISHED_NOT)
def test_nothing_vanishes_for(name):
    first = census("2023-24", CINdetails=[case("A", "2024-02-01")])
    history = build_history([first, VANISHED_NOT[name](first)])
    rows = history.frames["referrals"].filter(pl.col("referral_date") == D(2024, 2, 1))
    assert rows.select("closure_date", "vanished").rows() == [(None, False)]


def test_nothing_vanishes_for_a_return_that_breaks_off_and_without_further_action():
    first = census("2023-24", CINdetails=[case("A", "2024-02-01"), case("N", "2024-02-01", ReferralNFA="1")])
    second = census("2024-25", CINdetails=[case("B", "2024-09-01")])
    assert build_history([first, second]).frames["referrals"].filter("vanished").height == 1
    second.in_part = frozenset({"CINdetails"})
    assert build_history([first, second]).frames["referrals"].filter("vanished").is_empty()


# -- whose rows they are -----------------------------------------------------------------------------------------------


def test_an_authority_is_the_same_by_either_of_its_codes():
    returns = [
        census("2023-24", la="E09000002", CINdetails=[case("A", "2024-02-01")]),
        census("2024-25", la=" 301 ", CINdetails=[case("A", "2024-02-01")]),
        looked_after("2024-25", la=None, Episodes=[episode("a", "01/05/2024", "S", "C2", "U6")]),
    ]
    history = build_history(returns)
    assert (history.authorities, history.frames["children"].height) == (["301"], 1)


def test_where_a_placement_is_follows_from_the_ons_code_of_the_sender():
    rows = [
        episode("A", "01/05/2024", "S", "C2", "U6") | {"HOME_POST": "AA1 1AA", "PL_POST": post}
        for post in ("AA1 1AA", "BB1 1BB")
    ]
    places = {"pcd": ["AA1 1AA", "BB1 1BB"], "laua": ["E09000002", "E08000025"]}
    directory = pl.DataFrame(places | {"oseast1m": [500000, 400000], "osnrth1m": [200000, 300000]})
    history = build_history([looked_after("2024-25", Episodes=rows)], reference={"postcodes": directory})
    assert sorted(history.frames["episodes"]["location"]) == ["IN", "OUT"]


def test_rows_of_children_without_identifier_are_left_out_unless_the_file_shows_whose_they_are():
    rows = [case(None, "2024-05-01"), case("", "2024-06-01", number=2), case("?0.1", "2024-06-01", number=3)]
    history = build_history([census("2024-25", CINdetails=rows)])
    assert history.frames["children"]["child_id"].to_list() == ["?0.1"]
    assert reasons(history) == [("referrals", at, "the child has no identifier") for at in (0, 1)]
    nested = [row | {NESTED_CHILD: at} for at, row in enumerate(rows)]
    history = build_history([census("2024-25", CINdetails=nested)])
    assert (history.frames["referrals"]["child"].n_unique(), reasons(history)) == (3, [])


def test_a_child_of_whom_a_date_cannot_be_read_is_a_child_and_is_named():
    identified = [{"LAchildID": "A", "PersonBirthDate": "2014-02-30"}]
    history = build_history([census("2024-25", ChildIdentifiers=identified, CINdetails=[case("A", "2024-05-01")])])
    header = [{"CHILD": "A", "DOB": "30/02/2014"}]
    other = build_history([looked_after("2024-25", Header=header)])
    for one in (history, other):
        assert one.frames["children"].height == 1
        assert reasons(one) == [("children", 0, "a date cannot be read")]


def test_what_a_return_says_twice_is_one_event_and_the_second_row_is_named():
    leaver = {"CHILD": "A", "DOB": "01/01/2005", "IN_TOUCH": "YES", "ACTIV": "F1", "ACCOM": "B1"}
    history = build_history(
        [
            looked_after(
                "2023-24",
                Episodes=[episode("A", "01/01/2024", "S", "C1", "U6")] * 2,
                Reviews=[{"CHILD": "A", "REVIEW": "01/02/2024", "REVIEW_CODE": "PN1"}] * 2,
                OC3=[leaver, leaver | {"IN_TOUCH": "NO"}],
                UASC=[{"CHILD": "A", "DUC": None}, {"CHILD": "A", "DUC": "01/02/2024"}],
            )
        ]
    )
    assert history.periods_of_care.height == 1
    for name in ("episodes", "statutory_reviews", "care_leavers", "uasc"):
        assert history.frames[name].height == 1, name
    assert history.frames["uasc"]["ceased_date"].to_list() == [D(2024, 2, 1)]
    assert {reason for *_, reason in reasons(history)} == {"another row says it already"}
    assert history.left_out.height == 4


def test_the_two_collections_of_one_year_contradict_each_other_and_say_which_is_which():
    identified = [{"LAchildID": "A", "PersonBirthDate": "2014-02-03"}]
    one = census("2024-25", ChildIdentifiers=identified, path="cin.xml")
    other = looked_after("2024-25", Header=[{"CHILD": "A", "DOB": "04/02/2014"}], path="903")
    history = build_history([other, one])
    assert history.frames["children"]["birth_date"].to_list() == [D(2014, 2, 4)]
    assert history.contradictions.select("item", "earlier_path", "later_path").rows() == [
        ("birth_date", "cin.xml", "903")
    ]


def test_no_return_at_all_is_a_history_of_nothing():
    history = build_history([])
    assert all(frame.is_empty() for frame in history.frames.values())
