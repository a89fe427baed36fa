import torch
import torch.nn.functional as F
from sklearn.datasets import load_digits

torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)

# The images, and which digit each of them shows
pixels, shown = load_digits(return_X_y=True)
images = torch.tensor(pixels / 16)
labels = torch.tensor(shown)

# Ten outputs are wanted for each image: one for its digit, zero for the others
targets = F.one_hot(labels, 10).double()
