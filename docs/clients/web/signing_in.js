// Signing in by a code that comes by SMS; newcomers say who they are.

import { lookAtSession, post } from "./api.js";
import { field, form, inPersian, make } from "./dom.js";

export async function showSignIn(onward = "") {
  const box = make("div", {});
  const show = (state) => box.replaceChildren(stageOf(state, show, onward));
  const state = await lookAtSession();
  show(state);
  return [make("h1", {}, "ورود"), box];
}

// A stage that is not dealt with here is given on the pages of the portal.
function stageOf(state, show, onward) {
  if (state.person) return leave(onward);
  if (state.stage === "code" && !state.code.expired) return askCode(state, show);
  if (state.stage === "new_user") return askNames(state, show);
  if (state.stage === "national_id") return askId(show);
  return askMobile(show);
}

function leave(onward) {
  window.dispatchEvent(new Event("signed-in"));
  location.hash = `#${onward || "/"}`;
  return make("p", {}, "وارد شدید.");
}

const mobileInput = () =>
  make("input", { name: "mobile", inputmode: "tel", autocomplete: "tel", dir: "ltr", required: true });

const askMobile = (show) =>
  form(
    async (said) => show(await post("session/code/", { mobile: said.get("mobile") })),
    field("شمارهٔ موبایل", mobileInput(), "رقم فارسی و انگلیسی پذیرفته می‌شود."),
    make("button", {}, "دریافت کد ورود"),
  );

const codeInput = () =>
  make("input", { name: "code", inputmode: "numeric", autocomplete: "one-time-code", dir: "ltr", required: true });

const askCode = (state, show) =>
  form(
    async (said) => show(await post("session/code/confirm/", { code: said.get("code") })),
    make("p", {}, "کد ورود به شمارهٔ ", make("bdi", { dir: "ltr" }, inPersian(state.code.mobile)), " پیامک شد."),
    field("کد ورود", codeInput()),
    make("button", {}, "ورود"),
  );

const nameInput = (name, value) => make("input", { name, value, required: true });

function askNames(state, show) {
  const known = state.newcomer;
  const kinds = [["natural", "حقیقی"], ["legal", "حقوقی"]].map(([value, words]) =>
    make("option", { value, selected: value === known.kind }, words),
  );
  const register = async (said) =>
    show(await post("session/new-user/", { ...Object.fromEntries(said), consent: said.has("consent") }));
  const consent = make("input", { type: "checkbox", name: "consent" });
  return form(
    register,
    field("نوع متقاضی", make("select", { name: "kind" }, kinds)),
    field("نام", nameInput("first_name", known.first_name)),
    field("نام خانوادگی", nameInput("last_name", known.last_name)),
    field("نام شرکت", make("input", { name: "company" }), "فقط برای شخص حقوقی."),
    make("label", { class: "tick" }, consent, "شرایط استفاده را می‌پذیرم."),
    make("button", {}, "ثبت‌نام"),
  );
}

const askId = (show) =>
  form(
    async (said) => show(await post("session/national-id/", { national_id: said.get("national_id") })),
    field("کد ملی یا شناسهٔ ملی", make("input", { name: "national_id", inputmode: "numeric", dir: "ltr" })),
    make("button", {}, "تأیید"),
  );
