import torch
import torch.nn.functional as F
from torch import nn

torch.set_num_threads(1)
torch.manual_seed(42)
text = "the loop predicts, compares, clears, differentiates and updates. "
letters = sorted(set(text))
numbers = torch.tensor([letters.index(letter) for letter in text + text])
length, width = 16, 32

# Pieces of the text, and for each letter the one that follows it
pieces = numbers.unfold(0, length + 1, 1)[:len(text)]
inputs, targets = pieces[:, :-1], pieces[:, 1:]


# A network of the kind of GPT, with a single block
class NextLetter(nn.Module):
    def __init__(self):
        super().__init__()
        self.letter = nn.Embedding(len(letters), width)
        self.place = nn.Embedding(length, width)
        self.block = nn.TransformerEncoderLayer(width, 4, 4 * width, dropout=0.0, batch_first=True)
        self.last = nn.Linear(width, len(letters))
        self.mask = nn.Transformer.generate_square_subsequent_mask(length)

    def forward(self, x):
        h = self.letter(x) + self.place(torch.arange(length))
        h = self.block(h, src_mask=self.mask, is_causal=True)
        return self.last(h)


model = NextLetter()
print(f"{len(letters)} letters, {sum(p.numel() for p in model.parameters())} parameters")
