"""sides: what stands between the relations of a span."""

from backprop_book.digits.expression import parse
from backprop_book.digits.relations import Relation, Side
from backprop_book.digits.tokens import Token


def read_sides(
    text: str, symbols: tuple[Token, ...], math: bool
) -> tuple[tuple[Side, ...], tuple[Relation, ...]] | None:
    """The sides of a span and the relations between them; None if a side is no arithmetic."""
    groups: list[list[Token]] = [[]]
    relations = []
    for symbol in symbols:
        if symbol.kind == "relation":
            relations.append(Relation(symbol.text, symbol.start, symbol.end))
            groups.append([])
        else:
            groups[-1].append(symbol)
    sides = []
    for group in groups:
        tree = parse(group, math) if group else None
        if tree is None:
            return None
        start, end = group[0].start, group[-1].end
        sides.append(Side(start, end, text[start:end], tree))
    return tuple(sides), tuple(relations)
