"""A snippet that imports one that does not finish."""

from raises import best
