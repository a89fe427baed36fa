"""MkDocs finds its hooks in files; ours are modules of the package."""

from backprop_book.site.search_boost import on_files, on_page_content, on_page_markdown, on_post_build

__all__ = ["on_files", "on_page_content", "on_page_markdown", "on_post_build"]
