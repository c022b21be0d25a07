// Puts the page together.

import { api, onKeyNeeded, setKey } from './api.js';
import { Chat } from './chat.js';
import { fill, h, icon } from './dom.js';
import { Brush, Polygon } from './draft.js';
import { closer, Files } from './files.js';
import { Layers } from './layers.js';
import { Popover } from './popover.js';
import { Session } from './session.js';
import { Stage } from './stage.js';
import { cardOf, Start } from './start.js';
import { worldOf } from './world.js';

const THEME = 'mglmm.theme';
const POLL_MILLISECONDS = 700;

const byId = (id) => document.getElementById(id);
const session = new Session();
const stage = new Stage(byId('stage'), session.masks);
const notice = byId('notice');
let model = null;
let style = 'tint';
let level = null;
let bundled = false;

// ---- words for everybody

function announce(words) {
  byId('announce').textContent = words;
}

function failed(error) {
  notice.hidden = false;
  fill(notice, icon('warning'), h('p', {}, h('strong', {}, error.message), ' ', error.remedy ?? ''),
    h('button', { type: 'button', class: 'quiet tiny', 'aria-label': 'Close this message', onclick: () => { notice.hidden = true; } }, icon('close')));
}

const isReady = () => model?.status?.state === 'Ready';

onKeyNeeded((hasOne) => new Promise((done) => {
  const dialog = byId('key-dialog');
  byId('key-words').textContent = hasOne ? 'The key is none that counts here. Try another.' : 'Its operator gives keys out. The key stays in this tab.';
  dialog.addEventListener('close', () => {
    const key = byId('key').value.trim();
    byId('key').value = '';
    if (key) {
      setKey(key);
    }

    done(key.length > 0);
  }, { once: true });
  dialog.showModal();
}));

// ---- the model

async function watchModel() {
  for (;;) {
    try {
      model = await api.model();
    } catch (error) {
      model = { status: { state: 'Unreachable', message: error.message }, card: null, planner: { name: '', is_language_model: false } };
    }

    showModel();
    if (['Ready', 'Failed', 'Stopped'].includes(model.status.state)) {
      return;
    }

    await new Promise((done) => { setTimeout(done, POLL_MILLISECONDS); });
  }
}

function showModel() {
  const { state, message, progress } = model.status;
  byId('model-dot').className = `dot ${state.toLowerCase()}`;
  byId('model-state').textContent = state === 'Ready' ? model.card.name : state === 'Loading' ? 'Loading the model' : state === 'Unreachable' ? 'No connection' : 'No model';
  byId('loading').hidden = state !== 'Loading';
  const bar = byId('loading-bar');
  if (progress === null || progress === undefined) {
    bar.removeAttribute('value');
  } else {
    bar.value = progress;
    byId('loading-words').textContent = `The model is being loaded (${Math.round(100 * progress)} %). A picture can be opened and drawn on already.`;
  }

  if (state === 'Failed') {
    failed({ message, remedy: 'Pictures can be opened, drawn on and exported without it.' });
  }

  fill(byId('card'), ...cardOf(model, (name) => h('h2', { id: 'card-title' }, `The model: ${name}`)).filter(Boolean));
  byId('planner').textContent = model.planner.name ? `Planning: ${model.planner.name}` : '';
  byId('levels').querySelectorAll('button').forEach((button) => {
    button.disabled = !isReady() || !(model.card?.granularities ?? []).includes(button.dataset.level);
  });
  chat.setReady(isReady());
  if (isReady() && session.isOpen) {
    showWorld();
  }
}

byId('about-button').addEventListener('click', () => {
  const dialog = byId('about-dialog');
  fill(dialog, h('div', { class: 'dialog-head' }, h('h2', { id: 'about-title' }, 'About the model'), closer(dialog)),
    ...cardOf(model, (name) => h('h3', {}, name)).filter(Boolean));
  dialog.showModal();
});

async function showWorld() {
  const bar = byId('world');
  const image = session.image;
  const world = await worldOf(session.picture, model?.card, bundled);
  if (session.image === image) {
    bar.hidden = world === null;
    bar.classList.toggle('strong', world?.strong ?? false);
    fill(bar, ...(world ? [icon(world.strong ? 'warning' : 'info'), h('p', {}, h('strong', {}, world.words), ' ', h('span', {}, world.says)),
      h('button', { type: 'button', class: 'quiet tiny', 'aria-label': 'Close this hint', onclick: () => { bar.hidden = true; } }, icon('close'))] : []));
  }
}

