"""origins: the statements that gave what a region of the prose speaks of."""

import ast
from collections.abc import Callable, Mapping, Sequence

from backprop_book.chapter import Claim, Output
from backprop_book.chapter.asked import Part
from backprop_book.errors import Origin, legible, lines
from backprop_book.model import Answer, Run, Step


def origins_of(
    region: Claim | Output, answer: Answer | None, expected: str, run: Callable[[str], Run], paths: Mapping[str, str]
) -> tuple[Origin, ...]:
    """The statement of each run that last changed what the region speaks of, before the moment at which it was seen.

    Args:
        region: What does not hold.
        answer: What the run gave for a claim.
        expected: For an output, the line that was printed.
        run: Gives the run of a snippet; each has finished.
        paths: The snippets' paths by stem.

    Returns:
        One for each run, in the order of the expression; none where no kept step changed it.
    """
    if isinstance(region, Output):
        steps = run(region.listing).trace.steps
        found = next((step for step in steps if expected and expected in lines(legible(step.output))), None)
        places = [(region.listing, found.statement if found else None)]
    else:
        places = [(part.snippet, _statement(part, answer, run(part.snippet))) for part in region.question.parts]
    origins = [
        Origin(paths[stem], statement.line, statement.first_line)
        for stem, index in places
        if index is not None
        for statement in [run(stem).trace.statements[index]]
    ]
    return tuple(dict.fromkeys(origins))


def _statement(part: Part, answer: Answer | None, run: Run) -> int | None:
    """The statement that last changed a name of the part's expression."""
    probe = part.probe
    steps: Sequence[Step] = run.trace.steps
    if probe.moment == "after":
        at = next((n for n, step in enumerate(steps) if step.statement == probe.statement), len(steps) - 1)
        steps = steps[: at + 1]
    elif answer is not None and answer.step is not None and answer.probe == probe:
        steps = steps[: answer.step + 1]
    names = _names(probe.expression)
    for step in reversed(steps):
        # At the end of the run, names are those of the module: a function may have variables of the same name.
        if (step.frame == 0 or probe.moment != "end") and any(_touches(each.name, names) for each in step.changes):
            return step.statement
    return None


def _names(expression: str) -> frozenset[str]:
    """Dotted names in an expression; calls and indices end a name."""
    found = set()
    for node in ast.walk(ast.parse(expression, mode="eval")):
        chain: list[str] = []
        each: ast.AST = node
        while isinstance(each, ast.Attribute):
            chain.append(each.attr)
            each = each.value
        if isinstance(each, ast.Name):
            found.add(".".join([each.id, *reversed(chain)]))
    # Of `model.layer.weight`, the walk has seen `model` and `model.layer`, too, which says less.
    return frozenset(name for name in found if not any(other.startswith(f"{name}.") for other in found))


def _touches(changed: str, names: frozenset[str]) -> bool:
    """Whether a change of one name changes what one of the names stands for."""
    return any(
        changed == name
        or name.startswith((f"{changed}.", f"{changed}["))
        or changed.startswith((f"{name}.", f"{name}["))
        for name in names
    )
