"""Being looked after: short breaks, the year, continuity, and periods and spells made from episodes."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from csc_returns.validation.data import ReturnData
from csc_returns.validation.expressions import inside_window
from csc_returns.validation.rules.ssda903.shared.episodes import in_order, ordered, previous
from csc_returns.validation.rules.ssda903.shared.groups import ADOPTED, NEW_EPISODE, SHORT_BREAKS, STARTED
from csc_returns.validation.rules.ssda903.shared.values import blank, none_of, one_of

# -- expressions on episodes -------------------------------------------------------------------------------------------


def short_break(column: str = "LS") -> pl.Expr:
    """The legal status is one of the short breaks, V3 or V4; false where it is blank."""
    return one_of(column, SHORT_BREAKS)


def not_short_break(column: str = "LS") -> pl.Expr:
    """The legal status is neither V3 nor V4; true where it is blank."""
    return none_of(column, SHORT_BREAKS)


def care_ended(column: str = "REC") -> pl.Expr:
    """The episode ended and with it the care: the reason is filled and not X1."""
    return (pl.col(column) != NEW_EPISODE).fill_null(False)


def running_in_year(data: ReturnData) -> pl.Expr:
    """The episode touches the collection window: DECOM by its last day, DEC from its first day on or without a readable date."""
    ends_later = (pl.col("DEC") >= data.start) | pl.col("DEC").is_null()
    return ((pl.col("DECOM") <= data.end) & ends_later).fill_null(False)


def open_at_year_end() -> pl.Expr:
    """Nothing was entered in DEC and the legal status is no short break: looked after on the last day of the year."""
    return blank("DEC") & not_short_break()


def adopted() -> pl.Expr:
    """The episode ended with adoption (E11 or E12)."""
    return one_of("REC", ADOPTED)


def adopted_in_year(data: ReturnData) -> pl.Expr:
    """The episode ended with adoption on a day of the collection window."""
    return adopted() & inside_window("DEC", data).fill_null(False)


def end_or_window_end(data: ReturnData, *, unreadable: bool) -> pl.Expr:
    """DEC, and the last day of the collection window where it is blank.

    Args:
        data: the return.
        unreadable: the window's last day stands in for an unreadable DEC too; otherwise that one stays null.
    """
    absent = pl.col("DEC").is_null() if unreadable else blank("DEC")
    return pl.when(absent).then(pl.lit(data.end)).otherwise(pl.col("DEC"))


# -- children ----------------------------------------------------------------------------------------------------------


def looked_after(data: ReturnData) -> pl.LazyFrame:
    """Children with an episode that is no short break (a blank legal status is none): column ``child``, one row each."""
    return _children(data, not_short_break().any())


def short_breaks_only(data: ReturnData) -> pl.LazyFrame:
    """Children whose every episode is a short break: column ``child``, one row each."""
    return _children(data, short_break().all())


def continuously_looked_after(data: ReturnData) -> pl.LazyFrame:
    """Children looked after through the whole collection window: column ``child``, one row each.

    At least one episode touches the window, and none breaks the care. An episode breaks it if it started the care (RNE of S)
    after the first day of the window, or ended with another reason than X1, or none, before the last day, or if it touches the
    window and is a short break.
    """
    running = running_in_year(data)
    started = ((pl.col("RNE") == STARTED) & (pl.col("DECOM") > data.start) & (pl.col("DECOM") <= data.end)).fill_null(
        False
    )
    ended = (pl.col("DEC") >= data.start) & (pl.col("DEC") < data.end) & none_of("REC", [NEW_EPISODE])
    breaks = started | ended.fill_null(False) | (short_break() & running)
    return _children(data, running.any() & ~breaks.any())


def rows_of(data: ReturnData, table: str, children: Callable[[ReturnData], pl.LazyFrame]) -> pl.LazyFrame:
    """Rows of a table whose child is one of them.

    Args:
        data: the return.
        table: name of the table.
        children: a function that gives a column ``child``, such as ``continuously_looked_after``; it is computed once a return.
    """
    return data[table].join(data.shared(children), on="child", how="semi")


def rows_not_of(data: ReturnData, table: str, children: Callable[[ReturnData], pl.LazyFrame]) -> pl.LazyFrame:
    """Rows of a table whose child is none of them, rows without CHILD included; see ``rows_of``."""
    return data[table].join(data.shared(children), on="child", how="anti")


def _children(data: ReturnData, where: pl.Expr) -> pl.LazyFrame:
    """Children with an episode for whom an expression over all their episodes holds."""
    episodes = data["Episodes"].filter(pl.col("CHILD").is_not_null())
    return episodes.group_by("child").agg(where.alias("_holds")).filter("_holds").select("child")


# -- periods and spells ------------------------------------------------------------------------------------------------


def periods_of_care(data: ReturnData) -> pl.LazyFrame:
    """Periods of care by dates alone: columns ``child``, ``period_start``, ``period_end`` (null while open), one row a period.

    A period begins at the child's first dated episode and where an episode starts later than the one before it ended. It ends
    when its last episode does.
    """
    episodes = data.shared(ordered).filter(pl.col("DECOM").is_not_null())
    before = pl.col("Episodes_previous").is_null()
    begins = before | (pl.col("DECOM") > pl.col("DEC_previous")).fill_null(False)
    return (
        episodes.with_columns(begins.cum_sum().alias("_period"))
        .group_by("_period", maintain_order=True)
        .agg(
            pl.col("child").first(),
            pl.col("DECOM").first().alias("period_start"),
            pl.col("DEC").last().alias("period_end"),
        )
        .drop("_period")
    )


def outside_every_period(data: ReturnData, table: str, outside: pl.Expr) -> pl.LazyFrame:
    """Rows of a table that are outside all the periods of care of their child; children without a period are left out.

    Args:
        data: the return.
        table: name of the table.
        outside: whether the row is outside one period, in columns of the table, ``period_start`` and ``period_end``; null counts
            as not outside.
    """
    rows = data[table]
    within = rows.join(data.shared(periods_of_care), on="child", how="inner")
    outsiders = within.group_by(table).agg(outside.fill_null(False).all().alias("_outside")).filter("_outside")
    return rows.join(outsiders, on=table, how="semi")


def outside_period(start: str, end: str) -> pl.Expr:
    """A spell (being missing, or deprived of liberty) does not lie within a period of care, as far as its end tells.

    It is open and the period closed, or open and started before the period, or ended after the period or before it began.

    Args:
        start: column of the first day of the spell.
        end: column of its last day; blank while it is open.
    """
    still_open = pl.col(end).is_null()
    return (
        (still_open & pl.col("period_end").is_not_null())
        | (still_open & (pl.col(start) < pl.col("period_start"))).fill_null(False)
        | (pl.col(end) > pl.col("period_end")).fill_null(False)
        | (pl.col(end) < pl.col("period_start")).fill_null(False)
    )


def status_runs(data: ReturnData) -> pl.LazyFrame:
    """Episodes with a legal status in runs of the same one: columns of ``ordered``, ``run`` (number) and ``run_days``.

    An episode continues the run of the one directly before it in order if that one has the same status and ended on the very
    day this one starts (the end of the window standing in where it did not end). ``run_days`` is the time from the earliest
    DECOM to the latest DEC in the run; null where the run has no readable DECOM.
    """
    # An episode without a status parts two runs, so such episodes go only once the runs are numbered.
    end = end_or_window_end(data, unreadable=True)
    episodes = data.shared(ordered).with_columns(end.alias("_end"))
    continues = (
        (pl.col("LS") == pl.col("LS_previous"))
        & (previous("_end") == pl.col("DECOM"))
        & pl.col("Episodes_previous").is_not_null()
    ).fill_null(False)
    episodes = episodes.with_columns((~continues).cum_sum().alias("run"))
    days = episodes.group_by("run").agg(
        (pl.col("_end").max() - pl.col("DECOM").min()).dt.total_days().alias("run_days")
    )
    return episodes.filter(pl.col("LS").is_not_null()).join(days, on="run", how="left").drop("_end")


def status_spells(data: ReturnData) -> pl.LazyFrame:
    """Dated episodes with a legal status in spells of the same one, other episodes left aside: ``spell`` and ``spell_days``.

    Columns of Episodes and those two. Among the child's episodes of one status, a spell begins at the first and where one starts
    later than the one before it ended; touching and overlapping ones belong together. The end of the window stands in for a
    blank DEC. ``spell_days`` is the sum of the days of its episodes; one with an unreadable DEC adds none.
    """
    status = data["Episodes"].filter(pl.col("LS").is_not_null() & pl.col("DECOM").is_not_null())
    episodes = in_order(status, "Episodes", "LS", "DECOM").with_columns(
        end_or_window_end(data, unreadable=False).alias("_end")
    )
    first = (previous("LS") != pl.col("LS")).fill_null(True)
    begins = first | (pl.col("DECOM") > previous("_end")).fill_null(False)
    episodes = episodes.with_columns(begins.cum_sum().alias("spell"))
    days = (pl.col("_end") - pl.col("DECOM")).dt.total_days().sum().alias("spell_days")
    return episodes.join(episodes.group_by("spell").agg(days), on="spell", how="left").drop("_end")
