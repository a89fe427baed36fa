"""How light the pages are: what they weigh, whether they jump when the scripts start, and how soon a click is answered.

Run `make build`, then `python benchmarks/pages.py [PAGE ...] [--site FOLDER]`. It opens each page in a headless Chromium whose
processor is slowed down by four, as a mid-range telephone is, in a window of 360 pixels, and prints a line per page:

- `scripts`: our own, in compressed kilobytes, as far as the page itself names them; those that it loads later are not counted.
- `trace`: the heaviest listing's, in compressed kilobytes.
- `shift`: the layout shift from the first paint until all is quiet.
- `click`, `least`, `most`: milliseconds from the moment a mouse button is let go on a line, pressed for a tenth of a second, until
  the screen shows the frame that answers, as the browser reports them for a reader (Event Timing, in steps of 8): the median, the
  least and the most.
- `work`: of these, the milliseconds that the page's own thread spent on it (the script, styles, layout and drawing of that
  frame), slowed down too: the median. What else runs on the machine makes `click` longer, and `work` only a little.
- `after`: what that thread spends then, in the half second after that frame: below the lines of code there is little room, so the
  note shows first, and all that has to move for it moves next. Nobody waits for it, unless they click again.

The last line holds the limits that the book sets itself.
"""

import argparse
import functools
import gzip
import html
import http.server
import json
import re
import shutil
import statistics
import sys
import tempfile
import threading
import time
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
WATCH = """
    window.clicks = []
    new PerformanceObserver(list => list.getEntries().forEach(({name, duration}) => { if (name === 'click') clicks.push(duration) }))
        .observe({type: 'event', durationThreshold: 16})"""
PLACE = """
    const rows = [...document.querySelectorAll('bb-listing .bb-row:has(button.bb-gutter) .bb-src')]
    const row = rows[(arguments[0] * 7 + 3) % rows.length]
    row.scrollIntoView({block: 'center'})
    const {left, top} = row.getBoundingClientRect()
    return [left + 60, top + 8]"""
FRAME = ("UpdateLayoutTree", "Layout", "PrePaint", "Paint", "Layerize", "Commit")
LATER = ("TimerFire", "FireAnimationFrame")
QUIET = 0.5
PRESS = 0.1


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
    sys.stdout.write(
        f"{'page':32} {'scripts':>8} {'trace':>6} {'shift':>7} {'click':>6} {'least':>6} {'most':>6} {'work':>6} {'after':>6}\n"
    )
    with tempfile.TemporaryDirectory() as profile:
        driver = start(profile)
        try:
            for name in chosen:
                measure(driver, site, name, f"http://127.0.0.1:{server.server_port}/")
        finally:
            driver.quit()
            server.shutdown()
    scripts, trace, shift, answer = LIMITS
    sys.stdout.write(f"{'at most':32} {scripts:8.1f} {trace:6.1f} {shift:7.3f} {answer:6.0f}\n")


def start(profile: str) -> webdriver.Chrome:
    """A Chromium with a slow processor and a narrow window."""
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or ""
    for flag in (*FLAGS, f"--user-data-dir={profile}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"performance": "ALL"})
    categories = "devtools.timeline,disabled-by-default-devtools.timeline"
    options.add_experimental_option("perfLoggingPrefs", {"traceCategories": categories})
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
    driver.execute_script("for (const each of document.querySelectorAll('details:has(bb-listing)')) each.open = true")
    driver.execute_script(WATCH)
    for number in range(CLICKS):
        click(driver, number)
    clicks = driver.execute_script("return clicks") or [0]
    driver.get("about:blank")  # only then is the record of what the browser did complete
    works = work(driver) or [(0.0, 0.0)]
    first, after = (statistics.median(each) for each in zip(*works, strict=True))
    times = f"{statistics.median(clicks):6.0f} {min(clicks):6.0f} {max(clicks):6.0f} {first:6.0f} {after:6.0f}"
    sys.stdout.write(f"{line} {times}\n")
    sys.stdout.flush()


def click(driver: webdriver.Chrome, number: int) -> None:
    """Click a line when the page is quiet, as long as a finger presses, and let it come to rest."""
    x, y = driver.execute_script(PLACE, number)
    time.sleep(QUIET)
    for kind, wait in (("mousePressed", PRESS), ("mouseReleased", QUIET)):
        event = {"type": kind, "x": x, "y": y, "button": "left", "clickCount": 1}
        driver.execute_cdp_cmd("Input.dispatchMouseEvent", event)
        time.sleep(wait)


def work(driver: webdriver.Chrome) -> list[tuple[float, float]]:
    """Milliseconds of the page's thread, per click: those of the answer, and those that come after it.

    The answer is the script, with the layout that it asks for, and the frame after it.
    """
    messages = (json.loads(entry["message"])["message"] for entry in driver.get_log("performance"))
    events = [each["params"] for each in messages if each["method"] == "Tracing.dataCollected"]
    events = sorted((each for each in events if each.get("ph") == "X"), key=lambda each: each["ts"])
    sums = []
    for at, event in enumerate(events):
        if event["name"] != "EventDispatch" or event["args"]["data"]["type"] != "click":
            continue
        spent = [event.get("tdur", 0), 0]
        end = begin = event["ts"] + event["dur"]
        shown = 0  # whether the frame that answers is done
        for later in events[at + 1 :]:
            if later["ts"] > begin + QUIET * 1e6:
                break
            # What lies within something that was counted is counted already.
            if (
                (later["pid"], later["tid"]) != (event["pid"], event["tid"])
                or later["ts"] < end
                or later["name"] not in (*FRAME, *(LATER if shown else ()))
            ):
                continue
            spent[shown] += later.get("tdur", 0)
            end = later["ts"] + later["dur"]
            shown |= later["name"] == "Commit"
        sums.append((spent[0] / 1000, spent[1] / 1000))
    return sums


if __name__ == "__main__":
    main()
