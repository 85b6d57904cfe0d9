// Begins the live part of a campaign's page, which is complete without it. Opened from a disk, a page has nobody to ask.
(() => {
  "use strict";
  if (!document.querySelector("[data-live]") || !location.protocol.startsWith("http")) return;
  const { scripts } = JSON.parse(document.querySelector("[data-live]").dataset.live);
  const address = (name) => new URL(scripts[name], document.baseURI).href;
  const load = (...names) => Promise.all(names.map((name) => import(address(name))));
  load("page.js", "store.js", "feed.js", "wall.js", "filters.js", "figures.js").then(([page, ...parts]) =>
    page.begin(Object.assign({}, ...parts), { address, load }),
  );
})();
