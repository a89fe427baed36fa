value = 41
class Thing:
    def __init__(self):
        self.count = 1
def grow(n):
    total = 0
    for i in range(n):
        total += i
    return total
