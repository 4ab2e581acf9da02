// The verdict on every claim: over the draws, at the base or as supposed, and under dissents.

import { plain } from "../words.js";
import { Near, Outcome, Verdict } from "./outcome.jsx";

function Progress({ opened }) {
  const { answers } = opened;
  const swept = answers.swept.value;
  const given = Object.keys(answers.supposed.value.values);
  const about = given.length ? ` with ${given.map(plain).join(", ")} as supposed` : "";
  return (
    <p class="small soft" id="progress">
      {swept ? `Verdicts over ${swept.done.toLocaleString("en")} of ${swept.of.toLocaleString("en")} draws${about}` : "Draws are being made …"}
      {opened.stale.value && " · of the last text without faults"}
    </p>
  );
}

function Table({ opened }) {
  const { answers } = opened;
  const model = answers.model.value;
  const said = new Map((answers.swept.value?.verdicts ?? []).map((v) => [v.claim, v]));
  const at = new Map((answers.point.value?.claims ?? []).map((c) => [c.id, c]));
  const before = new Map((answers.base.value?.claims ?? []).map((c) => [c.id, c]));
  const columns = answers.dissents.value ?? [];
  return (
    <div class="scroll" role="region" aria-label="Verdicts" tabindex={0}>
      <table class="verdicts" aria-busy={answers.late.value}>
        <thead>
          <tr>
            <th scope="col">Claim</th>
            <th scope="col">Over the draws</th>
            <th scope="col">{answers.moved.value ? "As supposed" : "Base case"}</th>
            {columns.map((c) => <th scope="col" key={c.file}>{c.title}</th>)}
          </tr>
        </thead>
        <tbody>
          {model.claims.map((claim) => {
            const now = at.get(claim.id);
            const turned = now && before.get(claim.id) && before.get(claim.id).word !== now.word;
            const chosen = opened.focus.value?.kind === "claim" && opened.focus.value.id === claim.id;
            return (
              <tr key={claim.id} class={chosen ? "chosen" : ""} data-claim={claim.id}>
                <th scope="row">
                  <button type="button" class="link" onClick={() => opened.point("claim", claim.id)}>{claim.title}</button>{" "}
                  <span class="small soft">{claim.by}</span>
                </th>
                <td><Verdict said={said.get(claim.id)} /></td>
                <td class={turned ? "turned" : ""}>
                  <Outcome found={now} />
                  {turned && <span class="small"> turned</span>} <Near found={now} count={answers.point.value?.near} />
                </td>
                {columns.map((c) => <td key={c.file}><Outcome found={c.claims.find((x) => x.id === claim.id) ?? null} /></td>)}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

export function Verdicts({ opened }) {
  const { answers } = opened;
  return (
    <>
      <Progress opened={opened} />
      <Table opened={opened} />
      {answers.model.value.dissents.length > 0 && <button type="button" onClick={() => answers.showDissents()}>Show the dissents beside it</button>}
    </>
  );
}
