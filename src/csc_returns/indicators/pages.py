"""What indicators there are and what each one means, for people: ``--list``, ``explain`` and ``docs/indicators``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from csc_returns.history import History
from csc_returns.indicators.catalogue import not_computable
from csc_returns.indicators.coverage import Coverage, arising, needed_returns
from csc_returns.indicators.indicator import Indicator, all_indicators, shown
from csc_returns.indicators.periods import Period

_UNITS = {
    "percent": "percent",
    "percent_distribution": "percent in each category",
    "rate_per_10000": "per 10,000 children aged 0 to 17",
    "count": "number",
    "mean": "mean",
    "days_median": "median, in days",
    "weeks_median": "median, in weeks",
    "months": "mean, in months",
    "months_median": "median, in months",
    "miles_mean": "mean, in miles",
    "miles_median": "median, in miles",
    "years_mean": "mean, in years",
}

_CONFIDENCE = {
    "high": "a published rule settles it",
    "medium": "our reading of a published rule",
    "low": "our own decision, no published rule was found",
}


@dataclass(frozen=True)
class Listed:
    """One line of the list: what the indicator needs, and, where returns were given, what they lack of it (None: nothing)."""

    id: str
    name: str
    unit: str
    needs: str
    lacks: str | None


def listed(history: History | None = None, period: Period | None = None) -> list[Listed]:
    """Every indicator of the catalogue, by id; those that no return gives with the reason.

    Args:
        history: to say whether it has what each needs, in the period.
        period: of the figures.
    """
    coverage = Coverage(history) if history is not None else None
    found = [
        Listed(one.id, one.name, _UNITS[one.unit], _returns(one), _lacks(one, history, coverage, period))
        for one in all_indicators().values()
    ]
    found += [Listed(one.id, one.name, "", "", f"not computed: {one.reason}") for one in not_computable().values()]
    return sorted(found, key=lambda one: one.id)


def _lacks(one: Indicator, history: History | None, coverage: Coverage | None, period: Period | None) -> str | None:
    if history is None or coverage is None or period is None:
        return None
    words = []
    for la in history.authorities:
        missing, lacks = coverage.lacking(one, one.defaults, period, la)
        words += [missing] if missing else lacks
    return "; ".join(dict.fromkeys(words)) or None


def _returns(one: Indicator) -> str:
    """What it needs by default, in short."""
    words = [needed_returns(need) for need in arising(one, one.defaults)]
    if one.unit == "rate_per_10000":
        words.append("the number of children (--population)")
    return "; ".join(dict.fromkeys(words))


def page(one: Indicator) -> Iterator[str]:
    """The page of an indicator, as lines of Markdown."""
    yield f"# {one.name}"
    yield ""
    yield f"`{one.id}`, version {one.version} of the definition"
    yield ""
    # What is indented in the docstring (tables) becomes Markdown's own.
    in_table = False
    for line in map(str.strip, one.definition.splitlines()):
        if line.startswith("|") and not in_table:
            yield from ["", line, "|" + " --- |" * (line.count("|") - 1)]
        else:
            yield line
        in_table = line.startswith("|")
    yield ""
    yield "| | |"
    yield "| --- | --- |"
    yield f"| Unit | {_UNITS[one.unit]}, rounded to {one.decimals} decimals |"
    yield f"| Source | {'published' if one.source == 'published' else 'our own definition'} |"
    yield f"| Confidence | {one.confidence}: {_CONFIDENCE[one.confidence]} |"
    for need in one.needs:
        only = " and ".join(
            f"{name} is {' or '.join(map(shown, values))}" for name, values in (need.only or {}).items()
        )
        yield f"| Needs | {needed_returns(need)}{f', where {only}' if only else ''} |"
    yield f"| Fields | {', '.join(f'`{name}`' for name in one.fields)} |"
    if one.breakdowns:
        yield f"| Breakdowns | {', '.join(f'`{each.name}`' for each in one.breakdowns)} |"
    for kind, reason in one.not_by.items():
        yield f"| Not by {kind} | {reason} |"
    if one.limits:
        yield f"| Limits | {one.limits} |"
    if one.variants:
        yield from ["", "## Variants", "", "| Name | Default | Others | Why |", "| --- | --- | --- | --- |"]
    for variant in one.variants:
        others = [shown(option) for option in variant.options if option != variant.default]
        joined = ", ".join(f"`{text}`" for text in others) + (" or several of all, joined by +" if variant.many else "")
        yield f"| `{variant.name}` | `{shown(variant.default)}` | {joined} | {variant.why} |"
    yield ""


def explanation(one: Indicator, width: int) -> Iterator[str]:
    """What an indicator means, as lines of text for a screen."""
    from csc_returns.reports.layout import prose

    yield from prose(f"{one.id}: {one.name}", width)
    yield ""
    paragraph: list[str] = []
    for line in [*one.definition.splitlines(), ""]:
        if line.strip() and not line.startswith((" ", "|")) and not line.startswith("Example:"):
            paragraph.append(line)
            continue
        if paragraph:
            yield from prose(" ".join(paragraph), width)
            paragraph = []
        yield line
    facts = [
        ("Unit", f"{_UNITS[one.unit]}, rounded to {one.decimals} decimals"),
        ("Source", "published" if one.source == "published" else "our own definition"),
        ("Confidence", f"{one.confidence}: {_CONFIDENCE[one.confidence]}"),
        ("Needs", _returns(one)),
        ("Fields", ", ".join(one.fields)),
        ("Breakdowns", ", ".join(each.name for each in one.breakdowns) or "none"),
        *((f"Not by {kind}", reason) for kind, reason in one.not_by.items()),
        *([("Limits", one.limits)] if one.limits else []),
    ]
    for name, text in facts:
        yield from prose(text, width, first=f"{name}: ", indent="  ")
    for variant in one.variants:
        others = ", ".join(shown(option) for option in variant.options if option != variant.default)
        words = f"{shown(variant.default)} (or {others}): {variant.why}"
        yield from ["", *prose(words, width, first=f"Variant {variant.name}: ", indent="  ")]


def overview() -> Iterator[str]:
    """The page that lists every indicator, as lines of Markdown."""
    yield "# Indicators"
    yield ""
    yield "Made from the definitions in `src/csc_returns/indicators/definitions/` by `generate.py`. Do not edit by hand."
    yield ""
    yield "| Indicator | What it is | Unit |"
    yield "| --- | --- | --- |"
    for one in all_indicators().values():
        yield f"| [`{one.id}`]({one.id}.md) | {one.name} | {_UNITS[one.unit]} |"
    yield from ["", "## Not computed", "", "| Indicator | What it is | Why |", "| --- | --- | --- |"]
    for each in sorted(not_computable().values(), key=lambda each: each.id):
        yield f"| `{each.id}` | {each.name} | {each.reason} |"
    yield ""


def all_pages() -> dict[str, str]:
    """Name of each file of ``docs/indicators`` → what it holds."""
    pages = {f"{one.id}.md": "\n".join(page(one)) for one in all_indicators().values()}
    return pages | {"README.md": "\n".join(overview())}
