"""cli: `backprop-book check`, `fix`, `mutate`, `report` and `trace`."""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from difflib import unified_diff
from pathlib import Path
from typing import TextIO

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from backprop_book.chapter import Chapter, Count, Document, book_root, scan
from backprop_book.errors import Problem
from backprop_book.figure import Gallery
from backprop_book.model import Run, Statement, Step, Value
from backprop_book.mutate import KINDS, Trial, find_ideas, try_all
from backprop_book.tracing import Limits, Request, Tracer, to_json
from backprop_book.verify import Edit, Verdict, Verifier, full

PATHS = click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
FRESH = click.option(
    "--fresh", is_flag=True, help="Run every snippet, even where an earlier run of the same code is cached."
)


@dataclass(frozen=True, slots=True)
class Selection:
    """The part of a book that a command works on."""

    verifier: Verifier
    """Runs and judges."""
    gallery: Gallery
    """Draws."""
    documents: tuple[Document, ...]
    """The documents chosen."""
    paths: frozenset[str] | None
    """The files chosen, relative to the root; None for the whole book."""

    def verdicts(self) -> Iterator[tuple[Document, Verdict]]:
        """Each verdict with its document."""
        for document in self.documents:
            for verdict in self.verifier.verdicts(document):
                yield document, verdict

    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with the documents chosen and with the snippets that they speak of."""
        drawn = self.gallery.problems(self.figures())
        if self.paths is None:
            return tuple(sorted({*self.verifier.problems(), *drawn}))
        own = [problem for problem in self.verifier.chapter.problems if problem.path in self.paths]
        judged = [verdict.problem for _, verdict in self.verdicts() if verdict.problem is not None]
        broken = {verdict.broken for _, verdict in self.verdicts() if verdict.broken}
        broken |= {stem for name in self.figures() if (stem := self.gallery.broken(name))}
        broken |= {stem for stem, snippet in self.verifier.chapter.snippets.items() if snippet.path in self.paths}
        failures = [self.verifier.failure(stem) for stem in broken]
        return tuple(sorted({*own, *judged, *drawn, *(failure for failure in failures if failure is not None)}))

    def figures(self) -> tuple[str, ...]:
        """The figures chosen, and those that the documents chosen show."""
        scripts = self.verifier.chapter.scripts
        shown = {figure.name for document in self.documents for figure in document.figures}
        return tuple(
            name
            for name, script in scripts.items()
            if self.paths is None or name in shown or script.source.path in self.paths
        )


@click.group()
@click.version_option(package_name="backprop-book")
def main() -> None:
    """A textbook chapter whose every number is executed."""


@main.command()
@PATHS
@FRESH
def check(paths: tuple[Path, ...], fresh: bool) -> None:
    """Run the snippets, draw the figures, and report everything that does not hold.

    PATHS are pages, notes files, snippets or scripts of figures; without any, the whole book is checked.
    """
    with _select(paths, fresh) as selection:
        problems = selection.problems()
        verdicts = [verdict for _, verdict in selection.verdicts()]
        figures = len(selection.figures())
        undrawn = sum(bool(selection.gallery.broken(name)) for name in selection.figures())
    for problem in problems:
        click.echo(str(problem))
    skipped = sum(verdict.status == "not evaluated" for verdict in verdicts)
    if skipped:
        click.echo(f"{_count(skipped, 'statement')} not evaluated, because a snippet did not finish.")
    if undrawn:
        click.echo(f"{_count(undrawn, 'figure')} not drawn, because a snippet did not finish.")
    if problems:
        files = len({problem.path for problem in problems})
        click.echo(f"{_count(len(problems), 'problem')} in {_count(files, 'file')}.")
        sys.exit(1)
    what = _count(len(verdicts), "statement") + (f" and {_count(figures, 'figure')}" if figures else "")
    click.echo(f"{what} in {_count(len(selection.documents), 'file')}: all hold.")


@main.command()
@PATHS
@FRESH
@click.option("--write", is_flag=True, help="Write the files instead of showing the diff.")
def fix(paths: tuple[Path, ...], fresh: bool, write: bool) -> None:
    """Show what would bring drifted digits up to date, and write it with --write.

    Only digits are rewritten: of numbers, bound tables, outputs and `name = value` spans, with as many digits as the
    author chose. What a person has to decide is listed, and the exit status is then 1.
    """
    with _select(paths, fresh) as selection:
        edits: dict[str, list[Edit]] = {}
        mended: set[Problem | None] = set()
        for document, verdict in selection.verdicts():
            if verdict.edits:
                edits.setdefault(document.source.path, []).extend(verdict.edits)
                mended.add(verdict.problem)
        rest = [problem for problem in selection.problems() if problem not in mended]
        root = selection.verifier.chapter.config.root
        for document in selection.documents:
            if found := edits.get(document.source.path):
                _rewrite(root, document, found, write)
    for problem in rest:
        click.echo(str(problem))
    done = "rewritten" if write else "to rewrite; nothing is written without --write"
    if mended:
        click.echo(f"{_count(sum(map(len, edits.values())), 'place')} {done}.")
    if rest:
        click.echo(f"{_count(len(rest), 'problem')} for a person to decide.")
        sys.exit(1)
    if not mended:
        click.echo("Nothing to fix.")


@main.command()
@PATHS
@FRESH
@click.option(
    "--code", is_flag=True, help="Change the snippets instead: what no sentence notices is an idea for a claim."
)
@click.option("--limit", default=120.0, show_default=True, help="With --code: seconds after which no more is tried.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
def mutate(paths: tuple[Path, ...], fresh: bool, code: bool, limit: float, as_json: bool) -> None:
    """Prove that every check can fail: make each thing that the book states wrong in turn.

    Each digit and number, boolean claim, quoted name and mentioned name is changed, in memory, and something has to notice.
    What nothing notices is reported, and the exit status is then 1. PATHS are pages, notes files or snippets.

    With --code, each number, operator and comparison of the snippets is changed instead, and the snippet is run. That no
    sentence notices such a change is no mistake, but may be worth a claim.
    """
    with _select(paths, fresh) as selection:
        if code:
            _show_ideas(selection, limit, as_json)
            return
        trials = try_all(selection.verifier, selection.documents)
    problems = [problem for trial in trials for problem in trial.problems]
    rows = {trial.document.source.path: _trial(trial) for trial in trials}
    if as_json:
        click.echo(json.dumps({"files": rows, "survivors": [asdict(problem) for problem in problems]}, indent=2))
    else:
        for problem in problems:
            click.echo(str(problem))
        _show_counts("Changes, and how many nothing noticed", (*KINDS, "mutants", "survived"), rows)
    sys.exit(bool(problems))


def _show_ideas(selection: Selection, limit: float, as_json: bool) -> None:
    """Show which changes of the code nothing notices."""
    chapter = selection.verifier.chapter
    paths = selection.paths
    stems = [stem for stem, snippet in chapter.snippets.items() if paths is None or snippet.path in paths]
    with Tracer(chapter.config.root) as tracer:
        found = find_ideas(selection.verifier, tracer, stems, limit, _progress)
    rows = {
        ideas.path: {"tried": ideas.tried, "noticed": ideas.tried - len(ideas.unnoticed), "left": ideas.left}
        for ideas in found
    }
    unnoticed = [mutant for ideas in found for mutant in ideas.unnoticed]
    if as_json:
        shown = [{name: value for name, value in asdict(mutant).items() if name != "source"} for mutant in unnoticed]
        click.echo(json.dumps({"files": rows, "unnoticed": shown}, indent=2))
        return
    for mutant in unnoticed:
        place = f"{mutant.path}:{mutant.line}:{mutant.column}"
        click.echo(f"{place}: no sentence notices `{mutant.becomes}` in place of `{mutant.found}`")
    _show_counts("Changes of the code, and how many a sentence noticed", ("tried", "noticed", "left"), rows)
    tried, noticed = (sum(row[name] for row in rows.values()) for name in ("tried", "noticed"))
    left = sum(row["left"] for row in rows.values())
    click.echo(
        f"{noticed} of {_count(tried, 'change')} noticed" + (f", {left} left for a higher --limit." if left else ".")
    )


def _progress(path: str, tried: int, all_: int) -> None:
    """Say how far it is, in one line that is written over, where somebody can see it."""
    if sys.stderr.isatty():
        click.echo(f"\r\x1b[K{path}: {tried} of {all_}" if tried < all_ else "\r\x1b[K", nl=False, err=True)


def _show_counts(title: str, columns: tuple[str, ...], rows: dict[str, dict[str, int]]) -> None:
    """A table with a row of counts for each file, and their sums."""
    table = Table(title=title, title_justify="left")
    table.add_column("file")
    for column in columns:
        table.add_column(column, justify="right")
    for path, row in rows.items():
        table.add_row(path, *(str(row[column]) for column in columns))
    table.add_section()
    table.add_row("all", *(str(sum(row[column] for row in rows.values())) for column in columns))
    _console(sys.stdout).print(table)


def _trial(trial: Trial) -> dict[str, int]:
    """The mutants of one document by kind, all of them, and how many survived."""
    kinds = Counter[str](mutant.kind for mutant in trial.mutants)
    return {**{kind: kinds[kind] for kind in KINDS}, "mutants": kinds.total(), "survived": len(trial.survivors)}


@main.command()
@PATHS
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
def report(paths: tuple[Path, ...], as_json: bool) -> None:
    """Count the numerals of the prose, and how each is covered. Nothing is run."""
    chapter = scan(book_root(Path.cwd()))
    documents = _documents(chapter, paths)[0]
    if as_json:
        rows = {
            document.source.path: {**asdict(document.count), "total": document.count.total} for document in documents
        }
        click.echo(json.dumps(rows, indent=2))
        return
    table = Table(title="Numerals in the prose", title_justify="left")
    table.add_column("file")
    columns = ("total", "claims", "equations", "tables", "outputs", "waived", "terms", "bare")
    for column in columns:
        table.add_column(column, justify="right")
    for document in documents:
        table.add_row(document.source.path, *(str(getattr(document.count, column)) for column in columns))
    table.add_section()
    total = sum((document.count for document in documents), Count())
    table.add_row("all", *(str(getattr(total, column)) for column in columns))
    _console(sys.stdout).print(table)


@main.command()
@click.argument("script", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@click.option(
    "--json", "json_file", type=click.Path(dir_okay=False, path_type=Path), help="Write the trace to this file."
)
@click.option("--every", is_flag=True, help="Keep every step, also of long loops.")
@click.option("--seconds", default=Limits().seconds, show_default=True, help="Time limit.")
def trace(script: Path, arguments: tuple[str, ...], json_file: Path | None, every: bool, seconds: float) -> None:
    """Run any SCRIPT with ARGUMENTS and show what each of its steps changed.

    What the script prints goes to standard output, the steps go to standard error, and the exit status is the script's.
    Put `--` before arguments that begin with a dash.
    """
    request = Request(script, (), arguments, "every" if every else "kept", Limits(seconds=seconds))
    with Tracer(Path.cwd()) as tracer:
        (run,) = tracer.run([request])
    click.echo(run.trace.stdout, nl=False)
    if json_file is None:
        _show(run)
    else:
        try:
            json_file.write_text(to_json(run), encoding="utf-8")
        except OSError as error:
            raise click.ClickException(f"{json_file}: cannot be written: {error.strerror}") from None
    sys.stdout.flush()
    click.echo(run.trace.stderr, nl=False, err=True)
    if run.outcome.kind not in ("finished", "exception", "exit"):
        where = f"{script}:{run.outcome.line or 1}:{run.outcome.column or 1}"
        click.echo(f"{where}: {run.outcome.message}", err=True)
    sys.exit(run.outcome.status)


@contextmanager
def _select(paths: tuple[Path, ...], fresh: bool) -> Iterator[Selection]:
    root = book_root(Path.cwd())
    chapter = scan(root)
    documents, chosen = _documents(chapter, paths)
    with Tracer(root, None if fresh else root / ".cache" / "runs") as tracer:
        verifier = Verifier(chapter, tracer)
        yield Selection(verifier, Gallery(verifier, None if fresh else root / ".cache" / "figures"), documents, chosen)


def _documents(chapter: Chapter, paths: tuple[Path, ...]) -> tuple[tuple[Document, ...], frozenset[str] | None]:
    """The documents that the paths name; a snippet stands for its notes, a folder for what is in it."""
    if not paths:
        return chapter.documents, None
    root = chapter.config.root
    known = {document.source.path for document in chapter.documents}
    known |= {snippet.path for snippet in chapter.snippets.values()} | {problem.path for problem in chapter.problems}
    known |= {script.source.path for script in chapter.scripts.values()}
    chosen: set[str] = set()
    for path in paths:
        resolved = path.resolve()
        inside = {
            name for name in known if (root / name).resolve() == resolved or resolved in (root / name).resolve().parents
        }
        if not inside:
            raise click.BadParameter(
                f"{path} is no page, notes file, snippet or figure of the book in {root}.", param_hint="PATHS"
            )
        chosen |= inside
    chosen |= {f"{name.removesuffix('.py')}.md" for name in chosen if name.endswith(".py")}
    return tuple(document for document in chapter.documents if document.source.path in chosen), frozenset(chosen)


def _rewrite(root: Path, document: Document, edits: list[Edit], write: bool) -> None:
    """Apply the edits of one document, back to front; show them as a diff unless they are written."""
    old = document.source.text
    new = old
    for edit in sorted(edits, key=lambda edit: edit.start, reverse=True):
        new = new[: edit.start] + edit.text + new[edit.end :]
    path = document.source.path
    if write:
        (root / path).write_text(new, encoding="utf-8", newline=document.source.newline)
        return
    lines = unified_diff(old.splitlines(), new.splitlines(), f"a/{path}", f"b/{path}", lineterm="", n=1)
    for line in lines:
        color = "red" if line.startswith("-") else "green" if line.startswith("+") else None
        click.echo(click.style(line, fg=color))


def _show(run: Run) -> None:
    """Print the kept steps: line, code, what changed."""
    console = _console(sys.stderr)
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
        return Text(f"   … {_count(step.skipped, 'step')} not kept", style="dim")
    first_line = statement.code.splitlines()[0]
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
    return f"{text if len(text) <= limit else f'{text[:limit]}…'}{shape}"


def _console(stream: TextIO) -> Console:
    """A console that cuts and wraps nothing when its output goes to a file or a pipe."""
    return Console(file=stream, highlight=False, width=None if stream.isatty() else 1000)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


if __name__ == "__main__":
    main()
