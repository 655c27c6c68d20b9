"""A reader of published figures who subtracts, to test suppression with.

Knows what adds up to what, that a suppressed count is a whole number above zero and that a numerator is no larger than its
denominator. What can be worked out from this for certain is found in two ways: by solving the equations (Gaussian elimination in
fractions) and by narrowing the range of each unknown until nothing changes.
"""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction

import polars as pl

SHARES = ("percent", "percent_distribution")
COUNTED = (*SHARES, "rate_per_10000", "count")
WHOLE = ("total", "total")
FIGURE = ("indicator", "variant", "period_start", "period_end", "la_code")


def recovered(measures: pl.DataFrame, shown: pl.DataFrame, ways=("equations", "ranges")) -> list[tuple]:
    """The suppressed counts that can be worked out: figure, (breakdown, category, n or d), count."""
    figures = defaultdict(list)
    for true, seen in zip(measures.rows(named=True), shown.rows(named=True), strict=True):
        figures[tuple(true[name] for name in FIGURE)].append((true, seen))
    return [
        (key, cell, counts[cell])
        for key, rows in figures.items()
        for counts, hidden in [unknowns(rows)]
        for cell in sorted(found(rows, counts, hidden, ways))
    ]


def unknowns(rows):
    """The true counts of a figure, and which of them are suppressed."""
    counts, hidden = {}, set()
    for true, seen in rows:
        place = (true["breakdown"], true["category"])
        for kind, column, counted in (
            ("n", "numerator", true["unit"] in COUNTED),
            ("d", "denominator", true["unit"] not in ("rate_per_10000", "count")),
        ):
            if counted and true[column] is not None:
                counts[*place, kind] = int(true[column])
                if seen[column] == "c":
                    hidden.add((*place, kind))
    return counts, hidden


def found(rows, counts, hidden, ways):
    if not hidden:
        return set()
    equations = [one for one in relations(rows, counts) if any(cell in hidden for cell in one)]
    for one in equations:
        assert sum(sign * counts[cell] for cell, sign in one.items()) == 0
    smaller = [
        ((*place, "n"), (*place, "d"))
        for true, _ in rows
        for place in [(true["breakdown"], true["category"])]
        if true["unit"] in SHARES and (*place, "n") in counts and (*place, "d") in counts
    ]
    # Not where a percentage may be above 100, of things that are no part of what they are divided by.
    smaller = [] if any(counts[a] > counts[b] for a, b in smaller) else smaller
    certain = set()
    if "equations" in ways:
        certain |= solved(equations, hidden)
    if "ranges" in ways:
        certain |= narrowed(equations, smaller, counts, hidden)
    return certain


def relations(rows, counts):
    """What adds up to nothing: cell → 1 or -1. Parts are tried as parts of everything, and kept where they fit."""
    by = defaultdict(list)
    unit = rows[0][0]["unit"]
    for true, _ in rows:
        by[true["breakdown"]].append(true["category"])

    def add(parts, *others):
        one = dict.fromkeys(parts, 1) | dict(others)
        if all(cell in counts for cell in one) and sum(sign * counts[cell] for cell, sign in one.items()) == 0:
            return [one]
        return []

    n, d = (*WHOLE, "n"), (*WHOLE, "d")
    found = add([n], (d, -1)) if unit == "percent_distribution" else []
    for breakdown, categories in by.items():
        if breakdown == "total" or ", " in breakdown:
            continue
        numerators = [(breakdown, one, "n") for one in categories if (breakdown, one, "n") in counts]
        denominators = [(breakdown, one, "d") for one in categories if (breakdown, one, "d") in counts]
        found += add(numerators, (n, -1)) or add(numerators, (d, -1)) or add(numerators, (n, 1), (d, -1))
        # Shares of everyone, or of everyone known; or else each category has a denominator of its own.
        known = [(*cell[:2], "n") for cell in denominators]
        same = len({counts[cell] for cell in denominators}) == 1
        if unit == "percent_distribution" and same and add(known, (denominators[0], -1)):
            found += add(known, (denominators[0], -1))
            for cell in denominators:
                found += add([cell], (d, -1)) + (add([cell], (denominators[0], -1)) if cell != denominators[0] else [])
        else:
            found += add(denominators, (d, -1))
            for cell in denominators:
                found += add([cell], (d, -1))
                found += add([cell], ((*cell[:2], "n"), -1)) if unit == "percent_distribution" else []
    for breakdown, categories in by.items():
        own, _, second = breakdown.rpartition(", ")
        if not own:
            continue
        across, down = defaultdict(list), defaultdict(list)
        for one in categories:
            first, _, last = one.rpartition(", ")
            across[last].append((breakdown, one, "n"))
            down[first].append((breakdown, one, "n"))
            found += add([(breakdown, one, "d")], ((second, last, "d"), -1))
        for last, cells in across.items():
            found += add(cells, ((second, last, "d"), -1))
        for first, cells in down.items():
            found += add(cells, ((own, first, "n"), -1))
    return found


def solved(equations, hidden):
    """The unknowns that the equations fix."""
    rows = []
    for one in equations:
        row = {cell: Fraction(sign) for cell, sign in one.items() if cell in hidden}
        for pivot, held in rows:
            if times := row.get(pivot):
                _subtract(row, held, times)
        if not row:
            continue
        pivot = next(iter(row))
        times = row[pivot]
        row = {cell: value / times for cell, value in row.items()}
        for _, held in rows:
            if times := held.get(pivot):
                _subtract(held, row, times)
        rows.append((pivot, row))
    return {pivot for pivot, row in rows if len(row) == 1}


def _subtract(row, other, times):
    for cell, value in other.items():
        row[cell] = row.get(cell, Fraction(0)) - times * value
        if row[cell] == 0:
            del row[cell]


def narrowed(equations, smaller, counts, hidden):
    """The unknowns whose range is a single number."""
    most = float("inf")
    low = {cell: 1 if cell in hidden else number for cell, number in counts.items()}
    high = {cell: most if cell in hidden else number for cell, number in counts.items()}
    changed = True
    while changed:
        changed = False
        for a, b in smaller:
            if low[a] > low[b]:
                low[b], changed = low[a], True
            if high[b] < high[a]:
                high[a], changed = high[b], True
        for one in equations:
            for cell, sign in one.items():
                if cell not in hidden:
                    continue
                # sign * cell = - (all the others)
                lows = sum((low[x] if s > 0 else -high[x]) for x, s in one.items() if x != cell)
                highs = sum((high[x] if s > 0 else -low[x]) for x, s in one.items() if x != cell)
                least, largest = (-highs, -lows) if sign > 0 else (lows, highs)
                if least > low[cell]:
                    low[cell], changed = least, True
                if largest < high[cell]:
                    high[cell], changed = largest, True
        # What holds of the true counts never excludes them: else the attack would know too much.
        assert all(low[cell] <= number <= high[cell] for cell, number in counts.items())
    return {cell for cell in hidden if low[cell] == high[cell]}
