// The server's door: the token comes from the address's fragment and goes into a header.

import { signal } from "@preact/signals";
import { fragment } from "./link.js";
import { until } from "./until.js";

const { token, link } = fragment(location.hash);

/** What a link with which the page was opened holds; empty where there is none. */
export const firstLink = token ? link : "";

const NO_TOKEN = ["This link is opened by a workbench that runs.", "Start lackmus work with the link in the place of a case, or paste the link over the address of a page that it opened."];

/** Which page asks: what it wants newest takes nothing from another one. Any word will do. */
export const page = Math.random().toString(36).slice(2);
/** How often it has asked: whatever order its requests come in, the newest is known by it. */
let number = 0;

export class Refused extends Error {
  constructor(message, hint = "", status = 0) {
    super(message);
    this.hint = hint;
    this.status = status;
  }
}

/** Whether the server did not answer when it was asked last. */
export const gone = signal(false);

/** Once the server answers: what it was asked in vain is to be asked anew then. */
export const back = () => until(() => !gone.value);

/** The server is gone. */
class Lost extends Refused {
  constructor() {
    super("The server does not answer.", "Nothing is lost: your text is kept in this page. Start lackmus work again with the same port, or save the state as a file.");
    this.lost = true;
    gone.value = true;
  }
}

/** The server is another one than that which gave out this page's token. */
class Foreign extends Refused {
  constructor() {
    super("The server was started anew, and does not know this page.", "Your text is safe: it is kept in this browser. Open the address that was printed, and it is shown there.", 401);
  }
}

async function post(name, asked) {
  if (link && !token) throw new Refused(...NO_TOKEN);
  let answer;
  try {
    answer = await fetch(`/api/${name}`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-lackmus-token": token },
      body: JSON.stringify({ page, number: ++number, ...asked }),
    });
  } catch {
    throw new Lost();
  }
  gone.value = false;
  if (answer.status === 401 && token) throw new Foreign();
  if (!answer.ok) {
    const said = await answer.json().catch(() => ({}));
    throw new Refused(said.error ?? `The server answered ${answer.status}.`, said.hint, answer.status);
  }
  return answer;
}

const call = async (name, asked = {}) => (await post(name, asked)).json();

/** Lines of JSON as they come in; `see` says whether to go on. */
async function stream(name, asked, see) {
  const reader = (await post(name, asked)).body.pipeThrough(new TextDecoderStream()).getReader();
  let held = "";
  for (;;) {
    const { done, value } = await reader.read().catch(() => {
      throw new Lost();
    });
    if (done) return;
    const lines = (held + value).split("\n");
    held = lines.pop();
    for (const line of lines) {
      const said = JSON.parse(line);
      if (said.error) throw new Refused(said.error, said.hint);
      if (!see(said)) {
        await reader.cancel();
        return;
      }
    }
  }
}

/** What can be opened, each with its key. */
export const openable = () => call("cases");

/** The door to one case: what is asked through it is asked of that case. */
export const door = (key) => ({
  call: (name, asked = {}) => call(name, { case: key, ...asked }),
  stream: (name, asked, see) => stream(name, { case: key, ...asked }, see),
});
