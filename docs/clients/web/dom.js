// Elements made by name, so that no text of the portal is ever read as HTML; Persian digits and days.

export function make(name, said = {}, ...inner) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(said)) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (value === true) element.setAttribute(key, "");
    else if (value !== false && value != null) element.setAttribute(key, value);
  }
  element.append(...inner.flat().filter((part) => part != null && part !== false));
  return element;
}

export const code = (text) => make("bdi", { dir: "ltr", class: "code" }, inPersian(text));

export const inPersian = (text) => String(text).replace(/[0-9]/g, (digit) => "۰۱۲۳۴۵۶۷۸۹"[digit]);

const CALENDAR = new Intl.DateTimeFormat("fa-IR-u-ca-persian", {
  dateStyle: "long",
  timeZone: "Asia/Tehran",
});

export const day = (moment) => (moment ? CALENDAR.format(new Date(moment)) : "");

export const key = (words, act, said = {}) =>
  make("button", { type: "button", onclick: act, ...said }, words);

// A form that tells what was refused, and lets nobody press twice.
export function form(act, ...inner) {
  const fault = make("p", { class: "fault", role: "alert", hidden: true });
  const element = make("form", { novalidate: true, class: "card" }, ...inner, fault);
  element.addEventListener("submit", async (event) => {
    event.preventDefault();
    await guard(element, fault, () => act(new FormData(element)));
  });
  return element;
}

export async function guard(area, fault, act) {
  const keys = area.querySelectorAll("button");
  keys.forEach((button) => (button.disabled = true));
  fault.hidden = true;
  try {
    await act();
  } catch (refusal) {
    if (!("code" in refusal)) throw refusal;
    fault.textContent = refusal.message;
    fault.hidden = false;
  } finally {
    keys.forEach((button) => (button.disabled = false));
  }
}

export const field = (label, input, help = "") =>
  make("label", { class: "field" }, make("span", {}, label), input, help && make("small", {}, help));
