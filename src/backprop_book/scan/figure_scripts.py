"""Reads the script of a figure without running it: its title, DATA, TABLE, ROWS, NETWORK or GRAPH, and the texts that it draws."""

import ast
import builtins
import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from backprop_book.core.expressions import ExpressionError, free_names, parse, parsed
from backprop_book.core.problems import Problem
from backprop_book.numbers import numerals, unmatched
from backprop_book.scan.book import Chapter, Column, Datum, Grid, Script, names_entry
from backprop_book.scan.embeds import nearest
from backprop_book.scan.question import Place, Question, UnplacedError
from backprop_book.scan.source import Diagnostic, Source

Phase = Literal["forward", "loss", "backward", "update"]
Form = Literal["step", "loop", "graph"]
"""The subject of a network figure: the phases of a step, the iterations of a loop, or the computational graph of a step."""


@dataclass(frozen=True, slots=True)
class Role:
    """A quantity in a training step of a network with one hidden layer."""

    name: str
    """Its key in `NETWORK` and `GRAPH`."""
    family: str
    """The colour family, as in the configuration of symbols."""
    shape: str
    """A letter for each axis: `i` inputs, `h` hidden neurons, `o` outputs; empty for a number."""
    phase: Phase
    """The phase that computes it."""
    given: bool = False
    """Whether it exists before the step."""
    needed: bool = True
    """Whether a `NETWORK` without ROWS must have it."""
    looped: bool = False
    """Whether a `NETWORK` with ROWS has it; it must then."""
    graphed: bool = False
    """Whether a `GRAPH` has it; it must then."""


ROLES = (
    Role("input", "input", "i", "forward", given=True, looped=True, graphed=True),
    Role("hidden_weights", "parameter", "ih", "forward", given=True, looped=True, graphed=True),
    Role("hidden_biases", "parameter", "h", "forward", given=True, looped=True, graphed=True),
    Role("output_weights", "parameter", "ho", "forward", given=True, looped=True, graphed=True),
    Role("output_biases", "parameter", "o", "forward", given=True, looped=True, graphed=True),
    Role("preactivation", "preactivation", "h", "forward", looped=True, graphed=True),
    Role("activation", "activation", "h", "forward", looped=True, graphed=True),
    Role("output", "output", "o", "forward", looped=True, graphed=True),
    Role("target", "target", "o", "loss", given=True, looped=True, graphed=True),
    Role("squared_errors", "loss", "o", "loss"),
    Role("loss", "loss", "", "loss", looped=True, graphed=True),
    Role("output_gradient", "gradient", "o", "backward", graphed=True),
    Role("output_weights_gradient", "gradient", "ho", "backward", graphed=True),
    Role("output_biases_gradient", "gradient", "o", "backward", graphed=True),
    Role("activation_gradient", "gradient", "h", "backward", graphed=True),
    Role("activation_derivative", "gradient", "h", "backward", needed=False, graphed=True),
    Role("preactivation_gradient", "gradient", "h", "backward", graphed=True),
    Role("hidden_weights_gradient", "gradient", "ih", "backward", graphed=True),
    Role("hidden_biases_gradient", "gradient", "h", "backward", graphed=True),
    Role("hidden_weights_new", "parameter", "ih", "update"),
    Role("hidden_biases_new", "parameter", "h", "update"),
    Role("output_weights_new", "parameter", "ho", "update"),
    Role("output_biases_new", "parameter", "o", "update"),
    Role("loss_new", "loss", "", "update", needed=False),
    Role("round", "loss", "", "loss", needed=False, looped=True),
)
"""All roles, in the order in which a step computes them."""


