import pickle, inspect, typing, dataclasses, sys, copy
@dataclasses.dataclass(frozen=True)
class Item:
    a: "int"
    b: typing.Optional["Item"] = None
    def area(self):
        return self.a
item = Item(1, Item(2))
back = pickle.loads(pickle.dumps(item))
print(back == item, copy.deepcopy(item) == item)
print(inspect.getsource(Item.area).strip(), inspect.signature(Item))
print(typing.get_type_hints(Item)["a"], sys.modules["__main__"].Item is Item, Item.__module__)
print(sys.argv[1:], sys.stdin.read() == "")
