from dataclasses import dataclass, field
from enum import Enum, IntEnum
from typing import NamedTuple
import abc

class Colour(Enum):
    """Enum."""
    RED = 1
    BLUE = 2
class Size(IntEnum):
    S = 1
    L = 2
@dataclass
class Point:
    x: int
    y: int = 0
    tags: list = field(default_factory=list)
    def shift(self, by):
        self.x += by
        self.tags.append(by)
        return self
class Pair(NamedTuple):
    a: int
    b: str = "b"
class Base(abc.ABC):
    registry = []
    def __init_subclass__(cls, **kw):
        cls.registry.append(cls.__name__)
    @property
    def loud(self):
        print("property called")
        return 1
    @abc.abstractmethod
    def __secret(self): ...
class Slotted(Base):
    __slots__ = ("p", "__q")
    names = [n for n in "ab"]
    for n in names:
        last = n
    del n
    def _Base__secret(self): return 1
    def __init__(self):
        self.p = 1
        self.__q = 2
    def __repr__(self):
        print("repr called")
        return "Slotted"
    def __eq__(self, other):
        print("eq called")
        return True
    def __hash__(self):
        return 1
    def __len__(self):
        print("len called")
        return 0
    def __getattr__(self, name):
        print("getattr", name)
        raise AttributeError(name)
p = Point(1).shift(2)
s = Slotted()
s.p = 5
pair = Pair(1)
c = Colour.RED
z = Size.L
print(p, pair, c, z, Base.registry, vars(Slotted).get("last"), sorted(k for k in vars(Slotted) if not k.startswith("_")))
class Meta(type):
    def __instancecheck__(cls, x):
        print("instancecheck")
        return False
    def __eq__(cls, other):
        print("meta eq")
        return NotImplemented
    __hash__ = type.__hash__
class Odd(metaclass=Meta):
    __dict__ = property(lambda self: print("dict called"))
    __class__ = property(lambda self: print("class called"))
o = Odd()
