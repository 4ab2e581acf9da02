// One case in a tab: its file, its text and what is known of it, its sources, and what is pointed at.

import { batch, computed, effect, signal } from "@preact/signals";
import { Answers } from "./answers.js";
import { door } from "./api.js";
import { say, tell } from "./told.js";

const NOTHING_KNOWN = { faults: [], parts: [], names: [], passages: {}, sound: true };
const PAUSE_OF_TYPING = 150;
const STATE = "workbench state 1";

/** The editor's own door, set by it: what it does to the text of a case. */
export const editor = { jump: () => {}, replace: () => {} };

export class OpenCase {
  /** The case of a key, as it stands on the disk, or as it was left unsaved. */
  static async open(key) {
    const opened = await door(key).call("open");
    return new OpenCase(key, opened);
  }

  constructor(key, opened) {
    this.key = key;
    this.door = door(key);
    this.opened = signal(opened);
    this.text = signal(opened.text);
    this.known = signal(NOTHING_KNOWN);
    this.answers = new Answers(this.door);
    this.sources = signal({ sources: [], checks: [] });
    this.changedOnDisk = signal(false);
    this.focus = signal(null);
    this.marked = signal(null);
    this.tab = signal("verdicts");
    this.dirty = computed(() => this.text.value !== this.opened.value.text);
    this.stale = computed(() => this.answers.builtFrom.value !== this.text.value);
    this.title = computed(() => this.answers.model.value?.title ?? this.opened.value.name);
    this.readings = 0;
    this.pause = 0;
    this.shown = false;
    this.foundDraft = this.takeDraft();
    this.endDrafts = effect(() => this.keepDraft());
  }

  /** Begins to answer, once somebody looks. */
  show() {
    if (this.shown) return;
    this.shown = true;
    this.understand();
    if (this.foundDraft && this.dirty.value) {
      say("Unsaved work was found and is shown.", "'Discard' goes back to what is on the disk.");
    }
  }

  close() {
    this.endDrafts();
    this.door.call("close").catch(() => {});
  }

  // --- the text ---

  typed(next) {
    this.text.value = next;
    clearTimeout(this.pause);
    this.pause = setTimeout(() => this.understand(), PAUSE_OF_TYPING);
  }

  async understand() {
    const mine = ++this.readings;
    const text = this.text.value;
    const current = () => mine === this.readings && text === this.text.value;
    try {
      const known = await this.door.call("read", { text });
      if (!current()) return;
      this.known.value = known;
      if (!known.sound || this.answers.builtFrom.value === text) return;
      const model = await this.door.call("build", { text });
      if (!current()) return;
      this.answers.take(model, text);
      this.sources.value = await this.door.call("sources", { text });
    } catch (error) {
      tell(error);
    }
  }

  /** Writes an assumption's supposed value into the text. */
  async keep(name) {
    const { supposed } = this.answers;
    const value = String(supposed.value.values[name]);
    try {
      const found = await this.door.call("keep", { text: this.text.value, assumption: name, value });
      const values = { ...supposed.value.values };
      delete values[name];
      supposed.value = { ...supposed.value, values };
      editor.replace(this, found.text);
      say(`${name} is ${value} in the text now.`);
    } catch (error) {
      tell(error);
    }
  }

  // --- passages ---

  async cite(kind, id) {
    await this.change("cite", { kind, id, ...this.marked.value }, `${kind} ${id} cites it now.`);
  }

  async make(made, name) {
    await this.change("make", { made, name, ...this.marked.value }, `${made} ${name} is in the text; write what is marked TODO.`);
  }

  async change(what, asked, done) {
    try {
      const found = await this.door.call(what, { text: this.text.value, ...asked });
      editor.replace(this, found.text);
      if (found.at !== undefined) editor.jump(this, found.at);
      this.marked.value = null;
      say(done);
    } catch (error) {
      tell(error);
    }
  }

  // --- pointing ---

  partOf(kind, id) {
    return this.known.value.parts.find((part) => part.kind === kind && part.id === id);
  }

  /** What stands in a part: names of a kind. */
  within(kind, id, wanted) {
    const found = this.known.value.names.filter(([k, , , , , part]) => k === wanted && part && part[0] === kind && part[1] === id);
    return [...new Set(found.map(([, name]) => name))];
  }

  /** The parts in which a name is used. */
  users(kind, id) {
    const seen = new Map();
    for (const [k, name, , , declared, part] of this.known.value.names) {
      if (k === kind && name === id && !declared && part) seen.set(part.join(" "), part);
    }
    return [...seen.values()];
  }

  point(kind, id, { jump = true } = {}) {
    this.focus.value = { kind, id };
    const part = this.partOf(kind, id);
    if (jump && part) editor.jump(this, part.start);
    if (kind === "claim" && this.tab.value !== "verdicts") this.tab.value = "claim";
  }

  // --- the file and the state ---

  state() {
    const { name, file, hash, draws, seed } = this.opened.value;
    return {
      lackmus: STATE,
      case: name,
      file,
      hash,
      draws,
      seed,
      text: this.text.value,
      supposed: this.answers.supposed.value,
      open: { tab: this.tab.value, focus: this.focus.value },
    };
  }

  restore(kept) {
    if (kept?.lackmus !== STATE || typeof kept.text !== "string") {
      tell({ message: "This is no state of the workbench.", hint: "Open a file that 'Save state' wrote." });
      return;
    }
    this.resume(kept);
    this.answers.builtFrom.value = null;
    editor.replace(this, kept.text);
    this.typed(kept.text);
  }

  resume(kept) {
    batch(() => {
      this.answers.supposed.value = { ...this.answers.supposed.value, ...kept.supposed };
      this.tab.value = kept.open?.tab ?? "verdicts";
      this.focus.value = kept.open?.focus ?? null;
    });
  }

  get draftKey() {
    return `lackmus ${this.opened.value.file} ${this.opened.value.name}`;
  }

  keepDraft() {
    try {
      localStorage.setItem(this.draftKey, JSON.stringify(this.state()));
    } catch {
      // Storage that is full or forbidden costs the draft alone.
    }
  }

  takeDraft() {
    let kept = null;
    try {
      kept = JSON.parse(localStorage.getItem(this.draftKey));
    } catch {
      // A draft that cannot be read is none.
    }
    if (typeof kept?.text !== "string") return false;
    this.resume(kept);
    this.text.value = kept.text;
    return true;
  }

  /** Looks whether the file has changed on the disk. */
  async look() {
    const { hash } = await this.door.call("disk");
    this.changedOnDisk.value = hash !== this.opened.value.hash;
  }

  async save() {
    const text = this.text.value;
    try {
      const { hash } = await this.door.call("save", { text, hash: this.opened.value.hash });
      this.opened.value = { ...this.opened.value, hash, text };
      say(`Saved to ${this.opened.value.file}.`);
    } catch (error) {
      tell(error);
    }
  }

  async reload() {
    try {
      this.opened.value = await this.door.call("open");
      this.changedOnDisk.value = false;
      editor.replace(this, this.opened.value.text);
      say("This is what stands on the disk.");
    } catch (error) {
      tell(error);
    }
  }

  async report() {
    say("The report is being written …");
    try {
      const { path } = await this.door.call("report", this.answers.asked);
      say(`Written: ${path}`);
    } catch (error) {
      tell(error);
    }
  }
}
