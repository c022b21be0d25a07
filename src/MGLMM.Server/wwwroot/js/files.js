// Pictures and files of what is shown, in every style and format.

import { api } from './api.js';
import { bytes, counted, focusOn, h, icon, refill } from './dom.js';

const STYLES = [
  ['overlay', 'Colours', 'the picture with coloured regions and names'],
  ['outline', 'Outlines', 'the picture with outlined regions'],
  ['box', 'Boxes', 'the picture with a box round each region'],
  ['numbered', 'Numbers', 'the picture with a number on each region'],
  ['cutout', 'Cut out', 'the regions alone, on a clear ground'],
  ['crop', 'Crop', 'the picture around the regions'],
  ['blur_others', 'Blur the rest', 'everything else blurred'],
  ['gray_others', 'Grey the rest', 'everything else without colour'],
];

const FORMATS = {
  coco_rle: ['COCO', 'run lengths, exact'],
  coco_polygon: ['COCO polygons', 'for tools that read outlines'],
  panoptic_png: ['COCO panoptic', 'PNG and JSON, exact'],
  mask_png: ['Mask PNG', 'one black and white picture each, exact'],
  labelme: ['LabelMe', 'JSON'],
  geojson: ['GeoJSON', 'polygons in pixels'],
  yolo_seg: ['YOLO', 'segmentation labels'],
  label_studio: ['Label Studio', 'brush labels'],
  svg: ['SVG', 'vector outlines'],
};

export class Files {
  #formats = null;

  constructor(session, { failed, announce }) {
    this.session = session;
    this.failed = failed;
    this.announce = announce;
    this.dialog = document.getElementById('export-dialog');
    document.getElementById('export-button').addEventListener('click', () => this.open());
  }

  async open() {
    this.#formats ??= await this.#readFormats();
    this.#show('all');
    this.dialog.showModal();
  }

  /** What the server can write, a host's own formats included. */
  async #readFormats() {
    try {
      const document = await api.formats();
      return document.paths['/api/tools/export_regions'].post.requestBody.content['application/json'].schema.properties.format.enum;
    } catch {
      return Object.keys(FORMATS);
    }
  }

  #show(which) {
    const { session } = this;
    const shown = session.shown.map((layer) => layer.region);
    const chosen = [...session.selected].filter((handle) => session.ofImage.some((layer) => layer.region === handle));
    const regions = which === 'chosen' && chosen.length > 0 ? chosen : shown;
    const choice = (value, label, count) => h('label', { class: 'choice' },
      h('input', { type: 'radio', name: 'which', 'data-key': value, value, checked: which === value, disabled: count === 0, onchange: () => this.#show(value) }), `${label} (${count})`);
    const tile = (tool, args, title, words) => h('button', {
      type: 'button', class: 'tile', 'data-key': args.style ?? args.format, disabled: regions.length === 0, onclick: (event) => this.#make(event.currentTarget, tool, args, title),
    }, h('strong', {}, title), h('span', {}, words));
    const list = regions.join(', ');
    const made = [...session.artifacts.values()].reverse();
    refill(this.dialog,
      h('div', { class: 'dialog-head' }, h('h2', { id: 'export-title' }, 'Export'), closer(this.dialog)),
      h('fieldset', { class: 'choices' }, h('legend', {}, 'Which layers'), choice('all', 'All that are shown', shown.length), choice('chosen', 'The chosen ones', chosen.length)),
      regions.length === 0 ? h('p', { class: 'faint' }, 'No layer is shown. Choose Scene or Objects first, or draw a region.') : null,
      h('h3', {}, 'As a picture'),
      h('div', { class: 'tiles' }, STYLES.map(([style, title, words]) => tile('render_image', { image: session.image.image, regions: list, style }, title, words))),
      h('h3', {}, 'As data'),
      h('div', { class: 'tiles' }, this.#formats.map((format) => tile('export_regions', { set: list, format }, FORMATS[format]?.[0] ?? format, FORMATS[format]?.[1] ?? 'a format of this server'))),
      h('h3', {}, 'Files of this conversation'),
      made.length === 0 ? h('p', { class: 'faint' }, 'None yet.') : h('ul', { class: 'files' }, made.map((artifact) => h('li', {},
        h('button', { type: 'button', class: 'file', 'data-key': artifact.artifact, onclick: () => this.download(artifact) }, icon('download'), h('span', {}, artifact.file_name), h('span', { class: 'faint' }, artifact.size_bytes ? bytes(artifact.size_bytes) : ''))))));
  }

  async #make(button, tool, args, title) {
    button.disabled = true;
    button.classList.add('busy');
    try {
      const made = await this.session.makeFile(tool, args);
      if (!made) {
        return;
      }

      await this.download(made);
      this.announce(`${title}: ${made.file_name}, for ${counted(made.region_count ?? 0, 'region')}.`);
    } catch (error) {
      this.dialog.close();
      this.failed(error);
      return;
    }

    this.#show(this.dialog.querySelector('input[name=which]:checked')?.value ?? 'all');
    if (this.dialog.open) {
      // It went when the button could not be pressed for a while.
      focusOn(this.dialog, button.dataset.key);
    }
  }

  download = async (artifact) => {
    try {
      const link = h('a', { href: await this.session.address(artifact.artifact), download: artifact.file_name });
      document.body.append(link);
      link.click();
      link.remove();
    } catch (error) {
      this.failed(error);
    }
  };
}

export function closer(dialog) {
  return h('button', { type: 'button', class: 'quiet tiny', 'aria-label': 'Close', onclick: () => dialog.close() }, icon('close'));
}
