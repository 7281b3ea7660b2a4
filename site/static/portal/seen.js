/* Tells the server that somebody has this page before them: not a page that is fetched or drawn beforehand,
   nor one in a tab that nobody has turned to. Where the page shows what is no longer so, it is fetched anew. */
(() => {
  "use strict";

  const { seen: ADDRESS, again: FETCHED_ANEW } = document.currentScript.dataset;
  const GONE = 409;

  function token() {
    const cookie = document.cookie.match(/(?:^|;\s*)(?:__Host-)?csrftoken=([^;]+)/);
    return cookie ? decodeURIComponent(cookie[1]) : document.querySelector("[name=csrfmiddlewaretoken]")?.value || "";
  }

  async function tell() {
    const headers = { "X-CSRFToken": token(), "X-Requested-With": "XMLHttpRequest" };
    const answer = await fetch(ADDRESS, { method: "POST", headers, keepalive: true }).catch(() => null);
    if (answer?.status === GONE && FETCHED_ANEW) location.reload();
  }

  function look() {
    if (document.prerendering) return document.addEventListener("prerenderingchange", look, { once: true });
    if (document.visibilityState === "visible") return tell();
    return document.addEventListener("visibilitychange", look, { once: true });
  }

  look();
})();
