// The agency's wall: newest cards first over the whole screen; when nothing arrives, it goes through all of them and begins again.

export async function screen(page) {
  await stage(page, "screen");
  navigator.wakeLock?.request("screen").catch(() => {});
  const wall = new Screen(page);
  if (!new URLSearchParams(location.search).has("replay")) await wall.begin();
  return wall;
}

/** Nothing but the campaign's name, its figures and the wall. */
export async function stage(page, mode) {
  const sheet = document.createElement("link");
  Object.assign(sheet, { rel: "stylesheet", href: page.tools.address("screen.css") });
  await new Promise((done) => {
    sheet.onload = sheet.onerror = done;
    document.head.append(sheet);
  });
  document.documentElement.classList.add(mode);
}

const BATCH = 48; // cards at hand for one view: more than fit

class Screen {
  constructor(page) {
    this.page = page;
    this.wall = page.main;
  }

  async begin() {
    this.#rewind();
    await this.#turn();
  }

  /** Something changed: from the newest on again, once. */
  news() {
    const fresh = new Set(this.wall.waiting.keys());
    this.wall.waiting.clear();
    if (!fresh.size) return;
    this.#rewind();
    return this.#turn(fresh);
  }

  #rewind() {
    const { page, wall } = this;
    this.left = [];
    this.source = page.store.chunks(page.root, false, (part) => wall.choice.may(part));
  }

  async #turn(fresh) {
    clearTimeout(this.timer);
    const turn = (this.timer = setTimeout(() => this.#turn(), 1000 * this.page.live.cycle));
    try {
      const cards = await this.#cards();
      await document.fonts.ready; // with other fonts cards are of other heights
      if (turn === this.timer) this.#put(cards, fresh);
    } catch {
      this.#rewind(); // a segment has gone: the next turn starts from what is there
    }
  }

  /** The next cards in order; after the last ones the newest again. */
  async #cards() {
    while (this.left.length < BATCH) {
      const { done, value } = await this.source.next();
      if (done) break;
      this.left.push(...value.filter((moment) => this.wall.choice.fits(moment)));
    }
    if (!this.left.length && !this.again) {
      this.again = true;
      this.#rewind();
      return this.#cards();
    }
    this.again = false;
    return this.left.slice(0, BATCH);
  }

  #put(moments, fresh) {
    const { wall } = this;
    const there = new Map(wall.cells.map((cell) => [cell.dataset.moment, cell]));
    const cells = moments.map((moment) => there.get(moment.id) ?? wall.cell(moment));
    cells.forEach((cell) => {
      cell.style.breakAfter = "";
      cell.classList.toggle("b-moments__cell--new", fresh ? fresh.has(cell.dataset.moment) : !there.has(cell.dataset.moment));
    });
    wall.arrange(cells);
    const columns = pack(cells, wall.list);
    columns.slice(0, -1).forEach((column) => (column.at(-1).style.breakAfter = "column"));
    wall.arrange(columns.flat());
    const shown = new Set(columns.flat().map((cell) => cell.dataset.moment));
    this.left = this.left.filter((moment) => !shown.has(moment.id));
    wall.sayNone();
  }
}

/** Each card in the first column that has room for it: what does not fit beside others is left for the next view. */
function pack(cells, list) {
  const { columnWidth, columnGap } = getComputedStyle(list);
  const gap = parseFloat(columnGap);
  const count = Math.max(1, Math.floor((list.clientWidth + gap) / (parseFloat(columnWidth) + gap)));
  const columns = Array.from({ length: count }, () => []);
  const room = columns.map(() => list.clientHeight);
  for (const cell of cells) {
    const height = cell.getBoundingClientRect().height;
    const column = room.findIndex((left, index) => left >= height || !columns[index].length);
    if (column < 0) continue;
    columns[column].push(cell);
    room[column] -= height;
  }
  return columns.filter((column) => column.length);
}
