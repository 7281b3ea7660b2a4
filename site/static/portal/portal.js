/* What every page needs. Everything works without it; it only makes things kinder.
   Other scripts of the portal use window.portal: csrfToken, digits, say, keep, reveal, sessionEnded, onceReleased. */
(function () {
  "use strict";

  const KEPT = "kept:";
  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  function csrfToken() {
    const cookie = document.cookie.match(/(?:^|;\s*)(?:__Host-)?csrftoken=([^;]+)/);
    return cookie ? decodeURIComponent(cookie[1]) : one("[name=csrfmiddlewaretoken]")?.value ?? "";
  }

  const digits = (value) => String(value).replace(/\d/g, (digit) => "۰۱۲۳۴۵۶۷۸۹"[digit]);

  /* One polite voice for the page: it outlives the rows that are replaced under it. */
  let voice = null;
  function say(text) {
    if (!voice) {
      voice = document.createElement("div");
      voice.className = "visually-hidden";
      voice.setAttribute("aria-live", "polite");
      document.body.append(voice);
    }
    voice.textContent = text;
  }

  /* --- Words typed but not yet saved, kept for this tab only --- */

  const nameOf = (form) => `${KEPT}${location.pathname}#${form.id || all("form").indexOf(form)}`;

  function wordsOf(form) {
    const words = [];
    for (const field of form.elements) {
      if (!field.name || field.name === "csrfmiddlewaretoken") continue;
      if (["password", "file", "submit", "button", "hidden"].includes(field.type)) continue;
      if (["radio", "checkbox"].includes(field.type) && !field.checked) continue;
      const values = field.multiple ? [...field.selectedOptions].map((option) => option.value) : [field.value];
      for (const value of values) words.push([field.name, value]);
    }
    return words;
  }

  function keep(form) {
    try {
      sessionStorage.setItem(nameOf(form), JSON.stringify(wordsOf(form)));
    } catch {
      /* Storage is full or forbidden: the words still stand in the page. */
    }
  }

  function forget(form) {
    sessionStorage.removeItem(nameOf(form));
    sessionStorage.removeItem(`sent:${nameOf(form)}`);
  }

  function restore(form, words) {
    for (const field of form.elements) {
      const values = words.filter(([name]) => name === field.name).map(([, value]) => value);
      if (["radio", "checkbox"].includes(field.type)) field.checked = values.includes(field.value);
      else if (field.multiple) for (const option of field.options) option.selected = values.includes(option.value);
      else if (values.length && !["password", "file", "submit", "button", "hidden"].includes(field.type)) field.value = values[0];
    }
    form.dispatchEvent(new Event("input", { bubbles: true }));
    form.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function offerKept(form) {
    const kept = sessionStorage.getItem(nameOf(form));
    if (!kept) return;
    if (kept === JSON.stringify(wordsOf(form))) return forget(form);
    const notice = one("[data-kept-notice]");
    reveal(notice);
    const done = () => {
      notice.hidden = true;
      forget(form);
    };
    one("[data-kept-restore]", notice).addEventListener("click", () => {
      restore(form, JSON.parse(kept));
      done();
      form.querySelector("input:not([type=hidden]), textarea, select")?.focus();
    });
    one("[data-kept-drop]", notice).addEventListener("click", done);
  }

  function dropOtherKept(forms) {
    const wanted = forms.map(nameOf);
    const signingIn = location.pathname.startsWith("/accounts/");
    if (signingIn) return;
    for (const key of Object.keys(sessionStorage)) {
      if (key.startsWith(KEPT) && !wanted.includes(key) && sessionStorage.getItem(`sent:${key}`)) {
        sessionStorage.removeItem(key);
        sessionStorage.removeItem(`sent:${key}`);
      }
    }
  }

  /* --- Nothing moves under a finger --- */

  /* What leaves a field also presses the next thing: an answer that moves the page before the finger
     is lifted would turn that press into nothing. */
  let pressed = null; // what the finger is on
  let released = [];

  function onceReleased(act) {
    if (pressed) released.push(act);
    else act();
  }

  function watchPresses() {
    const lift = () =>
      // After the click, which comes behind the lifting.
      setTimeout(() => {
        pressed = null;
        const acts = released;
        released = [];
        acts.forEach((act) => act());
      });
    document.addEventListener("pointerdown", ({ button, target }) => (pressed = button === 0 ? target : null), true);
    for (const kind of ["pointerup", "pointercancel", "contextmenu", "keydown"]) document.addEventListener(kind, lift, true);
    // A list of choices may swallow the lifting. The change of the field that is being left is none.
    document.addEventListener("change", ({ target }) => target === pressed && lift(), true);
    addEventListener("blur", lift);
  }

  /* A notice at the foot of the window moves the page up rather than cover what it speaks of. */
  const reveal = (notice) => onceReleased(() => show(notice));

  function show(notice) {
    notice.hidden = false;
    const working = '[data-document-row]:is([data-state="uploading"], [data-state="resuming"], [data-state="paused"])';
    const active = document.activeElement;
    const about = active && active !== document.body ? active.closest("[data-document-row], .field") ?? active : one(working);
    const { top, height } = notice.getBoundingClientRect();
    const place = (about ?? one(working))?.getBoundingClientRect();
    if (place && place.bottom > top - 12 && place.top < top + height) scrollBy(0, place.bottom - top + 12);
  }

  function sessionEnded(form) {
    if (form) keep(form);
    const notice = one("[data-session-notice]");
    if (!notice) return;
    const link = one("[data-session-link]", notice);
    const next = encodeURIComponent(location.pathname + location.search);
    link.href = `${link.getAttribute("href").split("?")[0]}?next=${next}`;
    reveal(notice);
    // Said, without taking the focus away from somebody who is still writing.
    say(notice.innerText);
  }

  function watchKept() {
    const forms = all("form[data-keep], form[data-autosave]");
    forms.forEach(offerKept);
    dropOtherKept(forms);
    document.addEventListener("submit", (event) => {
      if (event.target.matches("[data-sign-out]")) {
        for (const key of Object.keys(sessionStorage)) if (key.includes(KEPT)) sessionStorage.removeItem(key);
      }
      if (event.target.matches("[data-keep], [data-autosave]")) {
        keep(event.target);
        sessionStorage.setItem(`sent:${nameOf(event.target)}`, "1");
      }
    });
  }

  /* Whoever has signed in again elsewhere has a new token; this page still holds the old one. */
  function renewToken(event) {
    const token = event.target.elements?.csrfmiddlewaretoken;
    if (token) token.value = csrfToken();
  }

  /* --- A second press is not a second request --- */

  function guardSubmit(event) {
    const form = event.target;
    if (form.method === "get" || event.defaultPrevented || form.matches("[data-upload], [hx-post], [hx-get]")) return;
    if (form.dataset.busy) return event.preventDefault();
    form.dataset.busy = "1";
    // Never `disabled`: a disabled key would not send its own name and value.
    const key = event.submitter;
    key?.classList.add("is-busy");
    key?.setAttribute("aria-disabled", "true");
    setTimeout(() => release(form), 15000);
  }

  function release(form) {
    delete form.dataset.busy;
    for (const key of all(".is-busy", form)) {
      key.classList.remove("is-busy");
      key.removeAttribute("aria-disabled");
    }
  }

  /* --- Menus, notices, codes --- */

  function watchMenus() {
    const key = one("[data-menu-key]");
    key?.addEventListener("click", () => {
      const open = one("#site-nav").classList.toggle("is-open");
      key.setAttribute("aria-expanded", String(open));
    });
    document.addEventListener("click", (event) => {
      for (const menu of all("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
    });
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      for (const menu of all("details.menu[open]")) {
        menu.open = false;
        one("summary", menu).focus();
      }
      if (key?.getAttribute("aria-expanded") === "true") {
        key.click();
        key.focus();
      }
    });
  }

  async function copy(key) {
    const word = one("[data-copy-word]", key);
    const before = word.textContent;
    try {
      await navigator.clipboard.writeText(key.dataset.copy);
      word.textContent = "کپی شد";
      say("کپی شد");
    } catch {
      word.textContent = "کپی نشد؛ کد را انتخاب کنید";
    }
    setTimeout(() => (word.textContent = before), 3000);
  }

  function watchKeys() {
    if (navigator.clipboard) for (const key of all("[data-copy]")) key.hidden = false;
    for (const key of all("[data-dismiss], button[data-print]")) key.hidden = false;
    document.addEventListener("click", (event) => {
      const key = event.target.closest("[data-copy], [data-dismiss], button[data-print]");
      if (!key) return;
      if (key.matches("[data-copy]")) copy(key);
      else if (key.matches("[data-print]")) print();
      else key.closest("[data-notice]")?.remove();
    });
  }

  function watchLine() {
    const notice = one("[data-offline-notice]");
    if (!notice) return;
    const tell = () => (navigator.onLine ? (notice.hidden = true) : show(notice));
    addEventListener("offline", () => onceReleased(tell));
    addEventListener("online", () => onceReleased(tell));
  }

  window.portal = { csrfToken, digits, say, keep, forget, reveal, sessionEnded, onceReleased };

  /* A redirect hands on the place on the page that it came from; here there is no such place. */
  function dropForeignPlace() {
    const isHere = ({ id }) => [`#${id}`, `#${encodeURIComponent(id)}`].includes(location.hash);
    if (location.hash && !all("[id]").some(isHere)) history.replaceState(history.state, "", location.pathname + location.search);
  }

  dropForeignPlace();
  watchKept();
  watchMenus();
  watchKeys();
  watchLine();
  watchPresses();
  document.addEventListener("submit", renewToken);
  document.addEventListener("submit", guardSubmit);
  addEventListener("pageshow", (event) => {
    if (event.persisted) all("form[data-busy]").forEach(release);
  });
  document.addEventListener("htmx:configRequest", (event) => {
    event.detail.headers["X-CSRFToken"] = csrfToken();
  });
  one("[data-focus]")?.focus();
})();
