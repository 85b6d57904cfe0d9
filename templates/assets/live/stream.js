// The server's event stream, of which a browser holds one: the tabs that are looked at share it.
const WHO = "?"; // a tab that asks whether another one holds the stream
const ALIVE = 10; // seconds between two signs of life among the tabs that share it

export class Stream {
  #stop;
  #source;
  #word = 0;

  constructor(url) {
    this.url = url;
    this.shared = navigator.locks && "BroadcastChannel" in window;
    if (!this.shared) return;
    this.channel = new BroadcastChannel(`bilan ${url}`);
    this.channel.onmessage = ({ data }) => {
      if (data === WHO) return this.#sign();
      this.#word = Date.now();
      if (data) this.hear(data);
    };
  }

  /** Whether a stream is open, here or in another tab that said so lately. */
  get alive() {
    return this.#source?.readyState === 1 || Date.now() - this.#word < 2500 * ALIVE;
  }

  open() {
    if (this.#stop) return;
    const { signal } = (this.#stop = new AbortController());
    if (!this.shared) return void this.#lead(signal);
    navigator.locks.request(`bilan ${this.url}`, { signal }, () => this.#lead(signal)).catch(() => {});
    this.channel.postMessage(WHO);
  }

  close() {
    this.#stop?.abort();
    this.#stop = undefined;
    this.#word = 0;
  }

  #sign() {
    if (this.#source?.readyState === 1) this.channel?.postMessage("");
  }

  #lead(signal) {
    if (signal.aborted) return;
    this.#listen(signal);
    const sign = setInterval(() => this.#sign(), 1000 * ALIVE);
    return new Promise((done) =>
      signal.addEventListener("abort", () => {
        clearInterval(sign);
        this.#source.close();
        done();
      }),
    );
  }

  #listen(signal) {
    const source = (this.#source = new EventSource(this.url));
    source.onmessage = ({ data }) => {
      this.channel?.postMessage(data);
      this.hear(data);
    };
    source.onerror = () => {
      // the browser tries again by itself, unless the server refused: it may be full
      if (source.readyState === 2 && !signal.aborted) setTimeout(() => signal.aborted || this.#listen(signal), 5000 + Math.random() * 25000);
    };
  }
}