def role_diagnostics(data: Sequence[Datum], keys: Mapping[str, int], start: int, form: Form) -> list[Diagnostic]:
    """Check the roles of a network.

    Args:
        data: The entries of `NETWORK` or `GRAPH`.
        keys: The offset of each key.
        start: The offset of the dictionary.
        form: What the figure shows.
    """
    names = [role.name for role in ROLES if _is_used(role, form)]
    message, remedy = "a network has no such part", "correct the name"
    diagnostics = [
        Diagnostic(keys[each.name], message, remedy, each.name, nearest(each.name, tuple(names)))
        for each in data
        if each.name not in names
    ]
    needed = [role.name for role in ROLES if _is_used(role, form) and (role.needed or form != "step")]
    missing = [name for name in needed if name not in keys]
    if missing:
        remedy = "say for each which expression gives it"
        diagnostics.append(Diagnostic(start, "this network lacks parts", remedy, "", ", ".join(missing)))
    if form == "loop" and not any(each.is_series for each in data):
        remedy = "write series(...) for the parts that change, or remove ROWS"
        diagnostics.append(Diagnostic(start, "no part of this network has a value for each iteration", remedy))
    asked = [(each, {part.snippet for part in each.question.parts}) for each in data if each.question is not None]
    for each, stems in asked:
        if stems != asked[0][1]:
            first, found = (", ".join(sorted(names)) for names in (asked[0][1], stems))
            message, remedy = "a network shows one run", "take all parts from the same snippet"
            diagnostics.append(Diagnostic(each.start, message, remedy, found, first))
    return diagnostics


def _is_used(role: Role, form: Form) -> bool:
    """Whether a figure of this form shows the role."""
    return {"loop": role.looped, "graph": role.graphed, "step": role.needed or not (role.looped or role.graphed)}[form]


_DATA = 'DATA = {"loss": "series(training_loop_numpy.loss)"}'
_DRAWN_BY_THE_BOOK: tuple[Literal["NETWORK", "GRAPH"], ...] = ("NETWORK", "GRAPH")
_FORMAT = re.compile(r"[-+<>^ ]?\.[0-9]+[efg%]")
_TABLE = 'TABLE = {"step": "step", "neuron 0": "z1[:, 0]"}'


def read_script(chapter: Chapter, path: str, text: str) -> tuple[Script, tuple[Problem, ...]]:
    """Read the script of a figure.

    Args:
        chapter: The chapter, which has the snippets.
        path: The script's path relative to the root.
        text: The script's text.

    Returns:
        The script, and what is wrong with it.
    """
    source = Source(path, text, 0)
    reader = _Reader(chapter, source)
    script = reader.script(path.rpartition("/")[2].removesuffix(".py"))
    problems = {
        source.problem(
            each.offset, each.message, found=each.found, expected=each.expected, remedy=each.remedy, kind="figure"
        )
        for each in reader.diagnostics
    }
    return script, tuple(sorted(problems))


@dataclass(frozen=True, slots=True)
class _Text:
    """A string literal of the script, with its offset."""

    text: str
    start: int


