"""A real Chromium, the sample site of the listing, and the book itself, each served over localhost."""

import functools
import os
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import NoReturn

import pytest
from chromium import Browser
from engines import ENGINES, LOG, Reader
from page import GONE
from sample_site import build as build_sample
from selenium import webdriver
from selenium.webdriver.chrome.service import Service

from once import once
from sites import Site, served

FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # One process shows all pages: to start another one at each `open` takes a third of the time of opening a page.
    "--disable-site-isolation-trials",
)


def give_up(reason: str) -> NoReturn:
    """Skip a test that has no browser to run in; on CI it fails."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{reason}, and on CI the browser tests must run")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A headless Chromium. Where there is none, the tests are skipped; on CI they fail."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    chromedriver = shutil.which("chromedriver")
    if not chromium or not chromedriver:
        give_up(f"{'chromedriver' if chromium else 'Chromium'} is not installed")
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for flag in FLAGS:
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})

    @contextmanager
    def start() -> Iterator[webdriver.Chrome]:
        options.arguments[len(FLAGS) :] = [f"--user-data-dir={tmp_path_factory.mktemp('profile')}"]
        service = Service(chromedriver, popen_kw={"start_new_session": True})
        driver = webdriver.Chrome(options=options, service=service)
        driver.set_script_timeout(120)
        try:
            yield driver
        finally:
            with suppress(*GONE):
                driver.quit()
            with suppress(ProcessLookupError):  # Chromium goes on where only its driver has died
                os.killpg(service.process.pid, signal.SIGKILL)

    found = Browser(start)
    yield found
    found.end()


@pytest.fixture
def browser(chromium: Browser) -> Browser:
    """The Chromium that all tests share, started again where it died in an earlier test."""
    chromium.revive()
    return chromium


@pytest.fixture(scope="session")
def readers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Reader]]:
    """Starts an engine when it is first asked for. Where it is not installed, the tests are skipped; on CI they fail."""
    with ExitStack() as running:

        @functools.cache
        def reader(name: str) -> Reader:
            engine = ENGINES[name]
            if missing := engine.missing():
                give_up(f"{name} is not tested without {' and '.join(missing)} (Debian: apt install {engine.packages})")
            started = Reader(lambda: engine.start(tmp_path_factory.mktemp(name)))
            running.callback(started.end)
            return started

        yield reader


@pytest.fixture(params=ENGINES)
def reader(request: pytest.FixtureRequest, readers: Callable[[str], Reader]) -> Reader:
    """Each engine but Chromium, started again where it died or froze in an earlier test."""
    found = readers(request.param)
    found.revive()
    return found


@pytest.fixture(scope="session")
def watched(built: Path) -> Iterator[Site]:
    """The book, built as readers get it, with pages that keep what goes to the log."""
    with served(built, head=LOG) as site:
        yield site


@pytest.fixture(scope="session")
def sample(shared_folder: Path) -> Iterator[Site]:
    """A small site of Material with two sample listings."""
    with served(once(shared_folder, "sample", build_sample) / "site") as site:
        yield site


@pytest.fixture(scope="session")
def site(built: Path) -> Iterator[Site]:
    """The book, built as readers get it."""
    with served(built) as site:
        yield site
