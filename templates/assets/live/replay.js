// The campaign once more, as it came, many times as fast: for whoever was not there.
const STEP = 100; // milliseconds between two looks at the clock
const AHEAD = 100; // moments read before their time
const FASTEST = 100000;

export async function replay(page, speed) {
  const [{ stage }] = await page.tools.load("screen.js");
  await stage(page, "replay");
  return new Replay(page, Math.min(Math.max(speed || 60, 1), FASTEST)).begin();
}

class Replay {
  ready = [];
  shown = 0;
  paused = false;
  over = false;

  constructor(page, speed) {
    Object.assign(this, { page, speed, wall: page.main });
    this.clock = new Intl.DateTimeFormat(page.language, { weekday: "long", day: "numeric", month: "long", hour: "2-digit", minute: "2-digit", timeZone: page.live.zone });
  }

  async begin() {
    const { page, wall } = this;
    wall.choice = new page.parts.Choice({ ...wall.own, order: "newest" }, page.chooser.filters.chosen);
    wall.arrange([]);
    const root = await page.store.segment(page.root).catch(() => null);
    this.total = wall.choice.narrowed || !root ? null : root.nodes.reduce((sum, node) => sum + node.n, 0); // of a choice nobody knows it yet
    this.source = page.store.chunks(page.root, true, (part) => wall.choice.may(part));
    this.#bar();
    await this.#read();
    this.now = (this.ready[0]?.at ?? Date.now()) - 1500 * this.speed;
    this.last = performance.now();
    this.timer = setInterval(() => this.#tick(), STEP);
    this.#tell();
  }

  #bar() {
    const { words } = this.page;
    const bar = document.createElement("div");
    bar.className = "b-replay";
    bar.setAttribute("role", "group");
    bar.setAttribute("aria-label", words.replay.replace("%s", this.page.figures.format(this.speed)));
    const line = (name) => Object.assign(document.createElement("p"), { className: `b-replay__${name}` });
    this.time = line("time");
    this.count = line("count");
    this.pause = this.#button(words.pause, () => this.#hold(!this.paused));
    this.skip = this.#button(words.skip, () => this.ready.length && this.#pass(this.ready[0].at));
    const leave = Object.assign(document.createElement("a"), { className: "button", href: this.#without(), textContent: words.leave });
    bar.append(this.time, this.count, this.pause, this.skip, leave);
    document.body.append(bar);
  }

  #button(words, act) {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "button", textContent: words });
    button.addEventListener("click", act);
    return button;
  }

  #without() {
    const address = new URL(location.href);
    address.searchParams.delete("replay");
    return address.href;
  }

  #hold(paused) {
    this.paused = paused;
    this.pause.textContent = this.page.words[paused ? "continue" : "pause"];
  }

  async #read() {
    while (this.ready.length < AHEAD && !this.read) {
      const { done, value } = await this.source.next().catch(() => ({ done: true }));
      if (done) this.read = true;
      else this.ready.push(...value.filter((moment) => this.wall.choice.fits(moment)));
    }
  }

  #tick() {
    const now = performance.now();
    const passed = Math.min(now - this.last, 1000); // a page out of sight stands still
    this.last = now;
    if (!this.paused && !document.hidden) this.#pass(this.now + passed * this.speed);
  }

  #pass(now) {
    this.now = now;
    let due = this.ready.findIndex((moment) => moment.at > now);
    if (due < 0) due = this.ready.length;
    for (const moment of this.ready.splice(0, due)) this.wall.waiting.set(moment.id, moment);
    this.shown += this.wall.waiting.size;
    if (this.wall.waiting.size) this.wall.show();
    if (!this.read && this.ready.length < AHEAD / 2) this.#readOn();
    if (this.read && !this.ready.length) this.#end();
    this.#tell();
  }

  #readOn() {
    this.reading ??= this.#read().finally(() => (this.reading = null));
  }

  #tell() {
    const { words, figures, article } = this.page;
    this.time.textContent = this.over ? words.over : this.clock.format(this.now);
    const shown = figures.format(this.shown);
    this.count.textContent = this.total === null ? shown : words["so-far"].replace("%s", shown).replace("%t", figures.format(this.total));
    for (const place of article.querySelectorAll('[data-counter="moments"]')) place.textContent = figures.format(this.shown);
  }

  #end() {
    clearInterval(this.timer);
    this.over = true;
    this.pause.disabled = this.skip.disabled = true;
  }
}
