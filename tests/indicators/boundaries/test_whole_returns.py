"""What holds of every indicator of a theme, and what returns that overlap tell: nothing twice, nothing of others."""

from __future__ import annotations

import polars as pl
import pytest
from indicators.side_by_side import check, each_alone
from indicators.small_histories import (
    ALMOST,
    JUNE,
    Row,
    assessed,
    counts,
    enquiry,
    episode,
    figures,
    history,
    numerator,
    plan,
    proceedings,
    referral,
    row,
    support,
    total,
    totals,
)
from support.small_returns import census, looked_after

from csc_returns.history import build_history

# -- need --------------------------------------------------------------------------------------------------------------

NEED = ("re-referrals-12m", "referrals-rate", "referral-source", "referrals-nfa", "referrals-not-in-need", "cin-rate-31-march",
        "cin-duration-2-years-plus", "cin-demographic-profile", "cin-transfers-out", "assessments-completed",
        "assessments-within-45-days", "young-carer-factor-rate", "factor-rate-neglect")  # fmt: skip


def busy(child: int) -> list[Row]:
    """A child in whom each of the indicators of need finds something."""
    cases = [
        referral(child, "2023-09-01", "2024-02-01", "RC7"), referral(child, JUNE, "2024-07-01", "RC8"),
        referral(child, "2024-09-01", "2024-12-01", "RC5"), referral(child, "2025-01-01", no_further_action=True),
        referral(child, "2025-02-01"),
    ]  # fmt: skip
    done = [assessed(child, "2024-06-20", "16A", "7A", start=JUNE, referral=case["referral"]) for case in cases]
    return [*cases, *(one for rows in done for one in rows)]


@pytest.mark.parametrize("name", NEED)
def test_nothing_of_one_authority_is_in_the_figure_of_another(name):
    # The same identifier in all of them: three children.
    same = [row(at, la=la, child_id="A") for at, la in enumerate(("301", "302", "303"))]
    mine = busy(0)
    # Of 302 there is a little more; of 303 nothing but the last case.
    theirs = [*busy(1), referral(1, "2024-05-01"), referral(2, "2025-02-01")]
    together = figures(history(*theirs, *mine, children=same), name, by=None)
    alone = figures(history(*mine, children=same[:1]), name, by=None)
    assert together.filter(pl.col("la_code") == "301").equals(alone)
    found = alone.filter(pl.col("breakdown") == "total").row(0, named=True)
    assert found["numerator"] or found["denominator"], "nothing that could leak"


@pytest.mark.parametrize("name", NEED)
def test_without_a_return_there_is_no_figure(name):
    found = total(history(*busy(0), first="2023-04-01", last=ALMOST), name)
    assert found["numerator"] is None
    assert found["note"].startswith("not computed: no children in need census from 2024-04-01 to 2025-03-31")


@pytest.mark.parametrize("name", NEED)
def test_nobody_is_a_figure_of_nothing(name):
    found = total(history(), name)
    assert found["numerator"] == 0
    assert found["value"] == (0 if found["unit"] == "count" else None)


# -- protection --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "s47-to-cpp", "cpp-second-or-subsequent", "cpp-deescalation-destination", "cpp-reviews-on-time",
        "s47-after-referral-without-s47", "icpc-per-s47", "cpp-extra-familial-factor",
    ],
)  # fmt: skip
def test_a_busy_authority_changes_no_figure_of_a_quiet_one(name):
    quiet = [referral(0, "2024-06-01"), enquiry(0, "2024-06-02"), plan(0, "2024-06-10", previous_plans=0),
             plan(0, "2023-11-01", "2024-06-10")]  # fmt: skip
    other = [
        referral(0, "2024-04-01"), enquiry(0, "2024-04-02", "2024-04-20"),
        plan(0, "2024-04-20", "2024-05-20", previous_plans=3), support(0, "2024-05-20"),
        episode(0, "2024-06-01", "2024-07-01", "E45"), plan(0, "2024-05-20"),
    ]  # fmt: skip
    assert totals(each_alone([quiet]), name)[0] == totals(each_alone([quiet, other]), name)[0]


def test_plans_that_vanished_from_the_returns_did_not_end_on_a_day():
    gone = plan(0, "2020-05-01", "2024-04-01", vanished=True)
    for name in ("cpp-2-years-plus-ceased", "cpp-deescalation-destination", "cpp-deescalation-sustained"):
        check(name, {"vanished": ((0, 0), [gone])}, last="2026-03-31")
    support_gone = {"vanished": ((0, 0), [support(0, "2020-05-01", "2024-04-01", vanished=True)])}
    check("cpp-deescalation-destination", support_gone, "plan_types=cp_and_cin")
    check("cpp-rate-31-march", {"vanished": (0, [gone])})
    check("cpp-repeat-within-24m", {"vanished": ((0, 1), [gone, plan(0, "2024-06-01")])})
    check("cpp-second-or-subsequent", {"vanished": ((1, 1), [gone, plan(0, "2024-06-01")])}, "evidence=returns")
    case = referral(0, closed="2026-04-01", vanished=True)
    of = each_alone([[case, proceedings(0, "2026-03-01")]], "2026-04-01", "2027-03-31")
    for measure in ("active_at_date", "ended"):
        assert totals(of, "pre-proceedings-children", f"measure={measure}", year="2026-27")[0]["value"] == 0


