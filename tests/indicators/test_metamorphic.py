"""Returns changed in ways of which it is known what the figures must do, read from files as any others.

The versions of one set of returns are sent by an authority each, and computed together: figures of different authorities do not
touch each other, and to compute one more costs next to nothing.
"""

from __future__ import annotations

import datetime as dt
import math
import random
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from support import changed_returns as returns_of
from support.changed_returns import Sent

import csc_returns as cr
from csc_returns.extracts.reference import read_postcodes
from csc_returns.extracts.returns import Return
from csc_returns.history import History, build_history
from csc_returns.indicators.indicator import all_indicators, shown

LAST_YEAR, THIS_YEAR, NEXT_YEAR = "2024-25", "2025-26", "2026-27"

#: Which invented returns: share of the children with mistakes, and the seed.
WITHOUT, WITH = (0.0, 11), (0.3, 5)

ALL = None
KEY = ["indicator", "variant", "breakdown", "category"]
FIGURES = ["numerator", "denominator", "value", "rows_left_out", "note"]
MEDIANS = ("days_median", "weeks_median", "months_median", "miles_median")

#: What these say depends on who sends the return: whether a placement is inside the sender's area is told from its postcode.
#: Without a postcode directory nothing is known of it; with one they are compared within one authority.
OF_THE_SENDER = ["cla-placed-outside-la", "cla-secure-outside-la", "cla-over-20-miles"]

#: These need to see some time behind an event: a later return lets them count more of those at the end of the period.
LOOK_AHEAD = [
    "cpp-deescalation-sustained",
    "family-order-later-child-protection",
    "reunification-re-entry",
    "s47-to-cpp",
]


def other_choices() -> list[str]:
    """Each value of each variant that is not the default, by itself."""
    return [
        f"{one.id}:{variant.name}={shown((option,) if variant.many else option)}"
        for one in all_indicators().values()
        for variant in one.variants
        for option in variant.options
        if option != variant.default
    ]


#: Which returns, which period, which variants, and which breakdowns.
RUNS = {
    "year, all breakdowns": (WITH, {"period": "year", "year": THIS_YEAR, "by": ALL}),
    "quarter, all variants": (
        WITH,
        {"period": (dt.date(2025, 7, 1), dt.date(2025, 9, 30)), "by": [], "variants": other_choices()},
    ),
    "quarter, all breakdowns": (WITHOUT, {"period": (dt.date(2025, 10, 1), dt.date(2025, 12, 31)), "by": ALL}),
}


#: Sums of fractions are rounded to six places, so the sums of parts may be that much off.
ROUNDED = 2e-6

#: What a note says of a figure of few children; a part of them may be few where all are not.
OF_SIZE = "denominator under 10"

#: The invented returns of tests that need no more than one set.
ONE_SET = WITH


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """What is made of invented returns, once for all tests that ask for it: ``made(build, which)``, with a folder to write in."""
    kept: dict[object, object] = {}

    def of(build, which):
        if (build, which) not in kept:
            folder = tmp_path_factory.mktemp("returns")
            kept[build, which] = invented(which, folder) if build is invented else build(of(invented, which), folder)
        return kept[build, which]

    return of


def invented(which: tuple[float, int], folder: Path) -> Sent:
    return returns_of.invented(folder, (LAST_YEAR, THIS_YEAR), children=150, mistakes=which[0], seed=which[1])


def together(versions: Mapping[str, Iterable[Return]]) -> tuple[History, dict[str, str]]:
    """One history of all versions, each of a sender of its own; and these senders."""
    senders = {name: next(iter(returns)).local_authority or "" for name, returns in versions.items()}
    return build_history([one for returns in versions.values() for one in returns]), senders


def figures(history: History, senders: Mapping[str, str], **asked) -> dict[str, pl.DataFrame]:
    """The figures of each version."""
    found = cr.indicators(history, population=50_000, **asked)
    return {name: of_figures(found.filter(pl.col("la_code") == code)) for name, code in senders.items()}


def of_figures(found: pl.DataFrame) -> pl.DataFrame:
    return found.select(*KEY, "unit", *FIGURES)


def different(found: pl.DataFrame, expected: pl.DataFrame, but: Iterable[str] = ()) -> list[str]:
    """What differs of figures that should be the same, in words."""
    if found.select(KEY).rows() != expected.select(KEY).rows():
        return [f"other rows: {set(found.select(KEY).rows()) ^ set(expected.select(KEY).rows())}"]
    return [
        f"{key}: {name} {one} instead of {other}"
        for name in FIGURES
        if name not in but
        for key, one, other in zip(found.select(KEY).rows(), found[name], expected[name], strict=True)
        if one != other
    ]


