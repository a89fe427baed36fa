"""cli: `backprop-book check`, `fix`, `mutate`, `new`, `report` and `trace`. One module for each command."""

import click

from backprop_book.cli import check, fix, mutate, new, report, trace


@click.group()
@click.version_option(package_name="backprop-book")
def main() -> None:
    """A textbook chapter whose every number is executed."""


for _command in (check.check, fix.fix, mutate.mutate, new.new, report.report, trace.trace):
    main.add_command(_command)
