"""cli: `backprop-book check`, `fix`, `mutate`, `new`, `report` and `trace`. One module for each command."""

import signal
import sys
from io import TextIOWrapper
from typing import Any

import click

from backprop_book.tools.cli import check, fix, mutate, new, report, trace


class _Commands(click.Group):
    """The commands. Ctrl-C ends each with the status by which shells tell an interrupt, where click's own is that of any failure."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            click.echo("\nAborted!", err=True)  # below the `^C` that the terminal shows
            ctx.exit(128 + signal.SIGINT)


@click.group(cls=_Commands)
@click.version_option(package_name="backprop-book")
def main() -> None:
    """A textbook chapter whose every number is executed."""
    if isinstance(sys.stdout, TextIOWrapper):  # it can be closed
        # What its encoding lacks is written out, as on standard error, so that no sign of the book ends a command.
        sys.stdout.reconfigure(errors="backslashreplace")


for _command in (check.check, fix.fix, mutate.mutate, new.new, report.report, trace.trace):
    main.add_command(_command)
