"""What the tests do with a page, whichever browser shows it."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from typing import Any

from selenium import webdriver
from selenium.common.exceptions import JavascriptException, WebDriverException
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait
from urllib3.exceptions import HTTPError

GONE = (WebDriverException, HTTPError)
"""What is raised where a browser, or the driver that speaks with it, has died or does not answer."""

SCHEMES = {"light": "default", "dark": "slate"}
"""What the theme calls the schemes."""


class Page(ABC):
    """The page that a browser shows, with the few commands that the tests need beyond those of Selenium."""

    driver: WebDriver

    def __init__(self, start: Callable[[], AbstractContextManager[WebDriver]]) -> None:
        """Start the browser with a function whose context leaves no process of it behind."""
        self.start = start
        self.running = ExitStack()
        self.driver = self.running.enter_context(start())

    def revive(self) -> None:
        """Start the browser again if it is no longer there."""
        try:
            self.run("return 1")
        except GONE:
            self.end()
            self.driver = self.running.enter_context(self.start())

    def end(self) -> None:
        """End the browser and its driver."""
        self.running.close()

    @abstractmethod
    def open(self, url: str, *, width: int = 1440, height: int = 900) -> None:
        """Load a page anew, as a first visit in a window of this size."""

    def load(self, url: str) -> None:
        """Go to an address."""
        self.driver.get(url)
        # On a busy machine a driver has been seen to come back while the page was still loading.
        self.wait("return document.readyState === 'complete' && location.href !== 'about:blank'")

    def wait_for_frame(self) -> None:
        """Wait for the first frame after the load: in it each listing reads the address again, and the network follows it."""
        self.run(
            "return new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))"
        )

    def run(self, script: str, *arguments: Any) -> Any:
        """The value of the body of a function, run in the page."""
        return self.driver.execute_script(script, *arguments)

    def wait(self, script: str, *arguments: Any) -> Any:
        """The value of the body of a function, as soon as it is true; a page that is being loaded may have no body yet."""
        waiting = WebDriverWait(self.driver, 60, poll_frequency=0.05, ignored_exceptions=[JavascriptException])
        return waiting.until(lambda driver: driver.execute_script(script, *arguments), script)

    def wait_for_scheme(self, scheme: str) -> None:
        """Wait until the theme has given the page the colours of a scheme."""
        self.wait("return document.body.dataset.mdColorScheme === arguments[0]", SCHEMES[scheme])

    def wait_for_navigation(self) -> None:
        """Wait until the theme has its map of the site: without it, a link loads another page anew."""
        self.wait(
            "return performance.getEntriesByType('resource').some(e => e.name.endsWith('sitemap.xml') && e.responseEnd)"
        )
        self.run("return new Promise(done => requestAnimationFrame(() => setTimeout(done, 50)))")

    def rest(self) -> None:
        """Wait until theme.js has seen to what scrolls, which it does a moment after the page has changed."""
        self.run("return new Promise(done => setTimeout(done, 200))")

    def switch_scheme(self, scheme: str) -> None:
        """Press the switch of the theme that leads to the light or the dark scheme."""
        self.run("document.querySelector(`[data-md-color-scheme=${arguments[0]}]`).click()", SCHEMES[scheme])
        self.wait_for_scheme(scheme)

    def find(self, selector: str) -> WebElement:
        """The first element of a CSS selector."""
        return self.driver.find_element("css selector", selector)

    def all(self, selector: str) -> list[WebElement]:
        """All elements of a CSS selector."""
        return self.driver.find_elements("css selector", selector)

    def press(self, *keys: str) -> None:
        """Press keys, one after the other, wherever the focus is."""
        chain = webdriver.ActionChains(self.driver)
        for key in keys:
            chain = chain.send_keys(key)
        chain.perform()

    def hover(self, selector: str) -> None:
        """Move the pointer onto an element, which comes into sight first."""
        self.run("arguments[0].scrollIntoView({block: 'nearest', behavior: 'instant'})", self.find(selector))
        webdriver.ActionChains(self.driver).move_to_element(self.find(selector)).perform()
