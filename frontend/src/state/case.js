// One case in a tab: its file, its text and what is known of it, its sources, and what is pointed at.

import { batch, computed, effect, signal } from "@preact/signals";
import { Answers, NOTHING_SUPPOSED } from "./answers.js";
import { back, door } from "./api.js";
import { Draft } from "./draft.js";
import { edited } from "./link.js";
import { say, tell, well } from "./told.js";
import { until } from "./until.js";

const NOTHING_KNOWN = { title: "", beside: "", faults: [], parts: [], names: [], passages: {}, sound: true };
const PAUSE_OF_TYPING = 50;
const PAUSE_OF_BUILDING = 250;
const STATE = "workbench state 1";

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/** The editor's own door, set by it: what it does to the text of a case; until it is there, the text alone. */
export const editor = { at: () => -1, jump: () => {}, replace: (opened, next) => opened.typed(next) };

export class OpenCase {
  /** The case of a key, as it stands on the disk, or as it was left unsaved; `opened` is what the server says of it. */
  constructor(key, opened) {
    this.key = key;
    this.door = door(key);
    this.opened = signal(opened);
    this.text = signal(opened.text);
    this.known = signal(NOTHING_KNOWN);
    this.answers = new Answers(this.door);
    this.sources = signal({ sources: [], checks: [] });
    this.changedOnDisk = signal(false);
    this.goneFromDisk = signal(false);
    this.focus = signal(null);
    this.marked = signal(null);
    /** The part whose answer is to have the focus once it is drawn. */
    this.sought = signal(null);
    this.tab = signal("verdicts");
    /** By blocks of rounds, the round that is meant; the last where there is none. */
    this.rounds = signal({});
    this.dirty = computed(() => this.text.value !== this.opened.value.text);
    this.stale = computed(() => this.answers.builtFrom.value !== this.text.value);
    this.title = computed(() => this.known.value.title || this.answers.model.value?.title || this.opened.value.title || this.opened.value.name);
    this.draft = new Draft(opened.id);
    /** What another page has made of this case, unlike the text here, until one of them is chosen. */
    this.theirs = signal(null);
    /** The text of another page that was not chosen last. */
    this.declined = null;
    /** What a page that is gone has left of such a choice. */
    this.left = signal(null);
    this.builtBeside = "";
    /** The model to which the sources belong. */
    this.sourcesOf = null;
    this.readings = 0;
    /** How often the whole text was asked for from elsewhere: what was asked for last is shown. */
    this.given = 0;
    this.saving = Promise.resolve();
    this.looking = false;
    this.lookAgain = false;
    this.pause = 0;
    this.shown = this.closed = false;
    this.foundDraft = this.takeDraft();
    this.left.value = this.draft.left(this.text.value);
    this.endDrafts = effect(() => this.keepDraft());
  }

  /** Begins to answer, once somebody looks. */
  show() {
    if (this.shown) return;
    this.shown = true;
    this.understand();
    if (this.foundDraft && this.dirty.value) {
      say("Your unsaved work was kept, and is shown.", "'Discard' goes back to what is on the disk.");
    }
  }

  close() {
    this.endDrafts();
    this.closed = true;
    this.readings++;
    this.answers.end();
    this.door.call("close").catch(() => {});
  }

  // --- the text ---

  typed(next) {
    this.text.value = next;
    clearTimeout(this.pause);
    this.pause = setTimeout(() => this.understand(PAUSE_OF_BUILDING), PAUSE_OF_TYPING);
  }

  /** Once what is known is known of the text as it is. */
  whenKnown() {
    return until(() => this.known.value.of === this.text.value);
  }

