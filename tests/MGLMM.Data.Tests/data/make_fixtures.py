"""Makes data/fixtures: small data sets in the shapes that their authors publish, quirks included, and expected.json, the masks that the
reference programs make of them.

    gcc -O2 -shared -fPIC -o libmask.so maskApi.c          # common/maskApi.c of the COCO API, the C behind pycocotools
    python3 make_fixtures.py libmask.so fixtures           # needs numpy and cv2 (made with OpenCV 4.6.0)

Nothing in the fixtures is taken from a data set: pictures, words and shapes are made up here.
"""

import base64
import ctypes
import io
import json
import os
import pickle
import random
import shutil
import sys
import zlib

import cv2
import numpy as np

library = ctypes.CDLL(sys.argv[1])
library.rleToString.restype = ctypes.c_char_p
ROOT = sys.argv[2]
EXPECTED = {}


class Rle(ctypes.Structure):
    _fields_ = [("h", ctypes.c_ulong), ("w", ctypes.c_ulong), ("m", ctypes.c_ulong), ("cnts", ctypes.POINTER(ctypes.c_uint))]


def text(rle):
    return library.rleToString(ctypes.byref(rle)).decode()


def polygons_rle(polygons, width, height):
    """pycocotools' merge(frPyObjects(polygons, h, w))."""
    rles = (Rle * len(polygons))()
    for rle, polygon in zip(rles, polygons):
        values = (ctypes.c_double * len(polygon))(*polygon)
        library.rleFrPoly(ctypes.byref(rle), values, ctypes.c_ulong(len(polygon) // 2), ctypes.c_ulong(height), ctypes.c_ulong(width))
    union = Rle()
    library.rleMerge(rles, ctypes.byref(union), ctypes.c_ulong(len(polygons)), 0)
    return union


def decode(rle):
    array = np.zeros((rle.h, rle.w), np.uint8, order="F")
    library.rleDecode(ctypes.byref(rle), array.ctypes.data_as(ctypes.POINTER(ctypes.c_ubyte)), ctypes.c_ulong(1))
    return array


def encode(array):
    height, width = array.shape
    column_major = np.asfortranarray((array > 0).astype(np.uint8))
    rle = Rle()
    library.rleEncode(ctypes.byref(rle), column_major.ctypes.data_as(ctypes.POINTER(ctypes.c_ubyte)), ctypes.c_ulong(height), ctypes.c_ulong(width), ctypes.c_ulong(1))
    return rle


def compressed(array):
    return {"size": list(array.shape), "counts": text(encode(array))}


def uncompressed(array):
    rle = encode(array)
    return {"size": list(array.shape), "counts": [int(rle.cnts[index]) for index in range(rle.m)]}


def string(array):
    return text(encode(array))


def blob(width, height, left, top, right, bottom):
    array = np.zeros((height, width), np.uint8)
    array[top:bottom, left:right] = 1
    return array


def folder(*names):
    path = os.path.join(ROOT, *names)
    os.makedirs(path, exist_ok=True)
    return path


def write_json(value, *names, **options):
    with open(os.path.join(folder(*names[:-1]), names[-1]), "w") as out:
        json.dump(value, out, **options)


def picture(width, height, *names, seed=0):
    values = np.random.RandomState(seed + width * 7 + height).randint(0, 4, (height, width, 3)) * 40 + 60
    cv2.imwrite(os.path.join(folder(*names[:-1]), names[-1]), values.astype(np.uint8))


def write_png(array, *names, palette=None):
    """A label picture: one channel (or a palette, written by hand: cv2 has none) or COCO's three."""
    path = os.path.join(folder(*names[:-1]), names[-1])
    if palette is None:
        if array.ndim == 2 and array.max() > 255 or array.ndim == 3:
            cv2.imwrite(path, array)
        else:
            cv2.imwrite(path, array.astype(np.uint8))
        return
    height, width = array.shape

    def chunk(kind, data):
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    rows = b"".join(b"\0" + bytes(row.astype(np.uint8)) for row in array)
    with open(path, "wb") as out:
        out.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([8, 3, 0, 0, 0]))
                  + chunk(b"PLTE", bytes(palette)) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


class Python2Pickler(pickle._Pickler):
    """Writes texts as Python 2 writes its str: bytes, with opcode U or T (protocol 2) or S (protocol 0)."""

    dispatch = dict(pickle._Pickler.dispatch)

    def save_text(self, value):
        data = value.encode("utf-8")
        if any(byte > 127 for byte in data) and self.unicode_for_others:
            return pickle._Pickler.save_str(self, value)
        if self.bin:
            self.write(b"U" + bytes([len(data)]) + data if len(data) < 256 else b"T" + len(data).to_bytes(4, "little") + data)
        else:
            self.write(b"S" + repr(data)[1:].encode("ascii") + b"\n")
        self.memoize(value)

    dispatch[str] = save_text


def write_pickle(value, protocol, *names, unicode_for_others=True):
    buffer = io.BytesIO()
    pickler = Python2Pickler(buffer, protocol)
    pickler.unicode_for_others = unicode_for_others
    pickler.dump(value)
    with open(os.path.join(folder(*names[:-1]), names[-1]), "wb") as out:
        out.write(buffer.getvalue())


def expect(kind, purpose, sample, turns, ignore=None):
    EXPECTED.setdefault(f"{kind} {purpose}", {})[sample] = {"turns": turns, "ignore": ignore}


CATEGORIES = [{"supercategory": "person", "id": 1, "name": "person"}, {"supercategory": "vehicle", "id": 3, "name": "car"}, {"supercategory": "animal", "id": 18, "name": "dog"}]


def annotation(number, image, category, segmentation, crowd=0):
    return {"segmentation": segmentation, "area": 12.5, "iscrowd": crowd, "image_id": image, "bbox": [1.0, 2.0, 3.5, 4.25], "category_id": category, "id": number}


def coco_instances():
    width, height = 40, 30
    images = [{"license": 4, "file_name": f"{number:012d}.jpg", "coco_url": f"http://example.org/val2017/{number:012d}.jpg", "height": height, "width": width,
               "date_captured": "2013-11-14 17:02:52", "id": number} for number in (139, 285, 632)]
    dog = [[5.5, 4.25, 15.0, 3.5, 17.75, 12.0, 6.1, 14.9]]
    person1 = [[20.0, 2.0, 30.5, 2.5, 30.0, 20.0, 21.0, 19.5], [32.25, 5.0, 38.0, 6.0, 35.5, 12.0]]
    person2 = [[1.0, 16.0, 9.0, 16.0, 9.0, 28.0, 1.0, 28.0]]
    crowd = blob(width, height, 22, 22, 38, 29)
    # The order of annotations is not that of categories, a crowd has plain counts, one annotation has no polygon at all.
    annotations = [annotation(1768, 139, 18, dog), annotation(900100, 139, 1, uncompressed(crowd), crowd=1), annotation(2, 139, 1, person1),
                   annotation(3, 139, 1, person2), annotation(4, 285, 3, compressed(blob(width, height, 3, 4, 20, 9))), annotation(5, 285, 3, [])]
    write_json({"info": {"year": 2017}, "licenses": [], "images": images, "annotations": annotations, "categories": CATEGORIES}, "coco", "annotations", "instances_val2017.json")
    picture(width, height, "coco", "val2017", "000000000139.jpg")
    expect("coco-instances", "evaluation", "coco-instances-val-139",
           [[text(polygons_rle(person1, width, height)), text(polygons_rle(person2, width, height)), text(polygons_rle(dog, width, height))]], string(crowd))
    expect("coco-instances", "evaluation", "coco-instances-val-285", [[string(blob(width, height, 3, 4, 20, 9))]])


def coco_panoptic():
    width, height = 40, 30
    names = [(1, "person", 1), (3, "car", 1), (92, "banner", 0), (176, "wall-tile", 0), (187, "sky-other-merged", 0)]
    categories = [{"supercategory": "x", "isthing": thing, "id": number, "name": name} for number, name, thing in names]
    ids = {3226956: (187, 0), 6979964: (176, 0), 1: (1, 0), 256: (1, 0), 65537: (1, 1), 77: (3, 0)}
    labels = np.zeros((height, width), np.int64)
    labels[:12] = 3226956
    labels[12:25] = 6979964
    labels[5:20, 4:9] = 1
    labels[6:22, 14:20] = 256
    labels[10:18, 25:34] = 65537
    labels[20:24, 22:30] = 77
    labels[27:29, 3:6] = 4242  # A segment that the annotation does not list.
    rgb = np.stack([labels // 65536, labels // 256 % 256, labels % 256], axis=2).astype(np.uint8)  # cv2 writes blue first.
    write_png(rgb, "coco", "annotations", "panoptic_val2017", "000000000139.png")
    order = [77, 256, 65537, 1, 3226956, 6979964]
    info = [{"id": number, "category_id": ids[number][0], "iscrowd": ids[number][1], "bbox": [0, 0, 1, 1], "area": int((labels == number).sum())} for number in order]
    info[0]["area"] += 1
    info.append({"id": 999, "category_id": 3, "iscrowd": 0, "bbox": [0, 0, 1, 1], "area": 5})  # No pixel in the PNG.
    write_json({"info": {}, "licenses": [], "images": [{"file_name": "000000000139.jpg", "height": height, "width": width, "id": 139}],
                "annotations": [{"segments_info": info, "file_name": "000000000139.png", "image_id": 139}], "categories": categories},
               "coco", "annotations", "panoptic_val2017.json")
    shown = [256, 1, 77, 6979964, 3226956]
    counted = np.isin(labels, shown)
    expect("coco-panoptic", "evaluation", "coco-panoptic-val-139", [[string(labels == number) for number in shown]], string(~counted))
    expect("coco-panoptic", "training", "coco-panoptic-val-139", [[string(labels == number) for number in [256, 65537, 1, 77, 6979964, 3226956]]])


WIDTH, HEIGHT = 48, 36
PEOPLE = {
    101: [[4.2, 5.1, 12.0, 5.0, 12.5, 30.25, 4.0, 30.0]],
    102: [[20.0, 8.5, 27.75, 8.0, 28.0, 31.0, 20.5, 30.5], [29.0, 10.0, 33.0, 10.5, 31.0, 15.0]],
    103: [[36.0, 3.0, 46.0, 3.5, 45.0, 14.0, 37.0, 15.0]],
}


def refer_instances(*names, extra=()):
    images = [{"license": 1, "file_name": f"COCO_train2014_{number:012d}.jpg", "height": HEIGHT, "width": WIDTH, "id": number} for number in (581857, 581858)]
    annotations = [annotation(number, 581857, 1, polygons) for number, polygons in PEOPLE.items()] + list(extra)
    write_json({"info": {}, "images": images, "annotations": annotations, "categories": CATEGORIES}, *names, "instances.json")


def reference(number, image, annotations, split, *sentences, **more):
    first = 10 * number
    return {"sent_ids": [first + index for index in range(len(sentences))], "file_name": f"COCO_train2014_{image:012d}_{number}.jpg", "ann_id": annotations, "ref_id": number,
            "image_id": image, "split": split, "category_id": 1 if not isinstance(annotations, list) else [1 for _ in annotations] or [-1],
            "sentences": [{"tokens": sentence.lower().split(), "raw": sentence + " ", "sent_id": first + index, "sent": sentence.strip()} for index, sentence in enumerate(sentences)], **more}


def string_of(number):
    return text(polygons_rle(PEOPLE[number], WIDTH, HEIGHT))


def refcoco():
    references = [
        reference(1, 581857, 101, "train", "man left", "guy in red on the left", "left"),
        reference(2, 581857, 102, "train", "caf\u00e9 owner in the middle", "Second Guy"),
        reference(3, 581857, 103, "val", "kite top right", "the kite"),
        reference(4, 581857, 102, "testAB", "woman"),
        reference(5, 581857, 999999, "val", "somebody who is not annotated"),
        reference(6, 581858, 104, "val", "nothing drawn"),
    ]
    refer_instances("refer", "refcoco", extra=[annotation(104, 581858, 1, [])])
    write_pickle(references, 0, "refer", "refcoco", "refs(unc).p")
    expect("refcoco", "evaluation", "refcoco-val-581857", [[string_of(103)], [string_of(103)]])
    refer_instances("refer", "refcoco+", extra=[annotation(104, 581858, 1, [])])
    write_pickle(references, 2, "refer", "refcoco+", "refs(unc).p", unicode_for_others=False)
    expect("refcoco+", "evaluation", "refcoco+-val-581857", [[string_of(103)], [string_of(103)]])
    refer_instances("refer", "refcocog")
    write_pickle([reference(7, 581857, 101, "val", "a man standing on the left"), reference(8, 581857, 102, "test", "a man and his shadow")], 2, "refer", "refcocog", "refs(umd).p")
    write_pickle([reference(7, 581857, 102, "val", "a man standing on the left")], 2, "refer", "refcocog", "refs(google).p")
    expect("refcocog", "evaluation", "refcocog-val-581857", [[string_of(101)]])
    picture(WIDTH, HEIGHT, "refer", "images", "mscoco", "images", "train2014", "COCO_train2014_000000581857.jpg")
    picture(WIDTH, HEIGHT, "refer", "images", "mscoco", "images", "train2014", "COCO_train2014_000000581858.jpg")


def refclef():
    first, second = blob(WIDTH, HEIGHT, 3, 3, 20, 12), blob(WIDTH, HEIGHT, 15, 8, 30, 20)
    write_json({"images": [{"file_name": "19579.jpg", "height": HEIGHT, "width": WIDTH, "id": 19579}],
                "annotations": [annotation(1, 19579, 1, [compressed(first), compressed(second)])], "categories": CATEGORIES}, "refer", "refclef", "instances.json")
    write_pickle([reference(1, 19579, 1, "val", "big sky")], 2, "refer", "refclef", "refs(unc).p")
    picture(WIDTH, HEIGHT, "refer", "images", "saiapr_tc-12", "19579.jpg")
    expect("refclef", "evaluation", "refclef-val-19579", [[string(first | second)]])


def generalized():
    crowd = blob(WIDTH, HEIGHT, 0, 32, 48, 36)
    references = [
        reference(1, 581857, [101, 102], "val", "two men", "both of the men"),
        reference(2, 581857, [-1], "val", "a blue elephant", no_target=True),
        reference(3, 581857, [103], "val", "the kite"),
        reference(4, 581857, [102, 105], "val", "man and the crowd"),
        reference(5, 581857, [101], "train", "a man"),
        reference(6, 581857, [-1], "train", "no such thing", no_target=True),
    ]
    references[1]["category_id"] = [-1]
    refer_instances("refer", "grefcoco", extra=[annotation(105, 581857, 1, uncompressed(crowd), crowd=1)])
    write_json(references, "refer", "grefcoco", "grefs(unc).json")
    both = string(decode(polygons_rle(PEOPLE[101], WIDTH, HEIGHT)) | decode(polygons_rle(PEOPLE[102], WIDTH, HEIGHT)))
    expect("grefcoco", "evaluation", "grefcoco-val-581857", [[both], [both], [], [string_of(103)], [string_of(102)]])
    refer_instances("refer", "refzom")
    write_pickle([reference(1, 581857, [101, 102], "test", "two men"), reference(2, 581857, [], "test", "three zebras")], 2, "refer", "refzom", "Ref_ZOM.p")
    expect("ref-zom", "evaluation", "ref-zom-test-581857", [[both], []])
    robust = [reference(1, 581857, 101, "val", "man left", "zebra left")]
    robust[0]["sentences"][1]["exist"] = False
    refer_instances("refer", "rrefcoco")
    write_pickle(robust, 2, "refer", "rrefcoco", "refs(unc).p")
    expect("r-refcoco", "evaluation", "r-refcoco-val-581857", [[string_of(101)], []])


def draw(array, points, value):
    polygon = np.array([points], dtype=np.int32)
    cv2.polylines(array, polygon, True, value, 1)
    cv2.fillPoly(array, polygon, value)


def reason_seg():
    width, height = 50, 40
    shapes = [
        {"label": "target", "group_id": None, "shape_type": "polygon", "flags": {}, "points": [[12.5, 8.25], [20.9, 9.0], [19.0, 15.7]]},
        {"label": "ignore", "group_id": None, "shape_type": "polygon", "flags": {}, "points": [[25.0, 20.0], [45.6, 21.0], [44.0, 36.5], [26.3, 35.0]]},
        {"label": "target", "group_id": None, "shape_type": "polygon", "flags": {}, "points": [[2.0, 2.0], [30.2, 3.0], [28.0, 30.5], [3.7, 28.0]]},
        {"label": "ignore", "group_id": None, "shape_type": "polygon", "flags": {}, "points": [[6.0, 20.0], [10.0, 20.0], [10.0, 24.0], [6.0, 24.0]]},
        {"label": "flag", "group_id": None, "shape_type": "polygon", "flags": {}, "points": [[0, 0], [49, 0], [49, 39]]},
    ]

    def masks(list_of_shapes):
        kept, areas = [shape for shape in list_of_shapes if shape["label"] != "flag"], []
        for shape in kept:
            alone = np.zeros((height, width), np.uint8)
            draw(alone, shape["points"], 1)
            areas.append(alone.sum())
        array = np.zeros((height, width), np.uint8)
        for index in np.argsort(areas)[::-1]:
            draw(array, kept[index]["points"], 255 if "ignore" in kept[index]["label"] else 1)
        return array

    name = "102_aaaaaaaa_o"
    picture(width, height, "ReasonSeg", "val", name + ".jpg")
    write_json({"text": ["what could keep somebody dry in such weather?"], "is_sentence": True, "shapes": shapes, "version": "4.5.6", "imageHeight": 9, "imageWidth": 9}, "ReasonSeg", "val", name + ".json")
    expect("reasonseg", "evaluation", "reasonseg-val-" + name, [[string(masks(shapes) == 1)]], string(masks(shapes) == 255))
    # One of the files that Windows wrote: its apostrophe is byte 0x92.
    name = "103_bbbbbbbb_o"
    picture(width, height, "ReasonSeg", "val", name + ".jpg")
    one = [shapes[2]]
    with open(os.path.join(folder("ReasonSeg", "val"), name + ".json"), "wb") as out:
        out.write(json.dumps({"text": ["the dog\u2019s bowl"], "is_sentence": False, "shapes": one}, ensure_ascii=False).encode("cp1252"))
    expect("reasonseg", "evaluation", "reasonseg-val-" + name, [[string(masks(one) == 1)]])
    name = "104_cccccccc_o"
    picture(width, height, "ReasonSeg", "train", name + ".jpg")
    write_json({"text": ["the umbrella", "what keeps the rain off", "the thing to stay dry with", "protection", "cover"], "is_sentence": False, "shapes": shapes}, "ReasonSeg", "train", name + ".json")


def mgsc():
    width, height = 64, 48

    def mask(array):
        return json.dumps({"size": list(array.shape), "counts": base64.b64encode(string(array).encode("ascii")).decode("ascii")})

    table, cup, handle = blob(width, height, 2, 20, 60, 46), blob(width, height, 10, 12, 22, 26), blob(width, height, 20, 14, 26, 22)
    samples = [
        {"file_name": "sa_1.jpg", "type": "root", "label": "root", "gcg_caption": "\" On <obj1>a wooden table</obj1> stands <obj2>a white cup</obj2>. \"", "gcg_labels": ["obj1", "obj2"],
         "obj1": {"label": "table", "mask": mask(table)}, "obj2": {"label": "cup", "mask": mask(cup)}},
        {"file_name": "sa_1.jpg", "type": "subtree", "label": "subtree:white cup", "gcg_caption": "The cup has <h>a round handle</h> and <x>a rim</x>.", "gcg_labels": ["h"], "h": {"label": "handle", "mask": mask(handle)}},
        {"file_name": "sa_1.jpg", "type": "subtree", "label": "subtree:table", "gcg_caption": "", "gcg_labels": []},
        {"file_name": "sa_1.jpg", "type": "subtree", "label": "subtree:rim", "gcg_caption": "It has <a>a rim</a>.", "gcg_labels": ["a"], "a": {"label": "rim", "mask": "None"}},
        {"file_name": "sa_1.jpg", "type": "root", "label": "root", "gcg_caption": "First <b>a cup</b>, then <a>the table</a>.", "gcg_labels": ["a", "b"],
         "a": {"label": "table", "mask": mask(table)}, "b": {"label": "cup", "mask": mask(cup)}},
    ]
    write_json(samples, "MGLMM_gcg_new", "annotations", "mglmm_sa_1.json")
    with open(os.path.join(folder("MGLMM_gcg_new"), "MGLMM_val_split.txt"), "w") as out:
        out.write("mglmm_sa_1.json\nmglmm_sa_2.json\n")
    # What convert.py makes of it for the evaluation: an image a sample, and the picture's width and height swapped.
    images = [{"id": f"sa_1_{number}", "width": height, "height": width, "type": label, "sam_file_name": "sa_1.jpg"} for number, label in enumerate(["root", "subtree:white cup"])]
    said = [("On a wooden table stands a white cup.", ["a white cup", "a wooden table"]), ("The cup has a round handle.", ["a round handle"])]
    write_json({"info": {}, "licenses": [], "images": images, "annotations": [{"image_id": image["id"], "id": number, "caption": said[number][0], "labels": said[number][1]} for number, image in enumerate(images)]},
               "MGLMM_gcg_new", "all_mgsc_caption_gt.json")
    shown = [("sa_1_0", cup), ("sa_1_0", table), ("sa_1_1", handle)]
    write_json({"info": {}, "licenses": [], "images": images, "categories": [{"id": 1, "name": "object"}], "annotations": [
        {"id": number, "image_id": image, "category_id": 1, "iscrowd": 0, "segmentation": compressed(array), "area": int(array.sum()), "bbox": [0, 0, 1, 1]} for number, (image, array) in enumerate(shown)]},
        "MGLMM_gcg_new", "all_mgsc_mask_gt.json")
    picture(width, height, "SegmentAnything", "imgs", "sa_1.jpg")
    expect("mgsc", "evaluation", "mgsc-val-mglmm_sa_1-0", [[string(table), string(cup)]])
    expect("mgsc", "evaluation", "mgsc-val-mglmm_sa_1-1", [[string(handle)]])
    expect("mgsc", "evaluation", "mgsc-val-mglmm_sa_1-4", [[string(cup), string(table)]])


def grandf():
    width, height = 40, 36
    tower, tree, sky = blob(width, height, 4, 4, 14, 30), blob(width, height, 20, 10, 36, 34), blob(width, height, 0, 0, 40, 5)
    ha = [{"file_name": "sa_10010541.jpg", "height": height, "width": width, "image_id": "sa_10010541", "caption": "\"A stone tower and \U0001F333 a tree under the sky.\"",
           "groundings": {"a tree": {"token_positives": [20, 26], "rle_masks": [compressed(tree)]}, "A stone tower": {"token_positives": [0, 13], "rle_masks": [compressed(tower), compressed(sky)]},
                          "a ghost": {"token_positives": [-1, -1], "rle_masks": [compressed(sky)]}, "the sky": {"token_positives": [33, 40], "rle_masks": [compressed(sky)]}}}]
    write_json(ha, "GranDf", "annotations", "train", "GranDf_HA_GCG_train.json")
    picture(width, height, "GranDf", "GranDf_HA_images", "train", "sa_10010541.jpg")
    expect("grandf", "training", "grandf-train-GranDf_HA_GCG-0", [[string(tower | sky), string(tree), string(sky)]])
    psg = [{"file_name": "train2017/000000000139.jpg", "height": height, "width": width, "image_id": 139, "caption": "a tower by a tree",
            "groundings": {"a tower": {"token_positives": [0, 7], "rle_masks": [compressed(tower)]}, "a tree": {"token_positives": [11, 17], "rle_masks": [compressed(tree)]}}}]
    write_json(psg, "GranDf", "annotations", "train", "OpenPsgGCG_train.json")
    picture(width, height, "coco", "train2017", "000000000139.jpg")
    expect("grandf", "training", "grandf-train-OpenPsgGCG-0", [[string(tower), string(tree)]])
    man, shirt = [[2.0, 2.0, 18.5, 3.0, 17.0, 33.0, 3.0, 32.0]], [[4.0, 8.0, 15.0, 8.5, 14.5, 18.0]]
    refcocog = [{"450": {"img_file_name": "COCO_train2014_000000000450.jpg", "caption": "A man in a red shirt.", "refs": [
        {"sentence": "red shirt", "bbox": [1, 2, 3, 4], "segmentation": shirt}, {"sentence": "a man in a red", "bbox": [1, 2, 3, 4], "segmentation": man},
        {"sentence": "a zebra", "bbox": [1, 2, 3, 4], "segmentation": man}]}}]
    write_json(refcocog, "GranDf", "annotations", "train", "RefCOCOg_GCG_train.json")
    picture(width, height, "coco", "train2014", "COCO_train2014_000000000450.jpg")
    expect("grandf", "training", "grandf-train-RefCOCOg_GCG-0", [[text(polygons_rle(man, width, height)), text(polygons_rle(shirt, width, height))]])
    flickr = {"images": [{"file_name": "1000092795.jpg", "height": str(height) if False else height, "width": width, "id": 7, "caption": "Two young guys near a bush"},
                         {"file_name": "2.jpg", "height": height, "width": width, "id": 8, "caption": "Two guys"}],
              "annotations": [{"id": 1, "image_id": 7, "bbox": [20.0, 10.0, 16.0, 24.0], "area": 384, "iscrowd": 0, "category_id": 1, "tokens_positive": [[20, 26]], "sam_mask": compressed(tree)},
                              {"id": 2, "image_id": 7, "bbox": [4.0, 4.0, 10.0, 26.0], "area": 260, "iscrowd": 0, "category_id": 1, "tokens_positive": [[0, 14], [15, 19]], "sam_mask": compressed(tower)},
                              {"id": 3, "image_id": 7, "bbox": [90.0, 4.0, 10.0, 26.0], "area": 260, "iscrowd": 0, "category_id": 1, "tokens_positive": [[4, 9]], "sam_mask": compressed(sky)}],
              "categories": [{"id": 1, "name": "object"}]}
    write_json(flickr, "GranDf", "annotations", "train", "flickr_mergedGT_GCG_train.json")
    picture(width, height, "flickr_30k", "images", "1000092795.jpg")
    expect("grandf", "training", "grandf-train-flickr_mergedGT_GCG-7", [[string(tower), string(tree)]])
    captions = {"images": [{"id": "sa_2"}], "annotations": [{"image_id": "sa_2", "id": 0, "caption": "A tree beside a tower and its sky", "labels": ["tower", "A tree", "clouds"]}]}
    masks = {"images": [{"id": "sa_2", "height": height, "width": width}], "annotations": [
        {"id": index, "image_id": "sa_2", "category_id": 1, "iscrowd": 0, "area": 1, "bbox": [0, 0, 1, 1], "segmentation": compressed(array)} for index, array in enumerate([tower, tree, sky])],
        "categories": [{"id": 1, "name": "object"}]}
    write_json(captions, "GranDf", "annotations", "val_test", "val_gcg_coco_caption_gt.json")
    write_json(masks, "GranDf", "annotations", "val_test", "val_gcg_coco_mask_gt.json")
    picture(width, height, "GranDf", "GranDf_HA_images", "val_test", "sa_2.jpg")
    expect("grandf", "evaluation", "grandf-val-sa_2", [[string(tree), string(tower), string(sky)]])


def semantic():
    width, height = 36, 28
    # ADE20K: 0 is other, class n is n - 1. The picture has wall (1), sky (3) and person (13).
    labels = np.zeros((height, width), np.int64)
    labels[:8], labels[8:18], labels[10:26, 5:12] = 3, 1, 13
    write_png(labels, "ADEChallengeData2016", "annotations", "validation", "ADE_val_00000001.png")
    picture(width, height, "ADEChallengeData2016", "images", "validation", "ADE_val_00000001.jpg")
    with open(os.path.join(folder("ADEChallengeData2016"), "objectInfo150.txt"), "w") as out:
        out.write("Idx\tRatio\tTrain\tVal\tStuff\tName\n1\t0.1576\t11664\t1172\t1\twall\n2\t0.1072\t6046\t612\t1\tbuilding, edifice\n3\t0.0878\t8265\t796\t1\tsky\n")
        out.writelines(f"{number}\t0.01\t1\t1\t0\tthing {number}, other name\n" for number in range(4, 151))
    expect("ade20k", "evaluation", "ade20k-validation-ADE_val_00000001", [[string(labels == number)] for number in (1, 3, 13)], string(labels == 0))
    write_png(np.zeros((height, width), np.int64), "ADEChallengeData2016", "annotations", "validation", "ADE_val_00000002.png")  # Nothing but other.
    # COCO-Stuff: the value is the label - 1; 255 is unlabelled, and classes with a hyphen do not count.
    labels = np.full((height, width), 255, np.int64)
    labels[:10], labels[10:20], labels[12:24, 20:30], labels[2:6, 2:6] = 170, 171, 0, 17  # wall-brick, wall-concrete (hyphens), person, dog
    write_png(labels, "cocostuff", "stuffthingmaps", "val2017", "000000000139.png")
    expect("coco-stuff", "evaluation", "coco-stuff-val-000000000139", [[string(labels == 0)], [string(labels == 17)]], string(~np.isin(labels, [0, 17])))
    # Mapillary: a palette, whose indices count, and every class does.
    labels = np.zeros((height, width), np.int64)
    labels[:9], labels[9:20] = 1, 3
    write_png(labels, "mapillary", "training", "v2.0", "labels", "aaa.png", palette=sum([[index * 60, 10, 200] for index in range(4)], []))
    picture(width, height, "mapillary", "training", "images", "aaa.jpg")
    write_json({"labels": [{"color": [index * 60, 10, 200], "instances": True, "readable": name, "name": "x--" + name.lower()} for index, name in enumerate(["Bird", "Ground Animal", "Fence", "Unlabeled"])], "version": "2.0"},
               "mapillary", "config_v2.0.json")
    expect("mapillary", "evaluation", "mapillary-training-aaa", [[string(labels == number)] for number in (0, 1, 3)])


def parts():
    width, height = 40, 30
    dog, ear, head = [[2.0, 3.0, 30.5, 4.0, 28.0, 26.5, 4.0, 25.0]], [[4.0, 4.0, 9.0, 4.5, 8.0, 10.0]], [[3.0, 3.5, 14.0, 4.0, 13.0, 15.0, 4.0, 14.0], [20.0, 20.0, 24.0, 20.0, 22.0, 24.0]]
    categories = [{"id": 1, "name": "dog:ear", "supercategory": "PART"}, {"id": 2, "name": "dog:head", "supercategory": "PART"}]
    write_json({"images": [{"id": 1, "file_name": "2008_000001.jpg", "width": width, "height": height}],
                "annotations": [annotation(1, 1, 1, ear), annotation(2, 1, 2, head)], "categories": categories}, "pascal_part", "val.json")
    picture(width, height, "pascal_part", "VOCdevkit", "VOC2010", "JPEGImages", "2008_000001.jpg")
    expect("pascal-part", "evaluation", "pascal-part-val-1", [[text(polygons_rle(ear, width, height))], [text(polygons_rle(head, width, height))]])
    categories = [{"id": 7, "name": "trash_can", "supercategory": "OBJECT"}, {"id": 9, "name": "car_(automobile)", "supercategory": "OBJECT"}, {"id": 300, "name": "car_(automobile):wheel_(front)", "supercategory": "PART"}]
    more = dict(annotation(3, 5, 300, compressed(blob(width, height, 6, 18, 12, 26))), attribute_ids=[3, 9], unknown_color=0, unknown_material=1, obj_ann_id=2)
    write_json({"info": {}, "images": [{"id": 5, "file_name": "val2017/000000000139.jpg", "width": width, "height": height, "not_exhaustive_category_ids": [], "neg_category_ids": []}],
                "annotations": [annotation(1, 5, 7, dog), annotation(2, 5, 9, head), more], "categories": categories, "attributes": [], "part_categories": []}, "paco", "annotations", "paco_lvis_v1_val.json")
    expect("paco", "evaluation", "paco-val-5", [[text(polygons_rle(dog, width, height))], [text(polygons_rle(head, width, height))], [string(blob(width, height, 6, 18, 12, 26))]])


def captions():
    images = [{"id": 139, "file_name": "000000000139.jpg", "width": 40, "height": 30, "license": 1}, {"id": 285, "file_name": "000000000285.jpg", "width": 40, "height": 30, "license": 1},
              {"id": 632, "file_name": "000000000632.jpg", "width": 40, "height": 30, "license": 1}]
    said = [(139, 1, "A dog near a bench."), (285, 2, "A red car. "), (139, 3, "Somebody's dog is waiting."), (139, 4, "A dog waits\n")]
    annotations = [{"image_id": image, "id": number, "caption": caption} for image, number, caption in said]
    write_json({"info": {}, "licenses": [], "images": images, "annotations": annotations}, "coco", "annotations", "captions_val2017.json")
    expect("coco-captions", "evaluation", "coco-captions-val-139", [[]])
    expect("coco-captions", "evaluation", "coco-captions-val-285", [[]])
    write_json({"info": {}, "licenses": [], "images": [{"id": 0, "file_name": "0013ea2087020901.jpg", "width": 40, "height": 30, "open_images_id": "0013ea2087020901", "domain": "near-domain", "coco_url": "http://example.org/x"}],
                "annotations": [{"image_id": 0, "id": number, "caption": f"Caption number {number}."} for number in range(10)]}, "nocaps", "nocaps_val_4500_captions.json")
    picture(40, 30, "nocaps", "val", "0013ea2087020901.jpg")
    expect("nocaps", "evaluation", "nocaps-val-0", [[]])
    conversations = [
        {"id": "000000000139", "image": "000000000139.jpg", "conversations": [
            {"from": "human", "value": "<image>\nWhat is the dog doing?"}, {"from": "gpt", "value": "It is waiting."}, {"from": "human", "value": "Where?"}, {"from": "gpt", "value": "By a bench."}]},
        {"id": "000000000139", "image": "000000000139.jpg", "conversations": [{"from": "gpt", "value": "Hello."}, {"from": "human", "value": "Is it old?\n<image>"}, {"from": "gpt", "value": "It seems so."}]},
        {"id": "000000000140", "image": "000000000140.jpg", "conversations": [{"from": "human", "value": "<image>"}, {"from": "gpt", "value": "x"}]},
        {"id": "x", "conversations": [{"from": "human", "value": "Hi"}, {"from": "gpt", "value": "x"}]},
    ]
    write_json(conversations, "llava", "llava_instruct_150k.json")
    picture(40, 36, "coco", "train2017", "000000000139.jpg")
    expect("llava-instruct", "evaluation", "llava-instruct-0", [[], []])
    expect("llava-instruct", "evaluation", "llava-instruct-1", [[]])


def flickr():
    for name, lines in {"Sentences": ["[/EN#1/people Two young guys] look at [/EN#2/bodyparts their hands] .", "A [/EN#3/scene yard] with [/EN#1/people guys] .", "[/EN#0/notvisual Something] happens ."]}.items():
        with open(os.path.join(folder("flickr30k_entities", name), "1000092795.txt"), "w") as out:
            out.write("\n".join(lines) + "\n")
    with open(os.path.join(folder("flickr30k_entities", "Annotations"), "1000092795.xml"), "w") as out:
        out.write("""<annotation>
  <filename>1000092795.jpg</filename>
  <size><width>40</width><height>30</height><depth>3</depth></size>
  <object><name>1</name><bndbox><xmin>3</xmin><ymin>2</ymin><xmax>10</xmax><ymax>20</ymax></bndbox></object>
  <object><name>1</name><name>2</name><bndbox><xmin>20</xmin><ymin>2</ymin><xmax>41</xmax><ymax>22</ymax></bndbox></object>
  <object><name>3</name><scene>1</scene><nobndbox>0</nobndbox></object>
</annotation>
""")
    for split in ("train", "val", "test"):
        with open(os.path.join(folder("flickr30k_entities"), split + ".txt"), "w") as out:
            out.write("1000092795\n" + ("77\n" if split == "test" else ""))
    picture(40, 30, "flickr30k-images", "1000092795.jpg")
    expect("flickr30k-entities", "evaluation", "flickr30k-entities-test-1000092795", [[]])


def muse():
    width, height = 40, 30
    cup, spoon = [[2.0, 2.0, 12.0, 3.0, 11.0, 14.0]], blob(width, height, 20, 5, 26, 25)
    def answer(name, segmentation, **more):
        return {"segmentation": segmentation, "category_name": name, "bbox": [1.0, 2.0, 3.0, 4.0], **more}
    items = [
        {"file_name": "COCO_train2014_000000581857.jpg", "height": height, "width": width, "ann_list": [{"bbox": [1, 2, 3, 4], "category_name": "cup"}],
         "questions": ["What would you drink from, and what would you stir with?", "What is at [12, 23, 34, 45]?", "Anything to eat with?"],
         "answers": [[answer("cup", cup), answer("wooden_spoon", uncompressed(spoon))], [answer("cup", cup)], [answer("wooden_spoon", compressed(spoon))]],
         "text_answers": ["Drink from the cup {seg} and stir with the wooden spoon {{seg}}.</s>", "The cup {seg}.", "That long thing over there: {seg}."]},
        {"coco_url": "http://images.cocodataset.org/val2017/000000000139.jpg", "height": height, "width": width, "ann_list": [{"bbox": [1, 2, 3, 4], "category_name": "cup"}],
         "questions": ["What belongs on the table?"], "answers": [[answer("cup_(vessel)", cup, rephrased_name="the white cup."), answer("spoon", compressed(spoon), rephrased_name="cutlery"), answer("cup", cup)]]},
        {"file_name": "COCO_train2014_000000000001.jpg", "height": height, "width": width, "ann_list": [], "questions": [], "answers": []},
    ]
    write_json(items, "muse", "MUSE_val.json")
    write_json(items, "muse", "MUSE_train.json")
    first, second = text(polygons_rle(cup, width, height)), string(spoon)
    expect("muse", "evaluation", "muse-val-0", [[first, second], [second]])
    expect("muse", "evaluation", "muse-val-1", [[first, second, first]])


def segment_anything():
    width, height = 50, 40
    house, door, knob, tree = blob(width, height, 2, 2, 30, 38), blob(width, height, 10, 20, 18, 38), blob(width, height, 15, 28, 17, 30), blob(width, height, 32, 4, 48, 38)
    annotations = [{"id": 500 + index, "segmentation": compressed(array), "bbox": [1, 2, 3, 4], "area": int(array.sum()), "predicted_iou": 0.97, "stability_score": 0.98, "crop_box": [0, 0, width, height], "point_coords": [[3.5, 4.5]]}
                   for index, array in enumerate([knob, tree, house, door])]
    write_json({"image": {"image_id": 1, "width": width, "height": height, "file_name": "sa_1.jpg"}, "annotations": annotations}, "sa1b", "sa_000000", "sa_1.json")
    picture(width, height, "sa1b", "sa_000000", "sa_1.jpg")
    expect("sa1b", "evaluation", "sa1b-1", [[string(tree), string(house)]])


def one_bit_png(array):
    height, width = array.shape

    def chunk(kind, data):
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    rows = b"".join(b"\0" + bytes(np.packbits(row)) for row in array)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([1, 0, 0, 0, 0])) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def densely_captioned():
    width, height = 50, 40
    arrays = {0: blob(width, height, 2, 2, 30, 38), 1: blob(width, height, 10, 20, 18, 38), 2: blob(width, height, 20, 20, 26, 30), 3: blob(width, height, 32, 4, 48, 38), 4: blob(width, height, 34, 6, 40, 12), 5: blob(width, height, 41, 6, 46, 12)}
    labels = {0: "house", 1: "green Door", 2: "window", 3: "shadow", 4: "lamp", 5: "sign"}
    parents = {0: -1, 1: 0, 2: 0, 3: -1, 4: 3, 5: 3}
    data = {str(number): {"idx": number, "outer_mask": base64.b64encode(one_bit_png(array)).decode("ascii"), "mask_quality": 2 if number == 3 else 0, "label": labels[number], "caption": f" The {labels[number]} is number {number} ",
                          "parent": parents[number], "requirements": [], "bounds": [[0, 0], [1, 1]], "area": int(array.sum())} for number, array in arrays.items()}
    write_json({"image": "sa_1.jpg", "short_caption": "A house.", "extra_caption": "A house with a door", "mask_data": data}, "DCI", "val", "sa_1.json")
    expect("dci", "evaluation", "dci-val-sa_1", [[string(arrays[0]), string(arrays[4]), string(arrays[5])], [string(arrays[1]), string(arrays[2])]])


def segcap():
    mask = compressed(blob(40, 30, 5, 5, 20, 25))
    picture(40, 30, "segcap", "images", "a.png")
    common = {"version": 2, "image": "images/a.png", "width": 40, "height": 30}
    lines = [
        {"id": "one", **common, "task": "refer_one", "instruction": "Find it.", "answer": "<p> it </p> [SEG]", "masks": [mask], "labels": ["it"], "ignore": mask, "references": ["<p> it </p> [SEG]", "It."]},
        {"id": "two", **common, "task": "dialogue", "turns": [{"instruction": "a", "answer": "[SEG]", "masks": [mask], "labels": ["a"]}, {"instruction": "b", "answer": "No.", "masks": [], "labels": [], "target": "none"}],
         "regions": [{"id": "1", "label": "it", "mask": mask}, {"id": "2", "parent": "1", "label": "part", "mask": mask}], "source": {"dataset": "made up", "split": "val", "ids": {"n": 1}}},
    ]
    with open(os.path.join(folder("segcap"), "segcap.jsonl"), "w") as out:
        out.writelines(json.dumps(line) + "\n" for line in lines)


def main():
    random.seed(15)
    shutil.rmtree(ROOT, ignore_errors=True)
    for make in (coco_instances, coco_panoptic, refcoco, refclef, generalized, reason_seg, mgsc, grandf, semantic, parts, captions, flickr, muse, segment_anything, densely_captioned, segcap):
        make()
    write_json(EXPECTED, "expected.json", indent=1)


main()
