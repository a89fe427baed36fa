"""The figure of a network: what is drawn of its numbers, what is said of them, and where it leads."""

import json
import re
from xml.etree import ElementTree as ET

import small_network
from backprop_book.core.symbols import Symbols
from backprop_book.render.network import network as render
from backprop_book.render.network import pieces
from small_book import Book
from small_network import PARTS, SNIPPET

SYMBOLS = Symbols((("dL_*", "gradient"), ("W1", "parameter")), ())


def shown(book: Book, listing: str = "net") -> ET.Element:
    """The figure, as a tree."""
    before, after = render(small_network.network(book), "step", "Circles & lines.", listing, SYMBOLS)
    return ET.fromstring(
        re.sub(r" (data-search-exclude|data-all|data-keep)(?=[ >])", r' \1=""', f"{before}A caption.{after}")
    )


def moment(figure: ET.Element, phase: str) -> ET.Element:
    """The drawing of one moment."""
    found = figure.find(f".//section[@data-phase='{phase}']/svg")
    assert found is not None
    return found


def texts(drawing: ET.Element, css: str) -> list[str]:
    """What is written in a colour."""
    return ["".join(node.itertext()).rpartition("\n")[2] for node in _of(drawing, "text", css) if _drop_title(node)]


def lines(drawing: ET.Element, css: str) -> list[ET.Element]:
    """The lines of a kind."""
    return _of(drawing, "path", css)


def _of(drawing: ET.Element, tag: str, css: str) -> list[ET.Element]:
    return [node for node in drawing.iter(tag) if css in node.get("class", "").split()]


def _drop_title(node: ET.Element) -> bool:
    for title in node.findall("title"):
        node.text = title.tail
        node.remove(title)
    return True


def width(line: ET.Element) -> float:
    """How wide a line is drawn."""
    found = re.search(r"stroke-width:([\d.]+)px", line.get("style", ""))
    assert found
    return float(found[1])


def test_forward_shows_every_value_and_pales_what_carries_nothing(book: Book) -> None:
    small_network.show(book)
    drawing = moment(shown(book), "forward")
    assert texts(drawing, "bb-net-preactivation") == ["z = 1", "z = 1.25", "z = −3"]
    assert texts(drawing, "bb-net-in") == ["1", "2", "1", "1.25", "0", "1.63", "−0.088"]
    assert texts(drawing, "bb-net-quiet") == ["inactive"]
    lit, pale = lines(drawing, "bb-net-parameter"), lines(drawing, "bb-net-pale")
    assert (len(lit), len(pale)) == (6 + 4, 6 + 6), "all weights, and above them those that carry something"
    assert sum("bb-net-minus" in line.get("class", "") for line in lit) == 3 + 1
    titles = ["".join(line.itertext()) for line in lit]
    assert titles[1] == "W1[0][1] = -0.25"
    widths = {title: width(line) for title, line in zip(titles, lit, strict=True)}
    assert widths["W1[0][2] = -1.0"] > widths["W1[0][0] = 0.5"] > widths["W1[0][1] = -0.25"]


def test_the_area_of_a_square_is_its_error(book: Book) -> None:
    small_network.show(book)
    drawing = moment(shown(book), "loss")
    squares = _of(drawing, "rect", "bb-net-square")
    errors = [float("".join(square.itertext()).partition("= ")[2]) for square in squares]
    assert "".join(squares[0].itertext()) == "((y - target) ** 2)[0] = 0.390625"
    areas = [float(square.get("width", "")) * float(square.get("height", "")) for square in squares]
    assert abs(areas[1] / areas[0] - errors[1] / errors[0]) < 0.01
    assert texts(drawing, "bb-net-target")[1:] == ["1", "0"]
    assert texts(drawing, "bb-net-strong")[-1] == "loss = 0.1991"


def test_backward_tells_signs_by_marks_and_zeros_by_dots(book: Book) -> None:
    small_network.show(book)
    drawing = moment(shown(book), "backward")
    assert texts(drawing, "bb-net-gradient").count("+0.625") == 2, "on a line, and at a bias"
    assert "−0.0875" in texts(drawing, "bb-net-neg")
    dotted = "".join(line.get("d", "") for line in lines(drawing, "bb-net-none"))
    assert dotted.count("M") == 2 + 2, "the lines that end at the silent neuron, and those that leave it"
    assert len(lines(drawing, "bb-net-line")) == 4 + 4


