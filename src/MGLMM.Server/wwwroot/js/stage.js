// The picture with its masks: zoom, pan, hits, and canvases that a worker fills.

const FIT_MARGIN = 16;
const LARGEST_SCALE = 40;
const CLICK_SLACK = 5;

export class Stage {
  view = { scale: 1, x: 0, y: 0 };
  size = { width: 0, height: 0 };
  #layers = { base: null, lit: null };
  #drawn = { base: null, lit: null };
  #pointers = new Map();
  #drag = null;
  #pinch = null;
  #blurred = null;
  #pending = false;

  constructor(root, masks) {
    this.root = root;
    this.masks = masks;
    this.picture = root.querySelector('.picture');
    this.canvases = { base: root.querySelector('.base'), lit: root.querySelector('.lit'), draft: root.querySelector('.draft') };
    this.width = 0;
    this.height = 0;
    this.tool = null;
    this.onPick = () => {};
    this.onHover = () => {};
    this.onView = () => {};
    masks.onDrawn = (drawn) => this.#show(drawn);
    new ResizeObserver(() => this.#resize()).observe(root);
    root.addEventListener('wheel', (event) => this.#wheel(event), { passive: false });
    root.addEventListener('pointerdown', (event) => this.#down(event));
    root.addEventListener('pointermove', (event) => this.#move(event));
    root.addEventListener('pointerup', (event) => this.#up(event));
    root.addEventListener('pointercancel', (event) => this.#up(event));
    root.addEventListener('pointerleave', () => this.onHover(null));
  }

  get ratio() {
    return window.devicePixelRatio || 1;
  }

  /** Shows a picture; resolves when it can be seen. */
  async setPicture(blob, width, height) {
    const before = this.picture.src;
    const address = URL.createObjectURL(blob);
    this.picture.src = address;
    if (before.startsWith('blob:')) {
      URL.revokeObjectURL(before);
    }

    this.width = width;
    this.height = height;
    this.picture.width = width;
    this.picture.height = height;
    this.#blurred = null;
    this.#layers = { base: null, lit: null };
    for (const target of ['base', 'lit']) {
      this.#clear(target);
    }

    this.fit();
    try {
      await this.picture.decode();
    } catch {
      // Shown as far as the browser can; the server has read it.
    }

    if (this.picture.src === address) {
      // What was blurred until now was the picture before it, or none.
      this.#blurred = null;
      this.#request('base');
    }
  }

  // ---- what is drawn

  setLayers(items, style) {
    this.#layers.base = { items, style };
    this.#request('base');
  }

  setLit(items) {
    this.#layers.lit = { items, style: 'lit' };
    this.#request('lit');
  }

  #request(target) {
    const layer = this.#layers[target];
    if (!layer || !this.width || !this.size.width) {
      return;
    }

    if (layer.items.length === 0 && layer.style !== 'cutout') {
      this.#clear(target);
      return;
    }

    const style = getComputedStyle(this.root);
    const checks = ['--check', '--other-check'].map((name) => style.getPropertyValue(name));
    this.masks.draw(target, this.#deviceView(), layer.items, layer.style, this.ratio, checks);
  }

  #deviceView() {
    const ratio = this.ratio;
    return {
      scale: this.view.scale * ratio, x: this.view.x * ratio, y: this.view.y * ratio,
      width: Math.round(this.size.width * ratio), height: Math.round(this.size.height * ratio),
      pictureWidth: this.width, pictureHeight: this.height,
    };
  }

  #clear(target) {
    const canvas = this.canvases[target];
    canvas.getContext('2d').clearRect(0, 0, canvas.width, canvas.height);
    this.#drawn[target] = null;
  }

  #show({ target, view, bitmap }) {
    const layer = this.#layers[target];
    if (!layer || (layer.items.length === 0 && layer.style !== 'cutout')) {
      bitmap.close();
      return;
    }

    const canvas = this.canvases[target];
    if (canvas.width !== bitmap.width || canvas.height !== bitmap.height) {
      canvas.width = bitmap.width;
      canvas.height = bitmap.height;
    }

    const pen = canvas.getContext('2d');
    pen.globalCompositeOperation = 'copy';
    if (layer.style === 'blur') {
      pen.globalCompositeOperation = 'source-over';
      pen.clearRect(0, 0, canvas.width, canvas.height);
      pen.imageSmoothingQuality = 'high';
      pen.drawImage(this.#blur(), view.x, view.y, this.width * view.scale, this.height * view.scale);
      pen.globalCompositeOperation = 'destination-out';
    }

    pen.drawImage(bitmap, 0, 0);
    bitmap.close();
    this.#drawn[target] = view;
    this.#place(target);
  }

  /** A small soft copy of the picture, to be drawn large. */
  #blur() {
    if (!this.#blurred || !this.picture.complete) {
      const scale = Math.min(1, 320 / Math.max(this.width, this.height));
      const canvas = document.createElement('canvas');
      canvas.width = Math.max(1, Math.round(this.width * scale));
      canvas.height = Math.max(1, Math.round(this.height * scale));
      const pen = canvas.getContext('2d');
      pen.imageSmoothingQuality = 'high';
      pen.drawImage(this.picture, 0, 0, canvas.width, canvas.height);
      if ('filter' in pen) {
        pen.filter = 'blur(5px)';
        pen.drawImage(this.picture, 0, 0, canvas.width, canvas.height);
      }

      this.#blurred = canvas;
    }

    return this.#blurred;
  }

  // ---- the view

  #resize() {
    const { clientWidth: width, clientHeight: height } = this.root;
    if (width === 0 || height === 0) {
      return;
    }

    const wasFitting = this.isFitting || this.size.width === 0;
    this.size = { width, height };
    const draft = this.canvases.draft;
    draft.width = Math.round(width * this.ratio);
    draft.height = Math.round(height * this.ratio);
    if (wasFitting) {
      this.fit();
    } else {
      this.#changed();
    }
  }

  get fitScale() {
    return Math.min((this.size.width - 2 * FIT_MARGIN) / this.width, (this.size.height - 2 * FIT_MARGIN) / this.height);
  }

  get isFitting() {
    return !this.width || Math.abs(this.view.scale / this.fitScale - 1) < 0.001;
  }

  fit() {
    if (!this.width || !this.size.width) {
      return;
    }

    const scale = Math.max(0.001, Math.min(this.fitScale, 4));
    this.view = { scale, x: (this.size.width - this.width * scale) / 2, y: (this.size.height - this.height * scale) / 2 };
    this.#changed();
  }

  zoom(factor, x = this.size.width / 2, y = this.size.height / 2) {
    const scale = Math.min(LARGEST_SCALE, Math.max(Math.min(this.fitScale, 1) / 2, this.view.scale * factor));
    const change = scale / this.view.scale;
    this.view = { scale, x: x - (x - this.view.x) * change, y: y - (y - this.view.y) * change };
    this.#changed();
  }

  pan(x, y) {
    this.view = { ...this.view, x: this.view.x + x, y: this.view.y + y };
    this.#changed();
  }

  #changed() {
    // Some of the picture always stays in sight.
    const [width, height] = [this.width * this.view.scale, this.height * this.view.scale];
    const keep = 48;
    this.view.x = Math.min(this.size.width - keep, Math.max(keep - width, this.view.x));
    this.view.y = Math.min(this.size.height - keep, Math.max(keep - height, this.view.y));
    this.picture.style.transform = `translate(${this.view.x}px, ${this.view.y}px) scale(${this.view.scale})`;
    this.picture.classList.toggle('pixels', this.view.scale >= 4);
    this.#place('base');
    this.#place('lit');
    if (!this.#pending) {
      this.#pending = true;
      requestAnimationFrame(() => {
        this.#pending = false;
        this.#request('base');
        this.#request('lit');
        this.onView();
      });
    }
  }

  /** Until there is a new one, the last drawing goes along with the picture. */
  #place(target) {
    const drawn = this.#drawn[target];
    const canvas = this.canvases[target];
    if (drawn) {
      const ratio = this.ratio;
      const change = (this.view.scale * ratio) / drawn.scale;
      canvas.style.width = `${drawn.width / ratio}px`;
      canvas.style.height = `${drawn.height / ratio}px`;
      canvas.style.transform = `translate(${this.view.x - (drawn.x / ratio) * change}px, ${this.view.y - (drawn.y / ratio) * change}px) scale(${change})`;
    }
  }

