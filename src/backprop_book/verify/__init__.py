"""verify: runs what the chapter speaks of and says of each region whether it holds. Tests, site and CLI all ask here."""

from backprop_book.verify.matrix import Combination as Combination
from backprop_book.verify.matrix import Matrix as Matrix
from backprop_book.verify.provenance import Provenance as Provenance
from backprop_book.verify.reproducibility import Steadiness as Steadiness
from backprop_book.verify.reproducibility import steadiness as steadiness
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
