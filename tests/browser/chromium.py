"""The Chromium that the browser tests drive."""

import base64
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, cast

from page import Page
from selenium import webdriver


class Browser(Page):
    """A Chromium with the few commands that the tests need beyond those of Selenium."""

    driver: webdriver.Chrome

    def __init__(self, start: Callable[[], AbstractContextManager[webdriver.Chrome]]) -> None:
        """Start it with a function whose context leaves no process of it behind."""
        super().__init__(start)
        self.sound_looks: set[str] = set()
        """The looks of texts in which axe has found no mistake, on any page so far."""

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
        self.load(url)
        if scripts:
            self.wait_for_frame()

    def resize(self, width: int, height: int = 900) -> None:
        """Give the window another size."""
        self.command(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 500
        )

    def command(self, name: str, **arguments: Any) -> dict[str, Any]:
        """A command of the DevTools protocol."""
        return cast("dict[str, Any]", self.driver.execute_cdp_cmd(name, arguments))

    def copy(self) -> str:
        """What Ctrl+C puts on the clipboard."""
        control = "\ue009"
        webdriver.ActionChains(self.driver).key_down(control).send_keys("c").key_up(control).perform()
        text: str = self.driver.execute_async_script("navigator.clipboard.readText().then(arguments[0], arguments[0])")
        return text

    def pdf(self, **paper: float) -> bytes:
        """The page as it is printed, on paper of a size in inches."""
        return base64.b64decode(self.command("Page.printToPDF", printBackground=True, **paper)["data"])

    def log(self) -> list[str]:
        """Messages of the console since the page was opened."""
        entries = self.driver.get_log("browser")  # type: ignore[no-untyped-call]
        return [f"{entry['level']} {entry['message']}" for entry in entries]

    def requests(self) -> list[str]:
        """Addresses of all that the page loaded."""
        return cast("list[str]", self.run("return performance.getEntriesByType('resource').map(entry => entry.name)"))
