// The page's side of the worker that draws masks: hit tests here, drawing there.

import { Runs } from './runs.js';

export class Masks {
  #worker = new Worker(new URL('./mask-worker.js', import.meta.url), { type: 'module', name: 'masks' });
  #runs = new Map();
  #sizes = new Map();
  #brushes = new Map();
  #tickets = 0;
  #waiting = new Map();

  constructor() {
    this.onDrawn = () => {};
    this.onAdded = () => {};
    this.drawMilliseconds = [];
    this.#worker.onmessage = ({ data }) => this.#take(data);
  }

  /** Hands a region over; it can be drawn and hit as soon as onAdded was called. */
  add(region) {
    const [height, width] = region.mask.size;
    this.#sizes.set(region.region, [width, height]);
    return new Promise((done) => {
      this.#waiting.set(region.region, done);
      this.#worker.postMessage({ type: 'add', id: region.region, width, height, counts: region.mask.counts, box: region.box_xyxy_px });
    });
  }

  clear() {
    this.#runs.clear();
    this.#sizes.clear();
    this.#worker.postMessage({ type: 'drop' });
  }

  has(region, x, y) {
    return this.#runs.get(region)?.has(Math.floor(x), Math.floor(y)) ?? false;
  }

  draw(target, view, items, style, ratio, checks) {
    this.#worker.postMessage({ type: 'draw', target, ticket: ++this.#tickets, view, items, style, ratio, checks });
  }

  /** Run lengths of brush strokes. */
  brush(width, height, strokes) {
    return new Promise((done) => {
      const ticket = ++this.#tickets;
      this.#brushes.set(ticket, done);
      this.#worker.postMessage({ type: 'brush', ticket, width, height, strokes });
    });
  }

  #take(data) {
    if (data.type === 'added') {
      const size = this.#sizes.get(data.id);
      if (size) {
        this.#runs.set(data.id, new Runs(size[0], size[1], data.offsets, data.spans));
      }

      this.#waiting.get(data.id)?.();
      this.#waiting.delete(data.id);
      this.onAdded(data.id);
    } else if (data.type === 'drawn') {
      this.drawMilliseconds.push(data.milliseconds);
      this.drawMilliseconds.splice(0, this.drawMilliseconds.length - 200);
      this.onDrawn(data);
    } else if (data.type === 'brushed') {
      this.#brushes.get(data.ticket)?.(data);
      this.#brushes.delete(data.ticket);
    }
  }
}
