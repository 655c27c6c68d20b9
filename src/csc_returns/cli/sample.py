"""csc-returns sample: write an invented return."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer


def sample(
    collection: Annotated[
        str, typer.Argument(metavar="COLLECTION", help="Collection to invent a return of: cin.", show_default=False)
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
        typer.Option("--output-file", "-o", metavar="FILE", help="Write the return to a file.", show_default=False),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Write over a file that is there.")] = False,
) -> None:
    """Write an invented return as XML: nobody in it exists, and without --mistakes no rule finds anything in it.

    The same options give the same file, byte for byte.
    """
    from csc_returns.sample import check_wishes, write_sample

    if output_file is not None and str(output_file) == "-":
        output_file = None
    if output_file is not None and output_file.exists() and not force:
        raise typer.BadParameter(f"{output_file} exists. Name another file, or use --force to write over it.")

    try:
        check_wishes(
            collection=collection,
            year=year,
            children=children,
            seed=seed,
            mistakes=mistakes,
            local_authority=local_authority,
        )
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    try:
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
    except BrokenPipeError:
        raise
    except OSError as error:
        raise typer.BadParameter(f"Cannot write {output_file or 'the return'}: {error.strerror or error}.") from error
