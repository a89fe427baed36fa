"""Inline claims."""

from backprop_book.render import claim


def test_a_claim_shows_its_words_and_describes_them() -> None:
    html = claim("<em>0.5</em>", expression="a < b", value='"x"', source="step", step=7, ident="claim-1")
    assert html == (
        '<span class="bb-claim"><span class="bb-words" tabindex="0" aria-describedby="claim-1"><em>0.5</em></span>'
        '<small class="bb-tip" data-search-exclude><span id="claim-1"><code>a &lt; b</code> '
        '<span class="bb-is">= <code>&quot;x&quot;</code></span></span> '
        '<a class="bb-jump" href="#step-t7" aria-label="Show in the listing step.py">step.py</a></small></span>'
    )


def test_a_claim_without_a_step_names_its_snippet() -> None:
    html = claim("1", expression="n", value="1", source="step", step=None, ident="c")
    assert '<span class="bb-jump">step.py</span>' in html
    assert "<a " not in html


def test_a_claim_may_point_to_another_page() -> None:
    html = claim("1", expression="n", value="1", source="step", step=None, ident="c", href="../one/#step-s3")
    assert 'href="../one/#step-s3"' in html
