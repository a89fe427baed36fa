from rates_on_all_images import train

# Ten starts, each with a small and with a large learning rate
slow = [train(0.05, seed, 101)[0][-1] for seed in range(10)]
fast = [train(0.5, seed, 101)[0][-1] for seed in range(10)]
print(f"0.05  {min(slow):.4f} to {max(slow):.4f}")
print(f"0.50  {min(fast):.4f} to {max(fast):.4f}")
