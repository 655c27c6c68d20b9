"""More children for the invented histories, with events on the very days on which plans, starts and ends of care turn.

They have dice of their own, so that the other children stay as they are.
"""

from __future__ import annotations

import datetime as dt

from indicators.oracle.invented import AUTHORITIES, END, FIRST, START, Apart, Inventor
from indicators.oracle.registry import birthday, plus_days, plus_months

#: Days in the period, its edges and ends of months among them.
_DAYS = [START, dt.date(2024, 5, 31), dt.date(2024, 8, 31), dt.date(2024, 10, 31), dt.date(2025, 2, 28), END]


class _Cases(Apart):
    def near(self, day: dt.date) -> dt.date:
        return plus_days(day, self.one(-1, 0, 0, 1))

    def day(self) -> dt.date:
        return self.one(*_DAYS) if self.dice.random() < 0.7 else plus_days(START, self.dice.randrange(365))

    def child(self, born: dt.date | None = dt.date(2018, 6, 10), **more: object) -> int:
        return super().child(born, sex=self.one("M", "F"), ethnicity="WBRI", **more)

    def referral(self, child: int, day: dt.date) -> int:
        number = next(self.it.numbers["referral"])
        self.it.add(
            "referrals", referral=number, child=child, referral_date=day, referral_source="1A", primary_need="N1",
            closure_date=None, closure_reason=None, no_further_action=False, conference_date=None,
        )  # fmt: skip
        return number

    def plan(self, child: int, began: dt.date, ended: dt.date | None) -> tuple[int, int]:
        referral, plan = self.referral(child, plus_days(began, -30)), next(self.it.numbers["plan"])
        self.it.add(
            "protection_plans", plan=plan, referral=referral, child=child, start_date=began, end_date=ended,
            initial_category="NEG", latest_category=None, previous_plans=0,
        )  # fmt: skip
        return plan, referral

    def assessment(self, child: int, referral: int, done: dt.date | None, *factors: str) -> None:
        number = next(self.it.numbers["assessment"])
        self.it.add(
            "assessments", assessment=number, referral=referral, child=child, start_date=plus_days(done or START, -20),
            review_date=None, completed_date=done,
        )  # fmt: skip
        for factor in factors:
            self.it.add("factors", assessment=number, referral=referral, child=child, factor=factor)

    def care(self, child: int, began: dt.date, ended: dt.date | None, reason: str | None, status: str = "C1") -> None:
        self.it.episode(child, began, legal_status=status, end_date=ended, end_reason=reason)


def plans_and_flows(it: Inventor, first: int) -> None:
    """Adds the children; ``first`` is the number before the first of them."""
    cases = _Cases(it, first, seed=7)
    for _ in range(16 * len(AUTHORITIES)):
        cases.one(_length, _reviews, _reviews, _factors, _left, _left, _returned, _start, _adopted)(cases)


def _length(cases: _Cases) -> None:
    if cases.dice.random() < 0.5:
        cases.plan(
            cases.child(),
            cases.near(plus_months(END, -cases.one(0, 3, 6, 12, 24))),
            cases.one(None, None, cases.near(END)),
        )
        return
    ended = cases.one(cases.day(), plus_days(START, -1), plus_days(END, 1))
    cases.plan(cases.child(), cases.near(plus_months(ended, -24)), ended)


def _reviews(cases: _Cases) -> None:
    child = cases.child()
    began = cases.one(cases.near(plus_months(END, -3)), cases.near(plus_months(END, -9)), cases.near(dt.date(2024, 8, 31)),
                      plus_days(dt.date(2023, 6, 1), cases.dice.randrange(400)))  # fmt: skip
    plan, _ = cases.plan(child, began, None)
    day = plus_days(plus_months(began, 3), cases.one(-30, -1, 0, 0, 0, 1))
    while day <= plus_days(END, 40) and cases.dice.random() < 0.9:
        it_is_held = cases.one(day, day, END) if plus_days(END, -5) <= day <= plus_days(END, 5) else day
        cases.it.add("plan_reviews", plan=plan, child=child, review_date=it_is_held)
        day = plus_days(plus_months(day, 6), cases.one(-40, -1, 0, 0, 0, 0, 1))


def _factors(cases: _Cases) -> None:
    child = cases.child()
    _, referral = cases.plan(child, dt.date(2024, 11, 1), None)
    other = cases.referral(child, dt.date(2022, 5, 1))
    done = cases.one(cases.near(END), cases.near(START), None)
    cases.assessment(
        child, cases.one(referral, referral, other), done, cases.one("10A", "11A", "12A", "13A", "24A", "18B", "3A")
    )


