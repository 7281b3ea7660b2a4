/* Parts of a page that htmx fetches. A part that does not come is said, and can be asked for again;
   another page, such as the sign-in after the session has ended, never lands inside this one. */
(function () {
  "use strict";

  const { keep, onceReleased, reveal, sessionEnded } = window.portal;
  const notice = document.querySelector("[data-part-notice]");
  const again = notice.querySelector("[data-part-again]");
  const atTheDoor = (address) => address.pathname.startsWith("/accounts/");

  function leave(address, form) {
    if (atTheDoor(address)) return sessionEnded(form);
    if (form) keep(form);
    return location.assign(address);
  }

  /* The press that left a field is over before the field's part of the page is drawn anew. */
  document.addEventListener("htmx:confirm", (event) => {
    event.preventDefault();
    onceReleased(() => event.detail.issueRequest());
  });

  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, requestConfig, isError } = event.detail;
    const asked = new URL(requestConfig.path, location.href);
    const came = new URL(xhr.responseURL || asked, location.href);
    if (!isError) notice.hidden = true;
    if (came.pathname === asked.pathname) return;
    event.detail.shouldSwap = false;
    leave(came, requestConfig.elt.closest("form"));
  });

  function missing(event) {
    // A lost line has a notice of its own, which goes by itself.
    if (!navigator.onLine) return;
    const { elt, verb, path, target } = event.detail.requestConfig;
    const form = elt.closest("form");
    if (form) keep(form);
    again.onclick = () => {
      notice.hidden = true;
      window.htmx.ajax(verb, path, { source: elt, target });
    };
    reveal(notice);
  }

  document.addEventListener("htmx:responseError", missing);
  document.addEventListener("htmx:sendError", missing);
})();
