// Segments by name, each fetched once; the campaign's state is a tree of them: index → nodes → chunks → moments.
const MOST = 600; // segments kept in memory; the browser's own cache has the others

/** A segment that is not there: a publish is under way, or the head is an old one. */
export class Missing extends Error {}

export class Store {
  #found = new Map();
  #missed = new Set();

  /** `base`: the folder that segments lie in. */
  constructor(base) {
    this.base = base;
  }

  segment(name) {
    if (!this.#found.has(name)) {
      const found = this.#fetch(name);
      this.#found.set(name, found);
      found.catch(() => this.#found.delete(name));
      if (this.#found.size > MOST) this.#found.delete(this.#found.keys().next().value);
    }
    return this.#found.get(name);
  }

  async #fetch(name) {
    // a name says what is in it, so any copy will do; but not a remembered "not found"
    const cache = this.#missed.has(name) ? "reload" : "force-cache";
    this.#missed.add(name);
    const answer = await fetch(new URL(`${name}.json`, this.base), { cache, signal: AbortSignal.timeout(20000) });
    if (!answer.ok) throw new Missing(name);
    const segment = await answer.json();
    this.#missed.delete(name);
    return segment;
  }

  /** Lists of moments, from the newest (or oldest) on, of the nodes and chunks that may hold some that are wanted. */
  async *chunks(root, oldest, may) {
    const turned = (list) => (oldest ? list : [...list].reverse());
    for (const node of turned((await this.segment(root)).nodes)) {
      if (!may(node)) continue;
      for (const chunk of turned((await this.segment(node.d)).chunks)) {
        if (may(chunk)) yield turned((await this.segment(chunk.d)).moments);
      }
    }
  }
}

const before = (one, other) => one[0] < other[0] || (one[0] === other[0] && one[1] < other[1]);
const short = (name) => name.slice(0, 10);

/** What differs between the state that a head names and a page that shows `shown` (id → [time, id]) and `known` of an older state
 * (node → its chunks): moments found in what has changed, ids that are gone, and what is known then. `wants` tells whether a wall
 * may show something of a node or chunk. */
export async function compare(store, head, known, shown, wants) {
  if (head.newest && !known.has(short(head.node))) [head.node, head.newest].map((name) => store.segment(name).catch(() => {}));
  const root = await store.segment(head.root);
  const pool = new Set([...known.values()].flat());
  const found = new Map();
  const then = new Map();
  const gone = new Set(shown.keys());
  const inside = (range) => [...shown].filter(([, place]) => !before(place, range.from) && !before(range.to, place)).map(([id]) => id);
  const look = async (chunk, mine) => {
    const there = inside(chunk);
    if (pool.has(short(chunk.d))) there.forEach((id) => gone.delete(id));
    else if (there.length || wants(chunk)) (await store.segment(chunk.d)).moments.forEach((moment) => found.set(moment.id, moment));
    else return;
    mine.push(short(chunk.d));
  };
  await Promise.all(
    root.nodes.map(async (node) => {
      const there = inside(node);
      const mine = known.get(short(node.d)) ?? [];
      if (known.has(short(node.d))) there.forEach((id) => gone.delete(id));
      else if (there.length || wants(node)) await Promise.all((await store.segment(node.d)).chunks.map((chunk) => look(chunk, mine)));
      else return;
      then.set(short(node.d), mine);
    }),
  );
  found.forEach((_, id) => gone.delete(id));
  return { root: { ...root, name: head.root }, found, gone, known: then };
}
