// One list of moments on the page: what it wants, what it shows, and what waits until the reader asks for it.

/** A rule of which moments, in which order: of a block, narrowed by what the reader chose. */
export class Choice {
  constructor({ kinds = [], networks = [], tags = [], key = false, keyFirst = false, order = "newest", count = 24 }, chosen = {}) {
    const both = (own, more) => (more ? [own, [more]] : [own]).filter((list) => list.length);
    this.words = [
      ...both(kinds.map((kind) => `kind:${kind}`), chosen.kind && `kind:${chosen.kind}`),
      ...both(networks, chosen.network && `network:${chosen.network}`),
      ...both(tags.map((tag) => `tag:${tag}`), chosen.tag && `tag:${chosen.tag}`),
      ...(key || chosen.key ? [["key"]] : []),
    ];
    this.narrowed = Boolean(chosen.kind || chosen.network || chosen.tag || chosen.key);
    this.oldest = (chosen.order ?? order) === "oldest";
    this.count = count;
    this.keyFirst = keyFirst;
  }

  /** Whether a moment, or one of a part of the campaign, stands before all others. */
  leads({ pinned, key }) {
    return Boolean(pinned || (this.keyFirst && key));
  }

  fits(moment) {
    const own = new Set([`kind:${moment.kind}`, `network:${moment.network}`, ...moment.tags.map((tag) => `tag:${tag}`), moment.key && "key"]);
    return this.words.every((some) => some.some((word) => own.has(word)));
  }

  /** Whether a chunk may hold a moment that fits; or a node, which of tags tells only that there are some. */
  may({ has }) {
    return this.words.every((some) => some.some((word) => has[word] || (has.tagged && word.startsWith("tag:"))));
  }

  /** Negative where `one` stands before `other`. */
  compare(one, other) {
    const age = one.at - other.at || (one.id < other.id ? -1 : one.id > other.id ? 1 : 0);
    return this.oldest ? age : this.leads(other) - this.leads(one) || -age;
  }
}

export class Wall {
  waiting = new Map();
  #turn = 0;

  constructor(section, patch) {
    this.section = section;
    this.list = section.querySelector(".b-moments__wall");
    this.own = JSON.parse(section.dataset.wall);
    this.main = this.own.main;
    this.whole = this.own.whole; // whether nothing that fits is left out
    this.choice = new Choice(this.own);
    this.patch = patch;
  }

  get cells() {
    return [...this.list.children];
  }

  /** What is shown or waits, by id: [time, id]. */
  places() {
    return [...this.cells.map(read), ...this.waiting.values()].map(({ id, at }) => [id, [at, id]]);
  }

  /** Whether something of a part of the campaign may belong here. */
  wants(part) {
    if (!this.choice.may(part)) return false;
    const last = this.cells.at(-1);
    if (this.whole || !last || (this.choice.leads(part.has) && !this.choice.oldest)) return true;
    return this.choice.oldest ? part.from[0] <= read(last).at : part.to[0] >= read(last).at;
  }

  /** Edits and withdrawals at once; new ones are kept waiting. */
  take({ found, gone }) {
    const shown = new Set();
    for (const cell of this.cells) {
      const id = cell.dataset.moment;
      const moment = found.get(id);
      if (gone.has(id) || (moment && !this.choice.fits(moment))) remove(cell);
      else shown.add(id);
      if (moment && shown.has(id)) this.#renew(cell, moment);
    }
    for (const id of this.waiting.keys()) if (gone.has(id)) this.waiting.delete(id);
    for (const [id, moment] of found) {
      if (shown.has(id)) continue;
      if (this.choice.fits(moment) && this.#within(moment)) this.waiting.set(id, moment);
      else this.waiting.delete(id);
    }
    this.sayNone();
  }

  #within(moment) {
    const last = this.cells.at(-1);
    return this.whole || !last || this.choice.compare(moment, read(last)) < 0;
  }

