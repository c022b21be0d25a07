// Draws masks off the page's thread: whatever the size of the picture, the page itself only shows finished bitmaps.

import { Runs, countsOfBitmap, decodeCounts, encodeCounts } from './runs.js';
import { deepestPlace, levelFor, sample, traceRings } from './rings.js';

const masks = new Map();
const waiting = new Map();
const canvases = new Map();
let scheduled = false;

self.onmessage = ({ data }) => {
  if (data.type === 'add') {
    const runs = Runs.fromCounts(data.width, data.height, decodeCounts(data.counts));
    masks.set(data.id, { runs, box: data.box, paths: new Map(), place: null });
    self.postMessage({ type: 'added', id: data.id, offsets: runs.offsets, spans: runs.spans });
  } else if (data.type === 'drop') {
    masks.clear();
    waiting.clear();
  } else if (data.type === 'brush') {
    self.postMessage({ type: 'brushed', ticket: data.ticket, ...brushed(data) });
  } else if (data.type === 'draw') {
    // Only the newest wish of each canvas counts.
    waiting.set(data.target, data);
    schedule();
  }
};

function schedule() {
  if (!scheduled) {
    scheduled = true;
    setTimeout(() => {
      scheduled = false;
      const [target, wish] = waiting.entries().next().value ?? [];
      if (wish) {
        waiting.delete(target);
        draw(wish);
        if (waiting.size > 0) {
          schedule();
        }
      }
    });
  }
}

function pathOf(mask, level) {
  let path = mask.paths.get(level);
  if (!path) {
    path = new Path2D();
    traceRings(
      sample(mask.runs, mask.box, level), [mask.runs.width, mask.runs.height],
      (x, y) => path.moveTo(x, y), (x, y) => path.lineTo(x, y), () => path.closePath());
    mask.paths.set(level, path);
  }

  return path;
}

function placeOf(mask) {
  if (!mask.place) {
    const side = Math.max(mask.box[2] - mask.box[0], mask.box[3] - mask.box[1]);
    mask.place = deepestPlace(sample(mask.runs, mask.box, Math.max(0, Math.ceil(Math.log2(side / 96)))));
  }

  return mask.place;
}

function canvasOf(target, width, height) {
  let canvas = canvases.get(target);
  if (!canvas) {
    canvases.set(target, canvas = new OffscreenCanvas(width, height));
  }

  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }

  return canvas;
}

function isSeen(mask, view) {
  return mask.box[2] * view.scale + view.x > 0 && mask.box[0] * view.scale + view.x < view.width
    && mask.box[3] * view.scale + view.y > 0 && mask.box[1] * view.scale + view.y < view.height;
}

function draw({ target, ticket, view, items, style, ratio, checks }) {
  const started = performance.now();
  const canvas = canvasOf(target, view.width, view.height);
  const pen = canvas.getContext('2d');
  pen.setTransform(1, 0, 0, 1, 0, 0);
  pen.clearRect(0, 0, view.width, view.height);
  pen.setTransform(view.scale, 0, 0, view.scale, view.x, view.y);
  pen.lineJoin = 'round';
  const seen = items.map((item) => ({ ...item, mask: masks.get(item.id) })).filter((item) => item.mask && isSeen(item.mask, view));
  for (const item of seen) {
    item.path = pathOf(item.mask, levelFor(item.mask.box, 1 / view.scale));
  }

  const px = ratio / view.scale;
  if (style === 'cutout') {
    // Everything is laid over with checks, and the regions are cut out of that.
    pen.fillStyle = checked(pen, ratio, view.scale, checks);
    pen.fillRect(0, 0, view.pictureWidth, view.pictureHeight);
    pen.globalCompositeOperation = 'destination-out';
    pen.fillStyle = '#000';
    seen.forEach((item) => pen.fill(item.path, 'evenodd'));
    pen.globalCompositeOperation = 'source-over';
  } else if (style === 'blur') {
    pen.fillStyle = '#000';
    seen.forEach((item) => pen.fill(item.path, 'evenodd'));
  } else {
    for (const item of seen) {
      if (style !== 'outline') {
        pen.globalAlpha = item.fill;
        pen.fillStyle = item.color;
        pen.fill(item.path, 'evenodd');
        pen.globalAlpha = 1;
      }
    }

    for (const item of seen) {
      const width = item.line * px;
      if (style === 'outline' || style === 'lit') {
        pen.strokeStyle = 'rgba(255, 255, 255, 0.9)';
        pen.lineWidth = width + 2.5 * px;
        pen.stroke(item.path);
      }

      pen.strokeStyle = item.color;
      pen.lineWidth = width;
      pen.stroke(item.path);
    }

    if (style === 'numbers') {
      pen.setTransform(1, 0, 0, 1, 0, 0);
      seen.forEach((item) => badge(pen, item, view, ratio));
    }
  }

  const bitmap = canvas.transferToImageBitmap();
  self.postMessage({ type: 'drawn', target, ticket, view, bitmap, milliseconds: performance.now() - started }, [bitmap]);
}

