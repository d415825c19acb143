/** The app's door: post a job, ask how it is getting on, ask whether its file is still kept. */

const PATIENCE_MS = 15_000;

/** The server cannot answer just now. Worth asking again, after `retryAfter` seconds where it said so. */
export class Away extends Error {
  constructor(message, retryAfter = null) {
    super(message);
    this.retryAfter = retryAfter;
  }
}

/** The server answered, and the answer is no; the message is its sentence for people. */
export class Refused extends Error {}

/** Every call rejects with `Away` or `Refused`, or with the signal's reason once it is aborted. */
export class Door {
  constructor(page = import.meta.url) {
    this.page = page;
    this.root = new URL("../api/characters/", page);
  }

  /** The sample documents: `{show, characters}`. */
  sample(signal) {
    return this.#ask(new URL("sample.json", this.page), { signal });
  }

  /** Post a job of a kind ("portrait" or "video"): `{jobId, status, deduplicated?}`. */
  submit(kind, body, signal) {
    const headers = { "Content-Type": "application/json" };
    return this.#ask(kind, { method: "POST", headers, body: JSON.stringify(body), signal });
  }

  /** Where a job stands: `{status, detail, outputUrl, stage?, progress?, queuePosition?}`, nulls when unknown. */
  async status(kind, jobId, signal) {
    const seen = await this.#ask(`${kind}/status?jobId=${encodeURIComponent(jobId)}`, { cache: "no-store", signal });
    return { ...seen, outputUrl: reachable(seen.outputUrl) };
  }

  /** Whether a file can still be had. Files of other origins cannot be asked about: they are taken to be there. */
  async isKept(url, signal) {
    if (new URL(url, location.href).origin !== location.origin) return true;
    const answer = await send(url, { method: "HEAD", cache: "no-store", signal });
    if (answer.status === 404 || answer.status === 410) return false;
    if (answer.ok) return true;
    throw await away(answer);
  }

  async #ask(path, options) {
    const answer = await send(new URL(path, this.root), options);
    if (answer.ok) return readJson(answer);
    const isTheirTrouble = [429, 502, 503, 504].includes(answer.status);
    // A question is asked again whatever broke; a job that broke the server is not sent again unasked.
    if (isTheirTrouble || (answer.status === 500 && options.method !== "POST")) throw await away(answer);
    throw new Refused((await sentence(answer)) ?? `The server answered ${answer.status}.`);
  }
}

async function send(url, { signal, ...options }) {
  const limit = AbortSignal.timeout(PATIENCE_MS);
  try {
    return await fetch(url, { ...options, signal: signal ? AbortSignal.any([signal, limit]) : limit });
  } catch {
    signal?.throwIfAborted();
    throw new Away("The server does not answer.");
  }
}

async function readJson(answer) {
  try {
    return await answer.json();
  } catch {
    throw new Away("The server's answer was cut short.");
  }
}

async function away(answer) {
  const seconds = Number.parseInt(answer.headers.get("Retry-After") ?? "", 10);
  const message = (await sentence(answer)) ?? `The server answered ${answer.status}.`;
  return new Away(message, Number.isNaN(seconds) ? null : seconds);
}

async function sentence(answer) {
  try {
    return (await answer.json()).error ?? null;
  } catch {
    return null; // no problem document: a proxy's own page
  }
}

/** Our own host's address without scheme and host: behind a TLS proxy the server may think it is plain http. */
function reachable(url) {
  if (!url) return null;
  const at = new URL(url, location.href);
  return at.host === location.host ? at.pathname + at.search : url;
}
