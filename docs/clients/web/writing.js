// A request that is the applicant's to write: questions, description, documents, and handing it in.

import { get, patch, takeStep, upload } from "./api.js";
import { field, form, guard, inPersian, key, make } from "./dom.js";

const INPUTS = { number: "numeric", decimal: "decimal", mobile: "tel", national_code: "numeric" };
const DATES = ["date", "past_date", "future_date"];
const LOOK_EVERY = 2; // seconds
const STATES = { missing: "ارسال نشده", waiting: "در حال بررسی", there: "اتمام بارگذاری", declined: "شامل من نمی‌شود" };

export async function writeRequest(told, again) {
  const place = `submissions/${told.tracking_code}/`;
  const [{ facts }, draft, papers] = await Promise.all([
    get(`catalog/services/${told.service}/`),
    get(`${place}draft/`),
    get(`${place}documents/`),
  ]);
  const box = make("section", { id: "papers" });
  const wanting = make("div", { role: "status" });
  const look = async () => showMissing(wanting, await get(`${place}draft/`));
  showPapers(box, place, papers, look);
  showMissing(wanting, draft);
  return [answersForm(facts, place, draft, look), box, wanting, handIn(told, again)];
}

// --- Answers -----------------------------------------------------------------------------

function answersForm(facts, place, draft, look) {
  const fields = facts.questions.map((question) => questionField(question, draft.texts[question.code] ?? ""));
  const description = make("textarea", { name: ":description" }, draft.texts[":description"] ?? "");
  const save = async (said) => {
    await patch(`${place}draft/`, changed(facts, said, draft.texts));
    Object.assign(draft, await get(`${place}draft/`));
    await look();
  };
  const element = form(save, make("h2", {}, "اطلاعات درخواست"), fields, field("شرح درخواست", description), make("button", {}, "ذخیره"));
  const fit = () => facts.questions.forEach((question, at) => (fields[at].hidden = !isAsked(question, element)));
  element.addEventListener("input", fit);
  fit();
  return element;
}

function questionField(question, text) {
  const said = { name: question.code, inputmode: INPUTS[question.kind], required: question.required };
  const label = question.unit ? `${question.label} (${question.unit})` : question.label;
  const hint = DATES.includes(question.kind) ? `${question.help} مانند ۱۴۰۵/۱۲/۱۰` : question.help;
  return field(label, inputOf(question, said, text), inPersian(hint));
}

function inputOf(question, said, text) {
  const choices = question.kind === "yes_no" ? [{ value: "yes", label: "بله" }, { value: "no", label: "خیر" }] : question.choices;
  if (choices.length) {
    const options = [{ value: "", label: "انتخاب کنید" }, ...choices].map(({ value, label }) => make("option", { value, selected: value === text }, label));
    return make("select", said, options);
  }
  if (question.kind === "long_text") return make("textarea", said, text);
  return make("input", { ...said, value: text });
}

// A question is asked when the one that it depends on is, and has the answer that it waits for.
function isAsked({ shown_when: condition }, element) {
  if (!condition) return true;
  const input = element.elements[condition.question];
  const awaited = { true: "yes", false: "no" }[condition.equals] ?? String(condition.equals);
  return !input.closest(".field").hidden && input.value === awaited;
}

// Only what is written otherwise than before is sent: the rest may be somebody else's to write.
function changed(facts, said, before) {
  const written = [...said].filter(([name, text]) => text !== (before[name] ?? ""));
  const known = new Set(facts.questions.map((question) => question.code));
  const answers = Object.fromEntries(written.filter(([name]) => known.has(name)));
  const description = written.find(([name]) => name === ":description");
  return { answers, ...(description && { description: description[1] }) };
}

// --- Documents ---------------------------------------------------------------------------

function showPapers(box, place, papers, look) {
  const renew = async (told) => {
    showPapers(box, place, told, look);
    await look();
  };
  const rows = papers.map((paper) => paperRow(paper, `${place}documents/${paper.code}/`, renew));
  box.replaceChildren(make("h2", {}, "مدارک"), make("ul", { class: "papers" }, rows));
  if (papers.some((paper) => paper.state === "waiting")) lookAgain(box, place, renew);
}

// A file that takes long is looked into by a worker of the portal.
function lookAgain(box, place, renew) {
  setTimeout(async () => box.isConnected && renew(await get(`${place}documents/`)), LOOK_EVERY * 1000);
}

function paperRow(paper, address, renew) {
  const fault = make("p", { class: "fault", role: "alert", hidden: true });
  const input = make("input", { type: "file", accept: ".pdf,.jpg,.jpeg,.png", name: paper.code });
  const state = make("small", {}, `${STATES[paper.state]} ${inPersian(paper.name)}`);
  const row = make("li", { id: `paper-${paper.code}` }, make("div", {}, make("strong", {}, paper.title), make("small", {}, inPersian(paper.help)), state, fault));
  const act = (words, said) => guard(row, fault, async () => ((state.textContent = words), renew(await said())));
  input.addEventListener("change", () => act("در حال بارگذاری …", () => upload(address, input.files[0])));
  row.append(make("label", { class: "key" }, input, "انتخاب فایل"));
  const decline = (declined) => () => act("…", () => patch(address, { declined }));
  if (paper.required === "declared" && paper.state === "missing") row.append(key("این مدرک شامل من نمی‌شود", decline(true), { class: "quiet" }));
  if (paper.state === "declined") row.append(key("این مدرک را ارسال می‌کنم", decline(false), { class: "quiet" }));
  return row;
}

// --- Handing in --------------------------------------------------------------------------

function showMissing(box, { missing }) {
  const lines = missing.map((item) => make("li", {}, item.detail));
  box.className = missing.length ? "note warns" : "note";
  box.replaceChildren(make("strong", {}, missing.length ? "موارد ناقص" : "همهٔ موارد کامل است."), make("ul", {}, lines));
}

function handIn(told, again) {
  const submit = async () => {
    await takeStep(await get(`submissions/${told.tracking_code}/`), "submit");
    await again();
  };
  return form(submit, make("p", {}, "صحت اطلاعات و مدارک را تأیید می‌کنم."), make("button", { class: "go" }, "ثبت و ارسال"));
}
