// What this browser keeps of a case, for when it is opened again.
//
// All pages on a case share one draft. A page whose text another one has written over keeps its own
// apart, under its own name, until its user has chosen.

import { page } from "./api.js";

const read = (text) => {
  try {
    const kept = JSON.parse(text);
    return typeof kept?.text === "string" ? kept : null;
  } catch {
    return null; // What cannot be read is none.
  }
};

export class Draft {
  constructor(id) {
    this.key = `lackmus ${id}`;
    this.apart = `${this.key} apart `;
  }

  read() {
    try {
      return read(localStorage.getItem(this.key));
    } catch {
      return null;
    }
  }

  /** Keeps a state as the one that all pages share. */
  write(state) {
    this.store(this.key, state);
    this.drop(this.apart + page);
  }

  /** Keeps a state beside that of another page. */
  writeApart(state) {
    this.store(this.apart + page, state);
  }

  /** A state that some page has left apart, with its key; null where there is none but this text. */
  left(text) {
    try {
      for (const key of Object.keys(localStorage).filter((one) => one.startsWith(this.apart))) {
        const kept = read(localStorage.getItem(key));
        if (kept && kept.text !== text) return { ...kept, key };
        this.drop(key);
      }
    } catch {
      // As below.
    }
    return null;
  }

  /** The shared draft in an event of the storage; null where the event is of something else. */
  of(event) {
    return event.key === this.key ? read(event.newValue) : null;
  }

  store(key, state) {
    try {
      localStorage.setItem(key, JSON.stringify(state));
    } catch {
      // Storage that is full or forbidden costs the draft alone.
    }
  }

  drop(key) {
    try {
      localStorage.removeItem(key);
    } catch {
      // As above.
    }
  }
}
