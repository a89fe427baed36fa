"""Lines that open blocks."""

from backprop_book.render import claim, settle_summaries


def test_a_summary_holds_no_control() -> None:
    found = claim("<em>one</em>", expression="a", value="1", source="step", step=7, ident="c")
    html = f"<p>{found}</p>\n<details><summary>Is it {found},\nor {found}?</summary>\n<p>{found}</p></details>"
    calm = (
        '<span class="bb-claim"><span class="bb-words"><em>one</em></span><small class="bb-tip" data-search-exclude>'
        '<span id="c"><code>a</code> <span class="bb-is">= <code>1</code></span></span> '
        '<span class="bb-jump">step.py</span></small></span>'
    )
    assert settle_summaries(html) == (
        f"<p>{found}</p>\n<details><summary>Is it {calm},\nor {calm}?</summary>\n<p>{found}</p></details>"
    )


def test_html_without_summaries_stays_as_it_is() -> None:
    html = claim("one", expression="a", value="1", source="step", step=7, ident="c")
    assert settle_summaries(html) == html
