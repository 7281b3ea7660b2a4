// A request that is the applicant's to write: questions, description, documents, and handing it in.

import { get, patch, takeStep, upload } from "./api.js";
import { field, form, guard, inPersian, key, make } from "./dom.js";

const INPUTS = { number: "numeric", decimal: "decimal", mobile: "tel", national_code: "numeric" };
const DATES = ["date", "past_date", "future_date"];
const LOOK_EVERY = 2; // seconds
const STATES = {
  missing: "ارسال نشده",
  waiting: "در حال بررسی",
  there: "اتمام بارگذاری",
  declined: "شامل من نمی‌شود",
};
const YES_NO = [{ value: "yes", label: "بله" }, { value: "no", label: "خیر" }];
const NOT_YET = { value: "", label: "انتخاب کنید" };

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
  const textOf = (question) => draft.texts[question.code] ?? "";
  const fields = facts.questions.map((question) => questionField(question, textOf(question)));
  const description = make("textarea", { name: ":description" }, draft.texts[":description"] ?? "");
  const save = async (said) => {
    await patch(`${place}draft/`, changed(facts, said, draft.texts));
    Object.assign(draft, await get(`${place}draft/`));
    await look();
  };
  const element = form(
    save,
    make("h2", {}, "اطلاعات درخواست"),
    fields,
    field("شرح درخواست", description),
    make("button", {}, "ذخیره"),
  );
  const fit = () =>
    facts.questions.forEach((question, at) => (fields[at].hidden = !isAsked(question, element)));
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
  const choices = question.kind === "yes_no" ? YES_NO : question.choices;
  if (choices.length) {
    const optionOf = ({ value, label }) => make("option", { value, selected: value === text }, label);
    return make("select", said, [NOT_YET, ...choices].map(optionOf));
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
  const help = make("small", {}, inPersian(paper.help));
  const about = make("div", {}, make("strong", {}, paper.title), help, state, fault);
  const row = make("li", { id: `paper-${paper.code}` }, about);
  const act = (said) => guard(row, fault, async () => renew(await said()));
  input.addEventListener("change", async () => {
    const before = state.textContent;
    state.textContent = "در حال بارگذاری …";
    await act(() => upload(address, input.files[0]));
    state.textContent = before;
  });
  row.append(make("label", { class: "key" }, input, "انتخاب فایل"));
  const offer = (words, declined) =>
    row.append(key(words, () => act(() => patch(address, { declined })), { class: "quiet" }));
  if (paper.required === "declared" && paper.state === "missing") offer("این مدرک شامل من نمی‌شود", true);
  if (paper.state === "declined") offer("این مدرک را ارسال می‌کنم", false);
  return row;
}

// --- Handing in --------------------------------------------------------------------------

function showMissing(box, { missing }) {
  const lines = missing.map((item) => make("li", {}, item.detail));
  const title = missing.length ? "موارد ناقص" : "همهٔ موارد کامل است.";
  box.className = missing.length ? "note warns" : "note";
  box.replaceChildren(make("strong", {}, title), make("ul", {}, lines));
}

function handIn(told, again) {
  const submit = async () => {
    await takeStep(await get(`submissions/${told.tracking_code}/`), "submit");
    await again();
  };
  const words = make("p", {}, "با ثبت و ارسال، صحت اطلاعات و مدارک را تأیید می‌کنم.");
  return form(submit, words, make("button", { class: "go" }, "ثبت و ارسال"));
}
