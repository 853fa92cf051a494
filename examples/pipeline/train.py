"""Train a support vector machine on `train.npz`, and keep what it learned in `model.npz`."""

import numpy as np
from sklearn.model_selection import cross_val_score
from sklearn.svm import SVC

C = 1.0
gamma = 0.05
kernel = "rbf"

with np.load("train.npz") as data:
    x, y = data["x"], data["y"]

model = SVC(C=C, gamma=gamma, kernel=kernel)
accuracy = cross_val_score(model, x, y, cv=3).mean()
model.fit(x, y)
# The digits that the model rests on say all of it: the same ones make the same model again.
settings = {"C": C, "gamma": gamma, "kernel": kernel}
np.savez("model.npz", x=x[model.support_], y=y[model.support_], **settings)
print(f"support: {len(model.support_)}")
print(f"accuracy: {accuracy:.4f}")
