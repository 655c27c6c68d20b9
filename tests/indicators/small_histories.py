"""Small histories, written row by row, and the figures of one indicator on them.

Every builder of a row is told the child first. Days may be text, in any row: ``history`` makes dates of them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from itertools import count

import polars as pl

from csc_returns.extracts.returns import Return
from csc_returns.history import History
from csc_returns.history.model import FRAMES
from csc_returns.indicators import run

D = dt.date
Day = dt.date | str | None
#: What figures are computed of: a history, or the returns themselves.
Held = History | Sequence[Return]

#: The collection year asked about unless a test says otherwise, its edges and the days beside them.
YEAR = "2024-25"
BEFORE, START, NEXT = D(2024, 3, 31), D(2024, 4, 1), D(2024, 4, 2)
ALMOST, END, BEHIND = D(2025, 3, 30), D(2025, 3, 31), D(2025, 4, 1)
LONG_AGO, MIDDLE = D(2020, 1, 1), D(2024, 9, 9)
#: Within the year: when something began, and when it was closed.
JUNE, CLOSED = D(2024, 6, 1), D(2024, 8, 1)
#: Twelve on the last day of the year.
BORN = D(2012, 5, 5)
#: What the returns cover unless a test says otherwise.
FIRST, LAST = D(2020, 4, 1), END

_numbers = count()


class Row(dict[str, object]):
    """A row that knows its frame."""

    def __init__(self, frame: str, **values: object) -> None:
        super().__init__(values)
        self.frame = frame


# -- rows --------------------------------------------------------------------------------------------------------------


def row(child: int, **values: object) -> dict[str, object]:
    """A row of whatever frame it is given to."""
    return {"child": child, **values}


def child(number: int, born: Day = BORN, **more: object) -> Row:
    return Row("children", child=number, birth_date=born, **more)


def referral(child: int, day: Day = "2023-10-01", closed: Day = None, reason: str | None = None, **more: object) -> Row:
    """One that was taken on, with a number of its own unless ``referral`` gives one."""
    usual = {"referral": next(_numbers), "no_further_action": False}
    dated = {"referral_date": day, "closure_date": closed, "closure_reason": reason}
    return Row("referrals", child=child, **usual | dated | more)


def closed(child: int, day: Day, reason: str | None, **more: object) -> Row:
    """A referral that was closed."""
    return referral(child, closed=day, reason=reason, **more)


def within(case: Mapping[str, object], **more: object) -> dict[str, object]:
    """A row of something that belongs to a referral: an assessment, enquiry or plan."""
    return {"referral": case["referral"], "child": case["child"], **more}


def assessed(child: int, done: Day, *factors: str, start: Day = "2024-03-01", **more: object) -> list[Row]:
    """An assessment of the child's, and the factors it lists."""
    own = {"child": child, "assessment": next(_numbers), **more}
    listed = [Row("factors", factor=factor, **own) for factor in factors]
    return [Row("assessments", start_date=start, completed_date=done, **own), *listed]


def enquiry(child: int, day: Day, held: Day = None, **more: object) -> Row:
    """``held``: when the conference was, if there was one."""
    return Row("enquiries", child=child, start_date=day, conference_date=held, **more)


def plan(child: int, began: Day, ended: Day = None, **more: object) -> Row:
    """A protection plan."""
    return Row("protection_plans", child=child, start_date=began, end_date=ended, **more)


def review(child: int, day: Day, plan: int | None = None) -> Row:
    """Of the plan of the child's number unless said otherwise."""
    return Row("plan_reviews", child=child, plan=child if plan is None else plan, review_date=day)


def support(child: int, began: Day, ended: Day = None, **more: object) -> Row:
    """A child in need plan."""
    return Row("cin_plans", child=child, start_date=began, end_date=ended, **more)


def proceedings(child: int, began: Day, **more: object) -> Row:
    return Row("pre_proceedings", child=child, start_date=began, **more)


def episode(
    child: int,
    start: Day = LONG_AGO,
    end: Day = None,
    end_reason: str | None = None,
    *,
    reason: str | None = "S",
    place: str | None = "U6",
    status: str = "C2",
    **more: object,
) -> Row:
    """An episode of care; it begins care (``reason``) and is one of a full care order unless it says otherwise."""
    return Row(
        "episodes", child=child, start_date=start, end_date=end, end_reason=end_reason, new_episode_reason=reason,
        placement=place, legal_status=status, **more,
    )  # fmt: skip


def short_break(child: int, start: Day, end: Day, status: str = "V4", **more: object) -> Row:
    return episode(child, start, end, "E4A", status=status, **more)


def story(child: int, *steps: str, **more: object) -> list[Row]:
    """Episodes in turn, each "day reason place [provider [postcode]]"; a dot is a blank, and the last one goes on."""
    told = [[None if word == "." else word for word in step.split(" ")] for step in steps]
    ends = [each[0] for each in told[1:]] + [None]
    return [
        episode(
            child, start, end, end and "X1", reason=reason, place=place, urn=where[0] if where else None,
            placement_postcode=where[1] if len(where) > 1 else None, **more,
        )
        for (start, reason, place, *where), end in zip(told, ends, strict=True)
    ]  # fmt: skip


