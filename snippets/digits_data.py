import torch
import torch.nn.functional as F
from sklearn.datasets import load_digits
from torch import nn

torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)

# The images, and the digit that each of them shows
pixels, digits = load_digits(return_X_y=True)
images = torch.tensor(pixels / 16)
labels = torch.tensor(digits)

# The target has an output for each digit: one for the right digit, zero for the others
targets = F.one_hot(labels, 10).double()


# The network
class DigitNet(nn.Module):
    def __init__(self, hidden=32):
        super().__init__()
        self.layer1 = nn.Linear(64, hidden)
        self.layer2 = nn.Linear(hidden, 10)

    def forward(self, x):
        z1 = self.layer1(x)
        h = torch.relu(z1)
        return self.layer2(h)
