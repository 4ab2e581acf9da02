// The workbench: which cases are open, which of them is shown, and which panel on a narrow screen.

import { computed, effect, signal } from "@preact/signals";
import { openable } from "./api.js";
import { OpenCase } from "./case.js";
import { say, tell, told } from "./told.js";

const BETWEEN_LOOKS = 3000;

export const cases = signal([]);
export const here = signal(null);
export const panel = signal("case");
/** What can be opened, by groups; null until it is asked for. */
export const listed = signal(null);
export const choosing = computed(() => listed.value !== null);

export async function choose() {
  try {
    listed.value = choosing.value ? null : await openable();
  } catch (error) {
    tell(error);
  }
}

export async function open(key) {
  const already = cases.value.find((one) => one.key === key);
  try {
    const opened = already ?? (await OpenCase.open(key));
    if (!already) cases.value = [...cases.value, opened];
    listed.value = null;
    show(opened);
  } catch (error) {
    tell(error);
  }
}

export function show(opened) {
  here.value = opened;
  opened.show();
  look();
}

export function close(opened) {
  const at = cases.value.indexOf(opened);
  cases.value = cases.value.filter((one) => one !== opened);
  if (here.value === opened) show(cases.value[Math.max(0, at - 1)]);
  if (opened.dirty.value) say(`What is unsaved of “${opened.title.value}” is kept in this browser.`, "It comes back when the case is opened again.");
  opened.close();
}

/** Opens the first case, and those that were open beside it when the page was left. */
export async function start() {
  const first = await OpenCase.open("");
  cases.value = [first];
  const kept = keptTabs(first);
  for (const key of kept.keys) {
    const again = await OpenCase.open(key).catch(() => null);
    if (again) cases.value = [...cases.value, again];
  }
  panel.value = kept.panel ?? panel.value;
  show(cases.value.find((one) => one.key === kept.here) ?? first);
  effect(() => keepTabs(first));
  setInterval(look, BETWEEN_LOOKS);
}

const tabsKey = (first) => `lackmus tabs ${first.opened.peek().file} ${first.opened.peek().name}`;

function keepTabs(first) {
  const keys = cases.value.map((one) => one.key).filter(Boolean);
  try {
    localStorage.setItem(tabsKey(first), JSON.stringify({ keys, here: here.value.key, panel: panel.value }));
  } catch {
    // Storage that is full or forbidden costs the tabs alone.
  }
}

function keptTabs(first) {
  try {
    return { keys: [], ...JSON.parse(localStorage.getItem(tabsKey(first))) };
  } catch {
    return { keys: [] };
  }
}

/** The state of the case that is shown, as plain data for a file. */
export function state() {
  const kept = here.value.state();
  return { ...kept, open: { ...kept.open, panel: panel.value } };
}

export function restore(kept) {
  here.value.restore(kept);
  panel.value = kept?.open?.panel ?? panel.value;
}

async function look() {
  if (document.hidden) return;
  try {
    await here.value.look();
    if (told.value?.lost) told.value = null;
  } catch (error) {
    tell(error, { lost: true });
  }
}
