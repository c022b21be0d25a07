// One conversation as the page knows it: pictures, regions, layers, what was said, and what is under way.

import { api, ApiError } from './api.js';
import { Masks } from './masks.js';

export class Session extends EventTarget {
  masks = new Masks();
  id = null;
  images = [];
  image = null;
  regions = new Map();
  artifacts = new Map();
  layers = [];
  turns = [];
  undoLabel = null;
  redoLabel = null;
  selected = new Set();
  lit = new Set();
  focus = null;
  live = null;
  #abort = null;
  #blobs = new Map();
  #tickets = { upload: 0, conversation: 0, picture: 0 };

  get isOpen() {
    return this.image !== null;
  }

  get isBusy() {
    return this.#abort !== null;
  }

  /** The layers of the picture that is looked at. */
  get ofImage() {
    return this.layers.filter((layer) => layer.image === this.image?.image);
  }

  /** Those that are drawn. */
  get shown() {
    return this.ofImage.filter((layer) => this.focus ? this.focus.has(layer.region) : !layer.hidden && !layer.aside);
  }

  /** What each drawn region is numbered in the style with numbers. */
  get numbers() {
    return new Map(this.shown.map((layer, index) => [layer.region, String(index + 1)]));
  }

  region(handle) {
    return this.regions.get(handle);
  }

  nameOf(handle) {
    return this.layers.find((layer) => layer.region === handle)?.phrase ?? this.regions.get(handle)?.phrase ?? handle;
  }

