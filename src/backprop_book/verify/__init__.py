"""verify: decides for each region of a document whether it holds.

`runs` runs the snippets, `judge` and `wording` compare words with answers, and `provenance` finds the statement that made a value.
`Verifier` combines them into `Verdict`s, for tests, site and command line alike. `coverage_report` counts what was verified,
`reproducibility` and `matrix` verify again under other conditions, and `reread_hints` names sentences to read again after a fix.
"""

from backprop_book.verify.provenance import Provenance
from backprop_book.verify.runs import records_of
from backprop_book.verify.values import full
from backprop_book.verify.verifier import Verifier

__all__ = [
    "Provenance",
    "Verifier",
    "coverage_report",
    "full",
    "matrix",
    "records_of",
    "reproducibility",
    "reread_hints",
    "verdict",
    "wording",
]
