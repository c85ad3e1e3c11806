"""Transfer: what was learned on many digits helps with a few others.

    python examples/transfer.py [--short]

A network learns to tell 0, 1 … 7 from thousands of pictures.  Then it is to tell 8 from 9, and there are 32 pictures
of them.  A network that starts anew has little to learn from; one that takes over the first layers needs only a new
last layer.  First the old layers are frozen, or the wild gradients of the new one would spoil them; then all are
trained a little, at a low rate.  Freezing counts from the next `compile` on.
"""

import sys

import numpy as np

from pynn import keras  # the same with Keras itself: import keras


def load(rows, few):
    """Many of the digits 0 … 7; a `few` of 8 and 9, and a test of them, with labels 0 and 1."""
    (x, y), (x_test, y_test) = keras.datasets.mnist.load_data()
    x, x_test = x.reshape(-1, 784) / 255.0, x_test.reshape(-1, 784) / 255.0
    low, high, high_test = y < 8, y >= 8, y_test >= 8
    many = x[low][:rows], y[low][:rows]
    scarce = x[high][:few], y[high][:few] - 8
    return many, scarce, (x_test[high_test], y_test[high_test] - 8)


def make_body():
    """The layers that are to be reused: from a picture to 60 numbers that describe it."""
    layers = keras.layers
    return keras.Sequential(
        [keras.Input((784,)), layers.Dense(120, activation="relu"), layers.Dense(60, activation="relu")], name="body"
    )


def with_head(body, classes, learning_rate=0.001):
    """A body, a model itself, as the first layer of a model; a new last layer for these classes."""
    model = keras.Sequential([keras.Input((784,)), body, keras.layers.Dense(classes, activation="softmax")])
    return compiled(model, learning_rate)


def compiled(model, learning_rate):
    """Compile anew: the model takes notice of what is frozen, and the optimizer starts afresh."""
    optimizer = keras.optimizers.Adam(learning_rate)
    model.compile(optimizer, loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def main(short=False):
    """Learn 0 … 7; then 8 and 9 from few pictures, anew and with what was learned."""
    keras.utils.set_random_seed(11)
    many, scarce, test = load(rows=3_200 if short else 32_000, few=32)
    epochs = 4 if short else 30

    body = make_body()
    first = with_head(body, classes=8).fit(*many, epochs=2 if short else 5, verbose=0).history
    print(f"0 … 7, many pictures: accuracy {first['accuracy'][-1]:.1%}\n")

    anew = with_head(make_body(), classes=2)
    anew.fit(*scarce, epochs=2 * epochs, batch_size=16, verbose=0)

    body.trainable = False
    transferred = with_head(body, classes=2, learning_rate=0.005)
    transferred.summary()
    learned = np.array(body.get_weights()[0])
    frozen = transferred.fit(*scarce, epochs=epochs, batch_size=16, verbose=0).history
    untouched = bool((learned == body.get_weights()[0]).all())
    _, after_freezing = transferred.evaluate(*test, verbose=0)

    body.trainable = True
    compiled(transferred, learning_rate=0.0003)
    tuned = transferred.fit(*scarce, epochs=epochs, batch_size=16, verbose=0).history

    scores = {"anew": anew.evaluate(*test, verbose=0)[1], "frozen": after_freezing}
    scores["fine-tuned"] = transferred.evaluate(*test, verbose=0)[1]
    print(f"\n8 and 9, {len(scarce[0])} pictures, accuracy on the test:")
    for name, score in scores.items():
        print(f"  {name:11} {score:.1%}")
    print(f"While frozen, the body {'did not change' if untouched else 'changed'}.")
    trainable = [len(model.trainable_weights) for model in (anew, transferred)]
    return {"first": first, "frozen": frozen, "tuned": tuned, **scores, "untouched": untouched, "trainable": trainable}


if __name__ == "__main__":
    main(short="--short" in sys.argv[1:])
