"""Makes the golden masks of data/shapes: what pycocotools and OpenCV make of polygons.

    gcc -O2 -shared -fPIC -o libmask.so maskApi.c          # common/maskApi.c of the COCO API, the C behind pycocotools
    python3 make_shapes.py libmask.so shapes               # needs numpy and cv2 (made with OpenCV 4.6.0)

coco-polygons.tsv:    width, height, polygons ("x y x y;x y ..."), the compressed string of their union
opencv-polygons.tsv:  width, height, points ("x y x y ..."), the compressed string of polylines + fillPoly
reason-seg.tsv:       width, height, shapes ("label:x y x y;label:..."), the strings of the pixels that are 1 and of those that are 255,
                      as LISA's loader makes them (largest first, later ones over earlier ones)
"""

import ctypes
import random
import sys

import cv2
import numpy as np


class Rle(ctypes.Structure):
    _fields_ = [("h", ctypes.c_ulong), ("w", ctypes.c_ulong), ("m", ctypes.c_ulong), ("cnts", ctypes.POINTER(ctypes.c_uint))]


library = ctypes.CDLL(sys.argv[1])
library.rleToString.restype = ctypes.c_char_p


def text(rle):
    return library.rleToString(ctypes.byref(rle)).decode()


def coco(polygons, width, height):
    rles = (Rle * len(polygons))()
    for rle, polygon in zip(rles, polygons):
        values = (ctypes.c_double * len(polygon))(*polygon)
        library.rleFrPoly(ctypes.byref(rle), values, ctypes.c_ulong(len(polygon) // 2), ctypes.c_ulong(height), ctypes.c_ulong(width))
    union = Rle()
    library.rleMerge(rles, ctypes.byref(union), ctypes.c_ulong(len(polygons)), 0)
    return text(union)


def encoded(array):
    height, width = array.shape
    column_major = np.asfortranarray(array.astype(np.uint8))
    rle = Rle()
    library.rleEncode(ctypes.byref(rle), column_major.ctypes.data_as(ctypes.POINTER(ctypes.c_ubyte)), ctypes.c_ulong(height), ctypes.c_ulong(width), ctypes.c_ulong(1))
    return text(rle)


def drawn(array, points, value):
    polygon = np.array([points], dtype=np.int32)
    cv2.polylines(array, polygon, True, value, 1)
    cv2.fillPoly(array, polygon, value)


def polygon(random_source, width, height, kind):
    count = random_source.choice([3, 3, 4, 5, 6, 8, 12, 30])
    points = []
    for _ in range(count):
        margin = 0.3 if kind == "outside" else 0
        x = random_source.uniform(-margin * width, (1 + margin) * width)
        y = random_source.uniform(-margin * height, (1 + margin) * height)
        if kind == "whole":
            x, y = round(x), round(y)
        elif kind == "half":
            x, y = round(2 * x) / 2, round(2 * y) / 2
        elif kind == "coco":
            x, y = round(x, 2), round(y, 2)
        points += [x, y]
    if random_source.random() < 0.15:
        points += points[:2]
    if random_source.random() < 0.1:
        points += points[-2:]
    return points


def numbers(values):
    return " ".join(repr(float(value)) if value != int(value) else str(int(value)) for value in values)


def main():
    source = random.Random(15)
    kinds = ["coco", "coco", "whole", "half", "outside"]
    with open(sys.argv[2] + "/coco-polygons.tsv", "w") as out:
        # The square of the facts, a point, a line, nothing inside, the whole picture and more.
        cases = [(12, 12, [[2.5, 2.5, 6.5, 2.5, 6.5, 6.5, 2.5, 6.5]]), (5, 5, [[1, 1]]), (5, 5, [[1, 1, 3, 3]]), (4, 3, [[0, 0, 4, 0, 4, 3, 0, 3]]),
                 (4, 3, [[-9, -9, 90, -9, 90, 90, -9, 90]]), (7, 7, [[1, 1, 1, 1, 1, 1]]), (9, 6, [[0.2, 0.2, 0.3, 0.4, 0.1, 0.3]]), (1, 1, [[0, 0, 1, 0, 1, 1, 0, 1]])]
        for number in range(600):
            width, height = source.randint(1, 64), source.randint(1, 64)
            cases.append((width, height, [polygon(source, width, height, source.choice(kinds)) for _ in range(source.choice([1, 1, 1, 2, 4]))]))
        for width, height, polygons in cases:
            out.write(f"{width}\t{height}\t{';'.join(numbers(p) for p in polygons)}\t{coco(polygons, width, height)}\n")
    with open(sys.argv[2] + "/opencv-polygons.tsv", "w") as out:
        for number in range(600):
            width, height = source.randint(1, 64), source.randint(1, 64)
            points = polygon(source, width, height, "outside" if number % 3 == 0 else source.choice(["coco", "whole"]))
            array = np.zeros((height, width), np.uint8)
            drawn(array, np.array(points).reshape(-1, 2).tolist(), 1)
            out.write(f"{width}\t{height}\t{numbers(points)}\t{encoded(array)}\n")
    with open(sys.argv[2] + "/reason-seg.tsv", "w") as out:
        for number in range(100):
            width, height = source.randint(8, 64), source.randint(8, 64)
            shapes = [(source.choice(["target", "target", "ignore", "Ignore2", "flag"]), polygon(source, width, height, "coco")) for _ in range(source.randint(1, 6))]
            kept, areas = [], []
            for label, points in shapes:
                if label.lower() == "flag":
                    continue
                alone = np.zeros((height, width), np.uint8)
                drawn(alone, np.array(points).reshape(-1, 2).tolist(), 1)
                areas.append(alone.sum())
                kept.append((label, points))
            array = np.zeros((height, width), np.uint8)
            for index in np.argsort(areas)[::-1].astype(np.int32):
                label, points = kept[index]
                drawn(array, np.array(points).reshape(-1, 2).tolist(), 255 if "ignore" in label.lower() else 1)
            text_of_shapes = ";".join(f"{label}:{numbers(points)}" for label, points in shapes)
            out.write(f"{width}\t{height}\t{text_of_shapes}\t{encoded(array == 1)}\t{encoded(array == 255)}\n")


main()
