from pathlib import Path
from tempfile import TemporaryDirectory

import torch
from training_loop_pytorch import DiagonalFlipNet, model, x

# The parameters by name
state = model.state_dict()
for name, values in state.items():
    print(name, tuple(values.shape))

# Into a file and back
with TemporaryDirectory() as folder:
    file = Path(folder) / "flip.pt"
    torch.save(state, file)
    loaded = torch.load(file)

# Into a new model
restored = DiagonalFlipNet()
restored.load_state_dict(loaded)
print("same prediction:", torch.equal(restored(x), model(x)))
