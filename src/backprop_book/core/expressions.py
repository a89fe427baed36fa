"""expressions: parses the expressions that authors write between braces. No other module parses their text.

The scanner reads each expression once; questions, verdicts and pages are given the `ClaimExpression`. A snippet's process, which
gets its probes as text, parses them here, too.
"""

import ast
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field

from backprop_book.core.model import Moment

_ALWAYS_NEVER = re.compile(r"\s(always|never)\s*\Z")
_WHEN = re.compile(r"\swhen\s")
_STRING = r"""'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*\""""
_TIME_WORD = re.compile(rf"{_STRING}|(?<![\w.])(?P<word>when|always|never)(?!\w)")
_BRACKET = re.compile(rf"{_STRING}|[()\[\]{{}},]")
_COMPUTE = "compute it in the snippet, and claim the name"
_DEPTH = 60
_LENGTH = 4000
_OPAQUE = ast.BinOp | ast.Compare | ast.IfExp | ast.Lambda | ast.Subscript


@dataclass(frozen=True, slots=True)
class ClaimExpression:
    """A parsed expression of a claim. Two are equal if their texts are; the trees are shared and must not be changed."""

    text: str
    """The expression as written, time words included."""
    body: str = field(compare=False)
    """The Python expression without time words."""
    tree: ast.expr = field(compare=False, repr=False)
    """Its syntax tree."""
    moment: Moment = field(default="end", compare=False)
    """The moment that its time words name."""
    condition_text: str | None = field(default=None, compare=False)
    """The condition of a `when`."""
    condition: ast.expr | None = field(default=None, compare=False, repr=False)
    """The syntax tree of the condition."""

    def __str__(self) -> str:
        """The expression as written."""
        return self.text

    @property
    def trees(self) -> tuple[ast.expr, ...]:
        """The syntax tree, and that of the condition."""
        return (self.tree,) if self.condition is None else (self.tree, self.condition)

    @property
    def names(self) -> tuple[str, ...]:
        """The names that the expression and its condition read from outside, each once."""
        return tuple(dict.fromkeys(name for tree in self.trees for name in free_names(tree)))

    @property
    def denials(self) -> Iterator[tuple[ast.AST, bool]]:
        """The parts that must be true, or false (denied), for the claim to hold, as far as the form of the expression tells."""
        return walk_denials(self.tree, is_denied=self.moment == "never")


class ExpressionError(ValueError):
    """A text is no expression."""

    def __init__(
        self, offset: int, message: str, remedy: str = "write one Python expression between the braces"
    ) -> None:
        super().__init__(message)
        self.message = message
        """The fault."""
        self.offset = offset
        """The place in the text, from 0."""
        self.remedy = remedy
        """The one thing to do."""


def read(text: str) -> ClaimExpression:
    """Read what an author wrote between braces: a Python expression, perhaps with a moment.

    Raises:
        ExpressionError: It is no expression, or a time word stands elsewhere than at its end.
    """
    body, moment, condition = _split(text)
    try:
        tree = parse(body)
        limit = None if condition is None else parse(condition, max(text.rfind(condition), 0))
    except ExpressionError as error:
        raise _misplaced(text) or error from None
    return ClaimExpression(text, body, tree, moment, condition, limit)


def build(tree: ast.expr, moment: Moment = "end", condition: ast.expr | None = None) -> ClaimExpression:
    """Make an expression of syntax trees."""
    body = ast.unparse(tree)
    limit = None if condition is None else ast.unparse(condition)
    return ClaimExpression(with_time(body, moment, limit), body, tree, moment, limit, condition)


def with_time(body: str, moment: Moment, condition: str | None) -> str:
    """Add the time words to a Python expression."""
    if condition is not None:
        return f"{body} when {condition}"
    return body if moment == "end" else f"{body} {moment}"


def negated(text: str) -> str:
    """The expression that is False where this one is True, at the same moment."""
    body, moment, condition = _split(text)
    return with_time(f"not ({body})", moment, condition)


def parse(text: str, shift: int = 0) -> ast.expr:
    """Parse one Python expression.

    Args:
        text: The expression, without time words.
        shift: Its place in what the author wrote.

    Raises:
        ExpressionError: It is no expression, is nested too deeply, or would change the run.
    """
    if not text.strip():
        raise ExpressionError(shift, "an expression is missing")
    if len(text) > _LENGTH:
        raise ExpressionError(shift, f"this expression is longer than {_LENGTH} characters", _COMPUTE)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text.strip(), "<expression>", "eval").body
    except SyntaxError as error:
        # At the end of the text, Python gives no offset.
        at = error.offset - 1 if error.offset else len(text)
        raise ExpressionError(shift + max(at, 0), f"this is not a Python expression: {error.msg}") from None
    except (ValueError, MemoryError, RecursionError) as error:
        reason = str(error) or "it is nested too deeply"
        raise ExpressionError(shift, f"this is not a Python expression: {reason}") from None
    nodes: list[tuple[ast.AST, int]] = [(tree, 0)]
    while nodes:
        node, depth = nodes.pop()
        if isinstance(node, ast.NamedExpr | ast.Await | ast.Yield | ast.YieldFrom):
            message = "a claim only looks: it may not assign, await or yield"
            raise ExpressionError(shift + node.col_offset, message, _COMPUTE)
        if depth > _DEPTH:
            raise ExpressionError(shift, "this is not a Python expression: it is nested too deeply", _COMPUTE)
        nodes += [(child, depth + 1) for child in ast.iter_child_nodes(node)]
    return tree


