// A region of a person's own, while it is drawn: strokes of a brush, or the corners of a polygon. By pointer or by keyboard.

const STEP = 12;

/** Draws on the stage's uppermost canvas. Both tools have a cross that the arrow keys move, for hands without a pointer. */
class Draft {
  constructor(stage, changed) {
    this.stage = stage;
    this.changed = changed;
    this.cursor = null;
  }

  get pen() {
    return this.stage.canvases.draft.getContext('2d');
  }

  begin() {
    const canvas = this.stage.canvases.draft;
    const pen = this.pen;
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.globalCompositeOperation = 'source-over';
    pen.clearRect(0, 0, canvas.width, canvas.height);
    const { scale, x, y } = this.stage.view;
    const ratio = this.stage.ratio;
    pen.setTransform(scale * ratio, 0, 0, scale * ratio, x * ratio, y * ratio);
    return pen;
  }

  clear() {
    this.begin();
  }

  /** Moves the cross by keys; gives whether the key was one of its own. */
  moveByKey(event) {
    const step = (event.shiftKey ? 1 : STEP) / this.stage.view.scale;
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!way) {
      return false;
    }

    const [x, y] = this.cursor ?? [this.stage.width / 2, this.stage.height / 2];
    this.cursor = [Math.min(this.stage.width, Math.max(0, x + way[0] * step)), Math.min(this.stage.height, Math.max(0, y + way[1] * step))];
    this.draw();
    return true;
  }

  drawCursor(pen, radius) {
    if (this.cursor) {
      const px = this.stage.ratio / (this.stage.view.scale * this.stage.ratio);
      const reach = Math.max(radius ?? 0, 8 * px);
      pen.globalCompositeOperation = 'source-over';
      for (const [color, width] of [['#fff', 3.5], ['#111', 1.5]]) {
        pen.strokeStyle = color;
        pen.lineWidth = width * px;
        pen.beginPath();
        pen.moveTo(this.cursor[0] - reach, this.cursor[1]);
        pen.lineTo(this.cursor[0] + reach, this.cursor[1]);
        pen.moveTo(this.cursor[0], this.cursor[1] - reach);
        pen.lineTo(this.cursor[0], this.cursor[1] + reach);
        if (radius) {
          pen.moveTo(this.cursor[0] + radius, this.cursor[1]);
          pen.arc(this.cursor[0], this.cursor[1], radius, 0, 2 * Math.PI);
        }

        pen.stroke();
      }
    }
  }
}

export class Brush extends Draft {
  strokes = [];
  screenRadius = 18;
  erases = false;
  #stroke = null;

  get isEmpty() {
    return this.strokes.length === 0;
  }

  get radius() {
    return this.screenRadius / this.stage.view.scale;
  }

  down(place) {
    this.#stroke = { points: [place], radius: this.radius, erases: this.erases };
    this.strokes.push(this.#stroke);
    this.move([place], true);
  }

  move(places, isDown) {
    this.cursor = places.at(-1);
    if (isDown && this.#stroke) {
      const last = this.#stroke.points.at(-1);
      for (const place of places) {
        if (Math.hypot(place[0] - last[0], place[1] - last[1]) > 0.5 / this.stage.view.scale) {
          this.#stroke.points.push(place);
        }
      }
    }

    this.draw();
  }

  up() {
    this.#stroke = null;
    this.changed();
  }

  cancelStroke() {
    if (this.#stroke) {
      this.strokes.pop();
      this.#stroke = null;
      this.draw();
    }
  }

  key(event) {
    if (this.moveByKey(event)) {
      return true;
    }

    if (event.key === ' ' && this.cursor) {
      this.strokes.push({ points: [this.cursor], radius: this.radius, erases: this.erases });
      this.draw();
      this.changed();
      return true;
    }

    if (event.key === '[' || event.key === ']') {
      this.screenRadius = Math.min(120, Math.max(2, this.screenRadius * (event.key === ']' ? 1.25 : 0.8)));
      this.draw();
      this.changed();
      return true;
    }

    return false;
  }

  /** Takes the last stroke back. */
  back() {
    this.strokes.pop();
    this.draw();
    this.changed();
  }

  reset() {
    this.strokes = [];
    this.cursor = null;
    this.clear();
  }

  draw() {
    const pen = this.begin();
    pen.lineCap = 'round';
    pen.lineJoin = 'round';
    pen.strokeStyle = 'rgb(79, 70, 229)';
    for (const stroke of this.strokes) {
      pen.globalCompositeOperation = stroke.erases ? 'destination-out' : 'source-over';
      pen.lineWidth = 2 * stroke.radius;
      pen.beginPath();
      pen.moveTo(...stroke.points[0]);
      stroke.points.slice(stroke.points.length > 1 ? 1 : 0).forEach(([x, y]) => pen.lineTo(x + (stroke.points.length > 1 ? 0 : 0.01), y));
      pen.stroke();
    }

    this.drawCursor(pen, this.radius);
  }

  async region(masks) {
    const { counts, area } = await masks.brush(this.stage.width, this.stage.height, this.strokes);
    return area > 0 ? { mask: { size: [this.stage.height, this.stage.width], counts }, origin: 'drawn with the brush' } : null;
  }
}

export class Polygon extends Draft {
  points = [];
  #pressed = null;

