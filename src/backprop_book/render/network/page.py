"""page: the figure of a network: four moments, the player's buttons, and all numbers as tables."""

from html import escape

from backprop_book.chapter import Phase
from backprop_book.errors import shorten
from backprop_book.figure import Beat, Network
from backprop_book.figure.network import PHASES
from backprop_book.render.network.moments import drawing
from backprop_book.render.network.plan import WIDTH, Plan, plan
from backprop_book.render.network.tables import data, tables
from backprop_book.render.network.words import CAPTIONS, TITLES, alternative
from backprop_book.symbols import Symbols

_LONG = 60


def network(shown: Network, name: str, alt: str, listing: str, symbols: Symbols) -> tuple[str, str]:
    """HTML of a network. It is complete without JavaScript; `docs/assets/network.js` shows one moment at a time.

    Args:
        shown: The network.
        name: Its name, which no other figure of the page has.
        alt: What it shows, in words.
        listing: The id of the listing on the same page that shows its snippet; empty if there is none.
        symbols: The colours of names.

    Returns:
        What stands before the caption, and what stands after it.
    """
    laid_out = plan(shown)
    moments = "".join(_moment(shown, laid_out, phase, listing, symbols) for phase in PHASES)
    return player(name, alt, listing, _start(shown), _controls(shown), moments), data(shown.title, tables(shown))


def player(name: str, alt: str, listing: str, start: int, controls: str, moments: str) -> str:
    """The element that `docs/assets/network.js` plays, with its figure, up to the caption.

    Args:
        name: The figure's name, which no other figure of the page has.
        alt: What the figure shows, in words.
        listing: The id of the listing that it moves along with; empty if there is none.
        start: The beat that is shown at first.
        controls: The buttons, as HTML.
        moments: The drawings with their texts, as HTML.
    """
    return (
        f'<figure class="bb-net" id="{escape(f"figure-{name}")}"><bb-network data-listing="{escape(listing)}" data-start="{start}">'
        f'<p class="bb-net-alt" data-search-exclude>{escape(alt)}</p>{controls}'
        f'<div class="bb-net-moments">{moments}</div></bb-network><figcaption>'
    )


def _start(network: Network) -> int:
    """The beat that is shown at first: the end of the forward pass."""
    return max(n for n, beat in enumerate(network.beats) if beat.phase == PHASES[0])


def _controls(network: Network) -> str:
    firsts = {beat.phase: n for n, beat in reversed(list(enumerate(network.beats)))}
    moments = "".join(
        f'<button type="button" data-moment="{firsts[phase]}" aria-pressed="{str(phase == PHASES[0]).lower()}">{TITLES[phase]}</button>'
        for phase in PHASES
    )
    every = '<button type="button" data-all aria-pressed="false">All four</button>'
    return (
        f'<div class="bb-net-controls" role="group" aria-label="The network: moments of the step" data-search-exclude>'
        f'<span class="bb-net-tabs">{moments}</span>{steps(every)}</div>'
    )


def steps(more: str = "") -> str:
    """The buttons that go from beat to beat, the one that keeps the drawing in sight, and more buttons."""
    found = "".join(
        f'<button type="button" data-go="{go}" aria-label="{label}">{text}</button>'
        for go, label, text in (("-1", "Previous part", "‹"), ("0", "Play", "Play"), ("1", "Next part", "›"))
    )
    keep = '<button type="button" data-keep aria-pressed="false">Keep in sight</button>'
    return f'<span class="bb-net-steps">{found}{keep}{more}</span>'


def _moment(network: Network, laid_out: Plan, phase: Phase, listing: str, symbols: Symbols) -> str:
    first = phase == PHASES[0]
    return (
        f'<section class="bb-net-moment{" bb-on" if first else ""}" data-phase="{phase}">'
        f'<svg class="bb-net-drawing" viewBox="0 0 {WIDTH:g} {laid_out.height:g}" role="img" '
        f'aria-label="{escape(alternative(network, phase))}" data-search-exclude>{drawing(network, laid_out, phase)}</svg>'
        f'<div class="bb-net-text"><p class="bb-net-title">{TITLES[phase]}</p><p class="bb-net-caption">{escape(CAPTIONS[phase])}</p>'
        f'<ol class="bb-net-beats" data-search-exclude>{beats(network, listing, symbols, phase)}</ol></div></section>'
    )


def beats(network: Network, listing: str, symbols: Symbols, phase: Phase | None = None) -> str:
    """The statements of a moment as buttons, with links to their lines; without a moment, those of all."""
    shown = ((n, beat) for n, beat in enumerate(network.beats) if phase in (None, beat.phase))
    return "".join(_beat(n, beat, listing, symbols) for n, beat in shown)


def _beat(number: int, beat: Beat, listing: str, symbols: Symbols) -> str:
    code = beat.code or "the values that the figure adds"
    marked = "".join(
        f'<span class="{css}">{escape(text)}</span>' if css else escape(text)
        for text, css in symbols.parts(shorten(code, _LONG))
    )
    statements = " ".join(map(str, beat.statements))
    link = ""
    if beat.lines:
        last = len(beat.lines) > 1
        words = f"lines {beat.lines[0]} to {beat.lines[-1]}" if last else f"line {beat.lines[0]}"
        link = f'<a href="#{escape(listing)}-s{beat.statements[0]}">{words}</a>' if listing else f"<span>{words}</span>"
    return f'<li><button type="button" data-to="{number}" data-statements="{statements}"><code>{marked}</code></button> {link}</li>'
