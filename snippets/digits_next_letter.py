import torch
from digits_any_model import train
from digits_transformer import inputs, length, letters, model, targets, text

losses = train(model, inputs, targets, steps=61)
for step in (0, 20, 40, 60):
    print(f"step {step:2d}: loss {losses[step]:.1f}")

# The model writes, letter by letter
written = text[:length]
with torch.no_grad():
    for k in range(30):
        seen = torch.tensor([[letters.index(letter) for letter in written[-length:]]])
        written += letters[model(seen)[0, -1].argmax()]
print(written)
