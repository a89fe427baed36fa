"""Run as `python -m backprop_book.figures FOLDER SECONDS`: draw what is ordered in a folder."""

import sys
from pathlib import Path

from backprop_book.core.problems import package_of
from backprop_book.figures.drawing import MISSING

try:
    from backprop_book.figures.child import perform
except ModuleNotFoundError as error:
    Path(sys.argv[1], MISSING).write_text(package_of(error), encoding="utf-8")
else:
    perform(Path(sys.argv[1]), float(sys.argv[2]))
