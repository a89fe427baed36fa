"""cli: `backprop-book check`, `fix`, `mutate`, `report` and `trace`. One module for each command."""

import click

from backprop_book.cli import check, fix, mutate, report, trace


@click.group()
@click.version_option(package_name="backprop-book")
def main() -> None:
    """A textbook chapter whose every number is executed."""


for _command in (check.check, fix.fix, mutate.mutate, report.report, trace.trace):
    main.add_command(_command)
