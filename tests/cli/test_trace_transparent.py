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
