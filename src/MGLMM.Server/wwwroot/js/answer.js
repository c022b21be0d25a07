// An answer's words with its phrases in the colours of their masks.

import { h, icon } from './dom.js';

const HANDLES = /\s*\[((?:m\d+|s\d+|a\d+)(?:\s*,\s*(?:m\d+|s\d+|a\d+))*)\]/g;
const LEADING = /^(?:a|an|the|some|this|that|these|those)\s+/i;

/** Makes the words of an answer: "a red roof [m9]" becomes a phrase of m9. */
export function answerWords(text, session) {
  const paragraphs = text.split('\n').filter((line) => line.trim().length > 0);
  return paragraphs.map((line) => line.startsWith('- ') ? h('p', { class: 'item' }, words(line.slice(2), session)) : h('p', {}, words(line, session)));
}

function words(line, session) {
  const pieces = [];
  let at = 0;
  for (const match of line.matchAll(HANDLES)) {
    const handles = match[1].split(/\s*,\s*/);
    const regions = handles.filter((handle) => session.region(handle));
    const before = line.slice(at, match.index);
    at = match.index + match[0].length;
    if (regions.length > 0) {
      const [rest, phrase] = split(before, session.region(regions[0]).phrase, session.nameOf(regions[0]));
      pieces.push(rest, phraseOf(phrase || session.nameOf(regions[0]), regions, session));
    } else {
      pieces.push(before, handles.some((handle) => handle.startsWith('a')) ? null : h('span', { class: 'faint' }, match[0]));
    }
  }

  pieces.push(line.slice(at));
  return pieces;
}

/** Where a phrase begins in the words before its handle. */
function split(before, ...known) {
  for (const phrase of known) {
    const bare = phrase?.replace(LEADING, '');
    for (const words of [phrase, bare]) {
      if (words && before.toLowerCase().endsWith(words.toLowerCase())) {
        return [before.slice(0, before.length - words.length), before.slice(before.length - words.length)];
      }
    }
  }

  // Not as the region is called: the words since the last joint, four at most.
  const tail = /(?:^|[\s(])((?:(?!(?:and|or|are|is|of|in|on|the|with|has|have|to)\s)[^\s,.;:()]+\s?){1,4})$/i.exec(before);
  return tail ? [before.slice(0, before.length - tail[1].length), tail[1]] : [before, ''];
}

/** A phrase that lights its masks, and is lit by them. */
export function phraseOf(words, regions, session) {
  return h('button', {
    type: 'button',
    class: 'phrase',
    color: session.region(regions[0])?.color,
    'data-regions': regions.join(' '),
    title: regions.join(', '),
    onpointerenter: () => session.light(regions),
    onpointerleave: () => session.light([]),
    onfocus: () => session.light(regions),
    onblur: () => session.light([]),
    onclick: () => session.select(regions),
  }, words);
}

/** The model's words while they come, with its mark-up as underlines. */
export function spokenWords(text) {
  const plain = text.replace(/<\/s>|<s>|\[SEG\]/g, '');
  return plain.split(/(<p>.*?(?:<\/p>|$))/s).map((piece) => piece.startsWith('<p>') ? h('u', {}, piece.replace(/<\/?p>/g, '').trim()) : piece.replace(/<\/?p?>?$/, ''));
}

/** A picture or another file that a call made. */
export function fileOf(artifact, session, download) {
  const made = session.artifacts.get(artifact);
  if (!made) {
    return null;
  }

  const isPicture = made.file_name.endsWith('.png') && made.width_px;
  const button = h('button', { type: 'button', class: 'file', onclick: () => download(made) }, icon('download'), h('span', {}, made.file_name));
  if (!isPicture) {
    return button;
  }

  const image = h('img', { alt: `${made.kind.replaceAll('_', ' ')} of ${(made.region_count ?? made.regions?.length ?? 0)} regions`, loading: 'lazy' });
  session.address(artifact).then((address) => { image.src = address; }, () => image.remove());
  return h('figure', { class: 'made' }, image, h('figcaption', {}, button));
}
