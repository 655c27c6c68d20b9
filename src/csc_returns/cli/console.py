"""Standard output and standard error as a person, a pipe or a Windows console meets them."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TextIO

import typer

if TYPE_CHECKING:
    from csc_returns.validation.result import Result

#: A run shorter than this (seconds) shows no progress.
_PATIENCE = 1.0


def prepare_streams() -> None:
    """Make both streams take any character.

    A pipe on Windows is cp1252 by default: there UTF-8 is written. Where PYTHONIOENCODING asks for an encoding it is kept, and
    what it does not have is written as an escape.
    """
    if sys.platform == "win32":
        os.system("")  # has older consoles understand colour codes from here on
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is None:
            continue
        if os.environ.get("PYTHONIOENCODING") or stream.isatty():
            reconfigure(errors="backslashreplace")
        else:
            reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")


def wants_colour(stream: TextIO) -> bool:
    """Colour only on a terminal, unless NO_COLOR or FORCE_COLOR say otherwise."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def width_of(stream: TextIO) -> int:
    """Columns of the terminal; COLUMNS overrides, a pipe or file counts as 80."""
    columns = os.environ.get("COLUMNS", "")
    if columns.isdecimal() and int(columns) >= 40:
        return int(columns)
    try:
        return max(os.get_terminal_size(stream.fileno()).columns, 40)
    except (OSError, ValueError):
        return 80


def fail(message: str) -> NoReturn:
    """Say why the command cannot be carried out, and end with status 2."""
    typer.echo(f"csc-returns: {message}", err=True)
    raise typer.Exit(2)


def complain(result: Result) -> None:
    """Say on standard error what could not be read, and which rules failed."""
    from csc_returns.remarks import OWN

    for rule, message, file, line in (
        result.findings.select("rule", "message", "file", "line").unique(maintain_order=True).rows()
    ):
        if rule in OWN and OWN[rule].unusable:
            place = f"{file}:{line}" if line else file
            typer.echo(f"csc-returns: {place}: {rule} {message} {OWN[rule].fix}", err=True)
    for entry in result.not_run:
        if entry.crashed:
            typer.echo(f"csc-returns: {entry.code} did not run: {entry.reason}", err=True)


def refuse_to_overwrite(output_file: Path | None, inputs: Iterable[str]) -> None:
    """End with status 2 where a report would be written over what it reports on."""
    if output_file is None or not output_file.exists():
        return
    output = output_file.resolve()
    for path in map(Path, inputs):
        if path.exists() and (output == path.resolve() or (path.is_dir() and output.is_relative_to(path.resolve()))):
            fail(f"{output_file} is a file of the input: name another file for the report.")


def write_report(render: Callable[[int, bool], str | Iterable[str]], output_file: Path | None) -> None:
    """Write a report, made for the width and colour of where it goes, to standard output (also named -) or a file."""
    if output_file is None or str(output_file) == "-":
        if sys.stdout is None:
            fail("There is no standard output to write to: use --output-file.")
        _write(sys.stdout, render(width_of(sys.stdout), wants_colour(sys.stdout)))
        return
    try:
        with output_file.open("w", encoding="utf-8", newline="") as file:
            _write(file, render(120, False))
    except OSError as error:
        fail(f"{output_file} cannot be written ({error.strerror or type(error).__name__}).")


def abandon_output() -> None:
    """Let what is still held for standard output go nowhere, so that ending does not fail on it again."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _write(stream: TextIO, text: str | Iterable[str]) -> None:
    try:
        for part in [text] if isinstance(text, str) else text:
            stream.write(part)
        stream.flush()
    except BrokenPipeError:  # whoever read has seen enough: the exit status still says what was found
        abandon_output()


class Progress:
    """Says on standard error what is going on: on a terminal, and only once a run takes its time."""

    def __init__(self) -> None:
        self._words = ""
        self._written = 0
        self._patient = True
        self._timer = threading.Timer(_PATIENCE, self._lose_patience)
        self._timer.daemon = True

    def __enter__(self) -> Progress:
        if sys.stderr.isatty():
            self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        self._words = ""
        self._show()

    def tell(self, words: str) -> None:
        """A new step has begun."""
        self._words = f"{words[:70]} ..."
        if not self._patient:
            self._show()

    def _lose_patience(self) -> None:
        self._patient = False
        self._show()

    def _show(self) -> None:
        if self._words or self._written:
            sys.stderr.write(f"\r{self._words.ljust(self._written)}" + ("" if self._words else "\r"))
            sys.stderr.flush()
            self._written = len(self._words)
