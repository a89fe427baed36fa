loss = 0.5
rate = loss / 5
