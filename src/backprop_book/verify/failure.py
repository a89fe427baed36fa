"""failure: why the run of a snippet did not finish."""

import ast
import re
from collections.abc import Callable, Iterable, Mapping

from backprop_book.core.model import Outcome, Run, Statement
from backprop_book.core.problems import Problem
from backprop_book.record.dependencies import REMEDIES
from backprop_book.scan.book import Chapter
from backprop_book.scan.notebooks import failing

_REMEDIES: Mapping[str, str] = {
    **REMEDIES,
    "exit": "let the snippet run to its end",
    "time limit": "look for a loop that does not end, or make the work smaller",
    "step limit": "look for a loop that does not end, or make the work smaller",
    "output limit": "print less",
    "memory limit": "make its values smaller",
    "value limit": "make its values smaller, or keep the large one out of names (in a function of a library)",
}


_JUPYTER = re.compile(r"NameError: name '(?:display|get_ipython)'")
_MISSING = re.compile(r"ModuleNotFoundError: No module named '([^'.]*)")


def failure_of(path: str, outcome: Outcome) -> Problem | None:
    """Why a run did not finish, as a problem of its snippet; None if it did, or if nobody can know yet."""
    if outcome.kind in ("finished", "awaited"):
        return None
    if outcome.kind == "running":
        message = "the snippet still runs, so nothing is checked that is said of it"
        return Problem(path, 1, 1, message, remedy="wait for its end; if it has none, mend it", kind="snippet")
    remedy = _REMEDIES.get(outcome.kind, f"run `python {path}` and mend what it reports")
    if outcome.message.startswith("EOFError"):
        # Who runs it at a keyboard would find nothing to mend.
        remedy = "nobody types while the book is checked: write what it reads into the snippet"
    if missing := _MISSING.match(outcome.message):
        remedy = f"install the package that brings {missing[1]}, or correct the name"
    if outcome.message.startswith("FileNotFoundError"):
        remedy = f"add the file, or name it from {path.rpartition('/')[0] or '.'}, the folder in which the snippet runs"
    if outcome.kind in REMEDIES:
        message = outcome.message
        remedy = REMEDIES[outcome.kind]
    else:
        message = f"the snippet did not finish: {outcome.message}"
    return Problem(
        path,
        outcome.line or 1,
        outcome.column or 1,
        message,
        remedy=remedy,
        kind="snippet",
    )


def notebook_failure(path: str, outcome: Outcome) -> Problem | None:
    """Say why a notebook fails as a script, at the line of the cell that fails in the build; None if the build may succeed."""
    # A syntax error is told by the scan; limits of recording, and names that only Jupyter has, do not matter in the build.
    if outcome.kind not in ("exception", "exit", "died", *REMEDIES) or _JUPYTER.match(outcome.message):
        return None
    kind, _, said = outcome.message.partition(": ")
    return failing(path, outcome.line or 1, kind, said)


def failed(chapter: Chapter, stem: str, run: Callable[[str], Run]) -> Problem | None:
    """Why the run of a snippet did not finish, in itself or in one that it imports; None if it did.

    Args:
        chapter: The snippets.
        stem: The snippet.
        run: Gives the run of a snippet.
    """
    failure = failure_of(chapter.snippets[stem].path, run(stem).outcome)
    if failure is None or run(stem).outcome.kind == "running":
        return failure
    cause = _cause(chapter, stem, failure, run, frozenset({stem}))
    if cause is failure:
        return failure
    # There is nothing to mend in this one, and what ended it is told where it stands.
    name = cause.path.rpartition("/")[2]
    return Problem(
        failure.path,
        failure.line,
        failure.column,
        f"the snippet did not finish, because it imports {name}",
        found=f"{cause.path}:{cause.line}:{cause.column}: {cause.message}",
        remedy=f"mend {name}",
        kind="snippet",
    )


def _cause(
    chapter: Chapter, stem: str, failure: Problem, run: Callable[[str], Run], importing: frozenset[str]
) -> Problem:
    """What ended a run: something in the snippet, or in one that it imports in the line in which it ended."""
    folder = failure.path.rpartition("/")[0]
    for name in _imported(chapter.snippets[stem].statements, failure.line):
        path = f"{folder}/{name}.py"
        if path not in chapter.files or name in importing:
            continue
        if name not in chapter.snippets:
            return next(problem for problem in chapter.problems if problem.path == path)
        if (deeper := failure_of(path, run(name).outcome)) is not None:
            return _cause(chapter, name, deeper, run, importing | {name})
    return failure


def _imported(statements: Iterable[Statement], line: int) -> tuple[str, ...]:
    """The modules that a line of a snippet imports; none where it does something else."""
    found = []
    for each in statements:
        if each.line <= line <= each.end_line and each.kind in ("import", "importfrom"):
            (node,) = ast.parse(each.code).body
            if isinstance(node, ast.Import):
                found += [alias.name for alias in node.names]
            else:
                assert isinstance(node, ast.ImportFrom), "there is no third kind"
                found.append(node.module or "")
    return tuple(found)
