"""Invented histories: few children with many events near the days on which a definition turns."""

from __future__ import annotations

import datetime as dt
import random
from itertools import count

from indicators.oracle.registry import Row, Rows, plus_days, plus_months

#: The period that is asked about, and the returns that there are: a year before and a year behind.
START, END = dt.date(2024, 4, 1), dt.date(2025, 3, 31)
FIRST, LAST = dt.date(2022, 4, 1), dt.date(2026, 3, 31)

#: Each authority has a few children, and is asked about by itself.
AUTHORITIES = tuple(str(number) for number in range(301, 325))

_DAYS = [
    dt.date(2023, 2, 28), dt.date(2023, 3, 31), dt.date(2023, 4, 1), dt.date(2024, 2, 28), dt.date(2024, 2, 29),
    dt.date(2024, 3, 1), dt.date(2024, 3, 30), START, dt.date(2024, 3, 31), dt.date(2024, 4, 2), dt.date(2024, 8, 31),
    dt.date(2024, 9, 30), dt.date(2025, 2, 28), dt.date(2025, 3, 1), dt.date(2025, 3, 30), END, dt.date(2025, 4, 1),
]  # fmt: skip

ETHNICITIES = ["WBRI", "WROM", "MWBC", "CHNE", "AIND", "BAFR", "OOTH", "REFU", "NOBT", None]
FACTORS = [
    "1A", "1B", "2B", "3A", "3B", "3C", "5A", "7A", "8B", "8F", "10A", "11A", "12A", "13A", "16A", "17A", "18B", "18C",
    "19B", "19C", "21", "22A", "23A", "24A",
]  # fmt: skip
_ENDS = ["E4A", "E11", "E12", "E13", "E3", "E41", "E43", "E45", "E46", "E47", "E48", "E5", "E6", "E9"]


#: What a row says unless more is told of it; an oracle may ask for any column.
_OF_A_CHILD = {"expected_birth_date": None, "death_date": None, "disabled": None, "mother": None}
_OF_AN_EPISODE = {
    "new_episode_reason": "S", "legal_status": "C2", "category_of_need": "N1", "placement": "U6", "provider": "PR1",
    "end_date": None, "end_reason": None, "change_reason": None, "home_postcode": None, "placement_postcode": None,
    "urn": None, "placement_la": None, "location": "IN", "distance": 1.0,
}  # fmt: skip


