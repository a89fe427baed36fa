"""config: where the book is, and what its pyproject.toml says about it."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from backprop_book.core.problems import BookError, Problem, ProblemKind

_FILE = "pyproject.toml"
_KEY = re.compile(r"""[ \t]*("(?:\\.|[^"\\\n])*"|'[^'\n]*'|[A-Za-z0-9_-]+)[ \t]*=""")
_HEADER = re.compile(r"[ \t]*\[([^\[\]\n]+)\][ \t]*(?:#.*)?")
FAMILIES = ("input", "parameter", "preactivation", "activation", "output", "target", "loss", "gradient")
"""The families of quantities that have a colour; the stylesheet has a custom property `--bb-sym-FAMILY` for each."""


@dataclass(frozen=True, slots=True)
class Excuse:
    """A term of the configuration that is said to merely contain a numeral."""

    term: str
    """The term, as it stands in the prose."""
    reason: str
    """Why nothing has to check it."""
    line: int
    """Its line in pyproject.toml, from 1."""
    column: int
    """Its column, from 1."""


@dataclass(frozen=True, slots=True)
class Family:
    """Which names and letters stand for one family of quantities, so that they have the same colour everywhere."""

    name: str
    """One of `FAMILIES`."""
    code: tuple[str, ...]
    """Patterns of names in code, such as `dL_*`; that of an attribute begins with a dot: `.grad`."""
    math: tuple[str, ...]
    """Letters in formulas."""


@dataclass(frozen=True, slots=True)
class Config:
    """The configuration of a book: the table `[tool.backprop_book]` of its pyproject.toml."""

    root: Path
    """The folder that holds pyproject.toml."""
    docs: str = "docs"
    """Folder of the pages, relative to the root."""
    snippets: str = "snippets"
    """Folder of the snippets and their notes, relative to the root."""
    figures: str = "figures"
    """Folder of the scripts that draw figures, relative to the root."""
    environment: tuple[str, ...] = ()
    """Patterns of the environment variables that snippets and figures see beside those that all books pass on."""
    verified: tuple[str, ...] = ("README.md",)
    """Other Markdown files, of which only the marked parts are scanned."""
    terms: tuple[Excuse, ...] = ()
    """Terms that merely contain a numeral."""
    symbols: tuple[Family, ...] = ()
    """The names and letters that have a colour."""
    problems: tuple[Problem, ...] = ()
    """The problems of the table; a wrong value is replaced by its default."""


def book_root(start: Path) -> Path:
    """The nearest folder, from `start` upwards, that holds a book.

    Raises:
        BookError: There is none, or a pyproject.toml on the way is no TOML.
    """
    here = start.resolve()
    for folder in (here, *here.parents):
        if (folder / _FILE).is_file() and _table(_read(folder)[1]) is not None:
            return folder
    message = f"no folder from {here} upwards holds a {_FILE} with the table [tool.backprop_book]"
    raise _file_error(message, "run this inside the book, or add the table")


def load_config(root: Path) -> Config:
    """Read the configuration of the book in `root`.

    Raises:
        BookError: There is no readable pyproject.toml with the table.
    """
    text, data = _read(root)
    table = _table(data)
    if table is None:
        raise _file_error("there is no table [tool.backprop_book]", "add the table")
    default = Config(root)
    values: dict[str, Any] = {
        "docs": default.docs, "snippets": default.snippets, "figures": default.figures, "environment": [],
        "verified": list(default.verified) if (root / "README.md").is_file() else [], "terms": {}, "symbols": {},
    }  # fmt: skip
    problems = []
    for key, value in table.items():
        if key not in values:
            message = f"[tool.backprop_book] has no key `{key}`"
            expected = "docs, snippets, figures, environment, verified, terms or symbols"
            problems.append(_key_problem(text, _BOOK, key, message, key, expected, "remove or rename it"))
        elif not _is_valid(root, key, value):
            message, expected = REFUSALS[key]
            problems.append(_key_problem(text, _BOOK, key, message, repr(value), expected, "correct the value"))
        else:
            values[key] = value
    excuses, wrong_terms = _excuses(text, values["terms"])
    families, wrong_symbols = _families(text, values["symbols"])
    return Config(
        root, _folder(values["docs"]), _folder(values["snippets"]), _folder(values["figures"]), tuple(values["environment"]),
        tuple(values["verified"]), excuses, families, (*problems, *wrong_terms, *wrong_symbols),
    )  # fmt: skip


_BOOK = "tool.backprop_book"
_TERMS, _SYMBOLS = f"{_BOOK}.terms", f"{_BOOK}.symbols"
REFUSALS: Mapping[str, tuple[str, str]] = MappingProxyType({
    **{
        key: (f"`{key}` is not a folder of the book", f'a folder, such as "{key}"')
        for key in ("docs", "snippets", "figures")
    },
    "environment": ("`environment` is not a list of names", 'a list of environment variables, such as ["STAGE"]'),
    "verified": ("`verified` is not a list of files", 'a list of files that exist, such as ["README.md"]'),
    "terms": ("`terms` is not a table", 'a table of `"term" = "reason"`'),
    "symbols": ("`symbols` is not a table", 'a table such as `loss = { code = ["loss"], math = ["L"] }`'),
})  # fmt: skip
"""The message for a wrong value of each key, and the expected value."""


