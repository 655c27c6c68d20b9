"""The Python interface: returns → figures."""

from __future__ import annotations

import datetime as dt
import fnmatch
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from csc_returns.extracts.returns import Return
from csc_returns.history import History, build_history, with_pre_proceedings
from csc_returns.indicators.engine import SMALL_DENOMINATOR, Engine, Job
from csc_returns.indicators.indicator import Indicator, Value, all_indicators, find_indicator
from csc_returns.indicators.periods import PeriodKind, between, latest_year, periods_of, snapshot, year_of_text
from csc_returns.indicators.population import TOTAL, population_of

if TYPE_CHECKING:
    from csc_returns.validation.result import Result


def indicators(
    returns: History | Return | Result | Iterable[object],
    indicators: Sequence[str] | None = None,
    *,
    period: PeriodKind | tuple[dt.date, dt.date] = "year",
    year: str | None = None,
    as_at: dt.date | None = None,
    variants: Sequence[str] | Mapping[str, str] | None = None,
    by: Sequence[str] | None = None,
    population: int | str | Path | pl.DataFrame | None = None,
    reference: Mapping[str, pl.DataFrame] | None = None,
    local_authority: str | None = None,
    small_denominator: int = SMALL_DENOMINATOR,
    pre_proceedings: str | Path | pl.DataFrame | None = None,
    publish: bool = False,
) -> pl.DataFrame:
    """Compute indicators.

    Args:
        returns: of any collections, years and authorities, in any order; a result of ``validate`` stands for its returns, and
            its findings then name the rules that flagged rows that had to be left out.
        indicators: ids; every indicator there is when None.
        period: "year", "quarter" (the four of the year), "rolling" (twelve months to the end of each quarter), or two days.
        year: collection year such as "2025-26"; that of the latest return when None.
        as_at: a day, for snapshots of that day; it goes before ``period``.
        variants: such as "re-referrals-12m:clock=previous_closure", beside the default; without an id for every indicator that
            has the variant. Or id → text.
        by: names of breakdowns; all when None or "all", none when empty.
        population: children aged 0 to 17, see ``population_of``.
        reference: postcodes and providers, for distances.
        local_authority: code of the sender, for returns that do not say it.
        small_denominator: percentages of fewer than this are flagged in their note; 0 flags none.
        pre_proceedings: a local list for the years before the census asks for them, see ``with_pre_proceedings``.
        publish: with small numbers suppressed.

    Returns:
        Columns of ``MEASURES``. Where there is no value it is null: the denominator is 0 (z), or something lacks (see ``note``).
        With ``publish`` numerator, denominator and value are text.

    Raises:
        ValueError: an unknown indicator, variant, breakdown or year, or a period for which a named indicator is not computed.
    """
    history, rules = history_of(returns, reference, local_authority)
    if pre_proceedings is not None:
        history = with_pre_proceedings(history, pre_proceedings)
    engine = Engine(
        history,
        population=population_of(population, history.authorities),
        rules=rules,
        small_denominator=small_denominator,
    )
    texts = (
        [f"{key}:{text}" for key, text in variants.items()] if isinstance(variants, Mapping) else list(variants or ())
    )
    wanted, _ = chosen(indicators, texts)
    breakdowns = checked_breakdowns(by, wanted)
    measures = engine.measures(jobs_of(history, indicators, period, year, as_at, texts), breakdowns)
    if publish:
        from csc_returns.indicators.publish import published

        return published(measures)
    return measures


def history_of(
    returns: History | Return | Result | Iterable[object],
    reference: Mapping[str, pl.DataFrame] | None = None,
    local_authority: str | None = None,
) -> tuple[History, dict[tuple[str, str, int], list[str]]]:
    """The history of returns, and which rules flagged which row (path, table, row), as far as results were given.

    Raises:
        TypeError: something that is no return.
    """
    if isinstance(returns, History):
        return returns, {}
    flat = list(_flattened(returns))
    found = [held for one in flat for held in ([one] if isinstance(one, Return) else one.returns)]
    results = [one for one in flat if not isinstance(one, Return)]
    return build_history(found, reference=reference, local_authority=local_authority), flagging_rules(results)


def flagging_rules(results: Iterable[Result]) -> dict[tuple[str, str, int], list[str]]:
    """Which rules flagged which row: (path of the return, table, row) → codes."""
    rules: dict[tuple[str, str, int], list[str]] = {}
    for one in results:
        paths = {file: held.path for held in one.returns for file in _files(held)}
        located = one.findings.filter(pl.col("row").is_not_null()).select("file", "table", "row", "rule").unique()
        for file, table, row, rule in located.sort(pl.all()).rows():
            rules.setdefault((paths.get(file, file), table, row), []).append(rule)
    return rules