def test_many_gradients_have_their_sign_alone(book: Book) -> None:
    more = (
        SNIPPET.replace("[-1.0]", "")
        .replace("-1.0]", "1.0]")
        .replace("x = np.array([1, 2])", "x = np.array([1, 2, 3])")
    )
    more = more.replace("[0.25, 0.5, 1.0]]", "[0.25, 0.5, 1.0], [0.5, 0.5, 0.5]]")
    small_network.show(book, snippet=more)
    figure = shown(book)
    marks = [text for text in texts(moment(figure, "backward"), "bb-net-halo") if text in "+−"]
    assert len(marks) == 9, "the first layer is crowded"
    written = ["".join(node.itertext()) for node in moment(figure, "update").iter("text")]
    assert not any(text.startswith("V1[") for text in written)
    assert sum(text.startswith("V2[") for text in written) == 6
    assert len(lines(moment(figure, "update"), "bb-net-line")) == 9 + 6


def test_update_shows_old_and_new_and_dots_what_stays(book: Book) -> None:
    small_network.show(book, {**PARTS, "loss_new": "net.loss * 0.5"})
    drawing = moment(shown(book), "update")
    written = texts(drawing, "bb-net-parameter")
    assert "0→−0.3125" in written, "the bias of the first output"
    assert texts(drawing, "bb-net-quiet") == ["inactive", "b 0"]
    assert "".join(line.get("d", "") for line in lines(drawing, "bb-net-none")).count("M") == 4
    assert texts(drawing, "bb-net-strong") == ["loss 0.1991 → 0.09957"]


def graph(book: Book, listing: str = "net") -> ET.Element:
    """The figure of a computational graph, as a tree."""
    before, after = render(small_network.graph(book), "step", "Boxes & lines.", listing, SYMBOLS)
    return ET.fromstring(re.sub(r" (data-search-exclude|data-keep)(?=[ >])", r' \1=""', f"{before}A caption.{after}"))


def added(figure: ET.Element, name: str) -> list[str]:
    """What the group writes in the drawing of a graph that begins with a name."""
    groups = [[node.text or "" for node in group.iter("text")] for group in figure.findall(".//svg//g[@data-beat]")]
    (found,) = [texts for texts in groups if texts[0] == name]
    return found[1:]


def test_each_edge_of_a_graph_has_its_value_and_its_gradient(book: Book) -> None:
    small_network.show_graph(book)
    figure = graph(book)
    assert added(figure, "x") == ["1", "2"]
    assert added(figure, "W1") == ["0.5", "−0.25", "−1", "0.25", "0.5", "−1"]
    assert added(figure, "dL_dW1") == ["0.6688", "0.2906", "0", "1.338", "0.5813", "0"]
    assert (added(figure, "z"), added(figure, "dL_dz")) == (["1", "1.25", "−3"], ["0.6688", "0.2906", "0"])
    assert (added(figure, "h"), added(figure, "dL_dh")) == (["1", "1.25", "0"], ["0.6688", "0.2906", "1.075"])
    assert (added(figure, "gate"), added(figure, "target")) == (["1", "1", "0"], ["1", "0"])
    assert added(figure, "dL_db2") == added(figure, "dL_dy") == ["0.625", "−0.0875"]
    assert added(figure, "loss") == ["0.1991"]
    names = [node.text for node in _of(figure, "text", "bb-net-operation")]
    assert names == ["weighted sum", "ReLU", "weighted sum", "mean of squares"]
    told = figure.find(".//svg")
    assert told is not None
    assert told.get("aria-label") == (
        "The computational graph. Forward, x: 1, 2; z: 1, 1.25, −3; h: 1, 1.25, 0; y: 1.625, −0.0875; loss: 0.1991. "
        "Backward, dL_dy: 0.625, −0.0875; dL_dh: 0.6688, 0.2906, 1.075; dL_dz: 0.6688, 0.2906, 0."
    )
    heads = [head.text for head in figure.iter("th") if head.get("scope") == "col"]
    assert [head for head in heads if head in ("V1", "c1", "(y - target) ** 2", "gate")] == ["gate"]


