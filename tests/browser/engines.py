"""Firefox and WebKit, driven through Selenium as Chromium is, each from what a package of Debian brings."""

import json
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from page import Page
from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.common.options import ArgOptions
from selenium.webdriver.remote.client_config import ClientConfig
from selenium.webdriver.remote.remote_connection import RemoteConnection
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.webkitgtk.options import Options as WebKitOptions
from selenium.webdriver.webkitgtk.service import Service

PATIENCE = 60
"""Seconds within which a page answers a script, on a machine that has other things to do."""
LOADING = 60
"""Seconds within which a page has loaded."""
BROKEN = LOADING + 10
"""Seconds after which a driver that has said nothing is taken for dead."""

LOG = """<script>
    if (!window.told) {
        window.told = []
        const tell = (kind, what) => told.push(`${kind}: ${what}`)
        addEventListener("error", event => tell("error", event.message ?? event.target.outerHTML), true)
        addEventListener("unhandledrejection", event => tell("rejection", event.reason))
        for (const kind of ["error", "warn"]) {
            const say = console[kind]
            console[kind] = (...words) => { tell(kind, words.join(" ")); say.apply(console, words) }
        }
    }
</script>"""
"""Added to the head of each page: only the driver of Chromium tells what is in the log of a browser."""


class Reader(Page):
    """A Firefox or a WebKit, on a site that is served with the element that collects its log."""

    def open(self, url: str, *, width: int = 1440, height: int = 900) -> None:
        """Load a page anew, as a first visit in a window of this size."""
        if self.run("return location.protocol") == "http:":
            self.run("localStorage.clear(); sessionStorage.clear()")
        self.driver.get("about:blank")
        self.resize(width, height)
        self.load(url)
        self.wait_for_frame()

    def resize(self, width: int, height: int = 900) -> None:
        """Give the window another size."""
        self.driver.set_window_size(width, height)
        self.wait("return innerWidth === arguments[0]", width)

    def log(self) -> list[str]:
        """What was written to the log since the page was loaded."""
        found: list[str] = self.run("return told")
        return found


MARIONETTE = {
    "actions": "PerformActions",
    "clearElement": "ElementClear",
    "clickElement": "ElementClick",
    "findChildElement": "FindElement",
    "findChildElements": "FindElements",
    "get": "Navigate",
    "goBack": "Back",
    "screenshot": "TakeScreenshot",
    "sendKeysToElement": "ElementSendKeys",
    "w3cExecuteScript": "ExecuteScript",
    "w3cExecuteScriptAsync": "ExecuteAsyncScript",
    "w3cGetWindowHandles": "GetWindowHandles",
}
"""Commands whose names in Marionette are not those of Selenium with a capital letter."""


class Marionette(RemoteConnection):
    """A connection to a Firefox without geckodriver, which hands on the same commands under other names.

    Each message is a list in JSON, after its length and a colon.
    """

    def __init__(self, port: int) -> None:
        """Connect to a Firefox that listens on a port."""
        super().__init__(client_config=ClientConfig("http://127.0.0.1"))
        self.connection = socket.create_connection(("127.0.0.1", port), timeout=BROKEN)
        self.stream = self.connection.makefile("rb")
        self.count = 0
        self._receive()  # it introduces itself

    def execute(self, command: str, params: dict[str, Any]) -> dict[str, Any]:
        """Send a command, and return the answer as geckodriver would give it."""
        name = MARIONETTE.get(command, command[0].upper() + command[1:])
        given = {key: value for key, value in params.items() if key != "sessionId"}
        if command.startswith("findChild"):
            given["element"] = given.pop("id")
        self.count += 1
        message = json.dumps([0, self.count, f"WebDriver:{name}", given]).encode()
        try:
            self.connection.sendall(b"%d:%s" % (len(message), message))
            _, _, error, result = self._receive()
        except (OSError, ValueError) as broken:  # after a late answer no other one could be told from it
            self.close()
            raise WebDriverException(f"Firefox does not answer: {broken}") from broken
        if error:
            return {"status": 500, "value": json.dumps({"value": error})}
        return result if isinstance(result, dict) and "value" in result else {"value": result}

    def _receive(self) -> Any:
        length = b""
        while (digit := self.stream.read(1)).isdigit():
            length += digit
        return json.loads(self.stream.read(int(length)))

    def close(self) -> None:
        """Close the connection."""
        self.stream.close()
        self.connection.close()


