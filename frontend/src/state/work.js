// The workbench: which cases are open, which of them is shown, and which panel on a narrow screen.

import { computed, effect, signal } from "@preact/signals";
import { door, firstLink, gone, openable } from "./api.js";
import { OpenCase } from "./case.js";
import { keepOwn, own } from "./draft.js";
import { contentOf, fragment, linkOf } from "./link.js";
import { say, tell, told } from "./told.js";

const BETWEEN_LOOKS = 3000;

export const cases = signal([]);
export const here = signal(null);
export const panel = signal("case");
/** What can be opened, by groups; null until it is asked for. */
export const listed = signal(null);
export const choosing = computed(() => listed.value !== null);

function turnTo(id) {
  if (["source", "case", "answers"].includes(id)) panel.value = id;
}

export async function choose() {
  try {
    listed.value = choosing.value ? null : await openable();
  } catch (error) {
    tell(error);
  }
}

/** The case of a key in its tab, which it is given where it has none yet. */
async function tabOf(key) {
  const tab = () => cases.value.find((one) => one.key === key);
  if (!tab()) {
    const opened = await door(key).call("open");
    if (!tab()) cases.value = [...cases.value, new OpenCase(key, opened)];
  }
  return tab();
}

/** Shows the case of a key, and gives it; null where it cannot be opened. */
export async function open(key) {
  try {
    const opened = await tabOf(key);
    listed.value = null;
    show(opened);
    return opened;
  } catch (error) {
    tell(error);
    return null;
  }
}

export function show(opened) {
  if (here.value !== opened && !told.value?.lost) told.value = null;
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
  const first = await tabOf("");
  const kept = keptTabs(first);
  for (const key of kept.keys) await tabOf(key).catch(() => null);
  turnTo(kept.panel);
  show(cases.value.find((one) => one.key === kept.here) ?? first);
  effect(() => keepTabs(first));
  effect(() => {
    if (!gone.value && told.peek()?.lost) told.value = null;
  });
  setInterval(look, BETWEEN_LOOKS);
  addEventListener("visibilitychange", look);
  addEventListener("storage", (event) => cases.value.forEach((one) => one.kept(event)));
  addEventListener("hashchange", () => readdressed(location.hash));
  if (firstLink) await readdressed(location.hash);
}

const token = fragment(location.hash).token;

/** Another address in the same page: that of another server, or a link. */
async function readdressed(hash) {
  const found = fragment(hash);
  if (found.token && found.token !== token) location.reload();
  else if (found.link) await follow(found.link);
}

/** Opens what a link is about, and takes it out of the address: a reload must not go back to it. */
async function follow(link) {
  history.replaceState(null, "", `#${token}`);
  try {
    const kept = await contentOf(link);
    const [first] = cases.value;
    const { library, name } = first.opened.value;
    const opened = await open(library && name === kept.case ? first.key : `library/${kept.case}`);
    if (!opened?.opened.value.library || opened.opened.value.name !== kept.case) return;
    await opened.follow(kept);
    if (opened === here.value) turnTo(kept.open?.panel);
  } catch (error) {
    tell(error);
  }
}

/** A link to what is supposed here, for the clipboard. */
export async function copyLink() {
  const opened = here.value;
  try {
    const content = await linkOf(state(), opened.opened.value.text);
    await navigator.clipboard.writeText(`${location.origin}/#link=${content}`);
    say("The link is copied.", "It has no token: whoever gets it opens it with lackmus work LINK.");
  } catch (error) {
    tell({ message: `No link was copied: ${error.message}`, hint: "Save the state as a file." });
  }
}

const tabsKey = (first) => `lackmus tabs ${first.opened.peek().id}`;

function keepTabs(first) {
  const keys = cases.value.map((one) => one.key).filter(Boolean);
  const tabs = { keys, here: here.value.key, panel: panel.value };
  keepOwn(tabsKey(first), tabs);
  try {
    localStorage.setItem(tabsKey(first), JSON.stringify(tabs));
  } catch {
    // Storage that is full or forbidden costs the tabs alone.
  }
}

function keptTabs(first) {
  try {
    return { keys: [], ...(own(tabsKey(first)) ?? JSON.parse(localStorage.getItem(tabsKey(first)))) };
  } catch {
    return { keys: [] };
  }
}

/** The state of the case that is shown, as plain data for a file. */
export function state() {
  const kept = here.value.state();
  return { ...kept, open: { ...kept.open, panel: panel.value } };
}

export async function restore(opened, kept) {
  try {
    await opened.restore(kept);
    if (opened === here.value) turnTo(kept?.open?.panel);
  } catch (error) {
    tell(error);
  }
}

async function look() {
  if (document.hidden) return;
  try {
    await here.value.look();
  } catch (error) {
    tell(error);
  }
}
