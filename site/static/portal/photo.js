/* What is done to a chosen file before it is sent: large photos are made smaller on the phone,
   and every file gets an impression by which it is known again after a reload.
   upload.js uses window.portal.photo: shrink, impression, isPicture. */
(function () {
  "use strict";

  const LONG_SIDE = 1600; // pixels
  const LIGHT = 1024 * 1024; // bytes; smaller pictures of a smaller side are sent as they are
  const QUALITY = 0.8;
  const PIECE = 1024 * 1024;

  const isPicture = (file) => file.type === "image/jpeg" || file.type === "image/png";
  // Opened by the devices that write it; for the others the server says what to set.
  const isHeic = (file) => /^image\/hei[cf]$/.test(file.type) || /\.hei[cf]$/i.test(file.name);

  /* A JPEG is segments that tell their lengths, and packed lines in which no mark stands. */
  function jpegEnds(bytes) {
    for (let at = 2; at + 1 < bytes.length; ) {
      const mark = bytes[at] === 0xff ? bytes[at + 1] : 0;
      if (mark === 0xd9) return true;
      const segment = mark >= 0xc0 && mark < 0xff && !(mark >= 0xd0 && mark <= 0xd8);
      at += segment ? 2 + bytes[at + 2] * 256 + bytes[at + 3] : 1;
    }
    return false;
  }

  function pngEnds(bytes) {
    const view = new DataView(bytes.buffer);
    for (let at = 8; at + 12 <= bytes.length; at += 12 + view.getUint32(at)) {
      if (view.getUint32(at + 4) === 0x49454e44) return true; // IEND
    }
    return false;
  }

  /* Whether the picture is all there. A browser also opens half of one; drawn again it would look
     whole to the server, so it is sent as it is and refused there. */
  async function isWhole(file) {
    const bytes = new Uint8Array(await file.arrayBuffer());
    return file.type === "image/png" ? pngEnds(bytes) : jpegEnds(bytes);
  }

  async function opened(file) {
    const picture = new Image();
    const address = URL.createObjectURL(file);
    try {
      picture.src = address;
      // The browser turns the picture as its camera noted, also when it is drawn.
      await picture.decode();
      return picture;
    } finally {
      URL.revokeObjectURL(address);
    }
  }

  function drawn(picture, scale) {
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(picture.naturalWidth * scale));
    canvas.height = Math.max(1, Math.round(picture.naturalHeight * scale));
    const pen = canvas.getContext("2d");
    pen.fillStyle = "#fff"; // JPEG knows no transparency
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
    return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
  }

  /* The picture made smaller; the same file when that is not needed, not possible or no gain. */
  async function shrink(file) {
    const foreign = isHeic(file);
    if (!foreign && !isPicture(file)) return file;
    try {
      if (!foreign && !(await isWhole(file))) return file;
      const picture = await opened(file);
      const side = Math.max(picture.naturalWidth, picture.naturalHeight);
      if (!foreign && side <= LONG_SIDE && file.size <= LIGHT) return file;
      const small = await drawn(picture, Math.min(1, LONG_SIDE / side));
      if (!small || (!foreign && small.size >= file.size)) return file;
      const name = file.name.replace(/\.(png|jpe?g|hei[cf])$/i, "") + ".jpg";
      return new File([small], name, { type: "image/jpeg", lastModified: file.lastModified });
    } catch {
      return file; // not a picture that can be read here: the server says what is wrong with it
    }
  }

  /* Two 32-bit sums over all bytes. Not a seal: the server computes its own of what has arrived. */
  async function impression(file) {
    let one = 0x811c9dc5;
    let two = 0x9e3779b9;
    for (let at = 0; at < file.size; at += PIECE) {
      const bytes = new Uint8Array(await file.slice(at, at + PIECE).arrayBuffer());
      for (const byte of bytes) {
        one = Math.imul(one ^ byte, 0x01000193);
        two = Math.imul(two ^ byte, 0x85ebca6b) ^ (two >>> 13);
      }
    }
    return [one, two].map((sum) => (sum >>> 0).toString(16).padStart(8, "0")).join("");
  }

  window.portal.photo = { shrink, impression, isPicture };
})();
