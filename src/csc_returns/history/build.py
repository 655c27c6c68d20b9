"""Returns of one or more collections, years and authorities → a history."""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence

import polars as pl

from csc_returns.extracts.dates import with_usual_dates
from csc_returns.extracts.returns import Return
from csc_returns.history import cin, ssda903
from csc_returns.history.merge import Source, child_numbers, latest, numbered
from csc_returns.history.model import CONTRADICTIONS, COVERED, FRAMES, LEFT_OUT, OWNERS, History, conferences
from csc_returns.specification import specification, whole_specification
from csc_returns.validation.data import ReturnData

#: Which events are the same in two returns: those of one child that agree in these columns. Values of the other columns may
#: change from blank to something and, where they are named here, from one value to another without a contradiction.
_SAME: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "referrals": (("referral_date",), ()),
    "assessments": (("referral", "start_date"), ("review_date",)),
    "enquiries": (("referral", "start_date"), ("conference_target",)),
    "cin_plans": (("referral", "start_date"), ()),
    "protection_plans": (("start_date",), ("latest_category", "referral")),
    "plan_reviews": (("plan", "review_date"), ()),
    "pre_proceedings": (("referral", "start_date"), ("review_meetings",)),
    "episodes": (("start_date",), ("distance", "location", "placement_la", "home_postcode")),
    "statutory_reviews": (("review_date",), ()),
    "missing": (("kind", "start_date"), ()),
    "adoption_decisions": (("decision_date",), ()),
    "adoptions": (("decision_date",), ()),
    "outcomes": (("year_end",), ()),
    "care_leavers": (("year_end",), ()),
    "previous_permanence": (("kind", "date"), ()),
    "uasc": ((), ()),
    "social_workers": (("worker", "start_date"), ()),
    "deprivations_of_liberty": (("start_date",), ()),
}

#: The number that a frame gives to its rows, and the number within one return that stands for it there.
_NUMBERS = {
    "referrals": ("referral", "_episode"),
    "assessments": ("assessment", "_assessment"),
    "protection_plans": ("plan", "_plan"),
}

#: A frame of which no return has rows.
_NO_ROWS = pl.Schema(
    {
        "_la": pl.String(),
        "_id": pl.String(),
        **dict.fromkeys(["_source", "_episode", "_assessment", "_plan"], pl.Int64()),
    }
)

#: Values of a child that may change without a contradiction.
_CHANGING = ("expected_birth_date", "ethnicity", "disabled", "mother")


def one_return(
    tables: Mapping[str, pl.DataFrame],
    collection: str,
    year: str,
    local_authority: str | None = None,
    path: str = "tables",
) -> Return:
    """A return of tables that are in memory already, text or typed, named as in the specification.

    Raises:
        ValueError: unknown collection or year.
    """
    specification(collection, year)
    return Return(path, collection, year, local_authority, dict(tables), {})


def build_history(
    returns: Sequence[Return],
    *,
    reference: Mapping[str, pl.DataFrame] | None = None,
    local_authority: str | None = None,
) -> History:
    """The history of some returns, in any order.

    The same event in two returns is one: the return of the later year says what it was like, and where it contradicts the
    earlier one that is in ``contradictions``.

    Args:
        returns: as read or made of tables; those without tables, or whose year is not known, tell nothing.
        reference: postcodes and providers, for the distance of placements; see ``check``.
        local_authority: code of the sender, for the returns that do not say it. Without it, such a return is taken to come from
            the only authority that the others name, if they name one.
    """
    importlib.import_module("csc_returns.validation.rules.ssda903.derived")
    sources = _sources(returns, reference, local_authority)
    covered = [(one.la, one.collection, one.data.start, one.data.end, one.broken_off) for one in sources]
    raw: dict[str, list[pl.DataFrame]] = {}
    left_out = []
    for source in sources:
        reader = {"cin": cin.frames, "ssda903": ssda903.frames}[source.collection]
        for name, lazy in reader(source).items():
            kept, lost = source.usable(name, lazy)
            raw.setdefault(name, []).append(kept)
            left_out.append(lost)
    together = {name: pl.concat(parts, how="diagonal_relaxed") for name, parts in raw.items()}
    numbers = child_numbers(together)
    contradictions: list[pl.DataFrame] = []
    frames: dict[str, pl.DataFrame] = {}
    ids: dict[str, pl.DataFrame] = {}
    for name in ("children", *_SAME):
        rows = together.get(name, pl.DataFrame(schema=_NO_ROWS))
        rows = rows.join(numbers.select("_la", "_id", "child"), on=["_la", "_id"], how="left")
        if name == "children":
            frames[name], different = _children(rows, numbers)
            contradictions.append(different)
            continue
        for frame, (number, within) in _NUMBERS.items():
            if frame in ids and within in rows.columns:
                rows = rows.join(ids[frame].select("_source", within, number), on=["_source", within], how="left")
        key, changing = _SAME[name]
        rows = _filled(rows, name)
        own, own_within = _NUMBERS.get(name, (None, None))
        merged, different, same = latest(rows, name, ["child", *key], changing, own, own_within)
        contradictions.append(different)
        frames[name] = merged
        if own is not None:
            ids[name] = same
    frames["factors"] = _factors(together.get("factors"), frames["assessments"], ids["assessments"])
    frames["conferences"] = conferences(frames["enquiries"], frames["referrals"])
    last_days = pl.DataFrame({"_source": range(len(sources)), "last_day": [one.data.end for one in sources]})
    contradictions = [one for one in contradictions if one.height]
    found = pl.concat(contradictions) if contradictions else pl.DataFrame()
    return History(
        {name: numbered(frames[name], name, OWNERS).select(schema.keys()) for name, schema in FRAMES.items()},
        pl.DataFrame(covered, schema=COVERED, orient="row").unique().sort(pl.all()),
        _named(found, frames["children"], last_days),
        pl.concat(left_out).select(LEFT_OUT.names()) if left_out else pl.DataFrame(schema=LEFT_OUT),
    )


