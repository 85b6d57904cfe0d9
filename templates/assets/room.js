// Opens a room in the browser: the password never leaves it, and is kept nowhere; the key is kept until the tab is closed.
(() => {
  "use strict";
  const form = document.querySelector("[data-room]");
  if (!form) return;
  const says = form.querySelector("#lock-says");
  const field = form.querySelector("input");
  const { room, salt, rounds, opening, wrong, offline, insecure, close } = { ...form.dataset };
  const kept = `bilan-room:${new URL(".", location.href).pathname}`;
  const bytes = (hex) => Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));
  const hex = (buffer) => Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");
  const text = new TextEncoder();
  const pictures = new Map();
  let key, names, shown;

  const tell = (words, bad = false) => {
    says.textContent = words;
    if (bad) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
  };

  const masterOf = async (password) => {
    const secret = await crypto.subtle.importKey("raw", text.encode(password), "PBKDF2", false, ["deriveBits"]);
    const how = { name: "PBKDF2", hash: "SHA-256", salt: bytes(salt), iterations: Number(rounds) };
    return crypto.subtle.deriveBits(how, secret, 256);
  };

  const keyOf = async (master) => {
    const secret = await crypto.subtle.importKey("raw", master, "HKDF", false, ["deriveKey"]);
    const how = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(32), info: text.encode("bilan room: pages") };
    return crypto.subtle.deriveKey(how, secret, { name: "AES-GCM", length: 256 }, false, ["decrypt"]);
  };

  /** A sealed file: twelve bytes of nonce, then what AES-GCM made of it, bound to its name. */
  const read = async (file) => {
    const answer = await fetch(file, { cache: "no-cache", credentials: "same-origin" });
    if (!answer.ok) throw new TypeError(`${answer.status}`);
    const sealed = await answer.arrayBuffer();
    const how = { name: "AES-GCM", iv: sealed.slice(0, 12), additionalData: text.encode(file.replace(".bin", "")) };
    return crypto.subtle.decrypt(how, key, sealed.slice(12));
  };

  const KINDS = { png: "image/png", jpg: "image/jpeg", webp: "image/webp", mp4: "video/mp4", mov: "video/quicktime", webm: "video/webm", mp3: "audio/mpeg", m4a: "audio/mp4", wav: "audio/wav", vtt: "text/vtt" };

  const pictureOf = async (name) => {
    const kind = KINDS[name.split(".").pop()];
    if (!pictures.has(name)) pictures.set(name, URL.createObjectURL(new Blob([await read(names[name])], { type: kind })));
    return pictures.get(name);
  };

  const closing = () => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button lock__close";
    button.textContent = close;
    button.addEventListener("click", () => {
      sessionStorage.removeItem(kept);
      location.replace(location.pathname);
    });
    return button;
  };

  const goTo = (anchor) => {
    const place = anchor ? document.getElementById(decodeURIComponent(anchor)) : null;
    if (place) {
      place.scrollIntoView();
      place.tabIndex = -1;
      place.focus({ preventScroll: true });
    } else {
      scrollTo(0, 0);
      document.getElementById("main")?.focus({ preventScroll: true });
    }
  };

  /** A page of the room in the place of this one; its pictures follow as they are opened. */
  const show = async (name, anchor) => {
    const page = new DOMParser().parseFromString(new TextDecoder().decode(await read(names[name])), "text/html");
    const waiting = [...page.querySelectorAll("img[src], video[src], audio[src], track[src]")].filter((image) => names[image.getAttribute("src")]);
    page.querySelectorAll("picture > source").forEach((source) => source.remove());
    for (const image of waiting) {
      image.dataset.sealed = image.getAttribute("src");
      for (const attribute of ["src", "srcset", "loading", "poster"]) image.removeAttribute(attribute);
    }
    shown = name;
    document.title = page.title;
    document.documentElement.lang = page.documentElement.lang;
    document.body.className = page.body.className;
    document.body.replaceChildren(...page.body.childNodes);
    document.querySelector(".masthead")?.append(closing());
    goTo(anchor);
    for (const image of document.querySelectorAll("[data-sealed]")) image.src = await pictureOf(image.dataset.sealed);
  };

  const hand = async (name) => {
    const link = document.createElement("a");
    const kind = name.endsWith(".pdf") ? "application/pdf" : "application/octet-stream";
    link.href = URL.createObjectURL(new Blob([await read(names[name])], { type: kind }));
    link.download = name.split("/").pop();
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  };

  /** The address says which sealed file is shown, and nothing of what is in it. */
  const follow = (event) => {
    const link = event.target.closest?.("a[href]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    const [name, anchor] = link.getAttribute("href").split("#");
    if (!name) {
      event.preventDefault();
      goTo(anchor);
    } else if (names[name]) {
      event.preventDefault();
      if (!name.endsWith(".html")) return void hand(name).catch(fail);
      history.pushState({ name }, "", `#${names[name].replace(".bin", "")}`);
      show(name, anchor).catch(fail);
    }
  };

  const fail = (error) => {
    const lost = error instanceof TypeError;
    if (document.contains(form)) tell(lost ? offline : wrong, !lost);
    else if (lost) alert(offline);
  };

  const asked = () => {
    const file = `${location.hash.slice(1)}.bin`;
    return Object.keys(names).find((name) => names[name] === file && name.endsWith(".html")) ?? "index.html";
  };

  const enter = async (master) => {
    key = await keyOf(master);
    names = JSON.parse(new TextDecoder().decode(await read(room)));
    sessionStorage.setItem(kept, hex(master));
    await show(asked());
    document.addEventListener("click", follow);
    addEventListener("popstate", () => asked() !== shown && show(asked()).catch(fail));
  };

  if (!globalThis.crypto?.subtle) {
    tell(insecure);
    form.querySelector("button").disabled = true;
    return;
  }
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    tell(opening);
    try {
      await enter(await masterOf(field.value));
    } catch (error) {
      fail(error);
      field.select();
      field.focus();
    }
  });
  const before = sessionStorage.getItem(kept);
  if (before) enter(bytes(before)).catch(() => sessionStorage.removeItem(kept));
})();
