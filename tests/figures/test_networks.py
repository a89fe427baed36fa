"""Networks: scripts that say what the parts are, and what is wrong with one."""

import pytest

import small_network
from backprop_book.figures import Gallery
from small_book import Book
from small_network import GRAPHED, PARTS, SNIPPET, network, script

LINE = {role: number for number, role in enumerate(PARTS, 4)}


def problems(book: Book) -> str:
    """Everything that is wrong with the book and its figures."""
    gallery = Gallery(book.verifier())
    return "\n".join(map(str, (*gallery.verifier.problems(), *gallery.problems())))


def test_the_parts_of_a_network_are_values_of_the_run(book: Book) -> None:
    small_network.show(book)
    assert problems(book) == ""
    found = network(book)
    assert (found.title, found.snippet) == ("A step", "net")
    assert found.row("input") == (1.0, 2.0)
    assert found.matrix("hidden_weights") == ((0.5, -0.25, -1.0), (0.25, 0.5, -1.0))
    assert found.number("loss") == ((1.625 - 1) ** 2 + (-0.5 + 0.3125 + 0.1) ** 2) / 2
    assert found.inactive == (False, False, True)
    assert (found.names["output"], found.names["squared_errors"]) == ("y", "(y - target) ** 2")


def test_beats_are_the_statements_of_the_run_in_its_order(book: Book) -> None:
    later = "gate = np.where(z > 0, 1, 0)\n"
    swapped = SNIPPET.replace("dL_db2 = dL_dy\n", "").replace(later, later + "dL_db2 = dL_dy\n")
    small_network.show(book, snippet=swapped)
    beats = network(book).beats
    assert [(beat.phase, beat.code.partition(" = ")[0]) for beat in beats] == [
        ("forward", "x, W1, b1, W2, b2"), ("forward", "z"), ("forward", "h"), ("forward", "y"), ("loss", "loss"),
        ("backward", "dL_dy"), ("backward", "dL_dW2"), ("backward", "dL_dh"), ("backward", "dL_db2"), ("backward", "dL_dz"),
        ("backward", "dL_dW1"), ("backward", "dL_db1"),
        ("update", "V1"), ("update", "c1"), ("update", "V2"), ("update", "c2"),
    ]  # fmt: skip
    assert beats[0].lines == (3, 4, 5, 6, 7)
    assert beats[4].roles == ("target", "squared_errors", "loss")
    assert beats[1].statements == (7,)


def test_of_a_name_that_is_bound_again_the_old_value_is_given_and_the_new_one_made(book: Book) -> None:
    again = SNIPPET.replace("c2 = b2 - 0.5 * dL_db2", "old = b2\nb2 = b2 - 0.5 * dL_db2")
    small_network.show(book, {**PARTS, "output_biases": "net.old", "output_biases_new": "net.b2"}, snippet=again)
    last = network(book).beats[-1]
    assert (last.roles, last.code) == (("output_biases_new",), "b2 = b2 - 0.5 * dL_db2")


def test_what_no_statement_makes_comes_last_in_its_moment(book: Book) -> None:
    small_network.show(book, {**PARTS, "output_biases_new": "net.c2 + 0", "loss_new": "net.loss * 0.5"})
    last = network(book).beats[-1]
    assert (last.roles, last.statements, last.code) == (("output_biases_new", "loss_new"), (), "")


