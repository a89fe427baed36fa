"""loop: the figure of a network over the iterations of a loop: the first and the last one, and a slider for all that are kept."""

import json
from html import escape

from backprop_book.figure import Network, Round, Rounds
from backprop_book.render.network.moments import seen
from backprop_book.render.network.plan import WIDTH, Plan, plan
from backprop_book.render.network.tables import data, rounds
from backprop_book.render.network.words import NOT_KEPT, OVER_TIME, happened, named, told


def loop(shown: Rounds, name: str, alt: str, listing: str) -> tuple[str, str]:
    """HTML of a network over a loop. Without JavaScript it shows the first iteration and the last one.

    Args:
        shown: The iterations that are kept.
        name: Its name, which no other figure of the page has.
        alt: What it shows, in words.
        listing: The id of the listing on the same page that shows its snippet; empty if there is none.

    Returns:
        What stands before the caption, and what stands after it.
    """
    networks = [each.network for each in shown.rounds]
    laid_out = plan(networks[0])
    largest = max(
        abs(value)
        for network in networks
        for role in ("hidden_weights", "output_weights")
        for row in network.matrix(role)
        for value in row
    )
    drawings = [seen(network, laid_out, largest) for network in networks]
    frames = [
        [drawing, named(each.network), _said(each, listing), told(each.network), each.first, each.told]
        for drawing, each in zip(drawings, shown.rounds, strict=True)
    ]
    packed = escape(json.dumps(frames, ensure_ascii=False, separators=(",", ":")), quote=False).replace("'", "&#39;")
    ends = dict.fromkeys((0, len(networks) - 1))
    panels = "".join(_panel(networks[at], drawings[at], laid_out, first=at == 0) for at in ends)
    before = (
        f'<figure class="bb-net" id="{escape(f"figure-{name}")}">'
        f"<bb-rounds data-listing=\"{escape(listing)}\" data-frames='{packed}'>"
        f'<p class="bb-net-alt" data-search-exclude>{escape(alt)}</p>{_controls(networks)}'
        f'<div class="bb-net-moments">{panels}</div></bb-rounds><figcaption>'
    )
    return before, data(shown.title, rounds(shown))


def _said(each: Round, listing: str) -> str:
    """What happened in an iteration, and whether the listing can show it, too."""
    words = happened(each.network)
    return f"{words} {NOT_KEPT}" if listing and each.told is None else words


def _controls(networks: list[Network]) -> str:
    """A slider over the iterations that are kept, and buttons to go through them."""
    name = escape(networks[0].names["round"])
    return (
        f'<div class="bb-net-controls" role="group" aria-label="The network: iterations of the loop" data-search-exclude>'
        f'<label class="bb-net-slide"><span class="bb-net-round">{escape(named(networks[0]))}</span>'
        f'<input type="range" min="0" max="{len(networks) - 1}" value="0" aria-label="{name}" '
        f'aria-valuetext="{escape(named(networks[0]))}"></label><span class="bb-net-steps">'
        f'<button type="button" data-go="-1" aria-label="Previous" aria-disabled="true">‹</button>'
        f'<button type="button" data-go="0" aria-label="Play">Play</button>'
        f'<button type="button" data-go="1" aria-label="Next">›</button></span></div>'
    )


def _panel(network: Network, drawing: str, laid_out: Plan, *, first: bool) -> str:
    caption = f'<p class="bb-net-caption">{escape(OVER_TIME)}</p>' if first else ""
    return (
        f'<section class="bb-net-moment{" bb-on" if first else ""}"><svg class="bb-net-drawing" '
        f'viewBox="0 0 {WIDTH:g} {laid_out.height:g}" role="img" aria-label="{escape(told(network))}" '
        f'data-search-exclude>{drawing}</svg><div class="bb-net-text"><p class="bb-net-title">{escape(named(network))}</p>'
        f'<p class="bb-net-caption bb-net-said">{escape(happened(network))}</p>{caption}</div></section>'
    )
