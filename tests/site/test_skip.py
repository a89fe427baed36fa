"""The link past the prose to the listing."""

from backprop_book.site.html_stash import with_skip

LISTING = '<figure class="bb-listing" id="step" data-number="1"></figure><figure class="bb-listing" id="loop"></figure>'
LINK = '<a class="bb-skip" href="#step" data-search-exclude>Skip to the listing</a>'


def test_the_link_stands_below_the_title_or_at_the_top() -> None:
    assert with_skip(f"<h1>One</h1><p>Two</p>{LISTING}") == f"<h1>One</h1>{LINK}<p>Two</p>{LISTING}"
    assert with_skip(LISTING) == LINK + LISTING


def test_a_page_without_a_listing_has_none() -> None:
    assert with_skip("<h1>One</h1>") == "<h1>One</h1>"
