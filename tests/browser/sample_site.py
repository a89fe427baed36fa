"""The sample site: a page with listings made from the sample scripts of the render tests."""

import shutil
from pathlib import Path

from backprop_book.core.model import Trace
from backprop_book.render.claims import ProvenanceView, claim
from backprop_book.render.listing import ListingView, NoteView, listing
from backprop_book.run import Request, Tracer
from sites import ADDRESS
from sites import build as build_site

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "tests" / "render" / "samples"
CONFIG = """\
site_name: Samples
site_url: {url}
docs_dir: docs
site_dir: site
theme:
  name: material
  custom_dir: {overrides}
  font: false
  features: [navigation.instant, navigation.top, content.code.copy]
  palette:
    - media: "(prefers-color-scheme: light)"
      scheme: default
      toggle: {{icon: material/weather-night, name: Switch to the dark scheme}}
    - media: "(prefers-color-scheme: dark)"
      scheme: slate
      toggle: {{icon: material/weather-sunny, name: Switch to the light scheme}}
extra_css: [assets/theme.css, assets/book.css]
extra_javascript: [{{path: assets/theme.js, defer: true}}, {{path: assets/book.js, defer: true}}]
markdown_extensions: [attr_list, md_in_html, tables, pymdownx.highlight, pymdownx.superfences]
"""
PAGE = """\
---
hide: [toc]
---

# One step

After the forward pass the third neuron holds {third}, and the others are silent. The loss falls from {old} to {new}, and so
{moved}. The last row of a table:

| step | loss |
|---|---|
| {in_table} | {cell} |

See [the other page](other.md) and [a quiet link](#the-loop).

{step}

Text goes on after the listing.

## The loop

{loop}

## Hard text

{hard}

## Without notes

{bare}

The end.
"""
OTHER = """\
# Other page

Back to [the update](index.md#step-s22).

{listing}

```text title="Output"
{output}
```
"""


def sample_traces() -> dict[str, Trace]:
    """The traces of the sample scripts."""
    names = ("step", "loop", "hard", "batch")
    with Tracer(SAMPLES) as tracer:
        runs = tracer.run([Request(Path(f"{name}.py")) for name in names])
    return {name: run.trace for name, run in zip(names, runs, strict=True)}


def note(found: Trace, quotes: list[str], title: str, body: str) -> NoteView:
    """A note on the statements that begin with the quotes."""
    statements = tuple(s.index for quote in quotes for s in found.statements if s.code.startswith(quote))
    assert len(statements) == len(quotes), quotes
    return NoteView(statements, title, f"<p>{body}</p>")


def provenance(
    found: Trace, index: int, ident: str = "step", away: str = "", read: tuple[str, ...] = ()
) -> ProvenanceView:
    """A place in a listing."""
    step = found.steps[index]
    statement = found.statements[step.statement]
    place = f"line {statement.line}, moment {index + 1} of {len(found.steps)}"
    link = "Show this moment in “Other page”" if away else "Show this moment"
    return ProvenanceView("One training step", place, statement.code, f"{away}#{ident}-t{index}", link, read)


def step_listing(run: Trace) -> str:
    """Straight code with single and shared notes."""
    third = claim("0.5", expression="z1[2]", value="0.5", provenance=[provenance(run, 7)], ident="in-note")
    notes = (
        note(
            run,
            ["W1 = ", "b1 =", "W2 =", "b2 ="],
            "The parameters",
            "They start at fixed values, to be checked by hand.",
        ),
        note(run, ["z1"], "Pre-activation", f"Each hidden neuron sums its weighted inputs. Neuron 2 holds {third}."),
        note(run, ["h ="], "ReLU", "What is below zero becomes zero. A silent neuron passes no gradient back."),
        note(run, ["y_hat"], "The prediction", "Only neuron 2 has anything to say."),
        note(run, ["loss = np.mean((y_hat"], "The loss", "The mean of the squared errors."),
        note(run, ["dL_dW2"], "Gradient of <code>W2</code>", "An outer product: rows of silent neurons are zero."),
        note(
            run,
            ["W1 -=", "b1 -=", "W2 -=", "b2 -="],
            "The update",
            "Each weight moves by <code>eta</code> times its gradient.",
        ),
    )
    return listing(ListingView("step", 1, "One training step", run, notes, href="step.py"))


