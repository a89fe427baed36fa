"""Run as `python -m backprop_book.figure FOLDER SECONDS`: draw what is ordered in a folder."""

import sys
from pathlib import Path

from backprop_book.figure.child import perform

perform(Path(sys.argv[1]), float(sys.argv[2]))
