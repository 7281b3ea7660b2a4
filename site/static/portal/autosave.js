/* Saves a draft by itself: form[data-autosave="URL"], said in [data-autosave-status].

   Posts the form's fields 1.5 s after the last change, on leaving a field and on leaving the page.
   The server answers {"saved_at": ISO time}. A failed save is tried again; nothing typed is lost. */
(function () {
  "use strict";

  const { csrfToken, digits, keep, forget, sessionEnded } = window.portal;
  const PAUSE = 1500;
  const RETRY = [5000, 15000, 30000, 60000];

  const clock = new Intl.DateTimeFormat("fa-IR-u-nu-arabext", {
    hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: "Asia/Tehran",
  });

  function timeOf(savedAt) {
    const moment = new Date(savedAt);
    return Number.isNaN(moment.valueOf()) ? digits(savedAt) : clock.format(moment);
  }

  function wordsOf(form) {
    const words = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (typeof value === "string") words.append(name, value);
    return words;
  }

  const withoutToken = (words) => {
    const rest = new URLSearchParams(words);
    rest.delete("csrfmiddlewaretoken");
    return rest.toString();
  };

  function watch(form) {
    const place = form.querySelector("[data-autosave-status]") ?? document.querySelector("[data-autosave-status]");
    let saved = withoutToken(wordsOf(form));
    let timer = 0;
    let failures = 0;
    let busy = false;
    let stopped = false;

    function tell(state, text) {
      if (!place) return;
      place.dataset.state = state;
      place.textContent = text;
    }

    function later(pause) {
      clearTimeout(timer);
      if (!stopped) timer = setTimeout(save, pause);
    }

    function failed(text) {
      keep(form);
      tell("failed", text || "ذخیره نشد؛ اطلاعات واردشدهٔ شما در همین صفحه محفوظ است");
      later(RETRY[Math.min(failures++, RETRY.length - 1)]);
    }

    async function heard(response, sent) {
      if (response.status === 401 || response.redirected || response.type === "opaqueredirect") {
        stopped = true;
        tell("failed", "اعتبار ورود شما به پایان رسیده است؛ اطلاعات واردشدهٔ شما محفوظ است");
        return sessionEnded(form);
      }
      const answer = await response.json().catch(() => ({}));
      if (response.ok && answer.saved_at) {
        failures = 0;
        saved = sent;
        forget(form);
        tell("saved", `ذخیره شد، ساعت ${timeOf(answer.saved_at)}`);
        if (withoutToken(wordsOf(form)) !== saved) later(PAUSE);
        return undefined;
      }
      if (response.status >= 400 && response.status < 500 && ![408, 429].includes(response.status)) {
        // The server will not think otherwise about the same words: wait for the next change.
        keep(form);
        return tell("failed", answer.message || answer.detail || "ذخیره نشد؛ اطلاعات واردشدهٔ شما در همین صفحه محفوظ است");
      }
      return failed();
    }

    async function save({ leaving = false } = {}) {
      clearTimeout(timer);
      const words = wordsOf(form);
      const sent = withoutToken(words);
      if (stopped || busy || sent === saved || form.dataset.busy) return;
      busy = true;
      if (!leaving) tell("saving", "در حال ذخیره…");
      try {
        const response = await fetch(form.dataset.autosave, {
          method: "POST",
          body: words,
          keepalive: leaving,
          redirect: "manual",
          headers: { "X-CSRFToken": csrfToken(), "X-Requested-With": "XMLHttpRequest", Accept: "application/json" },
        });
        await heard(response, sent);
      } catch {
        failed();
      } finally {
        busy = false;
      }
    }

    form.addEventListener("input", () => later(PAUSE));
    form.addEventListener("change", () => later(PAUSE));
    form.addEventListener("focusout", (event) => {
      // On the way to the sending key: the hand-in itself will carry the words.
      if (!event.relatedTarget?.matches?.("button, [type=submit]")) save();
    });
    // The handed-in form carries the words itself; a save beside it would only race it.
    form.addEventListener("submit", () => {
      stopped = true;
      clearTimeout(timer);
    });
    addEventListener("pageshow", (event) => {
      if (event.persisted) stopped = false;
    });
    addEventListener("pagehide", () => save({ leaving: true }));
    addEventListener("online", () => save());
  }

  for (const form of document.querySelectorAll("form[data-autosave]")) watch(form);
})();
