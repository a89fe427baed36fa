"""The computational graph of one training step."""

GRAPH = {
    "input": "training_step_numpy.x",
    "hidden_weights": "training_step_numpy.W1",
    "hidden_biases": "training_step_numpy.b1",
    "output_weights": "training_step_numpy.W2",
    "output_biases": "training_step_numpy.b2",
    "preactivation": "training_step_numpy.z1",
    "activation": "training_step_numpy.h",
    "output": "training_step_numpy.y_hat",
    "target": "training_step_numpy.target",
    "loss": "training_step_numpy.loss",
    "output_gradient": "training_step_numpy.dL_dy",
    "output_weights_gradient": "training_step_numpy.dL_dW2",
    "output_biases_gradient": "training_step_numpy.dL_db2",
    "activation_gradient": "training_step_numpy.dL_dh",
    "activation_derivative": "training_step_numpy.relu_grad",
    "preactivation_gradient": "training_step_numpy.dL_dz1",
    "hidden_weights_gradient": "training_step_numpy.dL_dW1",
    "hidden_biases_gradient": "training_step_numpy.dL_db1",
}
