"""A book of any size, the same at every call: sections of five listings and a hundred claims each, about small networks in NumPy.

The sections differ in their numbers. Each has everything that a page of the real book has a lot of: numbers, arrays, truths,
equations, values by name, tables, outputs, quoted statements, notes, and loops with series and moments.
"""

import contextlib
import io
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

LISTINGS = 5
CLAIMS = 100
"""In each section: what its page states, and what the notes of its listings do, without equations, outputs and mentions."""
_SIZES = ("small", "wide", "narrow", "steep", "flat", "quiet", "loud", "early", "late", "plain", "odd", "even", "shy")
_THINGS = ("valley", "picture", "river", "ladder", "garden")
_PROJECT = """\
[tool.backprop_book]
docs = "docs"
snippets = "snippets"
"""
_SITE = """\
site_name: A generated book
theme:
  name: material
  font: false
  features: [navigation.instant]
plugins: [search]
watch: [snippets]
markdown_extensions:
  - admonition
  - attr_list
  - footnotes
  - md_in_html
  - tables
  - toc:
      permalink: true
  - pymdownx.arithmatex:
      generic: true
  - pymdownx.details
  - pymdownx.highlight:
      anchor_linenums: true
  - pymdownx.snippets:
      base_path: [snippets]
      check_paths: true
  - pymdownx.superfences
  - pymdownx.tabbed:
      alternate_style: true
"""


@dataclass(frozen=True, slots=True)
class Kind:
    """One of the five listings of a section."""

    name: str
    """The end of its stem."""
    title: str
    """The heading above it."""
    code: str
    """Its code, with the places of its numbers."""
    page: str
    """What the page says below it: `{expression}` in double angle brackets stands for the value."""
    notes: str
    """What its notes say, likewise."""
    shown: Mapping[str, str] = field(default_factory=dict)
    """For expressions that only the book understands: what has the same value at the end of the run."""


