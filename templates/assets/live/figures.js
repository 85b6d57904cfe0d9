// Figures of the page: those of the campaign's state, in the language's own form.
const LONG = 700; // milliseconds that a figure takes to its new value

export class Figures {
  constructor(article) {
    const language = document.documentElement.lang;
    this.article = article;
    this.number = new Intl.NumberFormat(language);
    this.plural = new Intl.PluralRules(language);
    this.motion = matchMedia("(prefers-reduced-motion: no-preference)");
  }

  format(value) {
    return this.number.format(value);
  }

  /** "3 new moments": of two sentences the one for the number. */
  counted(words, name, count) {
    return (words[`${name}.${this.plural.select(count)}`] ?? words[`${name}.other`]).replace("%s", this.format(count));
  }

  show(counters) {
    for (const place of this.article.querySelectorAll("[data-counter]")) {
      const value = counters[place.dataset.counter];
      if (value !== undefined) this.#roll(place, value);
    }
  }

  /** A figure runs to its new value, if motion is welcome. */
  #roll(place, value) {
    const words = value === null ? "–" : this.format(value);
    const from = Number(place.textContent.replace(/\D/g, "") || NaN);
    if (place.goal === value || place.textContent === words) return;
    place.goal = value;
    if (value === null || Number.isNaN(from) || !this.motion.matches || document.hidden) return void (place.textContent = words);
    const begun = performance.now();
    const step = (now) => {
      if (place.goal !== value) return;
      const part = Math.min(1, (now - begun) / LONG);
      place.textContent = part < 1 ? this.format(Math.round(from + (value - from) * (1 - (1 - part) ** 3))) : words;
      if (part < 1) requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  }
}
