// What the page says at its top: one message at a time.

import { signal } from "@preact/signals";

export const told = signal(null);

export function tell(error) {
  told.value = { message: error.message, hint: error.hint ?? "", bad: true, lost: error.lost };
}

export function say(message, hint = "") {
  told.value = { message, hint, bad: false };
}