  #renew(cell, moment) {
    if (cell.html !== moment.html) this.patch(cell, moment.html);
    const moved = this.choice.compare(read(cell), moment) !== 0;
    write(cell, moment, this.choice);
    if (moved) this.#put(cell);
  }

  #put(cell) {
    const next = this.cells.find((other) => other !== cell && this.choice.compare(read(cell), read(other)) < 0) ?? null;
    if (cell.parentNode !== this.list || cell.nextSibling !== next) this.list.insertBefore(cell, next);
  }

  /** Puts up what waits; returns the new cells, first one first. */
  show() {
    const fresh = [...this.waiting.values()].map((moment) => this.cell(moment));
    this.waiting.clear();
    fresh.forEach((cell) => cell.classList.add("b-moments__cell--new"));
    fresh.forEach((cell) => this.#put(cell));
    const beyond = this.cells.slice(this.choice.count);
    if (beyond.length) this.whole = false;
    beyond.forEach(remove);
    this.sayNone();
    return this.cells.filter((cell) => fresh.includes(cell));
  }

  cell(moment) {
    const cell = document.createElement("li");
    cell.className = "b-moments__cell";
    cell.dataset.moment = moment.id;
    if (this.main) cell.id = `m-${moment.id}`;
    cell.innerHTML = moment.html; // escaped by Bilan
    write(cell, moment, this.choice);
    return cell;
  }

  /** Everything that fits the choice, newly read; false when another choice was made meanwhile. */
  async fill(store, root) {
    const turn = ++this.#turn;
    const moments = await this.#gather(store, root);
    if (turn !== this.#turn) return false;
    const there = new Map(this.cells.map((cell) => [cell.dataset.moment, cell]));
    this.waiting.clear();
    this.arrange(moments.map((moment) => there.get(moment.id) ?? this.cell(moment)));
    this.sayNone();
    return true;
  }

  async #gather(store, root) {
    const { choice } = this;
    const found = new Map();
    this.whole = true;
    const add = async (may, enough) => {
      for await (const moments of store.chunks(root, choice.oldest, (part) => choice.may(part) && may(part))) {
        for (const moment of moments) if (choice.fits(moment)) found.set(moment.id, moment);
        if (enough()) return true;
      }
      return false;
    };
    if (!choice.oldest) await add((part) => choice.leads(part.has), () => false);
    const pinned = [...found.values()].filter((moment) => choice.leads(moment));
    found.clear();
    pinned.forEach((moment) => found.set(moment.id, moment));
    if (await add(() => true, () => found.size > choice.count)) this.whole = false;
    return [...found.values()].sort((one, other) => choice.compare(one, other)).slice(0, choice.count);
  }

  /** These cells and no others, in this order; what stands where it belongs is not moved. */
  arrange(cells) {
    const kept = new Set(cells);
    this.cells.forEach((cell) => kept.has(cell) || remove(cell));
    cells.forEach((cell, index) => this.list.children[index] !== cell && this.list.insertBefore(cell, this.list.children[index] ?? null));
  }

  /** An empty wall says so; of one that is empty by the reader's choice the page speaks. */
  sayNone() {
    this.section.querySelector(".b-moments__none").hidden = this.choice.narrowed || this.list.children.length > 0 || this.waiting.size > 0;
  }
}

const read = (cell) => ({ id: cell.dataset.moment, at: Number(cell.dataset.at), pinned: "pinned" in cell.dataset });

function write(cell, moment, choice) {
  cell.html = moment.html;
  cell.dataset.at = moment.at;
  cell.toggleAttribute("data-pinned", choice.leads(moment));
}

/** Takes a cell away; whoever was in it with the keyboard finds themselves in the next one. */
function remove(cell) {
  const other = cell.nextElementSibling ?? cell.previousElementSibling;
  if (cell.contains(document.activeElement)) (other?.querySelector("a") ?? cell.parentNode).focus({ preventScroll: true });
  cell.remove();
}

/** Changes the page and keeps in its place what the reader looks at: what has the focus, else the first thing in sight that stays. */
export function keepPlace(change) {
  const seen = [document.activeElement, ...document.querySelectorAll("[data-moment], .prose > *, .block__title, .hero > *")];
  const places = seen.map((each) => [each, each.getBoundingClientRect()]).filter(([each, { top, bottom }]) => each !== document.body && !each.closest(".b-live__new") && bottom > 60 && top < innerHeight);
  const result = change();
  const [stays, { top } = {}] = places.find(([each]) => each.isConnected) ?? [];
  if (stays && scrollY > 0) scrollBy({ top: stays.getBoundingClientRect().top - top, behavior: "instant" });
  return result;
}
