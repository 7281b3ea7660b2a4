// The requests of whoever is signed in: their list, and one of them with its report.

import { get, post, takeStep } from "./api.js";
import { code, day, guard, inPersian, key, make } from "./dom.js";
import { writeRequest } from "./writing.js";

const BOXES = [
  ["awaiting", "در انتظار اقدام"],
  ["circulating", "در حال گردش"],
  ["archive", "تمام شده / آرشیو"],
];
// Nobody has it any more.
const ENDS = { completed: "خاتمه یافته", rejected: "رد شده", withdrawn: "انصراف متقاضی" };
const EDITABLE = ["draft", "returned"];
const LOOK_EVERY = 20; // seconds

export async function listRequests() {
  const boxes = await Promise.all(BOXES.map(([box]) => get("submissions/", { box })));
  const sections = BOXES.map(([, title], at) => sectionOf(title, boxes[at].items));
  return [make("h1", {}, "درخواست‌های من"), ...sections];
}

function sectionOf(title, rows) {
  const cards = make("div", { class: "cards" }, rows.map(cardOf));
  const none = make("p", { class: "soft" }, "درخواستی وجود ندارد.");
  return make("section", {}, make("h2", {}, title), rows.length ? cards : none);
}

const cardOf = (row) =>
  make(
    "a",
    { class: "card", href: `#/requests/${row.tracking_code}` },
    make("strong", {}, inPersian(row.title)),
    make("span", {}, "کد رهگیری: ", code(row.tracking_code)),
    make("small", {}, `${inPersian(row.where)} | ${day(row.updated_at)}`),
  );

// While the office has it, the page looks again from time to time.
export async function showRequest(tracking) {
  const told = await get(`submissions/${tracking}/`);
  if (told.state === "returned") await post(`submissions/${tracking}/seen/`, {});
  const here = `#/requests/${tracking}`;
  const again = () => location.hash === here && window.dispatchEvent(new Event("hashchange"));
  const isUnderWay = !EDITABLE.includes(told.state) && told.box !== "archive";
  if (isUnderWay) setTimeout(again, LOOK_EVERY * 1000);
  return [
    make("h1", {}, inPersian(told.title)),
    make(
      "p",
      { class: "facts" },
      make("span", { "data-state": told.state }, inPersian(told.where || ENDS[told.state])),
      make("span", {}, "کد رهگیری: ", code(tracking)),
    ),
    told.state === "returned" && whyReturned(told.report),
    ...(EDITABLE.includes(told.state) ? await writeRequest(told, again) : []),
    ...(await lettersOf(told)),
    told.submitted_at && stagesOf(told.stages),
    told.report.length > 0 && reportOf(told.report),
    offerWithdrawal(told, again),
  ].filter(Boolean);
}

function whyReturned(report) {
  const why = report.find((entry) => entry.reason);
  if (!why) return null;
  return make(
    "aside",
    { class: "note warns" },
    make("strong", {}, `برای اصلاح عودت شد: ${why.reason}`),
    why.note && make("p", {}, why.note),
    make("ul", {}, why.mend.map((line) => make("li", {}, line))),
  );
}

function stagesOf(stages) {
  const items = stages.map((stage) => make("li", { class: stage.state }, stage.label));
  return make("section", {}, make("h2", {}, "مراحل"), make("ol", { class: "stages" }, items));
}

function reportOf(report) {
  const lines = make("ul", { class: "report" }, report.map(lineOf));
  return make("section", {}, make("h2", {}, "سوابق درخواست"), lines);
}

function lineOf(entry) {
  const who = [entry.who, entry.desk, day(entry.at)].filter(Boolean).join(" | ");
  const note = entry.note && make("p", {}, entry.note);
  return make("li", {}, make("strong", {}, entry.title), ` ${who}`, note);
}

async function lettersOf(told) {
  if (told.state === "approved") return [make("p", { class: "note" }, "نامه در دست صدور است.")];
  if (told.state !== "completed") return [];
  const letters = await get(`submissions/${told.tracking_code}/letters/`);
  return letters.map((letter) => letterOf(told.tracking_code, letter));
}

function letterOf(tracking, letter) {
  const said = make("p", { role: "status" });
  const fault = make("p", { class: "fault", hidden: true });
  const which = make("p", {}, "شمارهٔ ", code(letter.number), ` | ${day(letter.issued_at)}`);
  const box = make("section", { class: "card" }, make("h2", {}, "نامه"), which);
  const fetchIt = async () => saveFile(await get(`submissions/${tracking}/letter/`), "letter.pdf");
  const verify = async () => {
    const found = await get(`verify/${letter.verify_code}/`);
    const isGood = found.state === "issued";
    said.textContent = isGood ? `این نامه معتبر است. گیرنده: ${found.recipient}` : "این نامه معتبر نیست.";
  };
  const offer = (words, act) => key(words, () => guard(box, fault, act));
  const offers = [offer("دریافت نامه", fetchIt), offer("راستی‌آزمایی", verify)];
  box.append(make("div", { class: "facts" }, offers), said, fault);
  return box;
}

function saveFile(content, name) {
  const address = URL.createObjectURL(content);
  make("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

function offerWithdrawal(told, again) {
  if (!told.steps_open.some((step) => step.name === "withdraw" && step.open)) return null;
  const fault = make("p", { class: "fault", hidden: true });
  const box = make("p", {});
  const withdraw = async () => {
    await takeStep(told, "withdraw");
    again();
  };
  const leave = () => confirm("از این درخواست انصراف می‌دهید؟") && guard(box, fault, withdraw);
  box.append(key("انصراف از درخواست", leave, { class: "quiet" }), fault);
  return box;
}