KINDS = (
    Kind(
        "layer",
        "What does the layer see?",
        '''\
"""A layer and a bend."""

import numpy as np

W = np.array([[{0}, {1}, {2}], [{3}, {4}, {5}]])
b = np.array([{6}, {7}, {8}])
x = np.array([1.0, {9}])


def bend(values):
    """Negative numbers become zero."""
    return np.maximum(values, 0)


z = x @ W + b
h = bend(z)
largest = int(np.argmax(z))
print(f"largest: {{z.max():.4f}}")
print("shape:", h.shape)
''',
        """\
The first sum comes to <<z[0]>>, the second to <<z[1]>>, and the last to <<z[2]>>. All of them are <<z>>.

The bend leaves <<h>> of them. [Nothing is negative after it]{(h >= 0).all()}, and
[the largest sum is where the code says that it is]{z[largest] == z.max()}. `bend` changes nothing else, and `x @ W` is a row.

| neuron | [before]{z[row]} | [after]{h[row]} |
|---|---|---|
| first | <=z[0]=> | <=h[0]=> |
| second | <=z[1]=> | <=h[1]=> |
| third | <=z[2]=> | <=h[2]=> |

The weights add up to <<W.sum()>>, the biases to <<b.sum()>>.

```text title="Output"
<-output->
```
""",
        """\
## `W = ...`: the weights

The shape is [(2, 3)]{W.shape}, and the weights from the first number are <<W[0]>>.

## `z = x @ W + b`: the sums

Each neuron adds up what reaches it. Here that gives <<z[0]>> for the first and <<z[1]>> for the second.

## `h = bend(z)`: the bend

After it the sum is <<h.sum()>>, and [none of them grew]{(h <= np.maximum(z, 0)).all()}.
""",
    ),
    Kind(
        "descent",
        "Which way is down?",
        '''\
"""Walk down a valley."""

import numpy as np

rate = {0}
place = {1}
goal = {2}
losses = []
places = []
for step in range(30):
    loss = (place - goal) ** 2
    slope = 2 * (place - goal)
    place = place - rate * slope
    losses.append(loss)
    places.append(place)
best = min(losses)
print(f"best: {{best:.6f}}")
for number in (0, 10, 20):
    print(number, f"{{losses[number]:.6f}}")
''',
        """\
The walk begins at a loss of <<loss when step == 0>> and has <<loss when step == 5>> left a little later.
[It falls all the way]{(np.diff(series(loss)) < 0).all()}, and [no loss is negative]{loss >= 0 always}.
[It is never more than 99 away]{abs(place - goal) > 99 never}.

The first places are <<places[:3]>>, and the first losses <<losses[:3]>>. After the walk `place` stands at <<place>>, near the
goal at <<goal>>. The rate is <<rate>>, and `rate * slope` is what is taken away.

```text title="Output"
<-output->
```

[The best loss is the last one]{best == losses[-1]}. Half of the rate is <<rate / 2>>, and the ratio of the first
losses is <<losses[1] / losses[0]>>.
""",
        """\
## `rate = ...`: how fast it goes

The rate is <<rate>>; what it leaves of a distance is <<1 - 2 * rate>>.

## `loss = (place - goal) ** 2`: how far it is

At first the loss is <<loss>>.

## `slope = 2 * (place - goal)`: which way

[A slope has the sign of the distance]{slope * (place - goal) >= 0}, so the walk leads to <<goal>>.

## `losses.append(loss)`: kept

The first loss that is kept is <<losses[0]>>.
""",
        {"loss when step == 0": "losses[0]", "loss when step == 5": "losses[5]", "loss": "losses[0]"},
    ),
    Kind(
        "count",
        "How many are right?",
        '''\
"""Count what is right."""

guesses = {values}
answers = {answers}
right = 0
seen = []
for guess, answer in zip(guesses, answers):
    hit = abs(guess - answer) < 0.5
    right = right + hit
    seen.append(right)
share = right / len(guesses)
result = f"{{right}}/{{len(guesses)}}"
print("right:", result)
''',
        """\
Of all guesses, <<result>> are right, a share of <<share>>. There are [12]{len(guesses)} guesses and as many answers:
[12]{len(answers)}. The first guesses are <<guesses[:3]>>, and the first answers <<answers[:3]>>.

The counter counts <<seen>>. [It never falls]{all(b >= a for a, b in zip(seen, seen[1:]))}, and
[it is never above the number of guesses]{right <= len(guesses) always}. The last guess is <<guesses[-1]>>. [Not all that counts is a hit]{seen[0] <= 1}, `hit` says. The largest guess is <<max(guesses)>>, the smallest
<<min(guesses)>>, and their sum <<sum(guesses)>>. `0.25 + 0.5 = 0.75`, whatever the count.

```text title="Output"
<-output->
```
""",
        """\
## `guesses = ...`: what it says

The second guess is <<guesses[1]>>, the third <<guesses[2]>>.

## `for guess, answer in zip(guesses, answers): › hit = ...`: a hit

A guess hits if it is near. [The first is compared with the first]{answer == answers[0]}.

## `share = ...`: the share

That is <<share>>, less than all if [some are wrong]{right < len(guesses)}. The waiver [seventeen]{# said by the author of every section} says nothing.
""",
    ),
    Kind(
        "measure",
        "What is in the middle?",
        '''\
"""Measure numbers."""

import numpy as np

data = np.array({values})
mean = data.mean()
spread = data.std()
middle = float(np.median(data))
scaled = (data - mean) / spread
squares = scaled**2
above = int((data > mean).sum())
ordered = np.sort(data)
print(f"mean {{mean:.4f}}, spread {{spread:.4f}}")
print(f"middle {{middle:.4f}}")
''',
        """\
The mean is <<mean>>, the middle <<middle>> and the spread <<spread>>. From the least to the most it goes from <<ordered[0]>> to
<<ordered[-1]>>, a range of <<ordered[-1] - ordered[0]>>. [The middle lies between them]{ordered[0] <= middle <= ordered[-1]}.

Scaled, the first are <<scaled[:3]>>, and their squares <<squares[:3]>>. [The squares have a mean of one]{abs(squares.mean() - 1) < 1e-9},
and [the scaled numbers add up to nothing]{abs(scaled.sum()) < 1e-9}. `np.sort` makes a copy. Above the mean [are some]{above > 0}.

```text title="Output"
<-output->
```

The sum of all is <<data.sum()>>, of the squares <<(data**2).sum()>>, and the largest square is <<squares.max()>>.
""",
        """\
## `data = ...`: the numbers

The first is <<data[0]>>, the last <<data[-1]>>.

## `scaled = (data - mean) / spread`: scaled

The mean of <<mean>> is taken away, then the spread of <<spread>> divides.

## `ordered = np.sort(data)`: in order

Now [the first is the least]{ordered[0] == data.min()}, <<ordered[0]>>.
""",
    ),
    Kind(
        "learn",
        "What does it learn?",
        '''\
"""Learn a line."""

import numpy as np

inputs = np.array({values})
targets = {0} * inputs + {1}
weight, bias, rate = 0.0, 0.0, 0.02
losses = []
for step in range(60):
    outputs = weight * inputs + bias
    errors = outputs - targets
    loss = (errors**2).mean()
    losses.append(loss)
    weight = weight - rate * 2 * (errors * inputs).mean()
    bias = bias - rate * 2 * errors.mean()
grid = np.outer(inputs[:3], [weight, bias])
print(f"weight {{weight:.4f}}, bias {{bias:.4f}}")
print(f"loss {{losses[0]:.4f}} to {{losses[-1]:.4f}}")
''',
        """\
It learns a weight of <<weight>> and a bias of <<bias>>. The loss begins at <<loss when step == 0>>, has <<loss when step == 10>>
after a while and ends at <<loss>>. [It falls at every step]{(np.diff(series(loss)) < 0).all()}.

| step | [loss]{losses[row]} |
|---|---|
| first | <=losses[0]=> |
| second | <=losses[1]=> |
| third | <=losses[2]=> |
| fourth | <=losses[3]=> |

The table of products is <<grid>>, and [it has a row for each input]{grid.shape[0] == len(inputs[:3])}. `np.outer` makes it, from
`inputs[:3]`. The last errors are <<errors[:2]>>, and the last outputs <<outputs[:2]>>.

```text title="Output"
<-output->
```
""",
        """\
## `targets = ...`: what is wanted

The line has a slope of <<(targets[1] - targets[0]) / (inputs[1] - inputs[0])>>. The first target is <<targets[0]>>, the second
<<targets[1]>>.

## `losses.append(loss)`: kept

[There is one loss so far]{len(losses) == 1}.

## `grid = ...`: all products

They add up to <<grid.sum()>>, and the first is <<grid[0, 0]>>.
""",
        {"loss when step == 0": "losses[0]", "loss when step == 10": "losses[10]"},
    ),
)