def first_of(wrong: Mapping[str, list[str]]) -> str:
    """What is wrong, by what was changed; of much the first few."""
    return "\n".join(f"{name}: {len(some)} figures\n  " + "\n  ".join(some[:5]) for name, some in wrong.items() if some)


# -- the same ----------------------------------------------------------------------------------------------------------


def mixed_names(sent: Sent, dice: random.Random) -> Sent:
    """Every child under the identifier of another one."""
    names = [name for name in sent.identifiers if name]
    return returns_of.renamed(sent, dict(zip(names, dice.sample(names, len(names)), strict=True)).__getitem__)


def versions_that_are_the_same(sent: Sent, folder: Path) -> tuple[History, dict[str, str]]:
    dice = random.Random(7)
    as_sent = {
        "base": sent,
        "rows in another order": returns_of.shuffled(sent, dice),
        "children renamed": mixed_names(sent, dice),
        "given twice": sent,
    }
    found = {
        name: returns_of.read_of(returns_of.written(one, folder / code, code), code)
        for code, (name, one) in zip(("301", "302", "303", "304"), as_sent.items(), strict=True)
    }
    found["given twice"] *= 2
    paths = returns_of.written(replace(sent, care={}), folder / "305", "305")
    found["XML"] = returns_of.read_of([*paths, *returns_of.care_xml_files(sent, folder / "305")], "305")
    found["converted to CSV"] = returns_of.converted(found["XML"], folder / "306", "306")
    return together(found)


@pytest.mark.parametrize("run", RUNS)
def test_what_changes_nothing(run, made):
    which, asked = RUNS[run]
    found = figures(*made(versions_that_are_the_same, which), **asked)
    assert found["base"]["numerator"].sum() > 1000
    compared = [(name, "base") for name in ("rows in another order", "children renamed", "given twice")]
    compared.append(("converted to CSV", "XML"))
    wrong = {name: different(found[name], found[base]) for name, base in compared}
    assert first_of(wrong) == ""


# -- sums --------------------------------------------------------------------------------------------------------------


def half(sent: Sent) -> set[str]:
    """Every second identifier."""
    return set(sent.identifiers[1::2])


def with_quiet_children(sent: Sent) -> Sent:
    """With a child of whom the census says who it is and no more, and one whose need and care ended long before."""
    census, care = dict(sent.census), {year: dict(tables) for year, tables in sent.care.items()}
    nobody = """<Child><ChildIdentifiers><LAchildID>QUIET</LAchildID><PersonBirthDate>2019-05-04</PersonBirthDate>
        <Sex>F</Sex></ChildIdentifiers><ChildCharacteristics><Ethnicity>WBRI</Ethnicity></ChildCharacteristics></Child>"""
    case = """<CINdetails><CINreferralDate>2019-06-03</CINreferralDate><ReferralSource>1A</ReferralSource>
        <PrimaryNeedCode>N1</PrimaryNeedCode><CINclosureDate>2019-09-02</CINclosureDate>
        <ReasonForClosure>RC1</ReasonForClosure><ReferralNFA>false</ReferralNFA></CINdetails>"""
    ended = nobody.replace("QUIET", "ENDED").replace("</Child>", f"{case}</Child>")
    for year, root in census.items():
        census[year] = returns_of.with_child(root, nobody if year == THIS_YEAR else ended)
    rows = {
        "header": {"CHILD": "ENDED", "SEX": "F", "DOB": "04/05/2019", "ETHNIC": "WBRI", "UPN": "UN1"},
        "episodes": {
            "CHILD": "ENDED", "DECOM": "02/09/2019", "RNE": "S", "LS": "V2", "CIN": "N1", "PLACE": "U6",
            "PLACE_PROVIDER": "PR1", "DEC": "14/10/2019", "REC": "E4A", "REASON_PLACE_CHANGE": "",
        },
    }  # fmt: skip
    for name, row in rows.items():
        titles, *others = care[LAST_YEAR][name]
        care[LAST_YEAR][name] = [titles, [row.get(title, "") for title in titles], *others]
    return replace(sent, census=census, care=care)