def parsed(text: str) -> ast.expr | None:
    """Parse one Python expression; None if the text is none."""
    try:
        return parse(text)
    except ExpressionError:
        return None


def free_names(tree: ast.AST) -> tuple[str, ...]:
    """Names that an expression reads from outside, without those that it binds itself, each once, in the order of place."""
    nodes = list(ast.walk(tree))
    bound = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    bound |= {node.arg for node in nodes if isinstance(node, ast.arg)}
    found = [node for node in nodes if isinstance(node, ast.Name) and node.id not in bound]
    found.sort(key=lambda node: (getattr(node, "lineno", 0), getattr(node, "col_offset", 0)))
    return tuple(dict.fromkeys(node.id for node in found))


def dotted_names(tree: ast.AST) -> Iterator[str]:
    """The dotted names that an expression reads, each at its full length; calls and indices end a name."""
    parts = []
    inner = tree
    while isinstance(inner, ast.Attribute):
        parts.append(inner.attr)
        inner = inner.value
    if isinstance(inner, ast.Name):
        yield ".".join([inner.id, *reversed(parts)])
        return
    for child in ast.iter_child_nodes(tree):
        yield from dotted_names(child)


def walk_denials(tree: ast.expr, *, is_denied: bool) -> Iterator[tuple[ast.AST, bool]]:
    """Yield the parts of a condition that must be true, or false (denied), for the condition to hold, as far as its form tells.

    Args:
        tree: The condition.
        is_denied: Whether the condition must be false.
    """
    stack: list[tuple[ast.AST, bool]] = [(tree, is_denied)]
    while stack:
        node, denied = stack.pop()
        yield node, denied
        match node:
            case ast.Compare(left=left, ops=[ast.Eq() | ast.Is()], comparators=[ast.Constant(value=True)]):
                stack.append((left, denied))
            case ast.BinOp(op=ast.BitAnd() | ast.BitOr()):
                stack += [(node.left, denied), (node.right, denied)]
            case ast.UnaryOp(op=ast.Not() | ast.Invert(), operand=operand):
                stack.append((operand, not denied))
            case _ if not isinstance(node, _OPAQUE):
                stack += [(child, denied) for child in ast.iter_child_nodes(node)]


def _split(text: str) -> tuple[str, Moment, str | None]:
    """Split the time words off: the Python expression, the moment, and the condition of a `when`."""
    if found := _ALWAYS_NEVER.search(text):
        moment: Moment = "always" if found[1] == "always" else "never"
        return text[: found.start()].strip(), moment, None
    for found in _WHEN.finditer(text):
        # `when` may also stand inside a string: the split that leaves a whole expression before it is the one that is meant.
        if parsed(text[: found.start()]) is not None:
            return text[: found.start()].strip(), "when", text[found.end() :].strip()
    return text.strip(), "end", None


def _misplaced(text: str) -> ExpressionError | None:
    """The error of a text in which a time word does not stand at the end; None if the text has another fault."""
    words = [found for found in _TIME_WORD.finditer(text) if found["word"]]
    if not words or parsed(_TIME_WORD.sub(_without_time, text)) is None:
        return None
    if len(words) > 1:
        message = "an expression has one moment, and this names several"
        return ExpressionError(
            words[1].start(), message, "claim each moment by itself, or take both from one `series(...)`"
        )
    (word,) = words
    before, after = text[: word.start()].rstrip(), text[word.end() :]
    stop = _end_of_condition(after) if word["word"] == "when" else 0
    whole = " ".join(filter(None, [f"{before}{after[stop:]}".strip(), word["word"], after[:stop].strip()]))
    pieces = [piece for piece in _split(whole)[::2] if piece is not None]
    # What `always` and `never` say of a part of an expression is something else than what they say of all of it.
    is_same = word["word"] == "when" or not (before and after.strip(" )"))
    is_right = is_same and "series(" not in whole and all(parsed(piece) is not None for piece in pieces)
    message = f"`{word['word']}` may only stand at the end of the whole expression"
    remedy = f"write {{{whole}}}" if is_right else "claim by itself what is asked at that moment"
    return ExpressionError(word.start(), message, remedy)


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
