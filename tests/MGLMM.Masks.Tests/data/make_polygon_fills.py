"""Writes polygon-fills.tsv: random polygons of whole numbers and the pixels that OpenCV's fillPoly and Pillow's ImageDraw.polygon fill.

    python3 make_polygon_fills.py > polygon-fills.tsv

Columns: width, height, kind (free: any points; level: level and upright lines only), points (x,y x,y ...), COCO counts (plain, from the top of the left
column down) as OpenCV fills, and as Pillow does with outline=1 (level polygons only, else empty).
"""
import cv2
import numpy as np
from PIL import Image, ImageDraw


def counts(mask):
    flat = mask.T.reshape(-1).astype(int)
    ends = np.flatnonzero(np.diff(flat)) + 1
    runs = np.diff(np.concatenate([[0], ends, [len(flat)]])).tolist()
    return " ".join(map(str, [0, *runs] if flat[0] else runs))


generator = np.random.default_rng(20261127)
print("width\theight\tkind\tpoints\topencv\tpillow")
for index in range(120):
    width, height = generator.integers(1, 40, 2)
    count = int(generator.integers(3, 12))
    level = index % 2 == 1
    points = np.stack([generator.integers(0, width, count), generator.integers(0, height, count)], 1)
    if level:
        points = np.stack([points, np.stack([np.roll(points[:, 0], -1), points[:, 1]], 1)], 1).reshape(-1, 2)
    elif index % 3 == 0:
        points = points * 3 - [width, height]  # beyond the picture
    opencv = np.zeros((height, width), np.uint8)
    cv2.fillPoly(opencv, [points.astype(np.int32).reshape(-1, 1, 2)], 1)
    pillow = Image.new("L", (int(width), int(height)))
    ImageDraw.Draw(pillow).polygon([tuple(map(int, point)) for point in points], fill=1, outline=1)
    print(width, height, "level" if level else "free", " ".join(f"{x},{y}" for x, y in points), counts(opencv > 0), counts(np.array(pillow) > 0) if level else "", sep="\t")