class _Reader:
    """Reads one script, and collects what is wrong with it."""

    def __init__(self, chapter: Chapter, source: Source) -> None:
        self.chapter = chapter
        self.source = source
        self.diagnostics: list[Diagnostic] = []
        self._lines = source.text.split("\n")
        self._starts = [0]
        for line in self._lines:
            self._starts.append(self._starts[-1] + len(line) + 1)

    def diagnostic(self, offset: int, message: str, remedy: str, found: str = "", expected: str = "") -> None:
        self.diagnostics.append(Diagnostic(offset, message, remedy, found, expected))

    def script(self, name: str) -> Script:
        try:
            tree = ast.parse(self.source.text)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            line, column = (error.lineno or 1, error.offset or 1) if isinstance(error, SyntaxError) else (1, 1)
            at = min(self._starts[min(line, len(self._lines)) - 1] + max(column - 1, 0), len(self.source.text))
            self.diagnostic(at, f"this is not Python: {_reason(error)}", "mend the syntax")
            return Script(self.source, name, "", (), (), None, 0, whole=False)
        title = self._title(tree)
        assigned = {
            target.id: node.value
            for node in tree.body
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for parts in _DRAWN_BY_THE_BOOK:
            if parts in assigned:
                return self._network(tree, name, title, assigned, parts)
        data = self._data(assigned.get("DATA"))
        grids = self._grids(assigned["TABLE"], data) if "TABLE" in assigned else _plain(data)
        rows = self._rows(assigned["ROWS"]) if "ROWS" in assigned else None
        draw = self._draw(tree)
        whole = not self.diagnostics and all(datum.question is not None for datum in data)
        return Script(self.source, name, title, data, grids, rows, draw, whole)

    def _network(
        self, tree: ast.Module, name: str, title: str, assigned: dict[str, ast.expr], parts: Literal["NETWORK", "GRAPH"]
    ) -> Script:
        """Read a script with `NETWORK` or `GRAPH`, which the book draws itself."""
        node = assigned[parts]
        start = self._at(node)
        is_graph = parts == "GRAPH"
        rows = self._rows(assigned["ROWS"]) if "ROWS" in assigned and not is_graph else None
        example = f'{parts} = {{"input": "training_step_numpy.x", ...}}'
        data = tuple(self._kept(datum, rows) for datum in self._data(node, parts, example))
        if data:
            keys = {key.text: key.start for key, _ in self._entries(node)}
            self.diagnostics += role_diagnostics(
                data, keys, start, "graph" if is_graph else "loop" if "ROWS" in assigned else "step"
            )
        message = f"a {parts.lower()} has no use for this"
        remedy = f"remove it: a {parts.lower()} is drawn and shown as tables from {parts} alone"
        for other in ("DATA", "TABLE", *(("ROWS",) if is_graph else ())):
            if other in assigned:
                self.diagnostic(self._at(assigned[other]), message, remedy, other)
        for each in tree.body:
            if isinstance(each, ast.FunctionDef):
                self.diagnostic(self._at(each), message, remedy, f"def {each.name}")
        whole = not self.diagnostics and all(datum.question is not None for datum in data)
        return Script(self.source, name, title, data, (), rows, start, whole, network=True, graph=is_graph)

    def _kept(self, datum: Datum, rows: tuple[int, ...] | None) -> Datum:
        """Restrict an entry with a value for each iteration to the rows shown: a run cannot send all of them."""
        if rows is None or datum.question is None or not datum.is_series:
            return datum
        return replace(datum, question=self.chapter.question(Place(None), f"({datum.expression})[{list(rows)}]"))

    def _at(self, node: ast.expr | ast.stmt) -> int:
        """The offset of a node, whose column Python counts in bytes."""
        line = self._lines[node.lineno - 1]
        return self._starts[node.lineno - 1] + len(line.encode()[: node.col_offset].decode("utf-8", "replace"))

    def _title(self, tree: ast.Module) -> str:
        title = (ast.get_docstring(tree) or "").partition("\n")[0].strip().removesuffix(".")
        if not title:
            self.diagnostic(
                0, "this figure has no title", "begin the script with a docstring; its first line is the title"
            )
        elif found := numerals(title):
            remedy = "say it without the number, which nothing checks here"
            self.diagnostic(0, "the title of this figure states a number", remedy, found[0].text)
        return title

    def _data(self, node: ast.expr | None, name: str = "DATA", example: str = _DATA) -> tuple[Datum, ...]:
        entries = self._entries(node)
        if not entries:
            at = 0 if node is None else self._at(node)
            message = "this figure has no DATA" if node is None else f"{name} is not a dictionary of expressions"
            self.diagnostic(at, message, "write the names and the expressions out, each in quotes", expected=example)
            return ()
        found: dict[str, Datum] = {}
        for key, value in entries:
            if not key.text.isidentifier() or key.text.startswith("_") or key.text in found:
                remedy = "give each of the data a name of its own, as `draw` reads it: data.loss"
                self.diagnostic(key.start, "this is no new name", remedy, key.text)
                continue
            found[key.text] = Datum(key.text, value.start, value.text, self._question(value))
        return tuple(found.values())

    def _question(self, value: _Text) -> Question | None:
        """The question of an expression. A figure has no listing above and no front matter, so other remedies apply."""
        try:
            return self.chapter.question(Place(None), value.text)
        except UnplacedError as mistake:
            message, remedy, near = (
                "this names no snippet that it could speak of",
                "say of which snippet it is, `snippet.name`",
                "",
            )
            if mistake.owner:
                message, remedy = (
                    f"there is no snippet `{mistake.owner}`",
                    f"correct the name, or add {mistake.owner}.py",
                )
                near = ", ".join(difflib.get_close_matches(mistake.owner, sorted(self.chapter.stems)))
            self.diagnostic(value.start, message, remedy, value.text, near)
        except ExpressionError as mistake:
            self.diagnostic(value.start, mistake.message, mistake.remedy, value.text)
        return None

    def _entries(self, node: ast.expr | None) -> list[tuple[_Text, _Text]]:
        """The entries of a dictionary of string literals; none if the node is anything else."""
        if not isinstance(node, ast.Dict):
            return []
        pairs = [(self._text(key), self._text(value)) for key, value in zip(node.keys, node.values, strict=True)]
        entries = [(key, value) for key, value in pairs if key is not None and value is not None]
        return entries if len(entries) == len(pairs) else []

    def _text(self, node: ast.expr | None) -> _Text | None:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return _Text(node.value, self._at(node))
        return None

    def _grids(self, node: ast.expr, data: tuple[Datum, ...]) -> tuple[Grid, ...]:
        plain = self._entries(node)
        if plain:
            return (self._grid("", plain, data),)
        grids = []
        if isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                caption, entries = self._text(key), self._entries(value)
                if caption is not None and entries:
                    grids.append(self._grid(caption.text, entries, data))
        if not grids or not isinstance(node, ast.Dict) or len(grids) != len(node.keys):
            remedy = "write its headers and expressions out, each in quotes; for several tables, a dictionary of such"
            self.diagnostic(self._at(node), "TABLE is not a dictionary of columns", remedy, expected=_TABLE)
        return tuple(grids)

    def _grid(self, caption: str, entries: list[tuple[_Text, _Text]], data: tuple[Datum, ...]) -> Grid:
        known = {datum.name for datum in data}
        self._headed(_Text(caption, entries[0][0].start), "")
        for key, value in entries:
            self._headed(key, value.text)
            try:
                names = read_names(value.text)
            except ExpressionError as error:
                self.diagnostic(value.start, error.message, "correct it", value.text)
                continue
            for name in sorted(names - known - {"np"} - set(dir(builtins))):
                remedy = "correct the name, or add it to DATA"
                self.diagnostic(
                    value.start, f"there are no data `{name}`", remedy, value.text, ", ".join(sorted(known))
                )
            if known.issuperset(read_names(value.text) - {"np"} - set(dir(builtins))):
                self._entitled(key, value)
        return Grid(
            caption, entries[0][0].start, tuple(Column(key.text, value.start, value.text) for key, value in entries)
        )

    def _entitled(self, key: _Text, value: _Text) -> None:
        """Check that a column shows an entry of DATA unchanged and that its header names that entry, or that it shows texts."""
        shown = entry_of(value.text)
        if shown is None:
            remedy = "give what it shows an entry in DATA, computed there, and name that here"
            expected = "an entry, a row or a column of one, perhaps rounded; or texts without numbers"
            self.diagnostic(value.start, "this column is no entry of DATA", remedy, value.text, expected)
        elif shown and not names_entry(key.text, shown):
            remedy = "name the entry in the header, or give it the name that the header has"
            self.diagnostic(key.start, "this header does not name what stands below it", remedy, key.text, shown)

    def _headed(self, said: _Text, expression: str) -> None:
        """Report the numbers in a header that its expression does not contain, and all numbers in a caption."""
        tree = parsed(expression)
        for numeral in unmatched(numerals(said.text), expression, () if tree is None else (tree,)):
            remedy = "use the number in the expression of the column, or leave it out"
            self.diagnostic(said.start, "nothing checks this number above a table", remedy, numeral.text)

    def _rows(self, node: ast.expr) -> tuple[int, ...] | None:
        items = node.elts if isinstance(node, ast.List | ast.Tuple) else []
        rows = [item.value for item in items if isinstance(item, ast.Constant) and type(item.value) is int]
        if rows and len(rows) == len(items) and rows == sorted(set(rows)):
            return tuple(rows)
        remedy = "list the rows that are kept, by their positions from zero, ascending"
        self.diagnostic(self._at(node), "ROWS is not a list of rows", remedy, expected="ROWS = [0, 1, 5, 10]")
        return None

    def _draw(self, tree: ast.Module) -> int:
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and node.name == "draw":
                for text in self._drawn_texts(tree):
                    if not _FORMAT.fullmatch(text.text) and (found := numerals(text.text)):
                        remedy = "take the number from the data, as in {data.step[-1]}, or leave it to the caption"
                        self.diagnostic(
                            text.start, "this text states a number that nothing checks", remedy, found[0].text
                        )
                return self._at(node)
        self.diagnostic(0, "this figure has no function `draw`", "define it", expected="def draw(sheet, data):")
        return 0

    def _drawn_texts(self, tree: ast.Module) -> Iterator[_Text]:
        """Strings inside functions, which may be drawn, without docstrings and format specifications."""
        waiting: list[ast.AST] = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
        while waiting:
            node = waiting.pop()
            if isinstance(node, ast.JoinedStr):
                # The offsets of its parts differ between versions of Python.
                parts = [part for part in node.values if isinstance(part, ast.Constant)]
                yield from (_Text(str(part.value), self._at(node)) for part in parts)
                waiting += [part.value for part in node.values if isinstance(part, ast.FormattedValue)]
            elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
                continue
            else:
                if isinstance(node, ast.expr) and (text := self._text(node)) is not None:
                    yield text
                waiting += ast.iter_child_nodes(node)


def entry_of(expression: str) -> str | None:
    """The entry of DATA that a column shows: the whole entry, a row or a column of it, perhaps rounded.

    Returns:
        Its name; empty for a list of texts without numbers; None for any other expression.

    Raises:
        ExpressionError: It is not an expression.
    """
    tree = parse(expression)
    match tree:
        case ast.List(elts=items):
            texts = [item.value for item in items if isinstance(item, ast.Constant) and isinstance(item.value, str)]
            return "" if len(texts) == len(items) and not any(map(numerals, texts)) else None
        case ast.Call(func=ast.Attribute(value=rounded, attr="round"), args=[ast.Constant()], keywords=[]):
            tree = rounded
    if isinstance(tree, ast.Subscript) and _is_place(tree.slice):
        tree = tree.value
    return tree.id if isinstance(tree, ast.Name) else None


def _is_place(index: ast.expr) -> bool:
    """Whether an index selects whole rows or columns: numbers, and colons without limits."""
    match index:
        case ast.Tuple(elts=parts):
            return all(map(_is_place, parts))
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant()) | ast.Constant():
            return True
        case ast.Slice(lower=None, upper=None, step=None):
            return True
    return False


def read_names(expression: str) -> frozenset[str]:
    """The names that an expression reads without binding them itself.

    Raises:
        ExpressionError: It is not an expression.
    """
    return frozenset(free_names(parse(expression)))


def _reason(error: Exception) -> str:
    if isinstance(error, SyntaxError):
        return error.msg
    return str(error) if isinstance(error, ValueError) else "it is nested too deeply"


def _plain(data: tuple[Datum, ...]) -> tuple[Grid, ...]:
    """The table of a script without TABLE: a column for each entry of DATA."""
    columns = tuple(Column(datum.name, datum.start, datum.name) for datum in data)
    return (Grid("", columns[0].start, columns),) if columns else ()
