// Reloads the page when a newer build is ready; shows what is wrong over the last good page.
(() => {
  let seen = null;
  let host = null;

  function show(problems) {
    if (host) host.remove();
    host = null;
    if (!problems.length) return;
    host = document.createElement("div");
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

  const stream = new EventSource("/_bilan/events");
  stream.onmessage = (message) => {
    const state = JSON.parse(message.data);
    if (seen !== null && state.generation !== seen) return location.reload();
    seen = state.generation;
    show(state.problems);
  };
  addEventListener("pagehide", () => stream.close());
})();
