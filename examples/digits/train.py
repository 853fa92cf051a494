"""Train a classifier of handwritten digits: 1,797 real images that come with scikit-learn."""

from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier

lr = 0.001
hidden = 32
epochs = 20
seed = 1

digits = load_digits()
x_train, x_test, y_train, y_test = train_test_split(
    digits.data / 16, digits.target, test_size=0.25, random_state=seed
)
model = MLPClassifier(hidden_layer_sizes=(hidden,), learning_rate_init=lr, random_state=seed)

for epoch in range(epochs):
    model.partial_fit(x_train, y_train, classes=range(10))
    print(f"step: {epoch}")
    print(f"loss: {model.loss_:.6f}")
    print(f"accuracy: {model.score(x_test, y_test):.4f}")
