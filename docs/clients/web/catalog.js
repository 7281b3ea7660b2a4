// What can be asked for, and the guides: everybody's to read.

import { get, post } from "./api.js";
import { day, field, form, inPersian, make } from "./dom.js";

const FEES = { free: "رایگان", fixed: "ثابت", computed: "بر اساس محاسبه" };
// What rich text may hold; anything else is shown as its words.
const KNOWN = new Set(["P", "B", "I", "STRONG", "EM", "UL", "OL", "LI", "BR", "H2", "H3", "H4", "BDI"]);

export async function listServices() {
  const found = make("div", { class: "cards", "aria-live": "polite" });
  const look = async (words) => found.replaceChildren(...(await findServices(words)));
  await look("");
  const input = make("input", { name: "q", type: "search", placeholder: "مانند انشعاب برق" });
  const search = form((said) => look(said.get("q")), field("جستجوی خدمت", input), make("button", {}, "جستجو"));
  search.classList.add("search");
  return [make("h1", {}, "خدمات"), search, found];
}

async function findServices(words) {
  const told = await get("catalog/services/", { q: words });
  if (told.count) return told.items.map(cardOf);
  const hint = told.suggestion && ` منظور شما «${told.suggestion}» بود؟`;
  return [make("p", {}, `نتیجه‌ای یافت نشد.${hint}`)];
}

const cardOf = (service) =>
  make(
    "a",
    { class: "card", href: `#/services/${service.code}` },
    make("small", {}, service.category_title),
    make("strong", {}, inPersian(service.title)),
    make("span", { class: "soft" }, inPersian(service.lead)),
    make("small", {}, promise(service.promise_days)),
  );

const promise = (days) => (days ? `زمان پاسخ: ${inPersian(days)} روز کاری` : "زمان پاسخ: همان روز");

export async function showService(service) {
  const { facts, open } = await get(`catalog/services/${service}/`);
  return [
    make("h1", {}, inPersian(facts.title)),
    make("p", { class: "lead" }, inPersian(facts.summary)),
    make(
      "p",
      { class: "facts" },
      make("span", {}, promise(facts.promise_days)),
      make("span", {}, `هزینه: ${FEES[facts.fee]}`),
    ),
    listOf("شرایط", facts.preconditions),
    listOf("مدارک لازم", facts.documents.map((paper) => paper.title)),
    listOf("مراحل بررسی", facts.route.map((stop) => stop.unit_title), "ol"),
    open && (await beginForm(facts)),
  ].filter(Boolean);
}

function listOf(title, lines, name = "ul") {
  const items = lines.map((line) => make("li", {}, inPersian(line)));
  return items.length > 0 && make("section", {}, make("h2", {}, title), make(name, {}, items));
}

async function beginForm(facts) {
  const contracts = facts.needs_contract ? await contractsOf() : [];
  const begin = async (said) => {
    const contract = Number(said.get("contract")) || null;
    const begun = await post("submissions/", { service: facts.code, ...(contract && { contract }) });
    location.hash = `#/requests/${begun.tracking_code}`;
  };
  return form(begin, ...contracts, make("button", { class: "go" }, "شروع درخواست"));
}

// Before signing in the key leads there first: the portal says so when it is pressed.
async function contractsOf() {
  const held = await get("contracts/").catch((refusal) => refusal);
  if (held.status === 401) {
    const href = `#/sign-in?to=${location.hash.slice(1)}`;
    return [make("p", {}, make("a", { href }, "برای شروع درخواست وارد شوید."))];
  }
  if (!Array.isArray(held)) throw held;
  const options = held.map((one) =>
    make("option", { value: one.id }, inPersian(`${one.number} | ${one.park} ${one.plot}`)),
  );
  return [field("قرارداد", make("select", { name: "contract" }, options))];
}

export async function listGuides() {
  const { items } = await get("pages/", { type: "guides.GuidePage", limit: 20 });
  const links = items.map((guide) =>
    make("a", { class: "card", href: `#/guides/${guide.id}` }, make("strong", {}, inPersian(guide.title))),
  );
  return [make("h1", {}, "راهنما"), make("div", { class: "cards" }, links)];
}

export async function showGuide(id) {
  const guide = await get(`pages/${id}/`);
  const changed = day(guide.meta.first_published_at);
  return [
    make("h1", {}, inPersian(guide.title)),
    make("p", { class: "lead" }, inPersian(guide.intro)),
    make("p", { class: "soft" }, `زمان مطالعه: ${inPersian(guide.reading_minutes)} دقیقه | انتشار: ${changed}`),
    make("article", { class: "guide" }, guide.body.flatMap(blockOf)),
  ];
}

// The blocks that are known by their kind; of others, the words.
function blockOf({ type, value }) {
  if (type === "heading") return [make("h2", {}, inPersian(value))];
  if (type === "paragraph") return [rich(value)];
  if (type === "steps") return [make("ol", { class: "steps" }, value.map(stepOf))];
  if (type === "note") return [noteOf(value)];
  return wordsOf(value).map((words) =>
    words.includes("<") ? rich(words) : make("p", {}, inPersian(words)),
  );
}

const stepOf = (step) =>
  make("li", {}, make("strong", {}, inPersian(step.title)), make("p", {}, inPersian(step.text)));

const noteOf = (note) =>
  make("aside", { class: "note" }, make("strong", {}, inPersian(note.title)), rich(note.text));

function wordsOf(value) {
  if (typeof value === "string") return /[\u0600-\u06ff]/.test(value) ? [value] : [];
  return value && typeof value === "object" ? Object.values(value).flatMap(wordsOf) : [];
}

function rich(html) {
  const read = new DOMParser().parseFromString(html, "text/html");
  return make("div", {}, [...read.body.childNodes].map(copyNode));
}

function copyNode(node) {
  if (node.nodeType === Node.TEXT_NODE) return inPersian(node.textContent);
  const inner = [...node.childNodes].map(copyNode);
  return make(KNOWN.has(node.nodeName) ? node.nodeName.toLowerCase() : "span", {}, inner);
}
