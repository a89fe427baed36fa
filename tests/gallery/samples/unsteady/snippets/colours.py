import random

colours = {"red", "green", "blue", "white", "black"}
letters = "".join(colour[0] for colour in colours)
share = random.random()
