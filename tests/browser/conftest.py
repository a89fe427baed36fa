"""The fixtures of the browser tests."""

from fixtures import browser, sample, site

__all__ = ["browser", "sample", "site"]
