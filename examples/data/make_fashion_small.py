#!/usr/bin/env python3
"""Makes fashion_small.inc from the IDX files of Fashion-MNIST: the first images of both parts, at half the size.

    make_fashion_small.py /usr/share/datasets/fashion-mnist > fashion_small.inc
"""
import gzip
import sys

TRAIN, TEST, SIDE = 800, 200, 14
CODE = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-"  # 64 shades, black first


def images(folder, part, count):
    pixels = gzip.open(f"{folder}/{part}-images-idx3-ubyte.gz").read()[16:]
    labels = gzip.open(f"{folder}/{part}-labels-idx1-ubyte.gz").read()[8:]
    for i in range(count):
        image = pixels[i * 784 : (i + 1) * 784]
        text = ""
        for y in range(0, 28, 2):
            for x in range(0, 28, 2):
                four = sum(image[(y + a) * 28 + x + b] for a in (0, 1) for b in (0, 1))
                text += CODE[four // 16]
        yield f'"{labels[i]}{text}",'


folder = sys.argv[1]
print(f"/* {TRAIN} images for training and {TEST} for testing: see README.md in this folder. */")
print("\n".join([*images(folder, "train", TRAIN), *images(folder, "t10k", TEST)]))
