from io import BytesIO

import torch
from training_loop_pytorch import DiagonalFlipNet, model, x

# The parameters by name
state = model.state_dict()
for name, values in state.items():
    print(name, tuple(values.shape))

# Into a file in memory and back
file = BytesIO()
torch.save(state, file)
file.seek(0)
loaded = torch.load(file)

# Into a new model
restored = DiagonalFlipNet()
restored.load_state_dict(loaded)
print("same prediction:", torch.equal(restored(x), model(x)))
