// The page: which address shows what, and who is signed in.

import { get, lookAtSession, signOut } from "./api.js";
import { listServices, showGuide, listGuides, showService } from "./catalog.js";
import { make, key } from "./dom.js";
import { listRequests, showRequest } from "./requests.js";
import { showSignIn } from "./signing_in.js";

const ADDRESSES = [
  [/^\/?$/, listServices],
  [/^\/services\/([\w-]+)$/, showService],
  [/^\/guides$/, listGuides],
  [/^\/guides\/(\d+)$/, showGuide],
  [/^\/sign-in(?:\?to=(.*))?$/, showSignIn],
  [/^\/requests$/, listRequests],
  [/^\/requests\/(\d{12})$/, showRequest],
];
const page = document.getElementById("page");

// What an address shows is made whole before it takes the place of what was there.
async function show() {
  const asked = decodeURI(location.hash.slice(1));
  const [pattern, view] = ADDRESSES.find(([known]) => known.test(asked)) ?? ADDRESSES[0];
  page.setAttribute("aria-busy", "true");
  const shown = await makeView(view, pattern.exec(asked)?.slice(1) ?? [], asked);
  if (asked !== decodeURI(location.hash.slice(1))) return;
  page.replaceChildren(...[shown].flat());
  page.removeAttribute("aria-busy");
  document.title = `${page.querySelector("h1")?.textContent ?? ""} | میز خدمت`;
  window.scrollTo(0, 0);
}

async function makeView(view, parts, asked) {
  try {
    return await view(...parts);
  } catch (refusal) {
    if (!("code" in refusal)) throw refusal;
    if (refusal.status === 401) {
      location.hash = `#/sign-in?to=${asked}`;
      return [];
    }
    return [make("h1", {}, refusal.title ?? "خطا"), make("p", {}, refusal.message)];
  }
}

async function showPerson() {
  const { person } = await lookAtSession();
  const leave = key("خروج", async () => {
    await signOut();
    location.hash = "#/";
    await showPerson();
  });
  const enter = make("a", { href: "#/sign-in", class: "key" }, "ورود / ثبت‌نام");
  document.getElementById("person").replaceChildren(...(person ? [person.name, leave] : [enter]));
}

async function showOffice() {
  const office = await get("site/");
  document.getElementById("office").textContent = `${office.name} | ${office.address} | تلفن: ${office.phone}`;
}

window.addEventListener("hashchange", show);
window.addEventListener("signed-in", showPerson);
await Promise.all([show(), showPerson(), showOffice()]);