def _left(cases: _Cases) -> None:
    """Left care in the period or in the year two before, and something came to the day, or a day off, months later."""
    left, months = cases.day(), cases.one(6, 12, 24, 36)
    if cases.dice.random() < 0.5:
        left = plus_months(left, -24)
    until = plus_months(left, months)
    born = dt.date(2016, 3, 3)
    if cases.dice.random() < 0.3:
        turned = cases.near(until)
        born = (
            dt.date(turned.year - 18, turned.month, min(turned.day, 28))
            if turned.day == 29
            else turned.replace(year=turned.year - 18)
        )
        assert birthday(born, 18) <= plus_days(until, 1)
    child = cases.child(born)
    home = cases.dice.random() < 0.5
    reason = cases.one("E4A", "E4B", "E13") if home else cases.one("E41", "E45", "E47", "E46")
    cases.care(child, plus_days(left, -200), left, reason)
    day = cases.one(left, plus_days(left, 1), cases.near(until), cases.near(until))
    what = cases.one("care", "care", "care", "none") if home else cases.one("plan", "enquiry", "enquiry", "care")
    if what == "care":
        cases.care(child, day, None, None)
    elif what == "plan":
        cases.plan(child, day, None)
    elif what == "enquiry":
        cases.it.add(
            "enquiries", enquiry=next(cases.it.numbers["enquiry"]), referral=cases.referral(child, day), child=child,
            start_date=day, conference_target=None, conference_date=None, conference_not_required=None,
        )  # fmt: skip


def _returned(cases: _Cases) -> None:
    """Started in the period, and earlier care had ended so many months before, or on the day."""
    began, child = cases.day(), cases.child()
    ended = cases.one(began, cases.near(plus_months(began, -12)), cases.near(plus_months(began, -24)))
    ended = max(ended, plus_days(FIRST, 1))
    cases.care(child, plus_days(ended, -60), ended, cases.one("E4A", "E4B", "E9", "X1"), cases.one("C1", "C1", "V4"))
    cases.care(child, began, None, None)


def _start(cases: _Cases) -> None:
    """Started on a birthday or a day off, with an assessment so many months before."""
    began = cases.one(plus_days(START, -1), cases.day(), plus_days(END, 1))
    turned = cases.near(began)
    years = cases.one(1, 5, 10, 13, 16, 18)
    try:
        born = turned.replace(year=turned.year - years)
    except ValueError:
        born = dt.date(turned.year - years, 3, 1)
    child = cases.child(cases.one(born, born, dt.date(2024, 2, 29) if years == 1 else dt.date(2008, 2, 29)))
    cases.care(child, began, None, None, cases.one("C1", "C2", "E1", "L1", "L2", "L3", "V2", "J1", "V4"))
    for _ in range(cases.one(0, 1, 2)):
        done = cases.one(cases.near(began), *(cases.near(plus_months(began, -months)) for months in (3, 6, 12)))
        factors = cases.one(["10A"], ["24A", "3A"], ["3A"], ["18B"], [])
        cases.assessment(child, cases.referral(child, plus_days(done, -50)), done, *factors)
    if cases.dice.random() < 0.3:
        cases.it.add("uasc", child=child, ceased_date=cases.one(None, cases.near(began)))


def _adopted(cases: _Cases) -> None:
    left, child = cases.day(), cases.child(dt.date(2022, 2, 2))
    cases.care(child, plus_months(left, -20), left, cases.one("E11", "E12", "E12", "E45"))
    matched = (
        cases.one(plus_months(left, -6), None) if cases.dice.random() < 0.2 else plus_months(left, -cases.one(4, 9))
    )
    for frame in ("adoptions", "adoption_decisions"):
        for _ in range(cases.one(0, 1, 1, 2)):
            base = matched or left
            decided = cases.one(None, cases.near(base), plus_months(base, -cases.one(3, 8, 14)), plus_months(base, 1))
            if frame == "adoptions":
                cases.it.add(
                    frame, child=child, decision_date=decided, match_date=matched, by_foster_carer="0", adopters="1",
                    adopters_sex=None, adopters_status=None,
                )  # fmt: skip
            else:
                cases.it.add(frame, child=child, decision_date=decided, end_date=None, end_reason=None)
