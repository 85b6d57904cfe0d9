// The head, as it changes: by asking for it now and then, or from the event stream of a server that has one.
const LONGEST = 300; // seconds between two looks, however often nobody answers

export class Feed {
  heard = null; // when the newest head was last confirmed
  failed = 0; // looks in a row without an answer
  #timer;
  #busy = false;
  #over = false;
  #text;
  #version;
  #line = Promise.resolve();

  /** `take` is called with each new head, and again with the same one until it says that nothing was left to do. `version`: the page's own time;
   * `stream`: the server's, if it has one. */
  constructor({ url, every, version, stream }, take, tell) {
    Object.assign(this, { url, every, take, tell, stream });
    this.#version = version;
    if (stream) stream.hear = (text) => this.#hear(text).catch(() => this.tell());
    document.addEventListener("visibilitychange", () => (document.hidden ? this.#rest() : this.#wake()));
    addEventListener("pagehide", () => this.#rest());
    addEventListener("pageshow", (event) => event.persisted && this.#wake());
    addEventListener("online", () => this.#wake());
    addEventListener("offline", () => this.tell());
    this.#wake();
  }

  get fed() {
    return Boolean(this.stream?.alive);
  }

  /** The campaign is closed: nothing is asked any more. */
  end() {
    this.#over = true;
    this.#rest();
  }

  #wake() {
    if (this.#over || document.hidden) return;
    this.stream?.open();
    this.look();
  }

  #rest() {
    clearTimeout(this.#timer);
    this.stream?.close();
  }

  /** Looks now, and then again after a while. */
  async look() {
    if (this.#busy || this.#over || document.hidden) return;
    this.#busy = true;
    clearTimeout(this.#timer);
    let wait = 0;
    try {
      if (!this.fed || this.heard === null) await this.#ask();
      this.failed = 0;
    } catch (error) {
      this.failed += 1;
      wait = error.wait ?? 0;
    }
    this.#busy = false;
    this.tell();
    if (!this.#over && !document.hidden) this.#timer = setTimeout(() => this.look(), 1000 * this.#pause(wait));
  }

  #pause(wait) {
    const longer = Math.max(wait, Math.min(LONGEST, this.every * 2 ** this.failed));
    return longer * (1 + Math.random() * (this.failed ? 0.5 : 0.25));
  }

  async #ask() {
    const answer = await fetch(this.url, { cache: "no-cache", signal: AbortSignal.timeout(10000) });
    if (!answer.ok) throw Object.assign(new Error(answer.status), { wait: Number(answer.headers.get("retry-after")) || 0 });
    const version = Date.parse(answer.headers.get("last-modified") ?? answer.headers.get("date") ?? "");
    if (version < this.#version) return; // a copy from before, out of some cache
    const text = await answer.text();
    if (this.fed && this.heard !== null) return; // the stream was quicker, and may be ahead
    await this.#hear(text);
    if (version) this.#version = version;
  }

  /** One head after the other. */
  #hear(text) {
    this.#line = this.#line.catch(() => {}).then(() => this.#follow(text));
    return this.#line;
  }

  async #follow(said) {
    const text = said.trim();
    if (text !== this.#text) this.#text = (await this.take(JSON.parse(text))) ? text : undefined;
    this.heard = Date.now();
    this.tell();
  }
}