// ---- pictures and conversations

async function openBlob(blob, name, isBundled) {
  notice.hidden = true;
  byId('drop').classList.add('busy');
  announce(`Opening ${name}.`);
  try {
    bundled = isBundled;
    if (await session.upload(blob, name)) {
      history.pushState(null, '', `#/${session.id}`);
    }
  } catch (error) {
    failed({ message: `“${name}” could not be opened. ${error.message}`, remedy: error.remedy });
  } finally {
    byId('drop').classList.remove('busy');
  }
}

async function openConversation(id) {
  document.querySelectorAll('dialog[open]').forEach((dialog) => dialog.close());
  notice.hidden = true;
  try {
    bundled = false;
    if (await session.open(id) && location.hash !== `#/${id}`) {
      history.pushState(null, '', `#/${id}`);
    }
  } catch (error) {
    toStart();
    failed(error.status === 404 ? { message: 'That conversation is no longer kept.', remedy: 'Open its picture again.' } : error);
  }
}

function toStart() {
  session.close();
  history.replaceState(null, '', location.pathname);
  byId('work').hidden = true;
  byId('welcome').hidden = false;
  fill(byId('picture-name'));
  document.body.classList.remove('at-work');
  document.title = 'MGLMM';
  start.showRecent();
}

window.addEventListener('popstate', () => {
  const id = location.hash.slice(2);
  if (!id) {
    toStart();
  } else if (id === session.id && session.isOpen) {
    session.stay();
  } else {
    openConversation(id);
  }
});

byId('home').addEventListener('click', (event) => {
  event.preventDefault();
  toStart();
});
byId('new-button').addEventListener('click', () => start.choose());

session.addEventListener('picture', () => {
  const { image } = session;
  byId('welcome').hidden = true;
  byId('work').hidden = false;
  document.body.classList.add('at-work');
  document.title = `${image.name} · MGLMM`;
  byId('work-title').textContent = image.name;
  const name = [h('strong', {}, image.name), h('span', { class: 'faint' }, ` ${image.width_px} × ${image.height_px} px`)];
  fill(byId('picture-name'), ...(session.images.length > 1
    ? [h('select', { 'aria-label': 'Picture', onchange: (event) => session.look(session.images.find((one) => one.image === event.target.value)).catch(failed) },
      session.images.map((one) => h('option', { value: one.image, selected: one === image }, one.name)))]
    : name));
  stage.root.setAttribute('aria-label', `Picture ${image.name}`);
  setTool('pointer');
  level = lastLevel();
  stage.setPicture(session.picture, image.width_px, image.height_px);
  showWorld();
});

function lastLevel() {
  const calls = session.turns.filter((turn) => turn.image === session.image?.image).flatMap((turn) => turn.calls ?? []).filter((call) => call.tool === 'segment_and_caption' && !call.result?.code);
  return calls.at(-1)?.result?.granularity ?? null;
}

// ---- what is drawn on the picture

function itemsOf(handles) {
  return handles.map((handle) => session.region(handle)).filter(Boolean).sort((a, b) => b.area_px - a.area_px);
}

function showLayers() {
  if (!session.isOpen) {
    return;
  }

  const shown = style === 'none' ? [] : session.shown.map((layer) => layer.region);
  const { numbers } = session;
  stage.setLayers(itemsOf(shown).map((region) => ({
    id: region.region, color: region.color, fill: style === 'numbers' ? 0.3 : 0.42, line: style === 'outline' ? 2.5 : 1.5, label: numbers.get(region.region) ?? region.region,
  })), style);
  const note = byId('focus-note');
  note.hidden = session.focus === null;
  fill(note, ...(session.focus ? [h('span', {}, `Only ${session.focus.size === 1 ? session.nameOf([...session.focus][0]) : `${session.focus.size} regions`}`),
    h('button', { type: 'button', class: 'secondary small', onclick: () => session.setFocus(null) }, 'Show all')] : []));
  const setButton = (id, label, words) => {
    byId(id).disabled = !label;
    byId(id).title = label ? `${words}: ${label}` : words;
    byId(id).setAttribute('aria-label', label ? `${words}: ${label}` : words);
  };
  setButton('undo-button', session.undoLabel, 'Undo');
  setButton('redo-button', session.redoLabel, 'Redo');
  showLit();
}

