// A live page: follows the head, keeps walls and figures up to date, and tells the reader what is new and how sure that is.
const SLOWLY = 60; // seconds between looks for a phase that is overdue
const FARTHEST = 2 ** 31 - 1; // milliseconds that a browser's timer can wait
const STAYS = ".b-moments__wall, .b-moments__none, .b-live__new, .b-live__found, .b-live__state, .b-live__more, .now, .b-search__form, [data-counter]";

export const begin = (parts, tools) => new LivePage(parts, tools).start();

class LivePage {
  constructor(parts, tools) {
    Object.assign(this, { parts, tools });
    this.article = document.querySelector("[data-live]");
    this.words = JSON.parse(this.article.dataset.words);
    this.language = document.documentElement.lang;
    this.figures = new parts.Figures(this.article);
    this.#read();
    this.store = new parts.Store(new URL("./", new URL(this.live.head, document.baseURI)));
  }

  /** What the page shows, by its own account. */
  #read() {
    this.live = JSON.parse(this.article.dataset.live);
    this.root = this.live.root;
    this.known = new Map(Object.entries(this.live.known));
    this.walls = [];
    this.#look();
  }

  /** Which walls there are; and shows what only a script can offer. */
  #look() {
    const sections = [...this.article.querySelectorAll("[data-wall]")];
    this.walls = sections.map((section) => this.walls.find((wall) => wall.section === section) ?? new this.parts.Wall(section, patch));
    this.main = this.walls.find((wall) => wall.main);
    this.main?.section.setAttribute("data-main", "");
    for (const each of this.main?.section.querySelectorAll(".b-live [data-js]:not(p)") ?? []) each.hidden = false;
  }

  async start() {
    const asked = new URLSearchParams(location.search);
    if (this.main) this.chooser = new this.parts.Chooser(this);
    this.article.addEventListener("click", ({ target }) => target.closest("button")?.dataset.act === "new" && this.#goTo(this.#show()));
    const big = this.main && asked.has("screen");
    if (big) {
      this.main.choice = new this.parts.Choice(this.main.own, this.chooser.filters.chosen);
      this.screen = (await this.tools.load("screen.js"))[0].screen(this);
    }
    if (this.main && asked.has("replay")) return (await this.tools.load("replay.js"))[0].replay(this, Number(asked.get("replay")));
    if (this.chooser?.filters.any && !big) this.chooser.choose();
    this.#follow();
    this.tell();
    await this.screen;
  }

  /** Asks while the campaign is live; before it opens, and once it is closed, only when the next phase is due. */
  #follow() {
    const { phase, next, every } = this.live;
    if (phase === "live") this.#feed(every);
    else if (next) this.#at(Date.parse(next), () => this.#feed(Math.max(every, phase === "closed" ? SLOWLY : 0)));
    if (phase === "live" && next) this.#at(Date.parse(next), () => this.feed?.look());
  }

  #at(instant, act) {
    const wait = instant - Date.now();
    if (wait > FARTHEST) setTimeout(() => this.#at(instant, act), FARTHEST);
    else setTimeout(act, Math.max(0, wait) + Math.random() * 5000);
  }

  async #feed(every) {
    const written = Date.parse(document.lastModified); // a host that does not say makes it now
    const version = Date.now() - written > 2000 ? written : -Infinity;
    const offered = document.querySelector('meta[name="bilan-stream"]')?.content;
    const stream = offered && new (await this.tools.load("stream.js"))[0].Stream(new URL(offered, document.baseURI).href);
    const url = new URL(this.live.head, document.baseURI);
    this.feed = new this.parts.Feed({ url, every, stream, version }, (head) => this.take(head), () => this.tell());
  }

  /** Brings the page to the state that a head names; false when something of it is not there yet. */
  async take(head) {
    if (head.bilan !== 1) throw new Error("this page is older than what it follows");
    const before = this.live.phase;
    const change = head.root === this.root ? null : await this.#compare(head);
    const fresh = head.page === this.live.page || !this.#due() ? null : await this.#fetchPage(head);
    if (change || fresh) await this.#patching();
    this.parts.keepPlace(() => {
      if (change) this.#apply(change);
      this.figures.show(head.counters ?? change?.root.counters ?? {});
      if (fresh) this.#become(fresh);
    });
    if (change && this.chooser?.filters.any && !this.screen) this.chooser.say();
    if (change && this.screen) (await this.screen).news();
    else this.offer();
    if (this.live.phase === "recap" || (this.live.phase === "closed" && before !== "closed")) this.#close();
    return head.page === this.live.page;
  }

  #compare(head) {
    const shown = new Map(this.walls.flatMap((wall) => wall.places()));
    return this.parts.compare(this.store, head, this.known, shown, (part) => this.walls.some((wall) => wall.wants(part)));
  }

  #apply({ root, known, found, gone }) {
    for (const wall of this.walls) wall.take({ found, gone });
    const latest = this.article.querySelector(".now");
    if (latest && root.latest) patch(latest, root.latest, "outerHTML");
    this.known = known;
    this.root = root.name;
  }

  /** Whether to ask for the page once more: it may lie in a cache for half an hour. */
  #due() {
    this.asked = (this.asked ?? 0) + 1;
    return this.asked < 4 || this.asked % 8 === 0;
  }

  /** The page as it is written now; null while the one that the head speaks of is not there yet. */
  async #fetchPage({ page }) {
    const answer = await fetch(location.pathname, { cache: "no-cache", signal: AbortSignal.timeout(20000) });
    const fresh = answer.ok && new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-live]");
    return fresh && JSON.parse(fresh.dataset.live).page === page ? fresh : null;
  }

  /** Another phase makes another page, walls and all; within one phase walls and figures are the feed's. */
  #become(fresh) {
    const same = JSON.parse(fresh.dataset.live).phase === this.live.phase;
    Idiomorph.morph(this.article, fresh, { ...KEPT, callbacks: { ...KEPT.callbacks, beforeNodeMorphed: (old) => !(same && old.matches?.(STAYS)) } });
    if (same) this.live = JSON.parse(this.article.dataset.live);
    else this.#read();
    this.#look();
    this.asked = 0;
    const { chooser, main } = this;
    if (chooser && main) Object.assign(chooser.filters, { usual: main.own.order }).show();
    if (chooser?.filters.any && main && !same) chooser.choose();
  }

  /** The index as of now, for a page whose own has been cleared away. */
  async newestRoot() {
    const answer = await fetch(new URL(this.live.head, document.baseURI), { cache: "no-cache" });
    return (await answer.json()).root;
  }

  #close() {
    this.feed?.end();
    this.feed = undefined;
    this.tell();
    if (this.live.phase === "closed") this.#follow();
  }

  async #patching() {
    if (window.Idiomorph) return;
    const script = document.createElement("script");
    script.src = this.tools.address("idiomorph-0.8.0.min.js");
    await new Promise((done, fail) => {
      Object.assign(script, { onload: done, onerror: () => fail(new Error("no idiomorph")) });
      document.head.append(script);
    });
  }

  // ---- what is new

  get #atTop() {
    const { top } = this.main.list.getBoundingClientRect();
    return top > -80 && top < innerHeight * 0.9;
  }

  /** New moments go up where the reader would see them come; elsewhere a button tells of them. */
  offer() {
    if (!this.main) return this.walls.forEach((wall) => wall.show());
    const waiting = new Set(this.walls.flatMap((wall) => [...wall.waiting.keys()]));
    if (waiting.size && this.#atTop) return this.#show();
    const place = this.main.section.querySelector(".b-live__new");
    if (!waiting.size) return place.replaceChildren();
    const button = place.querySelector("button") ?? this.button("", "new");
    button.textContent = this.figures.counted(this.words, "new", waiting.size);
    if (!button.isConnected) place.append(button);
  }

  #show() {
    const fresh = this.parts.keepPlace(() => this.walls.flatMap((wall) => (wall.main ? wall.show() : (wall.show(), []))));
    this.main.section.querySelector(".b-live__new").replaceChildren();
    return fresh;
  }

  #goTo([first]) {
    (first?.querySelector("a") ?? this.main.list).focus({ preventScroll: true });
    this.main.list.scrollIntoView({ behavior: this.figures.motion.matches ? "smooth" : "instant" });
  }

  button(words, act) {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "button", textContent: words });
    button.dataset.act = act;
    return button;
  }

  /** Says when the state shown was last confirmed, and that it is not when it is not. */
  tell() {
    const place = this.main?.section.querySelector(".b-live__state");
    const { feed, words } = this;
    const lost = !navigator.onLine || (feed && feed.failed > 0);
    this.article.classList.toggle("campaign--still", Boolean(feed && lost));
    if (!place) return;
    const time = feed?.heard && new Date(feed.heard).toLocaleTimeString(this.language, { hour: "2-digit", minute: "2-digit" });
    if (this.live.phase === "closed") place.textContent = words.closed;
    else if (feed && lost) place.textContent = time ? words.offline.replace("%s", time) : words.never;
    else if (time) place.textContent = words.heard.replace("%s", time);
    place.hidden = !place.textContent;
  }
}

const KEPT = {
  ignoreActiveValue: true,
  callbacks: { beforeAttributeUpdated: (name, element) => !(name === "open" && element.localName === "details") },
};

function patch(element, html, morphStyle = "innerHTML") {
  Idiomorph.morph(element, html, { ...KEPT, morphStyle });
}
