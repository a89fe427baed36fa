"""figures: runs the scripts of figures in a child process, and reads networks from the values of a run.

`Gallery` draws all figures of a book; a script runs in `child` with a `sheet`, which refuses numbers that no run gave
(`unsourced_values`). `svg` tidies the drawing. `Network` reads layers, weights and gradients for the page of the network, and
`training_frames` samples a training for its animation.
"""

from backprop_book.figures.drawing import DataTable, Drawing
from backprop_book.figures.gallery import Gallery
from backprop_book.figures.network import PHASES, AnimationStep, Graph, Network
from backprop_book.figures.svg import Picture
from backprop_book.figures.training_frames import TrainingFrame, TrainingFrames

__all__ = [
    "PHASES",
    "AnimationStep",
    "DataTable",
    "Drawing",
    "Gallery",
    "Graph",
    "Network",
    "Picture",
    "TrainingFrame",
    "TrainingFrames",
]
