"""Returns of one or more collections, years and authorities → a history."""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import polars as pl

from csc_returns.extracts.dates import with_usual_dates
from csc_returns.extracts.returns import Return
from csc_returns.history import cin, ssda903
from csc_returns.history.merge import NAMED, NO_OWNER, Source, child_numbers, latest, numbered
from csc_returns.history.model import CONTRADICTIONS, COVERED, FRAMES, LEFT_OUT, OWNERS, History, conferences
from csc_returns.history.vanished import SPANS, with_vanished
from csc_returns.specification import authority_number, ons_code, specification, whole_specification
from csc_returns.validation.data import ReturnData


class _Same(NamedTuple):
    """Which rows of two returns are the same event: those of one child that agree in ``key``.

    Values of the other columns may change from blank to something and, where they are in ``changing``, from one value to another
    without a contradiction. ``lasting`` and ``end``: see ``latest``.
    """

    key: tuple[str, ...]
    changing: tuple[str, ...] = ()
    lasting: tuple[str, ...] = ()
    end: str | None = None


#: What hangs on a referral is the same event under another one: the date of a referral may be corrected.
_OF_REFERRAL = _Same(("start_date", "_undated"), ("referral",), ("referral",))

_SAME: Mapping[str, _Same] = {
    "referrals": _Same(("referral_date",), (), ("referral_source",), "closure_date"),
    "assessments": _OF_REFERRAL._replace(changing=("referral", "review_date"), end="completed_date"),
    "enquiries": _OF_REFERRAL._replace(changing=("referral", "conference_target")),
    "cin_plans": _OF_REFERRAL._replace(end="end_date"),
    "protection_plans": _Same(
        ("start_date",), ("latest_category", "referral"), ("referral", "initial_category"), "end_date"
    ),
    "plan_reviews": _Same(("plan", "review_date")),
    "pre_proceedings": _OF_REFERRAL._replace(changing=("referral", "review_meetings"), end="decision_date"),
    "episodes": _Same(
        ("start_date",),
        ("distance", "location", "placement_la", "home_postcode"),
        ("new_episode_reason", "legal_status", "placement"),
        "end_date",
    ),
    "statutory_reviews": _Same(("review_date",), (), ("review_code",)),
    "missing": _Same(("kind", "start_date"), end="end_date"),
    "adoption_decisions": _Same(("decision_date",), end="end_date"),
    "adoptions": _Same(("decision_date",)),
    "outcomes": _Same(("year_end",)),
    "care_leavers": _Same(("year_end",)),
    "previous_permanence": _Same(("kind", "date")),
    "uasc": _Same(()),
    "social_workers": _Same(("worker", "start_date"), end="end_date"),
    "deprivations_of_liberty": _Same(("start_date",), end="end_date"),
}

#: The number that a frame gives to its rows, the number within one return that stands for it there, and the date of an event.
_NUMBERS = {
    "referrals": ("referral", "_episode", "referral_date"),
    "assessments": ("assessment", "_assessment", "start_date"),
    "protection_plans": ("plan", "_plan", "start_date"),
}

#: A frame of which no return has rows.
_NO_ROWS = pl.Schema(
    {
        **dict.fromkeys(["_la", "_id", "_table"], pl.String()),
        **dict.fromkeys(["_source", "_row", "_episode", "_assessment", "_plan"], pl.Int64()),
    }
)

