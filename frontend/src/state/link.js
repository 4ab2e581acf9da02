// A link to what is supposed of a case of the library, and what is open: small, and never trusted.
//
// Behind `link=` in an address's fragment stand a version, a full stop, and JSON, deflated and in
// base64 for addresses. It has no token: whoever gets it needs a workbench of his own.

const VERSION = "1";
const LONGEST = 8000;
const LARGEST = 200_000;

/** The parts of a fragment: the server's token, and what a link holds. */
export function fragment(hash) {
  const found = { token: "", link: "" };
  for (const part of hash.replace(/^#/, "").split("&")) {
    if (part.startsWith("link=")) found.link = part.slice("link=".length);
    else if (!part.includes("=")) found.token = decoded(part);
  }
  return found;
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}

/** The content of a link to a state; a text that was edited goes in as what one edit makes of it. */
export async function linkOf({ case: name, hash, text, supposed, draws, seed, open }, original) {
  const kept = { case: name, supposed: { ...supposed, draws, seed }, open };
  if (text !== original) Object.assign(kept, { hash, edit: edit(original, text) });
  const bytes = await through(new CompressionStream("deflate-raw"), new TextEncoder().encode(JSON.stringify(kept)), LARGEST);
  const content = `${VERSION}.${btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")}`;
  if (content.length > LONGEST) throw new Error("The edits are too long for a link.");
  return content;
}

/** What a link holds; an error in words where it cannot be read. */
export async function contentOf(link) {
  const [version, packed] = link.split(".", 2);
  if (version !== VERSION || !packed) throw new Error("The link is of another version of Lackmus, or is no link of the workbench.");
  if (link.length > LONGEST) throw new Error("The link is too long.");
  try {
    const letters = atob(packed.replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = await through(new DecompressionStream("deflate-raw"), Uint8Array.from(letters, (letter) => letter.charCodeAt(0)), LARGEST);
    const kept = JSON.parse(new TextDecoder().decode(bytes));
    if (typeof kept?.case !== "string") throw new Error();
    return kept;
  } catch {
    throw new Error("The link cannot be read: copy it whole.");
  }
}

/** The text that a link's edit makes, or null where it was made of another text. */
export function edited(kept, { hash, text }) {
  const { at, drop, put } = kept.edit ?? { at: 0, drop: 0, put: "" };
  const fits = [at, drop].every((n) => Number.isInteger(n) && n >= 0) && at + drop <= text.length && typeof put === "string";
  if (!fits || (kept.edit && kept.hash !== hash)) return null;
  return text.slice(0, at) + put + text.slice(at + drop);
}

/** The one edit between two texts: where they begin to differ, what goes, what comes. */
function edit(from, to) {
  let at = 0;
  while (at < from.length && from[at] === to[at]) at++;
  let tail = 0;
  while (tail < Math.min(from.length, to.length) - at && from.at(-1 - tail) === to.at(-1 - tail)) tail++;
  return { at, drop: from.length - at - tail, put: to.slice(at, to.length - tail) };
}

/** Bytes through a stream; what small bytes unfold into is bounded. */
async function through(stream, bytes, most) {
  const reader = new Blob([bytes]).stream().pipeThrough(stream).getReader();
  const parts = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > most) {
      await reader.cancel();
      throw new Error("There is too much in it.");
    }
    parts.push(value);
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}
