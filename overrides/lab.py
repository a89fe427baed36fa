"""MkDocs finds its hooks in files; ours is a module of the package."""

from backprop_book.lab import on_page_content, on_pre_page

__all__ = ["on_page_content", "on_pre_page"]