function showLit() {
  const handles = [...new Set([...session.selected, ...session.lit])];
  stage.setLit(itemsOf(handles).map((region) => ({
    id: region.region, color: region.color, fill: session.lit.has(region.region) ? 0.55 : 0.2, line: 2.5, label: '',
  })));
  document.querySelectorAll('[data-regions]').forEach((element) => {
    element.classList.toggle('lit', element.dataset.regions.split(' ').some((handle) => session.lit.has(handle)));
  });
}

session.addEventListener('layers', showLayers);
session.addEventListener('selected', showLit);
session.addEventListener('lit', showLit);
session.masks.onAdded = () => {
  // Masks come one by one; one drawing serves those of a moment.
  cancelAnimationFrame(session.redraw);
  session.redraw = requestAnimationFrame(showLayers);
};
session.addEventListener('busy', () => {
  byId('working').hidden = !session.isBusy;
  if (!session.isBusy) {
    level = lastLevel();
  }

  showLevel();
});
session.addEventListener('turns', showLevel);

function showLevel() {
  byId('levels').querySelectorAll('button').forEach((button) => {
    button.setAttribute('aria-pressed', String(button.dataset.level === level));
    button.disabled = session.isBusy || !isReady() || !(model.card?.granularities ?? []).includes(button.dataset.level);
  });
}

byId('levels').addEventListener('click', async (event) => {
  const wanted = event.target.closest('button')?.dataset.level;
  if (!wanted) {
    return;
  }

  popover.close();
  try {
    if (await session.setLevel(wanted) === 'done') {
      level = wanted;
    }
  } catch (error) {
    failed(error);
  }

  showLevel();
  announce(`${session.shown.length} regions are shown.`);
});

byId('styles').addEventListener('click', (event) => {
  const button = event.target.closest('button');
  if (button) {
    style = button.dataset.style;
    document.body.dataset.drawn = style;
    press(byId('styles'), button);
    showLayers();
  }
});

function press(group, pressed) {
  group.querySelectorAll('button').forEach((button) => button.setAttribute('aria-pressed', String(button === pressed)));
}

// ---- hits and hovers

/** The smallest region that is shown at a place: parts lie upon their objects. */
function regionAt([x, y]) {
  return session.shown.map((layer) => session.region(layer.region)).filter((region) => region && session.masks.has(region.region, x, y))
    .sort((a, b) => a.area_px - b.area_px)[0] ?? null;
}

stage.onHover = (place) => {
  const region = place && !stage.tool && style !== 'none' ? regionAt(place) : null;
  const label = byId('hover-label');
  session.light(region ? [region.region] : []);
  stage.root.classList.toggle('over-region', region !== null);
  label.hidden = !region || popover.isOpen;
  if (region && !popover.isOpen) {
    label.textContent = session.nameOf(region.region);
    label.style.setProperty('--color', region.color);
    const [x, y] = stage.toScreen(...place);
    label.style.transform = `translate(${Math.min(stage.size.width - label.offsetWidth - 8, x + 14)}px, ${Math.max(4, y - 34)}px)`;
  }
};

stage.onPick = (place, event) => {
  const region = style === 'none' ? null : regionAt(place);
  byId('hover-label').hidden = true;
  if (!region) {
    session.select([]);
    popover.close();
  } else if (event.shiftKey || event.ctrlKey || event.metaKey) {
    popover.close();
    session.select(session.selected.has(region.region) ? [...session.selected].filter((handle) => handle !== region.region) : [...session.selected, region.region]);
  } else {
    session.select([region.region]);
    popover.open(region.region, place);
  }
};

stage.onView = () => {
  byId('zoom-words').textContent = `${Math.round(stage.view.scale * 100)} %`;
  popover.follow();
  stage.tool?.draw();
};

