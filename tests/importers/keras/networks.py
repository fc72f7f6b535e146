"""Keras models that use every layer that is read, one function each; they are the table of the tests beside."""

from typing import NamedTuple


class Case(NamedTuple):
    """A model, and what it is fed.

    Args:
        make: called with keras.
        shapes: of its inputs, samples first.
        numbers: for inputs of class numbers how many classes there are.
    """

    make: object
    shapes: tuple
    numbers: int = 0


def dense(k):
    L = k.layers
    return k.Sequential(
        [k.Input((6,)), L.Dense(4, "relu"), L.Dense(4, "tanh", use_bias=False), L.Dense(2)], name="d"
    )


def activations(k):
    x = i = k.Input((8,))
    names = "elu selu gelu softplus softsign exponential silu hard_sigmoid hard_silu mish sigmoid log_softmax relu6"
    for name in [*names.split(), "celu"]:
        x = k.layers.Dense(8, name)(x)
    for layer in (
        k.layers.Activation("tanh"),
        k.layers.LeakyReLU(0.1),
        k.layers.ELU(0.7),
        k.layers.PReLU(),
        k.layers.ReLU(2.0, 0.1),
    ):
        x = layer(x)
    return k.Model(i, k.layers.Softmax()(x))


def pictures(k):
    L = k.layers
    i = k.Input((9, 9, 3))
    x = L.Conv2D(6, 3, strides=2, padding="same")(i)
    x = L.LeakyReLU()(x)
    x = L.DepthwiseConv2D(3, depth_multiplier=2, activation="relu6")(x)
    x = L.BatchNormalization()(x)
    x = L.SeparableConv2D(4, 2)(x)
    x = L.AveragePooling2D(2, padding="same")(x)
    x = L.Concatenate()([x, x])
    x = L.UpSampling2D(2)(x)
    x = L.ZeroPadding2D(((1, 0), (2, 1)))(x)
    x = L.Conv2DTranspose(3, 3, strides=2, padding="same")(x)
    x = L.Cropping2D(1)(x)
    x = L.MaxPooling2D(2)(x)
    return k.Model(i, L.Flatten()(x))


def residual(k):
    L = k.layers
    i = k.Input((6, 6, 2))
    x = L.Conv2D(2, 3, padding="same", activation="relu")(i)
    x = L.Add()([L.BatchNormalization()(x), i])
    x = L.GroupNormalization(2)(x)
    return k.Model(i, L.Dense(3)(L.GlobalAveragePooling2D()(x)))


def sequence(k):
    L = k.layers
    i = k.Input((10, 3))
    x = L.Conv1D(4, 3, padding="causal", dilation_rate=2)(i)
    x = L.MaxPooling1D(2)(x)
    x = L.LayerNormalization()(x)
    x = L.Permute((2, 1))(x)
    x = L.Reshape((-1, 2))(x)
    return k.Model(i, L.Dense(3, "silu")(1 - x))


def sequences(k):
    L = k.layers
    i = k.Input((8, 3))
    x = L.SeparableConv1D(4, 3)(L.ZeroPadding1D((1, 2))(i))
    x = L.DepthwiseConv1D(2, strides=2)(L.AveragePooling1D(2, padding="same")(x))
    x = L.Conv1DTranspose(3, 3, strides=2)(L.UpSampling1D(2)(x))
    x = L.Cropping1D((0, 1))(x)
    return k.Model(
        i, L.Concatenate()([L.GlobalMaxPooling1D()(x), L.GlobalAveragePooling1D(keepdims=False)(x)])
    )


def volumes(k):
    L = k.layers
    i = k.Input((5, 5, 5, 2))
    x = L.Conv3D(3, 2, activation="tanh")(i)
    x = L.MaxPooling3D(2)(L.ZeroPadding3D(1)(x))
    x = L.AveragePooling3D(2)(L.UpSampling3D(2)(x))
    x = L.Cropping3D(((0, 1), (1, 0), (0, 0)))(L.Conv3DTranspose(2, 2)(x))
    return k.Model(i, L.Concatenate()([L.GlobalMaxPooling3D()(x), L.GlobalAveragePooling3D()(x)]))


def picture(k):
    L = k.layers
    i = k.Input((4, 4, 2))
    return k.Model(
        i, L.Multiply()([L.GlobalMaxPooling2D(keepdims=True)(i), L.GlobalAveragePooling2D(keepdims=True)(i)])
    )


def written(k):
    i = k.Input((4,))
    x = (2 - k.layers.Rescaling(0.5, 0.1)(i)) / 4
    return k.Model(i, x * i + 1)


def attention(k):
    L = k.layers
    i = k.Input((6,))
    a, b = L.Dense(4, "gelu")(i), L.Dense(4)(i)
    x = L.Maximum()([L.Average()([a, b]), L.Subtract()([a, b])])
    x = L.RepeatVector(3)(L.Multiply()([x, L.Minimum()([a, b])]))
    x = L.MultiHeadAttention(2, 3)(x, x, use_causal_mask=True)
    x = L.RMSNormalization()(x)
    x = L.Attention()([x, x])
    return k.Model(i, L.Dot(2)([x, x]))


def embedding(k):
    i = k.Input((7,), dtype="int32")
    return k.Model(i, k.layers.GlobalMaxPooling1D()(k.layers.Embedding(20, 5)(i)))


def shared(k):
    L = k.layers
    layer, i, j = L.Dense(4), k.Input((4,), name="i"), k.Input((4,), name="j")
    inner = k.Sequential([L.Dense(3), L.BatchNormalization(), L.Dense(2)], name="inner")
    x = L.Add()([layer(i), layer(j)])
    return k.Model([i, j], [inner(x), inner(i)])


def nested(k):
    L = k.layers
    i = k.Input((4,))
    a = k.Model(i, L.Dense(3, "relu")(i), name="a")
    j = k.Input((4,))
    b = k.Model(j, L.Dense(2)(a(j)), name="b")
    return k.Sequential([k.Input((4,)), L.Dense(4), b])


def recurrent(k):
    L = k.layers
    i = k.Input((6, 3))
    x = L.Bidirectional(L.LSTM(4, return_sequences=True))(i)
    x = L.GRU(3, return_sequences=True)(x)
    x = L.TimeDistributed(L.Dense(5, "relu"))(x)
    x = L.GRU(3, reset_after=False, return_sequences=True, go_backwards=True)(x)
    x = L.SimpleRNN(4, return_sequences=True)(x)
    return k.Model(i, L.LSTM(2)(x))


CASES = {
    "dense": Case(dense, ((5, 6),)),
    "activations": Case(activations, ((3, 8),)),
    "pictures": Case(pictures, ((2, 9, 9, 3),)),
    "residual": Case(residual, ((4, 6, 6, 2),)),
    "sequence": Case(sequence, ((2, 10, 3),)),
    "sequences": Case(sequences, ((2, 8, 3),)),
    "picture": Case(picture, ((2, 4, 4, 2),)),
    "written": Case(written, ((3, 4),)),
    "volumes": Case(volumes, ((2, 5, 5, 5, 2),)),
    "attention": Case(attention, ((3, 6),)),
    "embedding": Case(embedding, ((3, 7),), 20),
    "shared": Case(shared, ((5, 4), (5, 4))),
    "nested": Case(nested, ((5, 4),)),
    "recurrent": Case(recurrent, ((3, 6, 3),)),
}