def loop_listing(run: Trace) -> str:
    """A loop of which some iterations are kept, with a note that two distant statements share."""
    notes = (
        note(run, ["for"], "Two hundred steps and one", "The loop runs over the steps."),
        note(run, ["y ="], "The line", "What the line says now."),
        note(run, ["loss"], "The loss", "The mean of the squares."),
        note(run, ["x =", "w -="], "Shared", "One note for two places."),
    )
    return listing(ListingView("loop", 2, "A loop", run, notes))


def hard_listing(run: Trace) -> str:
    """Text that would break a careless page."""
    notes = (
        note(run, ["nasty"], "Escapes &lt;/script&gt;", "Markup is text here."),
        note(run, ["name"], "A dict", "It has parts."),
    )
    return listing(ListingView("hard", 3, 'Hard </script> "text"', run, notes))


def batch_listing(run: Trace) -> str:
    """Matrices with more lines of arithmetic than the HTML holds."""
    notes = (note(run, ["Z = "], "Sums", "Of all pictures."), note(run, ["dZ ="], "Back", "Through the gate."))
    return listing(ListingView("batch", 1, "A batch", run, notes))


def build(folder: Path) -> None:
    """Build the site into `folder/site`."""
    docs = folder / "docs"
    shutil.copytree(ROOT / "docs" / "assets", docs / "assets")
    shutil.copy(SAMPLES / "step.py", docs)
    (folder / "mkdocs.yml").write_text(CONFIG.format(overrides=ROOT / "overrides", url=ADDRESS), encoding="utf-8")
    traces = sample_traces()
    step = traces["step"]
    unlisted = ProvenanceView("hidden.py", "line 3", "loss = 1 / 3", link="No page lists this program.")
    page = PAGE.format(
        third=claim(
            "0.5", expression="z1[2]", value="0.5", provenance=[provenance(step, 7, read=("z1[2,",))], ident="claim-1"
        ),
        old=claim(
            "0.8963", expression="loss", value="0.8962500000000001", provenance=[provenance(step, 10)], ident="claim-2"
        ),
        new=claim("0.7258", expression="loss", value="0.7257534", provenance=[unlisted], ident="claim-3"),
        moved=claim(
            "three of the four outputs moved toward their targets",
            expression="sum(abs(y_hat_new - target) < abs(y_hat - target)) == 3",
            value="True",
            provenance=[provenance(step, 13), provenance(traces["loop"], 30, "other", "other/")],
            ident="claim-4",
        ),
        in_table=claim(
            "200", expression="step", value="200", provenance=[provenance(traces["loop"], 40, "loop")], ident="claim-5"
        ),
        cell=claim(
            "0.000",
            expression="loss",
            value="0.0",
            provenance=[provenance(traces["loop"], 42, "loop")],
            ident="claim-6",
        ),
        step=step_listing(step),
        loop=loop_listing(traces["loop"]),
        hard=hard_listing(traces["hard"]),
        bare=listing(ListingView("loop", 4, "Without notes", traces["loop"], ident="bare")),
    )
    (docs / "index.md").write_text(page, encoding="utf-8")
    other = listing(ListingView("loop", 1, "With its output below", traces["loop"], ident="other", output=False))
    (docs / "other.md").write_text(OTHER.format(listing=other, output=traces["loop"].stdout), encoding="utf-8")
    (docs / "batch.md").write_text(f"# A batch\n\n{batch_listing(traces['batch'])}\n", encoding="utf-8")
    assert build_site(folder) == (0, "")
