import datetime, decimal, fractions, collections, types
nan = float("nan")
inf = -float("inf")
zero = -0.0
c = 1 - 2j
d = decimal.Decimal("1.10")
f = fractions.Fraction(1, 3)
t = datetime.datetime(2020, 1, 2, 3, 4)
s = "\ud800"
huge = 7 ** 30000
b = b"\x00\xff"
ba = bytearray(b"ab"); ba[0] = 99
q = collections.deque([1, 2], maxlen=2); q.append(3)
dd = collections.defaultdict(list); dd["k"].append(1)
cnt = collections.Counter("hello")
fs = frozenset({1, 2})
ns = types.SimpleNamespace(a=1); ns.a = 2; ns.self = ns
r = range(3)
sl = slice(1, None)
e = ...
deep = []
for _ in range(400):
    deep = [deep]
long = list(range(4000)); long[5] = -1
print(len(str(d)), q, dict(dd), cnt, fs, ns.a, r, sl)
