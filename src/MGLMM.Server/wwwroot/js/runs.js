// Run lengths of masks: COCO's compressed strings, and what hit tests, tracing and drawing need of them.

/** Decodes COCO's compressed counts into run lengths, outside first, down the columns. */
export function decodeCounts(text) {
  const counts = [];
  let at = 0;
  while (at < text.length) {
    let value = 0;
    let shift = 0;
    let code;
    do {
      code = text.charCodeAt(at++) - 48;
      value |= (code & 31) << shift;
      shift += 5;
    } while (code & 32);
    if (code & 16) {
      value |= -1 << shift;
    }

    // From the fourth on a count is told as its difference from the one two before.
    counts.push(counts.length > 2 ? value + counts[counts.length - 2] : value);
  }

  return counts;
}

/** Encodes run lengths as COCO does. */
export function encodeCounts(counts) {
  const text = [];
  for (let index = 0; index < counts.length; index++) {
    let value = index > 2 ? counts[index] - counts[index - 2] : counts[index];
    let more = true;
    while (more) {
      let code = value & 31;
      value >>= 5;
      more = code & 16 ? value !== -1 : value !== 0;
      text.push(String.fromCharCode((more ? code | 32 : code) + 48));
    }
  }

  return text.join('');
}

/** A mask as spans of pixels in each column: those of column x are spans[2 * offsets[x]] (first row) and the one behind it (the row below the last). */
export class Runs {
  constructor(width, height, offsets, spans) {
    this.width = width;
    this.height = height;
    this.offsets = offsets;
    this.spans = spans;
  }

  static fromCounts(width, height, counts) {
    const offsets = new Uint32Array(width + 1);
    const spans = [];
    let column = 0;
    let position = 0;
    for (let index = 0; index < counts.length; index++) {
      const end = position + counts[index];
      if (index % 2 === 1) {
        // A run may go on over the foot of a column into the next.
        for (let start = position; start < end;) {
          const x = Math.floor(start / height);
          while (column < x) {
            offsets[++column] = spans.length / 2;
          }

          const stop = Math.min(end, (x + 1) * height);
          spans.push(start - x * height, stop - x * height);
          start = stop;
        }
      }

      position = end;
    }

    while (column < width) {
      offsets[++column] = spans.length / 2;
    }

    return new Runs(width, height, offsets, Int32Array.from(spans));
  }

  /** Whether a pixel is inside. */
  has(x, y) {
    if (x < 0 || y < 0 || x >= this.width || y >= this.height) {
      return false;
    }

    for (let index = this.offsets[x]; index < this.offsets[x + 1]; index++) {
      if (y < this.spans[2 * index]) {
        return false;
      }

      if (y < this.spans[2 * index + 1]) {
        return true;
      }
    }

    return false;
  }
}

/** Run lengths of a bitmap that covers a part of a picture; bits is row by row, inside where it is not 0. */
export function countsOfBitmap(width, height, left, top, bitmapWidth, bitmapHeight, bits) {
  const counts = [];
  let area = 0;
  let inside = false;
  let length = 0;
  let skipped = left * height;
  const put = (value, run) => {
    if (run === 0) {
      return;
    }

    if (value !== inside) {
      counts.push(length);
      length = 0;
      inside = value;
    }

    length += run;
    if (value) {
      area += run;
    }
  };
  put(false, skipped);
  for (let x = 0; x < bitmapWidth; x++) {
    put(false, top);
    for (let y = 0; y < bitmapHeight; y++) {
      put(bits[y * bitmapWidth + x] !== 0, 1);
    }

    put(false, height - top - bitmapHeight);
  }

  skipped = (width - left - bitmapWidth) * height;
  put(false, skipped);
  counts.push(length);
  return { counts, area };
}
