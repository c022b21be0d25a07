// Whether a picture is one that the model can know, as far as a page can tell.

/**
 * The share of neighbouring pixels that are alike. Drawings have flat areas; a photograph has noise in all of it, whatever it shows.
 */
async function flatness(blob) {
  const bitmap = await createImageBitmap(blob);
  try {
    const width = Math.min(480, bitmap.width);
    const height = Math.min(480, bitmap.height);
    const canvas = document.createElement('canvas');
    canvas.width = width;
    canvas.height = height;
    const pen = canvas.getContext('2d', { willReadFrequently: true });

    // A piece of the middle as it is: made smaller, noise would be gone.
    pen.drawImage(bitmap, Math.floor((bitmap.width - width) / 2), Math.floor((bitmap.height - height) / 2), width, height, 0, 0, width, height);
    const data = pen.getImageData(0, 0, width, height).data;
    let alike = 0;
    let all = 0;
    for (let y = 0; y < height; y++) {
      for (let x = 1; x < width; x++) {
        const at = 4 * (y * width + x);
        all++;
        if (Math.abs(data[at] - data[at - 4]) <= 1 && Math.abs(data[at + 1] - data[at - 3]) <= 1 && Math.abs(data[at + 2] - data[at - 2]) <= 1) {
          alike++;
        }
      }
    }

    return all === 0 ? 1 : alike / all;
  } finally {
    bitmap.close();
  }
}

/** What to say of a picture before the model is asked about it; null for nothing. */
export async function worldOf(blob, card, isBundled) {
  const says = card?.description?.trim();
  if (!says || isBundled) {
    return null;
  }

  const first = says.split(/(?<=\.)\s/)[0];
  const drawnOnly = /\b(drawn|drawing|illustration|picture-book|cartoon)/i.test(first) && /\bonly\b|photograph/i.test(says);
  if (drawnOnly) {
    let isPhoto;
    try {
      isPhoto = await flatness(blob) < 0.45;
    } catch {
      isPhoto = false;
    }

    if (isPhoto) {
      return { strong: true, words: `This looks like a photograph, which ${card.name} was never shown. Expect wrong names and wrong masks.`, says: first };
    }
  }

  return { strong: false, words: `What ${card.name} says of itself:`, says: first };
}
