// Brings the page up to date when a newer one is ready, and shows what is wrong over the last good one.
(() => {
  const own = document.currentScript.dataset;
  const page = own.page;
  let digest = own.digest;
  let generation = null;
  let host = null;
  const lists = location.pathname === "/_bilan/"; // the index names what is wrong by itself
  let told = null;

  function show(problems) {
    if (host) host.remove();
    host = null;
    if (!problems.length) return;
    host = document.createElement("div");
    host.id = "bilan-preview-problems";
    const root = host.attachShadow({ mode: "open" });
    const style = document.createElement("style");
    style.textContent = `
      section { position: fixed; inset: auto 0 0 0; max-height: 60vh; overflow: auto; z-index: 2147483647; box-sizing: border-box;
        padding: 20px 24px 24px; background: #1c1917; color: #fafaf9; font: 14px/1.5 ui-monospace, monospace; border-top: 4px solid #f59e0b; }
      h2 { margin: 0 0 12px; font: 600 16px/1.3 system-ui, sans-serif; }
      pre { margin: 0 0 12px; white-space: pre-wrap; overflow-wrap: anywhere; }
      button { position: absolute; top: 14px; right: 18px; font: inherit; color: inherit; background: none; border: 1px solid #78716c; border-radius: 6px; padding: 4px 10px; }`;
    const section = document.createElement("section");
    section.setAttribute("role", "alert");
    const title = document.createElement("h2");
    title.textContent = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    const close = document.createElement("button");
    close.textContent = "Hide";
    close.onclick = () => host && host.remove();
    section.append(title, close);
    for (const problem of problems) {
      const pre = document.createElement("pre");
      pre.textContent = problem.text;
      section.append(pre);
    }
    root.append(style, section);
    document.body.append(host);
  }

  // style sheets and scripts that differ need a new page; everything else is patched into this one, where the reader is
  const outer = (root) => [...root.head.querySelectorAll("link[rel=stylesheet], style, script, title")].map((each) => each.outerHTML).join();

  async function update() {
    const answer = await fetch(location.href, { cache: "no-store" });
    if (!answer.ok) return location.reload();
    const next = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!window.Idiomorph || outer(next) !== outer(document)) return location.reload();
    digest = (answer.headers.get("etag") ?? "").replaceAll('"', "") || digest;
    if (host) host.remove();
    Idiomorph.morph(document.body, next.body, {
      morphStyle: "outerHTML",
      ignoreActiveValue: true,
      callbacks: { beforeAttributeUpdated: (name, element) => !(name === "open" && element.localName === "details") },
    });
    if (host) document.body.append(host);
    document.dispatchEvent(new CustomEvent("bilan:updated"));
  }

  let stream = null;
  function listen() {
    stream = new EventSource("/_bilan/events" + (page ? `?page=${encodeURIComponent(page)}` : ""));
    stream.onmessage = (message) => {
      if (lists) {
        if (told !== null && told !== message.data) location.reload();
        told = message.data;
        return;
      }
      const state = JSON.parse(message.data);
      const newer = page && digest ? state.page && state.page !== digest : generation !== null && state.generation !== generation;
      generation = state.generation;
      show(state.problems);
      if (newer) (page && !location.pathname.startsWith("/_bilan/") ? update() : location.reload());
    };
  }
  function rest() {
    if (stream) stream.close();
    stream = null;
  }
  // a browser opens six connections to a server: tabs that nobody sees give theirs back, and catch up when they are seen
  document.addEventListener("visibilitychange", () => (document.hidden ? rest() : stream || listen()));
  addEventListener("pagehide", rest);
  addEventListener("pageshow", (event) => event.persisted && listen());
  if (!document.hidden) listen();
})();
