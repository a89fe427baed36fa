"""expression: what an author writes between the braces, taken apart: the Python expression, its moment and its condition."""

import ast
import re
import warnings

from backprop_book.chapter.asked import Mistake
from backprop_book.model import Moment

_ALWAYS_NEVER = re.compile(r"\s(always|never)\s*\Z")
_WHEN = re.compile(r"\swhen\s")
_STRING = r"""'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*\""""
_TIME_WORD = re.compile(rf"{_STRING}|(?<![\w.])(?P<word>when|always|never)(?!\w)")
_BRACKET = re.compile(rf"{_STRING}|[()\[\]{{}},]")
_COMPUTE = "compute it in the snippet, and claim the name"
_DEPTH = 60
_LENGTH = 4000


def negated(expression: str) -> str:
    """The expression that is False where this one is True, at the same moment."""
    text, moment, condition = split_time(expression)
    return with_time(f"not ({text})", moment, condition)


def split_time(expression: str) -> tuple[str, Moment, str | None]:
    """Split the time words off: the bare expression, the moment, and the condition of a `when`."""
    if found := _ALWAYS_NEVER.search(expression):
        moment: Moment = "always" if found[1] == "always" else "never"
        return expression[: found.start()].strip(), moment, None
    for found in _WHEN.finditer(expression):
        # `when` may also stand inside a string: the split that leaves a whole expression before it is the one that is meant.
        if not isinstance(parse(expression[: found.start()], 0), Mistake):
            return expression[: found.start()].strip(), "when", expression[found.end() :].strip()
    return expression.strip(), "end", None


def with_time(text: str, moment: Moment, condition: str | None) -> str:
    """Add the time words to a bare expression again: the inverse of `split_time`."""
    if condition is not None:
        return f"{text} when {condition}"
    return text if moment == "end" else f"{text} {moment}"


def misplaced(expression: str) -> Mistake | None:
    """What is wrong with an expression that is none, if it is that a time word does not stand at its end."""
    words = [found for found in _TIME_WORD.finditer(expression) if found["word"]]
    plain = _TIME_WORD.sub(_without_time, expression)
    if not words or isinstance(parse(plain, 0), Mistake):
        return None
    if len(words) > 1:
        message = "an expression has one moment, and this names several"
        return Mistake(words[1].start(), message, "claim each moment by itself, or take both from one `series(...)`")
    (word,) = words
    before, after = expression[: word.start()].rstrip(), expression[word.end() :]
    stop = _end_of_condition(after) if word["word"] == "when" else 0
    whole = " ".join(filter(None, [f"{before}{after[stop:]}".strip(), word["word"], after[:stop].strip()]))
    pieces = [piece for piece in split_time(whole)[::2] if piece is not None]
    # What `always` and `never` say of a part of an expression is something else than what they say of all of it.
    is_same = word["word"] == "when" or not (before and after.strip(" )"))
    is_right = is_same and "series(" not in whole and not any(isinstance(parse(piece, 0), Mistake) for piece in pieces)
    message = f"`{word['word']}` may only stand at the end of the whole expression"
    return Mistake(
        word.start(), message, f"write {{{whole}}}" if is_right else "claim by itself what is asked at that moment"
    )


def _without_time(found: re.Match[str]) -> str:
    return {"when": " and ", "always": "", "never": ""}.get(found["word"] or "", found[0])


def _end_of_condition(text: str) -> int:
    """Where a condition ends inside brackets: at the bracket that closes them, or at a comma."""
    depth = 0
    for found in _BRACKET.finditer(text):
        if found[0] in ("(", "[", "{"):
            depth += 1
        elif found[0] in (")", "]", "}", ","):
            if depth == 0:
                return found.start()
            depth -= found[0] != ","
    return len(text)


def parse(text: str, shift: int) -> ast.expr | Mistake:
    """Parse one Python expression; `shift` is where it begins in what the author wrote."""
    if not text.strip():
        return Mistake(shift, "an expression is missing")
    if len(text) > _LENGTH:
        return Mistake(shift, f"this expression is longer than {_LENGTH} characters", _COMPUTE)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text.strip(), mode="eval").body
    except SyntaxError as error:
        # At the end of the text, Python gives no offset.
        at = error.offset - 1 if error.offset else len(text)
        return Mistake(shift + max(at, 0), f"this is not a Python expression: {error.msg}")
    except (ValueError, MemoryError, RecursionError) as error:
        return Mistake(shift, f"this is not a Python expression: {error or 'it is nested too deeply'}")
    nodes: list[tuple[ast.AST, int]] = [(tree, 0)]
    while nodes:
        node, depth = nodes.pop()
        if isinstance(node, ast.NamedExpr | ast.Await | ast.Yield | ast.YieldFrom):
            return Mistake(shift + node.col_offset, "a claim only looks: it may not assign, await or yield", _COMPUTE)
        if depth > _DEPTH:
            return Mistake(shift, "this is not a Python expression: it is nested too deeply", _COMPUTE)
        nodes += [(child, depth + 1) for child in ast.iter_child_nodes(node)]
    return tree


def free_names(tree: ast.expr) -> list[str]:
    """Names that the expression reads from outside, in order, without those that it binds itself."""
    bound = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    bound |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    found = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id not in bound
    ]
    return [node.id for node in sorted(found, key=lambda node: (node.lineno, node.col_offset))]
