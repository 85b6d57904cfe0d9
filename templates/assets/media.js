// Pictures over the page, and frames of other sites for those who ask. Loaded by pages that have one of the two; both are complete without it.
(() => {
  "use strict";

  // ---- posts and films at other sites: who said yes to whom stays in this browser
  const KEY = "bilan-frames";
  const SANDBOX = "allow-scripts allow-same-origin allow-popups allow-popups-to-escape-sandbox allow-forms allow-presentation";

  const kept = () => {
    try {
      const names = JSON.parse(localStorage.getItem(KEY) ?? "[]");
      return Array.isArray(names) ? names : [];
    } catch {
      return [];
    }
  };
  const keep = (names) => {
    try {
      if (names.length) localStorage.setItem(KEY, JSON.stringify(names));
      else localStorage.removeItem(KEY);
    } catch {
      // without a memory the choice holds for this page
    }
  };

  const open = (box) => {
    if (box.querySelector("iframe")) return;
    const { frame, referrer, title } = box.dataset;
    const made = document.createElement("iframe");
    made.setAttribute("sandbox", SANDBOX);
    Object.assign(made, { title, referrerPolicy: referrer, allow: "fullscreen; picture-in-picture; encrypted-media", className: "frame__there" });
    made.src = frame;
    box.prepend(made);
    box.classList.add("frame--open");
    show(box);
  };

  const close = (box) => {
    box.querySelector("iframe")?.remove();
    box.classList.remove("frame--open");
    show(box);
  };

  /** What can be asked of a box as it is now. */
  const show = (box) => {
    const opened = box.classList.contains("frame--open");
    box.querySelector("[data-open]").hidden = opened;
    box.querySelector("[data-keep]").hidden = opened;
    box.querySelector("[data-forget]").hidden = !kept().length;
  };

  const boxes = () => [...document.querySelectorAll("[data-embed]")];
  for (const box of boxes()) {
    show(box);
    if (kept().includes(box.dataset.embed)) open(box);
  }

  document.addEventListener("click", ({ target }) => {
    const box = target.closest?.("[data-embed]");
    if (!box) return;
    if (target.closest("[data-open]")) {
      if (box.querySelector("[data-keep] input").checked) {
        keep([...new Set([...kept(), box.dataset.embed])]);
        boxes().filter((each) => each.dataset.embed === box.dataset.embed).forEach(open);
      }
      open(box);
      boxes().forEach(show);
      box.querySelector("iframe").focus();
    } else if (target.closest("[data-forget]")) {
      keep([]);
      boxes().forEach(close);
      box.querySelector("[data-keep] input").checked = false;
      box.querySelector("[data-open]").focus();
    }
  });

  // ---- the gallery's pictures over the page
  let viewer;

  class Viewer {
    constructor(words) {
      this.words = words;
      this.dialog = document.createElement("dialog");
      this.dialog.className = "viewer";
      this.place = this.add("figure", "viewer__figure");
      this.caption = this.add("figcaption", "viewer__caption", this.place);
      this.acts = this.add("div", "viewer__acts");
      this.before = this.button("before", "←", () => this.go(-1));
      this.next = this.button("next", "→", () => this.go(1));
      this.button("close", "×", () => this.dialog.close()).autofocus = true;
      this.dialog.addEventListener("keydown", ({ key }) => this.go({ ArrowLeft: -1, ArrowRight: 1 }[key] ?? 0));
      this.dialog.addEventListener("click", ({ target }) => target === this.dialog && this.dialog.close());
      this.dialog.addEventListener("close", () => this.links[this.at].focus());
      this.swipe();
      document.body.append(this.dialog);
    }

    add(tag, name, place = this.dialog) {
      const made = document.createElement(tag);
      made.className = name;
      return place.appendChild(made);
    }

    button(word, sign, act) {
      const made = this.add("button", `viewer__act viewer__act--${word}`, this.acts);
      Object.assign(made, { type: "button", textContent: sign, ariaLabel: this.words[word], title: this.words[word] });
      made.addEventListener("click", act);
      return made;
    }

    /** A finger moves on to the next picture. */
    swipe() {
      let from = null;
      this.place.addEventListener("pointerdown", ({ clientX }) => (from = clientX));
      addEventListener("pointerup", ({ clientX }) => {
        if (from !== null && Math.abs(clientX - from) > 48) this.go(clientX < from ? 1 : -1);
        from = null;
      });
    }

    open(links, at) {
      this.links = links;
      this.at = at;
      this.draw();
      this.dialog.showModal();
    }

    go(step) {
      const at = this.at + step;
      if (!step || at < 0 || at >= this.links.length) return;
      this.at = at;
      this.draw();
    }

    draw() {
      const link = this.links[this.at];
      const shown = link.querySelector("picture").cloneNode(true);
      for (const source of shown.querySelectorAll("source")) source.sizes = "96vw";
      Object.assign(shown.querySelector("img"), { loading: "eager", draggable: false });
      const way = document.createElement("a");
      Object.assign(way, { href: link.href, textContent: this.words.see });
      const name = document.createElement("bdi");
      name.textContent = link.dataset.caption;
      const count = this.words.count.replace("{number}", this.at + 1).replace("{count}", this.links.length);
      const where = Object.assign(document.createElement("span"), { className: "viewer__count", textContent: count });
      this.caption.replaceChildren(name, " ", way, " ", where);
      this.place.replaceChildren(shown, this.caption);
      this.dialog.ariaLabel = shown.querySelector("img").alt || link.dataset.caption;
      this.before.disabled = this.at === 0;
      this.next.disabled = this.at === this.links.length - 1;
    }
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("[data-gallery] a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || event.button || !window.HTMLDialogElement) return;
    event.preventDefault();
    const list = link.closest("[data-gallery]");
    const links = [...list.querySelectorAll("a")];
    viewer ??= new Viewer(JSON.parse(list.dataset.gallery));
    viewer.open(links, links.indexOf(link));
  });
})();
