// The API of the portal: one function for each way of calling it, and who is signed in.
//
// Served from the portal's address, the page uses the browser's session with its CSRF token. From another
// one (which CORS_ORIGINS of the portal must name) it keeps the session that it is told, for this tab.

const PORTAL = document.querySelector("meta[name=portal]").content.replace(/\/$/, "");
const ROOT = `${PORTAL}/api/v3/`;
const IS_ELSEWHERE = PORTAL !== "" && PORTAL !== location.origin;
const KEPT = "session-token";
const TRIES = 4;
const PASSING = [429, 502, 503, 504];

// The portal said no. `code` is for programs; the message is for people, in Persian.
export class Refused extends Error {
  constructor(status, problem) {
    const faults = (problem.errors ?? []).map((fault) => fault.detail);
    super([problem.detail, ...faults].filter(Boolean).join(" "));
    Object.assign(this, { status, code: problem.code, title: problem.title, errors: problem.errors ?? [] });
  }
}

function proveSession(method) {
  if (IS_ELSEWHERE) return { "X-Session-Token": sessionStorage.getItem(KEPT) ?? "new" };
  const csrf = document.cookie.match(/(?:^|; )(?:__Host-)?csrftoken=([^;]*)/)?.[1];
  return method === "GET" || !csrf ? {} : { "X-CSRFToken": csrf };
}

const rest = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));

// One call. What is under way or put off is sent again with the same key: the portal does it once.
async function send(method, path, body, headers = {}) {
  const key = method === "POST" ? { "Idempotency-Key": crypto.randomUUID() } : {};
  const credentials = IS_ELSEWHERE ? "omit" : "same-origin";
  for (let left = TRIES; ; left -= 1) {
    const proof = proveSession(method);
    const said = { method, body, credentials, headers: { ...headers, ...proof, ...key } };
    const answer = await fetch(ROOT + path, said).catch(() => null);
    const wait = Number(answer?.headers.get("Retry-After") ?? 2);
    const passes = !answer || PASSING.includes(answer.status);
    if (!passes || left <= 1 || wait > 10) return read(answer);
    await rest(wait);
  }
}

async function read(answer) {
  if (!answer) throw new Refused(0, { detail: "ارتباط با سامانه برقرار نشد. لطفاً دوباره تلاش کنید." });
  if (!answer.ok) throw new Refused(answer.status, await answer.json());
  if (answer.status === 204) return null;
  if (!answer.headers.get("Content-Type").includes("json")) return answer.blob();
  const told = await answer.json();
  if (IS_ELSEWHERE && told?.session_token) sessionStorage.setItem(KEPT, told.session_token);
  return told;
}

const sendJson = (method) => (path, content) =>
  send(method, path, JSON.stringify(content), { "Content-Type": "application/json" });

export const get = (path, query) =>
  send("GET", query ? `${path}?${new URLSearchParams(query)}` : path);
export const post = sendJson("POST");
export const patch = sendJson("PATCH");

export function upload(path, file) {
  const form = new FormData();
  form.append("file", file);
  return send("POST", path, form);
}

// How far somebody has come in; a browser finds its CSRF token in a cookie then.
export async function lookAtSession() {
  if (IS_ELSEWHERE && !sessionStorage.getItem(KEPT)) return { person: null, stage: null };
  try {
    return await get("session/");
  } catch (refusal) {
    if (refusal.status !== 401) throw refusal;
    sessionStorage.removeItem(KEPT);
    return { person: null, stage: null };
  }
}

export async function signOut() {
  await send("DELETE", "session/");
  sessionStorage.removeItem(KEPT);
}

// A step by somebody who sees `seen`: refused when something has happened since.
export const takeStep = (seen, name) =>
  post(`submissions/${seen.tracking_code}/steps/`, { name, expecting: seen.last_seq, detail: {} });
