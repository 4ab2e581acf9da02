// What the page says at its top: one message at a time, and none for longer than it is true.

import { signal } from "@preact/signals";

export const told = signal(null);

/** Says what went wrong; `about` names what has to go well for it to be true no more. */
export function tell(error, about = "") {
  told.value = { message: error.message, hint: error.hint ?? "", bad: true, lost: error.lost, about };
}

export function say(message, hint = "") {
  told.value = { message, hint, bad: false };
}

/** Something went well: what was wrong with it is said no more. */
export function well(about) {
  if (told.peek()?.about === about) told.value = null;
}

/** The user goes on: what was said in passing has been read. */
export function heard() {
  if (told.peek() && !told.peek().bad) told.value = null;
}
