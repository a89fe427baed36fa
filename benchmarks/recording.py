"""What recording costs: each snippet run plain and recorded, turn about, in forks of one process that holds the libraries.

Run `python benchmarks/recording.py [SNIPPET ...] [--pairs N]`. It prints a table, a line per snippet: `plain` is the run
without hooks, in seconds; `kept` and `every` are the recorded run as a multiple of it, with loops thinned out and with
every step kept; `whole` is, with `kept`, all that a child does from its fork until its result is written; `memory` is the
child's peak memory. `saved` is that same child as a multiple of `python NAME.py` from start to end, its imports included, which the
server has behind it: what somebody waits for who saves the snippet while the book is served, beside who runs it in a terminal;
`full` is likewise, with every step kept and written. Multiples are medians over the pairs. No claims are asked; probes cost as much as what they ask for.

Below the table stands what is aimed at: the run with its hooks, which is what recording is, as a multiple of what a snippet takes by
itself, from the start of `python NAME.py` to its end; of all snippets the one where it is most. `kept` and `every` above are stricter:
for a snippet that is over in a millisecond, nearly all of its own time is imports, which they leave out.

The last lines are about the chapter's five listings together: their doc tests, by a new pytest from its start to its end
without any cache (all that the chapter asks of them is evaluated), against one new interpreter that runs them and does
nothing else. Both import NumPy and torch. Time is that of the clock, then that of the processors, all processes together.
"""

import argparse
import builtins
import os
import statistics
import subprocess
import sys
import tempfile
import time
import types
from collections.abc import Callable
from pathlib import Path

from backprop_book.record import child
from backprop_book.record.child_protocol import Order
from backprop_book.record.codec import from_json
from backprop_book.record.server import preload
from backprop_book.run import Limits

SNIPPETS = Path(__file__).resolve().parent.parent / "snippets"
LISTINGS = (
    "training_step_numpy",
    "training_step_pytorch",
    "training_loop_numpy",
    "training_loop_pytorch",
    "full_training",
)
OTHERS = ("kink", "ten_starts", "learning_rates", "leave_one_out", "nudges", "playground_numpy")
BARE = (
    "import runpy, sys; sys.path.insert(0, {folder!r}); [runpy.run_module(n, run_name='__main__') for n in {names!r}]"
)
LIMITS = {"kept": 1.3, "every": 3.0}
"""What the run with its hooks may take of a snippet's own run, with loops thinned out and with every step kept."""
THREADS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("snippets", nargs="*", default=[*LISTINGS, *OTHERS], help="names of snippets, without .py")
    parser.add_argument("--pairs", type=int, default=5, help="how often each is run (default: 5)")
    chosen = parser.parse_args()
    os.environ.update(dict.fromkeys(THREADS, "1"))
    together = compare_doctests(chosen.pairs)  # first: a process begins with the memory of the one that starts it
    preload(["numpy", "torch"])
    sys.stdout.write(
        f"{'snippet':24}{'plain':>10}{'kept':>9}{'every':>9}{'whole':>9}{'memory':>9}{'saved':>9}{'full':>9}\n"
    )
    most = dict.fromkeys(LIMITS, (0.0, ""))
    for name in chosen.snippets:
        rounds = [measure(name) for _ in range(chosen.pairs)]
        plain, *multiples, kept, every = (statistics.median(column) for column in zip(*rounds, strict=True))
        for keep, multiple in (("kept", kept), ("every", every)):
            most[keep] = max(most[keep], (multiple, name))
        sys.stdout.write(f"{name:24}{plain:8.4f} s{''.join(f'{multiple:8.2f}×' for multiple in multiples)}\n")
        sys.stdout.flush()
    for keep, limit in LIMITS.items():
        multiple, name = most[keep]
        verdict = "met" if multiple <= limit else "MISSED"
        sys.stdout.write(
            f"{verdict:8}recording, {keep}, of a snippet's own run: {multiple:.2f}× ({name}), at most {limit}×\n"
        )
    sys.stdout.write(together)