def book(root: Path, sections: int, *, plain: bool = False) -> None:
    """Write a book of so many sections into an empty folder.

    Args:
        root: The folder.
        sections: How many, up to 65.
        plain: Leave this project's extension out of its configuration: Material for MkDocs shows the pages as they are written.
    """
    for folder in ("docs", "snippets"):
        (root / folder).mkdir()
    (root / "pyproject.toml").write_text(_PROJECT, encoding="utf-8")
    (root / "mkdocs.yml").write_text(_SITE if plain else f"{_SITE}  - backprop_book\n", encoding="utf-8")
    (root / "docs/index.md").write_text("# A generated book\n\nIt is there to be measured.\n", encoding="utf-8")
    titles = [f"The {size} {thing}" for thing in _THINGS for size in _SIZES]
    for number in range(sections):
        _write_section(root, number, titles[number])


def page(number: int) -> str:
    """The path of a section's page."""
    return f"docs/section_{_letters(number)}.md"


def snippet(number: int, kind: Kind) -> str:
    """The path of one of a section's snippets."""
    return f"snippets/{_letters(number)}_{kind.name}.py"


def _letters(number: int) -> str:
    return f"{chr(ord('a') + number // 26)}{chr(ord('a') + number % 26)}"


def _write_section(root: Path, number: int, title: str) -> None:
    parts = [f"# {title}\n\nListings, one after the other.\n"]
    for place, kind in enumerate(KINDS):
        numbers = random.Random(100 * number + place)
        code = kind.code.format(
            *(f"{numbers.choice((-1, 1)) * numbers.randint(11, 99) / 100:.2f}" for _ in range(10))
            if kind.name != "descent"
            else (
                f"{numbers.randint(11, 29) / 100:.2f}",
                numbers.randint(3, 9),
                f"{-numbers.randint(11, 99) / 100:.2f}",
            ),
            values=[round(numbers.uniform(0.2, 2.8), 2) for _ in range(12)],
            answers=[numbers.randint(0, 3) for _ in range(12)],
        )
        path = root / snippet(number, kind)
        path.write_text(code, encoding="utf-8")
        names, output = _run(code)
        include = f'```python title="{path.stem}"\n--8<-- "{path.name}"\n```\n'
        parts.append(f"## {kind.title}\n\n{include}\n{_filled(kind, kind.page, names, output)}")
        path.with_suffix(".md").write_text(_filled(kind, kind.notes, names, output), encoding="utf-8")
    (root / page(number)).write_text("\n".join(parts), encoding="utf-8")


def _run(code: str) -> tuple[dict[str, Any], str]:
    """The names of a snippet at its end, and what it printed."""
    names: dict[str, Any] = {}
    with contextlib.redirect_stdout(io.StringIO()) as output:
        exec(compile(code, "generated", "exec"), names)
    return names, output.getvalue()


def _filled(kind: Kind, text: str, names: Mapping[str, Any], output: str) -> str:
    """A text with its claims made: the numbers in it are what the run gave."""
    text = text.replace("<-output->", output.rstrip("\n"))
    for opening, closing, form in (("<<", ">>", "[{}]{{{}}}"), ("<=", "=>", "{}")):
        for expression in list(_between(text, opening, closing)):
            value = eval(kind.shown.get(expression, expression), dict(names))
            shown = form.format(_written(value), expression)
            text = text.replace(f"{opening}{expression}{closing}", shown, 1)
    return text


def _between(text: str, opening: str, closing: str) -> Iterator[str]:
    for piece in text.split(opening)[1:]:
        inside, found, _ = piece.partition(closing)
        if found and "\n" not in inside:
            yield inside


def _written(value: Any) -> str:
    """A value as an author writes it: four digits after the point."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_written, value))}]"
    return f"{value:.4f}" if isinstance(value, float) else str(value)
