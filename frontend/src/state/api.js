// The server's door: the token comes from the address's fragment and goes into a header.

const token = decodeURIComponent(location.hash.slice(1));
/** Which page asks: what it wants newest takes nothing from another one. */
const page = crypto.randomUUID();

export class Refused extends Error {
  constructor(message, hint = "", status = 0) {
    super(message);
    this.hint = hint;
    this.status = status;
  }
}

async function post(name, asked) {
  let answer;
  try {
    answer = await fetch(`/api/${name}`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-lackmus-token": token },
      body: JSON.stringify({ page, ...asked }),
    });
  } catch {
    throw new Refused("The server does not answer.", "Nothing is lost: your text is kept in this page. Start lackmus work again with the same port, or save the state as a file.");
  }
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
    const { done, value } = await reader.read();
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