WRONG = {
    "a part that there is not": (
        {**PARTS, "hidden_weight": "net.W1"},
        """\
figures/step.py:26:5: a network has no such part
    found:    hidden_weight
    expected: hidden_weights, hidden_weights_new, hidden_weights_gradient
    remedy:   correct the name""",
    ),
    "a part that is missing": (
        {role: PARTS[role] for role in PARTS if role not in ("loss", "target")},
        """\
figures/step.py:3:11: this network lacks parts
    expected: target, loss
    remedy:   say for each which expression gives it""",
    ),
    "another run": (
        {**PARTS, "loss": "descent.loss"},
        f"""\
figures/step.py:{LINE["loss"]}:13: a network shows one run
    found:    descent
    expected: net
    remedy:   take all parts from the same snippet""",
    ),
    "a name that does not exist": (
        {**PARTS, "loss": "net.los"},
        f"""\
figures/step.py:{LINE["loss"]}:13: `net.los` has no value
    found:    NameError: name 'los' is not defined
    remedy:   did you mean `loss`?""",
    ),
    "another shape": (
        {**PARTS, "hidden_weights": "net.W1.T", "loss": "net.y", "target": "net.loss"},
        f"""\
figures/step.py:{LINE["hidden_weights"]}:23: `hidden_weights` is not as large as this network
    found:    3 × 2
    expected: 2 inputs, 3 hidden neurons
    remedy:   correct the expression
figures/step.py:{LINE["target"]}:15: `target` is a number alone
    found:    one number
    expected: 2 outputs
    remedy:   correct the expression
figures/step.py:{LINE["loss"]}:13: `loss` is not as large as this network
    found:    2
    expected: one number
    remedy:   correct the expression""",
    ),
    "no row of inputs": (
        {**PARTS, "input": "net.W1"},
        f"""\
figures/step.py:{LINE["input"]}:14: `input` is not as large as this network
    found:    2 × 3
    expected: inputs
    remedy:   correct the expression""",
    ),
    "no numbers": (
        {**PARTS, "target": "str(net.target)", "loss": "net.loss / 0", "output_biases": "net.np.zeros(10**6)"},
        f"""\
figures/step.py:{LINE["output_biases"]}:22: `output_biases` is not made of finite numbers
    found:    min 0, max 0, mean 0
    remedy:   correct the expression
figures/step.py:{LINE["target"]}:15: `target` is not made of finite numbers
    found:    '[1 0]'
    remedy:   correct the expression
figures/step.py:{LINE["loss"]}:13: `loss` is not made of finite numbers
    found:    inf
    remedy:   correct the expression""",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_with_a_network_is_said_at_its_place(book: Book, case: str) -> None:
    parts, expected = WRONG[case]
    small_network.show(book, parts)
    assert problems(book) == expected


def test_a_network_needs_no_more_than_its_parts(book: Book) -> None:
    small_network.show(book, more='DATA = {"loss": "net.loss"}\n\n\ndef draw(sheet, data):\n    pass\n')
    assert (
        problems(book)
        == """\
figures/step.py:27:8: a network has no use for this
    found:    DATA
    remedy:   remove it: a network is drawn and shown as tables from NETWORK alone
figures/step.py:30:1: a network has no use for this
    found:    def draw
    remedy:   remove it: a network is drawn and shown as tables from NETWORK alone"""
    )


def test_the_parts_of_a_graph_are_those_of_a_step_without_its_update(book: Book) -> None:
    small_network.show_graph(book)
    assert problems(book) == ""
    found = small_network.graph(book)
    assert found.row("activation_derivative") == (1.0, 1.0, 0.0)
    assert [beat.code.partition(" = ")[0] for beat in found.beats][5:] == [
        "dL_dy", "dL_dW2", "dL_db2", "dL_dh", "gate", "dL_dz", "dL_dW1", "dL_db1"
    ]  # fmt: skip


def test_what_is_wrong_with_a_graph_is_said_at_its_place(book: Book) -> None:
    parts = {**GRAPHED, "hidden_weights_new": "net.V1"}
    small_network.show_graph(book, {role: parts[role] for role in parts if role != "activation_derivative"})
    assert (
        problems(book)
        == """\
figures/step.py:3:9: this network lacks parts
    expected: activation_derivative
    remedy:   say for each which expression gives it
figures/step.py:21:5: a network has no such part
    found:    hidden_weights_new
    expected: hidden_weights, hidden_weights_gradient, hidden_biases
    remedy:   correct the name"""
    )
    small_network.show_graph(book, {**GRAPHED, "activation": "net.h[:2]"})
    assert problems(book).splitlines()[0] == "figures/step.py:10:19: `activation` is not as large as this network"
    small_network.show_graph(book, more='ROWS = [0]\nTABLE = {"x": "x"}\n')
    assert (
        problems(book)
        == """\
figures/step.py:23:8: a graph has no use for this
    found:    ROWS
    remedy:   remove it: a graph is drawn and shown as tables from GRAPH alone
figures/step.py:24:9: a graph has no use for this
    found:    TABLE
    remedy:   remove it: a graph is drawn and shown as tables from GRAPH alone"""
    )


def test_a_step_and_a_loop_have_no_use_for_the_derivative_of_a_graph(book: Book) -> None:
    small_network.show(book, {**PARTS, "activation_derivative": "net.gate"})
    assert problems(book).splitlines()[:2] == [
        "figures/step.py:26:5: a network has no such part", "    found:    activation_derivative"
    ]  # fmt: skip


def test_a_network_is_a_dictionary_of_expressions(book: Book) -> None:
    small_network.show(book)
    book.write("figures/step.py", '"""A step."""\n\nNETWORK = ["net.x"]\n')
    assert (
        problems(book)
        == """\
figures/step.py:3:11: NETWORK is not a dictionary of expressions
    expected: NETWORK = {"input": "training_step_numpy.x", ...}
    remedy:   write the names and the expressions out, each in quotes"""
    )


def test_a_network_of_a_run_that_does_not_finish_is_not_read(book: Book) -> None:
    small_network.show(book, snippet=SNIPPET + "1 / 0\n")
    gallery = Gallery(book.verifier())
    assert gallery.problems() == ()
    assert gallery.broken("step") == "net"


def test_a_part_that_speaks_of_a_broken_snippet_is_not_read(book: Book) -> None:
    small_network.show(book, snippet=SNIPPET + "1 +\n")
    assert problems(book).splitlines()[0].startswith("snippets/net.py:")
    assert "figures/" not in problems(book)
    assert script(PARTS).count("net.") == len(PARTS) + 1


def test_over_a_loop_some_iterations_are_kept(book: Book) -> None:
    small_network.show_loop(book)
    assert problems(book) == ""
    found = small_network.training_frames(book)
    networks = [each.network for each in found.frames]
    assert [network.number("round") for network in networks] == [0, 1, 5]
    assert [network.row("hidden_biases") for network in networks] == [(0.0, 0.5), (-0.5, 0.0), (-2.5, -2.0)]
    assert [network.inactive for network in networks] == [(False, False), (False, False), (True, True)]
    assert networks[0].names["hidden_weights"] == "W1"
    trace = book.verifier().runs.of("loop").trace
    first, told = found.frames[-1].first, found.frames[-1].told
    assert first is not None
    assert told is not None
    assert trace.steps[told].iterations[-1][1] == 5
    assert trace.statements[trace.steps[told].statement].code == "y = h @ W2 + b2"
    assert trace.steps[first - 1].iterations[-1][1] < 5 or not trace.steps[first - 1].iterations


def test_iterations_of_which_no_step_was_kept_have_none(book: Book) -> None:
    small_network.show_loop(book, more="ROWS = [0, 150]\n")
    book.write("snippets/loop.py", small_network.LOOP.replace("range(6)", "range(400)"))
    assert [each.told is None for each in small_network.training_frames(book).frames] == [False, True]
    assert [each.first is None for each in small_network.training_frames(book).frames] == [False, True]


def test_an_output_that_no_statement_makes_leads_nowhere(book: Book) -> None:
    small_network.show_loop(book, {**small_network.ROUNDS, "output": "loop.y + 0", "loss": "series(np.abs(loop.loss))"})
    found = small_network.training_frames(book).frames[0]
    assert (found.first, found.told) == (None, None)
    assert found.network.names["loss"] == "loss", "neither a library nor a builtin is what it is about"


WRONG_LOOPS = {
    "nothing changes": (
        {role: expression.replace("series(", "(") for role, expression in small_network.ROUNDS.items()},
        small_network.ROWS,
        """\
figures/step.py:3:11: no part of this network has a value for each iteration
    remedy:   write series(...) for the parts that change, or remove ROWS""",
    ),
    "parts of a step": (
        {**small_network.ROUNDS, "loss_new": "loop.loss"},
        small_network.ROWS,
        """\
figures/step.py:15:5: a network has no such part
    found:    loss_new
    expected: loss
    remedy:   correct the name""",
    ),
    "rows that are none": (
        small_network.ROUNDS,
        "ROWS = [1, 0]\n",
        """\
figures/step.py:16:8: ROWS is not a list of rows
    expected: ROWS = [0, 1, 5, 10]
    remedy:   list the rows that are kept, by their positions from zero, ascending""",
    ),
    "another shape": (
        {**small_network.ROUNDS, "target": "series(loop.target)", "output": "series(loop.h)"},
        small_network.ROWS,
        """\
figures/step.py:7:23: `output_weights` is not as large as this network
    found:    2 × 1
    expected: 2 hidden neurons, 2 outputs
    remedy:   correct the expression
figures/step.py:8:22: `output_biases` is not as large as this network
    found:    1
    expected: 2 outputs
    remedy:   correct the expression
figures/step.py:12:15: `target` is not as large as this network
    found:    1
    expected: 2 outputs
    remedy:   correct the expression""",
    ),
}


@pytest.mark.parametrize("case", WRONG_LOOPS)
def test_what_is_wrong_with_a_network_over_a_loop_is_said_at_its_place(book: Book, case: str) -> None:
    parts, rows, expected = WRONG_LOOPS[case]
    small_network.show_loop(book, parts, rows)
    found = problems(book)
    assert found == expected or (case == "rows beyond the loop" and expected in found)