  #tell(what) {
    this.dispatchEvent(new Event(what));
  }

  /** Waits for an upload, a conversation or a picture. Gives null where another one was asked for, or this one left, meanwhile: however the wait ends then, nobody wants it any more. */
  async #unlessLeft(what, waiting) {
    const ticket = ++this.#tickets[what];
    try {
      const got = await waiting;
      return ticket === this.#tickets[what] ? got : null;
    } catch (error) {
      if (ticket === this.#tickets[what]) {
        throw error;
      }

      return null;
    }
  }

  #leave(...all) {
    all.forEach((what) => { this.#tickets[what]++; });
  }

  /** Stays in this conversation: another that was to be opened is not waited for any longer. */
  stay() {
    this.#leave('conversation');
  }

  /** Opens a conversation; blob is its picture where the page has it already. Gives whether it is looked at now, and was not left before it came. */
  async open(id, blob = null) {
    this.#leave('upload', 'picture');
    const found = await this.#unlessLeft('conversation', Promise.all([api.conversation(id), api.page(id)]));
    if (found === null) {
      return false;
    }

    const [held, page] = found;
    this.close();
    this.id = id;
    this.images = held.images;
    this.artifacts = new Map(held.artifacts.map((artifact) => [artifact.artifact, artifact]));
    this.#take(held.regions);
    this.#apply(page);
    return this.look(this.images.at(-1), blob);
  }

  /** Looks at one of the pictures. Gives whether it is that one now. */
  async look(image, blob = null) {
    const source = await this.#unlessLeft('picture', blob ?? api.picture(this.id, image.image));
    if (source === null) {
      return false;
    }

    this.image = image;
    this.select([]);
    this.setFocus(null);
    this.picture = source;
    this.#tell('picture');
    this.#tell('layers');
    this.#tell('turns');
    return true;
  }

  close() {
    this.#leave('upload', 'conversation', 'picture');
    this.stop();
    this.masks.clear();
    this.#blobs.forEach((address) => URL.revokeObjectURL(address));
    this.#blobs.clear();
    Object.assign(this, { id: null, images: [], image: null, layers: [], turns: [], undoLabel: null, redoLabel: null, focus: null, live: null });
    this.regions.clear();
    this.artifacts.clear();
    this.selected.clear();
    this.lit.clear();
  }

  /** Sends a picture and opens its conversation, whatever else of this one is looked at until it is there. Gives whether it is looked at now. */
  async upload(blob, name) {
    const type = ['image/png', 'image/jpeg', 'image/webp'].includes(blob.type) ? blob.type : 'application/octet-stream';
    this.#leave('conversation');
    const opened = await this.#unlessLeft('upload', api.upload(blob, name, type));
    return opened !== null && this.open(opened.conversation, blob);
  }

  /** The address of a file that a tool made, for an image or a link. */
  async address(artifact) {
    const known = this.#blobs.get(artifact);
    if (known) {
      return known;
    }

    const { id } = this;
    const address = URL.createObjectURL(await api.artifact(id, artifact));
    if (this.id === id) {
      this.#blobs.set(artifact, address);
    }

    return address;
  }

  select(handles) {
    this.selected = new Set(handles);
    this.#tell('selected');
  }

  light(handles) {
    const same = handles.length === this.lit.size && handles.every((handle) => this.lit.has(handle));
    if (!same) {
      this.lit = new Set(handles);
      this.#tell('lit');
    }
  }

  /** Shows only some regions, for looking; null shows what the layers say. */
  setFocus(handles) {
    this.focus = handles ? new Set(handles) : null;
    this.#tell('layers');
  }

  /** Takes what a call has changed in this conversation, and gives it; null where the page is in another by then. */
  async #change(calling, take = (page) => this.#apply(page)) {
    const { id } = this;
    const changed = await calling;
    if (this.id !== id) {
      return null;
    }

    take(changed);
    return changed;
  }

  async edit(edit) {
    await this.#change(api.edit(this.id, edit));
  }

  async undo() {
    if (this.undoLabel) {
      await this.#change(api.undo(this.id));
    }
  }

  async redo() {
    if (this.redoLabel) {
      await this.#change(api.redo(this.id));
    }
  }

  /** Adds a region of a person's own; gives its handle. */
  async addRegion(region) {
    const added = await this.#change(api.addRegion(this.id, this.image.image, region), (page) => {
      this.#apply(page);
      this.select([page.regions[0].region]);
    });
    return added?.regions[0].region ?? null;
  }

  /** Calls a tool that makes a file. */
  async makeFile(tool, args) {
    return this.#change(api.tool(this.id, tool, args), (made) => {
      this.artifacts.set(made.artifact, { ...made, media_type: '' });
      this.#tell('files');
    });
  }

  stop() {
    this.#abort?.abort();
  }

  /** Runs a turn; the page follows it as it goes. Gives how it ended. */
  async turn(request) {
    if (this.isBusy) {
      return 'busy';
    }

    const id = this.id;
    const { image } = this.image;
    this.#abort = new AbortController();
    this.live = { image, message: request.message, kind: request.calls ? 'tool' : 'chat', calls: [], answer: '', words: '', outcome: null, error: null, since: performance.now() };
    this.setFocus(null);
    this.#tell('busy');
    try {
      await api.turn(id, { ...request, image }, this.#abort.signal, (event) => this.id === id && this.#happened(event));
      if (this.live && this.live.outcome === null) {
        this.live.outcome = 'failed';
        this.live.error ??= BROKEN_OFF;
      }
    } catch (error) {
      if (this.live) {
        this.live.outcome = error.name === 'AbortError' ? 'cancelled' : 'failed';
        this.live.error = error.name === 'AbortError' ? null
          : error instanceof ApiError ? { message: error.message, try: error.remedy } : BROKEN_OFF;
      }
    }

    this.#abort = null;
    const ended = this.live;
    this.live = null;
    if (ended && this.id === id) {
      this.turns = [...this.turns, { ...ended, number: ended.number ?? Date.now(), time: new Date().toISOString() }];
      if (ended.outcome !== 'done') {
        await this.#refresh(id);
      } else if (ended.kind === 'chat') {
        this.select(named(ended.answer).filter((handle) => this.ofImage.some((layer) => layer.region === handle)));
      }
    }

    this.#tell('busy');
    this.#tell('turns');
    return ended?.outcome ?? 'cancelled';
  }

  /** After a turn that broke off: what it had found until then is there. */
  async #refresh(id) {
    try {
      const page = await api.page(id);
      if (this.id === id) {
        this.#apply({ ...page, turns: null });
      }
    } catch {
      // What is shown stays; the next change brings the rest.
    }
  }

  #happened(event) {
    const live = this.live;
    if (!live) {
      return;
    }

    switch (event.event) {
      case 'begun':
        live.number = event.turn;
        break;
      case 'text':
        live.answer += event.text;
        live.words = '';
        break;
      case 'words':
        live.words += event.text;
        break;
      case 'call':
        live.words = '';
        live.calls.push({ call: event.call, tool: event.tool, arguments: event.arguments, result: null, since: performance.now() });
        break;
      case 'result': {
        const call = live.calls.find((known) => known.call === event.call);
        Object.assign(call, { result: event.result, milliseconds: event.milliseconds });
        if (event.result.artifact) {
          this.artifacts.set(event.result.artifact, { ...event.result, media_type: '' });
          this.#tell('files');
        }

        break;
      }

      case 'page':
        this.#apply(event.page);
        break;
      case 'error':
        live.error = event.error;
        break;
      case 'done':
        live.outcome = event.text;
        break;
    }

    this.#tell('live');
  }

  #take(regions) {
    for (const region of regions ?? []) {
      if (!this.regions.has(region.region)) {
        this.regions.set(region.region, region);
        this.masks.add(region);
      }
    }
  }

  #apply(page) {
    this.#take(page.regions);
    this.layers = page.layers;
    this.undoLabel = page.undo ?? null;
    this.redoLabel = page.redo ?? null;
    const there = new Set(page.layers.map((layer) => layer.region));
    for (const handle of [...this.selected].filter((handle) => !there.has(handle))) {
      this.selected.delete(handle);
    }

    if (this.focus && ![...this.focus].some((handle) => there.has(handle))) {
      this.focus = null;
    }

    if (page.turns) {
      this.turns = page.turns;
      this.#tell('turns');
    }

    this.#tell('layers');
    if (page.layers.some((layer) => !this.regions.has(layer.region))) {
      this.#fetchMissing();
    }
  }

  /** Regions that came another way, such as over MCP into the same conversation. */
  async #fetchMissing() {
    const id = this.id;
    try {
      const held = await api.conversation(id);
      if (this.id === id) {
        this.#take(held.regions);
        this.#tell('layers');
      }
    } catch {
      // They are listed without their masks until the next change.
    }
  }

  // ---- the granularity control

  /** The regions of an answer at a granularity that was given before; null where there is none, or it tells only some. */
  found(granularity, within = null) {
    for (const turn of [...this.turns].reverse()) {
      for (const call of [...(turn.calls ?? [])].reverse()) {
        const result = call.result;
        if (call.tool === 'segment_and_caption' && result && !result.code && result.image === this.image.image
          && result.granularity === granularity && (result.within ?? null) === within && !result.more_region_count) {
          return result.regions.map((region) => region.region).filter((handle) => this.regions.has(handle));
        }
      }
    }

    return null;
  }

  /** Goes to a granularity: what is known is shown, what is not is asked for. */
  async setLevel(level) {
    const [...chosen] = this.selected;
    this.select([]);
    if (level !== 'part') {
      const known = this.found(level);
      if (known?.length) {
        await this.edit({ edit: 'only', regions: known, phrase: level === 'panoptic' ? 'Show the whole scene' : 'Show the objects' });
        return 'done';
      }

      return this.turn({ message: level === 'panoptic' ? 'Describe the whole scene' : 'Find the objects', calls: [this.#segment(level)] });
    }

    if (chosen.length === 1) {
      return this.showParts(chosen[0]);
    }

    let objects = this.found('instance');
    if (!objects) {
      const outcome = await this.turn({ message: 'Find the objects', calls: [this.#segment('instance')] });
      objects = outcome === 'done' ? this.found('instance') : null;
      if (!objects) {
        return outcome;
      }
    }

    const asked = objects.filter((object) => this.found('part', object) === null);
    if (asked.length > 0) {
      const outcome = await this.turn({
        message: 'Find the parts of every object',
        calls: asked.slice(0, MOST_LISTED).map((object) => this.#segment('part', object)),
      });
      if (outcome !== 'done') {
        return outcome;
      }
    }

    const parts = objects.flatMap((object) => {
      const of = this.found('part', object);
      return of?.length ? of : [object];
    });
    await this.edit({ edit: 'only', regions: [...new Set(parts)], phrase: 'Show the parts' });
    return 'done';
  }

  /** Shows the parts of one region in its place. */
  async showParts(handle) {
    const parts = this.found('part', handle);
    const message = `Show the parts of ${this.nameOf(handle)}`;
    if (parts?.length) {
      await this.edit({ edit: 'replace', regions: parts, others: [handle], phrase: message });
      return 'done';
    }

    return this.turn({ message, calls: [this.#segment('part', handle)] });
  }

  /** The call for a granularity. All regions are wanted: left alone, a result lists as many as a language model should read. */
  #segment(granularity, within) {
    const call = { image: this.image.image, granularity, max_regions: MOST_LISTED };
    return { tool: 'segment_and_caption', arguments: within ? { ...call, within } : call };
  }
}

/** Regions that one call lists at most, and calls that one turn makes. */
const MOST_LISTED = 100;

const MOST_NAMED = 8;

const BROKEN_OFF = { message: 'The connection to the server broke off.', try: 'Try again.' };

/** The regions that an answer names, unless it names all the world. */
function named(answer) {
  const handles = [...new Set([...answer.matchAll(/\[([^\]]+)\]/g)].flatMap((match) => match[1].split(/\s*,\s*/)).filter((handle) => /^m\d+$/.test(handle)))];
  return handles.length <= MOST_NAMED ? handles : [];
}
