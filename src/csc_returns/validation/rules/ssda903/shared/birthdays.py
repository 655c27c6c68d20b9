"""Birthdays. Rules count the birthday of a child born on 29 February as 28 February in other years."""

from __future__ import annotations

import datetime as dt

import polars as pl


def birthday(age: int, dob: str = "DOB") -> pl.Expr:
    """The date on which a child reaches an age in whole years; null where the date of birth is.

    Args:
        age: in years, below zero for years before birth.
        dob: column of the date of birth, ``DOB_Header`` after a join.
    """
    return pl.col(dob).dt.offset_by(f"{age}y")


def aged(age: int, date: dt.date | pl.Expr, dob: str = "DOB") -> pl.Expr:
    """The child is at least that old on a date, their birthday included; null where a date is missing."""
    return birthday(age, dob) <= date


def aged_between(youngest: int, oldest: int, date: dt.date | pl.Expr, dob: str = "DOB") -> pl.Expr:
    """The child's age in whole years on a date is one of these, both included; null where a date is missing."""
    return aged(youngest, date, dob) & (birthday(oldest + 1, dob) > date)
