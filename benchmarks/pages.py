"""How light the pages are: what they weigh, whether they jump when the scripts start, and how soon a click is answered.

Run `make build`, then `python benchmarks/pages.py [PAGE ...] [--site FOLDER]`. It opens each page in a headless Chromium whose
processor is slowed down by four, as a mid-range telephone is, in a window of 360 pixels, and prints a line per page:
`scripts` are our own, in compressed kilobytes; `trace` is the heaviest listing's, compressed; `shift` is the layout shift from
the first paint until all is quiet; `click` is the time from a click on a line until the frame in which its note shows, in
milliseconds, as the median and the worst of the clicks. The last line holds the limits that the book sets itself.
"""

import argparse
import functools
import gzip
import html
import http.server
import re
import shutil
import statistics
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

from selenium import webdriver
from selenium.webdriver.chrome.service import Service

ROOT = Path(__file__).resolve().parent.parent
SLOWED = 4
CLICKS = 9
LIMITS = (30.0, 20.0, 0.02, 50.0)
FLAGS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")
SHIFT = """
    const done = arguments[0]
    let sum = 0
    new PerformanceObserver(list => list.getEntries().forEach(entry => { if (!entry.hadRecentInput) sum += entry.value }))
        .observe({type: 'layout-shift', buffered: true})
    setTimeout(() => done(sum), 1500)"""
CLICK = """
    const [number, done] = arguments
    const rows = [...document.querySelectorAll('bb-listing .bb-row:has(button.bb-gutter) .bb-src')]
    const row = rows[(number * 7 + 3) % rows.length]
    row.scrollIntoView({block: 'center'})
    setTimeout(() => {
        const start = performance.now()
        row.click()
        requestAnimationFrame(() => { const channel = new MessageChannel()
            channel.port1.onmessage = () => done(performance.now() - start)
            channel.port2.postMessage(0) })
    }, 300)"""


class Quiet(http.server.SimpleHTTPRequestHandler):
    """A server that says nothing."""

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the framework's name
        """Say nothing."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("pages", nargs="*", help="pages, such as loop-in-numpy; all by default")
    parser.add_argument("--site", type=Path, default=ROOT / "site", help="the folder of the built book")
    given = parser.parse_args()
    site: Path = given.site
    found = sorted(path.parent.relative_to(site).as_posix() for path in site.rglob("index.html"))
    chosen = [name for name in found if name in given.pages] if given.pages else found
    if not chosen:
        parser.error(f"no such page in {site}; run `make build` first")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdout.write(f"{'page':32} {'scripts':>8} {'trace':>6} {'shift':>7} {'click':>6} {'worst':>6}\n")
    with tempfile.TemporaryDirectory() as profile:
        driver = start(profile)
        try:
            for name in chosen:
                measure(driver, site, name, f"http://127.0.0.1:{server.server_port}/")
        finally:
            driver.quit()
            server.shutdown()
    scripts, trace, shift, click = LIMITS
    sys.stdout.write(f"{'at most':32} {scripts:8.1f} {trace:6.1f} {shift:7.3f} {'':6} {click:6.0f}\n")


def start(profile: str) -> webdriver.Chrome:
    """A Chromium with a slow processor and a narrow window."""
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or ""
    for flag in (*FLAGS, f"--user-data-dir={profile}"):
        options.add_argument(flag)
    driver = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
    driver.set_script_timeout(120)
    window = {"width": 360, "height": 740, "deviceScaleFactor": 2, "mobile": True}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", window)
    driver.execute_cdp_cmd("Emulation.setCPUThrottlingRate", {"rate": SLOWED})
    return driver


def measure(driver: webdriver.Chrome, site: Path, name: str, url: str) -> None:
    """Print the line of one page."""
    text = (site / name / "index.html").read_text(encoding="utf-8")
    own = set(re.findall(r'<script[^>]*src="(?:[^"]*/)?(assets/(?!javascripts/)[^"?]+\.js)', text))
    scripts = sum(len(gzip.compress((site / path).read_bytes())) for path in own) / 1000
    traces = [html.unescape(trace) for trace in re.findall("data-trace='([^']*)'", text)]
    heaviest = max((len(gzip.compress(trace.encode())) for trace in traces), default=0) / 1000
    driver.get(url if name == "." else f"{url}{name}/")
    shift = driver.execute_async_script(SHIFT)
    line = f"{name:32} {scripts:8.1f} {heaviest:6.1f} {shift:7.3f}"
    if driver.execute_script("return document.querySelector('bb-listing button.bb-gutter') === null"):
        sys.stdout.write(f"{line}\n")
        return
    clicks = [driver.execute_async_script(CLICK, number) for number in range(CLICKS)]
    sys.stdout.write(f"{line} {statistics.median(clicks):6.0f} {max(clicks):6.0f}\n")


if __name__ == "__main__":
    main()