def test_the_numbers_of_a_graph_come_with_their_statements(book: Book) -> None:
    small_network.show_graph(book)
    figure = graph(book)
    buttons = ["".join(button.itertext()).partition(" = ")[0] for button in figure.findall(".//button[@data-to]")]
    for group in figure.findall(".//svg//g[@data-beat]"):
        name = next(node.text for node in group.iter("text"))
        statement = buttons[int(group.get("data-beat", ""))]
        assert name in statement.split(", ") or (name, statement) in (("target", "loss"), ("dL/dL", "dL_dy"))
    player = figure.find("bb-network")
    assert player is not None
    assert player.get("data-start") == str(len(buttons) - 1), "all of it shows at first"
    assert {link.get("href") for link in figure.findall(".//li/a")} >= {"#net-s7"}
    assert graph(book, "").findall(".//li/a") == []


def test_a_graph_grows_with_its_numbers_and_shortens_long_names(book: Book) -> None:
    wide = SNIPPET.replace(
        "W2 = np.array([[1.0, -0.5], [0.5, 0.25], [2.0, 2.0]])", "W2 = np.arange(24).reshape(3, 8) / 7"
    )
    wide = wide.replace("np.array([0.0, 0.1])", "np.zeros(8)").replace(
        "target = np.array([1, 0])", "target = np.ones(8)"
    )
    long = {
        **small_network.GRAPHED,
        "activation_gradient": "net.dL_dh * 1.0",
        "hidden_weights_gradient": "net.dL_dW1 * 1.0 + 0.0 * net.W1 * 1",
    }
    small_network.show_graph(book, long, snippet=wide)
    drawing = graph(book).find(".//svg")
    assert drawing is not None
    _, _, across, down = map(float, drawing.get("viewBox", "").split())
    assert across > 340
    places = [(float(node.get("x", "")), float(node.get("y", ""))) for node in drawing.iter("text")]
    assert max(x for x, _ in places) <= across
    assert max(y for _, y in places) < down
    heads = [node.text or "" for node in _of(drawing, "text", "bb-net-head")]
    assert "dL_dh *…" in heads
    assert "dL_dW1 * 1.0 + 0.0 * W1 * 1"[:25] + "…" in heads


def test_every_beat_leads_to_its_statement_where_the_page_shows_the_listing(book: Book) -> None:
    small_network.show(book)
    figure = shown(book)
    buttons = figure.findall(".//button[@data-to]")
    assert [button.get("data-to") for button in buttons] == [str(number) for number in range(len(buttons))]
    links = figure.findall(".//li/a")
    assert [(link.get("href"), link.text) for link in links[:2]] == [
        ("#net-s1", "lines 3 to 7"),
        ("#net-s7", "line 10"),
    ]
    assert "".join(links[1].itertext()) == "line 10"
    coloured = ET.tostring(buttons[0], encoding="unicode")
    assert '<span class="bb-sym-parameter">W1</span>' in coloured
    beats = {group.get("data-beat") for group in figure.iter("g")} - {None}
    assert beats == {str(number) for number in range(len(buttons))}, "each beat adds something"
    elsewhere = shown(book, listing="")
    assert elsewhere.findall(".//li/a") == []
    assert [node.text for node in elsewhere.findall(".//li/span")][:2] == ["lines 3 to 7", "line 10"]


def test_a_beat_without_a_statement_says_so_and_a_long_one_is_cut(book: Book) -> None:
    long = SNIPPET.replace("z = x @ W1 + b1", f"z = x @ W1 + b1 + {' + '.join(['0'] * 30)}")
    parts = {**PARTS, "output_biases_new": "net.c2 + 0", "hidden_weights_new": "net.V1 + 0 * net.V1"}
    small_network.show(book, parts, snippet=long)
    figure = shown(book)
    assert texts(moment(figure, "update"), "bb-net-head") == ["V2", "c2 + 0"], "a long expression heads no column"
    codes = ["".join(button.itertext()) for button in figure.findall(".//button[@data-to]")]
    assert codes[-1] == "the values that the figure adds"
    assert codes[1].endswith("…")
    assert len(codes[1]) == 60


