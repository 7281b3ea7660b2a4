/* Sends each document by itself as soon as it is chosen, and says how far it is.

   Enhances every form[data-upload] inside a [data-document-row]. The server answers with the row
   anew (HTML), whatever the status; a JSON {"message"} or {"detail"} is shown as the reason. */
(function () {
  "use strict";

  const { csrfToken, digits, say, sessionEnded } = window.portal;
  const part = (row, name) => row.querySelector(`[data-upload-${name}]`);
  const running = new Map(); // row → request
  const chosen = new WeakMap(); // row → {form, file, original}

  const ICONS = { uploading: "upload", resuming: "refresh", paused: "pause", refused: "x-circle" };
  const WORDS = {
    uploading: "در حال بارگذاری",
    resuming: "ادامه بارگذاری",
    paused: "ارتباط قطع شد",
    refused: "پذیرفته نشد",
  };
  const TONES = { uploading: "firuze", resuming: "firuze", paused: "amber", refused: "red" };

  function show(row, state) {
    row.dataset.state = state;
    const status = part(row, "status");
    const use = status.querySelector("use");
    use.setAttribute("href", `${use.getAttribute("href").split("#")[0]}#${ICONS[state]}`);
    status.querySelector("span").textContent = WORDS[state];
    status.className = "document-row__status" + (TONES[state] ? ` document-row__status--${TONES[state]}` : "");
    const working = ["uploading", "resuming", "paused"].includes(state);
    part(row, "live").hidden = !working;
    part(row, "keys").hidden = working;
    part(row, "retry").hidden = state !== "paused";
  }

  function progress(row, percent) {
    row.querySelector("progress").value = percent;
    part(row, "percent").textContent = `${digits(percent)}٪`;
  }

  function refuse(row, reason) {
    show(row, "refused");
    const words = part(row, "reason");
    words.textContent = reason;
    words.hidden = false;
    say(`${chosen.get(row)?.form.dataset.title ?? ""}: ${reason}`);
    row.querySelector("input[type=file]").value = "";
    if (document.activeElement === document.body || row.contains(document.activeElement)) row.focus({ preventScroll: true });
  }

  /* What can be known before sending spares the waiting; the server looks again. */
  function faultOf(form, file) {
    if (file.size === 0) return "این فایل خالی است. لطفاً فایل دیگری انتخاب کنید.";
    const limit = Number(form.dataset.maxBytes);
    if (limit && file.size > limit) return `حجم این فایل بیش از ${form.dataset.maxText} است. لطفاً فایل کوچک‌تری انتخاب کنید.`;
    return "";
  }

  function replaceRow(row, html) {
    const box = document.createElement("template");
    box.innerHTML = html.trim();
    const fresh = box.content.querySelector("[data-document-row]");
    if (!fresh) return false;
    const hadFocus = row.contains(document.activeElement) || document.activeElement === document.body;
    row.replaceWith(fresh);
    if (hadFocus) fresh.focus({ preventScroll: true });
    const reason = part(fresh, "reason")?.textContent.trim();
    say([chosen.get(row).form.dataset.title, part(fresh, "status").textContent.trim(), reason].filter(Boolean).join("، "));
    fresh.dispatchEvent(new CustomEvent("portal:document-changed", { bubbles: true }));
    return true;
  }

  function messageIn(request) {
    try {
      const answer = JSON.parse(request.responseText);
      return answer.message || answer.detail || answer.title || "";
    } catch {
      return "";
    }
  }

  function answered(row, request) {
    running.delete(row);
    if (replaceRow(row, request.responseText)) return;
    const signInPage = request.responseURL && new URL(request.responseURL).pathname.startsWith("/accounts/");
    if (request.status === 401 || signInPage) {
      show(row, "paused");
      return sessionEnded(null);
    }
    if (request.status >= 500) return interrupted(row);
    refuse(row, messageIn(request) || "این فایل پذیرفته نشد. لطفاً صفحه را تازه کنید و دوباره تلاش کنید.");
  }

  function interrupted(row) {
    running.delete(row);
    show(row, "paused");
    say("ارتباط قطع شد. فایل شما بارگذاری نشد.");
  }

  function send(row, state) {
    const { form, file } = chosen.get(row);
    const body = new FormData(form);
    body.set(form.querySelector("input[type=file]").name, file, file.name);
    const request = new XMLHttpRequest();
    let told = 0;
    request.upload.addEventListener("progress", (event) => {
      if (!event.lengthComputable) return;
      const percent = Math.floor((event.loaded / event.total) * 100);
      progress(row, percent);
      if (percent - told >= 25) say(`${digits((told = percent))} درصد`);
    });
    request.addEventListener("load", () => answered(row, request));
    request.addEventListener("error", () => interrupted(row));
    request.addEventListener("timeout", () => interrupted(row));
    request.addEventListener("abort", () => running.delete(row));
    request.open("POST", form.action);
    request.setRequestHeader("X-CSRFToken", csrfToken());
    request.setRequestHeader("X-Requested-With", "XMLHttpRequest");
    request.setRequestHeader("HX-Request", "true"); // the server answers with the row alone
    request.setRequestHeader("Accept", "text/html, application/json");
    part(row, "reason").hidden = true;
    progress(row, 0);
    show(row, state);
    running.set(row, request);
    request.send(body);
  }

  function begin(form, file) {
    const row = form.closest("[data-document-row]");
    // A row chosen again after a refusal goes back to how the server last drew it.
    chosen.set(row, { form, file, original: chosen.get(row)?.original ?? row.cloneNode(true) });
    const fault = faultOf(form, file);
    if (fault) return refuse(row, fault);
    say(`${form.dataset.title}: ${WORDS.uploading}`);
    send(row, "uploading");
    part(row, "cancel").focus({ preventScroll: true });
  }

  function cancel(row) {
    running.get(row)?.abort();
    const { original } = chosen.get(row);
    row.replaceWith(original);
    const field = original.querySelector("input[type=file]");
    field.value = "";
    field.focus({ preventScroll: true });
    say("بارگذاری لغو شد");
  }

  document.addEventListener("change", (event) => {
    const form = event.target.closest?.("form[data-upload]");
    if (form && event.target.files?.length) begin(form, event.target.files[0]);
  });
  document.addEventListener("click", (event) => {
    const row = event.target.closest("[data-document-row]");
    if (!row || !chosen.has(row)) return;
    if (event.target.closest("[data-upload-cancel]")) cancel(row);
    else if (event.target.closest("[data-upload-retry]")) send(row, "resuming");
  });
  addEventListener("online", () => {
    for (const row of document.querySelectorAll('[data-document-row][data-state="paused"]')) {
      if (chosen.has(row)) send(row, "resuming");
    }
  });
  addEventListener("beforeunload", (event) => {
    if (running.size) event.preventDefault();
  });
  document.documentElement.classList.add("has-upload");
})();
