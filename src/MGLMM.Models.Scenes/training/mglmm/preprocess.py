"""From a picture to the two encoders' inputs, step by step as the official code does it."""
import numpy as np
import torch
from PIL import Image

SAM_MEAN = np.array([123.675, 116.28, 103.53], np.float32)
SAM_STD = np.array([58.395, 57.12, 57.375], np.float32)


def clip_pixels(image, config):
    """config is preprocessor_config.json; either the short side is resized and the centre cropped, or the picture is squashed."""
    size = config["size"]
    if isinstance(size, dict) and "height" in size:
        image = image.resize((size["width"], size["height"]), Image.BICUBIC)
    else:
        short = size["shortest_edge"] if isinstance(size, dict) else size
        w, h = image.size
        new = (short, int(short * h / w)) if w <= h else (int(short * w / h), short)
        image = image.resize(new, Image.BICUBIC)
    if config.get("do_center_crop", True):
        crop = config["crop_size"]
        ch, cw = (crop["height"], crop["width"]) if isinstance(crop, dict) else (crop, crop)
        x, y = (image.size[0] - cw) // 2, (image.size[1] - ch) // 2
        image = image.crop((x, y, x + cw, y + ch))
    x = (np.asarray(image, np.uint8) * (1 / 255)).astype(np.float32)
    x = (x - np.array(config["image_mean"], np.float32)) / np.array(config["image_std"], np.float32)
    return torch.from_numpy(np.ascontiguousarray(x.transpose(2, 0, 1)))


def sam_size(width, height, target):
    scale = target / max(width, height)
    return int(width * scale + 0.5), int(height * scale + 0.5)


def sam_pixels(image, target):
    """The padded input, and (height, width) of the resized picture in it."""
    w, h = sam_size(*image.size, target)
    x = np.asarray(image.resize((w, h), Image.BILINEAR), np.float32)
    out = np.zeros((3, target, target), np.float32)
    out[:, :h, :w] = ((x - SAM_MEAN) / SAM_STD).transpose(2, 0, 1)
    return torch.from_numpy(out), (h, w)