#: Rows left out, none yet: the columns of ``LEFT_OUT`` and what links them to events.
_NOTHING_LOST = pl.DataFrame(schema=dict(LEFT_OUT) | {"_source": pl.Int64(), "_id": pl.String()})

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
    earlier one that is in ``contradictions``. Of two returns of one year the later is the one written later by
    its own word, else the one whose path comes later. What was open in one return and is not in the next is ``vanished``.

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
    owners: dict[str, pl.DataFrame] = {}
    for name in ("children", *_SAME):
        rows = together.get(name, pl.DataFrame(schema=_NO_ROWS))
        rows = rows.join(numbers.select("_la", "_id", "child"), on=["_la", "_id"], how="left")
        if name == "children":
            frames[name], different = _children(rows, numbers)
            contradictions.append(different)
            continue
        for frame, (_, within, _) in _NUMBERS.items():
            if frame in owners and within in rows.columns:
                rows = rows.join(owners[frame], on=["_source", within], how="left")
                unclear = rows.filter("_several").with_columns(pl.lit(NO_OWNER).alias("_reason"))
                rows = rows.drop("_several")
                left_out += [
                    one.left_out(name, some)
                    for one in sources
                    if (some := unclear.filter(pl.col("_source") == one.number)).height
                ]
        same = _SAME[name]
        rows = _filled(rows, name)
        if "_undated" in same.key:
            # Without a date only what they hang on tells whether two are the same.
            rows = rows.with_columns(pl.when(pl.col("start_date").is_null()).then("referral").alias("_undated"))
        own, own_within, date = _NUMBERS.get(name, (None, None, None))
        merged, different, where = latest(
            rows, name, ["child", *same.key], same.changing, own, own_within, lasting=same.lasting, end=same.end
        )
        contradictions.append(different)
        if name in SPANS:
            merged, gone = with_vanished(merged, name, sources, rows["_source"], pl.concat([_NOTHING_LOST, *left_out]))
            contradictions.append(gone)
        frames[name] = merged
        if own is not None and date is not None:
            ids[name] = where
            dated = where.join(merged.select(own, pl.col(date).alias("_date")), on=own, how="left")
            owners[name] = _owners(dated, str(own_within), own)
    listing = [one.number for one in sources if one.collection == "cin" and one.lists_factors]
    frames["factors"], different = _factors(together.get("factors"), frames["assessments"], ids["assessments"], listing)
    contradictions.append(different)
    frames["conferences"] = conferences(frames["enquiries"], frames["referrals"])
    contradictions = [one for one in contradictions if one.height]
    found = pl.concat(contradictions) if contradictions else pl.DataFrame()
    lost = pl.concat([_NOTHING_LOST, *left_out])
    return History(
        {name: numbered(frames[name], name, OWNERS).select(schema.keys()) for name, schema in FRAMES.items()},
        pl.DataFrame(covered, schema=COVERED, orient="row").unique().sort(pl.all()),
        _named(found, frames["children"], sources),
        lost.select(LEFT_OUT.names()),
    )


def _sources(
    returns: Sequence[Return], reference: Mapping[str, pl.DataFrame] | None, local_authority: str | None
) -> list[Source]:
    """The returns that tell something, the earliest year first, typed as the rules see them."""
    told = {la for one in returns if (la := _authority(one.local_authority))}
    usual = _authority(local_authority) or (told.pop() if len(told) == 1 else "")
    typed = []
    for found in returns:
        if not found.tables or found.year is None:
            continue
        la = _authority(found.local_authority) or usual
        year = specification(found.collection, found.year)
        tables = with_usual_dates(found.tables, whole_specification(found.collection), found.date_form)
        # Where a placement is follows from ONS codes.
        sender = ons_code(la, found.year) if la else None
        data = ReturnData(tables, year, reference=reference, local_authority=sender)
        typed.append((found, la, data))
    paths = [found.path for found, _, _ in typed]
    ordered = sorted(
        typed,
        key=lambda one: (
            one[2].end,
            one[0].collection,
            one[1],
            _written(one[2]),
            one[0].path,
            _content(one[2]) if paths.count(one[0].path) > 1 else 0,
        ),
    )
    # A return that is given twice says nothing new: its children without an identifier would be taken for others.
    kept = [
        (found, la, data)
        for at, (found, la, data) in enumerate(ordered)
        if not any(la == before and _the_same(data, other) for _, before, other in ordered[:at])
    ]
    return [
        Source(number, found.collection, la, found.path, data, not found.whole or bool(found.in_part))
        for number, (found, la, data) in enumerate(kept)
    ]


def _the_same(one: ReturnData, other: ReturnData) -> bool:
    """Two returns of one collection and year whose tables say the same, row by row."""
    return (
        one.specification is other.specification
        and one.end == other.end
        and one.text.keys() == other.text.keys()
        and all(frame.equals(other.text[name]) for name, frame in one.text.items())
    )


def _written(data: ReturnData) -> str:
    """When the file says that it was written, for two returns of one year: the one that was sent again is the later one."""
    header = data.specification.header
    table = data.text.get(header.table) if header else None
    said = table["DateTime"].drop_nulls() if table is not None and "DateTime" in table.columns else None
    return said[0] if said is not None and said.len() else ""


def _content(data: ReturnData) -> int:
    """A number that depends on what a return says and not on where it stands among others."""
    return sum(sum(frame.hash_rows().to_list()) for _, frame in sorted(data.text.items()))


def _authority(code: str | None) -> str:
    """The three-digit number of an authority whose number or ONS code is given; any other text as it is."""
    given = (code or "").strip()
    return authority_number(given) or given.upper()


def _filled(rows: pl.DataFrame, name: str) -> pl.DataFrame:
    """The rows with every column of the frame, null where no return has it."""
    lacking = [
        pl.lit(None, dtype).alias(column) for column, dtype in FRAMES[name].items() if column not in rows.columns
    ]
    return rows.with_columns(lacking)


