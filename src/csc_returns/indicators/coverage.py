"""What returns do not tell: why there is no figure, or what one lacks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from csc_returns.history import History
from csc_returns.indicators.dates import months_later
from csc_returns.indicators.indicator import Indicator, Need, Value
from csc_returns.indicators.periods import Period
from csc_returns.specification import period_of

#: Collections as people call them.
TITLES = {"cin": "children in need census", "ssda903": "children looked after return"}


#: First and last day of a return, and whether it was not read to its end.
Span = tuple[dt.date, dt.date, bool]


def covered_spans(history: History) -> dict[tuple[str, str], list[Span]]:
    """(authority, collection) → what each return covers, in order."""
    spans: dict[tuple[str, str], list[Span]] = {}
    columns = ("la", "collection", "first_day", "last_day", "broken_off")
    for la, collection, first, last, broken_off in history.covered.sort("first_day", "last_day").select(columns).rows():
        spans.setdefault((la, collection), []).append((first, last, bool(broken_off)))
    return spans


def last_day_without_gap(spans: Sequence[Span], day: dt.date) -> dt.date:
    """The last day up to which spans (in order, at least one) tell what came after a day; a gap before the day does not count."""
    reached = spans[0][1]
    for first, last, _ in spans[1:]:
        if first > reached + dt.timedelta(days=1) and reached >= day:
            break
        reached = max(reached, last)
    return reached


class Coverage:
    """What the returns of a history cover, and which of their rows could not be used."""

    def __init__(self, history: History, rules: Mapping[tuple[str, str, int], Sequence[str]] | None = None) -> None:
        """Take a history.

        Args:
            history: of one or more authorities.
            rules: (path, table, row) → codes of the rules that flagged the row.
        """
        self._history = history
        self._rules = rules or {}
        self._spans = covered_spans(history)
        self._lost: dict[str, list[tuple[str, dt.date, dt.date, tuple[str, str, int]]]] = {}
        columns = ("la", "frame", "first_day", "last_day", "path", "table", "row")
        for la, frame, first, last, path, table, row in history.left_out.select(columns).rows():
            self._lost.setdefault(la, []).append((frame, first, last, (path, table, row)))
        self._senders: dict[tuple[str, str | None], set[str]] = {}
        self._left_out: dict[object, tuple[int, list[str]]] = {}

    def lacking(
        self, definition: Indicator, chosen: Mapping[str, Value], period: Period, la: str
    ) -> tuple[str | None, list[str]]:
        """Why there is no figure for an authority (else None); and what an existing one lacks."""
        lacks = []
        for need in arising(definition, chosen):
            first, last = _days(need, period)
            listed = need.or_list and need.frame in self._history.local_lists
            if need.since and first < period_of(need.since)[0]:
                if listed and la in self._those_that_send(str(need.frame)):
                    lacks.append("from the local list")
                    continue
                else_ = " (before that from a local list: --pre-proceedings)" if need.or_list else ""
                return f"not computed: collected from {need.since}{else_}", []
            spans = self._spans.get((la, need.collection), [])
            # Without any return the table is not what lacks.
            if need.frame and spans and la not in self._those_that_send(need.frame, need.column):
                if need.column is None:
                    return f"not computed: the returns tell of no {need.frame.replace('_', ' ')} at all", []
                # Of nobody nothing is lacking.
                if la in self._those_that_send(need.frame):
                    return f"not computed: the returns do not tell {need.what}", []
            lacks += [
                f"only a part of the {TITLES[need.collection]} of {start} to {end} could be read"
                for start, end, broken_off in spans
                if broken_off and start <= last and end >= first
            ]
            if _covers(spans, first, last, period.kind == "snapshot"):
                continue
            if need.otherwise is None:
                return f"not computed: no {TITLES[need.collection]} from {first} to {last}", []
            lacks.append(f"no {TITLES[need.collection]} for all of {first} to {last}: {need.otherwise}")
        return None, list(dict.fromkeys(lacks))

    def left_out(
        self, definition: Indicator, chosen: Mapping[str, Value], period: Period, la: str
    ) -> tuple[int, list[str]]:
        """How many rows of the returns that the figure is made of could not be used, and the rules that flagged them."""
        if la not in self._lost:
            return 0, []
        days = [(period.start, period.end), *(_days(need, period) for need in arising(definition, chosen))]
        begin, until = min(first for first, _ in days), max(last for _, last in days)
        key = (definition.reads, begin, until, la)
        if key not in self._left_out:
            places = [
                place
                for frame, first, last, place in self._lost[la]
                if frame in definition.reads and first <= until and last >= begin
            ]
            codes = {code for place in places for code in self._rules.get(place, ())}
            self._left_out[key] = (len(places), sorted(codes))
        return self._left_out[key]

    def _those_that_send(self, frame: str, column: str | None = None) -> set[str]:
        """The authorities that have a row of a frame, in which a column is filled."""
        if (frame, column) not in self._senders:
            rows = self._history.frames[frame]
            rows = rows.drop_nulls(column) if column else rows
            children = self._history.frames["children"].join(rows, on="child", how="semi")
            self._senders[frame, column] = set(children["la"])
        return self._senders[frame, column]


def arising(definition: Indicator, chosen: Mapping[str, Value]) -> list[Need]:
    """The needs of a definition in the variants chosen."""
    return [
        need
        for need in definition.needs
        if not need.only or all(chosen[name] in values for name, values in need.only.items())
    ]


def _days(need: Need, period: Period) -> tuple[dt.date, dt.date]:
    """First and last day of the returns needed. The last day of a month stays one."""
    last = months_later(period.end + dt.timedelta(days=1), need.months_after) - dt.timedelta(days=1)
    return months_later(period.start, -need.months_before), last


def needed_returns(need: Need) -> str:
    """The returns that a need is of, in short."""
    text = TITLES[need.collection]
    if need.months_before:
        text += f" of {need.months_before} months before"
    if need.months_after:
        text += f" of {need.months_after} months after"
    if need.since:
        text += f" from {need.since}"
    if need.what:
        text += f" that tells {need.what}"
    return text if need.otherwise is None else f"{text} (without: {need.otherwise})"


def _covers(spans: Sequence[Span], first: dt.date, last: dt.date, part: bool) -> bool:
    """Whether the spans (by first day) leave no day of a time out. ``part``: an extract that ends with the time will do."""
    reached = first - dt.timedelta(days=1)
    for start, end, _ in spans:
        if start <= reached + dt.timedelta(days=1):
            reached = max(reached, end)
    return reached >= last or (part and reached >= first)
