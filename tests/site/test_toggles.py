"""Lines that open blocks."""

from backprop_book.site.html_stash import still_toggles

CLAIM = (
    '<span class="bb-claim"><span class="bb-words" role="button" tabindex="0" aria-expanded="false" aria-describedby="c"><em>one</em></span>'
    '<small class="bb-tip"><span id="c"><code>a</code></span> <a class="bb-jump" href="#s-t7">there</a>'
    ' <a class="bb-jump" href="#s-t8">and there</a></small></span>'
)
SETTLED = (
    '<span class="bb-claim"><span class="bb-words"><em>one</em></span>'
    '<small class="bb-tip"><span id="c"><code>a</code></span> <span class="bb-jump">there</span>'
    ' <span class="bb-jump">and there</span></small></span>'
)


def test_a_summary_holds_no_control() -> None:
    html = "<p>{0}</p>\n<details><summary>Is it {1},\nor {1}?</summary>\n<p>{0}</p></details>"
    assert still_toggles(html.format(CLAIM, CLAIM)) == html.format(CLAIM, SETTLED)


def test_html_without_summaries_stays_as_it_is() -> None:
    assert still_toggles(CLAIM) == CLAIM
