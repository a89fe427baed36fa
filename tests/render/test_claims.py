"""Inline claims."""

from backprop_book.render.claims import ProvenanceView, claim

STEP = ProvenanceView("One <step>", "line 24, moment 8 of 25", "a < b", "../one/#step-t7", "Show this moment")


def test_a_claim_shows_its_words_and_describes_them() -> None:
    html = claim("<em>0.5</em>", expression="a < b", value='"x"', provenance=[STEP], ident="claim-1")
    assert html == (
        '<span class="bb-claim"><span class="bb-words" role="button" tabindex="0" aria-expanded="false" aria-describedby="claim-1"><em>0.5</em></span>'
        '<small class="bb-tip" data-search-exclude><span id="claim-1"><code>a &lt; b</code> '
        "gives <code>&quot;x&quot;</code></span>"
        '<span class="bb-whence">One &lt;step&gt;, line 24, moment 8 of 25: <code>a &lt; b</code> '
        '<a class="bb-jump" href="../one/#step-t7">Show this moment</a></span></small></span>'
    )


def test_a_claim_that_cannot_be_seen_says_so() -> None:
    html = claim(
        "1", expression="n", value="1", provenance=[ProvenanceView("kink.py", link="No page lists it.")], ident="c"
    )
    assert '<span class="bb-whence">kink.py <span class="bb-jump">No page lists it.</span></span>' in html
    assert "<a " not in html


def test_a_claim_of_several_runs_names_each() -> None:
    html = claim("1", expression="n", value="1", provenance=[STEP, ProvenanceView("kink.py")], ident="c")
    assert html.count('<span class="bb-whence">') == 2


def test_a_claim_says_which_values_it_speaks_of() -> None:
    where = ProvenanceView("One", href="#step-t7", link="Show this moment", parts=("z1[2,", "W1["))
    html = claim("1", expression="n", value="1", provenance=[where], ident="c")
    assert '<a class="bb-jump" href="#step-t7" data-parts="z1[2, W1[">Show this moment</a>' in html
