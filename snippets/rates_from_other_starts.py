from many_networks import train_all
from rates_on_all_images import train

# Ten seeds, each with a small and with a large learning rate
slow = train_all(8, range(10), epochs=101, lr=0.05)[0].tolist()
fast = train_all(8, range(10), epochs=101, lr=0.5)[0].tolist()
print(f"0.05  {min(slow):.4f} to {max(slow):.4f}")
print(f"0.50  {min(fast):.4f} to {max(fast):.4f}")

# The best rate of the small network: with one image, and with all
one = [train(2.0, seed, 101, [11])[0][-1] for seed in range(10)]
every = train_all(8, range(10), epochs=101, lr=2.0)[0].tolist()
print(f"2.00  {min(one):.4f} to {max(one):.4f} with one image")
print(f"2.00  {min(every):.4f} to {max(every):.4f} with all")
