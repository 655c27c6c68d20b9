"""Cases side by side: each is an authority of its own, and all of a test are one history.

So nothing of one may leak into another. The authorities are 000, 001, ... in the order of the cases.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import count

from indicators.small_histories import BORN, FIRST, LAST, Day, Row, covered_by, dated, totals

from csc_returns.history import History

#: What → the figure wanted (a numerator, or numerator and denominator), and the rows of the case.
Cases = Mapping[str, tuple[object, Iterable[Row]]]

#: Columns that number something of a case, and so are numbered anew beside other cases.
NUMBERS = ("child", "referral", "plan", "assessment")


def each_alone(
    cases: Iterable[Iterable[Row]], first: Day = FIRST, last: Day = LAST, collections=("cin", "ssda903")
) -> History:
    """One authority a case.

    Rows that do not say to which referral they belong are of the first one of their case, and plans are numbered from 0 on.
    """
    frames: dict[str, list[dict[str, object]]] = defaultdict(list)
    numbers: dict[tuple[int, str, object], int] = defaultdict(count().__next__)
    size = 0
    for at, case in enumerate(cases):
        size += 1
        rows = list(case)
        named = {row["child"] for row in rows if row.frame == "children"}
        rows += [Row("children", child=one, birth_date=BORN) for one in {row["child"] for row in rows} - named]
        usual = next((row["referral"] for row in rows if row.frame == "referrals"), "none")
        plans = count()
        for row in rows:
            own: dict[str, object] = {}
            if row.frame == "children":
                own["la"] = f"{at:03}"
            elif row.frame not in ("episodes", "plan_reviews"):
                own["referral"] = usual
            if row.frame == "protection_plans":
                own["plan"] = next(plans)
            own |= row
            for name in NUMBERS:
                if own.get(name) is not None:
                    own[name] = numbers[at, name, own[name]]
            frames[row.frame].append(dated(row.frame, own))
    return History.from_rows(frames, covered_by([f"{at:03}" for at in range(size)], first, last, collections))


def of_all(cases: Cases, **covered: object) -> History:
    return each_alone((rows for _, rows in cases.values()), **covered)


def check(
    name: str, cases: Cases, variant: str | None = None, first: Day = FIRST, last: Day = LAST, **asked: object
) -> list[dict[str, object]]:
    """Each case gives the figure that it should; the totals, in the order of the cases."""
    found = totals(of_all(cases, first=first, last=last), name, variant, **asked)
    assert len(found) == len(cases)
    for (words, (wanted, _)), row in zip(cases.items(), found, strict=True):
        got = (row["numerator"], row["denominator"]) if isinstance(wanted, tuple) else row["numerator"]
        assert got == wanted, (words, row)
    return found


def note(name: str, case: Iterable[Row], variant: str | None = None, **covered: object) -> str:
    """What is said beside the figure of one case."""
    (found,) = totals(each_alone([case], **covered), name, variant)
    return found["note"] or ""
