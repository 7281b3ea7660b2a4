/* The list of what a letter may name, beside each field of a template that takes names: chosen by key
   or by pointer, put in where the cursor stands. «{» opens it too. */
(() => {
  "use strict";

  const kept = new Map();
  let panel = null;

  const fieldOf = (key) => {
    const form = key.closest("form") || document;
    return form.querySelector(`[name="${CSS.escape(key.dataset.namesFor)}"]`);
  };

  const keyOf = (field) =>
    [...document.querySelectorAll(".miz-names-key")].find((key) => fieldOf(key) === field);

  const load = async (key) => {
    const form = key.closest("form");
    const said = (name) => form?.querySelector(`[name="${name}"]`)?.value || "";
    const asked = new URLSearchParams({ kind: said("kind"), service: said("service_code") });
    const url = `${key.dataset.names}?${asked}`;
    if (!kept.has(url)) {
      const answer = await fetch(url, { headers: { accept: "application/json" } });
      if (!answer.ok) throw new Error(String(answer.status));
      kept.set(url, (await answer.json()).names);
    }
    return kept.get(url);
  };

  const close = (back) => {
    if (!panel) return;
    const { box, key, field } = panel;
    panel = null;
    key.setAttribute("aria-expanded", "false");
    box.remove();
    if (back) field.focus();
  };

  const insert = (name) => {
    const { field, at } = panel;
    let { start } = at;
    const { end } = at;
    if (field.value[start - 1] === "{") start -= 1;
    /* A name stands apart from the word before it, but not from what opens. */
    const before = field.value[start - 1];
    const space = before && !/[\s(«\u200c]/.test(before) ? " " : "";
    close(true);
    field.setRangeText(`${space}{${name}}`, start, end, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new Event("change", { bubbles: true }));
  };

  const options = () => [...panel.list.querySelectorAll("[role=option]:not([hidden])")];

  const mark = (option) => {
    for (const other of panel.list.querySelectorAll("[aria-selected=true]")) other.setAttribute("aria-selected", "false");
    if (!option) return panel.search.removeAttribute("aria-activedescendant");
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    panel.search.setAttribute("aria-activedescendant", option.id);
  };

  const narrow = () => {
    const words = panel.search.value.replace(/[\s\u200c]/g, "");
    for (const option of panel.list.querySelectorAll("[role=option]")) {
      option.hidden = !option.textContent.replace(/[\s\u200c]/g, "").includes(words);
    }
    for (const head of panel.list.querySelectorAll("[data-head]")) {
      const rows = panel.list.querySelectorAll(`[data-group="${head.dataset.head}"]:not([hidden])`);
      head.hidden = rows.length === 0;
    }
    panel.none.hidden = options().length > 0;
    mark(options()[0]);
  };

  const move = (by) => {
    const shown = options();
    const now = shown.findIndex((option) => option.getAttribute("aria-selected") === "true");
    mark(shown[(now + by + shown.length) % shown.length]);
  };

  const attend = (event) => {
    if (event.key === "Escape") close(true);
    else if (event.key === "ArrowDown") move(1);
    else if (event.key === "ArrowUp") move(-1);
    else if (event.key === "Enter") {
      const chosen = panel.list.querySelector("[aria-selected=true]");
      if (chosen) insert(chosen.dataset.name);
    } else if (event.key === "Tab") {
      close(true);
      return;
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };

  const make = (tag, attributes, words) => {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    if (words) made.textContent = words;
    return made;
  };

  const fill = (groups) => {
    let number = 0;
    groups.forEach((group, at) => {
      panel.list.append(make("li", { role: "presentation", class: "miz-names__head", "data-head": at }, group.title));
      for (const name of group.names) {
        number += 1;
        const option = make("li", { role: "option", id: `miz-name-${number}`, "aria-selected": "false", "data-group": at });
        option.dataset.name = name.insert;
        option.textContent = name.title;
        panel.list.append(option);
      }
    });
    narrow();
  };

  const open = async (key) => {
    close(false);
    const field = fieldOf(key);
    const at = { start: field.selectionStart, end: field.selectionEnd };
    const box = make("div", { class: "miz-names", dir: "rtl" });
    const search = make("input", {
      type: "text", role: "combobox", "aria-expanded": "true", "aria-controls": "miz-names-list",
      "aria-label": "جستجو در مشخصات", placeholder: "جستجو", autocomplete: "off",
    });
    const list = make("ul", { role: "listbox", id: "miz-names-list", "aria-label": "مشخصات قابل درج" });
    const none = make("p", { role: "status", class: "miz-names__none" }, "موردی یافت نشد.");
    none.hidden = true;
    box.append(search, list, none);
    key.after(box);
    key.setAttribute("aria-expanded", "true");
    panel = { key, field, at, box, search, list, none };
    const mine = panel;
    search.addEventListener("keydown", attend);
    search.addEventListener("input", (event) => { event.stopPropagation(); narrow(); });
    list.addEventListener("mousedown", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) insert(option.dataset.name);
      event.preventDefault();
    });
    search.focus();
    try {
      const groups = await load(key);
      if (panel === mine) fill(groups);
    } catch {
      none.textContent = "فهرست مشخصات دریافت نشد. لطفاً دوباره تلاش کنید.";
      none.hidden = false;
    }
  };

  document.addEventListener("click", (event) => {
    const key = event.target.closest?.(".miz-names-key");
    if (key) return key === panel?.key ? close(true) : open(key);
    if (panel && !panel.box.contains(event.target)) close(false);
  });

  document.addEventListener("input", (event) => {
    if (event.data !== "{") return;
    const key = keyOf(event.target);
    if (key) open(key);
  });
})();
