"""mutate: whether every check can fail. Each thing that the book states is made wrong in turn, and something must notice."""

from backprop_book.tools.mutate.claim_suggestions import CodeMutant, Ideas, code_mutants, find_ideas
from backprop_book.tools.mutate.expressions import (
    ExpressionMutant,
    Weakness,
    Weaknesses,
    expression_mutants,
    find_weaknesses,
)
from backprop_book.tools.mutate.mutants import MUTANT_KINDS, Mutant, MutantKind, mutants
from backprop_book.tools.mutate.run_mutants import Trial, try_all

__all__ = [
    "MUTANT_KINDS",
    "CodeMutant",
    "ExpressionMutant",
    "Ideas",
    "Mutant",
    "MutantKind",
    "Trial",
    "Weakness",
    "Weaknesses",
    "code_mutants",
    "expression_mutants",
    "find_ideas",
    "find_weaknesses",
    "mutants",
    "try_all",
]
