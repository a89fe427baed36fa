from dataclasses import dataclass
@dataclass
class P:
    x: int
    y: int
def kind(v):
    match v:
        case 0 | 1: return "small"
        case int(n) if n > 100: return f"big {n}"
        case int(): return "int"
        case [first, *rest]: return f"list {first} {rest}"
        case {"k": value, **other}: return f"dict {value} {other}"
        case P(x=0, y=yy): return f"P {yy}"
        case str() as s: return s
results = [kind(v) for v in (0, 500, 7, [1, 2], {"k": 1, "z": 2}, P(0, 3), "s", None, 2.5)]
match results:
    case []:
        pass
    case _:
        print(results)
match 5:
    case x:
        print(x)
match (1, 2):
    case (a, b) if a > b:
        print("no")
match 6:
    case 1 | _:
        print("anything")
