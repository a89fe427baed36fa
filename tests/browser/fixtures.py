"""A real Chromium, the sample site of the listing, and the book itself, each served over localhost."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from chromium import Browser
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
)


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A headless Chromium. Where there is none, the tests are skipped; on CI they fail."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    chromedriver = shutil.which("chromedriver")
    if not chromium or not chromedriver:
        reason = f"{'chromedriver' if chromium else 'Chromium'} is not installed"
        if os.environ.get("CI") == "true":
            pytest.fail(f"{reason}, and on CI the browser tests must run")
        pytest.skip(reason)
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for flag in FLAGS:
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})

    def start() -> webdriver.Chrome:
        options.arguments[len(FLAGS) :] = [f"--user-data-dir={tmp_path_factory.mktemp('profile')}"]
        service = Service(chromedriver, popen_kw={"start_new_session": True})
        driver = webdriver.Chrome(options=options, service=service)
        driver.set_script_timeout(120)
        return driver

    found = Browser(start)
    yield found
    found.end()


@pytest.fixture
def browser(chromium: Browser) -> Browser:
    """The Chromium that all tests share, started again where it died in an earlier test."""
    chromium.revive()
    return chromium


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
