// Checks the short form of a letter; see letters/short_form.py and letters/offline.py, which write what
// is read here. A classic script: a page opened from a folder runs no modules and fetches nothing.
(function () {
  "use strict";

  var MARK = "miz1";
  var HASH_BYTES = 7;
  var NUMBER = /^[0-9\u0621-\u06cc]+([\/-][0-9\u0621-\u06cc]+)*$/;
  var LETTERS = /^[0-9A-HJKMNP-TV-Z]{16}$/;

  var OUTCOMES = {
    valid: ["good", "معتبر", "امضای نامه درست است و نامه در فهرست ابطال‌شده‌ها نیست."],
    revoked: ["danger", "ابطال شده", "این نامه ابطال شده است و دیگر اعتبار ندارد."],
    superseded: ["warning", "جایگزین شده", "نامهٔ جدیدی جایگزین این نامه شده است."],
    forged: ["danger", "امضا نادرست است", "شماره، تاریخ یا کد با امضا مطابقت ندارد. این نامه از سوی این شرکت امضا نشده است."],
    broken: ["danger", "متن بارکد ناقص است", "بخشی از متن بارکد افتاده یا تغییر کرده است. لطفاً بارکد را دوباره اسکن کنید."],
    newer: ["warning", "نسخهٔ این صفحه قدیمی است", "قالب این بارکد جدیدتر است. لطفاً نسخهٔ جدید این صفحه را دریافت کنید."],
    unsigned: ["warning", "با کد تنها تأیید نمی‌شود", "این کد در فهرست ابطال‌شده‌ها نیست، ولی بدون متن بارکد نمی‌توان امضای نامه را بررسی کرد."],
    unreadable: ["warning", "کد خوانده نشد", "متن بارکد یا کد شانزده‌کاراکتری نامه را وارد کنید."],
    no_key: ["warning", "کلید شرکت در این صفحه نیست", "این نسخهٔ صفحه منتشر نشده است. نسخهٔ منتشرشده را از سایت شرکت دریافت کنید."],
    bad_facts: ["danger", "متن نامه تغییر کرده است", "امضای بارکد درست است، ولی فایل facts.json متعلق به این نامه نیست یا تغییر کرده است."]
  };

  var REMARKS = {
    no_list: "فهرست نامه‌های ابطال‌شده در این صفحه نیست؛ ابطال نامه بررسی نشد.",
    bad_list: "امضای فهرست نامه‌های ابطال‌شده نادرست است؛ ابطال نامه بررسی نشد.",
    old_list: "فهرست نامه‌های ابطال‌شده قدیمی است. برای اطمینان، نسخهٔ جدید این صفحه را دریافت کنید.",
    later_letter: "این نامه پس از تهیهٔ فهرست صادر شده است؛ ابطال آن از این فهرست معلوم نمی‌شود.",
    good_facts: "متن نامه (facts.json) با امضای بارکد مطابقت دارد."
  };

  function bytesOf(text) { return new TextEncoder().encode(text); }

  function toBase64(bytes) {
    var text = "";
    bytes.forEach(function (byte) { text += String.fromCharCode(byte); });
    return btoa(text).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }

  // Only what is written as we write it: null for anything else.
  function fromBase64(text) {
    var bytes;
    try {
      bytes = Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), function (c) { return c.charCodeAt(0); });
    } catch (error) {
      return null;
    }
    return toBase64(bytes) === text ? bytes : null;
  }

  function isSigned(text, signature) {
    var given = fromBase64(signature);
    if (!given || given.length !== 64) { return false; }
    return KEYS.keys.some(function (key) {
      return nacl.sign.detached.verify(bytesOf(text), given, fromBase64(key));
    });
  }

  function toAscii(text) {
    return text
      .replace(/[۰-۹]/g, function (digit) { return digit.charCodeAt(0) - 0x6f0; })
      .replace(/[٠-٩]/g, function (digit) { return digit.charCodeAt(0) - 0x660; })
      .replace(/[\s\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g, "");
  }

  function normalCode(text) {
    var code = text.replace(/-/g, "").toUpperCase().replace(/[IL]/g, "1").replace(/O/g, "0");
    return LETTERS.test(code) ? code : null;
  }

  // Browsers write the letters of a number in an address as bytes.
  function decoded(text) {
    try { return decodeURIComponent(text); } catch (error) { return text; }
  }

  // {code, number, day, digest, signature}, {code} for a code alone, or {outcome} for what is neither.
  function parse(typed) {
    var text = toAscii(typed);
    var cut = text.indexOf("#");
    if (cut < 0) {
      var alone = normalCode(text) || normalCode((text.match(/\/verify\/([^/]+)\/?$/) || [])[1] || "");
      return alone ? { code: alone } : { outcome: text.indexOf(MARK) < 0 ? "unreadable" : "broken" };
    }
    var code = normalCode(text.slice(0, cut).replace(/\/$/, "").split("/").pop());
    var parts = decoded(text.slice(cut + 1)).split(".");
    if (/^miz\d+$/.test(parts[0]) && parts[0] !== MARK) { return { outcome: "newer" }; }
    var whole = code && parts.length === 5 && parts[0] === MARK && NUMBER.test(parts[1]) &&
      /^\d{8}$/.test(parts[2]) && parts[3].length === 14 && parts[4].length === 86;
    if (!whole) { return { outcome: "broken" }; }
    return { code: code, number: parts[1], day: parts[2], digest: parts[3], signature: parts[4] };
  }

  function isListed(code, packed) {
    var hash = nacl.hash(bytesOf("miz-code." + code)).slice(0, HASH_BYTES);
    var all = fromBase64(packed);
    for (var at = 0; at < all.length; at += HASH_BYTES) {
      var same = true;
      for (var i = 0; i < HASH_BYTES; i += 1) { same = same && all[at + i] === hash[i]; }
      if (same) { return true; }
    }
    return false;
  }

  // "", or the remark that says why the list counts for nothing.
  function faultOfList() {
    if (!LIST) { return "no_list"; }
    var text = ["miz-list-1", LIST.made, LIST.day, LIST.until, LIST.revoked, LIST.superseded].join(".");
    return isSigned(text, LIST.signature) ? "" : "bad_list";
  }

  // The outcome, what the letter says of itself, and what is to be remarked.
  function judge(typed, facts) {
    if (!KEYS.keys.length) { return { outcome: "no_key", remarks: [] }; }
    var said = parse(typed);
    if (said.outcome) { return { outcome: said.outcome, remarks: [] }; }
    if (said.signature) {
      var line = [MARK, said.number, said.day, said.code, said.digest].join(".");
      if (!isSigned(line, said.signature)) { return { outcome: "forged", remarks: [] }; }
    }
    var remarks = [];
    var fault = faultOfList();
    var outcome = said.signature ? "valid" : "unsigned";
    if (fault) {
      remarks.push(fault);
    } else {
      if (Date.parse(LIST.until) < Date.now()) { remarks.push("old_list"); }
      if (said.day > LIST.day) { remarks.push("later_letter"); }
      if (isListed(said.code, LIST.superseded)) { outcome = "superseded"; }
      if (isListed(said.code, LIST.revoked)) { outcome = "revoked"; }
    }
    if (facts && said.signature) {
      if (toBase64(nacl.hash(facts).slice(0, 10)) !== said.digest) {
        return { outcome: "bad_facts", said: said, remarks: remarks };
      }
      remarks.push("good_facts");
      said.facts = JSON.parse(new TextDecoder().decode(facts));
    }
    return { outcome: outcome, said: said, remarks: remarks };
  }

  function persian(text) {
    return text.replace(/\d/g, function (digit) { return String.fromCharCode(0x6f0 + Number(digit)); });
  }

  function dated(day) { return persian(day.slice(0, 4) + "/" + day.slice(4, 6) + "/" + day.slice(6)); }

  function at(id) { return document.getElementById(id); }

  function addRow(label, value, isCode) {
    var row = document.createElement("div");
    var name = document.createElement("dt");
    var content = document.createElement("dd");
    var bdi = document.createElement("bdi");
    name.textContent = label;
    bdi.textContent = value;
    if (isCode) { bdi.dir = /[\u0621-\u06cc]/.test(value) ? "rtl" : "ltr"; }
    content.append(bdi);
    row.append(name, content);
    at("said").append(row);
  }

  function showSaid(said) {
    at("said").replaceChildren();
    at("said").hidden = !said || !said.signature;
    if (at("said").hidden) { return; }
    addRow("شماره", persian(said.number), true);
    addRow("تاریخ", dated(said.day), true);
    addRow("کد راستی‌آزمایی", said.code, true);
    if (said.facts) {
      addRow("گیرنده", said.facts.recipient.organisation || said.facts.recipient.post);
      addRow("موضوع", said.facts.subject);
    }
  }

  function show(found) {
    var words = OUTCOMES[found.outcome];
    at("answer").dataset.outcome = found.outcome;
    at("answer").dataset.remarks = found.remarks.join(" ");
    at("notice").className = "notice " + words[0];
    at("title").textContent = words[1];
    at("words").textContent = words[2];
    showSaid(found.said);
    at("remarks").replaceChildren.apply(at("remarks"), found.remarks.map(function (remark) {
      var line = document.createElement("li");
      line.textContent = REMARKS[remark];
      return line;
    }));
    at("answer").hidden = false;
  }

  function check(event) {
    event.preventDefault();
    var file = at("facts").files[0];
    var read = file ? file.arrayBuffer() : Promise.resolve(null);
    read.then(function (content) {
      show(judge(at("code").value, content && new Uint8Array(content)));
    });
  }

  at("form").addEventListener("submit", check);
  if (KEYS.issuer) { at("issuer").textContent = KEYS.issuer; }
  if (!faultOfList()) { at("list-state").textContent = "تاریخ فهرست نامه‌های ابطال‌شده: " + dated(LIST.day); }
}());
