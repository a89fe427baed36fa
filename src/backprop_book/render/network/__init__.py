"""network: one training step as four moments or as a computational graph, or the iterations of a loop, drawn from a run."""

from backprop_book.core.symbols import Symbols
from backprop_book.figures import Network, TrainingFrames
from backprop_book.render.network.graph import graph
from backprop_book.render.network.page import loop, step


def network(shown: Network | TrainingFrames, name: str, alt: str, listing: str, symbols: Symbols) -> tuple[str, str]:
    """HTML of a network. It is complete without JavaScript; `docs/assets/network.js` plays it.

    Args:
        shown: The network in one training step, or over the iterations of a loop.
        name: Name of the figure, which no other figure of the page has.
        alt: Text alternative.
        listing: The id of the listing on the same page that shows its snippet; empty if there is none.
        symbols: The colours of names.

    Returns:
        The HTML before the caption and the HTML after it.
    """
    if isinstance(shown, TrainingFrames):
        return loop(shown, name, alt, listing)
    return (graph if shown.is_graph else step)(shown, name, alt, listing, symbols)