#: Each row of the census below is of one case of one child.
ONE_CASE = {"LAchildID": "A", "CINdetailsID": 0}


def test_two_returns_that_tell_of_the_same_events():
    case = {"CINreferralDate": "2024-03-01", "ReferralNFA": "0", "DateOfInitialCPC": None}
    asked = {"S47ActualStartDate": "2024-03-20", "ICPCnotRequired": "0"}
    began = {"CPPID": "1", "CPPstartDate": "2024-03-30", "NumberOfPreviousCPP": "0"}
    first = census("2023-24", every=ONE_CASE, CINdetails=[case], Section47=[asked | {"DateOfInitialCPC": None}],
                   ChildProtectionPlans=[began | {"CPPendDate": None}])  # fmt: skip
    second = census(
        "2024-25", every=ONE_CASE, CINdetails=[case], Section47=[asked | {"DateOfInitialCPC": "2024-04-02"}],
        ChildProtectionPlans=[began | {"CPPendDate": "2024-06-10"},
                              {"CPPID": "2", "CPPstartDate": "2024-06-11", "CPPendDate": None, "NumberOfPreviousCPP": "1"}],
    )  # fmt: skip
    # The same identifier in another authority is another child, whose plan goes on.
    other = census(
        "2024-25", "302", every=ONE_CASE, CINdetails=[case], ChildProtectionPlans=[began | {"CPPendDate": None}]
    )
    wanted = {
        "s47-rate": (0, None), "icpc-rate": (1, None), "icpc-per-s47": (1, 0), "icpc-within-15-days": (1, 1),
        "cpp-starting-rate": (1, None), "cpp-rate-31-march": (1, None), "cpp-second-or-subsequent": (1, 1),
        "cpp-repeat-within-24m": (1, 1), "cpp-2-years-plus-ceased": (0, 1), "cpp-deescalation-destination": (0, 1),
    }  # fmt: skip
    for order in ([first, second, other], [other, second, first]):
        of = build_history(order)
        for name, figure in wanted.items():
            assert counts(of, name) == figure, name
        assert counts(of, "s47-to-cpp", year="2023-24") == (1, 1)
        assert numerator(of, "cpp-rate-31-march", la="302") == 1


@pytest.mark.parametrize("name", ["s47-rate", "icpc-rate", "icpc-per-s47", "icpc-within-15-days", "s47-to-cpp"])
def test_an_enquiry_with_a_date_that_cannot_be_read_is_counted_beside_the_figure(name):
    odd = census("2024-25", every=ONE_CASE, CINdetails=[{"CINreferralDate": "2024-05-01", "ReferralNFA": "0"}],
                 Section47=[{"S47ActualStartDate": "2024-13-20"}, {"S47ActualStartDate": "2024-05-20"}])  # fmt: skip
    assert total(build_history([odd]), name)["rows_left_out"] == 1


# -- care --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "cla-ceased-adopted", "cla-ceased-out-of-care-orders", "adoption-decision-to-match-months",
        "cla-starting-adolescent", "cla-starting-extra-familial-factor", "cla-3plus-placements",
        "cla-3plus-placements-2-years", "cla-placed-with-parents-breakdown", "reunification-re-entry",
    ],
)  # fmt: skip
def test_what_a_quarter_is_too_short_for_is_refused(name):
    with pytest.raises(ValueError, match=f"{name} is not computed by quarter"):
        figures(history(episode(0, "2024-06-01")), name, period="quarter")


def test_what_vanished_from_the_next_return_has_not_ended_on_its_first_day():
    made = history(
        episode(0, "2023-06-01", place="P1", end="2024-04-01", vanished=True),
        # Told again with another first day, and still there.
        episode(1, "2023-06-01", place="P1", end="2024-04-01", vanished=True), episode(1, "2023-06-02", place="P1"),
        outcomes=[row(child, year_end="2025-03-31", teeth_check="1") for child in range(2)],
    )  # fmt: skip
    assert numerator(made, "cla-number-31-march", year="2023-24") == 2
    assert numerator(made, "cla-number-31-march") == 1
    assert numerator(made, "cla-ceasing-rate") == 0
    assert counts(made, "cla-placed-with-parents-breakdown") == (0, 0)
    assert counts(made, "cla-unplanned-placement-endings", "denominator=cla_any_time") == (0, 1)
    assert counts(made, "cla-dental-check")[1] == 1


