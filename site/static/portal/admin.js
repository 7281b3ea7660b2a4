/* The staff's screens: what was typed outlives a session that ended meanwhile, and Ctrl+Enter sends. */
(() => {
  "use strict";

  const WHO = document.currentScript.dataset.user;
  const FIELDS = "textarea, input[type=text], input[type=checkbox], select";

  /* Kept in this tab only, under the person and the address the words are for. */
  const nameOf = (form) => `miz:${WHO}:${new URL(form.action, location.href).pathname}`;

  const read = (form) => {
    const said = {};
    for (const field of form.querySelectorAll(FIELDS)) {
      if (!field.name) continue;
      if (field.type === "checkbox") {
        if (field.checked) said[field.name] = true;
      } else if (field.value.trim()) said[field.name] = field.value;
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
    for (const [name, value] of Object.entries(kept)) {
      const field = form.elements.namedItem(name);
      if (!field || !field.matches || !field.matches(FIELDS)) continue;
      if (field.type === "checkbox") field.checked = true;
      else if (!field.value.trim()) field.value = value;
      else continue;
      last = field;
    }
    if (!last) return;
    const words = document.createElement("p");
    words.className = "miz-kept";
    words.setAttribute("role", "status");
    words.textContent = "آنچه پیش‌تر در این صفحه نوشته بودید، نگه داشته شده است.";
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

  document.addEventListener("DOMContentLoaded", () => {
    settle();
    document.querySelectorAll("form[data-keep]").forEach(attend);
  });
})();
