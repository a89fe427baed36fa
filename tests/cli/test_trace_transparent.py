"""`backprop-book trace` beside `python`: the same output, the same end, the same status."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

TRACE = Path(sys.executable).with_name("backprop-book")
DEEP = "".join(f"{' ' * depth}for n{depth} in [1]:\n" for depth in range(18)) + f"{' ' * 18}print('deep')\n"
CHAIN = "def kind(n):\n    if n == 0: return 0\n" + "".join(f"    elif n == {n}: return {n}\n" for n in range(1, 500))
SUM = "total = 0\nfor n in range(40):\n    total = " + " + ".join(["n"] * 500) + "\nprint(total)\n"
FILES = {"bisect.py": "raise SystemError\n", "random.py": "def pick():\n    return 'mine'\n"}
SCRIPTS = {
    "a neighbour with the name of a loaded module": "import random\nprint(random.pick())\n",
    "its name": "import sys\nprint(sys.argv)\n",
    "colours and bytes": "import sys\nprint('\\x1b[1mbold\\x1b[0m')\nsys.stdout.flush()\nsys.stdout.buffer.write(b'P5 \\xff\\x80')\n",
    "eighteen loops": DEEP,
    "five hundred elif": f"{CHAIN}print(kind(499))\n",
    "a sum of five hundred": SUM,
    "a function in a set": "def f():\n    return 1\nprint(len({f.__code__}), hash(f.__code__) == hash(f.__code__))\n",
    "other built-in functions": """\
import builtins
real = builtins.len
builtins.len = lambda value: print("len") or real(value)
held = [1, {"a": 2}]
held.append(3)
builtins.len = real
kind = builtins.isinstance
builtins.isinstance = lambda value, types: kind(value, types) or print("no", types)
class Point:
    pass
point = Point()
point.x = 1
builtins.isinstance = kind
before = builtins.__import__
builtins.__import__ = lambda *args, **more: print("import", args[0]) or before(*args, **more)
held.append(4)
builtins.__import__ = before
print(held)
""",
    "a class that says what it is": """\
class Base:
    def area(self):
        return 1
class Proxy(Base):
    def area(self):
        return super().area() + 1
    __class__ = property(lambda self: int)
print(Proxy().area(), isinstance(Proxy(), int))
""",
    "the frames below it": """\
import inspect, logging, sys, traceback, warnings
print(len(inspect.stack()), sys._getframe().f_back)
traceback.print_stack()
logging.basicConfig(stream=sys.stdout, format="%(filename)s:%(lineno)d %(message)s")
logging.getLogger().warning("deep", stack_info=True)
logging.getLogger().warning("far", stacklevel=4)
def old():
    warnings.warn("use new()", stacklevel=3)
old()
try:
    sys._getframe(1)
except ValueError as error:
    print(error, hasattr(sys, "last_value"), sys.excepthook is sys.__excepthook__, sys.exc_info()[0])
raise KeyError("end")
""",
    "the code of its functions": """\
import dis, marshal
def add(a, b):
    return a + b
dis.dis(add)
print(add.__code__.co_consts, eval(marshal.loads(marshal.dumps((lambda: 3).__code__))))
""",
    "the line of a frame that has ended": """\
def fail():
    number = 1
    return number / 0
try:
    fail()
except ZeroDivisionError as error:
    print(error.__traceback__.tb_next.tb_frame.f_lineno)
""",
    "a breakpoint in a function": "def f(x):\n    breakpoint()\n    return x * 2\nprint(f(3))\n",
    "a breakpoint in the module": "import pdb\nn = 1\nfor each in (1, 2):\n    pdb.set_trace()\n    n += 1\nprint(n)\n",
    "a signal": """\
import signal
def handle(*_):
    raise TimeoutError("too slow")
def work():
    data = list(range(300))
    while True:
        data = data[1:] + data[:1]
signal.signal(signal.SIGALRM, handle)
signal.setitimer(signal.ITIMER_REAL, 0.05)
try:
    work()
except TimeoutError as error:
    names, trace = set(), error.__traceback__
    while trace:
        names.add(trace.tb_frame.f_code.co_filename.rpartition("/")[2])
        trace = trace.tb_next
    print(names)
""",
    "a class without a hash": """\
class Field(type):
    def __eq__(cls, other):
        print("compared")
        return NotImplemented
class Model(metaclass=Field):
    pass
model = Model()
model.x = 1
held = [Model(), model]
def given():
    return held
print(len(given()))
""",
    "a warning from its text that is an error": "import warnings\nwarnings.simplefilter('error')\nprint(1)\nn = 1 is 1\n",
    "much output": "for number in range(200_000):\n    print(number)\n",
    "an interrupt": "def f():\n    raise KeyboardInterrupt\nf()\n",
}


@pytest.mark.parametrize("case", SCRIPTS)
def test_a_script_does_what_it_does_alone(tmp_path: Path, case: str) -> None:
    for name, text in {**FILES, "script.py": SCRIPTS[case]}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    commands = ([sys.executable, "script.py"], [str(TRACE), "trace", "script.py", "--json", os.devnull])
    plain, traced = (
        subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=False) for command in commands
    )
    assert (traced.stdout, traced.stderr) == (plain.stdout, plain.stderr)
    assert traced.returncode == (plain.returncode if plain.returncode >= 0 else 128 - plain.returncode)
