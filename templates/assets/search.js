// Finds moments and pages of a campaign in its index, which is fetched when somebody begins to look. Without it the box is not shown.
(() => {
  "use strict";
  const LETTERS = { œ: "oe", æ: "ae", ø: "o", ł: "l", đ: "d", ı: "i", ß: "ss" };
  const MOST = 30; // results that are shown
  const FRESH = 60000; // milliseconds after which it is asked for anew: the wall of a live campaign grows

  /** A text as it is compared: without accents and capitals; the same as the index was made with. */
  const fold = (text) => text.normalize("NFKD").replace(/\p{Mn}/gu, "").toLowerCase().replace(/[œæøłđıß]/g, (letter) => LETTERS[letter]);
  const words = (text) => (fold(text).match(/[\p{L}\p{N}]+/gu) ?? []).map((word) => word.slice(0, 24));
  const runsOn = (word) => /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u.test(word); // no blanks between words

  class Index {
    constructor({ items, common, words: lines }) {
      this.items = items.split("\n").map((item) => [item.slice(0, item.indexOf(" ")), item.slice(item.indexOf(" ") + 1)]);
      this.folded = this.items.map(([, line]) => words(line));
      this.common = new Set(common.split(" "));
      this.words = [];
      let word = "";
      for (const line of lines ? lines.split("\n") : []) {
        const [head, numbers] = line.split(" ");
        word = word.slice(0, parseInt(head[0], 36)) + head.slice(1);
        this.words.push([word, numbers]);
      }
    }

    /** Numbers of the items that have a word which begins so → whether it stands in the line that is shown. */
    having(asked) {
      const fits = (word) => word.startsWith(asked) || (runsOn(asked) && word.includes(asked));
      const found = new Map();
      for (const [word, numbers] of this.words) {
        if (!fits(word)) continue;
        let number = 0;
        for (const step of numbers.split(",")) found.set((number += parseInt(step, 36)), false);
      }
      this.folded.forEach((line, number) => line.some(fits) && found.set(number, true));
      return found;
    }

    /** Items that have every word: those with it in their line first, then the newest. */
    find(text) {
      const all = words(text);
      const asked = all.filter((word) => !this.common.has(word));
      if (!asked.length) return { items: [], vague: all.length > 0 };
      const sets = asked.map((word) => this.having(word));
      const numbers = [...sets[0].keys()].filter((number) => sets.every((set) => set.has(number)));
      const rank = (number) => sets.filter((set) => set.get(number)).length;
      numbers.sort((one, other) => rank(other) - rank(one) || other - one);
      return { items: numbers.map((number) => this.items[number]), vague: false };
    }
  }

  const begin = (form) => {
    const box = form.querySelector("input"), list = form.querySelector("ol"), state = form.querySelector("[role=status]");
    const said = JSON.parse(form.dataset.words);
    let index;
    const fetched = () =>
      (index ??= fetch(new URL(form.dataset.search, document.baseURI), { cache: "no-cache" })
        .then((answer) => (answer.ok ? answer.json() : Promise.reject(answer.status)))
        .then((found) => (setTimeout(() => (index = undefined), FRESH), new Index(found)))
        .catch(() => (index = undefined)));

    const show = async () => {
      const text = box.value;
      const there = text.trim() ? await fetched() : undefined;
      if (box.value !== text) return; // somebody typed on
      if (!text.trim()) return void (list.replaceChildren(), (state.textContent = ""));
      if (!there) return void ((state.textContent = said.failed), list.replaceChildren());
      const { items, vague } = there.find(text);
      state.textContent = vague ? said.vague : items.length ? (items.length === 1 ? said.one : said.many.replace("0", items.length)) : said.none;
      list.replaceChildren(
        ...items.slice(0, MOST).map(([address, line]) => {
          const entry = document.createElement("li"), link = document.createElement("a");
          link.href = address;
          link.textContent = line;
          link.dir = "auto";
          entry.append(link);
          return entry;
        }),
      );
    };
    form.hidden = false;
    box.addEventListener("focus", fetched, { once: true });
    box.addEventListener("input", show);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      list.querySelector("a")?.click();
    });
    form.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && (box.value = "", box.focus(), show())) return;
      const way = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!way) return;
      const stops = [box, ...list.querySelectorAll("a")];
      stops[Math.max(0, Math.min(stops.length - 1, stops.indexOf(document.activeElement) + way))].focus();
      event.preventDefault();
    });
  };
  for (const form of document.querySelectorAll("form[data-search]")) begin(form);
})();
