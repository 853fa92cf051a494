"""Split scikit-learn's 1,797 handwritten digits, which come with it, into two files."""

import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

holdout = 0.25
seed = 1

digits = load_digits()
pixels = digits.data / 16.0
train_x, test_x, train_y, test_y = train_test_split(
    pixels, digits.target, test_size=holdout, random_state=seed, stratify=digits.target
)
np.savez("train.npz", x=train_x, y=train_y)
np.savez("test.npz", x=test_x, y=test_y)
print(f"train_size: {len(train_y)}")
print(f"test_size: {len(test_y)}")