  /** Tells faults at once; what can be played is played when typing has paused. */
  async understand(pause = 0) {
    if (this.closed) return;
    const mine = ++this.readings;
    const text = this.text.value;
    const current = () => mine === this.readings && text === this.text.value;
    try {
      const known = await this.door.call("read", { text });
      if (!current()) return;
      this.known.value = { ...known, of: text };
      well("text");
      if (!known.sound) return;
      if (this.answers.builtFrom.value !== text || this.builtBeside !== known.beside) {
        await new Promise((done) => setTimeout(done, pause));
        if (!current()) return;
        const model = await this.door.call("build", { text });
        if (!current()) return;
        this.builtBeside = known.beside;
        this.answers.take(model, text);
      }
      await this.cited(text);
    } catch (error) {
      if (!current()) return;
      tell(error, "text");
      if (!error.lost) return;
      await back();
      if (current()) await this.understand();
    }
  }

  /** The sources of the text that was built. */
  async cited(text) {
    const { model } = this.answers;
    const of = model.value;
    if (this.sourcesOf === of) return;
    const sources = await this.door.call("sources", { text });
    if (model.value !== of) return;
    this.sourcesOf = of;
    this.sources.value = sources;
  }

  /** Has the server edit the text; an edit of a text that was typed on meanwhile is made anew. */
  async edit(what, asked) {
    for (;;) {
      const text = this.text.value;
      const found = await this.door.call(what, { text, ...asked });
      if (text !== this.text.value) continue;
      editor.replace(this, found.text);
      return found;
    }
  }

