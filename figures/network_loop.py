"""The network over the steps of the loop."""

# The weights that a forward pass used are those before the update: the loop has moved them when its iteration ends.
NETWORK = {
    "input": "training_loop_numpy.x",
    "hidden_weights": "series(training_loop_numpy.W1 + training_loop_numpy.eta * training_loop_numpy.dL_dW1)",
    "hidden_biases": "series(training_loop_numpy.b1 + training_loop_numpy.eta * training_loop_numpy.dL_db1)",
    "output_weights": "series(training_loop_numpy.W2 + training_loop_numpy.eta * training_loop_numpy.dL_dW2)",
    "output_biases": "series(training_loop_numpy.b2 + training_loop_numpy.eta * training_loop_numpy.dL_db2)",
    "preactivation": "series(training_loop_numpy.z1)",
    "activation": "series(training_loop_numpy.h)",
    "output": "series(training_loop_numpy.y_hat)",
    "target": "training_loop_numpy.target",
    "loss": "series(training_loop_numpy.loss)",
    "round": "series(training_loop_numpy.step)",
}
ROWS = [0, 1, 2, 3, 4, 5, 10, 25, 50, 100, 200]
