// Shows what waits for a decision, and sends decisions. What people wrote is put in as text only.
(() => {
  "use strict";
  const { desk, secret } = document.body.dataset;
  const $ = (selector) => document.querySelector(selector);
  const list = $(".queue"), state = $(".say"), wrong = $(".wrong"), none = $(".none"), find = $("#find"), order = $("#order"), by = $("#by");
  const WORDS = { approve: "approved", reject: "rejected", hold: "held", deleted: "deleted by its author" };
  const FRESH = 15000;
  let items = [], shown = [], here = null, undo = [];

  const make = (name, className, text) => {
    const element = document.createElement(name);
    if (className) element.className = className;
    if (text !== undefined) element.textContent = text;
    return element;
  };
  const say = (text) => (state.textContent = text);
  const complain = (lines) => {
    wrong.hidden = !lines.length;
    wrong.textContent = lines.join("\n");
  };
  const choice = () => $("[name=state]:checked").value;
  const date = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" });
  const when = (text) => (Number.isNaN(Date.parse(text)) ? text : date.format(new Date(text.slice(0, 16)))); // in the client's own zone

  const card = (item) => {
    const entry = make("li", `item${item.picture ? " item--pictured" : ""}`);
    entry.tabIndex = -1;
    entry.dataset.id = item.id;
    entry.dataset.state = item.state;
    if (item.picture) {
      const picture = make("img", "picture");
      picture.loading = "lazy";
      picture.alt = item.alt || "a picture without words";
      picture.src = `${desk}/pictures/${encodeURIComponent(item.id)}`;
      entry.append(picture);
    }
    const who = make("p", "who"), name = make("strong");
    const bdi = make("bdi", "", item.name || (item.handle ? `@${item.handle}` : "Nobody’s name"));
    name.append(bdi);
    who.append(name);
    if (item.name && item.handle) who.append(Object.assign(make("span"), { dir: "auto", textContent: `@${item.handle}` }));
    if (item.network) who.append(make("span", "", item.network));
    who.append(make("span", "", item.kind), make("time", "", when(item.at)), make("span", "", item.id));
    entry.append(who);
    if (item.text) entry.append(Object.assign(make("p", "text", item.text), { dir: "auto" }));
    const notes = make("p", "notes");
    if (item.rule) notes.append(make("span", "rule", item.rule));
    if (item.decided) notes.append(make("span", "kept", [WORDS[item.state], item.by && `by ${item.by}`, item.when && when(item.when), item.why].filter(Boolean).join(" · ")));
    if (item.pinned) notes.append(make("span", "kept", "pinned"));
    const earlier = Object.entries(item.before).map(([word, count]) => `${count} ${word === "hold" ? "waiting" : WORDS[word]}`);
    if (earlier.length) notes.append(make("span", "", `the same person: ${earlier.join(", ")}`));
    if (item.permalink) {
      const link = make("a", "", "the original");
      Object.assign(link, { href: item.permalink, target: "_blank", rel: "noopener noreferrer" });
      notes.append(link);
    }
    if (notes.childNodes.length) entry.append(notes);
    const acts = make("p", "acts");
    for (const [act, words] of [["approve", "Approve"], ["reject", "Reject"], ["hold", "Hold"], ["pin", item.pinned ? "Unpin" : "Pin"]]) {
      const button = make("button", "", words);
      button.type = "button";
      button.dataset.act = act;
      if (act !== "pin") button.setAttribute("aria-pressed", item.state === act && item.decided);
      acts.append(button);
    }
    entry.append(acts);
    return entry;
  };

  const fits = (item) => {
    const wanted = choice(), text = find.value.trim().toLowerCase();
    const said = [item.id, item.name, item.handle, item.text, item.network, item.rule, item.why].join(" ").toLowerCase();
    return (wanted === "all" || item.state === wanted || (wanted === "reject" && item.state === "deleted")) && said.includes(text);
  };

  const draw = () => {
    const at = shown.findIndex((item) => item.id === here);
    shown = items.filter(fits);
    if (order.value === "new") shown.reverse();
    list.replaceChildren(...shown.map(card));
    for (const output of document.querySelectorAll("[data-count]")) {
      const { count } = output.dataset;
      output.textContent = items.filter((item) => count === "all" || item.state === count || (count === "reject" && item.state === "deleted")).length;
    }
    none.hidden = shown.length > 0;
    none.textContent = choice() === "hold" && !find.value ? "Nothing waits." : "Nothing of that kind.";
    const next = shown.find((item) => item.id === here) ?? shown[Math.min(Math.max(at, 0), shown.length - 1)];
    go(next?.id ?? null, false);
  };

  const go = (id, moved = true) => {
    here = id;
    for (const entry of list.children) {
      const current = entry.dataset.id === id;
      entry.toggleAttribute("aria-current", current);
      if (current) entry.setAttribute("aria-current", "true");
      if (current && moved) {
        entry.focus({ preventScroll: true });
        entry.scrollIntoView({ block: "nearest" });
      }
    }
  };
  const step = (way) => {
    const at = shown.findIndex((item) => item.id === here);
    const next = shown[Math.min(Math.max(at + way, 0), shown.length - 1)];
    if (next) go(next.id);
  };

  const load = async () => {
    const answer = await fetch(`${desk}/items`).catch(() => null);
    if (!answer?.ok) return complain(["The server does not answer: is bilan serve still running?"]);
    const found = await answer.json();
    if (!by.value) by.value = localStorage.getItem("bilan-by") || found.by;
    complain(found.problems);
    if (JSON.stringify(found.items) === JSON.stringify(items)) return;
    items = found.items;
    draw();
  };

  /** Sends a decision; the list goes on to the next moment at once, and back to this one when it is refused. */
  const send = async (item, decision, more = {}, remember = true) => {
    const before = { decision: item.state, pin: item.pinned, why: item.why };
    const body = JSON.stringify({ id: item.id, decision, by: by.value.trim(), ...more });
    const answer = await fetch(desk, { method: "POST", headers: { "Content-Type": "application/json", "X-Bilan-Desk": secret }, body }).catch(() => null);
    const { problems = ["The server does not answer."] } = (await answer?.json().catch(() => ({}))) ?? {};
    if (!answer?.ok) return complain(problems);
    complain([]);
    if (remember) undo.push({ id: item.id, ...before });
    say(`${item.name || item.id}: ${"pin" in more ? (more.pin ? "pinned" : "no longer pinned") : WORDS[decision]}. U takes it back.`);
    await load();
    list.querySelector("[aria-current]")?.focus({ preventScroll: true });
  };

  const reject = (item) => {
    const dialog = $("#why");
    $("#reason").value = "";
    dialog.returnValue = "";
    dialog.showModal();
    $("#reason").focus();
    dialog.addEventListener("close", () => dialog.returnValue === "reject" && send(item, "reject", { why: $("#reason").value }), { once: true });
  };
  const act = (name, id = here) => {
    const item = items.find((each) => each.id === id);
    if (!item) return;
    if (name === "reject") return reject(item);
    if (name === "pin") return send(item, item.state === "hold" ? "approve" : item.state, { pin: !item.pinned });
    return send(item, name);
  };
  const takeBack = () => {
    const last = undo.pop();
    const item = last && items.find((each) => each.id === last.id);
    if (!item) return say("There is nothing to take back.");
    here = item.id;
    return send(item, last.decision, { pin: last.pin, why: last.why }, false);
  };

  const KEYS = {
    j: () => step(1), ArrowDown: () => step(1), k: () => step(-1), ArrowUp: () => step(-1),
    a: () => act("approve"), r: () => act("reject"), h: () => act("hold"), p: () => act("pin"), u: takeBack,
    o: () => list.querySelector("[aria-current] a")?.click(), "/": () => find.focus(), "?": () => $("#keys").showModal(),
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || $("dialog[open]")) return;
    if (event.target.matches("input:not([type=radio]), select")) return void (event.key === "Escape" && event.target.blur());
    const does = KEYS[event.key] ?? KEYS[event.key.toLowerCase()];
    if (!does) return;
    event.preventDefault();
    does();
  });
  list.addEventListener("click", (event) => {
    const entry = event.target.closest(".item"), button = event.target.closest("[data-act]");
    if (!entry) return;
    go(entry.dataset.id, false);
    if (button) act(button.dataset.act, entry.dataset.id);
  });
  $("#help").addEventListener("click", KEYS["?"]);
  $(".tools").addEventListener("submit", (event) => event.preventDefault());
  $(".tools").addEventListener("change", draw);
  find.addEventListener("input", draw);
  by.addEventListener("change", () => localStorage.setItem("bilan-by", by.value.trim()));
  window.addEventListener("focus", load);
  setInterval(() => document.hidden || $("dialog[open]") || load(), FRESH);
  load().then(() => go(shown[0]?.id ?? null));
})();
