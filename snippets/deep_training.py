from deep_networks import labels, make, train

losses = {}
for hidden_layers in (2, 20):
    for he in (False, True):
        losses[hidden_layers, he] = train(make(hidden_layers, he), 41)
        name = "He" if he else "PyTorch's"
        first, middle, last = (losses[hidden_layers, he][k] for k in (0, 20, 40))
        print(f"{hidden_layers:2d} hidden layers, {name:9s}  {first:.2f}  {middle:.2f}  {last:.2f}")