  /** A place of the screen in pixels of the picture. */
  toPicture(event) {
    const box = this.root.getBoundingClientRect();
    return [(event.clientX - box.left - this.view.x) / this.view.scale, (event.clientY - box.top - this.view.y) / this.view.scale];
  }

  toScreen(x, y) {
    return [x * this.view.scale + this.view.x, y * this.view.scale + this.view.y];
  }

  // ---- hands

  #wheel(event) {
    event.preventDefault();
    const box = this.root.getBoundingClientRect();
    const step = event.deltaMode === 1 ? event.deltaY * 16 : event.deltaY;
    this.zoom(Math.exp(-step * (event.ctrlKey ? 0.01 : 0.0015)), event.clientX - box.left, event.clientY - box.top);
  }

  #down(event) {
    if (event.button > 1) {
      return;
    }

    this.root.setPointerCapture(event.pointerId);
    this.#pointers.set(event.pointerId, event);
    if (this.#pointers.size === 2) {
      this.tool?.cancelStroke();
      this.#drag = null;
      this.#pinch = this.#between();
      return;
    }

    if (this.tool && event.button === 0) {
      this.tool.down(this.toPicture(event), event);
      return;
    }

    this.#drag = { x: event.clientX, y: event.clientY, moved: false };
  }

  #between() {
    const [a, b] = [...this.#pointers.values()];
    const box = this.root.getBoundingClientRect();
    return {
      distance: Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY),
      x: (a.clientX + b.clientX) / 2 - box.left,
      y: (a.clientY + b.clientY) / 2 - box.top,
    };
  }

  #move(event) {
    if (this.#pointers.has(event.pointerId)) {
      this.#pointers.set(event.pointerId, event);
    }

    if (this.#pinch && this.#pointers.size === 2) {
      const now = this.#between();
      this.pan(now.x - this.#pinch.x, now.y - this.#pinch.y);
      this.zoom(now.distance / Math.max(1, this.#pinch.distance), now.x, now.y);
      this.#pinch = now;
      return;
    }

    if (this.tool) {
      const places = (event.getCoalescedEvents?.() ?? []).map((part) => this.toPicture(part));
      this.tool.move(places.length ? places : [this.toPicture(event)], this.#pointers.has(event.pointerId));
      if (!this.#drag) {
        return;
      }
    }

    if (this.#drag) {
      const [x, y] = [event.clientX - this.#drag.x, event.clientY - this.#drag.y];
      if (this.#drag.moved || Math.hypot(x, y) > CLICK_SLACK) {
        this.#drag = { x: event.clientX, y: event.clientY, moved: true };
        this.root.classList.add('dragging');
        this.pan(x, y);
      }

      return;
    }

    if (event.pointerType !== 'touch') {
      this.onHover(this.toPicture(event));
    }
  }

  #up(event) {
    this.#pointers.delete(event.pointerId);
    this.root.classList.remove('dragging');
    if (this.#pinch) {
      this.#pinch = this.#pointers.size === 2 ? this.#between() : null;
      return;
    }

    if (this.tool && !this.#drag) {
      if (event.type === 'pointercancel') {
        this.tool.cancelStroke();
      }

      this.tool.up(this.toPicture(event), event);
      return;
    }

    const drag = this.#drag;
    this.#drag = null;
    if (drag && !drag.moved && event.type === 'pointerup') {
      this.onPick(this.toPicture(event), event);
    }
  }
}
