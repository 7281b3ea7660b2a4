/* A short calculation instead of a wait: [data-proof="challenge"] inside a form gets altcha's widget,
   which begins at once. Whoever sends the form meanwhile need not press again: it goes when it is done. */
(function () {
  "use strict";

  const WORDS = {
    ariaLinkLabel: "Altcha",
    error: "بررسی خودکار انجام نشد. لطفاً دوباره تلاش کنید.",
    expired: "مهلت این بررسی به پایان رسیده است. لطفاً دوباره تلاش کنید.",
    footer: "",
    label: "بررسی خودکار",
    loading: "در حال بررسی خودکار…",
    reload: "تلاش دوباره",
    verify: "بررسی",
    verificationRequired: "بررسی خودکار لازم است.",
    verified: "بررسی خودکار انجام شد.",
    verifying: "در حال بررسی خودکار…",
    waitAlert: "در حال بررسی خودکار؛ لطفاً کمی صبر کنید.",
    cancel: "انصراف",
  };
  const MOST_MILLISECONDS = 5 * 60 * 1000;

  function begin(place) {
    const widget = document.createElement("altcha-widget");
    const form = place.closest("form");
    let pressed = null;

    form.addEventListener(
      "submit",
      (event) => {
        if (widget.getState() !== "verifying") return;
        event.preventDefault();
        event.stopImmediatePropagation();
        pressed = event.submitter;
      },
      { capture: true },
    );
    widget.addEventListener("verified", () => {
      window.portal?.say(WORDS.verified);
      // The field with the solution is written after this event.
      if (pressed) setTimeout(() => form.requestSubmit(pressed));
    });
    widget.addEventListener("statechange", ({ detail }) => {
      if (detail.state === "error") pressed = null;
    });
    widget.setAttribute("challenge", place.dataset.proof);
    place.append(widget);
    place.hidden = false;
  }

  function start() {
    const places = document.querySelectorAll("[data-proof]");
    // Only over https have browsers the means; without them the page says how long to wait.
    if (!places.length || !window.isSecureContext) return;
    const worker = places[0].dataset.worker;
    window.$altcha.i18n.set("fa", WORDS);
    window.$altcha.defaults.set({
      auto: "onload",
      disableAutoFocus: true,
      hideFooter: true,
      hideLogo: true,
      humanInteractionSignature: false,
      language: "fa",
      timeout: MOST_MILLISECONDS,
    });
    window.$altcha.algorithms.set("PBKDF2/SHA-256", () => new Worker(worker));
    places.forEach(begin);
  }

  // The widget is a module, which has run by then.
  document.addEventListener("DOMContentLoaded", start);
})();
