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

  const tell = () => {
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

  for (const button of document.querySelectorAll("[data-share]")) {
    if (!navigator.share) continue;
    button.hidden = false;
    button.addEventListener("click", () => navigator.share({ title: document.title, url: location.href }).catch(() => {}));
  }
})();
