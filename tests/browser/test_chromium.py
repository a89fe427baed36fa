"""The browser itself: when it dies, the tests that follow do not."""

from chromium import Browser, Site


def test_a_browser_that_died_is_started_again(browser: Browser, sample: Site) -> None:
    browser.driver.service.process.kill()
    browser.revive()
    browser.open(sample.url)
    assert browser.find("h1").text == "One step"