byId('zoom-in').addEventListener('click', () => stage.zoom(1.4));
byId('zoom-out').addEventListener('click', () => stage.zoom(1 / 1.4));
byId('zoom-fit').addEventListener('click', () => stage.fit());
document.querySelector('.zoom').addEventListener('pointerdown', (event) => event.stopPropagation());
byId('focus-note').addEventListener('pointerdown', (event) => event.stopPropagation());

// ---- regions of one's own

const drafts = { brush: new Brush(stage, showDrawing), polygon: new Polygon(stage, showDrawing) };
drafts.polygon.finish = () => finishDrawing();
const HELP = { brush: 'Paint the region.', polygon: 'Click its corners; click the first one, or “Add region”, to close it.' };

function setTool(name) {
  stage.tool?.reset();
  stage.tool = drafts[name] ?? null;
  stage.root.dataset.tool = name;
  byId('tools').querySelectorAll('button').forEach((button) => button.setAttribute('aria-pressed', String(button.dataset.tool === name)));
  byId('drawing').hidden = !stage.tool;
  byId('drawing-name').value = '';
  if (stage.tool) {
    popover.close();
    session.light([]);
    byId('drawing-words').textContent = HELP[name];
    byId('brush-does').hidden = byId('brush-size').hidden = name !== 'brush';
    drafts.brush.erases = false;
    press(byId('brush-does'), byId('brush-does').firstElementChild);
  }

  showDrawing();
}

function showDrawing() {
  byId('drawing-done').disabled = stage.tool?.isEmpty ?? true;
  byId('brush-radius').value = String(drafts.brush.screenRadius);
}

async function finishDrawing() {
  const draft = stage.tool;
  if (!draft || draft.isEmpty) {
    return;
  }

  const phrase = byId('drawing-name').value.trim() || 'my region';
  byId('drawing-done').disabled = true;
  try {
    const region = await draft.region(session.masks);
    if (!region) {
      failed({ message: 'Nothing is left of what was painted.', remedy: 'Paint again.' });
      return;
    }

    const handle = await session.addRegion({ ...region, phrase });
    if (handle) {
      announce(`${phrase} is added.`);
      setTool('pointer');
      popover.open(handle);
    }
  } catch (error) {
    failed(error);
    showDrawing();
  }
}

byId('tools').addEventListener('click', (event) => {
  const button = event.target.closest('button');
  if (button) {
    setTool(button.dataset.tool);
    if (button.dataset.tool !== 'pointer') {
      stage.root.focus({ preventScroll: true });
    }
  }
});
byId('brush-does').addEventListener('click', (event) => {
  const button = event.target.closest('button');
  if (button) {
    drafts.brush.erases = button.dataset.erases === 'true';
    press(byId('brush-does'), button);
  }
});
byId('brush-radius').addEventListener('input', (event) => {
  drafts.brush.screenRadius = Number(event.target.value);
});
byId('drawing-back').addEventListener('click', () => stage.tool?.back());
byId('drawing-cancel').addEventListener('click', () => setTool('pointer'));
byId('drawing-done').addEventListener('click', finishDrawing);
byId('drawing-name').addEventListener('keydown', (event) => {
  if (event.key === 'Enter') {
    event.preventDefault();
    finishDrawing();
  }
});

// ---- undo, keys, panels, colours

const guarded = (action) => async () => {
  try {
    await action();
  } catch (error) {
    failed(error);
  }
};
const undo = guarded(async () => {
  const label = session.undoLabel;
  await session.undo();
  announce(`Undone: ${label}.`);
});
const redo = guarded(async () => {
  const label = session.redoLabel;
  await session.redo();
  announce(`Done again: ${label}.`);
});
byId('undo-button').addEventListener('click', undo);
byId('redo-button').addEventListener('click', redo);

document.addEventListener('keydown', (event) => {
  const isField = event.target.closest?.('input[type=text], input[type=password], textarea, select');
  if (!session.isOpen || isField || document.querySelector('dialog[open]')) {
    return;
  }

  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'z') {
    event.preventDefault();
    if (stage.tool && (stage.tool.strokes?.length || stage.tool.points?.length)) {
      stage.tool.back();
    } else {
      (event.shiftKey ? redo : undo)();
    }
  } else if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'y') {
    event.preventDefault();
    redo();
  } else if (event.key === 'Escape' && !stage.tool) {
    if (popover.isOpen) {
      popover.close();
    } else if (session.isBusy) {
      session.stop();
    } else {
      session.setFocus(null);
      session.select([]);
    }
  }
});

