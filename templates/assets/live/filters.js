// What the reader chose of the wall, in the page's address, so that it can be shared and the browser's way back works.
const NARROW = ["kind", "network", "tag", "key"];

export class Filters {
  /** `usual`: the order of a wall that nobody chose. `changed` is called when the reader chose otherwise. */
  constructor(section, usual, changed) {
    Object.assign(this, { section, usual });
    section.addEventListener("click", (event) => {
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
    for (const link of this.section.querySelectorAll("a[data-filter]")) {
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
