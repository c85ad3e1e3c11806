"""Twenty layers and no gradient: initializers, activations and batch normalization.

    python examples/vanishing_gradient.py [--short]

Backwards through a layer, a gradient is multiplied by the weights and by the slope of the activation.  A sigmoid's
slope is at most 1/4: after 20 layers hardly anything is left, and the first layers do not learn.  Initializers that
suit the activation keep the size of what flows through; batch normalization restores it at every layer.
Sources: Glorot & Bengio 2010, "Understanding the difficulty of training deep feedforward neural networks"; He et al.
2015, "Delving deep into rectifiers"; Klambauer et al. 2017, "Self-normalizing neural networks"; Ioffe & Szegedy 2015,
"Batch normalization: accelerating deep network training by reducing internal covariate shift".
"""

import sys

import numpy as np

from pynn import keras  # the same with Keras itself: import keras

DEPTH, WIDTH, HUGE = 20, 64, 1e12
RECIPES = {  # activation, initializer, batch normalization
    "sigmoid, small normal": ("sigmoid", keras.initializers.RandomNormal(stddev=0.05, seed=1), False),
    "sigmoid, Glorot": ("sigmoid", "glorot_uniform", False),
    "tanh, Glorot": ("tanh", "glorot_uniform", False),
    "relu, He": ("relu", "he_normal", False),
    "selu, LeCun": ("selu", "lecun_normal", False),
    "sigmoid, batch normalization": ("sigmoid", "glorot_uniform", True),
}
SHORT = ("sigmoid, Glorot", "relu, He", "sigmoid, batch normalization")


def load(rows):
    """Digits as rows of 784 numbers with mean 0 and spread 1, and their labels."""
    (x, y), (x_test, y_test) = keras.datasets.mnist.load_data()
    x, x_test = x[:rows].reshape(-1, 784), x_test[:1_600].reshape(-1, 784)
    mean, spread = x.mean(), x.std()
    return ((x - mean) / spread, y[:rows]), ((x_test - mean) / spread, y_test[:1_600])


def build(activation, initializer, normalize):
    """Twenty hidden layers; batch normalization, if any, stands between the sum and the activation."""
    layers = keras.layers
    model = keras.Sequential([keras.Input((784,))])
    for number in range(1, DEPTH + 1):
        model.add(layers.Dense(WIDTH, kernel_initializer=initializer, use_bias=not normalize, name=f"hidden_{number}"))
        if normalize:
            model.add(layers.BatchNormalization())
        model.add(layers.Activation(activation))
    model.add(layers.Dense(10, activation="softmax"))
    return model


def gradient_sizes(model, x, y):
    """Root mean square of the loss's gradient in the kernel of each hidden layer, for one batch.

    Plain SGD does w_new = w − rate · gradient.  With a huge rate, w is nothing beside it, and the gradient is
    −w_new / rate.  Afterwards the rate and the weights are put back.
    """
    rate, before = float(model.optimizer.learning_rate), model.get_weights()
    model.optimizer.learning_rate = HUGE
    model.train_on_batch(x, y)
    model.optimizer.learning_rate = rate
    sizes = []
    for number in range(1, DEPTH + 1):
        kernel = np.asarray(model.get_layer(f"hidden_{number}").get_weights()[0], "float64")
        sizes.append(float(np.sqrt(np.mean((kernel / HUGE) ** 2))))
    model.set_weights(before)
    return sizes


def main(short=False):
    """For every recipe: the gradient at the first and the last hidden layer, then what training comes to."""
    keras.utils.set_random_seed(8)
    (x, y), test = load(1_600 if short else 19_200)

    results = {}
    print(f"{'recipe':30} gradient in layer 1   in layer {DEPTH}   accuracy after training")
    for name, recipe in RECIPES.items():
        if short and name not in SHORT:
            continue
        model = build(*recipe)
        model.compile(keras.optimizers.SGD(0.02), "sparse_categorical_crossentropy", metrics=["accuracy"])
        sizes = gradient_sizes(model, x[:32], y[:32])
        history = model.fit(x, y, epochs=1 if short else 5, verbose=0).history
        _, accuracy = model.evaluate(*test, verbose=0)
        print(f"{name:30} {sizes[0]:19.1e}   {sizes[-1]:11.1e}   {accuracy:23.1%}")
        results[name] = {**history, "gradients": sizes, "test_accuracy": accuracy}

    print("\nThe gradient by layer, each # a factor of ten above 1e-18:")
    for name in ("sigmoid, Glorot", "relu, He"):
        print(name)
        for number in range(0, DEPTH, 3):
            size = results[name]["gradients"][number]
            print(f"  layer {number + 1:2} {size:7.1e} " + "#" * round(np.log10(size) + 18))
    return results


if __name__ == "__main__":
    main(short="--short" in sys.argv[1:])
