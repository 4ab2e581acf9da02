// What the page knows, as signals, and everything that can be done with it.

import { batch, computed, signal } from "@preact/signals";
import { call, stream } from "./api.js";

export const opened = signal(null);
export const text = signal("");
export const known = signal({ faults: [], parts: [], names: [], passages: {}, sound: true });
export const model = signal(null);
export const builtFrom = signal(null);
export const supposed = signal({ values: {}, observed: [], record: false });
export const base = signal(null);
export const answer = signal(null);
export const swept = signal(null);
export const turns = signal([]);
export const dissents = signal(null);
export const sources = signal({ sources: [], checks: [] });
export const focus = signal(null);
export const marked = signal(null);
export const pictures = signal(null);
export const told = signal(null);
export const panel = signal("case");
export const tab = signal("verdicts");
export const changedOnDisk = signal(false);

export const dirty = computed(() => opened.value !== null && text.value !== opened.value.text);
export const stale = computed(() => builtFrom.value !== text.value);
export const moved = computed(() => Object.keys(supposed.value.values).length > 0);

/** Whether what is shown was made from something else than what is supposed now. */
export const late = computed(() => JSON.stringify(answer.value?.supposed) !== JSON.stringify(supposed.value));

/** The editor's own door, set by it: jump(offset), replace(text). */
export const editor = { jump: () => {}, replace: () => {} };

export function tell(error) {
  told.value = { message: error.message, hint: error.hint ?? "", bad: true };
}
export function say(message, hint = "") {
  told.value = { message, hint, bad: false };
}

// --- the text ---

let wait = 0;

export function typed(next) {
  text.value = next;
  keepDraft();
  clearTimeout(wait);
  wait = setTimeout(understand, 150);
}

let reading = 0;

async function understand() {
  const mine = ++reading;
  const here = text.value;
  try {
    const found = await call("read", { text: here });
    if (mine !== reading || here !== text.value) return;
    known.value = found;
    if (found.sound && builtFrom.value !== here) await build(here);
  } catch (error) {
    tell(error);
  }
}

async function build(here) {
  try {
    const found = await call("build", { text: here });
    if (here !== text.value) return;
    const names = new Set(found.sliders.map((s) => s.name));
    const values = Object.fromEntries(Object.entries(supposed.value.values).filter(([n]) => names.has(n)));
    batch(() => {
      model.value = found;
      builtFrom.value = here;
      supposed.value = { ...supposed.value, values };
      swept.value = null;
      turns.value = [];
      dissents.value = null;
      pictures.value = null;
    });
    document.title = `${found.title} – Lackmus`;
    base.value = null;
    solve();
    sweep();
    sources.value = await call("sources", { text: here });
  } catch (error) {
    tell(error);
  }
}

// --- answers ---

let solving = false;
let again = false;

/** One request in flight, the newest supposition next, always a last one. */
export async function solve() {
  if (solving) {
    again = true;
    return;
  }
  solving = true;
  do {
    again = false;
    const asked = supposed.value;
    const here = builtFrom.value;
    try {
      if (base.value === null) {
        base.value = await call("point", { text: here, supposed: { ...asked, values: {} } });
      }
      const found = await call("point", { text: here, supposed: asked });
      if (!found.superseded && here === builtFrom.value) answer.value = found;
    } catch (error) {
      tell(error);
    }
  } while (again);
  solving = false;
}

let sweeping = 0;

export async function sweep() {
  const mine = ++sweeping;
  const asked = { text: builtFrom.value, supposed: supposed.value };
  try {
    await stream("sweep", asked, (line) => {
      if (mine !== sweeping) return false;
      if (line.turns) turns.value = line.turns;
      else swept.value = line;
      return true;
    });
    if (mine === sweeping) solve();
  } catch (error) {
    if (mine === sweeping) tell(error);
  }
}

export function suppose(name, value) {
  const values = { ...supposed.value.values };
  const slider = model.value.sliders.find((s) => s.name === name);
  if (value === null || value === slider.base) delete values[name];
  else values[name] = value;
  supposed.value = { ...supposed.value, values };
  keepDraft();
  solve();
}

export function observe(observed) {
  supposed.value = { ...supposed.value, observed };
  inAnotherLight();
}

export function setRecord(record) {
  supposed.value = { ...supposed.value, record };
  inAnotherLight();
}

function inAnotherLight() {
  keepDraft();
  base.value = null;
  pictures.value = null;
  dissents.value = null;
  solve();
  sweep();
}

export async function keep(name) {
  const value = String(supposed.value.values[name]);
  try {
    const found = await call("keep", { text: text.value, assumption: name, value });
    const values = { ...supposed.value.values };
    delete values[name];
    supposed.value = { ...supposed.value, values };
    editor.replace(found.text);
    say(`${name} is ${value} in the text now.`);
  } catch (error) {
    tell(error);
  }
}