def _sources(
    returns: Sequence[Return], reference: Mapping[str, pl.DataFrame] | None, local_authority: str | None
) -> list[Source]:
    """The returns that tell something, the earliest year first, typed as the rules see them."""
    told = {one.local_authority for one in returns if one.local_authority}
    usual = local_authority or (told.pop() if len(told) == 1 else "")
    typed = []
    for found in returns:
        if not found.tables or found.year is None:
            continue
        la = found.local_authority or usual
        year = specification(found.collection, found.year)
        tables = with_usual_dates(found.tables, whole_specification(found.collection), found.date_form)
        data = ReturnData(tables, year, reference=reference, local_authority=la or None)
        broken_off = not found.whole or bool(found.in_part)
        typed.append((data.end, found.collection, la, found.path, data, broken_off))
    typed.sort(key=lambda one: one[:4])
    return [
        Source(number, collection, la, path, data, broken_off)
        for number, (_, collection, la, path, data, broken_off) in enumerate(typed)
    ]


def _filled(rows: pl.DataFrame, name: str) -> pl.DataFrame:
    """The rows with every column of the frame, null where no return has it."""
    lacking = [
        pl.lit(None, dtype).alias(column) for column, dtype in FRAMES[name].items() if column not in rows.columns
    ]
    return rows.with_columns(lacking)


def _children(rows: pl.DataFrame, numbers: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """One row a child, each value from the latest return that has one; and the contradictions."""
    values = [column for column in FRAMES["children"] if column not in {"child", "la", "child_id"}]
    rows = _filled(rows, "children")
    known = rows.sort("_source").group_by("child").agg(pl.col(values).drop_nulls().last())
    children = numbers.join(known, on="child", how="left").rename({"_la": "la"})
    nameless = pl.col("_id").str.starts_with("?")
    children = children.with_columns(pl.when(~nameless).then(pl.col("_id")).alias("child_id"))
    comparable = rows.select("child", "_source", *values).sort("child", "_source")
    # A return says a child's values once; a value left out in the later one contradicts nothing.
    _, different, _ = latest(comparable, "children", ["child"], _CHANGING, None, None, blank_contradicts=False)
    return children.sort("child"), different


def _factors(rows: pl.DataFrame | None, assessments: pl.DataFrame, ids: pl.DataFrame) -> pl.DataFrame:
    """Factors of each assessment, as the latest return that holds it lists them."""
    if rows is None or rows.is_empty():
        return pl.DataFrame(schema=dict(FRAMES["factors"]))
    newest = ids.group_by("assessment").agg(pl.col("_source").max())
    of_newest = rows.join(ids.join(newest, on=["assessment", "_source"], how="semi"), on=["_source", "_assessment"])
    owners = assessments.select("assessment", "referral", "child")
    factors = of_newest.select("assessment", "factor").join(owners, on="assessment")
    return factors.select("assessment", "referral", "child", "factor").unique().sort(pl.all())


def _named(found: pl.DataFrame, children: pl.DataFrame, last_days: pl.DataFrame) -> pl.DataFrame:
    """Contradictions with the child's identifier and the last days of both returns."""
    if found.is_empty():
        return pl.DataFrame(schema=CONTRADICTIONS)
    days = last_days.with_columns(pl.col("_source").cast(pl.Int64))
    return (
        found.join(children.select("child", "la", "child_id"), on="child")
        .join(days.rename({"last_day": "earlier_return"}), left_on="_earlier", right_on="_source")
        .join(days.rename({"last_day": "later_return"}), left_on="_later", right_on="_source")
        .select(CONTRADICTIONS.names())
        .sort(pl.all(), nulls_last=True)
    )
