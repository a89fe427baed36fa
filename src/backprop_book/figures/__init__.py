"""figures: runs the scripts of figures in a child process, and reads networks from the values of a run.

`Gallery` draws all figures of a book; a script runs in `child` with a `sheet`, which refuses numbers that no run gave
(`unsourced_values`). `svg` tidies the drawing. A `Network` has the layers, weights and gradients of one training step, and
`TrainingFrames` those of some iterations of a loop.
"""

from backprop_book.figures.drawing import DataTable, Drawing
from backprop_book.figures.gallery import Gallery
from backprop_book.figures.network import PHASES, AnimationStep, Network, TrainingFrame, TrainingFrames
from backprop_book.figures.svg import Picture

__all__ = [
    "PHASES",
    "AnimationStep",
    "DataTable",
    "Drawing",
    "Gallery",
    "Network",
    "Picture",
    "TrainingFrame",
    "TrainingFrames",
]
