"""csc-returns convert: the same return as CSV tables or as XML."""

from __future__ import annotations

import os
import sys
import tempfile
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from csc_returns.cli.console import fail

if TYPE_CHECKING:
    from csc_returns.extracts.returns import Return
    from csc_returns.remarks import Remark

#: Remarks shown one by one; the rest is counted.
_MOST_REMARKS = 20


class Form(StrEnum):
    """What a return can be converted to."""

    CSV = "csv"
    XML = "xml"


def convert(
    source: Annotated[
        str,
        typer.Argument(
            metavar="SOURCE", help="The return: an XML file, a folder of CSV tables, or a zip file of either."
        ),
    ],
    target: Annotated[
        str,
        typer.Argument(
            metavar="TARGET", help="For csv a folder, which is made; for xml a file, or - for standard output."
        ),
    ],
    to: Annotated[Form, typer.Option("--to", help="What to write.", show_default=False)],
    force: Annotated[bool, typer.Option("--force", help="Write over what is there.")] = False,
) -> None:
    """Write a return as CSV tables or as XML. Nothing is lost: converted back, it says the same.

    Where XML has no place for a table or a value of the CSV tables, it is left out and said so.

    Remarks on how SOURCE is built go to standard error. The exit status is 2 when it could not be read whole or written.
    """
    from csc_returns.extracts.returns import Unusable

    _refuse_to_overwrite(target, to, force)
    found = _one_return(source)
    _tell(found.remarks, found.path)
    if not found.tables:
        raise typer.Exit(2)
    if not found.whole:
        fail(f"{found.path} was not read whole, so nothing was written: a part of a return would look like a return.")
    try:
        if to is Form.CSV:
            _write_folder(found, Path(target))
        else:
            _tell(_beyond_xml(found), found.path)
            _write_file(found, target)
    except Unusable as unusable:
        _tell([unusable.remark], found.path)
        raise typer.Exit(2) from None
    except BrokenPipeError:
        raise
    except OSError as error:
        fail(f"{target} cannot be written ({error.strerror or type(error).__name__}).")


def _refuse_to_overwrite(target: str, to: Form, force: bool) -> None:
    path = Path(target)
    if to is Form.CSV:
        if target == "-":
            fail("CSV tables are several files: TARGET must be a folder.")
        if path.exists() and not path.is_dir():
            fail(f"{target} is a file; CSV tables need a folder.")
        if path.is_dir() and any(path.iterdir()) and not force:
            fail(f"{target} is not empty. Name another folder, or use --force to write over what is there.")
    elif target != "-":
        if path.is_dir():
            fail(f"{target} is a folder; XML needs a file.")
        if path.exists() and not path.is_file():
            fail(f"{target} is a device or a pipe; XML needs a file (- is standard output).")
        if path.exists() and not force:
            fail(f"{target} exists. Name another file, or use --force to write over it.")


def _one_return(source: str) -> Return:
    from csc_returns.extracts.read import read

    returns = read(source)
    usable = [found for found in returns if found.tables]
    if len(usable) > 1:
        fail(
            f"{source} holds {len(usable):,} returns: {', '.join(found.path for found in usable[:5])}. Unpack it "
            "where it is a zip file, and convert them one by one."
        )
    for found in returns:
        if usable and found is not usable[0]:
            usable[0].remarks += found.remarks
    return (usable or returns)[0]


def _tell(remarks: list[Remark], path: str) -> None:
    for remark in remarks[:_MOST_REMARKS]:
        place = ":".join([remark.file or path, *([str(remark.line)] if remark.line else [])])
        typer.echo(f"{place}: {remark.code} {remark.message}", err=True)
    if len(remarks) > _MOST_REMARKS:
        typer.echo(f"{len(remarks) - _MOST_REMARKS:,} more remarks: csc-returns validate shows them all.", err=True)


def _beyond_xml(found: Return) -> list[Remark]:
    """What of a return XML has no place for."""
    from csc_returns.extracts.xml_shared import together
    from csc_returns.specification import whole_specification

    return together(found, whole_specification(found.collection))[1]


def _write_folder(found: Return, folder: Path) -> None:
    from csc_returns.extracts.csv_writer import file_name, write_csv
    from csc_returns.specification import whole_specification

    written = write_csv(found, folder)
    # Of an earlier return; read with the new tables it would say things of the wrong rows.
    for name in (*map(file_name, whole_specification(found.collection).tables.values()), "unplaced.csv"):
        old = folder / name
        if old not in written:
            old.unlink(missing_ok=True)


def _write_file(found: Return, target: str) -> None:
    from csc_returns.extracts.xml_writer import write_xml

    if target == "-":
        write_xml(found, sys.stdout.buffer)
        sys.stdout.buffer.flush()
        return
    path = Path(target).resolve()  # of a link, what it leads to
    path.parent.mkdir(parents=True, exist_ok=True)
    # Beside the file and then in its place: whatever goes wrong, what was there stays whole.
    handle, part = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            write_xml(found, file)
        mask = os.umask(0)
        os.umask(mask)
        Path(part).chmod(path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~mask)
        Path(part).replace(path)
    except BaseException:
        Path(part).unlink(missing_ok=True)
        raise
