from digits_sgd import images, train

rates = {8: 0.2, 32: 0.5, 128: 0.5, len(images): 1.0}
losses, steps = {}, {}
print("size  epochs  steps")
for size, lr in rates.items():
    losses[size], steps[size] = train(size, lr)
    print(f"{size:4d}  {len(losses[size]):6d}  {steps[size]:5d}")