# -- histories ---------------------------------------------------------------------------------------------------------


def covered_by(
    authorities: Iterable[str], first: Day = FIRST, last: Day = LAST, collections: Sequence[str] = ("cin", "ssda903")
) -> list[dict[str, object]]:
    """What returns of these authorities cover."""
    return [
        {"la": la, "collection": name, "first_day": _day(first), "last_day": _day(last)}
        for la in authorities
        for name in collections
    ]


def history(
    *rows: Row,
    first: Day = FIRST,
    last: Day = LAST,
    collections: Sequence[str] = ("cin", "ssda903"),
    la: Mapping[int, str] | None = None,
    authorities: Sequence[str] = (),
    born: Day | Mapping[int, Day] = BORN,
    **frames: Iterable[Mapping[str, object]],
) -> History:
    """Rows that know their frame, and rows by frame.

    Children are of authority 301 unless ``la`` says otherwise, and born on BORN unless ``born`` does; of those with a row of
    ``children``, what it says is all that is known. Returns are of the authorities of the children and of those named.
    """
    held: dict[str, list[Mapping[str, object]]] = {name: list(some) for name, some in frames.items()}
    for one in rows:
        held.setdefault(one.frame, []).append(one)
    told = {one["child"]: one for one in held.get("children", [])}
    numbers = sorted({one["child"] for some in held.values() for one in some})
    births = born if isinstance(born, Mapping) else dict.fromkeys(numbers, born)
    numbers = sorted({*numbers, *births})
    held["children"] = [
        {"child": one, "la": (la or {}).get(one, "301"), **told.get(one, {"birth_date": births.get(one, BORN)})}
        for one in numbers
    ]
    senders = sorted({"301", *authorities, *(one["la"] for one in held["children"])})
    return History.from_rows(
        {name: [dated(name, one) for one in some] for name, some in held.items()},
        covered_by(senders, first, last, collections),
    )


def dated(frame: str, values: Mapping[str, object]) -> dict[str, object]:
    """The row with dates where its frame has dates."""
    schema = FRAMES[frame]
    return {name: _day(value) if schema.get(name) == pl.Date() else value for name, value in values.items()}


def _day(value: object) -> object:
    return dt.date.fromisoformat(value) if isinstance(value, str) else value


# -- figures -----------------------------------------------------------------------------------------------------------


def figures(held: Held, name: str, variant: str | None = None, **asked: object) -> pl.DataFrame:
    """The rows of one indicator, by default or of one variant, for YEAR unless something else is asked."""
    found = run.indicators(
        held, [name], variants=[f"{name}:{variant}"] if variant else None,
        **{"year": YEAR, "by": [], "small_denominator": 0} | asked,
    )  # fmt: skip
    chosen = found.filter((pl.col("variant") != "default") if variant else (pl.col("variant") == "default"))
    # A variant that is the default would give no row, and the test would say nothing.
    assert not chosen.is_empty(), f"{name} has no rows of {variant or 'the default'}"
    return chosen


def totals(held: Held, name: str, variant: str | None = None, **asked: object) -> list[dict[str, object]]:
    """The totals, by period and authority."""
    found = figures(held, name, variant, **asked).filter(pl.col("breakdown") == "total")
    return found.sort("period_start", "la_code").to_dicts()


def total(held: Held, name: str, variant: str | None = None, *, la: str = "301", **asked: object) -> dict[str, object]:
    """The one total of an authority."""
    (found,) = (one for one in totals(held, name, variant, **asked) if one["la_code"] == la)
    return found


def counts(held: Held, name: str, variant: str | None = None, **asked: object) -> tuple[object, object]:
    """Numerator and denominator."""
    found = total(held, name, variant, **asked)
    return found["numerator"], found["denominator"]


def numerator(held: Held, name: str, variant: str | None = None, **asked: object) -> object:
    return total(held, name, variant, **asked)["numerator"]


def numerators(held: Held, name: str, variant: str | None = None, **asked: object) -> list[object]:
    return [one["numerator"] for one in totals(held, name, variant, **asked)]


def by_authority(held: Held, name: str, column: str = "numerator") -> dict[object, object]:
    return {one["la_code"]: one[column] for one in totals(held, name)}


def notes(found: Mapping[str, object]) -> list[str]:
    """What is said beside a figure."""
    return str(found["note"]).split("; ") if found["note"] else []


def shown(found: pl.DataFrame, breakdown: str) -> dict[str, float]:
    """Category → numerator."""
    return dict(found.filter(pl.col("breakdown") == breakdown).select("category", "numerator").rows())


def beside(held: Held, name: str, breakdown: str, variant: str | None = None, **asked: object) -> dict[str, float]:
    """Category → numerator of what is shown beside the figure."""
    return shown(figures(held, name, variant, **{"by": None} | asked), breakdown)
