// The beginning: pictures to drop, choose or try, what the model is, and where one was.

import { api } from './api.js';
import { ago, counted, fill, focusOn, h, icon } from './dom.js';
import { closer } from './files.js';

export const SAMPLES = [
  ['garden', 'Garden'], ['beach', 'Beach'], ['street', 'Street'], ['room', 'Room'], ['meadow', 'Meadow'], ['winter', 'Winter'],
];

const LARGEST = 48 * (1 << 20);

export class Start {
  constructor({ openBlob, openConversation, failed }) {
    this.openBlob = openBlob;
    this.openConversation = openConversation;
    this.failed = failed;
    this.file = document.getElementById('file');
    document.getElementById('choose-button').addEventListener('click', () => this.choose());
    this.file.addEventListener('change', () => {
      const [file] = this.file.files;
      this.file.value = '';
      this.take(file);
    });
    fill(document.getElementById('samples'), ...SAMPLES.map(([name, title]) => h('li', {},
      h('button', { type: 'button', class: 'sample', onclick: (event) => this.#sample(event.currentTarget, name) }, h('img', { src: `pictures/${name}.png`, alt: '', loading: 'lazy' }), h('span', {}, title)))));
    this.#listen();
    document.getElementById('history-button').addEventListener('click', () => this.showHistory());
  }

  choose() {
    this.file.click();
  }

  /** Takes a file if it is a picture; says so where it is none. */
  take(file) {
    if (!file) {
      return;
    }

    if (file.type && !['image/png', 'image/jpeg', 'image/webp'].includes(file.type)) {
      this.failed({ message: `“${file.name}” is no PNG, JPEG or WebP picture.`, remedy: 'Choose a picture of one of these kinds.' });
    } else if (file.size > LARGEST) {
      this.failed({ message: `“${file.name}” is larger than this page sends (48 MB).`, remedy: 'Choose a smaller one, or save it as JPEG.' });
    } else {
      this.openBlob(file, file.name || 'pasted picture', false);
    }
  }

  async #sample(button, name) {
    button.classList.add('busy');
    try {
      await this.openBlob(await api.sample(name), `${name}.png`, true);
    } catch (error) {
      this.failed(error);
    } finally {
      button.classList.remove('busy');
    }
  }

  #listen() {
    const hint = document.getElementById('drop-hint');
    let depth = 0;
    const isFile = (event) => [...(event.dataTransfer?.types ?? [])].includes('Files');
    document.addEventListener('dragenter', (event) => {
      if (isFile(event)) {
        depth++;
        hint.hidden = false;
      }
    });
    document.addEventListener('dragleave', (event) => {
      if (isFile(event) && --depth <= 0) {
        depth = 0;
        hint.hidden = true;
      }
    });
    document.addEventListener('dragover', (event) => isFile(event) && event.preventDefault());
    document.addEventListener('drop', (event) => {
      if (isFile(event)) {
        event.preventDefault();
        depth = 0;
        hint.hidden = true;
        this.take(event.dataTransfer.files[0]);
      }
    });
    document.addEventListener('paste', (event) => {
      const file = [...(event.clipboardData?.files ?? [])][0];

      // Programs that copy a table bring a picture of it along: where words are written, words are meant.
      const isForField = event.target.closest?.('input[type=text], input[type=password], textarea') && event.clipboardData.types.includes('text/plain');
      if (file && !isForField && !document.querySelector('dialog[open]')) {
        event.preventDefault();
        this.take(file);
      }
    });
  }

  async showRecent() {
    const section = document.getElementById('recent-section');
    try {
      const conversations = await api.conversations();
      section.hidden = conversations.length === 0;
      fill(document.getElementById('recent'), ...conversations.slice(0, 4).map((one) => h('li', {}, this.#entry(one))));
    } catch {
      section.hidden = true;
    }
  }

  #entry(conversation) {
    return h('button', { type: 'button', class: 'entry', onclick: () => this.openConversation(conversation.conversation) },
      icon('picture'), h('span', {}, conversation.pictures.join(', ') || 'no picture'), h('span', { class: 'faint' }, ago(conversation.last_used)));
  }

  async showHistory() {
    const dialog = document.getElementById('history-dialog');
    let conversations;
    try {
      conversations = await api.conversations();
    } catch (error) {
      this.failed(error);
      return;
    }

    const show = () => fill(dialog,
      h('div', { class: 'dialog-head' }, h('h2', { id: 'history-title' }, 'History'), closer(dialog)),
      conversations.length === 0 ? h('p', { class: 'faint' }, 'Nothing yet: open a picture.') : h('p', { class: 'faint' }, counted(conversations.length, 'conversation')),
      h('ul', { class: 'history' }, conversations.map((one) => h('li', {}, this.#entry(one),
        h('button', {
          type: 'button', class: 'quiet tiny', 'data-key': one.conversation, 'aria-label': `Remove the conversation about ${one.pictures.join(', ')}`, onclick: async () => {
            try {
              await api.remove(one.conversation);
              const place = conversations.indexOf(one);
              conversations = conversations.filter((other) => other !== one);
              show();
              const next = conversations[Math.min(place, conversations.length - 1)];
              focusOn(dialog, next?.conversation);
              this.onRemoved?.(one.conversation);
            } catch (error) {
              dialog.close();
              this.failed(error);
            }
          },
        }, icon('trash'))))));
    show();
    dialog.showModal();
  }
}

/** A model's card, as a part of the page. */
export function cardOf(model, heading) {
  const { status, card, planner } = model ?? {};
  const parts = [heading(card?.name ?? 'The model')];
  if (!card) {
    return [...parts, h('p', {}, status?.message ?? 'Not known yet.')];
  }

  const facts = [
    ['Sees', card.granularities.map((level) => ({ panoptic: 'whole scenes', instance: 'objects', part: 'parts' })[level] ?? level).join(', ')],
    ['Reads', card.languages.map(languageOf).join(', ')],
    ['Weights', [card.precision, card.licence].filter(Boolean).join(', ')],
    ['Plans', planner.name],
  ].filter(([, value]) => value);
  return [
    ...parts,
    card.description ? h('p', {}, card.description) : null,
    h('dl', {}, facts.map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value)))),
    card.vocabulary?.length ? h('details', {}, h('summary', {}, `The ${card.vocabulary.length} nouns that it knows`), h('p', { class: 'nouns' }, card.vocabulary.join(', '))) : null,
  ];
}

function languageOf(tag) {
  try {
    return new Intl.DisplayNames('en', { type: 'language' }).of(tag);
  } catch {
    return tag;
  }
}
