/* Counts down to the moment when another code may be asked for: [data-wait="seconds"].
   Without it the page says how long it was when it was opened. */
(function () {
  "use strict";

  const { digits, say } = window.portal;
  const NOW = "اکنون می‌توانید کد جدید درخواست کنید.";

  const inWords = (seconds) =>
    seconds < 120 ? `${digits(seconds)} ثانیه` : `${digits(Math.ceil(seconds / 60))} دقیقه`;

  function countDown(place) {
    // The browser's own clock may be wrong; only its running is used.
    const end = performance.now() + Number(place.dataset.wait) * 1000;
    const look = () => {
      const left = Math.ceil((end - performance.now()) / 1000);
      if (left > 0) {
        place.textContent = `پس از ${inWords(left)} می‌توانید کد جدید درخواست کنید.`;
        return setTimeout(look, 1000);
      }
      place.textContent = NOW;
      return say(NOW);
    };
    look();
  }

  for (const place of document.querySelectorAll("[data-wait]")) if (Number(place.dataset.wait)) countDown(place);
})();
