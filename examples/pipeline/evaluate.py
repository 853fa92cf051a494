"""Judge the model of `model.npz` by the digits in `test.npz`."""

import sys

import numpy as np
from sklearn.svm import SVC

fail = False

if fail:
    sys.exit("the disk is on fire")

with np.load("model.npz") as saved:
    settings = {name: saved[name].item() for name in ("C", "gamma", "kernel")}
    model = SVC(**settings).fit(saved["x"], saved["y"])
with np.load("test.npz") as data:
    right = model.predict(data["x"]) == data["y"]
print(f"wrong: {int((~right).sum())}")
print(f"accuracy: {right.mean():.4f}")
