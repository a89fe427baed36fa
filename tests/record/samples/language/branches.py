for n in range(4):
    if n == 0:
        word = "zero"
    elif (m := n % 2):
        word = f"odd {m}"
    else:
        word = "even"
    print(n, word)
if not word: pass
x = 1 if word else 2
