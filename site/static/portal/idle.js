/* A session of the staff ends when nobody is there. This page tells the server that somebody types or
   points here, says before the end that it comes, and holds back a form that would be lost by it. */
(() => {
  "use strict";

  const { session: ADDRESS, seconds, user: USER } = document.currentScript.dataset;
  const LIMIT = seconds * 1000;
  const WARNED = Math.min(60000, LIMIT / 3);
  const BEAT = Math.min(60000, LIMIT / 6);
  const notice = document.querySelector("[data-idle]");
  const [soon, over, other] = ["soon", "over", "other"].map((name) => notice.querySelector(`[data-idle-${name}]`));

  let until = Date.now() + LIMIT;
  let told = Date.now();
  let timer = 0;
  let known = token(); // the token that the forms of this page go with

  function token() {
    const cookie = document.cookie.match(/(?:^|;\s*)(?:__Host-)?csrftoken=([^;]+)/);
    return cookie ? decodeURIComponent(cookie[1]) : "";
  }

  /* The seconds that are left, and who is signed in; nothing when the line or the server is down. */
  async function ask(method) {
    try {
      const headers = { "X-CSRFToken": token(), "X-Requested-With": "XMLHttpRequest" };
      const answer = await fetch(ADDRESS, { method, headers, cache: "no-store" });
      return answer.ok ? await answer.json() : undefined;
    } catch {
      return undefined;
    }
  }

  function show(part) {
    soon.hidden = part !== soon;
    over.hidden = part !== over;
    other.hidden = part !== other;
    notice.hidden = !part;
    const next = encodeURIComponent(location.pathname + location.search);
    for (const link of notice.querySelectorAll("a")) link.href = `${link.getAttribute("href").split("?")[0]}?next=${next}`;
  }

  const isAnother = (said) => Boolean(said?.who) && said.who !== USER;

  function heed(said) {
    clearTimeout(timer);
    if (said === undefined) return (timer = setTimeout(look, BEAT));
    if (isAnother(said)) return show(other);
    const rest = said.left * 1000;
    until = Date.now() + rest;
    if (rest <= 0) return show(over);
    show(rest <= WARNED ? soon : null);
    // Asked, not counted down: somebody may be at work in another window.
    return (timer = setTimeout(look, rest > WARNED ? rest - WARNED + 500 : rest + 500));
  }

  const look = async () => heed(await ask("GET"));

  async function stay() {
    told = Date.now();
    const said = await ask("POST");
    heed(said);
    return said;
  }

  const act = () => {
    if (over.hidden && other.hidden && (Date.now() - told > BEAT || !soon.hidden)) stay();
  };

  /* Wagtail's keys wait half a minute for an answer before they can be pressed again. */
  function release(form) {
    for (const key of form.querySelectorAll('[data-w-progress-loading-value="true"]')) key.dataset.wProgressLoadingValue = "false";
  }

  /* What is sent after the end would be turned away: it waits in the page until somebody is back.
     Another token means that somebody has signed in since: only the same person's form is given it. */
  async function guard(event) {
    const form = event.target;
    if (form.method !== "post" || (Date.now() < until && token() === known)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const said = await stay();
    release(form);
    if (isAnother(said)) return other.querySelector("a").focus();
    if (said?.left === 0) return over.querySelector("a").focus();
    if (said === undefined) until = Date.now() + BEAT;
    else for (const field of document.getElementsByName("csrfmiddlewaretoken")) field.value = token();
    known = token();
    form.requestSubmit(event.submitter);
  }

  for (const kind of ["keydown", "pointerdown", "input", "wheel", "touchmove"])
    addEventListener(kind, act, { passive: true, capture: true });
  addEventListener("submit", guard, { capture: true });
  addEventListener("pageshow", (event) => event.persisted && look());
  document.addEventListener("visibilitychange", () => document.hidden || look());
  notice.querySelector("[data-idle-stay]").addEventListener("click", stay);
  timer = setTimeout(look, LIMIT - WARNED + 500);
})();
