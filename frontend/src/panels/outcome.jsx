// How a claim came out, in the words and signs of every panel.

import { percent, signed, signOf } from "../words.js";

export function Outcome({ found }) {
  if (!found) return <span class="soft">…</span>;
  const title = found.preview ? "Along the tangent, until the exact answer is there" : found.reason || found.word;
  return (
    <span class={`outcome ${found.word.replaceAll(" ", "-")} ${found.preview ? "preview" : ""}`} title={title}>
      {signOf(found.word)} {found.word}{" "}
      {found.margin !== null && <span class="figure soft">{found.preview ? "≈" : ""}{signed(found.margin)}</span>}
    </span>
  );
}

export function Near({ found, count }) {
  if (!found?.near) return null;
  const title = `Among the ${count} stored draws in which what is supposed lies nearby (within a twentieth of the draws on either side)`;
  return <span class="near small soft" title={title}>{percent(found.near.holds)} of {count} draws nearby</span>;
}

export function Verdict({ said }) {
  if (!said) return <span class="soft">…</span>;
  return (
    <>
      <span class={`verdict ${said.kind}`}>{said.icon} {said.word}{said.firm ? "" : ", not firm"}</span>{" "}
      <span class="figure small">{said.share}{said.interval ? ` (${said.interval})` : ""}</span>
      {said.rest && <span class="small soft"> {said.rest}</span>}
      {said.hindsight && <><br /><span class="small soft">{said.hindsight}</span></>}
    </>
  );
}
