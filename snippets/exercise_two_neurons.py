from itertools import product

import torch
import torch.nn.functional as F

# All 16 images, and their targets
images = torch.tensor(list(product((0.0, 1.0), repeat=4)))
targets = images[:, [0, 2, 1, 3]]


# What given weights achieve
def score(W1, b1, W2, b2):
    h = torch.relu(images @ torch.tensor(W1) + torch.tensor(b1))
    y_hat = h @ torch.tensor(W2) + torch.tensor(b2)
    loss = F.mse_loss(y_hat, targets).item()
    right = ((y_hat > 0.5) == (targets > 0.5)).all(dim=1).sum().item()
    return loss, right


# Two neurons for the lowest loss
lowest = score(
    W1=[[1.0, 0.0],
        [0.0, 0.0],
        [0.0, 0.0],
        [0.0, 1.0]],
    b1=[0.0, 0.0],
    W2=[[1.0, 0.0, 0.0, 0.0],
        [0.0, 0.0, 0.0, 1.0]],
    b2=[0.0, 0.5, 0.5, 0.0],
)

# Two neurons for the most images
most = score(
    W1=[[2.0, 3.0],
        [0.0, 2.0],
        [2.0, 0.0],
        [3.0, 2.0]],
    b1=[0.0, 0.0],
    W2=[[0.0,  3.0, -2.0, 1.0],
        [1.0, -2.0,  3.0, 0.0]],
    b2=[-2.0, -1.0, -1.0, -4.0],
)
print(f"For the loss:     {lowest[0]:8.4f}  {lowest[1]}/16")
print(f"For the images:   {most[0]:8.4f}  {most[1]}/16")

# The most with one neuron, and with three
one = score(
    W1=[[1.0], [1.0], [1.0], [1.0]],
    b1=[0.0],
    W2=[[1.0, 1.0, 1.0, 1.0]],
    b2=[0.0, -1.0, -2.0, -3.0],
)
compare = {
    "W1": [[ 1.0,  0.0,  0.0],
           [ 0.0,  1.0,  0.0],
           [ 0.0,  0.0,  1.0],
           [-1.0, -1.0, -1.0]],
    "b1": [1.0, 1.0, 1.0],
    "W2": [[ 0.75, -0.25, -0.25, -0.25],
           [-0.25, -0.25,  0.75, -0.25],
           [-0.25,  0.75, -0.25, -0.25]],
}
three = score(**compare, b2=[0.24, 0.24, 0.24, 1.24])
tied = score(**compare, b2=[0.25, 0.25, 0.25, 1.25])
print(f"One neuron:       {one[0]:8.4f}  {one[1]}/16")
print(f"Three neurons:    {three[0]:8.4f}  {three[1]}/16")


# Into how many regions a space of some dimension is cut
def regions(cuts, dimension):
    if cuts == 0 or dimension == 0:
        return 1
    split = regions(cuts - 1, dimension - 1)
    return regions(cuts - 1, dimension) + split


sizes = (1, 2, 3, 4)
anywhere = [regions(4, k) for k in sizes]
on_the_floor = [2 * regions(3, k - 1) for k in sizes]
print("Limits:", anywhere, "on the floor:", on_the_floor)
