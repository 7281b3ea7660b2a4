/* The staff's screens: what was typed outlives a session that ended meanwhile, and Ctrl+Enter sends;
   Wagtail's own tables can become cards on phones; the key of a file field speaks Persian. */
(() => {
  "use strict";

  const WHO = document.currentScript.dataset.user;
  const FIELDS = "textarea, input[type=text], input[type=checkbox], select";

  /* Kept in this tab only, under the person and the address the words are for. */
  const nameOf = (form) => `miz:${WHO}:${new URL(form.action, location.href).pathname}`;

  /* The boxes of one list share a name and differ by what they stand for. */
  const keyOf = (field) => (field.type === "checkbox" ? `${field.name}=${field.value}` : field.name);

  const read = (form) => {
    const said = {};
    for (const field of form.querySelectorAll(FIELDS)) {
      if (!field.name) continue;
      if (field.type === "checkbox") {
        if (field.checked) said[keyOf(field)] = true;
      } else if (field.value.trim()) said[keyOf(field)] = field.value;
    }
    return said;
  };

  const keep = (form) => {
    const said = read(form);
    if (Object.keys(said).length) sessionStorage.setItem(nameOf(form), JSON.stringify(said));
    else sessionStorage.removeItem(nameOf(form));
  };

  const giveBack = (form) => {
    const kept = JSON.parse(sessionStorage.getItem(nameOf(form)) || "{}");
    let last = null;
    for (const field of form.querySelectorAll(FIELDS)) {
      const value = field.name && kept[keyOf(field)];
      if (!value) continue;
      if (field.type === "checkbox") field.checked = true;
      else if (!field.value.trim()) field.value = value;
      else continue;
      last = field;
    }
    if (!last) return;
    const words = document.createElement("p");
    words.className = "miz-kept";
    words.setAttribute("role", "status");
    words.textContent = "متنی که قبلاً در این صفحه وارد کرده‌اید محفوظ است.";
    (last.closest(".miz-field") || form).append(words);
  };

  /* What was sent is forgotten once a page says that it was taken. */
  const settle = () => {
    const sent = sessionStorage.getItem("miz:sent");
    if (sent && document.querySelector(".messages .success")) sessionStorage.removeItem(sent);
    sessionStorage.removeItem("miz:sent");
  };

  const attend = (form) => {
    giveBack(form);
    form.addEventListener("input", () => keep(form));
    form.addEventListener("change", () => keep(form));
    form.addEventListener("submit", () => sessionStorage.setItem("miz:sent", nameOf(form)));
    form.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      form.requestSubmit(form.querySelector("button[type=submit]"));
    });
  };

  /* Each cell is told the name of its column, which a card shows beside it (admin.css). */
  const nameCells = () => {
    for (const table of document.querySelectorAll("#listing-results table.listing:not(.miz-table, .miz-cards)")) {
      const names = [...table.querySelectorAll("thead tr:last-child > *")].map((head) => head.innerText.trim());
      for (const row of table.tBodies[0]?.rows ?? [])
        [...row.cells].forEach((cell, at) => {
          const bare = cell.matches(".title, .bulk-action-checkbox-cell") || !cell.innerHTML.trim();
          if (names[at] && !bare) cell.dataset.label = names[at];
        });
      table.classList.add("miz-cards");
    }
  };

  const watchLists = () => {
    nameCells();
    const lists = document.querySelector("#listing-results")?.parentElement;
    if (lists) new MutationObserver(nameCells).observe(lists, { childList: true, subtree: true });
  };

  /* Browsers name the key of a file field in their own language. */
  const nameFileKey = (field) => {
    const key = document.createElement("label");
    const chosen = document.createElement("bdi");
    key.className = "button button-secondary miz-choose";
    key.htmlFor = field.id;
    key.textContent = "انتخاب فایل";
    chosen.className = "miz-file";
    const tell = () => (chosen.textContent = field.files[0]?.name ?? "هنوز فایلی انتخاب نشده است.");
    field.classList.add("miz-chosen");
    field.after(key, chosen);
    field.addEventListener("change", tell);
    tell();
  };

  /* Those of Wagtail's own forms too, also in dialogs that open later; its boxes for many files
     have a key of their own. */
  const nameFileKeys = () =>
    document.querySelectorAll("input[type=file][id]:not([multiple], .miz-chosen)").forEach(nameFileKey);

  const watchFileFields = () => {
    nameFileKeys();
    new MutationObserver(nameFileKeys).observe(document.body, { childList: true, subtree: true });
  };

  /* Letters that keyboards write in two ways count as one. */
  const fold = (text) => text.replace(/ي|ى/g, "ی").replace(/ك/g, "ک").replace(/[\u200c\s]+/g, " ").trim();

  /* Above a long list of boxes: what is typed leaves those that have it, and whatever is ticked. */
  const makeSearchable = (list) => {
    const rows = [...list.children];
    if (rows.length < 8) return;
    const box = document.createElement("input");
    box.type = "search";
    box.autocomplete = "off";
    box.placeholder = list.dataset.searchable;
    box.setAttribute("aria-label", list.dataset.searchable);
    list.before(box);
    box.addEventListener("input", (event) => {
      event.stopPropagation();
      const words = fold(box.value).split(" ");
      for (const row of rows) {
        const has = words.every((word) => fold(row.textContent).includes(word));
        row.hidden = !has && !row.querySelector("input:checked");
      }
    });
    box.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) event.preventDefault();
    });
  };

  /* What lies before somebody is seen when the page is, not when it is fetched or opened behind. */
  const tellSeen = (form) => {
    const send = async () => {
      if (document.visibilityState !== "visible") return;
      document.removeEventListener("visibilitychange", send);
      const headers = { "X-Requested-With": "XMLHttpRequest" };
      const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers }).catch(() => null);
      if (answer?.ok) form.remove();
      else form.hidden = false;
    };
    form.hidden = true;
    document.addEventListener("visibilitychange", send);
    send();
  };

  document.addEventListener("DOMContentLoaded", () => {
    settle();
    document.querySelectorAll("[data-searchable]").forEach(makeSearchable);
    document.querySelectorAll("form[data-seen]").forEach(tellSeen);
    watchLists();
    watchFileFields();
    document.querySelectorAll("form[data-keep]").forEach(attend);
  });
})();