def jobs_of(
    history: History,
    ids: Sequence[str] | None,
    period: PeriodKind | tuple[dt.date, dt.date],
    year: str | None,
    as_at: dt.date | None,
    variants: Sequence[str] = (),
) -> list[Job]:
    """What to compute: each indicator by default and in the variants asked for, for each period.

    Raises:
        ValueError: see ``indicators``.
    """
    wanted, choices = chosen(ids, variants)
    if as_at is not None:
        periods = [snapshot(as_at)]
    elif isinstance(period, tuple):
        periods = [between(*period)]
    else:
        periods = list(periods_of(period, year_of_text(year) if year else latest_year(history)))
    kind = periods[0].kind
    refused = [one for one in wanted if kind in one.not_by]
    if ids is not None and refused:
        raise ValueError(f"{refused[0].id} is not computed by {kind}: {refused[0].not_by[kind]}")
    return [
        Job(one, chosen, each)
        for one in wanted
        if kind not in one.not_by
        for chosen in (one.defaults, *choices[one.id])
        for each in periods
    ]


def chosen(
    ids: Sequence[str] | None, variants: Sequence[str]
) -> tuple[list[Indicator], dict[str, list[dict[str, Value]]]]:
    """The indicators asked for (all when None), and the variants of each beside the default.

    Raises:
        ValueError: an unknown indicator or variant.
    """
    wanted = [each for one in ids for each in _matching(one)] if ids is not None else list(all_indicators().values())
    wanted = list({one.id: one for one in wanted}.values())
    return wanted, _choices(wanted, variants)


def _matching(text: str) -> list[Indicator]:
    """The indicator of an id, or those that a pattern such as ``cla-*`` matches.

    Raises:
        ValueError: there is none.
    """
    if "*" not in text:
        return [find_indicator(text)]
    found = [one for one in all_indicators().values() if fnmatch.fnmatchcase(one.id, text.lower())]
    if not found:
        raise ValueError(f"No indicator's name is like {text!r}; csc-returns indicators --list names them all.")
    return found


def checked_breakdowns(by: Sequence[str] | None, wanted: Sequence[Indicator]) -> list[str] | None:
    """The names of breakdowns, each of which some indicator asked for must have.

    Raises:
        ValueError: none has one of that name.
    """
    from csc_returns.validation.check import suggestion

    if by is None or "all" in by:
        return None
    known = sorted({one.name for each in wanted for one in each.breakdowns})
    if unknown := [name for name in by if name not in (*known, TOTAL)]:
        has = f"there are {', '.join(known)}" if known else "there are none"
        raise ValueError(
            f"There is no breakdown {unknown[0]!r} of what is asked for; {has}.{suggestion(unknown[0], known)}"
        )
    return list(by)


def _choices(wanted: Sequence[Indicator], variants: Sequence[str]) -> dict[str, list[dict[str, Value]]]:
    """Variants asked for, by indicator.

    Raises:
        ValueError: an indicator that is not wanted, or a variant that none of them has.
    """
    from csc_returns.validation.check import suggestion

    found: dict[str, list[dict[str, Value]]] = {one.id: [] for one in wanted}
    for text in variants:
        key, colon, choice = text.partition(":")
        if colon and "=" not in key:
            named = find_indicator(key.strip())
            if named.id not in found:
                raise ValueError(f"{text!r}: {named.id} is not among the indicators asked for.")
            found[named.id].append(named.choices_of(choice))
            continue
        name = text.partition("=")[0].strip()
        having = [one for one in wanted if name in one.defaults]
        if not having:
            known = sorted({each for one in wanted for each in one.defaults})
            raise ValueError(f"No indicator asked for has a variant {name!r}.{suggestion(name, known)}")
        for one in having:
            found[one.id].append(one.choices_of(text))
    # The default is there anyhow, and nothing is shown twice.
    return {
        one.id: [choice for at, choice in enumerate(found[one.id]) if choice not in (one.defaults, *found[one.id][:at])]
        for one in wanted
    }


def _flattened(given: object) -> Iterable[Return | Result]:
    from csc_returns.validation.result import Result

    if isinstance(given, Return | Result):
        yield given
    elif isinstance(given, Iterable) and not isinstance(given, str | bytes):
        for one in given:
            yield from _flattened(one)
    else:
        raise TypeError(
            f"indicators takes returns, as validate gives them in result.returns, not {type(given).__name__}."
        )


def _files(held: Return) -> set[str]:
    from csc_returns.extracts.returns import ROW_FILE

    return {file for places in held.places.values() if ROW_FILE in places.columns for file in places[ROW_FILE].unique()}
