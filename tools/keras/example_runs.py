"""The examples on real data, as real Keras runs them: the same preparation, models, optimizers, batches and epochs as
examples/question_answering.c, three_outputs.c, sentence_pairs.c, air_quality.c, reviews_and_news.c, feature_extraction.c,
two_cameras.c and clothing_and_digits.c. The results are what docs/real-data.md compares.

    KERAS_BACKEND=jax python tools/keras/example_runs.py DATA_FOLDER results.json [--only NAME] [--seeds 1 2 3]

results.json: {"run, score": {"seed": value}}; it is written after every run, and what is in it already is not run again.
"""

import argparse
import collections
import csv
import gzip
import json
import math
import os
import time

import keras
import numpy
from keras import layers, ops

# ---- preparation: what cn_load_csv, cn_vocabulary_of and cn_vectorize do

PUNCTUATION = str.maketrans("", "", "!\"#$%&()*+,-./:;<=>?@[\\]^_`{|}~'")


def table(path, separator):
    with open(path, encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter=separator, quoting=csv.QUOTE_NONE))


def column(rows, name, dtype="float32"):
    return numpy.array([row[name] for row in rows], dtype)


def tokens(text):
    return text.lower().translate(PUNCTUATION).split()


class Vocabulary:
    """0 is padding, 1 an unknown word, then words by falling frequency; what is as frequent, by falling bytes."""

    def __init__(self, texts, max_tokens=None):
        counts = collections.Counter(word for text in texts for word in tokens(text))
        words = sorted(counts, key=lambda word: (counts[word], word.encode()), reverse=True)
        words = words[:max_tokens - 2] if max_tokens else words
        self.number = {word: i + 2 for i, word in enumerate(words)}
        self.size = len(words) + 2

    def vectorize(self, texts, length):
        result = numpy.zeros((len(texts), length), "int32")
        for row, text in zip(result, texts):
            numbers = [self.number.get(word, 1) for word in tokens(text)][:length]
            row[:len(numbers)] = numbers
        return result


def train_and_test(data, folder, ending):
    separator = {"tsv": "\t", "csv": ","}[ending]
    return [table(f"{data}/{folder}/{part}.{ending}", separator) for part in ("train", "test")]


def codes(train, test, name):
    """The place of each row's text among the sorted texts of the training data."""
    place = {text: i for i, text in enumerate(sorted({row[name] for row in train}))}
    return [numpy.array([place[row[name]] for row in part], "int32") for part in (train, test)]


# ---- question_answering.c


def questions_and_stories(data):
    train, test = train_and_test(data, "babi_qa1", "tsv")
    vocabulary = Vocabulary([row["story"] for row in train] + [row["question"] for row in train])
    x = [{"story": vocabulary.vectorize([row["story"] for row in part], 56),
          "question": vocabulary.vectorize([row["question"] for row in part], 3)} for part in (train, test)]
    return vocabulary, x, codes(train, test, "answer")


def encoded_apart(vocabulary, story, question):
    story = layers.LSTM(32)(layers.Embedding(vocabulary.size, 64, mask_zero=True)(story))
    question = layers.LSTM(16)(layers.Embedding(vocabulary.size, 32, mask_zero=True)(question))
    return layers.Concatenate()([story, question])


def story_read_with_the_question(vocabulary, story, question):
    normal = keras.initializers.RandomNormal(stddev=1.0)
    question = layers.LSTM(32)(layers.Embedding(vocabulary.size, 32, normal, mask_zero=True)(question))
    story_words = layers.Embedding(vocabulary.size, 32, normal, mask_zero=True)(story)
    return layers.LSTM(64)(layers.Concatenate()([story_words, layers.RepeatVector(56)(question)]))


