"""render: HTML that is complete without JavaScript.

`listing` lays out a listing and its notes; `moments` says what each step changed, `states` and `values` draw it, and `payload` is the
data for `book.js`. `claims`, `problems`, `figure`, `network`, `source` and `verification` draw the rest of a page.
"""

__all__ = ["claims", "downloads", "figure", "listing", "network", "problems", "source", "verification"]
