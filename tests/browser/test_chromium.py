"""The browser itself: when it dies, the tests that follow do not."""

import sys

import pytest
from chromium import Browser

from sites import Site
from small_book import alive, until


def test_a_browser_that_died_is_started_again(browser: Browser, sample: Site) -> None:
    browser.driver.service.process.kill()
    browser.revive()
    browser.open(sample.url)
    assert browser.find("h1").text == "One step"


@pytest.mark.skipif(sys.platform != "linux", reason="processes are listed in /proc")
def test_a_chromium_whose_driver_died_does_not_go_on(browser: Browser) -> None:
    group = browser.driver.service.process.pid
    assert len(alive(group)) > 2
    browser.driver.service.process.kill()
    browser.revive()
    until(lambda: not alive(group))
