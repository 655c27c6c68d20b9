"""Care leavers: who they are, what they do and where they live."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest
from indicators.small_histories import (
    BEFORE,
    BEHIND,
    END,
    LONG_AGO,
    MIDDLE,
    START,
    D,
    beside,
    by_authority,
    counts,
    episode,
    figures,
    history,
    numerators,
    short_break,
    total,
)

import csc_returns as cr
from csc_returns.history import History

# -- care leavers: who they are ----------------------------------------------------------------------------------------


def leaver(
    child: int = 0,
    year_end: dt.date = END,
    touch: str | None = "YES",
    does: str | None = "F2",
    lives: str | None = "U1",
):
    return {"child": child, "year_end": year_end, "in_touch": touch, "activity": does, "accommodation": lives}


def whole(found: History, ages: str, **asked: object) -> object:
    return counts(found, "care-leavers-in-touch", f"ages={ages}" if ages != "19-21" else None, **asked)[1]


def birthday(years: int, day: dt.date) -> dt.date:
    """Born so that somebody is so old on the day."""
    return day.replace(year=day.year - years)


@pytest.mark.parametrize(("ages", "youngest", "oldest"), [("17-18", 17, 18), ("19-21", 19, 21), ("22-25", 22, 25)])
def test_birthdays_on_the_edges_of_the_year(ages, youngest, oldest):
    for born, counted in [
        (birthday(youngest, START), 1), (birthday(youngest, END), 1), (birthday(youngest, BEHIND), 0),
        (birthday(oldest, START), 1), (birthday(oldest, END), 1), (birthday(oldest, BEFORE), 0),
        (None, 0),
    ]:  # fmt: skip
        found = history(born={0: born}, care_leavers=[leaver()])
        assert whole(found, ages) == counted, born


def test_a_birthday_on_29_february():
    # 19 on 1 March 2027, which is in 2026-27; and 20 on 29 February 2028.
    found = history(born={0: D(2008, 2, 29)}, last="2028-03-31", care_leavers=[leaver(year_end=D(2027, 3, 31))])
    assert whole(found, "19-21", year="2026-27") == 1
    assert whole(found, "19-21", as_at=D(2027, 2, 28)) == 0
    assert whole(found, "19-21", as_at=D(2027, 3, 1)) == 1
    found = history(born={0: D(2008, 2, 29)}, last="2028-03-31", care_leavers=[leaver(year_end=D(2028, 3, 31))])
    assert whole(found, "19-21", as_at=D(2028, 2, 28)) == 0
    assert whole(found, "19-21", as_at=D(2028, 2, 29)) == 1


BIRTHDAY = MIDDLE
LEFT = {
    "left before": (1, [episode(0, end="2024-01-01", end_reason="E8")]),
    "left on the birthday": (1, [episode(0, end=BIRTHDAY, end_reason="E8")]),
    "left the day after": (0, [episode(0, end="2024-09-10", end_reason="E8")]),
    "still in care": (0, [episode(0)]),
    "came back on the birthday": (0, [episode(0, end="2024-01-01", end_reason="E8"), episode(0, BIRTHDAY)]),
    "came back the day after": (1, [episode(0, end="2024-01-01", end_reason="E8"), episode(0, "2024-09-10")]),
    "moved on the birthday": (0, [episode(0, end=BIRTHDAY, end_reason="X1"), episode(0, BIRTHDAY, reason="P")]),
    "taken over by another authority": (0, [episode(0, end="2024-01-01", end_reason="E3")]),
    "taken over, came back, and left": (
        1, [episode(0, end="2022-01-01", end_reason="E3"), episode(0, "2022-05-01", "2024-01-01", "E8")],
    ),
    "short breaks only": (0, [short_break(0, LONG_AGO, "2024-01-01")]),
    "a short break beside": (1, [episode(0, end="2024-01-01", end_reason="E8"), short_break(0, "2024-02-01", None)]),
    "no episode that the returns tell": (1, []),
}  # fmt: skip


@pytest.mark.parametrize("years", [17, 18])
@pytest.mark.parametrize(("counted", "episodes"), LEFT.values(), ids=LEFT)
def test_who_has_left_care_at_17_and_18(years, counted, episodes):
    found = history(born={0: birthday(years, BIRTHDAY)}, episodes=episodes, care_leavers=[leaver()])
    assert counts(found, "care-leavers-eet-17-18") == (counted, counted)
    assert counts(found, "care-leavers-suitable-accommodation-17-18") == (counted, counted)
    assert counts(found, "care-leavers-by-accommodation-type")[1] == counted


@pytest.mark.parametrize(
    ("counted", "episodes"),
    [
        (1, [episode(0, end="2022-01-01", end_reason="E8")]),
        (0, [episode(0, end="2022-01-01", end_reason="E3")]),
        (0, [short_break(0, LONG_AGO, "2022-01-01")]),
        (1, []),
    ],
)
def test_who_is_a_care_leaver_at_19(counted, episodes):
    found = history(born={0: birthday(19, BIRTHDAY)}, episodes=episodes, care_leavers=[leaver()])
    assert counts(found, "care-leavers-eet-19-21") == (counted, counted)


def test_what_later_returns_tell_changes_no_earlier_year():
    back = [episode(0, end="2024-01-01", end_reason="E4A"), episode(0, "2025-06-01", "2026-01-01", "E3")]
    found = history(born={0: birthday(17, BIRTHDAY)}, episodes=back, care_leavers=[leaver()])
    assert whole(found, "17-18") == 1


def test_the_return_of_another_year_does_not_tell_of_a_birthday():
    # 21 in the year and told of in the next one only, at 22.
    later = leaver(year_end=D(2026, 3, 31))
    found = history(born={0: birthday(21, BIRTHDAY)}, last="2026-03-31", care_leavers=[later])
    assert whole(found, "19-21") == 0
    assert whole(found, "22-25", year="2025-26") == 1


def test_each_year_is_told_by_its_own_return():
    rows = [
        leaver(touch="YES"),
        leaver(year_end=D(2026, 3, 31), touch="NO"),
        leaver(year_end=D(2024, 3, 31), touch="REFU"),
    ]
    found = history(born={0: birthday(20, BIRTHDAY)}, last="2026-03-31", care_leavers=rows)
    assert counts(found, "care-leavers-in-touch") == (1, 1)
    assert counts(found, "care-leavers-in-touch", year="2025-26") == (0, 1)
    assert beside(found, "care-leavers-in-touch", "contact", year="2023-24")["refused"] == 1
    # Twelve months to each quarter's end: from 9 September 2024 on it is the 20th birthday.
    assert numerators(found, "care-leavers-in-touch", period="rolling") == [0, 1, 1, 1]


def test_a_care_leaver_with_two_rows_counts_once():
    rows = [leaver(), leaver(), leaver(touch=None, does=None, lives=None)]
    for some in (rows, rows[::-1]):
        found = history(born={0: birthday(20, BIRTHDAY)}, care_leavers=some)
        assert counts(found, "care-leavers-eet-19-21") == (1, 1)
        assert counts(found, "care-leavers-by-accommodation-type") == (1, 1)


@pytest.mark.parametrize(
    ("touch", "counted"), [("YES", 1), ("NO", 1), ("REFU", 1), ("NREQ", 1), (None, 1), ("DIED", 0), ("RHOM", 0)]
)
def test_who_died_or_went_home_is_out(touch, counted):
    found = history(born={0: birthday(20, BIRTHDAY), 1: birthday(18, BIRTHDAY)},
                    care_leavers=[leaver(touch=touch), leaver(1, touch=touch)])  # fmt: skip
    for name in ("care-leavers-eet-19-21", "care-leavers-suitable-accommodation-17-18", "care-leavers-in-touch"):
        assert counts(found, name)[1] == counted, name
    assert counts(found, "care-leavers-by-accommodation-type")[1] == 2 * counted


def test_care_leavers_of_one_authority_are_not_those_of_another():
    # The same person, as two authorities have them: the one let go, the other took over.
    found = history(
        born=dict.fromkeys((0, 1), birthday(17, BIRTHDAY)), la={1: "302"}, authorities=["301", "302"],
        episodes=[episode(0, end="2023-01-01", end_reason="E3"), episode(1, "2023-01-01", "2024-01-01", "E8")],
        care_leavers=[leaver(0), leaver(1)],
    )  # fmt: skip
    assert by_authority(found, "care-leavers-eet-17-18", "denominator") == {"301": 0, "302": 1}


@pytest.mark.parametrize(
    "name",
    [
        "care-leavers-eet-17-18", "care-leavers-eet-19-21", "care-leavers-in-touch", "care-leavers-by-accommodation-type",
        "care-leavers-apprenticeship-17-18", "care-leavers-higher-education-19-21", "care-leavers-neet-health-parenting-17-18",
        "care-leavers-suitable-accommodation-19-21", "care-leavers-unsuitable-accommodation-17-18",
        "care-leavers-with-former-foster-carers",
    ],
)  # fmt: skip
def test_care_leavers_of_a_quarter_are_refused(name):
    with pytest.raises(ValueError, match="not computed by quarter"):
        cr.indicators(history(care_leavers=[leaver()]), [name], period="quarter", year="2024-25")


@pytest.mark.parametrize("asked", [{"period": "rolling"}, {"as_at": END}])
def test_staying_put_is_of_whole_years_only(asked):
    with pytest.raises(ValueError, match="whole collection years"):
        cr.indicators(history(care_leavers=[leaver()]), ["care-leavers-with-former-foster-carers"], **asked)


# -- care leavers: what they do and where they live --------------------------------------------------------------------

ACTIVITIES = {
    "eet": {"F1", "P1", "F2", "P2", "F3", "P3", "F4", "P4", "F5", "P5"},
    "higher-education": {"F1", "P1"},
    "apprenticeship": {"F4", "P4"},
    "neet-health-parenting": {"G4", "G6"},
}
ALL_ACTIVITIES = [*sorted(ACTIVITIES["eet"]), "G4", "G5", "G6", "0", None]


@pytest.mark.parametrize(("ages", "years"), [("17-18", 18), ("19-21", 21)])
@pytest.mark.parametrize("kind", ACTIVITIES)
@pytest.mark.parametrize("touch", ["YES", "NO"])
def test_activities(ages, years, kind, touch):
    rows = [leaver(child, does=does, touch=touch) for child, does in enumerate(ALL_ACTIVITIES)]
    found = history(born=dict.fromkeys(range(len(rows)), birthday(years, BIRTHDAY)), care_leavers=rows)
    name = f"care-leavers-{kind}-{ages}"
    assert counts(found, name) == (len(ACTIVITIES[kind]), 15)
    if kind == "eet":
        assert counts(found, name, "denominator=activity_known") == (10, 13)
    if kind == "neet-health-parenting":
        assert beside(found, name, "reason") == {"illness or disability": 1, "pregnancy or parenting": 1}
        assert beside(found, name, "reason", "split=false") == {}


#: Accommodation at 18 and above → suits, does not suit, in the denominator, in it with those abroad; and the same at 17.
LIVES = {
    "U1": ((1, 0, 1, 1), (1, 0, 1, 1)),
    "U2": ((0, 1, 1, 1), (0, 1, 1, 1)),
    "X1": ((1, 0, 1, 1), (1, 0, 1, 1)),
    "X2": ((0, 1, 1, 1), (0, 1, 1, 1)),
    "G1": ((0, 0, 0, 1), (0, 0, 0, 1)),
    "H2": ((0, 0, 0, 1), (0, 0, 0, 1)),
    "R1": ((0, 0, 0, 1), (0, 0, 0, 1)),
    "Z1": ((1, 0, 1, 1), (0, 0, 1, 1)),
    "Z2": ((0, 1, 1, 1), (0, 0, 1, 1)),
    "0": ((0, 0, 1, 1), (0, 0, 1, 1)),
    "01": ((0, 0, 1, 1), (0, 0, 1, 1)),
    None: ((0, 0, 1, 1), (0, 0, 1, 1)),
}


@pytest.mark.parametrize(("lives", "expected"), LIVES.items(), ids=str)
def test_accommodation(lives, expected):
    of_18, of_17 = expected
    for ages, years, (suits, does_not, known, every) in [
        ("17-18", 17, of_17),
        ("17-18", 18, of_18),
        ("19-21", 19, of_18),
    ]:
        found = history(born={0: birthday(years, BIRTHDAY)}, care_leavers=[leaver(lives=lives)])
        name = f"care-leavers-suitable-accommodation-{ages}"
        assert counts(found, name) == (suits, known)
        assert counts(found, f"care-leavers-unsuitable-accommodation-{ages}") == (does_not, known)
        whoever = counts(found, name, "exclude_abroad_deported_unknown=false")
        assert whoever == (int(lives is not None and lives in ("U1", "X1", "G1", "R1")) or suits, every)
        (kind,) = beside(found, "care-leavers-by-accommodation-type", "accommodation")
        unknown = lives in (None, "0", "01") or (years == 17 and lives[0] == "Z")
        assert kind == "not known" if unknown else kind.startswith(f"{lives[0]} - ")
        assert ("at 17" in (total(found, name)["note"] or "")) == (years == 17 and lives in ("Z1", "Z2"))


def test_kinds_of_accommodation_are_of_all_ages_and_told_apart_by_age():
    born = {at: birthday(years, BIRTHDAY) for at, years in enumerate(range(16, 23))}
    found = history(born=born, care_leavers=[leaver(child, lives="B2") for child in born])
    name = "care-leavers-by-accommodation-type"
    assert counts(found, name) == (5, 5)
    rows = figures(found, name, by=None).filter(pl.col("breakdown") == "single_year_of_age")
    assert rows["category"].to_list() == ["17", "18", "19", "20", "21"]


CONTACT = [
    (("YES", "F2"), "in touch"), (("YES", None), "in touch"), (("NO", None), "not in touch"), (("NO", "0"), "not in touch"),
    (("NO", "G5"), "not in touch, activity known"), (("REFU", None), "refused"), (("NREQ", "F1"), "no longer needs services"),
    ((None, "F2"), "not recorded"),
]  # fmt: skip


@pytest.mark.parametrize(("ages", "years"), [("17-18", 17), ("19-21", 19), ("22-25", 25)])
def test_contact(ages, years):
    rows = [leaver(child, touch=touch, does=does) for child, ((touch, does), _) in enumerate(CONTACT)]
    found = history(born=dict.fromkeys(range(len(rows)), birthday(years, BIRTHDAY)), care_leavers=rows)
    name, variant = "care-leavers-in-touch", f"ages={ages}" if ages != "19-21" else None
    assert counts(found, name, variant) == (2, 8)
    assert beside(found, name, "contact", variant) == {
        "in touch": 2, "not in touch": 2, "not in touch, activity known": 1, "refused": 1, "no longer needs services": 1,
        "not recorded": 1,
    }  # fmt: skip
    both = f"{variant},not_in_touch=NO_REFU" if variant else "not_in_touch=NO_REFU"
    shown = beside(found, name, "contact", both)
    assert (shown["not in touch"], shown["refused"]) == (3, 0)
    assert counts(found, name, both) == (2, 8)


# -- staying put -------------------------------------------------------------------------------------------------------

EIGHTEEN = D(2023, 7, 7)


def fostered(end: dt.date, place: str = "U6", reason: str = "E17"):
    return [episode(0, end=end, end_reason=reason, place=place)]


STAYED = {
    "ended on the birthday": (1, fostered(EIGHTEEN)),
    "the day before": (0, fostered(D(2023, 7, 6))),
    "the day after": (0, fostered(D(2023, 7, 8))),
    "fostered by a relative": (1, fostered(EIGHTEEN, "U1")),
    "in a children's home": (0, fostered(EIGHTEEN, "K2")),
    "in a temporary placement": (0, fostered(EIGHTEEN, "T1")),
    "whatever the reason": (1, fostered(EIGHTEEN, reason="E8")),
    "taken over by another authority": (0, fostered(EIGHTEEN, reason="E3")),
    "a new episode on the birthday": (
        0,
        [*fostered(EIGHTEEN, reason="X1"), episode(0, EIGHTEEN, reason="L")],
    ),
    "a short break": (0, [short_break(0, LONG_AGO, EIGHTEEN)]),
    "the same row twice": (1, 2 * fostered(EIGHTEEN)),
    "no episode": (0, []),
}


@pytest.mark.parametrize(("counted", "episodes"), STAYED.values(), ids=STAYED)
def test_staying_put(counted, episodes):
    for lives, stays in [("Z1", 1), ("Z2", 1), ("D1", 0), (None, 0)]:
        rows = [leaver(lives=lives)]
        found = history(born={0: birthday(18, EIGHTEEN)}, episodes=episodes, care_leavers=rows)
        assert counts(found, "care-leavers-with-former-foster-carers") == (counted * stays, counted)


@pytest.mark.parametrize(
    ("eighteen", "counted"),
    [(D(2022, 3, 31), 0), (D(2022, 4, 1), 1), (D(2024, 4, 1), 1), (D(2025, 3, 31), 1), (D(2025, 4, 1), 0)],
)
def test_ages_of_staying_put(eighteen, counted):
    found = history(born={0: birthday(18, eighteen)}, episodes=fostered(eighteen), care_leavers=[leaver(lives="Z1")])
    assert counts(found, "care-leavers-with-former-foster-carers") == (counted, counted)


def test_staying_put_needs_the_returns_of_three_years():
    rows = {"episodes": fostered(EIGHTEEN), "care_leavers": [leaver(lives="Z1")]}
    born = {0: birthday(18, EIGHTEEN)}
    assert counts(history(born=born, first="2022-04-01", **rows), "care-leavers-with-former-foster-carers") == (1, 1)
    row = total(history(born=born, first="2023-04-01", **rows), "care-leavers-with-former-foster-carers")
    assert row["value"] is None
    assert row["note"].startswith("not computed")
