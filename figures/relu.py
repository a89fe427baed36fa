"""ReLU and its derivative, with the hidden neurons of the first image."""

# ReLU is two straight lines: their ends, on either side of the place where they meet.
DATA = {
    "end_pre_activation": "training_step_numpy.np.array([-0.6, 0, 1e-9, 0.9])",
    "end_activation": "training_step_numpy.np.maximum([-0.6, 0, 1e-9, 0.9], 0)",
    "end_derivative": "training_step_numpy.np.where(training_step_numpy.np.array([-0.6, 0, 1e-9, 0.9]) > 0, 1, 0)",
    "below": "training_step_numpy.np.where(training_step_numpy.np.array(-0.6) > 0, 1, 0).item()",
    "above": "training_step_numpy.np.where(training_step_numpy.np.array(0.9) > 0, 1, 0).item()",
    "neuron": "list(range(len(training_step_numpy.z1)))",
    "pre_activation": "training_step_numpy.z1",
    "activation": "training_step_numpy.h",
    "derivative": "training_step_numpy.relu_grad",
}
TABLE = {
    "ReLU": {
        "pre-activation at the end of a line": "end_pre_activation",
        "activation at the end": "end_activation",
        "derivative at the end": "end_derivative",
    },
    "The hidden neurons": {
        "neuron": "neuron",
        "pre-activation of the neuron": "pre_activation",
        "activation of the neuron": "activation",
        "derivative at the neuron": "derivative",
    },
}


def draw(sheet, data):
    """Draw ReLU and its derivative, one above the other on telephones, with a mark for each hidden neuron."""
    rows, columns, height = (2, 1, 470) if sheet.narrow else (1, 2, 290)
    curve, steps = sheet.panels(
        rows, columns, height, x="pre-activation", y=["activation", "derivative"], left=46, right=20, gap=62
    )
    z = data.end_pre_activation
    for axes, y in ((curve, data.end_activation), (steps, data.end_derivative)):
        axes.axvline(0, color="muted", lw=0.8)
        axes.plot(z[:2], y[:2], color="activation" if axes is curve else "gradient", lw=2.6, solid_capstyle="butt")
        axes.plot(z[2:], y[2:], color="activation" if axes is curve else "gradient", lw=2.6, solid_capstyle="butt")
        axes.set(xlim=(z[0], z[-1]))
        axes.set_xticks([-0.5, 0, 0.5])
    curve.set(ylim=(-0.12, 0.95))
    curve.set_yticks([0, 0.5])
    steps.set(ylim=(-0.18, 1.25))
    steps.set_yticks([0, 1])
    mark = {"marker": "o", "ls": "", "ms": 8, "mfc": "paper", "mew": 2, "zorder": 5}
    curve.plot(data.pre_activation, data.activation, color="activation", **mark)
    steps.plot(data.pre_activation, data.derivative, color="gradient", **mark)
    sheet.label(curve, f"slope {data.below}", (z[0], 0), by=(14, 14), color="activation")
    sheet.label(curve, f"slope {data.above}", (z[-1], z[-1]), by=(-18, 0), color="activation", ha="right", va="top")
    for axes, y in ((curve, data.activation), (steps, data.derivative)):
        for neuron, by, ha in ((0, (9, -13), "left"), (1, (-9, -13), "right"), (2, (10, -12), "left")):
            name = f"neuron {data.neuron[neuron]}"
            sheet.label(axes, name, (data.pre_activation[neuron], y[neuron]), by=by, ha=ha, size=12)