  get isEmpty() {
    return this.points.length < 3;
  }

  /** What a press does it does when it ends: until then it may become a pinch. */
  down(place, event) {
    this.#pressed = { place, isDouble: event.detail > 1 };
    this.move([place]);
  }

  up() {
    if (this.#pressed) {
      const { place, isDouble } = this.#pressed;
      this.#pressed = null;
      this.#click(place, isDouble);
    }
  }

  cancelStroke() {
    this.#pressed = null;
  }

  #click(place, isDouble) {
    const first = this.points[0];
    if (first && this.points.length > 2) {
      const [x, y] = this.stage.toScreen(...first);
      const [atX, atY] = this.stage.toScreen(...place);
      if (Math.hypot(x - atX, y - atY) < 12 || isDouble) {
        this.finish?.();
        return;
      }
    }

    this.points.push(this.#inside(place));
    this.cursor = place;
    this.draw();
    this.changed();
  }

  #inside([x, y]) {
    return [Math.min(this.stage.width, Math.max(0, x)), Math.min(this.stage.height, Math.max(0, y))];
  }

  move(places) {
    this.cursor = places.at(-1);
    this.draw();
  }

  key(event) {
    if (this.moveByKey(event)) {
      return true;
    }

    if (event.key === ' ' && this.cursor) {
      this.points.push(this.#inside(this.cursor));
      this.draw();
      this.changed();
      return true;
    }

    return false;
  }

  back() {
    this.points.pop();
    this.draw();
    this.changed();
  }

  reset() {
    this.points = [];
    this.#pressed = null;
    this.cursor = null;
    this.clear();
  }

  draw() {
    const pen = this.begin();
    const px = 1 / this.stage.view.scale;
    if (this.points.length > 0) {
      const line = this.cursor ? [...this.points, this.cursor] : this.points;
      pen.beginPath();
      line.forEach(([x, y], index) => (index ? pen.lineTo(x, y) : pen.moveTo(x, y)));
      pen.closePath();
      pen.globalAlpha = 0.45;
      pen.fillStyle = 'rgb(79, 70, 229)';
      pen.fill();
      pen.globalAlpha = 1;
      for (const [color, width] of [['#fff', 4], ['rgb(79, 70, 229)', 2]]) {
        pen.strokeStyle = color;
        pen.lineWidth = width * px;
        pen.stroke();
      }

      this.points.forEach(([x, y], index) => {
        pen.beginPath();
        pen.arc(x, y, (index === 0 ? 6 : 4) * px, 0, 2 * Math.PI);
        pen.fillStyle = '#fff';
        pen.fill();
        pen.lineWidth = 2 * px;
        pen.stroke();
      });
    }

    this.drawCursor(pen, null);
  }

  async region() {
    return { polygons: [[this.points]], origin: 'drawn as a polygon' };
  }
}