stage.root.addEventListener('keydown', (event) => {
  if (event.target !== stage.root || event.ctrlKey || event.metaKey || event.altKey) {
    return;
  }

  if (stage.tool) {
    if (stage.tool.key(event)) {
      event.preventDefault();
      return;
    }

    const does = { Enter: finishDrawing, Escape: () => setTool('pointer'), Backspace: () => stage.tool.back() }[event.key];
    if (does) {
      event.preventDefault();
      event.stopPropagation();
      does();
      return;
    }
  }

  const step = event.shiftKey ? 160 : 48;
  const chosen = [...session.selected];
  const keys = {
    '+': () => stage.zoom(1.25), '=': () => stage.zoom(1.25), '-': () => stage.zoom(0.8), 0: () => stage.fit(),
    ArrowLeft: () => stage.pan(step, 0), ArrowRight: () => stage.pan(-step, 0), ArrowUp: () => stage.pan(0, step), ArrowDown: () => stage.pan(0, -step),
    n: () => go(1), p: () => go(-1),
    Enter: () => chosen.length === 1 && popover.open(chosen[0], null, true),
    h: () => chosen.length && session.edit({ edit: 'hide', regions: chosen }).catch(failed),
    Delete: () => chosen.length && session.edit({ edit: 'remove', regions: chosen }).catch(failed),
    v: () => setTool('pointer'), b: () => setTool('brush'), g: () => setTool('polygon'),
  };
  const does = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (does) {
    event.preventDefault();
    does();
  }
});

function go(step) {
  const shown = session.shown.map((layer) => layer.region);
  if (shown.length > 0) {
    const at = shown.indexOf([...session.selected].at(-1));
    const next = shown[at < 0 ? (step > 0 ? 0 : shown.length - 1) : (at + step + shown.length) % shown.length];
    session.select([next]);
    const region = session.region(next);
    announce(`${session.nameOf(next)}, ${Math.round((1000 * region.area_px) / (region.mask.size[0] * region.mask.size[1])) / 10} percent of the picture`);
  }
}

function showPanel(name) {
  document.body.dataset.panel = name;
  document.querySelectorAll('[data-panel][aria-controls]').forEach((button) => button.setAttribute('aria-pressed', String(button.dataset.panel === name)));
}

document.querySelectorAll('[data-panel][aria-controls]').forEach((button) => button.addEventListener('click', () => showPanel(button.dataset.panel)));

const THEMES = { auto: 'as the system', light: 'light', dark: 'dark' };

function setTheme(theme) {
  document.documentElement.dataset.theme = theme;
  byId('theme-button').setAttribute('aria-label', `Colours: ${THEMES[theme]}`);
  byId('theme-button').title = `Colours: ${THEMES[theme]}`;
  try {
    localStorage.setItem(THEME, theme);
  } catch {
    // Without storage it lasts as long as the page.
  }

  showLayers();
}

byId('theme-button').addEventListener('click', () => {
  const names = Object.keys(THEMES);
  setTheme(names[(names.indexOf(document.documentElement.dataset.theme) + 1) % names.length]);
});

// ---- off we go

const files = new Files(session, { failed, announce });
const chat = new Chat(session, { download: files.download, announce });
const layers = new Layers(session, {
  failed,
  openRegion: (region) => {
    if (session.shown.some((layer) => layer.region === region) && matchMedia('(min-width: 700px)').matches) {
      popover.open(region);
    }
  },
});
const popover = new Popover(session, stage, {
  failed,
  announce,
  rename: (region) => {
    showPanel('layers');
    layers.rename(region);
  },
  showChat: () => showPanel('chat'),
  ready: isReady,
});
const start = new Start({ openBlob, openConversation, failed });
start.onRemoved = (id) => id === session.id && toStart();

let theme = 'auto';
try {
  theme = localStorage.getItem(THEME) ?? 'auto';
} catch {
  // As the system.
}

setTheme(theme in THEMES ? theme : 'auto');
showPanel('chat');
watchModel();
if (location.hash.length > 2) {
  openConversation(location.hash.slice(2));
} else {
  start.showRecent();
}
