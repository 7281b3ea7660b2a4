// The requests of whoever is signed in: their list, and one of them with its report.

import { get, post, takeStep } from "./api.js";
import { code, day, guard, inPersian, key, make } from "./dom.js";
import { writeRequest } from "./writing.js";

const BOXES = [["awaiting", "در انتظار اقدام"], ["circulating", "در حال گردش"], ["archive", "تمام شده / آرشیو"]];
const EDITABLE = ["draft", "returned"];
const LOOK_EVERY = 20; // seconds

export async function listRequests() {
  const boxes = await Promise.all(BOXES.map(([box]) => get("submissions/", { box })));
  return [make("h1", {}, "درخواست‌های من"), BOXES.map(([, title], at) => sectionOf(title, boxes[at].items))].flat();
}

const sectionOf = (title, rows) =>
  make("section", {}, make("h2", {}, title), rows.length ? make("div", { class: "cards" }, rows.map(cardOf)) : make("p", { class: "soft" }, "درخواستی وجود ندارد."));

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
  const again = async () => {
    if (location.hash === `#/requests/${tracking}`) window.dispatchEvent(new HashChangeEvent("hashchange"));
  };
  if (!EDITABLE.includes(told.state) && told.box !== "archive") setTimeout(again, LOOK_EVERY * 1000);
  return [
    make("h1", {}, inPersian(told.title)),
    make("p", { class: "facts" }, make("span", { "data-state": told.state }, inPersian(told.where)), make("span", {}, "کد رهگیری: ", code(tracking))),
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

const stagesOf = (stages) =>
  make("section", {}, make("h2", {}, "مراحل"), make("ol", { class: "stages" }, stages.map((stage) => make("li", { class: stage.state }, stage.label))));

const reportOf = (report) =>
  make("section", {}, make("h2", {}, "سوابق درخواست"), make("ol", { class: "report" }, report.map(lineOf)));

const lineOf = (entry) =>
  make("li", {}, make("strong", {}, entry.title), ` ${[entry.who, entry.desk, day(entry.at)].filter(Boolean).join(" | ")}`, entry.note && make("p", {}, entry.note));

async function lettersOf(told) {
  if (told.state === "approved") return [make("p", { class: "note" }, "نامه در دست صدور است.")];
  if (told.state !== "completed") return [];
  const letters = await get(`submissions/${told.tracking_code}/letters/`);
  return letters.map((letter) => letterOf(told.tracking_code, letter));
}

function letterOf(tracking, letter) {
  const said = make("p", { role: "status" });
  const fault = make("p", { class: "fault", hidden: true });
  const box = make("section", { class: "card" }, make("h2", {}, "نامه"), make("p", {}, "شمارهٔ ", code(letter.number), ` | ${day(letter.issued_at)}`));
  const fetchIt = async () => saveFile(await get(`submissions/${tracking}/letter/`), "letter.pdf");
  const verify = async () => {
    const found = await get(`verify/${letter.verify_code}/`);
    said.textContent = found.state === "issued" ? `این نامه معتبر است. گیرنده: ${found.recipient}` : "این نامه معتبر نیست.";
  };
  const acts = [["دریافت نامه", fetchIt], ["راستی‌آزمایی", verify]];
  box.append(make("div", { class: "facts" }, acts.map(([words, act]) => key(words, () => guard(box, fault, act)))), said, fault);
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
  const leave = () => confirm("درخواست لغو شود؟") && guard(box, fault, async () => (await takeStep(told, "withdraw"), again()));
  box.append(key("انصراف از درخواست", leave, { class: "quiet" }), fault);
  return box;
}