def of_episodes(year: str, *episodes: str):
    names = ("CHILD", "DECOM", "RNE", "LS", "PLACE", "DEC", "REC")
    split = [[word or None for word in text.split(",")] for text in episodes]
    return looked_after(year, Episodes=[dict(zip(names, words, strict=True)) for words in split])


def test_what_two_returns_tell_of_the_same_care_counts_once():
    returns = [
        of_episodes("2023-24", "A,01/06/2023,S,C2,U6,,", "B,01/02/2024,S,C2,U6,01/03/2024,E4A", "C,31/03/2024,S,C2,U6,,"),
        of_episodes(
            "2024-25", "A,01/06/2023,S,C2,U6,01/06/2024,X1", "A,01/06/2024,P,C2,K2,,", "B,01/05/2024,S,C2,U6,,",
            "C,31/03/2024,S,C2,U6,01/04/2024,E45", "D,01/05/2024,S,V3,U6,,",
        ),
    ]  # fmt: skip
    for given in (returns, returns[::-1], [*returns, returns[1]]):
        made = build_history(given)
        assert numerator(made, "cla-number-31-march") == 2
        assert numerator(made, "cla-number-31-march", year="2023-24") == 2
        assert numerator(made, "cla-starting-rate") == 1
        assert numerator(made, "cla-starting-rate", year="2023-24") == 3
        assert counts(made, "cla-ceased-sgo") == (1, 1)
        assert counts(made, "cla-re-entry") == (1, 1)
        assert counts(made, "cla-3plus-placements") == (0, 2)


# -- returns that overlap ----------------------------------------------------------------------------------------------

#: Each row of the returns below is of one young person.
A = {"CHILD": "A"}


def care_of(**more: object) -> dict[str, object]:
    return {"DECOM": "05/05/2022", "RNE": "S", "LS": "C2", "CIN": "N1", "PLACE": "U6", "DEC": None, "REC": None} | more


def test_what_two_returns_tell_is_one():
    header = [{"DOB": "06/06/2012", "SEX": "M", "ETHNIC": "WBRI"}]
    first = looked_after(
        "2023-24", every=A, Header=header, Episodes=[care_of()],
        Missing=[{"DOB": "06/06/2012", "MISSING": "M", "MIS_START": "30/03/2024", "MIS_END": None}],
        SWEpisodes=[
            {"DOB": "06/06/2012", "SW_ID": number, "SW_DECOM": began, "SW_DEC": None, "SW_REASON": "LEFTRL"}
            for number, began in (("SW1", "01/05/2023"), ("SW2", "02/06/2023"))
        ],
        OC2=[{"DOB": "06/06/2012", "SDQ_SCORE": "10", "TEETH_CHECK": "0"}],
    )  # fmt: skip
    second = looked_after(
        "2024-25", every=A, Header=header, Episodes=[care_of()],
        Missing=[{"DOB": "06/06/2012", "MISSING": "M", "MIS_START": "30/03/2024", "MIS_END": "01/04/2024"}],
        SWEpisodes=[
            {"DOB": "06/06/2012", "SW_ID": number, "SW_DECOM": began, "SW_DEC": ended, "SW_REASON": "LEFTRL"}
            for number, began, ended in (
                ("SW1", "01/05/2023", "01/04/2024"),
                ("sw2 ", "02/06/2023", None),
                ("SW3", "31/03/2025", None),
            )
        ],
        OC2=[{"DOB": "06/06/2012", "SDQ_SCORE": "20", "TEETH_CHECK": "1"}],
    )  # fmt: skip
    other = looked_after(
        "2024-25", "302", every=A, Header=header, Episodes=[care_of()], OC2=[{"DOB": "06/06/2012", "TEETH_CHECK": "0"}]
    )

    for name, variant, figure in [
        ("cla-missing", None, (1, 1)), ("cla-missing", "show=episodes", (1, None)), ("cla-3plus-social-workers", None, (1, 1)),
        ("cla-social-worker-change-reasons", None, (1, 1)), ("cla-dental-check", None, (1, 1)), ("cla-sdq-concern", None, (1, 1)),
    ]:  # fmt: skip
        assert counts([second, other, first], name, variant) == figure, (name, variant)


def test_care_leavers_of_two_returns():
    header = [{"DOB": "09/09/2004", "SEX": "F", "ETHNIC": "WBRI"}]
    returns = [
        looked_after(
            year, every=A, Header=header, OC3=[{"DOB": "09/09/2004", "IN_TOUCH": touch, "ACTIV": does, "ACCOM": "U1"}]
        )
        for year, touch, does in (("2023-24", "NO", "0"), ("2024-25", "yes", "f2"), ("2025-26", "NO", "G5"))
    ]
    for year, expected in (("2023-24", (0, 1)), ("2024-25", (1, 1)), ("2025-26", (0, 1))):
        assert counts(returns[::-1], "care-leavers-eet-19-21", year=year) == expected
