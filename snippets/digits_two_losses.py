from digits_trials import cross_entropy, labels, squared_error, train

rates = [0.5, 1.0, 2.0]
squared = {lr: train(squared_error, lr) for lr in rates}
entropy = {lr: train(cross_entropy, lr) for lr in rates}
print("rate  squared error  cross-entropy")
for lr in rates:
    print(f"{lr:4.1f}  {squared[lr][-1]:13d}  {entropy[lr][-1]:13d}")
