// The server's API in a few calls. Errors come with words and a way out. Addresses are relative: a proxy may have put the page under a path of its own.

const KEY = 'mglmm.key';

export class ApiError extends Error {
  constructor(status, code, message, remedy) {
    super(message);
    this.status = status;
    this.code = code;
    this.remedy = remedy ?? '';
  }
}

/** Asked for a key when the server lets in nobody without one; gives true where there is a new one to try. */
let askForKey = async () => false;

export function onKeyNeeded(ask) {
  askForKey = ask;
}

export function setKey(key) {
  sessionStorage.setItem(KEY, key);
}

async function send(path, options = {}) {
  const headers = new Headers(options.headers);
  const key = sessionStorage.getItem(KEY);
  if (key) {
    headers.set('X-Api-Key', key);
  }

  let response;
  try {
    response = await fetch(path, { ...options, headers });
  } catch (error) {
    if (error.name === 'AbortError') {
      throw error;
    }

    throw new ApiError(0, 'unreachable', 'The server does not answer.', 'Check that it still runs, then try again.');
  }

  if (response.status === 401 && await newKey(key)) {
    return send(path, options);
  }

  if (!response.ok) {
    throw await errorOf(response);
  }

  return response;
}

let asking = null;

/** A key other than the one that was refused. However many requests were refused at once, a person is asked once. */
async function newKey(refused) {
  if (sessionStorage.getItem(KEY) === refused) {
    asking ??= askForKey(refused !== null).finally(() => { asking = null; });
    await asking;
  }

  return sessionStorage.getItem(KEY) !== refused;
}

async function errorOf(response) {
  let problem = {};
  try {
    problem = await response.json();
  } catch {
    // A proxy's own page, or nothing.
  }

  const message = problem.detail ?? (response.status === 413 ? 'The file is larger than the server takes.' : `The server answered with ${response.status}.`);
  return new ApiError(response.status, problem.code ?? 'failed', message, problem.try ?? (response.status === 413 ? 'Choose a smaller picture.' : 'Try again.'));
}

const json = (method, body) => ({ method, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });

export const api = {
  model: async () => (await send('api/model')).json(),
  formats: async () => (await send('openapi/v1.json')).json(),
  conversations: async () => (await send('api/conversations')).json(),
  conversation: async (id) => (await send(`api/conversations/${id}`)).json(),
  page: async (id) => (await send(`api/conversations/${id}/page`)).json(),
  remove: async (id) => { await send(`api/conversations/${id}`, { method: 'DELETE' }); },
  sample: async (name) => (await send(`pictures/${name}.png`)).blob(),
  upload: async (blob, name, type) => (await send(`api/images?name=${encodeURIComponent(name)}`, { method: 'POST', headers: { 'Content-Type': type }, body: blob })).json(),
  picture: async (id, image) => (await send(`api/conversations/${id}/images/${image}`)).blob(),
  artifact: async (id, artifact) => (await send(`api/conversations/${id}/artifacts/${artifact}`)).blob(),
  tool: async (id, tool, args) => (await send(`api/tools/${tool}`, json('POST', { ...args, conversation: id }))).json(),
  edit: async (id, edit) => (await send(`api/conversations/${id}/edits`, json('POST', edit))).json(),
  undo: async (id) => (await send(`api/conversations/${id}/undo`, json('POST', {}))).json(),
  redo: async (id) => (await send(`api/conversations/${id}/redo`, json('POST', {}))).json(),
  addRegion: async (id, image, region) => (await send(`api/conversations/${id}/images/${image}/regions`, json('POST', region))).json(),

  /** Runs a turn; calls happened(event) for each event as it comes. Ends when the turn has ended. */
  async turn(id, request, signal, happened) {
    const response = await send(`api/conversations/${id}/turns`, { ...json('POST', request), signal });
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    for (;;) {
      const { done, value } = await reader.read();
      if (done) {
        return;
      }

      text += value;
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const line = text.slice(0, end);
        text = text.slice(end + 2);
        if (line.startsWith('data: ')) {
          happened(JSON.parse(line.slice(6)));
        }
      }
    }
  },
};
