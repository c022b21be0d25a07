"""The eleven colour names of the world and the paints they stand for."""
import colorsys

RGB = {
    "red": (208, 44, 46), "orange": (242, 132, 34), "yellow": (247, 210, 60), "green": (70, 158, 72),
    "blue": (50, 106, 208), "purple": (134, 76, 178), "pink": (246, 146, 188), "brown": (130, 82, 48),
    "black": (40, 40, 46), "white": (245, 244, 239), "grey": (142, 146, 152),
}
NAMES = list(RGB)
SKIN = [(250, 214, 182), (236, 188, 150), (202, 146, 104), (150, 100, 70), (104, 70, 50)]


def paint(name, rng):
    """A random paint that people would still call by this name."""
    r, g, b = (v / 255 for v in RGB[name])
    h, s, v = colorsys.rgb_to_hsv(r, g, b)
    if name in ("black", "white", "grey"):
        v = min(1.0, max(0.0, v + rng.uniform(-0.05, 0.05)))
        s = min(0.08, s + rng.uniform(0, 0.03))
        h = rng.random()
    else:
        h = (h + rng.uniform(-0.018, 0.018)) % 1.0
        s = min(1.0, s * rng.uniform(0.84, 1.1))
        v = min(1.0, v * rng.uniform(0.88, 1.08))
    return tuple(255 * c for c in colorsys.hsv_to_rgb(h, s, v))


def shade(rgb, factor):
    return tuple(min(255.0, c * factor) for c in rgb)