def _children(rows: pl.DataFrame, numbers: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """One row a child, each value from the latest return that has one; and the contradictions."""
    values = [column for column in FRAMES["children"] if column not in {"child", "la", "child_id"}]
    by = ["child", "_source"]
    # A return says a child's values once; should it say one twice, which counts does not depend on the order of rows.
    said = (
        _filled(rows, "children")
        .sort(*by, "_table", *values, nulls_last=True)
        .group_by(by, maintain_order=True)
        .agg(pl.col(values).drop_nulls().last())
    )
    known = said.group_by("child", maintain_order=True).agg(pl.col(values).drop_nulls().last())
    children = numbers.join(known, on="child", how="left").rename({"_la": "la"})
    named = pl.col("_id").str.starts_with(NAMED)
    children = children.with_columns(pl.when(named).then(pl.col("_id").str.slice(len(NAMED))).alias("child_id"))
    # A value left out in the later return contradicts nothing.
    _, different, _ = latest(said, "children", ["child"], _CHANGING, None, None, blank_contradicts=False)
    return children.sort("child"), different


def _owners(ids: pl.DataFrame, within: str, number: str) -> pl.DataFrame:
    """Which event each number of each return stands for: ``_source``, ``within``, ``number`` and ``_several``.

    Where it stands for several of other days, which is meant cannot be told: ``number`` is null and ``_several`` true. Of several
    of the same day it is the first: they are one event that a return has twice.
    """
    place = ["_source", within]
    twice = ids.select(place).is_duplicated()
    owners = ids.filter(~twice).select(*place, number, pl.lit(value=False).alias("_several"))
    if not twice.any():
        return owners
    several = (pl.col("_date").n_unique() > 1).alias("_several")
    shared = ids.filter(twice).group_by(place).agg(pl.col(number).min(), several)
    shared = shared.with_columns(pl.when(~pl.col("_several")).then(number).alias(number))
    return pl.concat([owners, shared.select(owners.columns)])


def _factors(
    rows: pl.DataFrame | None, assessments: pl.DataFrame, ids: pl.DataFrame, listing: Sequence[int]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Factors of each assessment, as the latest return lists them that holds it and lists factors; and the contradictions.

    Factors that come on top contradict nothing; one that the later return no longer lists does.
    """
    if rows is None or rows.is_empty():
        return pl.DataFrame(schema=dict(FRAMES["factors"])), pl.DataFrame()
    told = ids.select("_source", "_assessment", "assessment").unique().filter(pl.col("_source").is_in(list(listing)))
    listed = told.join(
        rows.select("_source", "_assessment", "factor").drop_nulls("factor"), on=["_source", "_assessment"], how="inner"
    )
    listed = listed.select("assessment", "_source", "factor").unique().sort(pl.all())
    returns = told.select("assessment", "_source").unique().sort(pl.all())
    owners = assessments.select("assessment", "referral", "child", "start_date")
    newest = returns.unique("assessment", keep="last", maintain_order=True)
    factors = listed.join(newest, on=["assessment", "_source"], how="semi").join(owners, on="assessment")
    followed = returns.with_columns(pl.col("_source").shift(-1).alias("_next")).filter(
        pl.col("assessment") == pl.col("assessment").shift(-1)
    )
    after = listed.rename({"_source": "_next"})
    pairs = (
        followed.join(listed, on=["assessment", "_source"])
        .join(after, on=["assessment", "_next", "factor"], how="anti")
        .select("assessment", "_source", "_next")
        .unique()
    )
    codes = (
        listed.join(pairs, on="assessment", how="semi")
        .group_by("assessment", "_source", maintain_order=True)
        .agg(pl.col("factor").str.join(", "))
    )
    different = (
        pairs.join(codes, on=["assessment", "_source"])
        .join(codes.rename({"_source": "_next", "factor": "later"}), on=["assessment", "_next"], how="left")
        .join(owners, on="assessment")
        .select(
            "child",
            pl.lit("factors").alias("frame"),
            pl.col("start_date").alias("event_date"),
            pl.lit("factor").alias("item"),
            pl.col("factor").alias("earlier"),
            "later",
            pl.col("_source").alias("_earlier"),
            pl.col("_next").alias("_later"),
        )
    )
    return factors.select("assessment", "referral", "child", "factor").sort(pl.all()), different


def _named(found: pl.DataFrame, children: pl.DataFrame, sources: Sequence[Source]) -> pl.DataFrame:
    """Contradictions with the child's identifier, and the last days and paths of both returns."""
    if found.is_empty():
        return pl.DataFrame(schema=CONTRADICTIONS)
    returns = pl.DataFrame(
        [(one.number, one.data.end, one.path) for one in sources],
        schema={"_source": pl.Int64, "return": pl.Date, "path": pl.String},
        orient="row",
    )
    for which in ("earlier", "later"):
        of_this = returns.rename({"return": f"{which}_return", "path": f"{which}_path"})
        found = found.join(of_this, left_on=f"_{which}", right_on="_source")
    return (
        found.join(children.select("child", "la", "child_id"), on="child")
        .select(CONTRADICTIONS.names())
        .sort(pl.all(), nulls_last=True)
    )
