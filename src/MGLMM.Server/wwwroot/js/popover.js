// A region's own card: what it is, how large, and what can be done with it.

import { h, icon, pixels, refill, share } from './dom.js';

export class Popover {
  constructor(session, stage, { failed, announce, rename, showChat, ready }) {
    this.session = session;
    this.stage = stage;
    this.failed = failed;
    this.announce = announce;
    this.rename = rename;
    this.showChat = showChat;
    this.ready = ready;
    this.box = document.getElementById('popover');
    this.box.addEventListener('keydown', (event) => {
      event.stopPropagation();
      if (event.key === 'Escape') {
        this.close();
      }
    });
    this.box.addEventListener('pointerdown', (event) => event.stopPropagation());
    this.box.addEventListener('wheel', (event) => event.stopPropagation());
    session.addEventListener('layers', () => this.#refresh());
    session.addEventListener('busy', () => this.#refresh());
    session.addEventListener('picture', () => this.close());
  }

  get isOpen() {
    return !this.box.hidden;
  }

  /** Opens it for a region, beside a place of the screen or beside the region. */
  open(region, place = null, focuses = false) {
    this.region = region;
    this.place = place;
    this.#fill();
    this.box.hidden = false;
    this.follow();
    if (focuses) {
      this.box.querySelector('button')?.focus();
    }
  }

  /** Closes it. Where it had the focus, the picture has it then. */
  close() {
    const hadFocus = this.box.contains(document.activeElement);
    this.box.hidden = true;
    this.region = null;
    if (hadFocus) {
      this.stage.root.focus({ preventScroll: true });
    }
  }

  #refresh() {
    if (this.region) {
      if (this.session.ofImage.some((layer) => layer.region === this.region)) {
        this.#fill();
      } else {
        this.close();
      }
    }
  }

  /** Keeps beside its region when the view changes. */
  follow() {
    if (this.box.hidden) {
      return;
    }

    const region = this.session.region(this.region);
    const [left, top, right, bottom] = region.box_xyxy_px;
    const [x, y] = this.stage.toScreen(...(this.place ?? [(left + right) / 2, (top + bottom) / 2]));
    const width = this.box.offsetWidth;
    const height = this.box.offsetHeight;
    const { width: stageWidth, height: stageHeight } = this.stage.size;
    const atX = x + 18 + width < stageWidth ? x + 18 : x - 18 - width;
    this.box.style.left = `${Math.max(8, Math.min(stageWidth - width - 8, atX))}px`;
    this.box.style.top = `${Math.max(8, Math.min(stageHeight - height - 8, y - height / 3))}px`;
  }

  #fill() {
    const { session } = this;
    const handle = this.region;
    const region = session.region(handle);
    const layer = session.ofImage.find((known) => known.region === handle);
    const name = layer?.phrase ?? region.phrase ?? 'unnamed region';
    const [height, width] = region.mask.size;
    const [left, top, right, bottom] = region.box_xyxy_px;
    const known = session.ofImage.filter((other) => other.within === handle).length;
    const busy = session.isBusy || !this.ready();
    const act = (words, sign, action, disabled = false) => h('button', { type: 'button', class: 'action', 'data-key': sign, disabled, onclick: action }, icon(sign), words);
    const run = async (request) => {
      this.close();
      this.showChat();
      await session.turn(request);
    };
    const edit = async (change, words) => {
      this.close();
      try {
        await session.edit(change);
        this.announce(`${name} is ${words}.`);
      } catch (error) {
        this.failed(error);
      }
    };
    const image = session.image.image;
    this.box.setAttribute('aria-label', `Region: ${name}`);
    refill(this.box,
      h('div', { class: 'popover-head', color: region.color }, h('span', { class: 'swatch', 'aria-hidden': 'true' }), h('strong', {}, name),
        h('button', { type: 'button', class: 'quiet tiny', 'aria-label': 'Close', onclick: () => this.close() }, icon('close'))),
      h('p', { class: 'facts' }, `${pixels(region.area_px)} · ${share(region.area_px, width * height)} of the picture`, h('br', {}), `${right - left} × ${bottom - top} px at ${left}, ${top} · ${handle}`),
      region.origin && /^(drawn|mask|brought)/.test(region.origin) ? h('p', { class: 'facts' }, region.origin) : null,
      h('div', { class: 'actions' },
        act(known > 0 ? `Show its ${known} parts` : 'Show its parts', 'parts', () => this.#parts(handle), busy && known === 0),
        act('Describe it', 'text', () => run({ message: `Describe ${name}`, calls: [{ tool: 'caption', arguments: { image, region: handle } }] }), busy),
        session.focus?.size === 1 && session.focus.has(handle)
          ? act('Show all', 'focus', () => session.setFocus(null))
          : act('Only this', 'focus', () => session.setFocus([handle])),
        act('Rename', 'pencil', () => { this.close(); this.rename(handle); }),
        act(layer?.hidden ? 'Show' : 'Hide', layer?.hidden ? 'eye' : 'eye-off', () => edit({ edit: layer?.hidden ? 'show' : 'hide', regions: [handle] }, layer?.hidden ? 'shown' : 'hidden')),
        act('Remove', 'trash', () => edit({ edit: 'remove', regions: [handle] }, 'removed'))));
  }

  async #parts(handle) {
    this.close();
    this.session.select([]);
    if (!this.session.found('part', handle)?.length) {
      this.showChat();
    }

    try {
      await this.session.showParts(handle);
    } catch (error) {
      this.failed(error);
    }
  }
}