def compare_doctests(pairs: int) -> str:
    """Compare the doc tests of the five listings with a bare run of them, turn about. Returns a table."""
    files = [f"snippets/{name}{suffix}" for name in LISTINGS for suffix in (".py", ".md")]
    tests = [sys.executable, "-m", "pytest", "-q", "-p", "no:randomly", "-p", "no:cacheprovider", *files]
    bare = [sys.executable, "-c", BARE.format(folder=str(SNIPPETS), names=LISTINGS)]
    rounds = [(in_process(bare), in_process(tests)) for _ in range(pairs)]
    table = f"\n{'':24}{'bare':>10}{'doc tests':>12}{'multiple':>11}\n"
    for number, (what, unit) in enumerate((("clock", "s"), ("processors", "s"), ("largest process", "MB"))):
        alone, tested = ([found[number] for found in column] for column in zip(*rounds, strict=True))
        ratios = statistics.median(other / one for one, other in zip(alone, tested, strict=True))
        table += f"{what:24}{statistics.median(alone):8.2f} {unit:2}{statistics.median(tested):8.2f} {unit:2}{ratios:10.2f}×\n"
    return table


def in_process(command: list[str]) -> tuple[float, float, float]:
    """Run a command in a process of its own. Returns seconds by the clock and of processors, and megabytes at most."""
    begun = time.perf_counter()
    started = subprocess.Popen(command, cwd=SNIPPETS.parent, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(started.pid, 0)
    started.returncode = os.waitstatus_to_exitcode(status)
    if status:
        sys.exit(f"{' '.join(command)} ended with status {started.returncode}")
    return time.perf_counter() - begun, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def measure(name: str) -> tuple[float, ...]:
    """Run a snippet once in each way: plain seconds; then, as multiples, the columns of the table and what is aimed at."""
    with tempfile.TemporaryDirectory(prefix="recording-") as folder:
        alone, memory = in_fork(lambda: run_plain(name, Path(folder)))
        seconds = float(Path(folder, "seconds").read_text())
        orders = {keep: order(name, Path(folder, keep), keep) for keep in ("kept", "every")}
        whole, peak = in_fork(lambda: child.run(orders["kept"]))
        full, _ = in_fork(lambda: child.run(orders["every"]))
        runs = {keep: from_json(Path(folder, keep, "result.json").read_text(encoding="ascii")) for keep in orders}
    for keep, run in runs.items():
        if run.outcome.kind != "finished":
            sys.exit(f"{name} ({keep}): {run.outcome}")
    terminal, _, _ = in_process([sys.executable, str(SNIPPETS / f"{name}.py")])
    kept, every = (runs[keep].seconds for keep in orders)
    strict = seconds, kept / seconds, every / seconds, whole / alone, peak / memory, whole / terminal, full / terminal
    return *strict, kept / terminal, every / terminal


def order(name: str, folder: Path, keep: str) -> Order:
    """What a child of the recorder is told."""
    folder.mkdir()
    script = SNIPPETS / f"{name}.py"
    limits = Limits(seconds=600.0, steps=10**9)
    return Order(
        folder=str(folder),
        script=str(script),
        name=script.name,
        source=script.read_text(encoding="utf-8"),
        imports=("numpy", "torch"),
        homes=tuple(sorted(place.stem for place in SNIPPETS.glob("*.py"))),
        probes=(),
        arguments=(),
        keep=keep,
        seconds=limits.seconds,
        steps=limits.steps,
        output=limits.output,
        memory=limits.memory,
        capacity=limits.kept,
    )


def run_plain(name: str, folder: Path) -> None:
    """Run a snippet as it is, as the module `__main__`, and leave how long that took."""
    script = SNIPPETS / f"{name}.py"
    with Path(folder, "stdout").open("wb") as file:
        os.dup2(file.fileno(), 1)
    sys.path.insert(0, str(SNIPPETS))
    sys.modules["__main__"] = main_module = types.ModuleType("__main__")
    vars(main_module).update(__builtins__=builtins, __file__=str(script))
    code = compile(script.read_text(encoding="utf-8"), str(script), "exec", dont_inherit=True)
    begun = time.perf_counter()
    exec(code, vars(main_module))
    Path(folder, "seconds").write_text(str(time.perf_counter() - begun))


def in_fork(action: Callable[[], object]) -> tuple[float, int]:
    """Act in a fork of this process. Returns the seconds until its end and its peak memory."""
    begun = time.perf_counter()
    process = os.fork()
    if not process:
        status = 1
        try:
            action()
            status = 0
        finally:
            os._exit(status)
    _, status, used = os.wait4(process, 0)
    if status:
        sys.exit(f"the run ended with status {os.waitstatus_to_exitcode(status)}")
    return time.perf_counter() - begun, used.ru_maxrss


if __name__ == "__main__":
    main()