def question_answering(data, encode, epochs):
    vocabulary, (x, x_test), (y, y_test) = questions_and_stories(data)
    story, question = keras.Input((56,), name="story"), keras.Input((3,), name="question")
    answer = layers.Dense(6, activation="softmax")(encode(vocabulary, story, question))
    model = keras.Model([story, question], answer)
    model.compile(keras.optimizers.Adam(0.003), "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(x, y, 64, epochs, verbose=2)
    yield "accuracy", model.evaluate(x_test, y_test, verbose=0)[1]


# ---- three_outputs.c

CATEGORIES = ["workclass", "education", "marital_status", "occupation", "relationship", "race", "native_country"]


def census(data):
    """Categories as one sequence of seven words, numbers, and what is to be told."""
    train, test = train_and_test(data, "adult_census", "csv")
    first = 0
    words = [[], []]
    for name in CATEGORIES:
        train_codes, test_codes = codes(train, test, name)
        for part, numbers in zip(words, (train_codes, test_codes)):
            part.append(first + numbers)
        first += int(train_codes.max()) + 1
    x = [{"categories": numpy.stack(part, 1),
          "numbers": numpy.stack([column(rows, "education_num") / 10, column(rows, "hours_per_week") / 40,
                                  numpy.log1p(column(rows, "capital_gain")) / 10,
                                  numpy.log1p(column(rows, "capital_loss")) / 10], 1)}
         for part, rows in zip(words, (train, test))]
    income, sex = codes(train, test, "income"), codes(train, test, "sex")
    y = [{"age": column(rows, "age"), "income": income[i], "gender": sex[i]} for i, rows in enumerate((train, test))]
    return first, x, y


def census_outputs(data):
    words, (x, x_test), (y, y_test) = census(data)
    categories = keras.Input((len(CATEGORIES),), dtype="int32", name="categories")
    numbers = keras.Input((4,), name="numbers")
    hidden = layers.Embedding(words, 16)(categories)
    hidden = layers.Conv1D(64, 3, padding="same", activation="relu")(hidden)
    hidden = layers.Concatenate()([layers.Flatten()(hidden), numbers])
    hidden = layers.Dense(64, activation="relu")(hidden)
    model = keras.Model([categories, numbers], [layers.Dense(1, name="age")(hidden),
                                                layers.Dense(1, activation="sigmoid", name="income")(hidden),
                                                layers.Dense(1, activation="sigmoid", name="gender")(hidden)])
    model.compile(keras.optimizers.Adam(0.002),
                  loss={"age": "mae", "income": "binary_crossentropy", "gender": "binary_crossentropy"},
                  loss_weights={"age": 0.1, "income": 1, "gender": 1},
                  metrics={"age": ["mae"], "income": ["accuracy"], "gender": ["accuracy"]})
    model.fit(x, y, 128, 10, verbose=2)
    scores = model.evaluate(x_test, y_test, verbose=0, return_dict=True)
    yield from ((name, scores[name]) for name in ("age_mae", "income_accuracy", "gender_accuracy"))


def review_outputs(data):
    train, test = train_and_test(data, "clothing_reviews", "tsv")
    texts = [[row["text"] for row in part] for part in (train, test)]
    vocabulary = Vocabulary(texts[0], 8000)
    x, x_test = [vocabulary.vectorize(part, 100) for part in texts]
    department = codes(train, test, "department")
    y, y_test = [{"rating": column(rows, "rating"), "department": department[i],
                  "recommended": column(rows, "recommended")} for i, rows in enumerate((train, test))]
    words = keras.Input((100,), dtype="int32", name="words")
    hidden = layers.Embedding(vocabulary.size, 32)(words)
    hidden = layers.Conv1D(64, 5, activation="relu")(hidden)
    hidden = layers.GlobalMaxPooling1D()(hidden)
    hidden = layers.Dense(64, activation="relu")(hidden)
    model = keras.Model(words, [layers.Dense(1, name="rating")(hidden),
                                layers.Dense(6, activation="softmax", name="department")(hidden),
                                layers.Dense(1, activation="sigmoid", name="recommended")(hidden)])
    model.compile("adam", loss={"rating": "mae", "department": "sparse_categorical_crossentropy",
                                "recommended": "binary_crossentropy"},
                  metrics={"rating": ["mae"], "department": ["accuracy"], "recommended": ["accuracy"]})
    model.fit(x, y, 64, 6, verbose=2)
    scores = model.evaluate(x_test, y_test, verbose=0, return_dict=True)
    yield from ((name, scores[name]) for name in ("rating_mae", "department_accuracy", "recommended_accuracy"))


# ---- sentence_pairs.c


def difference_and_product(a, b):
    return ops.concatenate([ops.absolute(a - b), a * b], axis=-1)


def sentence_pairs(data, merge):
    train, test = train_and_test(data, "sick", "tsv")
    vocabulary = Vocabulary([row["sentence_a"] for row in train] + [row["sentence_b"] for row in train])
    x, x_test = [{side: vocabulary.vectorize([row[side] for row in part], 32) for side in ("sentence_a", "sentence_b")}
                 for part in (train, test)]
    y, y_test = [column(part, "duplicate") for part in (train, test)]
    embedding, lstm = layers.Embedding(vocabulary.size, 64, mask_zero=True), layers.LSTM(32)
    a, b = [keras.Input((32,), dtype="int32", name=name) for name in ("sentence_a", "sentence_b")]
    merged = merge(lstm(embedding(a)), lstm(embedding(b)))
    model = keras.Model([a, b], layers.Dense(1, activation="sigmoid")(merged))
    model.compile(keras.optimizers.Adam(0.003), "binary_crossentropy", metrics=["accuracy"])
    model.fit(x, y, 64, 10, verbose=2)
    yield "accuracy", model.evaluate(x_test, y_test, verbose=0)[1]


# ---- air_quality.c

WINDOW = 24


def hours(rows):
    """Each hour's features, and its PM2.5 (of 100 micrograms; NaN where it is missing)."""
    pm = numpy.array([float("nan") if row["pm25"] == "NA" else float(row["pm25"]) / 100 for row in rows], "float32")
    filled = pm.copy()
    filled[0] = pm[0] if not math.isnan(pm[0]) else pm[~numpy.isnan(pm)][0]
    for i in range(1, len(pm)):
        filled[i] = filled[i - 1] if math.isnan(pm[i]) else pm[i]
    weather = [column(rows, "DEWP") / 10, column(rows, "TEMP") / 10, (column(rows, "PRES") - 1000) / 10,
               numpy.log1p(column(rows, "Iws")), numpy.log1p(column(rows, "Is")), numpy.log1p(column(rows, "Ir"))]
    angle = column(rows, "hour") * 2 * math.pi / 24
    winds = numpy.stack([column(rows, "cbwd", str) == wind for wind in ("NE", "NW", "SE", "cv")], 1)
    features = numpy.stack([filled, *weather, numpy.sin(angle), numpy.cos(angle)], 1)
    return numpy.concatenate([features, winds], 1).astype("float32"), pm


def windows(rows):
    features, pm = hours(rows)
    last = [i for i in range(WINDOW - 1, len(rows) - 24) if not math.isnan(pm[i + 1]) and not math.isnan(pm[i + 24])]
    x = numpy.stack([features[i - WINDOW + 1:i + 1] for i in last])
    last = numpy.array(last)
    return x, {"next_hour": pm[last + 1], "next_day": pm[last + 24]}


def gru(x):
    return layers.GRU(32)(x)


def convolutions(x):
    x = layers.Conv1D(32, 5, activation="relu")(x)
    x = layers.MaxPooling1D(2)(x)
    x = layers.Conv1D(32, 5, activation="relu")(x)
    return layers.Dense(32, activation="relu")(layers.Flatten()(x))


def air_quality(data, encode):
    (x, y), (x_test, y_test) = [windows(rows) for rows in train_and_test(data, "beijing_pm25", "csv")]
    hours_before = keras.Input(x.shape[1:], name="hours")
    now = hours_before[:, -1, :1]
    encoded = encode(hours_before)
    next_hour = layers.Add(name="next_hour")([now, layers.Dense(1)(encoded)])
    next_day = layers.Dense(1, name="next_day")(encoded)
    model = keras.Model(hours_before, [next_hour, next_day])
    rate = keras.optimizers.schedules.CosineDecay(0.002, 8 * math.ceil(len(x) / 128))
    model.compile(keras.optimizers.Adam(rate), loss=["mae", "mae"])
    model.fit(x, y, 128, 8, verbose=2)
    predicted = model.predict(x_test, verbose=0)
    for name, values in zip(y_test, predicted):
        yield name + "_mae", 100 * float(numpy.abs(values[:, 0] - y_test[name]).mean())


# ---- reviews_and_news.c


def numbered_words(data, folder):
    """Lines of label, tab, word numbers, for training and for testing."""
    for part in ("train", "test"):
        with open(f"{data}/{folder}/{part}.txt") as file:
            lines = [line.split("\t") for line in file]
        yield [[int(word) for word in words.split()] for _, words in lines]
        yield numpy.array([int(label) for label, _ in lines], "int32")


def films(data):
    x, y, x_test, y_test = numbered_words(data, "imdb_reviews")
    x, x_test = [keras.utils.pad_sequences(part, 300) for part in (x, x_test)]
    words = keras.Input((300,), dtype="int32")
    hidden = layers.Embedding(10000, 32)(words)
    hidden = layers.Conv1D(64, 3, activation="relu")(hidden)
    hidden = layers.GlobalAveragePooling1D()(hidden)
    hidden = layers.Dropout(0.5)(hidden)
    model = keras.Model(words, layers.Dense(1, activation="sigmoid")(hidden))
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    model.fit(x, y, 32, 6, verbose=2)
    yield "accuracy", model.evaluate(x_test, y_test, verbose=0)[1]


def multi_hot(rows):
    result = numpy.zeros((len(rows), 10000), "float32")
    for row, words in zip(result, rows):
        row[words] = 1
    return result


def news(data):
    x, y, x_test, y_test = numbered_words(data, "reuters_newswire")
    words = keras.Input((10000,))
    hidden = layers.Dense(64, activation="relu")(words)
    hidden = layers.Dense(64, activation="relu")(hidden)
    model = keras.Model(words, layers.Dense(24, activation="softmax")(hidden))
    model.compile("rmsprop", "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(multi_hot(x), y, 128, 9, verbose=2)
    yield "accuracy", model.evaluate(multi_hot(x_test), y_test, verbose=0)[1]


# ---- images


def idx(path):
    with gzip.open(path) as file:
        content = file.read()
    shape = [int.from_bytes(content[4 + 4 * i:8 + 4 * i], "big") for i in range(content[3])]
    return numpy.frombuffer(content, "uint8", offset=4 + 4 * len(shape)).reshape(shape)


def images(folder):
    """Training images and labels, test images and labels."""
    for part in ("train", "t10k"):
        yield idx(f"{folder}/{part}-images-idx3-ubyte.gz")[..., None]
        yield idx(f"{folder}/{part}-labels-idx1-ubyte.gz").astype("int32")


def convolve(x, filters, size):
    x = layers.Conv2D(filters, size, padding="same", use_bias=False)(x)
    return layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))