def versions_that_add_up(sent: Sent, folder: Path) -> tuple[History, dict[str, str]]:
    chosen = half(sent)
    part = returns_of.of_children(sent, chosen.__contains__)
    as_sent = {
        "whole": sent,
        "one part": part,
        "other part": returns_of.of_children(sent, lambda name: name not in chosen),
        "copied": returns_of.together(sent, returns_of.renamed(part, lambda name: f"Z{name}")),
        "quiet children": with_quiet_children(sent),
        # Of a child without an identifier nobody can say that it is the same in both returns.
        "named": returns_of.of_children(sent, bool),
        "named, sent again": returns_of.sent_again(returns_of.of_children(sent, bool), THIS_YEAR, NEXT_YEAR),
    }
    codes = ("301", "302", "303", "304", "305", "306", "307")
    return together(
        {
            name: returns_of.read_of(returns_of.written(one, folder / code, code), code)
            for code, (name, one) in zip(codes, as_sent.items(), strict=True)
        }
    )


def counts_of_notes(note: str | None) -> tuple[Counter[str], set[str]]:
    """The numbers in a note by what they count; and the parts of it that count nothing, nor speak of the size of the figure."""
    parts = [part for part in (note or "").split("; ") if part]
    counted = [re.fullmatch(r"(\d+) (.+)", part) for part in parts]
    numbers = Counter({found[2]: int(found[1]) for found in counted if found})
    return numbers, {part for part, found in zip(parts, counted, strict=True) if not found} - {OF_SIZE}


def wrong_sums(whole: pl.DataFrame, one: pl.DataFrame, other: pl.DataFrame) -> list[str]:
    """Where figures of two parts of the children do not add up to those of the whole, in words."""
    rows = [{tuple(row[name] for name in KEY): row for row in frame.to_dicts()} for frame in (whole, one, other)]
    wrong = []
    if set(rows[0]) != set(rows[1]) | set(rows[2]):
        wrong.append(f"other rows: {set(rows[0]) ^ (set(rows[1]) | set(rows[2]))}")
    for key, row in rows[0].items():
        parts = [some[key] for some in rows[1:] if key in some]
        # Of a distribution, a part without a child of the category says nothing of how many children it has in all.
        known = len(parts) == 2 or row["unit"] != "percent_distribution"
        adding = ["numerator", "rows_left_out"] if len(parts) == 2 else ["numerator"]
        if row["unit"] != "rate_per_10000" and known:
            adding.append("denominator")
        for name in adding:
            total = sum(part[name] or 0 for part in parts)
            if not math.isclose(row[name] or 0, total, abs_tol=ROUNDED):
                wrong.append(f"{key}: {name} {row[name]}, and {[part[name] for part in parts]} of the parts")
        values = [part["value"] for part in parts if part["value"] is not None]
        if row["unit"] in MEDIANS and values and not min(values) <= row["value"] <= max(values):
            wrong.append(f"{key}: the median {row['value']} does not lie between those of the parts, {values}")
        if (row["value"] is None) != (not values) and known:
            wrong.append(f"{key}: value {row['value']}, and {values} of the parts")
        if len(parts) == 2:
            numbers, words = counts_of_notes(row["note"])
            counted = [counts_of_notes(part["note"]) for part in parts]
            if numbers != counted[0][0] + counted[1][0] or any(words != other_words for _, other_words in counted):
                wrong.append(f"{key}: note {row['note']!r}, and {[part['note'] for part in parts]} of the parts")
    return wrong


@pytest.mark.parametrize("run", RUNS)
def test_what_adds_up(run, made):
    which, asked = RUNS[run]
    found = figures(*made(versions_that_add_up, which), **asked)
    assert found["whole"]["numerator"].sum() > 1000
    behind = pl.col("indicator").is_in(LOOK_AHEAD)
    wrong = {
        "two authorities": wrong_sums(found["whole"], found["one part"], found["other part"]),
        "copies of children": wrong_sums(found["copied"], found["whole"], found["one part"]),
        "children with nothing in the period": different(found["quiet children"], found["whole"]),
        # Rows that cannot be used stand in the later return once more, and may speak of the period as well.
        "next year's return": different(
            found["named, sent again"].filter(~behind), found["named"].filter(~behind), but=["rows_left_out"]
        ),
    }
    assert first_of(wrong) == ""


