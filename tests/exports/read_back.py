"""Exports hard masks with `mglmm export` and reads them back with the programs that the formats are for.

    python3 tests/exports/read_back.py [--tool COMMAND] [--coco FOLDER] [--only TITLE]

Needs numpy, Pillow, OpenCV (python3-opencv) and shapely (python3-shapely). --coco names a folder with maskApi.c and maskApi.h of cocodataset/cocoapi
(common/), which is compiled with cc; without it, the COCO files are not read back. --tool is the built tool by default, --only takes masks with
that in their title. Exits with 1 where a format holds less than docs/exports.md promises, which has the table.
"""
import argparse
import base64
import ctypes
import io
import json
import pathlib
import shlex
import subprocess
import sys
import tempfile
import zipfile

import cv2
import numpy as np
import shapely
from PIL import Image, ImageDraw
from shapely.geometry import Point, shape
from shapely.prepared import prep
from shapely.validation import explain_validity

ROOT = pathlib.Path(__file__).resolve().parents[2]
FORMATS = ["coco_rle", "coco_polygon", "panoptic_png", "mask_png", "labelme", "geojson", "yolo_seg", "label_studio"]

# What a format holds at least, where it is not everything: COCO's polygons have no holes (what else is lost is an error), YOLO joins pieces by lines.
LEAST = {("coco_polygon", None): 0, ("yolo_seg", None): 10 / 11, ("yolo_seg", "Pillow"): 0.6}


def drawn(rows):
    return np.array([[c == "#" for c in row] for row in rows.split()], bool)


def box(width, height, *boxes):
    mask = np.zeros((height, width), bool)
    for x0, y0, x1, y1 in boxes:
        mask[y0:y1, x0:x1] ^= True
    return mask


def disc(width, height, x, y, radius):
    ys, xs = np.ogrid[:height, :width]
    return (xs - x) ** 2 + (ys - y) ** 2 <= radius**2


def spiral(size):
    """One pixel wide, one pixel apart, from outside in."""
    mask = np.zeros((size, size), bool)
    x, y, dx, dy = 0, 0, 1, 0
    mask[0, 0] = True
    turns = 0
    while turns < 2:
        ahead = (x + 2 * dx, y + 2 * dy)
        inside = 0 <= x + dx < size and 0 <= y + dy < size and not mask[y + dy, x + dx]
        if inside and not (0 <= ahead[0] < size and 0 <= ahead[1] < size and mask[ahead[1], ahead[0]]):
            x, y, turns = x + dx, y + dy, 0
            mask[y, x] = True
        else:
            dx, dy, turns = -dy, dx, turns + 1
    return mask


