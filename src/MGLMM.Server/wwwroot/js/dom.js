// Elements in one line, and words for people.

/** Makes an element. Properties that begin with 'on' are listeners, 'class' and 'data-', 'aria-' and the like attributes; null and false are left out. */
export function h(name, properties, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties ?? {})) {
    if (value === null || value === undefined || value === false) {
      continue;
    }

    if (key.startsWith('on')) {
      element.addEventListener(key.slice(2), value);
    } else if (key === 'class' || key.includes('-') || key === 'role' || key === 'for') {
      element.setAttribute(key === 'for' ? 'for' : key, value === true ? 'true' : value);
    } else if (key === 'color') {
      element.style.setProperty('--color', value);
    } else {
      element[key] = value;
    }
  }

  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Fills an element anew; what is null or false is left out. */
export function fill(element, ...children) {
  element.replaceChildren(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
}

/** Fills an element anew; what has the focus in it has it again, by its 'data-key'. Where that is there no more, the first button has it. */
export function refill(element, ...children) {
  const focused = element.contains(document.activeElement) ? document.activeElement : null;
  fill(element, ...children);
  if (focused) {
    focusOn(element, focused.dataset.key);
  }
}

/** Gives the focus to what has a 'data-key' in an element, or to its first button. */
export function focusOn(element, key) {
  (element.querySelector(`[data-key="${key}"]:enabled`) ?? element.querySelector('button:enabled'))?.focus();
}

/** A phrase without its article, as a name in a list. */
export function bare(phrase) {
  return phrase.replace(/^(?:an?|the)\s+(?=\S)/i, '');
}

/** A drawn sign out of the page's own set. */
export function icon(name) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS('http://www.w3.org/2000/svg', 'use');
  use.setAttribute('href', `icons.svg#${name}`);
  svg.append(use);
  return svg;
}

const numbers = new Intl.NumberFormat('en');

export function pixels(count) {
  return `${numbers.format(count)} px`;
}

export function share(part, whole) {
  const percent = (100 * part) / whole;
  return percent < 0.1 ? 'less than 0.1 %' : `${percent.toFixed(percent < 10 ? 1 : 0)} %`;
}

export function bytes(count) {
  return count < 1024 ? `${count} B` : count < 1 << 20 ? `${(count / 1024).toFixed(0)} kB` : `${(count / (1 << 20)).toFixed(1)} MB`;
}

export function seconds(milliseconds) {
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
}

export function counted(count, noun) {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

export function ago(time, now = Date.now()) {
  const minutes = Math.round((now - new Date(time).getTime()) / 60000);
  if (minutes < 1) {
    return 'just now';
  }

  return minutes < 60 ? `${minutes} min ago` : minutes < 60 * 24 ? `${Math.round(minutes / 60)} h ago` : new Date(time).toLocaleDateString('en', { day: 'numeric', month: 'short', year: 'numeric' });
}