def test_those_who_cannot_see_it_are_told_and_have_tables(book: Book) -> None:
    small_network.show(book)
    figure = shown(book)
    assert figure.find(".//p[@class='bb-net-alt']").text == "Circles & lines."  # type: ignore[union-attr]
    labels = {phase: moment(figure, phase).get("aria-label") for phase in ("forward", "loss", "backward", "update")}
    assert labels == {
        "forward": "The network, forward. x: 1, 2; z: 1, 1.25, −3; h: 1, 1.25, 0; y: 1.625, −0.0875; inactive hidden neurons: 2.",
        "loss": "The network, loss. y: 1.625, −0.0875; target: 1, 0; (y - target) ** 2: 0.3906, 0.007656; inactive hidden neurons: 2; "
        "loss: 0.1991.",
        "backward": "The network, backward. dL_dy: 0.625, −0.0875; dL_dh: 0.6688, 0.2906, 1.075; dL_dz: 0.6688, 0.2906, 0; "
        "inactive hidden neurons: 2; gradient other than zero: 4 of 6 hidden weights; gradient other than zero: 4 of 6 output weights.",
        "update": "The network, update. c1: −0.3344, 0.3547, 0; c2: −0.3125, 0.1438; inactive hidden neurons: 2; "
        "moved: 4 of 6 hidden weights; moved: 4 of 6 output weights.",
    }
    captions = [caption.text for caption in figure.iter("caption")]
    assert captions == [
        "Inputs", "Hidden neurons", "Outputs", "Weights into the hidden neurons", "Weights into the outputs", "Loss",
    ]  # fmt: skip
    cells = [cell.text for cell in figure.iter("td")]
    assert "0.390625" in cells
    assert "−0.3125" in cells


def test_a_loop_shows_its_ends_and_hands_all_iterations_to_the_script(book: Book) -> None:
    small_network.show_loop(book)
    before, after = render(small_network.training_frames(book), "step", "Circles & lines.", "loop", SYMBOLS)
    text = re.sub(r"(<input[^>]*)>", r"\1/>", f"{before}A caption.{after}")
    figure = ET.fromstring(re.sub(r" data-search-exclude(?=[ >])", "", text))
    assert [node.text for node in figure.findall(".//p[@class='bb-net-title']")] == ["turn = 0", "turn = 5"]
    first, last = figure.findall(".//section/svg")
    assert first.get("aria-label") == (
        "The network, turn = 0. x: 1, 2; z: 1, 2; h: 1, 2; y: 2; loss: 1. No hidden neuron is inactive."
    )
    assert texts(last, "bb-net-quiet") == ["inactive", "inactive"]
    assert texts(last, "bb-net-target")[1:] == ["1"]
    assert texts(last, "bb-net-strong")[-1] == "loss = 1"
    rounds = figure.find(".//bb-rounds")
    assert rounds is not None
    frames = json.loads(rounds.get("data-frames", ""))
    assert [frame[1:3] for frame in frames] == [
        ["turn = 0", "No hidden neuron is inactive."],
        ["turn = 1", "No hidden neuron is inactive. The listing kept no step of this one, and stays where it is."],
        ["turn = 5", "Inactive hidden neurons: 0, 1."],
    ]
    alone, _ = render(small_network.training_frames(book), "step", "Circles & lines.", "", SYMBOLS)
    assert "kept no step" not in alone, "there is no listing that could show it"
    assert "".join(
        ET.tostring(node, encoding="unicode") for node in ET.fromstring(f"<g>{frames[0][0]}</g>")
    ) == "".join(ET.tostring(node, encoding="unicode") for node in first)
    assert "<title>" not in frames[0][0], "the tables say what the values are"
    assert all(isinstance(place, int) for frame in (frames[0], frames[-1]) for place in frame[4:])
    slider = figure.find(".//input")
    assert slider is not None
    assert (slider.get("max"), slider.get("aria-valuetext")) == ("2", "turn = 0")
    assert [caption.text for caption in figure.iter("caption")] == ["Loss", "Activations", "Outputs"]
    assert "0.5" in [cell.text for cell in figure.iter("td")]


def test_numbers_are_rounded_half_up_to_four_digits() -> None:
    assert [pieces.shown(value) for value in (1.5625, -0.89625, -3.72e-06, 1.5e20, -0.0, 100.0)] == [
        "1.563", "−0.8963", "−3.72e−6", "1.5e20", "0", "100",
    ]  # fmt: skip


def test_small_numbers_fit_into_a_neuron() -> None:
    assert [pieces.brief(value) for value in (0.0, 4e-6, -0.0894, 12.345, -0.0005, 0.25)] == [
        "0", "≈0", "−0.089", "12.3", "−0.001", "0.25",
    ]  # fmt: skip
