/* Beside a box for a Jalali date: the day that was typed, with its weekday, or that there is none;
   a box for a moment («moment») also says the hour, or that it lacks.
   The browser's own calendar counts; whoever has no such browser still has the words of the server. */
(() => {
  "use strict";

  const BOX = "input[data-jalali]";
  const NO_SUCH_DAY = "این روز در تقویم خورشیدی وجود ندارد.";
  const NO_HOUR = "ساعت را نیز وارد کنید.";
  const counted = new Intl.DateTimeFormat("en-u-ca-persian-nu-latn", {
    year: "numeric", month: "numeric", day: "numeric", timeZone: "UTC",
  });
  const said = new Intl.DateTimeFormat("fa-IR-u-ca-persian", {
    weekday: "long", year: "numeric", month: "long", day: "numeric", timeZone: "UTC",
  });

  const partsOf = (format, date) =>
    Object.fromEntries(format.formatToParts(date).map((part) => [part.type, part.value]));

  const ascii = (text) => text
    .replace(/[۰-۹]/g, (digit) => digit.charCodeAt(0) - 0x06f0)
    .replace(/[٠-٩]/g, (digit) => digit.charCodeAt(0) - 0x0660)
    .replace(/[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g, "");

  /* What was typed, in two: the day, and the hour with its minute (null without one). */
  const split = (text) => {
    const found = /^(.+?)[\s،,]+(?:ساعت\s*)?(\d{1,2}):(\d{2})$/.exec(ascii(text).trim());
    const clock = found && Number(found[2]) < 24 && Number(found[3]) < 60;
    return clock ? [found[1], `${found[2].padStart(2, "0")}:${found[3]}`] : [text, null];
  };

  const persian = (text) => text.replace(/\d/g, (digit) => String.fromCharCode(0x06f0 + Number(digit)));

  /* Year, month and day as they were typed; null while they are not whole. */
  const read = (text) => {
    const plain = ascii(text).trim();
    const found = /^(\d{4})[/\-.\s]+(\d{1,2})[/\-.\s]+(\d{1,2})$/.exec(plain)
      || /^(\d{4})(\d{2})(\d{2})$/.exec(plain);
    return found && found.slice(1).map(Number);
  };

  /* The year begins on one of four days of March; the right one makes the numbers agree. */
  const dayOf = ([year, month, day]) => {
    const before = month <= 7 ? (month - 1) * 31 : 186 + (month - 7) * 30;
    for (const newYear of [19, 20, 21, 22]) {
      const date = new Date(Date.UTC(year + 621, 2, newYear + before + day - 1));
      const is = partsOf(counted, date);
      const year_ = Number(is.year ?? is.relatedYear);
      if (year_ === year && Number(is.month) === month && Number(is.day) === day) return date;
    }
    return null;
  };

  const echoOf = (box) => {
    if (box.echo) return box.echo;
    box.echo = document.createElement("p");
    box.echo.className = "jalali-echo";
    box.echo.setAttribute("role", "status");
    box.after(box.echo);
    return box.echo;
  };

  const tell = (box) => {
    const asksHour = box.dataset.jalali === "moment";
    const [date, hour] = asksHour ? split(box.value) : [box.value, null];
    const typed = read(date);
    const day = typed && dayOf(typed);
    const echo = echoOf(box);
    const { weekday, day: number, month, year, relatedYear } = day ? partsOf(said, day) : {};
    const clock = hour ? `، ساعت ${persian(hour)}` : asksHour ? `؛ ${NO_HOUR}` : "";
    echo.textContent = day ? `${weekday} ${number} ${month} ${year ?? relatedYear}${clock}` : typed ? NO_SUCH_DAY : "";
    echo.classList.toggle("jalali-echo--wrong", Boolean(typed && !day));
  };

  document.addEventListener("input", (event) => {
    if (event.target.matches?.(BOX)) tell(event.target);
  });
  document.addEventListener("DOMContentLoaded", () => document.querySelectorAll(BOX).forEach((box) => {
    if (box.value) tell(box);
  }));
})();