def specks(width, height, count, seed):
    """Pieces that touch nowhere, not even at corners."""
    generator = np.random.default_rng(seed)
    cells = generator.permutation((width // 4) * (height // 4))[:count]
    mask = np.zeros((height, width), bool)
    for cell in cells:
        x, y = 4 * (cell % (width // 4)), 4 * (cell // (width // 4))
        w, h = generator.integers(1, 4, 2)
        mask[y : y + h, x : x + w] = True
    return mask


def blobs(width, height, seed, sigma):
    noise = np.random.default_rng(seed).random((height, width), np.float32)
    return cv2.GaussianBlur(noise, (0, 0), sigma) > 0.5


def masks():
    dot = np.zeros((30, 40), bool)
    yield "one pixel", box(40, 30, (13, 17, 14, 18))
    yield "one pixel, upper left corner", box(40, 30, (0, 0, 1, 1))
    yield "one pixel, lower right corner", box(40, 30, (39, 29, 40, 30))
    yield "10x10 box", box(40, 30, (7, 5, 17, 15))
    yield "40x1 line", box(40, 30, (0, 11, 40, 12))
    yield "1x30 line at the right border", box(40, 30, (39, 0, 40, 30))
    yield "diagonal line", np.eye(30, 40, dtype=bool)
    yield "the whole picture", ~dot
    yield "frame of one pixel along the border", box(40, 30, (0, 0, 40, 30), (1, 1, 39, 29))
    yield "cross of one pixel", box(41, 31, (20, 0, 21, 31)) | box(41, 31, (0, 15, 41, 16))
    yield "comb of one pixel", box(41, 20, (0, 0, 41, 1)) | (np.arange(41) % 2 == 0)[None, :].repeat(20, 0)
    yield "spiral of one pixel", spiral(33)
    yield "hole of one pixel", box(20, 20, (3, 3, 12, 12), (7, 7, 8, 8))
    yield "ring", disc(60, 50, 30, 25, 20) & ~disc(60, 50, 30, 25, 11)
    yield "holes in holes", np.logical_xor.reduce([box(64, 48, (k, k, 64 - k, 48 - k)) for k in range(0, 24, 2)])
    yield "holes in holes, two pixels apart", np.logical_xor.reduce([disc(80, 80, 40, 40, r) for r in range(4, 40, 5)])
    yield "holes that touch", box(20, 20, (3, 3, 17, 17), (6, 6, 9, 9), (9, 9, 12, 12))
    yield "hole that touches the outline", box(20, 20, (3, 3, 17, 17), (3, 3, 6, 6), (6, 6, 9, 9))
    yield "island that touches its hole", box(20, 20, (2, 2, 18, 18), (5, 5, 15, 15), (7, 7, 9, 9)) | box(20, 20, (5, 5, 7, 7))
    yield "pinch of two pixels", drawn(".... .#.. ..#. ....")
    yield "pinches of boxes", box(30, 30, (1, 1, 10, 10), (10, 10, 20, 20), (20, 1, 29, 10))
    yield "chessboard", np.indices((20, 20)).sum(0) % 2 == 0
    yield "sieve of 200 holes", ~np.pad(specks(88, 88, 200, 1), 2)
    yield "two far pieces", box(64, 48, (1, 1, 9, 9), (50, 40, 60, 47))
    yield "500 components", specks(200, 160, 500, 2)
    yield "noise", np.random.default_rng(3).random((48, 64)) < 0.5
    yield "blobs", blobs(160, 120, 4, 3)
    yield "8000x3, boxes at many columns", np.add.reduce(np.indices((3, 8000))) // 7 % 2 == 0
    yield "12 megapixels, disc with a hole", disc(4000, 3000, 2000, 1500, 1400) & ~disc(4000, 3000, 2100, 1400, 500)
    yield "12 megapixels, blobs", blobs(4000, 3000, 5, 40)


class Coco:
    """pycocotools' C code."""

    class Rle(ctypes.Structure):
        _fields_ = [("h", ctypes.c_ulong), ("w", ctypes.c_ulong), ("m", ctypes.c_ulong), ("cnts", ctypes.POINTER(ctypes.c_uint))]

    def __init__(self, folder, scratch):
        library = pathlib.Path(scratch) / "libmask.so"
        subprocess.run(["cc", "-O2", "-shared", "-fPIC", "-o", library, pathlib.Path(folder) / "maskApi.c", "-lm"], check=True)
        self._library = ctypes.CDLL(str(library))

    def from_string(self, counts, height, width):
        rle = self.Rle()
        self._library.rleFrString(ctypes.byref(rle), counts.encode(), ctypes.c_ulong(height), ctypes.c_ulong(width))
        return self._decoded(rle)

    def from_polygon(self, numbers, height, width):
        rle = self.Rle()
        points = (ctypes.c_double * len(numbers))(*numbers)
        self._library.rleFrPoly(ctypes.byref(rle), points, ctypes.c_ulong(len(numbers) // 2), ctypes.c_ulong(height), ctypes.c_ulong(width))
        return self._decoded(rle)

    def _decoded(self, rle):
        pixels = np.zeros(rle.h * rle.w, np.uint8)
        self._library.rleDecode(ctypes.byref(rle), pixels.ctypes.data_as(ctypes.c_void_p), ctypes.c_ulong(1))
        mask = pixels.reshape(rle.w, rle.h).T.astype(bool)
        self._library.rleFree(ctypes.byref(rle))
        return mask


def filled(points, height, width):
    """OpenCV: whole numbers, even-odd, outline drawn."""
    mask = np.zeros((height, width), np.uint8)
    cv2.fillPoly(mask, [points.reshape(-1, 1, 2)], 1)
    return mask.astype(bool)


def pillow(points, height, width):
    """Pillow, as labelme calls it."""
    picture = Image.new("L", (width, height))
    ImageDraw.Draw(picture).polygon([tuple(point) for point in points], outline=1, fill=1)
    return np.array(picture) > 0


def resampled(points, count=1000):
    """Ultralytics' resample_segments: a ring as that many points, its own among them where it has fewer."""
    points = np.concatenate([points, points[:1]])
    at = np.arange(len(points))
    if len(points) < count:
        x = np.linspace(0, len(points) - 1, count - len(points))
        x = np.insert(x, np.searchsorted(x, at), at)
    else:
        x = np.linspace(0, len(points) - 1, max(count, len(points)))
    return np.stack([np.interp(x, at, points[:, axis]) for axis in (0, 1)], 1).astype(np.float32)


def rings(geometry):
    polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    return [np.array(ring, int) for polygon in polygons for ring in polygon]


def even_odd(outlines, height, width):
    """The pixels inside rings that run along pixel edges."""
    flips = np.zeros((height + 1, width + 1), np.int32)
    for ring in outlines:
        for (x, y0), (x1, y1) in zip(ring[:-1], ring[1:]):
            if x == x1:
                flips[min(y0, y1) : max(y0, y1), x] += 1
    return np.cumsum(flips, 1)[:height, :width] % 2 == 1


def brush(values, height, width):
    """Label Studio's run lengths (label-studio-converter, brush.py)."""
    bits = np.unpackbits(np.array(values, np.uint8))
    at = 0

    def number(count):
        nonlocal at
        value = int("".join(map(str, bits[at : at + count])), 2)
        at += count
        return value

    total, size, runs = number(32), number(5) + 1, None
    runs = [number(4) + 1 for _ in range(4)]
    out = np.zeros(total, np.uint8)
    filled_to = 0
    while filled_to < total:
        equal = number(1)
        count = number(runs[number(2)]) + 1
        if equal:
            out[filled_to : filled_to + count] = number(size)
        else:
            for index in range(count):
                out[filled_to + index] = number(size)
        filled_to += count
    return out.reshape(height, width, 4)[:, :, 3] > 0


def without_holes(mask):
    """Pieces are connected over sides, so holes are over corners too."""
    _, labels = cv2.connectedComponents(np.pad(~mask, 1, constant_values=True).astype(np.uint8), connectivity=8)
    return (labels != labels[0, 0])[1:-1, 1:-1]


def read(name, files, mask, coco):
    """By reader: the mask that it has."""
    height, width = mask.shape
    if name == "coco_rle" and coco:
        (annotation,) = json.loads(files["regions"])["annotations"]
        yield "pycocotools", coco.from_string(annotation["segmentation"]["counts"], *annotation["segmentation"]["size"])
    elif name == "coco_polygon" and coco:
        (annotation,) = json.loads(files["regions"])["annotations"]
        back = np.logical_or.reduce([coco.from_polygon(ring, height, width) for ring in annotation["segmentation"]])
        if not np.array_equal(back, without_holes(mask)):
            raise AssertionError("coco_polygon: more is lost than holes")
        yield "pycocotools", back
    elif name == "panoptic_png":
        (segment,) = json.loads(files["panoptic.json"])["annotations"][0]["segments_info"]
        pixels = np.array(Image.open(io.BytesIO(next(v for k, v in files.items() if k.startswith("panoptic/")))), int)
        yield "panopticapi's rule", pixels @ [1, 256, 65536] == segment["id"]
    elif name == "mask_png":
        yield "Pillow", np.array(Image.open(io.BytesIO(files["regions"]))) > 0
        yield "OpenCV", cv2.imdecode(np.frombuffer(files["regions"], np.uint8), cv2.IMREAD_UNCHANGED) > 0
    elif name == "labelme":
        back = np.zeros((height, width), bool)
        for part in json.loads(files["regions"])["shapes"]:
            if part["shape_type"] == "mask":
                (x0, y0), (x1, y1) = np.array(part["points"], int)
                back[y0 : y1 + 1, x0 : x1 + 1] |= np.array(Image.open(io.BytesIO(base64.b64decode(part["mask"])))) > 0
            else:
                back |= pillow(part["points"], height, width)
        yield "labelme's rule (Pillow)", back
    elif name == "geojson":
        geometry = json.loads(files["regions"])["features"][0]["geometry"]
        yield "even-odd", even_odd(rings(geometry), height, width)
        area = shape(geometry)
        if not area.is_valid:
            raise AssertionError(f"geojson is not valid: {explain_validity(area)}")
        inside = None
        if height * width <= 20_000:
            covered = prep(area)
            inside = np.array([[covered.contains(Point(x + 0.5, y + 0.5)) for x in range(width)] for y in range(height)])
        else:
            inside = even_odd(rings(geometry), height, width)
            assert area.area == inside.sum()
        yield "shapely (GEOS)", inside
    elif name == "yolo_seg":
        text = next(text for entry, text in files.items() if entry.startswith("labels/"))
        rows = [row.split()[1:] for row in text.decode().splitlines()]
        size = [width, height]

        def union(fill, kind):
            return np.logical_or.reduce([fill(np.array(row, kind).reshape(-1, 2) * np.array(size, kind)) for row in rows])

        yield "Ultralytics' rule", union(lambda points: filled(points.astype(np.int32), height, width), np.float32)
        yield "supervision's rule", union(lambda points: filled(points.astype(np.int32), height, width), np.float64)
        yield "a reader that rounds", union(lambda points: filled(np.round(points).astype(np.int32), height, width), np.float32)
        yield "Ultralytics' rule, resampled to 1000 points", union(lambda points: filled(resampled(points).astype(np.int32), height, width), np.float32)
        yield "Pillow", union(lambda points: pillow(points, height, width), np.float64)
    elif name == "label_studio" and height * width <= 100_000:
        yield "brush.py's rule", brush(json.loads(files["regions"])[0]["predictions"][0]["result"][0]["value"]["rle"], height, width)


def exported(tool, picture, mask, name, folder):
    subprocess.run([*tool, "export", "--image", picture, "--mask", f"{mask}=a thing", "--format", name, "--output", folder], check=True, stdout=subprocess.DEVNULL)
    (path,) = pathlib.Path(folder).iterdir()
    if path.suffix != ".zip":
        return {"regions": path.read_bytes()}
    with zipfile.ZipFile(path) as archive:
        return {entry: archive.read(entry) for entry in archive.namelist()}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tool", default=f"dotnet {ROOT / 'artifacts/bin/MGLMM.Cli/debug/mglmm.dll'}")
    parser.add_argument("--coco")
    parser.add_argument("--only")
    options = parser.parse_args()
    scratch = pathlib.Path(tempfile.mkdtemp(prefix="mglmm-exports-"))
    coco = Coco(options.coco, scratch) if options.coco else None
    tool = shlex.split(options.tool)
    overlaps = {}
    for number, (title, mask) in enumerate(masks()):
        if options.only and options.only not in title:
            continue
        height, width = mask.shape
        picture, file = scratch / f"{number}.png", scratch / f"{number}-mask.png"
        Image.fromarray(np.zeros((height, width, 3), np.uint8)).save(picture)
        Image.fromarray(mask.astype(np.uint8) * 255).save(file)
        for name in FORMATS:
            files = exported(tool, picture, file, name, scratch / f"{number}-{name}")
            for reader, back in read(name, files, mask, coco):
                overlap = (mask & back).sum() / (mask | back).sum()
                overlaps.setdefault((name, reader), []).append((overlap, title))
        print(f"{number + 1:2}  {width}x{height}  {title}", flush=True)
    print(f"\nOpenCV {cv2.__version__}, Pillow {Image.__version__}, shapely {shapely.__version__}\n")
    print("| format | read by | masks | IoU 1.0 | below |\n|---|---|---|---|---|")
    failed = False
    for (name, reader), results in overlaps.items():
        below = sorted(result for result in results if result[0] < 1)
        least = LEAST.get((name, reader), LEAST.get((name, None), 1))
        failed |= bool(below) and below[0][0] < least
        print(f"| `{name}` | {reader} | {len(results)} | {len(results) - len(below)} | {'; '.join(f'{title}: {overlap:.4f}' for overlap, title in below)} |")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
