// What this browser keeps of a case, for when it is opened again.
//
// All pages on a case share one draft. A page whose text another one has written over keeps its own
// apart, under its own name, until its user has chosen. What a page supposes and has open is its own:
// it is kept for its reload, and a new page begins with that of the page that kept the draft last.

import { page } from "./api.js";

const read = (text) => {
  try {
    const kept = JSON.parse(text);
    return typeof kept?.text === "string" ? kept : null;
  } catch {
    return null; // What cannot be read is none.
  }
};

/** What this page has kept for its own reload; null where that is nothing. */
export function own(key) {
  try {
    return JSON.parse(sessionStorage.getItem(key));
  } catch {
    return null;
  }
}

/** Keeps something for the reload of this page alone. */
export function keepOwn(key, value) {
  try {
    sessionStorage.setItem(key, JSON.stringify(value));
  } catch {
    // Storage that is full or forbidden costs the reload alone.
  }
}

export class Draft {
  constructor(id) {
    this.key = `lackmus ${id}`;
    this.apart = `${this.key} apart `;
  }

  read() {
    try {
      const kept = read(localStorage.getItem(this.key));
      return kept && { ...kept, ...own(this.key) };
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

  /** Keeps what this page supposes and has open, for its reload. */
  writeOwn({ supposed, open }) {
    keepOwn(this.key, { supposed, open });
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
