// One claim in depth.

import { panel } from "../state/work.js";
import { plain } from "../words.js";
import { Near, Outcome, Verdict } from "./outcome.jsx";
import { Sections } from "./sections.jsx";
import { lightOf } from "./verdicts.jsx";

function Pointers({ opened, title, kind, ids }) {
  if (!ids.length) return null;
  return (
    <p>
      <b>{title}</b>{" "}
      {ids.map((id) => (
        <button type="button" class="link item" key={id} onClick={() => { opened.point(kind, id); if (kind === "passage") panel.value = "source"; }}>{plain(id)}</button>
      ))}
    </p>
  );
}

export function Claim({ opened }) {
  const { answers } = opened;
  const model = answers.model.value;
  const id = opened.focus.value?.kind === "claim" ? opened.focus.value.id : model.claims[0]?.id;
  const claim = model.claims.find((c) => c.id === id);
  if (!claim) return <p>There is no such claim.</p>;
  const swept = answers.swept.value;
  const said = swept?.verdicts.find((v) => v.claim === id);
  const asked = lightOf(answers, swept?.supposed ?? answers.supposed.value);
  const now = answers.claims.value.get(id);
  return (
    <section class="claim">
      <label>
        Claim{" "}
        <select value={id} onChange={(event) => opened.point("claim", event.target.value, { jump: false })}>
          {model.claims.map((c) => <option key={c.id} value={c.id}>{c.title}</option>)}
        </select>
      </label>
      <h3>{claim.title}</h3>
      <p class="soft">{[claim.by, claim.reported_by && `reported by ${claim.reported_by}`].filter(Boolean).join(", ")}</p>
      <p><Verdict said={said} />{asked && <span class="small soft"> asked {asked}</span>}</p>
      <p><b>{answers.moved.value ? "As supposed" : "Base case"}</b> <Outcome found={now} /> <Near found={now} count={answers.point.value?.near} /></p>
      <Pointers opened={opened} title="Rests on" kind="passage" ids={opened.within("claim", id, "passage")} />
      <Pointers opened={opened} title="Speaks of" kind="move" ids={opened.within("claim", id, "move")} />
      <Pointers opened={opened} title="Assumes" kind="assumption" ids={opened.within("claim", id, "assumption")} />
      <Sections opened={opened} names={["claims"]} claim={id}>
        <pre class="question">{claim.question}</pre>
        {claim.reason && <p class="soft">{claim.reason}</p>}
      </Sections>
    </section>
  );
}