@contextmanager
def group(*command: str, **options: Any) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program, and end it with all that it has started."""
    options |= dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.DEVNULL)
    with subprocess.Popen(command, process_group=0, **options) as process:
        try:
            yield process
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


@contextmanager
def driven(connection: RemoteConnection, options: ArgOptions) -> Iterator[WebDriver]:
    """A driver that waits for nothing without an end."""
    with closing(connection):
        driver = webdriver.Remote(command_executor=connection, options=options)
        driver.set_script_timeout(PATIENCE)
        driver.set_page_load_timeout(LOADING)
        yield driver


@contextmanager
def firefox(profile: Path) -> Iterator[WebDriver]:
    """Run a Firefox without a screen, with an empty folder for its profile."""
    (profile / "user.js").write_text('user_pref("marionette.port", 0);\n', encoding="utf-8")
    told = profile / "MarionetteActivePort"
    with group("firefox-esr", "--headless", "--marionette", "--no-remote", "--profile", str(profile)) as process:
        deadline = time.monotonic() + LOADING
        while not (told.exists() and (port := told.read_text(encoding="utf-8"))):
            assert process.poll() is None, "Firefox has ended"
            assert time.monotonic() < deadline, "Firefox has not begun to listen"
            time.sleep(0.05)
        with driven(Marionette(int(port)), webdriver.FirefoxOptions()) as driver:
            # Its usual windows have at least 500 pixels.
            driver.execute_script("open('about:blank', '', 'popup')")
            driver.switch_to.window(driver.window_handles[-1])
            yield driver


@contextmanager
def webkit(_: Path) -> Iterator[WebDriver]:
    """Run the small browser of WebKitGTK, on a screen of its own."""
    reading, writing = os.pipe()
    # The pointer is in the middle of the screen. Where a window does not lie below it, the window does not have the focus.
    command = ("Xvfb", "-displayfd", str(writing), "-screen", "0", "640x640x24")
    with os.fdopen(reading) as told, group(*command, pass_fds=[writing]) as screen:
        os.close(writing)  # so that there is an end to be read if Xvfb ends
        environment = {
            "DISPLAY": f":{told.readline().strip()}",
            "DBUS_SESSION_BUS_ADDRESS": "disabled:",  # otherwise a bus is started, and goes on after the test
            "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1",  # root cannot make one, nor can who is in a container
        }
        service = Service("WebKitWebDriver", env={**os.environ, **environment}, popen_kw={"process_group": screen.pid})
        service.start()
        options = WebKitOptions()
        for argument in ("--automation", "--full-screen"):  # its toolbar would keep the window wider than 360 pixels
            options.add_argument(argument)
        try:
            config = ClientConfig(service.service_url, timeout=BROKEN)
            with driven(RemoteConnection(client_config=config), options) as driver:
                yield driver
        finally:
            service.process.kill()
            service.process.wait()


@dataclass(frozen=True, slots=True)
class Engine:
    """How an engine is run, and what for."""

    start: Callable[[Path], AbstractContextManager[WebDriver]]
    """Runs it, given an empty folder, as long as its context lasts."""
    programs: tuple[str, ...]
    """What must be on the PATH."""
    packages: str
    """The packages of Debian that bring the programs."""

    def missing(self) -> list[str]:
        """The programs that are not on the PATH."""
        return [program for program in self.programs if shutil.which(program) is None]


ENGINES = {
    "Firefox": Engine(firefox, ("firefox-esr",), "firefox-esr"),
    "WebKit": Engine(webkit, ("WebKitWebDriver", "Xvfb"), "webkit2gtk-driver xvfb"),
}
