"""The first network of every course: read handwritten digits.

    python examples/mnist_classifier.py [--short]

MNIST holds 60,000 digits to learn from and 10,000 to be tested on, each a picture of 28 × 28 grey values.  The
network turns a picture into ten probabilities, one for each digit.
Source: LeCun, Bottou, Bengio & Haffner 1998, "Gradient-based learning applied to document recognition".
"""

import sys

from pynn import keras  # the same with Keras itself: import keras


def load(rows):
    """Pictures as numbers from 0 to 1, and the digits they show: `rows` to train on, all the others for the test."""
    (x, y), (x_test, y_test) = keras.datasets.mnist.load_data()
    return (x[:rows] / 255.0, y[:rows]), (x_test / 255.0, y_test)


def build():
    """A hidden layer of 100 units; ten outputs that are positive and add up to 1."""
    return keras.Sequential(
        [
            keras.Input((28, 28)),
            keras.layers.Flatten(),  # 28 × 28 numbers in a row: the network knows nothing of neighbours
            keras.layers.Dense(100, activation="sigmoid"),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )


def main(short=False):
    """Train, test, and look at what was misread."""
    keras.utils.set_random_seed(1)  # the same numbers in every run
    (x, y), (x_test, y_test) = load(rows=3_200 if short else 60_000)

    model = build()
    model.summary()

    # One-hot targets: 3 becomes [0, 0, 0, 1, 0, 0, 0, 0, 0, 0], what a perfect network would answer.
    targets, targets_test = keras.utils.to_categorical(y, 10), keras.utils.to_categorical(y_test, 10)
    model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
    history = model.fit(x, targets, epochs=2 if short else 10, validation_split=0.1)

    # The test digits were used for nothing so far: this is how well the network reads digits that are new to it.
    loss, accuracy = model.evaluate(x_test, targets_test, verbose=0)
    print(f"\nTest: loss {loss:.4f}, {accuracy:.2%} of the digits are read correctly.")

    probabilities = model.predict(x_test, verbose=0)
    answers = probabilities.argmax(axis=1)
    wrong = (answers != y_test).nonzero()[0]
    print("The first misread ones:")
    for row in wrong[:5]:
        sure = probabilities[row].max()
        print(f"  picture {row}: a {y_test[row]} that the network takes for a {answers[row]} ({sure:.0%} sure)")
    return {**history.history, "test_loss": loss, "test_accuracy": accuracy}


if __name__ == "__main__":
    main(short="--short" in sys.argv[1:])