  /** Writes an assumption's supposed value into the text. */
  async keep(name) {
    const { supposed } = this.answers;
    const kept = supposed.value.values[name];
    try {
      await this.edit("keep", { assumption: name, value: String(kept) });
      const { [name]: now, ...values } = supposed.value.values;
      if (now === kept) supposed.value = { ...supposed.value, values };
      say(`${name} is ${kept} in the text now.`);
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
    const marked = this.marked.value;
    try {
      const found = await this.edit(what, asked);
      if (found.at !== undefined) editor.jump(this, found.at);
      if (this.marked.value === marked) this.marked.value = null;
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

  /** Shows a state from a file; what does not fit is told. */
  async restore(kept) {
    if (kept?.lackmus !== STATE || typeof kept.text !== "string") {
      tell({ message: "This is no state of the workbench.", hint: "Open a file that 'Save state' wrote." });
      return;
    }
    const { name, hash } = this.opened.value;
    const unlike = [];
    if (kept.case !== name) unlike.push(`it was saved of “${String(kept.case).slice(0, 60)}”`);
    else if (kept.hash !== hash) unlike.push("the file has changed since it was saved; the text is that of the state");
    await this.present(kept.text, { draws: kept.draws, seed: kept.seed, ...kept.supposed }, kept.open, unlike);
  }

  /** Shows what a link holds of this case. */
  async follow(kept) {
    const text = edited(kept, this.opened.value);
    const unlike = text === null ? ["its edits were made on another version of the case, and are left out"] : [];
    await this.present(text ?? this.opened.value.text, kept.supposed, kept.open, unlike);
  }

  async present(text, supposed, open, unlike) {
    const mine = ++this.given;
    const fitting = await this.door.call("fit", { text, supposed: isObject(supposed) ? supposed : {} });
    if (mine !== this.given) return;
    const { draws, seed } = this.opened.value;
    for (const [name, own] of [["draws", draws], ["seed", seed]]) {
      if (fitting.supposed[name] === own) delete fitting.supposed[name];
    }
    this.resume({ supposed: fitting.supposed, open });
    this.answers.builtFrom.value = null;
    editor.replace(this, text);
    this.typed(text);
    const left = [...unlike, ...fitting.left];
    if (left.length) say(`Not all of it fits: ${left.join("; ")}.`);
    else say("This is what was saved.");
  }

  resume({ supposed, open }) {
    batch(() => {
      this.answers.supposed.value = { ...NOTHING_SUPPOSED, ...supposed };
      this.tab.value = typeof open?.tab === "string" ? open.tab : "verdicts";
      const { kind, id } = open?.focus ?? {};
      this.focus.value = typeof kind === "string" && typeof id === "string" ? { kind, id } : null;
    });
  }

  // --- what this browser keeps ---

  keepDraft() {
    const kept = { ...this.state(), dirty: this.dirty.value };
    this.draft.writeOwn(kept);
    if (this.theirs.value === null) this.draft.write(kept);
    else if (kept.dirty) this.draft.writeApart(kept);
  }

  takeDraft() {
    const kept = this.draft.read();
    if (!kept) return false;
    this.resume(kept);
    if (!kept.dirty) return false;
    this.text.value = kept.text;
    // What was edited is what stood on the disk then; whether that is still so is for `look` to say.
    this.opened.value = { ...this.opened.value, hash: kept.hash };
    return true;
  }

  /** Another page on this case has kept what it shows. */
  kept(event) {
    const theirs = this.draft.of(event);
    if (!theirs) return;
    const other = theirs.dirty && theirs.text !== this.text.value && theirs.text !== this.declined;
    this.theirs.value = other ? theirs : null;
    // What it has saved or given up, it does not need kept; what is unsaved here is.
    if (!theirs.dirty && this.dirty.value) this.keepDraft();
  }

  /** Shows what another page has made of the text. */
  takeTheirs() {
    this.takeText(this.theirs.value);
  }

  keepMine() {
    this.declined = this.theirs.value.text;
    this.theirs.value = null;
  }

  takeLeft() {
    this.takeText(this.left.value);
    this.dropLeft();
  }

  dropLeft() {
    this.draft.drop(this.left.value.key);
    this.left.value = this.draft.left(this.text.value);
  }

  takeText({ text, hash }) {
    this.given++;
    batch(() => {
      this.theirs.value = null;
      this.opened.value = { ...this.opened.value, hash };
      editor.replace(this, text);
    });
    say("The other text is shown.", "Undo (Ctrl-Z) brings back the one before.");
  }

  // --- the disk ---

  /** Looks whether the file, or one that is read with it, has changed on the disk; one look at a time, and always a last one. */
  async look() {
    this.lookAgain = true;
    if (this.looking) return;
    this.looking = true;
    try {
      while (this.lookAgain) {
        this.lookAgain = false;
        await this.lookOnce();
      }
    } finally {
      this.looking = false;
    }
  }

  async lookOnce() {
    const { saving } = this;
    await saving;
    const opened = this.opened.value;
    const { beside } = this.known.value;
    const { hash, changed } = await this.door.call("disk", { beside });
    // What was looked for before the file was written is known by now.
    if (saving !== this.saving || opened !== this.opened.value) return;
    this.goneFromDisk.value = hash === "";
    this.changedOnDisk.value = hash !== "" && hash !== opened.hash;
    if (!beside || !changed || beside !== this.known.value.beside) return;
    await this.understand();
    // A server that has been asked of much else may only not know any more how they stood.
    if (this.known.value.beside !== beside) say("A file beside the case has changed on the disk, and is read anew.");
  }

  /** Writes the text, over what another has written in the meantime only on purpose. Each save expects what the one before has written. */
  save({ over = false } = {}) {
    this.saving = this.saving.then(() => this.write(over));
    return this.saving;
  }

  async write(over) {
    const text = this.text.value;
    try {
      const expected = over ? (await this.door.call("disk")).hash : this.opened.value.hash;
      const { hash } = await this.door.call("save", { text, hash: expected });
      this.opened.value = { ...this.opened.value, hash, text };
      this.changedOnDisk.value = this.goneFromDisk.value = false;
      say(`Saved to ${this.opened.value.file}.`);
    } catch (error) {
      tell(error);
    }
  }

  async reload() {
    const mine = ++this.given;
    try {
      const opened = await this.door.call("open");
      if (mine !== this.given) return;
      this.opened.value = opened;
      this.changedOnDisk.value = false;
      editor.replace(this, this.opened.value.text);
      say("This is what stands on the disk.");
    } catch (error) {
      tell(error);
    }
  }

  async report() {
    const { asked } = this.answers;
    const moved = this.answers.moved.value;
    say("The report is being written …");
    try {
      const { path } = await this.door.call("report", asked);
      say(`Written: ${path}`, moved ? "It is on the case as written: what is supposed is not in it." : "");
    } catch (error) {
      tell(error);
    }
  }
}
