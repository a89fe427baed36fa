"""tables: every number of a network, at full precision."""

from collections.abc import Iterable, Sequence
from html import escape

from backprop_book.figure import Network, Rounds

Table = tuple[str, Sequence[str], Iterable[Sequence[str]]]
"""What a table is called, what stands above its columns, and its rows; the first cell of each is its header."""


def data(title: str, found: Iterable[Table]) -> str:
    """What stands after the caption of a figure: its tables, folded."""
    shown = "".join(_table(caption, heads, rows, title) for caption, heads, rows in found)
    return f'</figcaption><details class="bb-data" data-search-exclude><summary>The data</summary>{shown}</details></figure>'


def tables(network: Network) -> Iterable[Table]:
    """Every number, at full precision."""
    for caption, listed in (("Inputs", ("input",)), ("Hidden neurons", _HIDDEN), ("Outputs", _OUTPUTS)):
        heads = [role for role in listed if role in network.values]
        columns = [network.row(role) for role in heads]
        rows = [[str(n), *map(full, row)] for n, row in enumerate(zip(*columns, strict=True))]
        yield caption, ["", *(network.names[role] for role in heads)], rows
    for caption, layer in (("Weights into the hidden neurons", "hidden"), ("Weights into the outputs", "output")):
        roles = (f"{layer}_weights", f"{layer}_weights_gradient", f"{layer}_weights_new")
        heads = [role for role in roles if role in network.values]
        matrices = [network.matrix(role) for role in heads]
        places = [(i, j) for i in range(len(matrices[0])) for j in range(len(matrices[0][0]))]
        lines = [[f"[{i}][{j}]", *(full(matrix[i][j]) for matrix in matrices)] for i, j in places]
        yield caption, ["", *(network.names[role] for role in heads)], lines
    losses = [role for role in ("loss", "loss_new") if role in network.values]
    yield "Loss", ["", "value"], [[network.names[role], full(network.number(role))] for role in losses]


def rounds(found: Rounds) -> Iterable[Table]:
    """What changes over the iterations that are kept."""
    first = found.rounds[0].network
    numbers = [full(each.network.number("round")) for each in found.rounds]
    losses = [[number, full(each.network.number("loss"))] for number, each in zip(numbers, found.rounds, strict=True)]
    yield "Loss", [first.names["round"], first.names["loss"]], losses
    for caption, role in (("Activations", "activation"), ("Outputs", "output")):
        heads = [f"{first.names[role]}[{n}]" for n in range(len(first.row(role)))]
        pairs = zip(numbers, found.rounds, strict=True)
        yield caption, [first.names["round"], *heads], [[n, *map(full, each.network.row(role))] for n, each in pairs]


_HIDDEN = (
    "hidden_biases", "preactivation", "activation", "activation_gradient", "activation_derivative",
    "preactivation_gradient", "hidden_biases_gradient", "hidden_biases_new",
)  # fmt: skip
_OUTPUTS = (
    "output_biases", "output", "target", "squared_errors", "output_gradient", "output_biases_gradient",
    "output_biases_new",
)  # fmt: skip


def full(value: float) -> str:
    """A number at full precision, with a typographic minus."""
    return repr(value + 0.0).removesuffix(".0").replace("-", "−")


def _table(caption: str, heads: Sequence[str], rows: Iterable[Sequence[str]], title: str) -> str:
    top = "".join(f'<th scope="col">{escape(head)}</th>' if head else "<td></td>" for head in heads)
    lines = "".join(
        f'<tr><th scope="row">{escape(row[0])}</th>{"".join(f"<td>{escape(cell)}</td>" for cell in row[1:])}</tr>'
        for row in rows
    )
    label = escape(f"{title}: {caption}")
    return (
        f'<div class="bb-grid" tabindex="0" role="group" aria-label="{label}"><table class="bb-table">'
        f"<caption>{escape(caption)}</caption><thead><tr>{top}</tr></thead><tbody>{lines}</tbody></table></div>"
    )
