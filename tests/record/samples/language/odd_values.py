"""Values that look like plain ones, keys that are not names, and arrays of uncommon element types."""

import datetime
import functools
import types

import numpy as np


class Whole(int):
    pass


class Part(float):
    pass


class Word(str):
    __slots__ = ()


class Raw(bytes):
    pass


class Slotted:
    __slots__ = ("here", "missing")

    def __init__(self):
        self.here = 1


class Wide:
    pass


def stars(a, *rest, only=1, **more):
    return a


odd = [Whole(3), Part(0.5), Word("word"), Raw(b"raw"), Slotted()]
flat = {"one": 1, "two": 2.0}
keys = {(1,): "a", (1, 2): "b", Whole(4): "c", frozenset({1}): "d"}
wide = Wide()
vars(wide).update({f"part{number}": number for number in range(1500)})
stamp = np.datetime64("2026-01-02")
stamps = np.array([stamp, stamp + 1])
precise = np.array([1, 2], dtype=np.longdouble)
waves = np.array([[1 + 1j, 2], [3, 4]]).T
mixed = np.array([(1, 2.5, b"x", 1j, datetime.date(2026, 1, 2))], dtype=[("n", int), ("v", float), ("s", "S1"), ("c", complex), ("o", object)])
boxes = np.array([Whole(1), None], dtype=object)
partial = functools.partial(int, base=2)
bound = flat.get
module = types.ModuleType("made")
pair = (np.ones(2), 1.5)
many = [np.zeros(1) for _ in range(20)]
for step in range(3):
    odd[0] = Whole(step)
    flat["two"] = step
    pair = (np.ones(2) * step, 1.5)
    pair[0][0] = 7
    many[step] = step
    wide.part0 = step
    module.__name__ = f"made{step}"
    bound = odd.append if step else flat.get
    boxes[1] = step
number = np.float32(1)
number += 1
print(odd[0], flat, stars(1), sum(waves.ravel()), partial("101"), number, step)


class Fielded(tuple):
    _fields = ["a", "b"]


class Names(dict):
    pass


fielded = Fielded((1, 2))
named = Wide()
named.__dict__ = Names(a=1)
named.b = 2
print(fielded, named.a, named.b)