function checked(pen, ratio, scale, [light, dark]) {
  const side = Math.round(10 * ratio);
  const tile = new OffscreenCanvas(2 * side, 2 * side);
  const brush = tile.getContext('2d');
  brush.fillStyle = light;
  brush.fillRect(0, 0, 2 * side, 2 * side);
  brush.fillStyle = dark;
  brush.fillRect(0, 0, side, side);
  brush.fillRect(side, side, side, side);
  const pattern = pen.createPattern(tile, 'repeat');
  pattern.setTransform(new DOMMatrix([1 / scale, 0, 0, 1 / scale, 0, 0]));
  return pattern;
}

function badge(pen, item, view, ratio) {
  const [x, y] = placeOf(item.mask);
  const text = item.label;
  pen.font = `700 ${13 * ratio}px system-ui, sans-serif`;
  pen.textAlign = 'center';
  pen.textBaseline = 'middle';
  const half = Math.max(11 * ratio, pen.measureText(text).width / 2 + 6 * ratio);
  const [atX, atY] = [x * view.scale + view.x, y * view.scale + view.y];
  pen.beginPath();
  pen.roundRect(atX - half, atY - 11 * ratio, 2 * half, 22 * ratio, 11 * ratio);
  pen.fillStyle = '#fff';
  pen.fill();
  pen.lineWidth = 2.5 * ratio;
  pen.strokeStyle = item.color;
  pen.stroke();
  pen.fillStyle = '#111';
  pen.fillText(text, atX, atY + 0.5 * ratio);
}

/** What strokes of a brush cover, in run lengths: the canvas draws their round lines at the picture's own resolution. */
function brushed({ width, height, strokes }) {
  let [left, top, right, bottom] = [width, height, 0, 0];
  for (const stroke of strokes) {
    for (const [x, y] of stroke.points) {
      left = Math.min(left, x - stroke.radius - 1);
      top = Math.min(top, y - stroke.radius - 1);
      right = Math.max(right, x + stroke.radius + 1);
      bottom = Math.max(bottom, y + stroke.radius + 1);
    }
  }

  left = Math.max(0, Math.floor(left));
  top = Math.max(0, Math.floor(top));
  right = Math.min(width, Math.ceil(right));
  bottom = Math.min(height, Math.ceil(bottom));
  if (right <= left || bottom <= top) {
    return { counts: null, area: 0 };
  }

  const canvas = new OffscreenCanvas(right - left, bottom - top);
  const pen = canvas.getContext('2d', { willReadFrequently: true });
  pen.translate(-left, -top);
  drawStrokes(pen, strokes, '#fff');
  const pixels = pen.getImageData(0, 0, right - left, bottom - top).data;
  const bits = new Uint8Array((right - left) * (bottom - top));
  for (let index = 0; index < bits.length; index++) {
    bits[index] = pixels[4 * index + 3] >> 7;
  }

  const { counts, area } = countsOfBitmap(width, height, left, top, right - left, bottom - top, bits);
  return { counts: area > 0 ? encodeCounts(counts) : null, area };
}

function drawStrokes(pen, strokes, color) {
  pen.lineCap = 'round';
  pen.lineJoin = 'round';
  pen.strokeStyle = color;
  for (const stroke of strokes) {
    pen.globalCompositeOperation = stroke.erases ? 'destination-out' : 'source-over';
    pen.lineWidth = 2 * stroke.radius;
    pen.beginPath();
    pen.moveTo(...stroke.points[0]);
    stroke.points.slice(stroke.points.length > 1 ? 1 : 0).forEach(([x, y]) => pen.lineTo(x + (stroke.points.length > 1 ? 0 : 0.01), y));
    pen.stroke();
  }
}
