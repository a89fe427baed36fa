"""reach: which statements may run when some code does, through the functions that it calls."""

import ast
from collections.abc import Mapping, Sequence, Set

from backprop_book.snippet.nodes import Located


class Calls:
    """Which functions may run when some code does, as far as names tell; a method may always run."""

    def __init__(self, located: Sequence[Located], functions: frozenset[int]) -> None:
        self._located = located
        nodes = {index: node for index in functions if isinstance(node := located[index].node, ast.FunctionDef)}
        parts = [part for entry in located if entry.parent is None for part in ast.walk(entry.node)]
        direct = {id(part.func) for part in parts if isinstance(part, ast.Call)}
        passed = {part.id for part in parts if isinstance(part, ast.Name) and id(part) not in direct}
        names = [node.name for node in nodes.values()]
        self._nodes = nodes
        self._called: dict[int, list[int]] = {}
        self._always = {
            index
            for index, node in nodes.items()
            if located[index].scope is not None
            or node.decorator_list
            or node.name in passed
            or names.count(node.name) > 1
        }

    def reaches(self) -> Mapping[int, frozenset[int]]:
        """Of each function, the statements that may run while it does."""
        return {index: self._inside({index, *self._always}) for index in self._nodes}

    def reach(self, body: Sequence[ast.stmt]) -> frozenset[int]:
        """The statements of the functions that a block may call, definitions included."""
        return self._inside({*self._always, *self._named(body)})

    def _inside(self, begun: Set[int]) -> frozenset[int]:
        """The statements of some functions and of those that these may call."""
        waiting = [*begun]
        found: set[int] = set()
        while waiting:
            index = waiting.pop()
            if index not in found:
                found.add(index)
                waiting += self._callees(index)
        inside = (index for index, entry in enumerate(self._located) if entry.scope in found)
        return frozenset({*found, *inside})

    def _callees(self, index: int) -> list[int]:
        if index not in self._called:
            self._called[index] = self._named(self._nodes[index].body)
        return self._called[index]

    def _named(self, body: Sequence[ast.stmt]) -> list[int]:
        names = {part.id for node in body for part in ast.walk(node) if isinstance(part, ast.Name)}
        return [index for index, node in self._nodes.items() if node.name in names]
