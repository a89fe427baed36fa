"""Small books with a network: a step of one with three hidden neurons, of which one is silent, and a loop in which neurons die."""

from backprop_book.figures import Gallery, Network, TrainingFrames
from small_book import Book

SNIPPET = """\
import numpy as np

W1 = np.array([[0.5, -0.25, -1.0], [0.25, 0.5, -1.0]])
b1 = np.array([0.0, 0.5, 0.0])
W2 = np.array([[1.0, -0.5], [0.5, 0.25], [2.0, 2.0]])
b2 = np.array([0.0, 0.1])
x = np.array([1, 2])
target = np.array([1, 0])

z = x @ W1 + b1
h = np.maximum(z, 0)
y = h @ W2 + b2
loss = np.mean((y - target) ** 2)

dL_dy = y - target
dL_dW2 = np.outer(h, dL_dy)
dL_db2 = dL_dy
dL_dh = W2 @ dL_dy
gate = np.where(z > 0, 1, 0)
dL_dz = dL_dh * gate
dL_dW1 = np.outer(x, dL_dz)
dL_db1 = dL_dz

V1 = W1 - 0.5 * dL_dW1
c1 = b1 - 0.5 * dL_db1
V2 = W2 - 0.5 * dL_dW2
c2 = b2 - 0.5 * dL_db2
"""
PARTS = {
    "input": "net.x",
    "hidden_weights": "net.W1",
    "hidden_biases": "net.b1",
    "output_weights": "net.W2",
    "output_biases": "net.b2",
    "preactivation": "net.z",
    "activation": "net.h",
    "output": "net.y",
    "target": "net.target",
    "squared_errors": "(net.y - net.target) ** 2",
    "loss": "net.loss",
    "output_gradient": "net.dL_dy",
    "output_weights_gradient": "net.dL_dW2",
    "output_biases_gradient": "net.dL_db2",
    "activation_gradient": "net.dL_dh",
    "preactivation_gradient": "net.dL_dz",
    "hidden_weights_gradient": "net.dL_dW1",
    "hidden_biases_gradient": "net.dL_db1",
    "hidden_weights_new": "net.V1",
    "hidden_biases_new": "net.c1",
    "output_weights_new": "net.V2",
    "output_biases_new": "net.c2",
}
GRAPHED = {
    **{role: PARTS[role] for role in PARTS if not role.endswith("_new") and role != "squared_errors"},
    "activation_derivative": "net.gate",
}
IMAGE = "![Circles and lines.](figures/step.svg) The network."


def script(parts: dict[str, str], more: str = "", form: str = "NETWORK") -> str:
    """The script of a network."""
    lines = "".join(f'    "{role}": "{expression}",\n' for role, expression in parts.items())
    return f'"""A step."""\n\n{form} = {{\n{lines}}}\n{more}'


def show(book: Book, parts: dict[str, str] = PARTS, more: str = "", snippet: str = SNIPPET) -> None:
    """Write the snippet, the script, and a page that shows both."""
    book.write("snippets/net.py", snippet)
    book.write("figures/step.py", script(parts, more))
    book.page(f'{IMAGE}\n\n```python\n--8<-- "net.py"\n```')


def network(book: Book) -> Network:
    """The network of the book as it is now."""
    gallery = Gallery(book.verifier())
    assert gallery.problems() == ()
    found = gallery.drawing("step")
    assert isinstance(found, Network)
    return found


def show_graph(book: Book, parts: dict[str, str] = GRAPHED, more: str = "", snippet: str = SNIPPET) -> None:
    """Write the snippet, the script of a computational graph, and a page that shows both."""
    show(book, snippet=snippet)
    book.write("figures/step.py", script(parts, more, "GRAPH"))


def graph(book: Book) -> Network:
    """The step of the computational graph of the book as it is now."""
    found = network(book)
    assert found.is_graph
    return found


LOOP = """\
import numpy as np

W1 = np.array([[0.5, -0.5], [0.25, 1.0]])
b1 = np.array([0.0, 0.5])
W2 = np.array([[1.0], [0.5]])
b2 = np.array([0.0])
x = np.array([1, 2])
target = np.array([1])

for turn in range(6):
    z = x @ W1 + b1
    h = np.maximum(z, 0)
    y = h @ W2 + b2
    loss = np.mean((y - target) ** 2)
    b1 = b1 - 0.5
"""
ROUNDS = {
    "input": "loop.x",
    "hidden_weights": "series(loop.W1 + 0 * loop.b1)",
    "hidden_biases": "series(loop.b1 + 0.5)",
    "output_weights": "loop.W2",
    "output_biases": "loop.b2",
    "preactivation": "series(loop.z)",
    "activation": "series(loop.h)",
    "output": "series(loop.y)",
    "target": "loop.target",
    "loss": "series(loop.loss)",
    "round": "series(loop.turn)",
}
ROWS = "ROWS = [0, 1, 5]\n"


def show_loop(book: Book, parts: dict[str, str] = ROUNDS, more: str = ROWS) -> None:
    """Write the snippet of a loop, the script, and a page that shows both."""
    book.write("snippets/loop.py", LOOP)
    book.write("figures/step.py", script(parts, more))
    book.page(f'{IMAGE}\n\n```python\n--8<-- "loop.py"\n```')


def training_frames(book: Book) -> TrainingFrames:
    """The network over the loop of the book as it is now."""
    gallery = Gallery(book.verifier())
    assert gallery.problems() == ()
    found = gallery.drawing("step")
    assert isinstance(found, TrainingFrames)
    return found
