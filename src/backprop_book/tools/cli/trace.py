"""trace: `backprop-book trace`."""

import codecs
import sys
from pathlib import Path
from typing import TextIO

import click
from rich.text import Text

from backprop_book.core.model import Run, Statement, Step, Value
from backprop_book.core.problems import BookError, Problem, shorten
from backprop_book.record.codec import to_json
from backprop_book.run import Limits, Request, Tracer
from backprop_book.tools.cli.output import console_of, count
from backprop_book.verify import full

_REMEDIES = {
    "time limit": "let it end earlier, or give it more --seconds",
    "step limit": "let it end earlier, or allow more --statements",
    "output limit": "let it print less, or allow more --output",
}
"""The remedies for runs that reached a limit, where an option raises it."""


@click.command()
@click.argument("script", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@click.option(
    "--json", "json_file", type=click.Path(dir_okay=False, path_type=Path), help="Write the trace to this file."
)
@click.option("--every", is_flag=True, help="Keep every step, also of long loops.")
@click.option(
    "--seconds",
    type=click.FloatRange(min=0, min_open=True),
    default=Limits().seconds,
    show_default=True,
    help="Time limit.",
)
@click.option(
    "--statements",
    type=click.IntRange(min=1),
    default=10 * Limits().steps,
    show_default=True,
    help="How many statements may run.",
)
@click.option(
    "--output",
    type=click.IntRange(min=1),
    default=100 * Limits().output,
    show_default=True,
    help="How many bytes the script may print.",
)
def trace(
    script: Path,
    arguments: tuple[str, ...],
    json_file: Path | None,
    every: bool,
    seconds: float,
    statements: int,
    output: int,
) -> None:
    """Run any SCRIPT and show what each of its steps changed.

    It gets the ARGUMENTS, and nothing to read. What it prints goes to standard output, the steps go to standard error, and the exit status is the script's.
    Put `--` before arguments that begin with a dash.
    """
    request = Request(script, (), arguments, "every" if every else "kept", Limits(seconds, statements, output))
    with Tracer(Path.cwd()) as tracer:
        try:
            (run,) = tracer.run([request])
        except (SyntaxError, UnicodeDecodeError) as error:  # what is no Python else is an outcome of the run
            problem = Problem(
                str(script),
                1,
                1,
                "this file is not UTF-8",
                found=str(error),
                remedy="save it as UTF-8, and let its first lines name no other encoding",
            )
            raise BookError([problem]) from None
    _pass_on(run.trace.stdout, sys.stdout)
    if json_file is None:
        _show(run)
    else:
        try:
            json_file.write_text(to_json(run), encoding="utf-8")
        except OSError as error:
            raise click.ClickException(f"{json_file}: cannot be written: {error.strerror}") from None
    _pass_on(run.trace.stderr, sys.stderr)
    if run.outcome.kind not in ("finished", "exception", "exit"):
        where = f"{script}:{run.outcome.line or 1}:{run.outcome.column or 1}"
        click.echo(f"{where}: {run.outcome.message}", err=True)
    if advice := _REMEDIES.get(run.outcome.kind):
        click.echo(f"    remedy:   {advice}", err=True)
    status = run.outcome.status
    sys.exit(status if status >= 0 else 128 - status)  # of a signal, as shells tell it


def _pass_on(text: str, stream: TextIO) -> None:
    """Write the output of a script with its own bytes. A terminal that is not UTF-8 gets escapes for characters that it cannot show."""
    is_same = codecs.lookup(stream.encoding).name == "utf-8"
    stream.flush()
    stream.buffer.write(text.encode(stream.encoding, "surrogateescape" if is_same else "backslashreplace"))
    stream.flush()


def _show(run: Run) -> None:
    console = console_of(sys.stderr)
    statements = run.trace.statements
    for step in run.trace.steps:
        console.print(_step_line(step, statements[step.statement]))
        for change in step.changes:
            before = "" if change.old is None else f"{_short(change.old)} → "
            after = "deleted" if change.new is None else _short(change.new)
            console.print(Text(f"      {change.name} = {before}{after}", style="cyan"))
    if run.trace.dropped:
        console.print(Text(f"{run.trace.dropped} more steps were not kept: the trace is full.", style="yellow"))


def _step_line(step: Step, statement: Statement) -> Text:
    if step.skipped:
        return Text(f"   … {count(step.skipped, 'step')} not kept", style="dim")
    first_line = statement.code.partition("\n")[0]
    line = Text(f"{statement.line:5} {'  ' * step.depth}{first_line}")
    for loop, iteration in step.iterations:
        if loop != step.statement or len(step.iterations) == 1:
            line.append(f"  [iteration {iteration}]", style="dim")
    if step.error:
        line.append(f"  {step.error}", style="red")
    if step.value is not None:
        line.append(f"  → {_short(step.value)}", style="cyan")
    return line


def _short(value: Value, limit: int = 100) -> str:
    text = full(value)
    shape = f" {value.dtype}{list(value.shape)}" if value.shape else ""
    return f"{shorten(text, limit)}{shape}"
