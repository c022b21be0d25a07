// What was said, what is being said, and where the next request is written.

import { answerWords, fileOf, phraseOf, spokenWords } from './answer.js';
import { counted, fill, h, icon, seconds } from './dom.js';

const DOING = {
  segment_and_caption: { panoptic: 'Describing the scene', instance: 'Finding the objects', part: 'Finding parts' },
  refer: 'Looking for it',
  reason_segment: 'Thinking about what is meant',
  caption: 'Describing it',
  ask: 'Asking the model',
  combine_regions: 'Working with masks',
  select_regions: 'Choosing regions',
  compare_regions: 'Comparing regions',
  get_regions: 'Reading regions',
  render_image: 'Drawing',
  export_regions: 'Writing a file',
};

export class Chat {
  #nodes = new Map();
  #live = null;
  #timer = 0;
  #open = new Set();

  constructor(session, { download, announce }) {
    this.session = session;
    this.download = download;
    this.announce = announce;
    this.log = document.getElementById('log');
    this.list = document.getElementById('turns');
    this.ask = document.getElementById('ask');
    this.send = document.getElementById('send');
    this.stop = document.getElementById('stop');
    this.suggestions = document.getElementById('suggestions');
    document.getElementById('composer').addEventListener('submit', (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.ask.addEventListener('keydown', (event) => {
      if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        this.#submit();
      }
    });
    this.ask.addEventListener('input', () => this.#grow());
    this.stop.addEventListener('click', () => session.stop());
    session.addEventListener('turns', () => this.#showTurns());
    session.addEventListener('busy', () => this.#showBusy());
    session.addEventListener('live', () => this.#showLive());
    session.addEventListener('layers', () => this.#showSuggestions());
  }

  setReady(ready) {
    this.ready = ready;
    this.#showBusy();
  }

  async #submit() {
    const message = this.ask.value.trim();
    if (message.length === 0 || this.session.isBusy || !this.ready) {
      return;
    }

    this.ask.value = '';
    this.#grow();
    const outcome = await this.session.turn({ message });
    if (outcome === 'cancelled' && this.ask.value === '') {
      this.ask.value = message;
      this.#grow();
    }
  }

  #grow() {
    this.ask.style.height = 'auto';
    this.ask.style.height = `${Math.min(160, this.ask.scrollHeight)}px`;
  }

  #showSuggestions() {
    const { session } = this;
    const named = session.shown.map((layer) => layer.phrase).filter((phrase) => phrase && phrase.length < 28);
    const nouns = named.map((phrase) => phrase.split(' ').at(-1));
    const several = nouns.find((noun, index) => nouns.indexOf(noun) !== index);
    const texts = named.length > 1
      ? [several ? `How many ${several}s are there?` : 'Which one is the largest?', `Describe ${named.at(-1).replace(/^(?:an?|the)\s+/i, 'the ')}`, several ? `Outline the largest ${several}` : `Blur everything but ${named[0].replace(/^(?:an?|the)\s+/i, 'the ')}`]
      : ['Describe the scene', 'Which one is the largest?', 'How many things are there?'];
    fill(this.suggestions, ...(session.isBusy || !this.ready ? [] : texts.slice(0, 3).map((text) => h('button', {
      type: 'button', class: 'suggestion', onclick: () => { this.ask.value = text; this.#submit(); },
    }, text))));
  }

  #showBusy() {
    const busy = this.session.isBusy;
    const focused = document.activeElement?.matches(':focus-visible') ? document.activeElement : null;
    this.send.hidden = busy;
    this.stop.hidden = !busy;
    this.send.disabled = !this.ready;
    if (busy && focused === this.send) {
      this.stop.focus();
    } else if (!busy && focused === this.stop) {
      this.ask.focus();
    }

    this.ask.placeholder = this.ready ? 'Ask about the picture' : 'The model is being loaded';
    clearInterval(this.#timer);
    if (busy) {
      // The placeholder of the turn that is on its way counts seconds, so that a long answer is seen to go on.
      this.#timer = setInterval(() => this.#showLive(), 250);
      this.announce('Working on it.');
    }

    this.#showSuggestions();
    this.#showLive();
  }

  #showTurns() {
    const isAtEnd = this.#isAtEnd();
    const turns = this.session.turns;
    const image = this.session.image?.image;
    const wanted = turns.filter((turn) => turn.image === image);
    const nodes = new Map(wanted.map((turn) => [turn, this.#nodes.get(turn) ?? this.#turn(turn)]));
    const last = wanted.at(-1);
    if (last && !this.#nodes.has(last) && this.#nodes.size > 0) {
      this.announce(last.outcome === 'cancelled' ? 'Stopped.' : last.error ? `${last.error.message} ${last.error.try}` : plain(last.answer));
    }

    this.#nodes = nodes;
    this.#live = null;
    fill(this.list, ...nodes.values());
    if (isAtEnd || this.session.isBusy) {
      this.#toEnd();
    }
  }

  #showLive() {
    // One about another picture stands where that is looked at.
    const live = this.session.live?.image === this.session.image?.image ? this.session.live : null;
    if (!live) {
      if (this.#live) {
        this.#live.remove();
        this.#live = null;
      }

      return;
    }

    const isAtEnd = this.#isAtEnd();
    if (!this.#live) {
      this.#live = h('li', { class: 'turn live' });
      this.list.append(this.#live);
      this.#toEnd();
    }

    const call = live.calls.at(-1);
    const doing = call && !call.result ? doingOf(call, this.session) : live.answer ? 'Writing' : live.calls.length ? 'Thinking' : 'Beginning';
    fill(this.#live,
      question(live),
      h('div', { class: 'answer' },
        answerWords(live.answer, this.session),
        live.words ? h('p', { class: 'spoken' }, spokenWords(live.words)) : null,
        h('p', { class: 'doing' }, h('span', { class: 'spinner', 'aria-hidden': 'true' }), `${doing} · ${seconds(performance.now() - live.since)}`)));
    if (isAtEnd) {
      this.#toEnd();
    }
  }

  #turn(turn) {
    if (turn.kind === 'edit') {
      return h('li', { class: 'turn edit' }, h('p', {}, icon('pencil'), turn.message), this.#calls(turn));
    }

    const files = (turn.calls ?? []).map((call) => call.result?.artifact).filter(Boolean);
    const notes = [...new Set((turn.calls ?? []).map((call) => noteOf(call)).filter(Boolean))];
    return h('li', { class: 'turn' },
      question(turn),
      h('div', { class: 'answer' },
        answerWords(turn.answer, this.session),
        turn.outcome === 'cancelled' ? h('p', { class: 'stopped' }, icon('stop'), 'Stopped. What was found until then is in the layers.') : null,
        turn.error ? h('p', { class: 'error' }, icon('warning'), h('span', {}, turn.error.message, ' ', h('span', { class: 'try' }, turn.error.try))) : null,
        turn.outcome === 'done' && !turn.answer && files.length === 0 ? h('p', { class: 'faint' }, 'Done.') : null,
        notes.map((note) => h('p', { class: 'note' }, icon('info'), note)),
        files.map((artifact) => fileOf(artifact, this.session, this.download)),
        this.#calls(turn)));
  }

  #calls(turn) {
    const calls = turn.calls ?? [];
    if (calls.length === 0) {
      return null;
    }

    const time = calls.reduce((sum, call) => sum + (call.milliseconds ?? 0), 0);
    const details = h('details', { class: 'calls', open: this.#open.has(turn.number) },
      h('summary', {}, `${counted(calls.length, 'call')} · ${seconds(time)}`),
      calls.map((call) => this.#call(call)));
    details.addEventListener('toggle', () => this.#open[details.open ? 'add' : 'delete'](turn.number));
    return details;
  }

  #call(call) {
    const given = Object.entries(call.arguments ?? {}).map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`).join(', ');
    const regions = (call.result?.regions ?? []).map((region) => region.region).filter((handle) => this.session.region(handle));
    return h('div', { class: 'call' },
      h('p', {}, h('code', {}, call.tool), ' ', h('span', { class: 'faint' }, `(${given})`)),
      call.result?.code ? h('p', { class: 'error' }, `${call.result.code}: ${call.result.message}`) : null,
      regions.length ? h('p', { class: 'found' }, regions.slice(0, 40).map((handle) => [phraseOf(this.session.nameOf(handle), [handle], this.session), ' '])) : null,
      call.result ? h('details', {}, h('summary', {}, 'Result'), h('pre', { tabIndex: 0 }, JSON.stringify(call.result, null, 1))) : h('p', { class: 'faint' }, 'Not finished.'));
  }

  #isAtEnd() {
    return this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 80;
  }

  #toEnd() {
    this.log.scrollTop = this.log.scrollHeight;
  }
}

function question(turn) {
  return turn.kind === 'tool' ? h('p', { class: 'question control' }, turn.message) : h('p', { class: 'question' }, turn.message);
}

function doingOf(call, session) {
  const words = DOING[call.tool] ?? call.tool;
  const doing = typeof words === 'string' ? words : words[call.arguments?.granularity] ?? 'Looking';
  const within = call.arguments?.within ?? call.arguments?.region;
  return within && session.region(within) ? `${doing} of ${session.nameOf(within)}` : doing;
}

function noteOf(call) {
  const result = call.result;
  if (!result || result.code) {
    return null;
  }

  return result.note ?? (result.cut_off ? 'The model’s answer was cut off: it is longer than one answer may be.' : null);
}

function plain(text) {
  return text.replace(/\s*\[[^\]]*\]/g, '');
}
