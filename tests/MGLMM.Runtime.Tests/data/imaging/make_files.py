"""Makes the pictures of this folder and decoded.npz (what cv2.imread gives for each, as RGB).

Run once with Debian 12's python3-opencv 4.6.0, python3-pil 9.4.0, python3-numpy 1.24.2; the results are committed, so that no
test needs Python. resized.npz holds Pillow's own resizes. The pictures are random blobs, so nothing here has an author.
"""
import io, struct, zlib
import cv2, numpy as np
from PIL import Image, ImageCms

rng = np.random.default_rng(7)


def scene(width, height, channels=3):
    small = rng.integers(0, 256, (5, 6, channels), dtype=np.uint8)
    picture = np.stack([np.asarray(Image.fromarray(small[..., c]).resize((width, height), Image.BICUBIC)) for c in range(channels)], -1)
    noise = rng.integers(-20, 21, picture.shape)
    return np.clip(picture.astype(int) + noise, 0, 255).astype(np.uint8)


def png(name, width, height, depth, colour, rows, extra=(), interlaced=False):
    """rows: the raw bytes of each row; extra: chunks before IDAT."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    raw = b"".join(b"\0" + row for row in rows)
    body = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, int(interlaced)))
    for kind, data in extra:
        body += chunk(kind, data)
    body += chunk(b"IDAT", zlib.compress(raw, 9)) + chunk(b"IEND", b"")
    open(name, "wb").write(body)


def png16(name, array, colour, extra=()):
    h, w = array.shape[:2]
    png(name, w, h, 16, colour, [array[y].astype(">u2").tobytes() for y in range(h)], list(extra))


W, H = 23, 17
wide16 = lambda c: rng.integers(0, 65536, (H, W, c), dtype=np.uint16)
png16("gray16.png", wide16(1), 0)
g = wide16(1); png16("gray16_transparent_colour.png", g, 0, [(b"tRNS", struct.pack(">H", int(g[3, 4, 0])))])
png16("gray16_gamma.png", wide16(1), 0, [(b"gAMA", struct.pack(">I", 100000))])
png16("la16.png", wide16(2), 4)
png16("rgb16.png", wide16(3), 2)
c = wide16(3); png16("rgb16_transparent_colour.png", c, 2, [(b"tRNS", struct.pack(">HHH", *map(int, c[2, 2])))])
png16("rgba16.png", wide16(4), 6)
rgb = scene(W, H)
png("rgb_gamma.png", W, H, 8, 2, [r.tobytes() for r in rgb], [(b"gAMA", struct.pack(">I", 100000))])
png("rgb_transparent_colour.png", W, H, 8, 2, [r.tobytes() for r in rgb], [(b"tRNS", struct.pack(">HHH", *map(int, rgb[1, 1])))])
exif6 = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0"
png("rgb_exif6.png", W, H, 8, 2, [r.tobytes() for r in rgb], [(b"eXIf", exif6)])
gray = scene(W, H, 1)[..., 0]
png("gray_transparent_colour.png", W, H, 8, 0, [r.tobytes() for r in gray], [(b"tRNS", struct.pack(">H", int(gray[0, 0])))])
for depth in (1, 2, 4):
    v = rng.integers(0, 2 ** depth, (H, W))
    pack = lambda row: np.packbits(((row[:, None] >> np.arange(depth - 1, -1, -1)) & 1).astype(np.uint8).ravel()).tobytes()
    png(f"gray{depth}.png", W, H, depth, 0, [pack(r) for r in v])
    palette = rng.integers(0, 256, (2 ** depth, 3), dtype=np.uint8).tobytes()
    png(f"palette{depth}.png", W, H, depth, 3, [pack(r) for r in v], [(b"PLTE", palette)])
v = rng.integers(0, 200, (H, W)).astype(np.uint8)
png("palette8_transparent.png", W, H, 8, 3, [r.tobytes() for r in v],
    [(b"PLTE", rng.integers(0, 256, (200, 3), dtype=np.uint8).tobytes()), (b"tRNS", rng.integers(0, 256, 200, dtype=np.uint8).tobytes())])
rgba = np.concatenate([rgb, rng.integers(0, 256, (H, W, 1), dtype=np.uint8)], -1); rgba[:5, :, 3] = 0
Image.fromarray(rgba).save("rgba_hidden_colours.png")
profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
swapped = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
for a, b in ((b"rXYZ", b"gXYZ"),):  # a profile that swaps red and green: any use of it shows
    i, j = swapped.index(a), swapped.index(b); swapped[i:i + 4], swapped[j:j + 4] = b, a
swapped = bytes(swapped)
Image.fromarray(rgb).save("rgb_profile.png", icc_profile=swapped)

picture = scene(37, 29)
image = Image.fromarray(picture)
image.save("rgb_444.jpg", quality=92, subsampling=0)
image.save("rgb_422.jpg", quality=85, subsampling=1)
image.save("rgb_420.jpg", quality=75, subsampling=2)
image.save("rgb_420_progressive.jpg", quality=60, subsampling=2, progressive=True)
image.save("rgb_profile.jpg", quality=90, icc_profile=swapped)
image.convert("L").save("gray.jpg", quality=80)
for orientation in range(1, 9):
    e = Image.Exif(); e[0x0112] = orientation
    image.save(f"exif{orientation}.jpg", quality=80, exif=e)
cmyk = Image.fromarray(scene(37, 29, 4), "CMYK")
cmyk.save("cmyk.jpg", quality=90)
cmyk.save("cmyk_progressive.jpg", quality=90, progressive=True)
cmyk.save("cmyk_420.jpg", quality=70, subsampling=2)
image.save("lossless.webp", lossless=True)
image.save("lossy.webp", quality=80)
Image.fromarray(np.concatenate([picture, rng.integers(0, 256, (29, 37, 1), dtype=np.uint8)], -1)).save("alpha_lossless.webp", lossless=True, exact=True)
Image.fromarray(scene(1, 1)).save("1x1.png")
Image.fromarray(scene(1, 4000)).save("1x4000.png")
image.save("colour.bmp")

adam7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]  # x, y, step x, step y
for name, array, depth, colour in (("rgb_interlaced", rgb, 8, 2), ("gray16_interlaced", g.astype(">u2"), 16, 0)):
    png(name + ".png", W, H, depth, colour, [row.tobytes() for x, y, dx, dy in adam7 for row in array[y::dy, x::dx]], interlaced=True)

tall = Image.fromarray(np.tile(picture, (7, 1, 1))[:201])  # more rows than one block of the decoder
tall.save("tall_420.jpg", quality=75, subsampling=2)
tall.save("tall_420_progressive.jpg", quality=75, subsampling=2, progressive=True)

names = ["rgb_interlaced", "gray16_interlaced", "gray16", "gray16_transparent_colour", "gray16_gamma", "la16", "rgb16", "rgb16_transparent_colour", "rgba16", "rgb_gamma",
         "rgb_transparent_colour", "rgb_exif6", "gray_transparent_colour", "gray1", "gray2", "gray4", "palette1", "palette2", "palette4",
         "palette8_transparent", "rgba_hidden_colours", "rgb_profile", "1x1", "1x4000"]
files = [n + ".png" for n in names]
files += ["tall_420.jpg", "tall_420_progressive.jpg", "rgb_444.jpg", "rgb_422.jpg", "rgb_420.jpg", "rgb_420_progressive.jpg", "rgb_profile.jpg", "gray.jpg", "cmyk.jpg",
          "cmyk_progressive.jpg", "cmyk_420.jpg"] + [f"exif{i}.jpg" for i in range(1, 9)]
files += ["lossless.webp", "lossy.webp", "alpha_lossless.webp", "colour.bmp"]
decoded = {}
for f in files:
    bgr = cv2.imread(f)
    if bgr is None:
        print("cv2 refuses", f)
        continue
    decoded[f] = np.ascontiguousarray(bgr[..., ::-1])
np.savez_compressed("decoded.npz", **decoded)

# Refused files.
frames = [Image.fromarray(scene(20, 14)) for _ in range(3)]
frames[0].save("animated.gif", save_all=True, append_images=frames[1:], duration=100)
frames[0].save("animated.webp", save_all=True, append_images=frames[1:], duration=100, lossless=True)
frames[0].save("animated.png", save_all=True, append_images=frames[1:], duration=100)
print("animated.webp:", cv2.imread("animated.webp") is not None, " animated.png equals frame 0:",
      np.array_equal(cv2.imread("animated.png")[..., ::-1], np.asarray(frames[0])))

# Pillow's own resizes: name = filter_sourceWxsourceH_targetWxtargetH.
resized = {}
for sw, sh, tw, th in [(60, 40, 25, 90), (61, 33, 61, 12), (45, 70, 13, 70), (7, 5, 100, 100), (300, 4, 8, 64), (1, 50, 336, 20), (200, 150, 31, 23), (64, 64, 64, 64)]:
    source = scene(sw, sh)
    source[0, 0] = (0, 255, 0)
    resized[f"source_{sw}x{sh}"] = source
    for name, kind in (("bilinear", Image.BILINEAR), ("bicubic", Image.BICUBIC)):
        resized[f"{name}_{sw}x{sh}_{tw}x{th}"] = np.asarray(Image.fromarray(source).resize((tw, th), kind))
np.savez_compressed("resized.npz", **resized)
