// Pages are complete without this script; it adds what only the reader's own clock and device can.
(() => {
  "use strict";
  const language = document.documentElement.lang;
  const units = [["day", 86400], ["hour", 3600], ["minute", 60]];
  const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto" });

  /** "in 3 days", "2 hours ago": the largest whole unit of a span of seconds. */
  const span = (seconds) => {
    const [unit, length] = units.find(([, length]) => Math.abs(seconds) >= length) ?? units[2];
    return relative.format(Math.trunc(seconds / length), unit);
  };

  const number = (value, unit) => new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "long" }).format(value);

  /** "2 days, 21 hours": what is left, in its two largest units. */
  const left = (seconds) => {
    const parts = units.map(([unit, length], index) => [Math.floor((index ? seconds % units[index - 1][1] : seconds) / length), unit]);
    const first = parts.findIndex(([value]) => value > 0);
    return new Intl.ListFormat(language, { type: "unit", style: "short" }).format(parts.slice(...(first < 0 ? [-1] : [first, first + 2])).map(([value, unit]) => number(value, unit)));
  };

  const tell = () => {
    for (const place of document.querySelectorAll("[data-countdown]")) {
      const seconds = (Date.parse(place.dataset.countdown) - Date.now()) / 1000;
      if (seconds > 0) place.textContent = left(seconds);
    }
    for (const place of document.querySelectorAll("[data-until]")) {
      const seconds = (Date.parse(place.dataset.until) - Date.now()) / 1000;
      place.hidden = seconds <= 0;
      place.textContent = `(${span(seconds)})`;
    }
    for (const time of document.querySelectorAll("time[data-relative]")) {
      const seconds = (Date.parse(time.dateTime) - Date.now()) / 1000;
      if (seconds <= 0 && seconds > -86400) time.textContent = span(seconds);
    }
  };
  tell();
  setInterval(() => document.hidden || tell(), 30000);

  const { media } = document.currentScript.dataset;
  if (media && document.querySelector("[data-embed], [data-gallery]")) {
    document.head.append(Object.assign(document.createElement("script"), { src: media }));
  }

  const offer = (button) => {
    for (const each of [button, button.closest("[data-js]"), button.closest("[data-copies]")]) if (each) each.hidden = false;
  };
  for (const button of document.querySelectorAll("[data-copy]")) {
    if (!navigator.clipboard) continue;
    offer(button);
    const words = button.textContent;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(document.querySelector("link[rel=canonical]")?.href ?? location.href);
      button.textContent = button.dataset.done;
      setTimeout(() => (button.textContent = words), 3000);
    });
  }
  for (const button of document.querySelectorAll("[data-share]")) {
    if (!navigator.share) continue;
    offer(button);
    button.addEventListener("click", () => navigator.share({ title: document.title, url: location.href }).catch(() => {}));
  }
})();
