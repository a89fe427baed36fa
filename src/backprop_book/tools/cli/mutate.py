"""mutate: `backprop-book mutate`."""

import json
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click

from backprop_book.core.problems import BookError
from backprop_book.record.dependencies import visible_environment
from backprop_book.run import Tracer
from backprop_book.tools.cli.output import count, show_counts
from backprop_book.tools.cli.selection import FRESH, PATHS, STATING, Selection, refuse_nothing, select
from backprop_book.tools.mutate import MUTANT_KINDS, Trial, Weaknesses, find_ideas, find_weaknesses, try_all

_LIMIT = 120.0


@click.command()
@PATHS
@FRESH
@click.option(
    "--code", is_flag=True, help="Change the snippets instead: what no sentence notices is an idea for a claim."
)
@click.option(
    "--expressions",
    is_flag=True,
    help="Change the expressions of claims instead: what the words do not notice is an idea.",
)
@click.option(
    "--limit",
    type=click.FloatRange(min=0),
    show_default=f"{_LIMIT:g}",
    help="With --code: seconds after which no more is tried.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
def mutate(
    paths: tuple[Path, ...], fresh: bool, code: bool, expressions: bool, limit: float | None, as_json: bool
) -> None:
    """Prove that every check can fail: make all that is stated wrong.

    Each digit and number, boolean claim, quoted name and mentioned name is changed in turn, in memory, and something has to notice.
    What nothing notices is reported, and the exit status is then 1. PATHS are pages, notes files or snippets, which stand for
    what is stated of them.

    With --code, each number, operator and comparison of the snippets is changed instead, and the snippet is run. That no
    sentence notices such a change is no mistake, but may be worth a claim. A page then stands for the snippets that it shows.

    With --expressions, the expressions of claims are changed instead, and the claims listed that hold with a change, too, the most
    suspicious first: where a comparison holds when it is turned around (turned), and where a number can be moved either way
    (constant), the expression hardly depends on the run. Where `all` holds for `any` (any) or another element does (element), the
    words may say more, or mean another one. Then come changes that ask for less, with which a claim nearly always holds: one
    element for all (one), a condition dropped (dropped), `any` for `all` (all), equal values allowed (loosened), a bound moved
    away (bound). Of one kind of change, claims that are true or false come before those of values, and of these the ones that
    say each, every, all, never, always or any: do their words still fit?
    The list is for a person to read, and the exit status is 0.
    """
    if limit is not None and not code:
        raise click.UsageError("--limit is for --code alone: whatever the book states is tried.")
    if code and expressions:
        raise click.UsageError("--code and --expressions change different things: give one of them.")
    with select(paths, fresh) as selection:
        if code:
            stems = _snippets(selection)
            refuse_nothing(stems, paths, "change", "snippets, their notes, or pages that show some")
            _show_ideas(selection, stems, _LIMIT if limit is None else limit, as_json)
            return
        refuse_nothing(selection.documents, paths, "make wrong", STATING)
        if expressions:
            _show_weaknesses(find_weaknesses(selection.verifier, selection.documents), as_json)
            return
        trials = try_all(selection.verifier, selection.documents)
    problems = [problem for trial in trials for problem in trial.problems]
    rows = {trial.document.source.path: _trial(trial) for trial in trials}
    if as_json:
        click.echo(json.dumps({"files": rows, "survivors": [asdict(problem) for problem in problems]}, indent=2))
    else:
        for problem in problems:
            click.echo(str(problem))
        show_counts("Changes, and how many nothing noticed", (*MUTANT_KINDS, "mutants", "survived"), rows)
    sys.exit(bool(problems))


def _snippets(selection: Selection) -> list[str]:
    """The snippets chosen.

    Raises:
        BookError: One cannot be read.
    """
    chapter = selection.verifier.chapter
    chosen = {path: stem for path, stem in chapter.files.items() if selection.paths is None or path in selection.paths}
    unread = {path for path, stem in chosen.items() if stem not in chapter.snippets}
    if unread:
        raise BookError([problem for problem in chapter.problems if problem.path in unread])
    return list(chosen.values())


def _show_ideas(selection: Selection, stems: Sequence[str], limit: float, as_json: bool) -> None:
    config = selection.verifier.chapter.config
    with Tracer(config.root, environment=visible_environment(config.environment)) as tracer:
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
    show_counts("Changes of the code, and how many a sentence noticed", ("tried", "noticed", "left"), rows)
    tried, noticed = (sum(row[name] for row in rows.values()) for name in ("tried", "noticed"))
    left = sum(row["left"] for row in rows.values())
    click.echo(
        f"{noticed} of {count(tried, 'change')} noticed" + (f", {left} left for a higher --limit." if left else ".")
    )


def _show_weaknesses(weaknesses: Weaknesses, as_json: bool) -> None:
    if as_json:
        found = [asdict(weakness) for weakness in weaknesses.found]
        click.echo(json.dumps({"tried": weaknesses.tried, "found": found}, indent=2))
        return
    for weakness in weaknesses.found:
        place = f"{weakness.path}:{weakness.line}:{weakness.column}"
        click.echo(f"{place}: [{weakness.words}]{{{weakness.expression}}} holds with")
        for mutant in weakness.mutants:
            click.echo(f"    {mutant.change:9} {mutant.expression}")
    held = sum(len(weakness.mutants) for weakness in weaknesses.found)
    click.echo(
        f"{count(weaknesses.tried, 'change')} of expressions tried; "
        f"{count(len(weaknesses.found), 'claim')} {'hold' if len(weaknesses.found) != 1 else 'holds'} with {held} of them."
    )


def _progress(path: str, tried: int, all_: int) -> None:
    """Say how far it is, in one line that is written over, where somebody can see it."""
    if sys.stderr.isatty():
        click.echo(f"\r\x1b[K{path}: {tried} of {all_}" if tried < all_ else "\r\x1b[K", nl=False, err=True)


def _trial(trial: Trial) -> dict[str, int]:
    """The mutants of one document by kind, all of them, and how many survived."""
    kinds = Counter[str](mutant.kind for mutant in trial.mutants)
    return {**{kind: kinds[kind] for kind in MUTANT_KINDS}, "mutants": kinds.total(), "survived": len(trial.survivors)}
