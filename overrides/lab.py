"""MkDocs finds its hooks in files; ours are modules of the package."""

from backprop_book.site.lab import on_page_content, on_pre_page

__all__ = ["on_page_content", "on_pre_page"]
