from digits_overfitting import best, few, images, labels, order, report, train

_, decayed = train(images[few], labels[few], weight_decay=0.003)
small_network, small = train(images[few], labels[few], hidden=8)
more_rows = order[:200]
_, more = train(images[more_rows], labels[more_rows])

results = {
    "nothing": report[-1],
    "stop early": report[best],
    "weight decay": decayed[-1],
    "smaller network": small[-1],
    "four times the images": more[-1],
}
print(f"{'':21}  training loss  test loss  right")
for name, (step, train_loss, test_loss, accuracy) in results.items():
    print(f"{name:21}  {train_loss:13.3f}  {test_loss:9.3f}  {accuracy:.3f}")
