// Outlines of masks, along the edges of pixels.

const TRACED = 2;

/** How a mask is sampled for drawing: each pixel of a level stands for 2^level x 2^level of the picture. Small masks keep their detail. */
export function levelFor(box, pixelsPerDevicePixel) {
  const wanted = Math.max(0, Math.floor(Math.log2(Math.max(1, pixelsPerDevicePixel))));
  const side = Math.max(1, Math.min(box[2] - box[0], box[3] - box[1]));
  return Math.max(0, Math.min(wanted, Math.floor(Math.log2(side / 24))));
}

/** A mask within its box at a level, as bits with a border of nothing, down the columns. */
export function sample(runs, box, level) {
  const step = 1 << level;
  const half = step >> 1;
  const left = box[0] >> level;
  const top = box[1] >> level;
  const width = ((box[2] - 1) >> level) - left + 1;
  const height = ((box[3] - 1) >> level) - top + 1;
  const stride = height + 2;
  const bits = new Uint8Array((width + 2) * stride);
  for (let column = 0; column < width; column++) {
    const x = Math.min(runs.width - 1, (left + column) * step + half);
    const base = (column + 1) * stride + 1;
    for (let index = runs.offsets[x]; index < runs.offsets[x + 1]; index++) {
      const from = Math.max(0, Math.ceil((runs.spans[2 * index] - half) / step) - top);
      const to = Math.min(height, Math.ceil((runs.spans[2 * index + 1] - half) / step) - top);
      if (to > from) {
        bits.fill(1, base + from, base + to);
      }
    }
  }

  return { bits, width, height, stride, left, top, step };
}

/** Calls begin(x, y) and turn(x, y) for the corners of every ring, in pixels of the picture. Outer rings and holes run in opposite directions. */
export function traceRings(sampled, most, begin, turn, end) {
  const { bits, width, height, stride, left, top, step } = sampled;
  const inside = (x, y) => bits[(x + 1) * stride + y + 1] & 1;
  const placeX = (x) => Math.min(most[0], (left + x) * step);
  const placeY = (y) => Math.min(most[1], (top + y) * step);
  for (let column = 0; column < width; column++) {
    for (let row = 0; row < height; row++) {
      const at = (column + 1) * stride + row + 1;
      if (!(bits[at] & 1) || bits[at - stride] & 1 || bits[at] & TRACED) {
        continue;
      }

      // Up along the left edge of this pixel, with the inside on the right hand: 0 up, 1 right, 2 down, 3 left.
      let x = column;
      let y = row + 1;
      let direction = 0;
      let begun = false;
      do {
        if (direction === 0) {
          y--;
          bits[(x + 1) * stride + y + 1] |= TRACED;
        } else if (direction === 1) {
          x++;
        } else if (direction === 2) {
          y++;
        } else {
          x--;
        }

        const aheadLeft = direction === 0 ? inside(x - 1, y - 1) : direction === 1 ? inside(x, y - 1) : direction === 2 ? inside(x, y) : inside(x - 1, y);
        const aheadRight = direction === 0 ? inside(x, y - 1) : direction === 1 ? inside(x, y) : direction === 2 ? inside(x - 1, y) : inside(x - 1, y - 1);
        const next = !aheadRight ? (direction + 1) & 3 : aheadLeft ? (direction + 3) & 3 : direction;
        if (next !== direction) {
          if (begun) {
            turn(placeX(x), placeY(y));
          } else {
            begin(placeX(x), placeY(y));
            begun = true;
          }
        }

        direction = next;
      } while (!(x === column && y === row + 1 && direction === 0));
      end();
    }
  }
}

/** The place deepest inside a mask, for its number, in pixels of the picture. */
export function deepestPlace(sampled) {
  const { bits, width, height, stride, left, top, step } = sampled;
  const depth = new Uint16Array(bits.length);
  for (let column = 1; column <= width; column++) {
    for (let row = 1; row <= height; row++) {
      const at = column * stride + row;
      depth[at] = bits[at] & 1 ? 1 + Math.min(depth[at - 1], depth[at - stride]) : 0;
    }
  }

  let best = 0;
  let place = 0;
  for (let column = width; column >= 1; column--) {
    for (let row = height; row >= 1; row--) {
      const at = column * stride + row;
      if (depth[at]) {
        depth[at] = Math.min(depth[at], 1 + Math.min(depth[at + 1], depth[at + stride]));
        if (depth[at] > best) {
          best = depth[at];
          place = at;
        }
      }
    }
  }

  return [(left + Math.floor(place / stride) - 0.5) * step, (top + (place % stride) - 0.5) * step];
}
