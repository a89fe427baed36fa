from deep_sizes import block, count, gpt3

gpt2 = count(blocks=48, width=1600, vocabulary=50257, length=1024)
in_blocks = 48 * block(1600) / gpt2
memory = 16 * gpt2
print(f"GPT-2: {gpt2:,} parameters, {in_blocks:.0%} of them in blocks")
print(f"To train: {memory / 1e9:.0f} GB")
