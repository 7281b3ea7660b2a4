/* Sends each document by itself as soon as it is chosen, says how far it is, and goes on by itself
   after a lost connection; after a reload, once the same file is chosen again.

   Enhances every form[data-upload] inside a [data-document-row]. With data-parts and the tus client
   the file goes in small blocks (resumable); without, or when that cannot begin, in one piece. The
   server answers with the row anew (HTML); a JSON {"message"} or {"detail"} is shown as the reason. */
(function () {
  "use strict";

  const { csrfToken, digits, say, sessionEnded, photo } = window.portal;
  const part = (row, name) => row.querySelector(`[data-upload-${name}]`);
  const jobs = new Map(); // row → what is being sent for it
  const originals = new WeakMap(); // row → how the server last drew it

  const BLOCK = 512 * 1024;
  const DELAYS = [0, 1000, 3000, 5000];
  const MOST_WAITS = 3;
  const LOOK_AGAIN = 10000; // after the delays, while the line is down
  const STANDSTILL = 40000; // a connection that died without a word
  const FOR_PAGES = { "X-Requested-With": "XMLHttpRequest", "HX-Request": "true", Accept: "text/html, application/json" };

  const ICONS = { uploading: "upload", resuming: "refresh", paused: "pause", refused: "x-circle" };
  const WORDS = { uploading: "در حال بارگذاری", resuming: "ادامهٔ بارگذاری", paused: "متوقف شده", refused: "پذیرفته نشد" };
  const WAITING = "در انتظار اتصال…";
  const SERVER_AWAY = "در انتظار پاسخ سامانه…"; // nothing is wrong with the person's own line
  const PREPARING = "در حال آماده‌سازی فایل";
  const TONES = { uploading: "firuze", resuming: "firuze", paused: "amber", refused: "red" };

  /* --- What the row shows --- */

  function show(job, state, words = WORDS[state]) {
    const { row } = job;
    job.state = state;
    row.dataset.state = state;
    const status = part(row, "status");
    const use = status.querySelector("use");
    use.setAttribute("href", `${use.getAttribute("href").split("#")[0]}#${ICONS[state]}`);
    const said = status.querySelector("span");
    if (said.textContent !== words && state !== "refused") say(`${job.form.dataset.title}: ${words}`);
    said.textContent = words;
    status.className = `document-row__status document-row__status--${TONES[state]}`;
    const working = state !== "refused";
    part(row, "live").hidden = !working;
    part(row, "keys").hidden = working;
    if (part(row, "unfinished")) part(row, "unfinished").hidden = true;
    const held = row.contains(document.activeElement) && document.activeElement;
    part(row, "pause").hidden = state === "paused" || !job.tus;
    part(row, "retry").hidden = state !== "paused";
    // A key that has just been pressed and is gone hands the focus to the one in its place.
    if (held && held.hidden) part(row, state === "paused" ? "retry" : part(row, "pause").hidden ? "cancel" : "pause").focus({ preventScroll: true });
  }

  function progress(job, sent, total) {
    const percent = total ? Math.floor((sent / total) * 100) : 0;
    job.row.querySelector("progress").value = percent;
    part(job.row, "percent").textContent = `${digits(percent)}٪`;
    if (percent - job.told >= 25) say(`${digits((job.told = percent))} درصد`);
  }

  function sizeWords(bytes) {
    if (bytes < 1024 * 1024) return `${digits(Math.max(1, Math.round(bytes / 1024)))} کیلوبایت`;
    return `${digits((bytes / 1024 / 1024).toFixed(1).replace(/\.0$/, "").replace(".", "٫"))} مگابایت`;
  }

  function thumbnail(job) {
    const picture = document.createElement("img");
    picture.className = "document-row__thumb";
    picture.alt = `پیش‌نمایش ${job.file.name}`;
    picture.src = job.thumbnail ??= URL.createObjectURL(job.file);
    return picture;
  }

  function preview(job) {
    const box = part(job.row, "chosen");
    const name = document.createElement("bdi");
    name.textContent = job.file.name;
    const size = document.createElement("span");
    size.className = "soft";
    const shrunk = job.file !== job.chosen;
    size.textContent = sizeWords(job.file.size) + (shrunk ? ` (کوچک‌شده از ${sizeWords(job.chosen.size)})` : "");
    box.replaceChildren(...(photo?.isPicture(job.file) ? [thumbnail(job)] : []), name, size);
    box.hidden = false;
  }

  function refuse(job, reason) {
    over(job);
    show(job, "refused");
    const words = part(job.row, "reason");
    words.textContent = reason;
    words.hidden = false;
    say(`${job.form.dataset.title}: ${reason}`);
    job.row.querySelector("input[type=file]").value = "";
    if (document.activeElement === document.body || job.row.contains(document.activeElement)) job.row.focus({ preventScroll: true });
  }

  const rowIn = (html) => {
    const box = document.createElement("template");
    box.innerHTML = (html || "").trim();
    return box.content.querySelector("[data-document-row]");
  };

  function replaceRow(job, html) {
    const fresh = rowIn(html);
    if (!fresh) return false;
    over(job);
    const { row } = job;
    const hadFocus = row.contains(document.activeElement) || document.activeElement === document.body;
    const file = fresh.querySelector(".document-row__file");
    if (fresh.dataset.state === "uploaded" && job.thumbnail && file) file.prepend(thumbnail(job));
    row.replaceWith(fresh);
    if (hadFocus) fresh.focus({ preventScroll: true });
    const reason = part(fresh, "reason")?.textContent.trim();
    say([job.form.dataset.title, part(fresh, "status").textContent.trim(), reason].filter(Boolean).join("، "));
    count();
    watch(fresh);
    return true;
  }

  /* --- A file that is still being looked into --- */

  const ASK_AGAIN = 2000;
  const SELDOM = 30000;

  /* Asks until it is judged; the row stays as it is while something else is being done in it. */
  function watch(row, pause = ASK_AGAIN) {
    const checking = part(row, "checking");
    if (checking) setTimeout(() => look(row, checking.dataset.url, pause), pause);
  }

  async function look(row, url, pause) {
    if (!row.isConnected || jobs.has(row)) return;
    if (document.hidden) return watch(row, pause);
    const answer = await fetch(url, { headers: FOR_PAGES }).catch(() => null);
    if (answer?.redirected || answer?.status === 401) return sessionEnded(null);
    const fresh = answer?.ok ? rowIn(await answer.text()) : null;
    if (!row.isConnected || jobs.has(row)) return;
    // Gone, or no longer to be seen: asking again would change nothing.
    if (answer && answer.status >= 400 && answer.status < 500 && answer.status !== 429) return;
    // Nobody asks a busy server more and more.
    if (!fresh || part(fresh, "checking")) return watch(row, fresh ? pause : Math.min(pause * 2, SELDOM));
    const hadFocus = row.contains(document.activeElement);
    row.replaceWith(fresh);
    if (hadFocus) fresh.focus({ preventScroll: true });
    say([fresh.querySelector("h3").textContent.trim(), part(fresh, "status").textContent.trim(), part(fresh, "reason").textContent.trim()].filter(Boolean).join("، "));
    count();
  }

  function messageIn(text) {
    try {
      const answer = JSON.parse(text);
      return answer.message || answer.detail || answer.title || "";
    } catch {
      return "";
    }
  }

  /* --- How many are ready --- */

  const READY = ["uploaded", "scanned", "accepted", "not_mine"];

  function count() {
    const rows = [...document.querySelectorAll("[data-document-row]")];
    const place = document.querySelector("[data-documents-ready]");
    const ready = rows.filter((row) => READY.includes(row.dataset.state)).length;
    if (place) place.textContent = `${digits(ready)} از ${digits(rows.length)} مدرک آماده است.`;
    countKept();
    rows.forEach(tickOff);
  }

  /* The key that brings all kept files at once is there as long as there is more than one to bring. */
  function countKept() {
    const notice = document.querySelector("[data-documents-kept]");
    if (!notice) return;
    const many = document.querySelectorAll("[data-row-kept]").length;
    notice.hidden = many < 2;
    for (const place of notice.querySelectorAll("[data-kept-many]")) place.textContent = place.textContent.replace(/[۰-۹]+/, digits(many));
  }

  /* What a return asks for is ticked off in its list as soon as it has come. */
  function tickOff(row) {
    const tick = document.querySelector(`[data-mend="${row.id.replace("document-", "")}"] [data-mended]`);
    if (tick) tick.hidden = !READY.includes(row.dataset.state);
  }

  /* --- What a job goes through --- */

  function over(job) {
    job.over = true;
    clearTimeout(job.timer);
    jobs.delete(job.row);
  }

  /* What can be known before sending spares the waiting; the server looks again. */
  function faultOf({ form, file }) {
    if (file.size === 0) return "این فایل خالی است. لطفاً فایل دیگری انتخاب کنید.";
    const limit = Number(form.dataset.maxBytes);
    if (limit && file.size > limit) return `حجم این فایل بیش از ${form.dataset.maxText} است. لطفاً فایل کوچک‌تری انتخاب کنید.`;
    return "";
  }

  async function begin(form, chosen) {
    const row = form.closest("[data-document-row]");
    if (!originals.has(row)) originals.set(row, row.cloneNode(true));
    const job = { row, form, chosen, file: chosen, told: 0, tus: null };
    jobs.set(row, job);
    part(row, "reason").hidden = true;
    progress(job, 0, 0);
    show(job, "uploading", PREPARING);
    part(row, "cancel").focus({ preventScroll: true });
    const asIs = document.querySelector("#original-quality")?.checked;
    if (photo && !asIs) job.file = await photo.shrink(chosen);
    if (job.over) return;
    preview(job);
    const fault = faultOf(job);
    if (fault) return refuse(job, fault);
    if (!form.dataset.parts || !photo || !window.tus?.isSupported) return sendWhole(job, "uploading");
    await sendInBlocks(job);
  }

  /* The line is down, or the server does not answer: look again soon, at once when it is back. */
  function wait(job, words = WAITING) {
    show(job, "paused", words);
    job.waiting = true;
    clearTimeout(job.timer);
    // In one piece it would all be sent again: a few times, then the key is there.
    job.waits = (job.waits ?? 0) + 1;
    if (job.tus || job.waits <= MOST_WAITS) job.timer = setTimeout(() => goOn(job), LOOK_AGAIN * (job.tus ? 1 : job.waits));
  }

  function pause(job) {
    clearTimeout(job.timer);
    job.waiting = false;
    job.tus?.abort();
    show(job, "paused");
  }

  function goOn(job) {
    clearTimeout(job.timer);
    job.waiting = false;
    if (!job.tus) return sendWhole(job, "resuming");
    show(job, "resuming");
    job.movedAt = Date.now();
    job.tus.start();
  }

  async function cancel(job) {
    over(job);
    const url = job.tus?.url;
    await job.tus?.abort();
    job.request?.abort();
    let html = "";
    if (url) {
      const headers = { ...FOR_PAGES, "Tus-Resumable": "1.0.0", "X-CSRFToken": csrfToken() };
      const answer = await fetch(url, { method: "DELETE", headers }).catch(() => null);
      if (answer?.ok) html = await answer.text();
    }
    // Without an answer the row says what was true before; the part on the server runs out.
    const fresh = rowIn(html) ?? originals.get(job.row);
    job.row.replaceWith(fresh);
    const field = fresh.querySelector("input[type=file]");
    if (field) {
      field.value = "";
      field.focus({ preventScroll: true });
    }
    say("بارگذاری لغو شد");
  }

  function signInAgain(job) {
    show(job, "paused");
    sessionEnded(null);
  }

  /* --- In blocks, to be continued --- */

  /* The part that waits for this very file, when the server knows one. */
  function waitingPart(job) {
    const known = part(job.row, "unfinished")?.dataset;
    const same = known && known.print === job.print && known.name === job.file.name && Number(known.size) === job.file.size;
    return same ? known.url : null;
  }

  async function sendInBlocks(job) {
    job.print = await photo.impression(job.file);
    if (job.over) return;
    const { form, file } = job;
    const waiting = waitingPart(job);
    job.tus = new window.tus.Upload(file, {
      endpoint: form.dataset.parts,
      uploadUrl: waiting,
      chunkSize: BLOCK,
      retryDelays: DELAYS,
      storeFingerprintForResuming: false, // the server knows, also on another device
      metadata: { filename: file.name, request: form.dataset.request, requirement: form.dataset.requirement, fingerprint: job.print },
      headers: FOR_PAGES,
      onBeforeRequest: (request) => request.setHeader("X-CSRFToken", csrfToken()),
      onProgress: (sent, total) => moved(job, sent, total),
      onShouldRetry: (error) => shouldRetry(job, error),
      onError: (error) => failed(job, error),
      onSuccess: ({ lastResponse }) => arrived(job, lastResponse),
    });
    show(job, waiting ? "resuming" : "uploading");
    job.movedAt = Date.now();
    job.tus.start();
  }

  function moved(job, sent, total) {
    if (job.over) return;
    if (sent !== job.sent) job.movedAt = Date.now();
    job.sent = sent;
    progress(job, sent, total);
    if (job.state === "paused" && job.waiting) {
      job.waiting = false;
      show(job, "resuming");
    }
  }

  const statusOf = (error) => error.originalResponse?.getStatus() ?? 0;
  const bodyOf = (error) => error.originalResponse?.getBody() ?? "";

  /* Never what the server has refused with a reason or has no room for; 409 and 423 without one pass by themselves. */
  function shouldRetry(job, error) {
    const status = statusOf(error);
    if (job.over || navigator.onLine === false) return false;
    if (!status) {
      show(job, "paused", WAITING);
      job.waiting = true;
      return true;
    }
    if (status === 409 || status === 423) return !messageIn(bodyOf(error)) && !rowIn(bodyOf(error));
    return status >= 500 && status !== 501 && status !== 507;
  }

  function failed(job, error) {
    if (job.over) return;
    const status = statusOf(error);
    const reason = messageIn(bodyOf(error));
    if (replaceRow(job, bodyOf(error))) return;
    if (status === 401) return signInAgain(job);
    if (status === 503) return wait(job, SERVER_AWAY); // busy or away for a while: what has arrived stays there
    if (reason) return refuse(job, reason);
    if (!job.tus.url && status && status !== 403) {
      job.tus = null; // something on the way does not let this protocol through
      return sendWhole(job, "uploading");
    }
    if (!status || status >= 500 || status === 409 || status === 423) return wait(job, status ? SERVER_AWAY : WAITING);
    refuse(job, "این فایل پذیرفته نشد. لطفاً صفحه را به‌روزرسانی و دوباره تلاش کنید.");
  }

  async function arrived(job, response) {
    if (job.over || replaceRow(job, response?.getBody())) return;
    // The answer to the last block was lost; the part still knows its row.
    const answer = await fetch(job.tus.url, { headers: FOR_PAGES }).catch(() => null);
    if (!answer?.ok) return wait(job);
    replaceRow(job, await answer.text());
  }

  /* --- In one piece --- */

  function sendWhole(job, state) {
    const { form, file } = job;
    const body = new FormData(form);
    body.set(form.querySelector("input[type=file]").name, file, file.name);
    const request = (job.request = new XMLHttpRequest());
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) progress(job, event.loaded, event.total);
    });
    request.addEventListener("load", () => answered(job, request));
    request.addEventListener("error", () => wait(job));
    request.addEventListener("timeout", () => wait(job));
    request.open("POST", form.action);
    request.setRequestHeader("X-CSRFToken", csrfToken());
    for (const [name, value] of Object.entries(FOR_PAGES)) request.setRequestHeader(name, value);
    progress(job, 0, 0);
    show(job, state);
    request.send(body);
  }

  function answered(job, request) {
    if (job.over || replaceRow(job, request.responseText)) return;
    const signInPage = request.responseURL && new URL(request.responseURL).pathname.startsWith("/accounts/");
    if (request.status === 401 || signInPage) return signInAgain(job);
    if (request.status === 503) return wait(job, SERVER_AWAY);
    refuse(job, messageIn(request.responseText) || "این فایل پذیرفته نشد. لطفاً صفحه را به‌روزرسانی و دوباره تلاش کنید.");
  }

  /* --- What the page and the person do --- */

  document.addEventListener("change", (event) => {
    const form = event.target.closest?.("form[data-upload]");
    if (form && event.target.files?.length) begin(form, event.target.files[0]);
  });
  document.addEventListener("click", (event) => {
    const job = jobs.get(event.target.closest("[data-document-row]"));
    if (!job) return;
    if (event.target.closest("[data-upload-cancel]")) cancel(job);
    else if (event.target.closest("[data-upload-pause]")) pause(job);
    else if (event.target.closest("[data-upload-retry]")) goOn(job);
  });
  addEventListener("offline", () => {
    for (const job of jobs.values()) {
      if (!job.tus || job.state === "paused") continue;
      job.tus.abort();
      wait(job);
    }
  });
  addEventListener("online", () => {
    for (const job of jobs.values()) if (job.waiting) goOn(job);
  });
  setInterval(() => {
    for (const job of jobs.values()) {
      if (!job.tus || job.state === "paused" || Date.now() - job.movedAt < STANDSTILL) continue;
      job.tus.abort();
      goOn(job);
    }
  }, 5000);
  addEventListener("beforeunload", (event) => {
    if ([...jobs.values()].some((job) => job.state !== "paused")) event.preventDefault();
  });

  document.documentElement.classList.add("has-upload");
  for (const row of document.querySelectorAll("[data-document-row]")) watch(row);
  const quality = document.querySelector("[data-upload-quality]");
  if (quality && photo) quality.hidden = false;
  // After a reload some browsers still hold the chosen file: then it goes on at once.
  addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("[data-document-row]:has([data-upload-unfinished]) form[data-upload]")) {
      const field = form.querySelector("input[type=file]");
      if (field.files.length && !jobs.has(form.closest("[data-document-row]"))) begin(form, field.files[0]);
    }
  });
})();
