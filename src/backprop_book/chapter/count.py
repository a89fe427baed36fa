"""count: how the numerals of a text are covered."""

from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class Count:
    """How the numerals of a document's prose are covered. Numerals inside listings and other code are not prose."""

    claims: int = 0
    """Numerals in the words of claims (of every form but cells)."""
    equations: int = 0
    """Numerals in equations."""
    tables: int = 0
    """Numerals in cells of bound columns."""
    outputs: int = 0
    """Numerals in output fences."""
    waived: int = 0
    """Numerals in waivers."""
    terms: int = 0
    """Numerals in terms of the configuration."""
    bare: int = 0
    """Numerals that nothing checks."""

    @property
    def total(self) -> int:
        """All numerals of the prose."""
        return self.verified + self.excused + self.bare

    @property
    def verified(self) -> int:
        """Numerals that a run or a calculation has to bear out."""
        return self.claims + self.equations + self.tables + self.outputs

    @property
    def excused(self) -> int:
        """Numerals that are excused with a reason."""
        return self.waived + self.terms

    def __add__(self, other: "Count") -> "Count":
        """The counts of two texts together."""
        return self._with(other, 1)

    def __sub__(self, other: "Count") -> "Count":
        """The counts of what a text has beyond another."""
        return self._with(other, -1)

    def _with(self, other: "Count", sign: int) -> "Count":
        return Count(*(getattr(self, each.name) + sign * getattr(other, each.name) for each in fields(Count)))
