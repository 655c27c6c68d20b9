"""csc-returns sample: write an invented return."""

from __future__ import annotations

import io
import sys
from contextlib import nullcontext
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Form(StrEnum):
    """Forms of a return."""

    CSV = "csv"
    XML = "xml"


def sample(
    collection: Annotated[
        str,
        typer.Argument(
            metavar="COLLECTION", help="Collection to invent a return of: cin or ssda903.", show_default=False
        ),
    ],
    children: Annotated[int, typer.Option(help="How many children to invent, from 1 to 1,000,000.")] = 100,
    year: Annotated[str, typer.Option(help="Collection year, such as 2025-26.")] = "2025-26",
    seed: Annotated[int, typer.Option(help="Any whole number from 0: another one gives other children.")] = 1,
    mistakes: Annotated[
        float, typer.Option(help="Share of the children that carry one or two mistakes, from 0 to 1.", metavar="SHARE")
    ] = 0.0,
    local_authority: Annotated[
        str, typer.Option(help="Three-digit DfE code of the local authority that sends it.", metavar="CODE")
    ] = "301",
    output_file: Annotated[
        Path | None,
        typer.Option(
            "--output-file",
            "-o",
            metavar="PATH",
            help="Write the return to a file; CSV tables to a folder, or to a file that ends with .zip.",
            show_default=False,
        ),
    ] = None,
    form: Annotated[
        Form | None,
        typer.Option(
            "--format",
            help="csv or xml. ssda903 is csv unless it goes to an .xml file or to standard output; cin is xml.",
            show_default=False,
        ),
    ] = None,
    previous_year: Annotated[
        Path | None,
        typer.Option(
            metavar="PATH", help="ssda903: write the return of the year before too, which fits.", show_default=False
        ),
    ] = None,
    reference: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER", help="ssda903: write postcodes.csv and providers.csv too, which fit.", show_default=False
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Write over a file that is there.")] = False,
) -> None:
    """Write an invented return: nobody in it exists, and without --mistakes no rule finds anything in it.

    The same options give the same files, byte for byte.
    """
    from csc_returns.sample import check_wishes, write_sample, write_ssda903

    if output_file is not None and str(output_file) == "-":
        output_file = None
    there = [path for path in (output_file, previous_year) if path is not None and path.exists() and not force]
    there += [
        path
        for name in ("postcodes", "providers")
        if reference and (path := reference / f"{name}.csv").exists() and not force
    ]
    if there:
        raise typer.BadParameter(f"{there[0]} exists. Name another file, or use --force to write over it.")
    collection = collection.lower()
    try:
        check_wishes(
            collection=collection,
            year=year,
            children=children,
            seed=seed,
            mistakes=mistakes,
            local_authority=local_authority,
        )
        form = _form(collection, form, output_file)
        if collection == "cin" and (previous_year or reference):
            raise ValueError(
                "--previous-year and --reference are for ssda903: the rules of cin look at one return alone."
            )
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    try:
        if collection == "cin":
            with output_file.open("wb") if output_file else nullcontext(sys.stdout.buffer) as file:
                write_sample(
                    file,
                    collection=collection,
                    year=year,
                    children=children,
                    seed=seed,
                    mistakes=mistakes,
                    local_authority=local_authority,
                )
            return
        text = None if output_file else io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", newline="")
        write_ssda903(
            output_file or text or sys.stdout,
            year=year,
            children=children,
            seed=seed,
            mistakes=mistakes,
            local_authority=local_authority,
            form=form.value,
            previous=previous_year,
            reference=reference,
        )
        if text is not None:
            text.flush()
            text.detach()
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    except BrokenPipeError:
        raise
    except OSError as error:
        raise typer.BadParameter(
            f"Cannot write {error.filename or output_file or 'the return'}: {error.strerror or error}."
        ) from error


def _form(collection: str, form: Form | None, output_file: Path | None) -> Form:
    """The form that was asked for, or follows from where the return goes.

    Raises:
        ValueError: a collection, or a place, that has no such form.
    """
    if collection == "cin":
        if form is Form.CSV:
            raise ValueError("A sample of cin is XML; csc-returns convert --to csv makes CSV tables of it.")
        return Form.XML
    if form is Form.CSV and output_file is None:
        raise ValueError("CSV tables need a folder, or a file that ends with .zip: name one with -o.")
    if form is None:
        return Form.XML if output_file is None or output_file.suffix.lower() == ".xml" else Form.CSV
    return form
