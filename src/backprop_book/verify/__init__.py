"""verify: decides for each region of a document whether it holds.

`runs` runs the snippets, `judge` and `wording` compare words with answers, and `provenance` finds the statement that made a value.
`Verifier` combines them into `Verdict`s, for tests, site and command line alike. `coverage_report` counts what was verified,
`reproducibility` and `matrix` verify again under other conditions, and `reread_hints` names sentences to read again after a fix.
"""

from backprop_book.verify.matrix import Combination as Combination
from backprop_book.verify.matrix import Matrix as Matrix
from backprop_book.verify.provenance import Provenance as Provenance
from backprop_book.verify.reproducibility import Reproducibility as Reproducibility
from backprop_book.verify.reproducibility import check_reproducibility as check_reproducibility
from backprop_book.verify.reread_hints import Reread as Reread
from backprop_book.verify.reread_hints import rereads as rereads
from backprop_book.verify.reread_hints import urgency as urgency
from backprop_book.verify.runs import records_of as records_of
from backprop_book.verify.values import full as full
from backprop_book.verify.values import numbers as numbers
from backprop_book.verify.verdict import Edit as Edit
from backprop_book.verify.verdict import Region as Region
from backprop_book.verify.verdict import Verdict as Verdict
from backprop_book.verify.verdict import regions as regions
from backprop_book.verify.verdict import told as told
from backprop_book.verify.verifier import Verifier as Verifier
