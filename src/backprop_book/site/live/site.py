"""site: builds the site with MkDocs: all pages into a new folder, or single pages into the folder of the last build."""

import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment
from mkdocs.commands.build import build, get_context
from mkdocs.config import load_config
from mkdocs.plugins import BasePlugin
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Navigation


@dataclass(frozen=True, slots=True, eq=False)
class Site:
    """A site that was built whole, with what is needed to build one of its pages again."""

    folder: Path
    """Where its files are."""
    config: Any
    """The configuration of MkDocs."""
    files: Files
    """Its files."""
    nav: Navigation
    """Its navigation."""
    env: Environment
    """Its templates."""


class _Keeper(BasePlugin):  # type: ignore[no-untyped-call, type-arg]
    """A plug-in that keeps what MkDocs forgets at the end of a build."""

    nav: Navigation
    env: Environment
    files: Files

    def on_nav(self, nav: Navigation, config: Any, files: Files) -> Navigation:  # noqa: ARG002 - the framework's names
        """Keep the navigation."""
        self.nav = nav
        return nav

    def on_env(self, env: Environment, config: Any, files: Files) -> Environment:  # noqa: ARG002 - the framework's names
        """Keep the templates and the files."""
        self.env, self.files = env, files
        return env


def whole(config_file: Path, url: str) -> Site:
    """Build all pages into a new folder.

    Args:
        config_file: The mkdocs.yml.
        url: Where the site is served.

    Raises:
        SystemExit: MkDocs cannot build it; it has said why in its log.
    """
    folder = Path(tempfile.mkdtemp(prefix="backprop-book-site-"))
    try:
        config = load_config(str(config_file), site_dir=str(folder), site_url=url, strict=False)
        # Only here: `mkdocs build` and `mkdocs serve` stop at any problem.
        config.mdx_configs = {
            **config.mdx_configs,
            "backprop_book": {**config.mdx_configs.get("backprop_book", {}), "live": True},
        }
        config.plugins.on_startup(command="serve", dirty=False)
        keeper = _Keeper()
        config.plugins["backprop_book/site/live"] = keeper
        build(config, serve_url=url)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    # The search is as of the last whole build: to index a page takes longer than to make it.
    events = config.plugins.events["page_context"]
    events[:] = [event for event in events if "search" not in event.__module__]
    return Site(folder, config, keeper.files, keeper.nav, keeper.env)


def again(site: Site, sources: Iterable[str]) -> tuple[str, ...] | None:
    """Build some pages again.

    Args:
        site: The site, whose files are replaced, each at once.
        sources: The pages, by their paths below the folder of the pages.

    Returns:
        The addresses of the pages, relative to that of the site. None if more has to be built than these: a title changed, or
        one is no page of the site.
    """
    config, plugins = site.config, site.config.plugins
    files = [site.files.get_file_from_path(path) for path in sources]
    pages = [file.page for file in files if file is not None and file.page is not None]
    if len(pages) < len(files):
        return None
    made = []
    for page in pages:
        title = page.title
        config._current_page = page  # noqa: SLF001 - as MkDocs itself does, for its plug-ins
        page = plugins.on_pre_page(page, config=config, files=site.files)
        page.read_source(config)
        page.markdown = plugins.on_page_markdown(page.markdown, page=page, config=config, files=site.files)
        page.render(config, site.files)
        page.content = plugins.on_page_content(page.content, page=page, config=config, files=site.files)
        if page.title != title:
            return None
        page.active = True
        context = get_context(site.nav, site.files.documentation_pages(), config, page)
        template = site.env.get_template(page.meta.get("template", "main.html"))
        context = plugins.on_page_context(context, page=page, config=config, nav=site.nav)
        html = plugins.on_post_page(template.render(context), page=page, config=config)
        page.active = False
        config._current_page = None  # noqa: SLF001 - as above
        put(Path(page.file.abs_dest_path), html.encode("utf-8", "xmlcharrefreplace"))
        page.validate_anchor_links(files=site.files, log_level=config.validation.links.anchors)
        made.append(page.url)
    return tuple(made)


def put(target: Path, content: bytes) -> None:
    """Write a file at once: whoever reads it gets the old content or the new."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.part")
    part.write_bytes(content)
    part.replace(target)