def _is_valid(root: Path, key: str, value: object) -> bool:
    match key:
        case "docs" | "snippets" | "figures":
            return isinstance(value, str) and (root / value).is_dir()
        case "verified":
            return isinstance(value, list) and all(isinstance(each, str) and (root / each).is_file() for each in value)
        case "environment":
            return _is_list_of_texts(value)
        case _:
            return isinstance(value, dict)


def is_there(root: Path, path: str) -> bool:
    """Whether there is a file or a folder at a path relative to the root."""
    try:
        return (root / path).exists()
    except (OSError, ValueError):  # a name that is too long, or that no file can have
        return False


def has_moved(root: Path, looked: Mapping[str, bool]) -> bool:
    """Whether one of some paths relative to the root has come or gone since somebody saw whether it was there."""
    return any(is_there(root, path) != was for path, was in looked.items())


def _read(root: Path) -> tuple[str, dict[str, Any]]:
    """Text and content of a pyproject.toml."""
    try:
        text = (root / _FILE).read_bytes().decode("utf-8").replace("\r\n", "\n")
        return text, tomllib.loads(text)
    except FileNotFoundError:
        raise _file_error(f"there is no {_FILE} in {root}", "add one") from None
    except OSError as error:
        raise _file_error(f"this file cannot be read: {error.strerror}", "make it readable") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        found = re.search(r" \(at line (\d+), column (\d+)\)", str(error))
        line, column = (int(found[1]), int(found[2])) if found else (1, 1)
        reason = re.sub(r" \(at .*\)", "", str(error))
        raise _file_error(f"this is no TOML: {reason}", "mend the syntax", line, column) from None


def _file_error(message: str, remedy: str, line: int = 1, column: int = 1) -> BookError:
    return BookError([Problem(_FILE, line, column, message, remedy=remedy, kind="configuration")])


def _key_problem(
    text: str,
    table: str,
    key: str,
    message: str,
    found: str,
    expected: str,
    remedy: str,
    kind: ProblemKind = "configuration",
) -> Problem:
    return Problem(_FILE, *_where(text, table, key), message, found, expected, remedy, kind)


def _table(data: dict[str, Any]) -> dict[str, Any] | None:
    tool = data.get("tool")
    table = tool.get("backprop_book") if isinstance(tool, dict) else None
    return table if isinstance(table, dict) else None


def _folder(path: str) -> str:
    return path.strip("/").removeprefix("./")


def _excuses(text: str, terms: dict[str, Any]) -> tuple[tuple[Excuse, ...], list[Problem]]:
    excuses = []
    problems = []
    for term, reason in terms.items():
        if isinstance(reason, str) and reason.strip():
            excuses.append(Excuse(term, reason.strip(), *_where(text, _TERMS, term)))
        else:
            message, remedy = f"the term `{term}` has no reason", "say why nothing has to check it"
            problems.append(
                _key_problem(text, _TERMS, term, message, repr(reason), "a sentence in quotes", remedy, "waiver")
            )
    return tuple(excuses), problems


def _families(text: str, symbols: dict[str, Any]) -> tuple[tuple[Family, ...], list[Problem]]:
    families = []
    problems = []
    for name, entry in symbols.items():
        if name not in FAMILIES:
            message, found, expected = f"there is no family of symbols `{name}`", name, ", ".join(FAMILIES)
            remedy = "correct the name"
        elif (
            isinstance(entry, dict) and entry.keys() <= {"code", "math"} and all(map(_is_list_of_texts, entry.values()))
        ):
            families.append(Family(name, tuple(entry.get("code", ())), tuple(entry.get("math", ()))))
            continue
        else:
            message, found = f"the family `{name}` does not say which names are its own", repr(entry)
            expected = '{ code = ["dL_*", ".grad"], math = ["L"] }'
            remedy = "give lists of names in code and of letters in formulas"
        problems.append(_key_problem(text, _SYMBOLS, name, message, found, expected, remedy))
    return tuple(families), problems


def _is_list_of_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) and item for item in value)


def _where(text: str, table: str, key: str) -> tuple[int, int]:
    """Line and column of a key in a table; TOML itself does not keep them."""
    current = ""
    header = (1, 1)
    inner = table.rpartition(".")[2]
    for number, line in enumerate(text.split("\n"), 1):
        if found := _HEADER.fullmatch(line):
            current = found[1].replace(" ", "")
            if current in (table, f"{table}.{key}"):
                header = (number, line.index("[") + 1)
        elif (found := _KEY.match(line)) and current == table:
            if next(iter(tomllib.loads(f"{found[1]} = 0"))) == key:
                return number, found.start(1) + 1
        elif found and found[1] == inner and current == table.rpartition(".")[0]:
            # An inline table: the key is looked for where the table is written.
            at = line.find(key, found.end())
            header = (number, (found.start(1) if at < 0 else at) + 1)
    return header
