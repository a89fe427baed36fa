"""The Chromium that the browser tests drive."""

import base64
import contextlib
import os
import signal
from collections.abc import Callable
from typing import Any, cast

from selenium import webdriver
from selenium.common.exceptions import JavascriptException, WebDriverException
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait
from urllib3.exceptions import HTTPError

GONE = (WebDriverException, HTTPError)
"""What is raised where Chromium, or the driver that speaks with it, has died."""

SCHEMES = {"light": "default", "dark": "slate"}
"""What the theme calls the schemes."""


class Browser:
    """A Chromium with the few commands that the tests need beyond those of Selenium."""

    def __init__(self, start: Callable[[], webdriver.Chrome]) -> None:
        """Start it with a function that gives the driver a process group of its own."""
        self.start = start
        self.driver = start()

    def revive(self) -> None:
        """Start it again if it is no longer there."""
        try:
            self.run("return 1")
        except GONE:
            self.end()
            self.driver = self.start()

    def end(self) -> None:
        """End the driver and Chromium, which goes on where only the driver has died."""
        with contextlib.suppress(*GONE):
            self.driver.quit()
        with contextlib.suppress(ProcessLookupError):  # nothing is left of it, as there should be
            os.killpg(self.driver.service.process.pid, signal.SIGKILL)

    def open(
        self, url: str, *, width: int = 1440, height: int = 900, scheme: str = "light", scripts: bool = True
    ) -> None:
        """Load a page anew, as a first visit with this window and these preferences."""
        # First of all: the page that was open would follow a new scheme, and keep it for the next visit.
        self.driver.get("about:blank")
        self.command("Emulation.setScriptExecutionDisabled", value=not scripts)
        self.resize(width, height)
        self.command("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        self.command(
            "Storage.clearDataForOrigin", origin=url.split("/", 3)[0] + "//" + url.split("/")[2], storageTypes="all"
        )
        self.log()
        self.driver.get(url)
        # On a busy machine the driver has been seen to come back while the page was still loading.
        self.wait("return document.readyState === 'complete' && location.href !== 'about:blank'")
        # In the first frame after the load each listing reads the address again, and the network follows it.
        if scripts:
            self.run(
                "return new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))"
            )

    def resize(self, width: int, height: int = 900) -> None:
        """Give the window another size."""
        self.command(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 500
        )

    def command(self, name: str, **arguments: Any) -> dict[str, Any]:
        """A command of the DevTools protocol."""
        return cast("dict[str, Any]", self.driver.execute_cdp_cmd(name, arguments))

    def run(self, script: str, *arguments: Any) -> Any:
        """The value of the body of a function, run in the page."""
        return self.driver.execute_script(script, *arguments)

    def wait(self, script: str, *arguments: Any) -> Any:
        """The value of the body of a function, as soon as it is true; a page that is being loaded may have no body yet."""
        waiting = WebDriverWait(self.driver, 20, ignored_exceptions=[JavascriptException])
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

    def copy(self) -> str:
        """What Ctrl+C puts on the clipboard."""
        control = "\ue009"
        webdriver.ActionChains(self.driver).key_down(control).send_keys("c").key_up(control).perform()
        text: str = self.driver.execute_async_script("navigator.clipboard.readText().then(arguments[0], arguments[0])")
        return text

    def hover(self, selector: str) -> None:
        """Move the pointer onto an element."""
        webdriver.ActionChains(self.driver).move_to_element(self.find(selector)).perform()

    def pdf(self) -> bytes:
        """The page as it is printed."""
        return base64.b64decode(self.command("Page.printToPDF", printBackground=True)["data"])

    def log(self) -> list[str]:
        """Messages of the console since the page was opened."""
        entries = self.driver.get_log("browser")  # type: ignore[no-untyped-call]
        return [f"{entry['level']} {entry['message']}" for entry in entries]

    def requests(self) -> list[str]:
        """Addresses of all that the page loaded."""
        return cast("list[str]", self.run("return performance.getEntriesByType('resource').map(entry => entry.name)"))