def residual_block(x, filters):
    y = layers.Conv2D(filters, 3, padding="same", use_bias=False)(convolve(x, filters, 3))
    y = layers.BatchNormalization(momentum=0.9)(y)
    if x.shape[-1] != filters:
        x = layers.BatchNormalization(momentum=0.9)(layers.Conv2D(filters, 1, use_bias=False)(x))
    return layers.ReLU()(layers.Add()([y, x]))


def inception_block(x, filters):
    three = convolve(convolve(x, filters, 1), filters, 3)
    five = convolve(convolve(convolve(x, filters, 1), filters, 3), filters, 3)
    pooled = convolve(layers.AveragePooling2D(3, 1, padding="same")(x), filters, 1)
    return layers.Concatenate()([convolve(x, filters, 1), three, five, pooled])


# ---- clothing_and_digits.c


def classes_of_images(folder, block, filters, varied, epochs):
    x, y, x_test, y_test = images(folder)
    inputs = keras.Input((28, 28, 1))
    hidden = convolve(varied(layers.Rescaling(1 / 255)(inputs)), 32, 3)
    for n in filters:
        hidden = block(layers.MaxPooling2D(2)(hidden), n)
    hidden = layers.Dropout(0.2)(layers.GlobalAveragePooling2D()(hidden))
    model = keras.Model(inputs, layers.Dense(10, activation="softmax")(hidden))
    rate = keras.optimizers.schedules.CosineDecay(0.004, epochs * math.ceil(len(x) / 128))
    model.compile(keras.optimizers.Adam(rate), "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(x, y, 128, epochs, verbose=2)
    yield "accuracy", model.evaluate(x_test, y_test, verbose=0)[1]


CLOTHING = "/usr/share/datasets/fashion-mnist"
BLOCKS = {"residual": (residual_block, (48, 96)), "Inception": (inception_block, (24, 40))}


def clothing(kind):
    return classes_of_images(CLOTHING, *BLOCKS[kind], layers.RandomFlip("horizontal"), 8)


def handwriting(data, kind):
    return classes_of_images(f"{data}/mnist", *BLOCKS[kind],
                             layers.RandomTranslation(0.08, 0.08, fill_mode="nearest"), 12)


# ---- feature_extraction.c


def five_digits(x, y, low, most=None):
    chosen = numpy.flatnonzero((y >= low) & (y < low + 5))[:most]
    return x[chosen], y[chosen] - low


def feature_extraction(data):
    x, y, x_test, y_test = images(f"{data}/mnist")
    inputs = keras.Input((28, 28, 1))
    hidden = convolve(layers.Rescaling(1 / 255)(inputs), 24, 3)
    hidden = residual_block(layers.MaxPooling2D(2)(hidden), 32)
    hidden = residual_block(layers.MaxPooling2D(2)(hidden), 64)
    features = layers.GlobalAveragePooling2D()(hidden)
    base = keras.Model(inputs, features)

    def train(model, data, test, rate, epochs):
        model.compile(keras.optimizers.Adam(rate), "sparse_categorical_crossentropy", metrics=["accuracy"])
        model.fit(*data, 64, epochs, verbose=2)
        return model.evaluate(*test, verbose=0)[1]

    first = keras.Model(inputs, layers.Dense(5, activation="softmax")(features))
    yield "low digits", train(first, five_digits(x, y, 0), five_digits(x_test, y_test, 0), 0.003, 5)
    few, test = five_digits(x, y, 5, 200), five_digits(x_test, y_test, 5)
    images_again = keras.Input((28, 28, 1))
    model = keras.Model(images_again, layers.Dense(5, activation="softmax")(base(images_again)))
    base.trainable = False
    yield "frozen base", train(model, few, test, 0.01, 40)
    base.trainable = True
    yield "fine-tuning", train(model, few, test, 0.0005, 20)


# ---- two_cameras.c


def separable_block(x, filters):
    def separable(x):
        x = layers.SeparableConv2D(filters, 3, padding="same", use_bias=False)(x)
        return layers.BatchNormalization(momentum=0.9)(x)

    y = layers.MaxPooling2D(3, 2, padding="same")(separable(layers.ReLU()(separable(x))))
    around = layers.Conv2D(filters, 1, 2, padding="same", use_bias=False)(x)
    return layers.Add()([y, layers.BatchNormalization(momentum=0.9)(around)])


def patches(data, part, side):
    x = idx(f"{data}/stereo_pairs/{part}-{side}-idx3-ubyte.gz")[..., None].astype("float64")
    mean, deviation = x.mean((1, 2, 3), keepdims=True), x.std((1, 2, 3), keepdims=True)
    return ((x - mean) / (deviation + 1e-6)).astype("float32")


def two_cameras(data):
    x, x_test = [[patches(data, part, side) for side in ("left", "right")] for part in ("train", "test")]
    y, y_test = [idx(f"{data}/stereo_pairs/{part}-labels-idx1-ubyte.gz") for part in ("train", "test")]
    patch = keras.Input((24, 24, 1))
    base = keras.Model(patch, separable_block(separable_block(convolve(patch, 24, 3), 32), 48))
    left, right = keras.Input((24, 24, 1)), keras.Input((24, 24, 1))
    both = layers.RandomFlip("horizontal_and_vertical")(layers.Concatenate()([left, right]))
    apart = ops.absolute(base(both[..., :1]) - base(both[..., 1:]))
    hidden = layers.Dense(32, activation="relu")(layers.GlobalAveragePooling2D()(apart))
    model = keras.Model([left, right], layers.Dense(1, activation="sigmoid")(layers.Dropout(0.3)(hidden)))
    rate = keras.optimizers.schedules.CosineDecay(0.002, 8 * math.ceil(len(y) / 64))
    model.compile(keras.optimizers.Adam(rate), "binary_crossentropy", metrics=["accuracy"])
    model.fit(x, y, 64, 8, verbose=2)
    yield "accuracy", model.evaluate(x_test, y_test, verbose=0)[1]


RUNS = {
    "questions, encoded apart": lambda data: question_answering(data, encoded_apart, 10),
    "questions, read together": lambda data: question_answering(data, story_read_with_the_question, 8),
    "census": census_outputs,
    "reviews": review_outputs,
    "pairs, concatenated": lambda data: sentence_pairs(data, lambda a, b: layers.Concatenate()([a, b])),
    "pairs, difference and product": lambda data: sentence_pairs(data, difference_and_product),
    "air, GRU": lambda data: air_quality(data, gru),
    "air, Conv1D": lambda data: air_quality(data, convolutions),
    "films": films,
    "news": news,
    "feature extraction": feature_extraction,
    "two cameras": two_cameras,
    "digits, residual": lambda data: handwriting(data, "residual"),
    "digits, Inception": lambda data: handwriting(data, "Inception"),
    "clothing, residual": lambda data: clothing("residual"),
    "clothing, Inception": lambda data: clothing("Inception"),
}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("data")
    parser.add_argument("results")
    parser.add_argument("--only", default="")
    parser.add_argument("--seeds", type=int, nargs="*", default=[1, 2, 3])
    arguments = parser.parse_args()
    results = json.load(open(arguments.results)) if os.path.exists(arguments.results) else {}
    for seed in arguments.seeds:
        for name, run in RUNS.items():
            if arguments.only not in name or str(seed) in results.get(name + ", seconds", {}):
                continue
            keras.backend.clear_session()
            keras.utils.set_random_seed(seed)
            start = time.time()
            scores = [*run(arguments.data), ("seconds", time.time() - start)]
            for score, value in scores:
                results.setdefault(f"{name}, {score}", {})[str(seed)] = round(value, 4)
            print(name, seed, scores, flush=True)
            with open(arguments.results, "w") as file:
                json.dump(results, file, indent=1)


if __name__ == "__main__":
    main()
