import sibling
from sibling import value as v, Thing
import json as j, os.path
from collections import *
thing = Thing()
thing.count += sibling.grow(2)
print(v, thing.count, j.dumps([1]), sibling.__name__, __file__.endswith("imports.py"))
if __name__ == "__main__":
    print("main")
