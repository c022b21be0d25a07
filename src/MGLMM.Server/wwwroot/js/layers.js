// The list of layers: the picture's regions as words, for eyes, hands and screen readers.

import { bare, fill, h, icon, pixels, share } from './dom.js';

export class Layers {
  #renaming = null;
  #field = null;
  #isFilling = false;

  constructor(session, { failed, openRegion }) {
    this.session = session;
    this.failed = failed;
    this.openRegion = openRegion;
    this.list = document.getElementById('layers');
    this.combine = document.getElementById('combine');
    session.addEventListener('layers', () => this.show());
    session.addEventListener('selected', () => this.show());
    document.getElementById('show-all').addEventListener('click', () => this.#all('show', (layer) => layer.hidden));
    document.getElementById('hide-all').addEventListener('click', () => this.#all('hide', (layer) => !layer.hidden));
  }

  async #all(edit, which) {
    this.session.setFocus(null);
    const regions = this.session.ofImage.filter((layer) => !layer.aside && which(layer)).map((layer) => layer.region);
    if (regions.length > 0) {
      await this.#edit({ edit, regions });
    }
  }

  async #edit(edit) {
    try {
      await this.session.edit(edit);
    } catch (error) {
      this.failed(error);
    }
  }

  rename(region) {
    this.#renaming = region;
    this.#field = null;
    this.show();
    this.#field?.focus();
    this.#field?.select();
  }

