"""Pictures as the runtime and the importers see them: turned where their EXIF data say so, 16-bit values by their upper 8 bits, as RGB."""
import struct
import zlib

import numpy as np
from PIL import Image

ORIENTATION = 0x0112
TURNS = {2: Image.FLIP_LEFT_RIGHT, 3: Image.ROTATE_180, 4: Image.FLIP_TOP_BOTTOM, 5: Image.TRANSPOSE, 6: Image.ROTATE_270, 7: Image.TRANSVERSE, 8: Image.ROTATE_90}
#: What Pillow throws at a file that is damaged.
DAMAGE = (OSError, SyntaxError, ValueError, EOFError, struct.error, zlib.error, Image.DecompressionBombError)


def orientation(image):
    """1 to 8; data that cannot be read turn nothing."""
    try:
        return image.getexif().get(ORIENTATION, 1)
    except (SyntaxError, ValueError, KeyError, TypeError, struct.error):
        return 1


def opened(path):
    """The picture, decoded. OSError, with the path, where there is none."""
    try:
        with Image.open(path) as image:
            image.load()
            turn = TURNS.get(orientation(image))
            if image.mode.startswith("I"):
                image = Image.fromarray((np.asarray(image) >> 8).clip(0, 255).astype(np.uint8))
            image = image.convert("RGB")
    except DAMAGE as problem:
        raise damaged(path, problem) from None
    return image if turn is None else image.transpose(turn)


def size(path):
    """Width and height by the file's head. Data of a PNG that stand behind its pixels are not looked for: `opened` sees them."""
    try:
        with Image.open(path) as image:
            turned = (image.format != "PNG" or "exif" in image.info) and orientation(image) in (5, 6, 7, 8)
            return image.size[::-1] if turned else image.size
    except DAMAGE as problem:
        raise damaged(path, problem) from None


def damaged(path, problem):
    """The error that names the picture; one that is not there stays FileNotFoundError."""
    return problem if isinstance(problem, FileNotFoundError) else OSError(f"the picture {path} cannot be read ({problem})")