def test_next_years_return_changes_nothing_where_the_time_behind_was_seen_before(made):
    history, senders = made(versions_that_add_up, ONE_SET)
    longer, shorter = "family-order-later-child-protection", "follow_up_months=12"
    found = figures(history, senders, indicators=LOOK_AHEAD, year=LAST_YEAR, by=[], variants=[f"{longer}:{shorter}"])
    seen = (pl.col("indicator") != longer) | (pl.col("variant") == shorter)
    before, after = (found[name].filter(seen) for name in ("named", "named, sent again"))
    assert before["denominator"].sum() > 10
    wrong = {"next year's return": different(after, before, but=["rows_left_out"])}
    assert first_of(wrong) == ""


# -- of one sender -----------------------------------------------------------------------------------------------------


def test_files_and_returns_in_any_order(made, tmp_path):
    paths = returns_of.written(made(invented, ONE_SET), tmp_path / "301", "301")
    files = [
        str(one) for path in paths for one in (sorted(Path(path).iterdir()) if Path(path).is_dir() else [Path(path)])
    ]
    dice = random.Random(3)
    expected = build_history(returns_of.read_of(paths, "301"))
    orders = {
        "returns backwards": returns_of.read_of(paths, "301")[::-1],
        "paths backwards": returns_of.read_of(paths[::-1], "301"),
        "the folder": returns_of.read_of([str(tmp_path / "301")], "301"),
        "each file, one": returns_of.read_of(dice.sample(files, len(files)), "301"),
        "each file, another": returns_of.read_of(dice.sample(files, len(files)), "301"),
    }
    asked = {"year": THIS_YEAR, "by": [], "population": 50_000}
    base = cr.indicators(expected, **asked)
    assert base["numerator"].sum() > 1000
    for name, returns in orders.items():
        history = build_history(returns)
        # Figures are made of the history and of nothing else: the same one gives the same figures.
        assert parts_that_differ(history, expected) == [], name
    assert first_of({"figures": different(cr.indicators(orders["each file, one"], **asked), base)}) == ""


def parts_that_differ(one: History, other: History) -> list[str]:
    """Frames and lists of two histories that are not the same, whatever stands in them."""
    found = [name for name, frame in one.frames.items() if not frame.equals(other.frames[name])]
    return found + [
        name
        for name in ("covered", "contradictions", "left_out")
        if not getattr(one, name).equals(getattr(other, name))
    ]


def test_where_placements_are_within_one_authority(made, tmp_path):
    sent = made(invented, ONE_SET)
    # The places of a sample are around its own sender, 301.
    reference = {"postcodes": read_postcodes(sent.postcodes)}
    chosen = half(sent)
    dice = random.Random(4)
    versions = {
        "base": sent,
        "rows in another order": returns_of.shuffled(sent, dice),
        "children renamed": mixed_names(sent, dice),
        "children with nothing in the period": with_quiet_children(sent),
        "one part": returns_of.of_children(sent, chosen.__contains__),
        "other part": returns_of.of_children(sent, lambda name: name not in chosen),
    }
    found = {
        name: of_figures(
            cr.indicators(
                returns_of.read_of(returns_of.written(one, tmp_path / name, "301"), "301"),
                OF_THE_SENDER,
                year=THIS_YEAR,
                variants=["cla-over-20-miles:location=outside_la"],
                reference=reference,
                population=50_000,
            )
        )
        for name, one in versions.items()
    }
    outside = found["base"].filter(pl.col("indicator") == "cla-placed-outside-la", pl.col("breakdown") == "total")
    assert 0 < outside["numerator"].item() < outside["denominator"].item()
    names = ("rows in another order", "children renamed", "children with nothing in the period")
    wrong = {name: different(found[name], found["base"]) for name in names}
    wrong["two parts"] = wrong_sums(found["base"], found["one part"], found["other part"])
    assert first_of(wrong) == ""


def test_the_rules_that_a_note_names_do_not_follow_the_order_of_rows(made, tmp_path):
    sent = made(invented, ONE_SET)
    notes = []
    for name, one in {"base": sent, "rows in another order": returns_of.shuffled(sent, random.Random(5))}.items():
        paths = returns_of.written(one, tmp_path / name, "301")
        results = [cr.validate(path, local_authority="301") for path in paths]
        notes.append(of_figures(cr.indicators(results, year=THIS_YEAR, by=[], local_authority="301")))
    assert notes[0]["note"].str.contains("rows left out were flagged by").any()
    assert first_of({"rows in another order": different(notes[1], notes[0])}) == ""
