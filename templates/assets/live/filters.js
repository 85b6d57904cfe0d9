// What the reader chooses of the wall, and the wall that comes of it.
const NARROW = ["kind", "network", "tag", "key"];

/** The choice, which is in the page's address: it can be shared, and the browser's way back works. */
export class Filters {
  /** `usual`: the order of a wall that nobody chose. `changed` is called when the reader chose otherwise. */
  constructor(article, usual, changed) {
    Object.assign(this, { article, usual });
    article.addEventListener("click", (event) => {
      const link = event.target.closest("a[data-filter]");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      history.pushState(null, "", this.#address(link.dataset));
      this.show();
      changed();
    });
    addEventListener("popstate", () => {
      this.show();
      changed();
    });
    this.show();
  }

  get chosen() {
    const asked = new URLSearchParams(location.search);
    const order = ["newest", "oldest"].find((word) => word === asked.get("order"));
    return { kind: asked.get("kind"), network: asked.get("network"), tag: asked.get("tag"), key: asked.get("key") === "true", order };
  }

  get any() {
    const { order, ...others } = this.chosen;
    return (order ?? this.usual) !== this.usual || this.narrowed;
  }

  /** Whether some moments are left out by choice. */
  get narrowed() {
    return NARROW.some((name) => this.chosen[name]);
  }

  /** The address without any choice. */
  get without() {
    return this.#address({ filter: "all" });
  }

  /** Links lead to what they choose, and say what is chosen. */
  show() {
    const { chosen } = this;
    for (const link of this.article.querySelectorAll("a[data-filter]")) {
      const { filter, value } = link.dataset;
      link.href = this.#address(link.dataset);
      const on = { all: !this.narrowed, key: chosen.key, order: value === (chosen.order ?? this.usual) }[filter] ?? value === chosen[filter];
      if (on) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  }

  #address({ filter, value }) {
    const address = new URL(location.href);
    const asked = address.searchParams;
    if (filter === "all") NARROW.forEach((name) => asked.delete(name));
    else if (asked.get(filter) === value || (filter === "order" && value === this.usual)) asked.delete(filter);
    else if (filter !== "order" || value !== this.usual) asked.set(filter, value);
    address.hash = "moments";
    return `${address.pathname}${address.search}${address.hash}`;
  }
}

/** Fills the main wall with what was chosen, of all moments, and says what came of it. */
export class Chooser {
  constructor(page) {
    this.page = page;
    this.filters = new page.parts.Filters(page.article, page.main.own.order, () => this.choose());
    page.article.addEventListener("click", ({ target }) => this.#click(target.closest("button")));
  }

  #click(button) {
    if (button?.closest(".b-live__more")) this.#more();
    if (button?.dataset.act === "again") this.choose();
    if (button?.dataset.act === "all") {
      history.pushState(null, "", this.filters.without);
      this.filters.show();
      this.choose();
      this.page.article.querySelector("[data-filter=all]")?.focus();
    }
  }

  async choose(count = this.page.main.own.count) {
    const { main, parts, words } = this.page;
    main.choice = new parts.Choice({ ...main.own, count }, this.filters.chosen);
    main.section.setAttribute("aria-busy", "true");
    try {
      await this.#fill(main);
      this.say();
    } catch {
      this.#tell(words.lost, this.page.button(words.again, "again"));
    }
    main.section.removeAttribute("aria-busy");
  }

  async #fill(wall) {
    const { page } = this;
    let root;
    do {
      root = page.root;
      await wall.fill(page.store, root).catch(async () => wall.fill(page.store, await page.newestRoot()));
    } while (root !== page.root);
    page.offer();
  }

  async #more() {
    const { main } = this.page;
    const before = main.cells.at(-1);
    await this.choose(main.choice.count + main.own.count);
    (before?.nextElementSibling ?? before)?.querySelector("a")?.focus({ preventScroll: true });
  }

  say() {
    const { main, figures, words } = this.page;
    const { filters } = this;
    const count = main.cells.length;
    main.section.querySelector(".b-live__more").hidden = main.whole || !filters.any;
    if (!filters.narrowed) this.#tell("");
    else if (!count) this.#tell(words.none, this.page.button(words.all, "all"));
    else this.#tell(main.whole ? figures.counted(words, "found", count) : "");
  }

  #tell(words, ...button) {
    this.page.main.section.querySelector(".b-live__found").replaceChildren(words, ...button);
  }
}
