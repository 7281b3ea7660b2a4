/* Passwords: shown on demand, a word when the keyboard is Persian, the rule ticked off part by part.
   Without it the fields work as they are and the server says what is missing. */
(function () {
  "use strict";

  const PERSIAN = /[\u0600-\u06ff\ufb50-\ufdff\ufe70-\ufeff\u200c]/;

  function addKeys(field) {
    const box = document.createElement("div");
    box.className = "password-box";
    field.before(box);
    const key = document.createElement("button");
    key.type = "button";
    key.className = "btn btn-secondary password-box__key";
    key.textContent = "نمایش";
    key.setAttribute("aria-pressed", "false");
    key.setAttribute("aria-label", "نمایش گذرواژه");
    box.append(field, key);
    key.addEventListener("click", () => {
      const shown = field.type === "password";
      field.type = shown ? "text" : "password";
      key.textContent = shown ? "پنهان" : "نمایش";
      key.setAttribute("aria-pressed", String(shown));
      key.setAttribute("aria-label", shown ? "پنهان کردن گذرواژه" : "نمایش گذرواژه");
      field.focus();
    });
    field.form.addEventListener("submit", () => { field.type = "password"; });
    return box;
  }

  function warnOfKeyboard(field, box) {
    const words = document.createElement("p");
    words.className = "keyboard-warning";
    words.setAttribute("role", "status");
    words.hidden = true;
    box.after(words);
    field.addEventListener("input", () => {
      const isPersian = PERSIAN.test(field.value);
      if (isPersian === !words.hidden) return;
      words.hidden = !isPersian;
      words.textContent = isPersian ? "صفحه‌کلید فارسی است؛ لطفاً آن را انگلیسی کنید." : "";
    });
  }

  function tickOff(list) {
    const field = document.getElementById(list.dataset.passwordRule);
    const parts = [...list.querySelectorAll("[data-pattern]")];
    const look = () => {
      for (const part of parts) {
        const met = new RegExp(part.dataset.pattern).test(field.value);
        part.classList.toggle("is-met", met);
        part.querySelector("[data-met]").hidden = !met;
      }
    };
    field.addEventListener("input", look);
    look();
  }

  for (const field of document.querySelectorAll("[data-password]")) warnOfKeyboard(field, addKeys(field));
  document.querySelectorAll("[data-password-rule]").forEach(tickOff);
})();