export async function showDissents() {
  try {
    dissents.value = (await call("dissents", { text: builtFrom.value, supposed: supposed.value })).dissents;
  } catch (error) {
    tell(error);
  }
}

export async function showPictures() {
  const asked = { text: builtFrom.value, supposed: supposed.value };
  try {
    const found = await call("parts", asked);
    if (asked.text === builtFrom.value && asked.supposed === supposed.value) pictures.value = found;
  } catch (error) {
    tell(error);
  }
}

// --- passages ---

export async function cite(kind, id) {
  await change("cite", { kind, id, ...marked.value }, `${kind} ${id} cites it now.`);
}

export async function make(made, name) {
  await change("make", { made, name, ...marked.value }, `${made} ${name} is in the text; write what is marked TODO.`);
}

async function change(what, asked, done) {
  try {
    const found = await call(what, { text: text.value, ...asked });
    editor.replace(found.text);
    if (found.at !== undefined) editor.jump(found.at);
    marked.value = null;
    say(done);
  } catch (error) {
    tell(error);
  }
}

// --- pointing ---

export function partOf(kind, id) {
  return known.value.parts.find((part) => part.kind === kind && part.id === id);
}

/** What stands in a part: names of a kind. */
export function within(kind, id, wanted) {
  const found = known.value.names.filter(([k, , , , , part]) => k === wanted && part && part[0] === kind && part[1] === id);
  return [...new Set(found.map(([, name]) => name))];
}

/** The parts in which a name is used. */
export function users(kind, id) {
  const seen = new Map();
  for (const [k, name, , , declared, part] of known.value.names) {
    if (k === kind && name === id && !declared && part) seen.set(part.join(" "), part);
  }
  return [...seen.values()];
}

export function point(kind, id, { jump = true } = {}) {
  focus.value = { kind, id };
  const part = partOf(kind, id);
  if (jump && part) editor.jump(part.start);
  if (kind === "claim" && tab.value !== "verdicts") tab.value = "claim";
}

// --- the file and the state ---

const draftKey = () => `lackmus ${opened.value.file} ${opened.value.name}`;

function keepDraft() {
  if (!opened.value) return;
  try {
    localStorage.setItem(draftKey(), JSON.stringify(state()));
  } catch {
    // Storage that is full or forbidden costs the draft alone.
  }
}

export function state() {
  return {
    lackmus: "workbench state 1",
    case: opened.value.name,
    file: opened.value.file,
    hash: opened.value.hash,
    draws: opened.value.draws,
    seed: opened.value.seed,
    text: text.value,
    supposed: supposed.value,
    open: { panel: panel.value, tab: tab.value, focus: focus.value },
  };
}

export function restore(kept) {
  if (kept?.lackmus !== "workbench state 1" || typeof kept.text !== "string") {
    tell({ message: "This is no state of the workbench.", hint: "Open a file that 'Save state' wrote." });
    return;
  }
  batch(() => {
    supposed.value = { values: {}, observed: [], record: false, ...kept.supposed };
    panel.value = kept.open?.panel ?? "case";
    tab.value = kept.open?.tab ?? "verdicts";
    focus.value = kept.open?.focus ?? null;
  });
  builtFrom.value = null;
  editor.replace(kept.text);
  typed(kept.text);
}

export async function start() {
  opened.value = await call("open");
  const kept = draft();
  if (kept && kept.text !== opened.value.text) {
    say("Unsaved work was found and is shown.", "'Discard' goes back to what is on the disk.");
  }
  if (kept) restore(kept);
  else {
    editor.replace(opened.value.text);
    typed(opened.value.text);
  }
  setInterval(look, 3000);
}

function draft() {
  try {
    return JSON.parse(localStorage.getItem(draftKey()));
  } catch {
    return null;
  }
}

async function look() {
  if (document.hidden) return;
  try {
    const { hash } = await call("disk");
    changedOnDisk.value = hash !== opened.value.hash;
    if (told.value?.lost) told.value = null;
  } catch (error) {
    told.value = { message: error.message, hint: error.hint ?? "", bad: true, lost: true };
  }
}

export async function save() {
  try {
    const { hash } = await call("save", { text: text.value, hash: opened.value.hash });
    opened.value = { ...opened.value, hash, text: text.value };
    keepDraft();
    say(`Saved to ${opened.value.file}.`);
  } catch (error) {
    tell(error);
  }
}

export async function reload() {
  opened.value = await call("open");
  changedOnDisk.value = false;
  editor.replace(opened.value.text);
  say("This is what stands on the disk.");
}

export async function report() {
  say("The report is being written …");
  try {
    const { path } = await call("report", { text: builtFrom.value, supposed: supposed.value });
    say(`Written: ${path}`);
  } catch (error) {
    tell(error);
  }
}
