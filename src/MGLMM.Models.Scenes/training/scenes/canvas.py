"""Drawing into one map of shape numbers.

A scene is drawn once, as integers: every shape writes its own number. The picture, the objects and their parts are then
look-ups of that one map, so picture and ground truth cannot disagree, and what is hidden is hidden in both.
"""
import math

import numpy as np
from PIL import Image, ImageDraw

from .palette import paint, shade

PATTERNS = ("stripes", "bars", "diagonal", "dots", "checks")
CIRCLE = [(math.cos(2 * math.pi * i / 22), math.sin(2 * math.pi * i / 22)) for i in range(22)]


class Canvas:
    """Shapes in scene units (the area of a scene is 1) on a raster of a chosen size."""

    def __init__(self, width, height, long_side, outline=None):
        self.width, self.height = width, height
        self.scale = long_side / max(width, height)
        self.size = (max(16, round(width * self.scale)), max(16, round(height * self.scale)))
        self.image = Image.new("I", self.size, 0)
        self.draw = ImageDraw.Draw(self.image)
        self.outline = outline  # (width in scene units, darkening) or None
        self.shapes = {}  # (object, part, rgb, effects) -> shape number
        self.table = []  # the same, by number

    def shape(self, thing, part, rgb, effects=()):
        key = (thing, part, rgb, effects)
        number = self.shapes.get(key)
        if number is None:
            number = self.shapes[key] = len(self.table)
            self.table.append(key)
        return number

    def polygon(self, number, points):
        s = self.scale
        self.draw.polygon([(x * s, y * s) for x, y in points], fill=number)

    def stroke(self, number, points, width):
        s = self.scale
        self.draw.line([(x * s, y * s) for x, y in points], fill=number, width=max(1, round(width * s)))

    def numbers(self):
        return np.asarray(self.image, dtype=np.int32)

    def look_up(self, function, dtype):
        """The map of function(object, part, rgb, effects)."""
        return np.array([function(*key) for key in self.table], dtype=dtype)


class Pen:
    """Draws one object in its own frame: x to the right, y up from its base, one unit = its size."""

    def __init__(self, canvas, rng, thing, x, y, size, flip=False, angle=0.0, squeeze=1.0):
        self.canvas, self.rng, self.thing = canvas, rng, thing
        self.x, self.y, self.size = x, y, size
        self.sign = -1.0 if flip else 1.0
        self.squeeze = squeeze
        self.cos, self.sin = math.cos(angle), math.sin(angle)
        self.colours, self.paints, self.effects = {}, {}, {}

    def colour(self, part, name, effects=()):
        """Gives a part its colour; name None leaves the part nameless in colour (skin, say)."""
        self.colours[part] = name
        self.paints[part] = paint(name, self.rng) if name else None
        self.effects[part] = tuple(effects)

    def tint(self, part, rgb):
        self.colours[part], self.paints[part], self.effects[part] = None, tuple(rgb), ()

    def place(self, points):
        out = []
        for px, py in points:
            px *= self.sign * self.squeeze
            out.append((self.x + self.size * (px * self.cos - py * self.sin),
                        self.y - self.size * (px * self.sin + py * self.cos)))
        return out

    def poly(self, part, points, light=1.0, detail=False, rgb=None):
        """A filled polygon of a part; `light` shades it, `detail` leaves the outline away."""
        base = rgb or self.paints[part]
        effects = self.effects.get(part, ())
        placed = self.place(points)
        number = self.canvas.shape(self.thing, part, shade(base, light), effects)
        self.canvas.polygon(number, placed)
        if self.canvas.outline and not detail:
            width, dark = self.canvas.outline
            edge = self.canvas.shape(self.thing, part, shade(base, dark * light), ())
            self.canvas.stroke(edge, placed + placed[:2], width)

    def rect(self, part, x0, y0, x1, y1, **more):
        self.poly(part, [(x0, y0), (x1, y0), (x1, y1), (x0, y1)], **more)

    def ellipse(self, part, cx, cy, rx, ry=None, **more):
        ry = rx if ry is None else ry
        self.poly(part, [(cx + rx * c, cy + ry * s) for c, s in CIRCLE], **more)

    def arc(self, part, cx, cy, rx, ry, start, end, **more):
        """A filled slice of an ellipse between two angles in degrees, closed by its chord."""
        n = 14
        points = []
        for i in range(n + 1):
            a = math.radians(start + (end - start) * i / n)
            points.append((cx + rx * math.cos(a), cy + ry * math.sin(a)))
        self.poly(part, points, **more)

    def line(self, part, points, width, **more):
        """A band of a given width along points."""
        for (x0, y0), (x1, y1) in zip(points, points[1:]):
            dx, dy = x1 - x0, y1 - y0
            length = math.hypot(dx, dy) or 1e-6
            nx, ny = -dy / length * width / 2, dx / length * width / 2
            self.poly(part, [(x0 + nx, y0 + ny), (x1 + nx, y1 + ny), (x1 - nx, y1 - ny), (x0 - nx, y0 - ny)], **more)

    def ring(self, part, cx, cy, radius, width, **more):
        """A ring, as a closed band of short pieces."""
        points = [(cx + radius * c, cy + radius * s) for c, s in CIRCLE]
        more.setdefault("detail", True)
        self.line(part, points + points[:1], width, **more)


def field(pattern, width, height, step, phase):
    """A field of 0 and 1 over the raster for one pattern."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    x, y = x / step + phase, y / step + phase
    if pattern == "stripes":
        return (y % 2 < 0.9).astype(np.float32)
    if pattern == "bars":
        return (x % 2 < 0.9).astype(np.float32)
    if pattern == "diagonal":
        return ((x + y) % 2 < 0.9).astype(np.float32)
    if pattern == "dots":
        return ((x % 2 - 1) ** 2 + (y % 2 - 1) ** 2 < 0.36).astype(np.float32)
    return (((x % 2) < 1) ^ ((y % 2) < 1)).astype(np.float32)
