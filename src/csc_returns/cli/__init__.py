"""The command line: one module per command, put together here."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from csc_returns.cli.console import abandon_output, prepare_streams
from csc_returns.cli.convert import convert
from csc_returns.cli.explain import explain
from csc_returns.cli.indicators import indicators
from csc_returns.cli.rules import rules
from csc_returns.cli.sample import sample
from csc_returns.cli.validate import validate

app = typer.Typer(
    name="csc-returns",
    help="Check England's children's social care returns before you submit them.\n\n"
    "Example: csc-returns validate cin_2026.xml",
    no_args_is_help=True,
    add_completion=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        from csc_returns import __version__

        typer.echo(f"csc-returns {__version__}")
        raise typer.Exit


@app.callback()
def _common(
    version: Annotated[
        bool | None,
        typer.Option("--version", "-V", callback=_version, is_eager=True, help="Show the version and exit."),
    ] = None,
) -> None:
    pass


for command in (validate, indicators, explain, rules, convert, sample):
    app.command()(command)


def main() -> None:
    """The console command ``csc-returns``."""
    # pandera imports hypothesis where it is installed, for test data that no command here makes: a third of a second.
    sys.modules.setdefault("hypothesis", None)  # type: ignore[arg-type]
    prepare_streams()
    try:
        try:
            app()
        finally:
            if sys.stdout is not None:
                sys.stdout.flush()
    except OSError as error:
        abandon_output()
        if not isinstance(error, BrokenPipeError):  # there the reader of a pipe has gone: nothing to say
            sys.stderr.write(f"csc-returns: the output cannot be written ({error.strerror or type(error).__name__}).\n")
        sys.exit(2)
