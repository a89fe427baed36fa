from digits_transformer import model, width


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
blocks, width_gpt3 = 96, 12288
gpt3 = count(blocks, width_gpt3, vocabulary=50257, length=2048)
print(f"Our block: {ours:,}")
print(f"GPT-3:     {gpt3:,}")

# Memory in bytes: value, gradient and the means of Adam, four bytes each; half as much for a value when it answers
training = (1 + 1 + 2) * 4 * gpt3
answering = 2 * gpt3
print(f"To answer: {answering / 1e9:.0f} GB, to train: {training / 1e12:.1f} TB")

# Operations, for each parameter and token
forward, backward = 2, 4
tokens = 300e9
operations = (forward + backward) * gpt3 * tokens
per_second = 1e11
seconds = operations / per_second
years = seconds / (365 * 24 * 3600)
print(f"Operations: {operations:.2e}, at {per_second:.0e} a second {years:,.0f} years")

# Many fast processors, and the number of steps
machines, faster = 10_000, 1000
days = seconds / machines / faster / (24 * 3600)
batch = 3.2e6
steps = tokens / batch
print(f"With more processors: {days:.1f} days, {steps:,.0f} steps")