class Inventor:
    """Dice with the habits of returns."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.rows: Rows = {}
        self.numbers = {name: count() for name in ("referral", "assessment", "enquiry", "plan", "episode")}

    def add(self, frame: str, **row: object) -> Row:
        self.rows.setdefault(frame, []).append(row)
        return row

    def child(self, number: int, born: dt.date | None, **more: object) -> None:
        la = AUTHORITIES[number % len(AUTHORITIES)]
        self.add(
            "children", **{"child": number, "la": la, "child_id": f"C{number}", "birth_date": born} | _OF_A_CHILD | more
        )

    def episode(self, child: int, start: dt.date, **more: object) -> None:
        number = next(self.numbers["episode"])
        self.add("episodes", **{"episode": number, "child": child, "start_date": start} | _OF_AN_EPISODE | more)

    def day(self, low: dt.date = FIRST, high: dt.date = LAST) -> dt.date:
        if self.dice.random() < 0.4:
            day = self.dice.choice(_DAYS)
            if low <= day <= high:
                return day
        return plus_days(low, self.dice.randrange((high - low).days + 1))

    def later(self, day: dt.date) -> dt.date:
        """A day behind another: near it, or months later to the day or a day off."""
        near = [0, 1, 1, 2, 5, 7, 20, 28, 29, 45, 60, 61, 90, 91, 200]
        if self.dice.random() < 0.6:
            return plus_days(day, self.dice.choice(near))
        return plus_days(plus_months(day, self.dice.choice([3, 6, 12, 12, 24])), self.dice.choice([-1, 0, 0, 1]))

    def maybe(self, chance: float) -> bool:
        return self.dice.random() < chance

    def one(self, *choices: object) -> object:
        return self.dice.choice(choices)


class Apart:
    """Children with dice of their own, so that the others stay as they are."""

    def __init__(self, it: Inventor, first: int, seed: int) -> None:
        """``first`` is the number before that of the first child."""
        self.it = it
        self.dice = random.Random(seed)
        self.next = first

    def one(self, *choices):
        return self.dice.choice(choices)

    def child(self, born: dt.date | None, **more: object) -> int:
        self.next += 1
        self.it.child(self.next, born, **more)
        return self.next


def invent(seed: int, children: int = 30 * len(AUTHORITIES)) -> Rows:
    """Rows of a history by frame."""
    it = Inventor(seed)
    for child in range(children):
        any_child(it, child)
        if it.maybe(0.75):
            _need(it, child)
        if it.maybe(0.6):
            _care(it, child)
        if it.maybe(0.4):
            _leaving(it, child)
    for child in range(len(it.rows["children"]), len(it.rows["children"]) + 20 * len(AUTHORITIES)):
        any_child(it, child)
        _exact(it, child)
    # Imported here, since it needs what stands above.
    from indicators.oracle.invented_boundaries import plans_and_flows
    from indicators.oracle.invented_health import care_and_health
    from indicators.oracle.invented_leavers import young_people
    from indicators.oracle.invented_placements import placed_children

    plans_and_flows(it, len(it.rows["children"]) - 1)
    young_people(it, len(it.rows["children"]) - 1)
    care_and_health(it)
    placed_children(it, seed)
    return it.rows


def any_child(it: Inventor, child: int) -> None:
    born: dt.date | None = it.day(dt.date(2006, 1, 1), dt.date(2024, 12, 31))
    if it.maybe(0.15):
        born = dt.date(it.dice.choice([2008, 2012, 2020, 2024]), 2, 29)
    if it.maybe(0.1):
        born = it.dice.choice([dt.date(2007, 3, 31), dt.date(2007, 4, 1), dt.date(2015, 3, 31)])
    expected = None
    if it.maybe(0.05):
        born, expected = None, it.day(START, plus_days(END, 90))
    it.child(
        child, born, expected_birth_date=expected, death_date=it.day(START, END) if it.maybe(0.03) else None,
        sex=it.one("M", "F", None), ethnicity=it.one(*ETHNICITIES), disabled=it.one(True, False, None),
    )  # fmt: skip


def _need(it: Inventor, child: int) -> None:
    day = it.day(FIRST, END)
    for _ in range(it.dice.randrange(1, 5)):
        if day > LAST:
            break
        number = next(it.numbers["referral"])
        none = it.maybe(0.15)
        closed = it.later(day) if it.maybe(0.7) and not none else None
        it.add(
            "referrals", referral=number, child=child, referral_date=day, referral_source=it.one("1A", "2A", "5B", "6",
            "10", None),
            primary_need=it.one("N1", "N2", "N5", "N0"), closure_date=closed,
            closure_reason=it.one(*(f"RC{at}" for at in range(1, 10))) if closed else None, no_further_action=none,
            conference_date=it.later(day) if it.maybe(0.06) else None,
        )  # fmt: skip
        _within(it, child, number, day)
        day = it.later(closed or day)


def _within(it: Inventor, child: int, referral: int, day: dt.date) -> None:
    for _ in range(it.dice.choice([0, 1, 1, 2])):
        assessment = next(it.numbers["assessment"])
        began = it.later(day)
        it.add(
            "assessments", assessment=assessment, referral=referral, child=child, start_date=began, review_date=None,
            completed_date=it.later(began) if it.maybe(0.85) else None,
        )  # fmt: skip
        for factor in it.dice.sample(FACTORS, it.dice.randrange(4)):
            it.add("factors", assessment=assessment, referral=referral, child=child, factor=factor)
    for _ in range(it.dice.choice([0, 0, 1, 2])):
        began = it.later(day)
        held = it.later(began) if it.maybe(0.5) else None
        it.add(
            "enquiries", enquiry=next(it.numbers["enquiry"]), referral=referral, child=child, start_date=began,
            conference_target=plus_days(began, 21), conference_date=held,
            conference_not_required=None if held else it.one(True, False, None),
        )  # fmt: skip
    ended = day
    for previous in range(it.dice.choice([0, 0, 1, 2])):
        began = it.later(ended)
        end = it.later(plus_days(began, 1)) if it.maybe(0.75) else None
        plan = next(it.numbers["plan"])
        it.add(
            "protection_plans", plan=plan, referral=referral, child=child, start_date=began, end_date=end,
            initial_category=it.one("NEG", "PHY", "SAB", "EMO", "MUL"), latest_category=it.one("NEG", "EMO", None),
            previous_plans=it.one(previous, 0, 1, 2, None),
        )  # fmt: skip
        for at in range(it.dice.randrange(4)):
            it.add("plan_reviews", plan=plan, child=child, review_date=it.later(plus_months(began, 3 * at)))
        if end is None:
            break
        ended = end
    for _ in range(it.dice.choice([0, 0, 1])):
        began = it.one(ended, it.later(ended))
        it.add(
            "cin_plans",
            referral=referral,
            child=child,
            start_date=began,
            end_date=it.later(began) if it.maybe(0.5) else None,
        )
    if it.maybe(0.12):
        began = it.later(day)
        held = it.one(True, False, None)
        it.add(
            "pre_proceedings", referral=referral, child=child, start_date=began, letter_date=None,
            meeting_offered=it.one(True, False, None), meeting_held=held, first_meeting_date=it.later(began),
            review_meetings=it.dice.randrange(4), decision_date=it.later(began) if it.maybe(0.7) else None,
            outcome=it.one("1", "2", "3", None), court_date=it.later(began) if it.maybe(0.3) else None,
            letter_before_care_date=it.later(began) if it.maybe(0.5) else None,
        )  # fmt: skip


_PLACES = [
    "U1",
    "U2",
    "U3",
    "U4",
    "U5",
    "U6",
    "K1",
    "K2",
    "K3",
    "H5",
    "P1",
    "P2",
    "P3",
    "R1",
    "R3",
    "R5",
    "S1",
    "A3",
    "A4",
    "Z1",
    "Z11",
]


def _care(it: Inventor, child: int) -> None:
    day = it.day(dt.date(2021, 6, 1), END)
    for _ in range(it.dice.choice([1, 1, 2, 3])):
        day = _period(it, child, day)
        if day is None or day > LAST:
            break
        day = it.later(day)
    if it.maybe(0.15):
        it.add("uasc", child=child, ceased_date=it.one(None, it.day(START, END), END, START))
    for year in (2024, 2025):
        it.add(
            "outcomes", child=child, year_end=dt.date(year, 3, 31), sdq_score=it.one(None, 0, 13, 16, 17, 40), sdq_reason=None,
            convicted=it.one("0", "1", None), health_check=it.one("0", "1", None), immunisations=it.one("0", "1"),
            teeth_check=it.one("0", "1"), health_assessment=it.one("0", "1"), substance_misuse=it.one("0", "1"),
            intervention_received=it.one("0", "1", None), intervention_offered=it.one("0", "1", None),
        )  # fmt: skip
    for _ in range(it.dice.randrange(3)):
        began = it.day()
        ended = it.later(began) if it.maybe(0.8) else None
        it.add("missing", child=child, kind=it.one("M", "A"), start_date=began, end_date=ended)
    for _ in range(it.dice.randrange(4)):
        began = it.day()
        it.add("statutory_reviews", child=child, review_date=began, review_code=it.one(*(f"PN{at}" for at in range(8))))
    for at in range(it.dice.randrange(3)):
        began = it.day()
        it.add(
            "social_workers", child=child, worker=f"SW{at}", start_date=began,
            end_date=it.later(began) if it.maybe(0.5) else None,
            reason=it.one("MANAGE", "FCONTA", "LEFTRL", "OTHERS", None),
        )  # fmt: skip
    if it.maybe(0.2):
        decided = it.day()
        it.add(
            "adoption_decisions",
            child=child,
            decision_date=decided,
            end_date=it.one(None, it.later(decided)),
            end_reason=None,
        )
        it.add(
            "adoptions", child=child, decision_date=decided, match_date=it.later(decided), by_foster_carer=it.one("0", "1"),
            adopters=it.one("1", "2"), adopters_sex=None, adopters_status=None,
        )  # fmt: skip
    if it.maybe(0.1):
        began = it.day()
        ended = it.later(began) if it.maybe(0.7) else None
        it.add("deprivations_of_liberty", child=child, start_date=began, end_date=ended)
    if it.maybe(0.2):
        it.add(
            "previous_permanence",
            child=child,
            kind=it.one("P0", "P1", "P2", "P3", "P4", "Z1"),
            permanence_la="301",
            date="ZZ/05/2020",
        )


def _period(it: Inventor, child: int, day: dt.date) -> dt.date | None:
    """Episodes of one period of care; the last day, or None where it goes on."""
    short = it.maybe(0.1)
    status = it.one("V3", "V4") if short else it.one("C1", "C2", "V2", "E1", "L1", "J1")
    place, urn, before = it.one(*_PLACES), f"SC{it.dice.randrange(4)}", None
    reason: object = "S" if day > dt.date(2021, 9, 1) or it.maybe(0.8) else "P"
    for _ in range(it.dice.choice([1, 1, 2, 3, 4, 5])):
        goes_on = it.maybe(0.75)
        ends = plus_days(it.later(day), 1) if goes_on or it.maybe(0.7) else None
        ended = None if ends is None else "X1" if goes_on else it.one(*_ENDS)
        it.episode(
            child, day, new_episode_reason=reason, legal_status=status, category_of_need=it.one("N1", "N2", "N8"),
            placement=place, provider=it.one("PR1", "PR2", "PR4", "PR5", None), end_date=ends, end_reason=ended,
            change_reason=it.one("PLACE", "CARPL", "CREQB", "ALLEG", "CUSTOD", None) if ended == "X1" else None,
            placement_postcode=it.one(None, "A1 1AA", "B2 2BB"), urn=it.one(urn, urn, None),
            location=it.one("IN", "OUT", None), distance=it.one(None, 0.0, 3.2, 19.9, 20.0, 20.1, 45.3, 999.9),
        )  # fmt: skip
        if ended != "X1":
            return ends
        assert ends is not None
        day, reason = ends, it.one("L", "P", "P", "P", "T", "U", "B")
        if before and it.maybe(0.7):
            (place, urn), reason, before = before, "P", None
        elif reason in ("P", "B", "T", "U"):
            before = (place, urn) if reason == "P" and it.maybe(0.3) else None
            place = it.one("T0", "T1", "T4") if before else it.one(*_PLACES)
            urn = f"SC{it.dice.randrange(4)}"
        if reason in ("L", "B", "U") and not short:
            status = it.one("C1", "C2", "V2", "E1")
    return day


def _leaving(it: Inventor, child: int) -> None:
    born = it.dice.choice([dt.date(2003, 4, 1), dt.date(2004, 3, 31), dt.date(2004, 4, 1), dt.date(2004, 2, 29),
        dt.date(2008, 2, 29),
                           dt.date(2006, 3, 31), dt.date(2006, 4, 1), dt.date(2005, 9, 9), dt.date(2006, 9, 9),
                           dt.date(2007, 9, 9),
                           dt.date(2007, 3, 31), dt.date(2008, 3, 31)])  # fmt: skip
    next(row for row in it.rows["children"] if row["child"] == child)["birth_date"] = born
    for year in (2024, 2025):
        if it.maybe(0.8):
            known = it.one("YES", "YES", "NO", "DIED", "RHOM", "REFU", "NREQ")
            it.add(
                "care_leavers", child=child, year_end=dt.date(year, 3, 31), in_touch=known,
                activity=it.one("F1", "P1", "F2", "P2", "F4", "P4", "F5", "P5", "G4", "G5", "G6", "0", None),
                accommodation=it.one("B1", "B2", "D1", "G1", "H1", "K1", "R1", "S2", "U1", "V1", "W1", "X2", "Y2",
                "Z1", "Z2", None),
            )  # fmt: skip


def _exact(it: Inventor, child: int) -> None:
    """Two referrals, and behind them events on the very day on which a window ends, or the one before or behind."""

    def about(day: dt.date, *windows: int) -> dt.date:
        return plus_days(day, it.dice.choice(windows) + it.dice.choice([0, 0, 1, -1]))

    born = next(row for row in it.rows["children"] if row["child"] == child)
    asked = it.dice.choice(
        [START, dt.date(2024, 8, 31), dt.date(2024, 12, 2), dt.date(2025, 2, 28), END, plus_days(END, 1)]
    )
    before = plus_months(asked, -it.dice.choice([12, 24]))
    first = plus_days(before, it.dice.choice([-1, 0, 0, 1]))
    first = it.dice.choice([first, first, dt.date(2024, 2, 29), dt.date(2023, 3, 31), dt.date(2023, 4, 1)])
    numbers = [next(it.numbers["referral"]) for _ in range(2)]
    second = max(plus_days(asked, -it.dice.choice([0, 3, 30])), first)
    if it.maybe(0.15):
        first = second
    for number, day in zip(numbers, (first, second), strict=True):
        closed = it.one(None, about(asked, 45), about(asked, 45), START, END)
        closed = closed if closed is None or closed >= day else None
        it.add(
            "referrals", referral=number, child=child, referral_date=day,
            referral_source=it.one("1B", "2B", "3F", "4", "5D", "6", "7", "8", "9", "10", None),
            primary_need=it.one("N1", "N4", None),
            closure_date=closed, closure_reason=it.one("RC5", "RC7", "RC8", "RC8", "RC9") if closed else None,
            no_further_action=it.maybe(0.1), conference_date=it.one(None, None, None, START, END),
        )  # fmt: skip
    for number in numbers if it.maybe(0.6) else numbers[:1]:
        # 45 working days are 63 to 68 days, 15 are 21 to 23.
        began = it.one(asked, about(asked, -64))
        it.add(
            "assessments", assessment=next(it.numbers["assessment"]), referral=number, child=child,
            start_date=it.one(began, began, began, None), review_date=None, completed_date=about(began, 63, 65, 67),
        )  # fmt: skip
        it.add(
            "factors", assessment=it.rows["assessments"][-1]["assessment"], referral=number, child=child, factor="7A"
        )
    if it.maybe(0.3):
        return
    enquired = numbers[1:] if it.maybe(0.6) else numbers
    held: object = None
    for number in enquired:
        began = asked if number == numbers[1] else about(asked, -10)
        latest = plus_days(END, -45) if began < plus_days(END, -45) else None
        held = held or it.one(None, latest, about(began, 15, 21, 22, 28), about(began, 30, 90))
        it.add(
            "enquiries", enquiry=next(it.numbers["enquiry"]), referral=number, child=child, start_date=began,
            conference_target=it.one(None, held, about(began, 21)), conference_date=held,
            conference_not_required=it.one(True, True, False, None) if held is None else it.one(False, None),
        )  # fmt: skip
        if it.maybe(0.6):
            begun = about(held, 0, 45) if held and it.maybe(0.5) else about(began, 0, 30, 60, 90)
            it.add(
                "protection_plans", plan=next(it.numbers["plan"]), referral=number, child=child, start_date=begun,
                end_date=it.one(None, asked, plus_days(asked, 1)) if begun < asked else None, initial_category="NEG",
                latest_category=None, previous_plans=0,
            )  # fmt: skip
        for _ in range(it.dice.randrange(3)):
            it.add("cin_plans", referral=number, child=child, start_date=about(began, -30, 0), end_date=None)
    for at in range(it.dice.randrange(3)):
        began = about(asked, -90 * at, 0)
        decided = it.one(None, asked, about(began, 28, 84))
        it.add(
            "pre_proceedings", referral=numbers[1], child=child, start_date=began, letter_date=None,
            meeting_offered=it.one(True, False, None), meeting_held=it.one(True, False, None), first_meeting_date=None,
            review_meetings=0, decision_date=decided, outcome=it.one("A", "B", "C", None) if decided else None,
            court_date=it.one(None, about(plus_months(decided, it.dice.choice([0, 3, 6])), 0)) if decided else it.one(None, END),
            letter_before_care_date=it.one(None, began, about(asked, 0)),
        )  # fmt: skip
        if it.maybe(0.3):
            born["birth_date"] = it.one(began, plus_days(began, 1), plus_months(began, -12), plus_months(began, -216))
