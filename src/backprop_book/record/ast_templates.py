"""ast_templates: the pieces of syntax tree that are put between the statements of a script.

They reach what they need through constants of the code, which stand as texts in the tree and are replaced in the code.
"""

import ast
import ctypes
from typing import Any, TypeVar

MARKER = "\0marker"
"""Stands for the cell in which the number of the running statement is written."""
KEEP = "\0keep"
"""Stands for a function of a key and a value that remembers the value and returns it."""
SHALLOW = "\0shallow"
"""Stands for the exception that a hook without stack ends with."""
EVERY = "\0every"
"""Stands for the class of all exceptions."""

Made = TypeVar("Made", bound=ast.AST)


class Marker(ctypes.c_int * 2):  # type: ignore[misc]
    """The numbers, from 1, of the statement and of the probe that run now. It has a hash, as the code of a function must have."""

    __slots__ = ()
    __hash__ = object.__hash__


def kept(value: ast.expr, index: int) -> ast.expr:
    """An expression that comes to `value` and leaves it among the pending values."""
    arguments = ast.arguments(
        posonlyargs=[],
        args=[ast.arg("index")],
        vararg=None,
        kwonlyargs=[],
        kw_defaults=[],
        kwarg=None,
        defaults=[ast.Constant(index)],
    )
    key = ast.Lambda(arguments, ast.Constant(None))  # a new object each time, made without a call
    call = ast.Call(ast.Constant(KEEP), [key, value], [])
    return _placed(call, value)


def _placed(new: ast.expr, old: ast.expr) -> ast.expr:
    """Give a new expression, and all that is new in it, the place of an old one."""
    for part in ast.walk(new):
        if isinstance(part, ast.expr | ast.arg) and not hasattr(part, "lineno"):
            ast.copy_location(part, old)
    return new


def marker_of(index: int, node: ast.stmt) -> ast.stmt:
    """Write the statement's number, from 1, where the parent process can read it."""
    target = ast.Subscript(ast.Constant(MARKER), ast.Constant(0), ast.Store())
    return with_place(ast.Assign([target], ast.Constant(index + 1)), node)


def call_of(name: str, node: Any, *arguments: Any) -> ast.stmt:
    """Call a hook; without stack to call it, go on."""
    call = ast.Call(ast.Constant(f"\0{name}"), [ast.Constant(each) for each in arguments], [])
    handler = ast.ExceptHandler(ast.Constant(SHALLOW), None, [ast.Pass()])
    return with_place(ast.Try(body=[ast.Expr(call)], handlers=[handler], orelse=[], finalbody=[]), node)


def failed(node: Any) -> ast.ExceptHandler:
    """A handler that shows an exception to the hooks and passes it on."""
    handler = ast.ExceptHandler(ast.Constant(EVERY), None, [call_of("failed", node), ast.Raise()])
    with_place(handler, node)
    return handler


def with_place(new: Made, old: Any) -> Made:
    """Give all parts of a new node the place of an old one."""
    for part in ast.walk(new):
        if isinstance(part, ast.stmt | ast.expr | ast.excepthandler) and not hasattr(part, "lineno"):
            part.lineno = part.end_lineno = old.lineno
            part.col_offset = part.end_col_offset = old.col_offset
    return new