  show() {
    const { session } = this;
    const focused = document.activeElement?.closest?.('#layers') ? document.activeElement.dataset.key : null;
    const typing = this.#field && this.#field === document.activeElement ? [this.#field.selectionStart, this.#field.selectionEnd] : null;
    const layers = ordered(session.ofImage.filter((layer) => !layer.aside));
    const aside = session.ofImage.filter((layer) => layer.aside);
    const { numbers } = session;
    const wasOpen = this.list.querySelector('details')?.open ?? false;
    document.getElementById('layers-count').textContent = layers.length;
    document.getElementById('layers-empty').hidden = session.ofImage.length > 0;
    document.getElementById('show-all').hidden = !layers.some(({ layer }) => layer.hidden);
    document.getElementById('hide-all').hidden = !layers.some(({ layer }) => !layer.hidden);
    this.#isFilling = true;
    fill(this.list, ...layers.map((row) => this.#row(row, numbers)), aside.length === 0 ? null : h('li', { class: 'aside' }, h('details', { open: wasOpen },
      h('summary', {}, `From other answers (${aside.length})`), h('ul', { 'aria-label': 'From other answers' }, aside.map((layer) => this.#row({ layer, depth: 0 }))))));
    this.#isFilling = false;
    if (this.#field && !this.#field.isConnected) {
      // The layer is gone, and its name with it.
      this.#renaming = this.#field = null;
    } else if (typing) {
      this.#field.focus();
      this.#field.setSelectionRange(...typing);
    }

    if (focused) {
      this.list.querySelector(`[data-key="${focused}"]`)?.focus();
    }

    this.#showCombine();
  }

  #row({ layer, depth }, numbers = null) {
    const { session } = this;
    const region = session.region(layer.region);
    const name = layer.phrase ?? layer.region;
    const isOff = layer.hidden || layer.aside;
    const isChosen = session.selected.has(layer.region);
    const area = region ? share(region.area_px, region.mask.size[0] * region.mask.size[1]) : '';
    const toggle = () => session.select(isChosen ? [...session.selected].filter((handle) => handle !== layer.region) : [...session.selected, layer.region]);
    return h('li', {
      class: `layer${isOff ? ' hidden-layer' : ''}${isChosen ? ' chosen' : ''}`,
      color: region?.color,
      'data-regions': layer.region,
      'data-depth': String(Math.min(3, depth)),
      onpointerenter: () => session.light([layer.region]),
      onpointerleave: () => session.light([]),
    },
    h('input', { type: 'checkbox', checked: isChosen, 'aria-label': `Choose ${name}`, 'data-key': `c-${layer.region}`, onchange: toggle }),
    this.#renaming === layer.region
      ? (this.#field ??= this.#nameField(layer, name))
      : h('button', {
        type: 'button', class: 'name', 'data-key': `n-${layer.region}`, title: `${layer.region} · ${region ? pixels(region.area_px) : ''}`,
        onclick: (event) => { session.select(event.shiftKey || event.ctrlKey || event.metaKey ? [...session.selected, layer.region] : [layer.region]); if (event.detail !== 2) { this.openRegion(layer.region); } },
        onfocus: () => session.light([layer.region]), onblur: () => session.light([]),
      }, h('span', { class: 'swatch', 'aria-hidden': 'true' }), numbers?.has(layer.region) ? h('span', { class: 'number' }, numbers.get(layer.region)) : null, h('span', { class: 'words' }, bare(name)), h('span', { class: 'area' }, area)),
    h('button', { type: 'button', class: 'quiet tiny', 'aria-label': `Rename ${name}`, title: 'Rename', 'data-key': `r-${layer.region}`, onclick: () => this.rename(layer.region) }, icon('pencil')),
    h('button', {
      type: 'button', class: 'quiet tiny', 'aria-label': `${isOff ? 'Show' : 'Hide'} ${name}`, title: isOff ? 'Show' : 'Hide', 'aria-pressed': isOff ? 'true' : 'false', 'data-key': `h-${layer.region}`,
      onclick: () => this.#edit({ edit: isOff ? 'show' : 'hide', regions: [layer.region] }),
    }, icon(isOff ? 'eye-off' : 'eye')));
  }

  /** The field that a name is typed into: the same one until that is done, whatever else of the layers changes. */
  #nameField(layer, name) {
    const done = async (keep) => {
      if (this.#field !== field || this.#isFilling) {
        return;
      }

      this.#renaming = this.#field = null;
      const phrase = field.value.trim();
      if (keep && phrase !== (layer.phrase ?? '')) {
        await this.#edit({ edit: 'rename', regions: [layer.region], phrase });
      }

      this.show();
      this.list.querySelector(`[data-key="n-${layer.region}"]`)?.focus();
    };
    const field = h('input', {
      type: 'text', class: 'rename', value: layer.phrase ?? '', maxLength: 120, placeholder: name, 'aria-label': `Name of ${name}`,
      onkeydown: (event) => {
        if (event.key === 'Enter' || event.key === 'Escape') {
          event.preventDefault();
          event.stopPropagation();
          done(event.key === 'Enter');
        }
      },
      onblur: () => done(true),
    });
    return field;
  }

  #showCombine() {
    const { session } = this;
    const chosen = [...session.selected].filter((handle) => session.ofImage.some((layer) => layer.region === handle));
    this.combine.hidden = chosen.length < 2;
    if (chosen.length < 2) {
      return;
    }

    const [first, ...others] = chosen;
    const act = async (edit) => {
      await this.#edit(edit);
      session.select([]);
    };
    fill(this.combine,
      h('p', {}, `${chosen.length} layers chosen`),
      h('button', { type: 'button', class: 'secondary small', onclick: () => act({ edit: 'merge', regions: chosen }) }, 'Merge'),
      (others.length === 1 ? [[first, others[0]], [others[0], first]] : [[first, null]]).map(([from, what]) => h('button', {
        type: 'button', class: 'secondary small', onclick: () => act({ edit: 'subtract', regions: [from], others: what ? [what] : others }),
      }, what ? `${bare(session.nameOf(from))} without ${bare(session.nameOf(what))}` : `${bare(session.nameOf(from))} without the others`)),
      h('button', { type: 'button', class: 'quiet small', onclick: () => session.setFocus(chosen) }, 'Only these'),
      h('button', { type: 'button', class: 'quiet small', onclick: () => act({ edit: 'remove', regions: chosen }) }, 'Remove'),
      h('button', { type: 'button', class: 'quiet small', onclick: () => session.select([]) }, 'Clear'));
  }
}

/** Parts stand below their objects. */
function ordered(layers) {
  const there = new Set(layers.map((layer) => layer.region));
  const children = new Map();
  for (const layer of layers) {
    const parent = layer.within && there.has(layer.within) ? layer.within : null;
    children.set(parent, [...(children.get(parent) ?? []), layer]);
  }

  const rows = [];
  const add = (parent, depth) => {
    for (const layer of children.get(parent) ?? []) {
      rows.push({ layer, depth });
      add(layer.region, depth + 1);
    }
  };
  add(null, 0);
  return rows;
}
