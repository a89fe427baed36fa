"""A small site for what asks the reader: two listings of the render tests, and questions that ask why."""

import shutil
from pathlib import Path

from sample_site import ROOT, loop_listing, sample_traces, step_listing

from backprop_book.render.listing import ListingView, listing
from backprop_book.run import Request, Tracer
from sites import ADDRESS
from sites import build as build_site

CONFIG = """\
site_name: Samples
site_url: {url}
docs_dir: docs
site_dir: site
theme:
  name: material
  custom_dir: {overrides}
  font: false
  features: [navigation.instant]
  palette:
    - media: "(prefers-color-scheme: light)"
      scheme: default
      toggle: {{icon: material/weather-night, name: Switch to the dark scheme}}
    - media: "(prefers-color-scheme: dark)"
      scheme: slate
      toggle: {{icon: material/weather-sunny, name: Switch to the light scheme}}
extra: {{generator: false}}
extra_css: [assets/theme.css, assets/book.css, assets/predict.css]
extra_javascript:
  - {{path: assets/theme.js, defer: true}}
  - {{path: assets/book.js, defer: true}}
  - {{path: assets/predict.js, defer: true}}
markdown_extensions:
  [admonition, attr_list, md_in_html, pymdownx.details, pymdownx.highlight, pymdownx.superfences, tables]
"""
RARE = """\
import numpy as np

weight = np.array([1.0, 0.5])
weight *= 0.99
noise = weight * np.array([0.0, 1e-9])
total = sum(print(each) or each for each in weight.tolist())
many = np.arange(20) * total
mask = weight > 0.6
_ = mask.reshape(1, 2)
cube = weight.reshape(1, 2, 1)
weight[0] = total
"""
PAGE = """\
---
hide: [toc]
---

# One step

See [the other page](other.md).

{step}

??? question "Why does a silent neuron learn nothing?"
    Its activation is `zero`, and **so is** the slope of ReLU.

    Nothing passes on either side.

??? question "Why did the loss fall, although every neuron is silent?"
    The output biases can still move.

## The loop

{loop}

```text title="Output"
   0  17.000000
```

## What is seldom asked

{rare}

The end.
"""
OTHER = """\
# Other page

Back to [the listing](index.md).

??? question "Why another page?"
    To count on both.
"""


def build(folder: Path) -> None:
    """Build the site into `folder/site`."""
    docs = folder / "docs"
    shutil.copytree(ROOT / "docs" / "assets", docs / "assets")
    shutil.copy(ROOT / "tests" / "render" / "samples" / "step.py", docs)
    config = folder / "mkdocs.yml"
    config.write_text(CONFIG.format(overrides=ROOT / "overrides", url=ADDRESS), encoding="utf-8")
    (folder / "rare.py").write_text(RARE, encoding="utf-8")
    with Tracer(folder) as tracer:
        (run,) = tracer.run([Request(Path("rare.py"))])
    traces = sample_traces()
    page = PAGE.format(
        step=step_listing(traces["step"]),
        loop=loop_listing(traces["loop"]),
        rare=listing(ListingView("rare", 3, "What is seldom asked", run.trace)),
    )
    (docs / "index.md").write_text(page, encoding="utf-8")
    (docs / "other.md").write_text(OTHER, encoding="utf-8")
    assert build_site(folder) == (0, "")
