"""formats: problems as text for people and editors, as JSON for programs, and as annotations of a workflow."""

import json
from collections.abc import Iterable
from typing import Any, Literal

from backprop_book.core.problems import Problem, as_text, visible

Format = Literal["text", "json", "github"]
FORMATS: tuple[Format, ...] = ("text", "json", "github")


def formatted(problems: Iterable[Problem], form: Format) -> str:
    """Problems in one of the formats, without a new line at the end.

    `text` begins each problem with a line `path:line:column: message`; one that is the same at many places is told once. `json` is one list. `github` is a workflow command
    for each problem, which shows it at its line.
    """
    if form == "json":
        return as_json([fields(problem) for problem in problems])
    return "\n".join(map(_command, problems)) if form == "github" else as_text(problems)


def as_json(content: Any) -> str:
    """JSON for programs that a person can read, too: only what is not printable, such as half a surrogate pair, is an escape in it."""
    text = json.dumps(content, indent=2, ensure_ascii=False)
    return "".join(c if c.isprintable() or c == "\n" else json.dumps(c)[1:-1] for c in text)


def fields(problem: Problem) -> dict[str, Any]:
    """A problem as JSON."""
    found: dict[str, Any] = {
        "path": problem.path,
        "line": problem.line,
        "column": problem.column,
        "kind": problem.kind,
        "message": problem.message,
        "found": problem.found,
        "expected": problem.expected,
        "remedy": problem.remedy,
        "origins": [
            {"snippet": origin.snippet, "line": origin.line, "statement": origin.statement}
            for origin in problem.origins
        ],
    }
    if problem.end:
        found["end_line"], found["end_column"] = problem.end
    return found


def _command(problem: Problem) -> str:
    """A workflow command; GitHub takes the end of an annotation to be its last character."""
    properties = {"file": problem.path, "line": str(problem.line), "col": str(problem.column)}
    if problem.end and problem.end[0] == problem.line:
        properties["endLine"] = str(problem.end[0])
        properties["endColumn"] = str(max(problem.end[1] - 1, problem.column))
    properties["title"] = problem.message
    shown = ",".join(f"{name}={_property(visible(value))}" for name, value in properties.items())
    return f"::error {shown}::{_data(chr(10).join(problem.details()) or visible(problem.message))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
