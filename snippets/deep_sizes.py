from digits_next_letter import model, width


# The parameters of one block: attention, two layers of neurons, two normalisations
def block(width):
    attention = 4 * (width * width + width)
    neurons = (width * 4 * width + 4 * width) + (4 * width * width + width)
    normalisations = 2 * 2 * width
    return attention + neurons + normalisations


# The parameters of a whole network of this kind
def count(blocks, width, vocabulary, length):
    embeddings = vocabulary * width + length * width
    return embeddings + blocks * block(width) + 2 * width


# Our block, and GPT-3 with its published sizes
ours = sum(p.numel() for p in model.block.parameters())
assert ours == block(width)
gpt3 = count(blocks=96, width=12288, vocabulary=50257, length=2048)
print(f"Our block: {ours:,}")
print(f"GPT-3:     {gpt3:,}")

# Memory in bytes: for each parameter its value, its gradient and the two means of Adam, four bytes each
training = 4 * 4 * gpt3
answering = 2 * gpt3
print(f"To answer: {answering / 1e9:.0f} GB, to train: {training / 1e12:.1f} TB")

# Operations: for each parameter and token two forward, four backward
tokens = 300e9
operations = (2 + 4) * gpt3 * tokens
per_second = 1e11
years = operations / per_second / (365 * 24 * 3600)
print(f"Operations: {operations:.2e}, at {per_second:.0e} a second {years:,.0f} years")
