"""symbols: the same colour for the same quantity, in code, in formulas and in the prose."""

from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from html import escape
from xml.etree import ElementTree as ET

from backprop_book.core.config import Config

_DIFFERENTIALS = frozenset({"∂", "d"})


@dataclass(frozen=True, slots=True)
class Symbols:
    """Which names and letters stand for which family of quantities, such as `gradient`."""

    code: tuple[tuple[str, str], ...] = ()
    """Patterns of names in code (`dL_*`; an attribute begins with a dot: `.grad`) with their families; the first that fits counts."""
    math: tuple[tuple[str, str], ...] = ()
    """Letters in formulas with their families."""

    def family(self, name: str) -> str:
        """The family of a name in code, or of a dotted name by its last part; empty if it has none."""
        first, dot, last = name.rpartition(".")
        fits = (family for pattern, family in self.code if fnmatchcase(f"{dot}{last}", pattern))
        return next(fits, "") or (self.family(first) if first else "")

    def css(self, name: str) -> str:
        """The class of a name in code; empty if it belongs to no family."""
        family = self.family(name)
        return f"bb-sym-{family}" if family else ""

    def mark(self, name: str) -> str:
        """HTML of a name, in the colour of its family."""
        css = self.css(name)
        return f'<span class="{css}">{escape(name)}</span>' if css else escape(name)

    def mark_all(self, code: str) -> str:
        """HTML of a piece of Python, with each name in the colour of its family."""
        return "".join(
            f'<span class="{css}">{escape(text)}</span>' if css else escape(text) for text, css in self.parts(code)
        )

    def parts(self, code: str) -> tuple[tuple[str, str], ...]:
        """The pieces of a piece of Python with the class of each; names without a family and the rest have none."""
        pieces: list[tuple[str, str]] = []
        before = ""
        for is_name, text in _tokens(code):
            css = self.css(f".{text}" if before == "." else text) if is_name else ""
            if pieces and pieces[-1][1] == css == "":
                pieces[-1] = (pieces[-1][0] + text, "")
            else:
                pieces.append((text, css))
            before = text
        return tuple(pieces)

    def colour(self, formula: ET.Element) -> None:
        """Give the letters of a formula (an element of MathML) their classes, and a derivative that of the gradient."""
        parts = list(formula)
        if formula.tag == "mfrac" and all(_first(part) in _DIFFERENTIALS for part in parts):
            formula.set("class", "bb-sym-gradient")
            return
        upright = formula.get("mathvariant") == "normal"  # a letter of a word, such as the L of ReLU
        family = dict(self.math).get((formula.text or "").strip()) if formula.tag == "mi" and not upright else None
        if family:
            formula.set("class", f"bb-sym-{family}")
        for part in parts[:1] if formula.tag in {"msub", "msup", "msubsup"} else parts:
            self.colour(part)


def symbols_of(config: Config) -> Symbols:
    """The colours of symbols as a book configures them."""
    return Symbols(
        tuple((pattern, family.name) for family in config.symbols for pattern in family.code),
        tuple((letter, family.name) for family in config.symbols for letter in family.math),
    )


def _tokens(code: str) -> Iterator[tuple[bool, str]]:
    """The pieces of a piece of Python, and whether each is a name."""
    # Only here: a page that is remembered and holds no code needs nothing of it.
    from pygments.lexers.python import PythonLexer
    from pygments.token import Name

    return ((Name in token.split(), text) for _, token, text in PythonLexer().get_tokens_unprocessed(code))


def _first(part: ET.Element) -> str:
    return next((text.strip() for text in part.itertext() if text.strip()), "")
