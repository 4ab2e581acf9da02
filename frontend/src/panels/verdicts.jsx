// The verdict on every claim: over the draws, at the base or as supposed, and under dissents.

import { plain } from "../words.js";
import { Near, Outcome, Verdict } from "./outcome.jsx";

/** In what light claims are asked under a supposition, in words; empty where there is but one. */
export function lightOf(answers, { record, observed }) {
  const recorded = answers.model.value.record.length > 0 && "as of before the record";
  return [record ? "in the light of the record" : recorded, observed.length > 0 && "given what is observed"].filter(Boolean).join(", ");
}

function Progress({ opened }) {
  const { answers } = opened;
  const swept = answers.swept.value;
  const supposed = swept?.supposed ?? answers.supposed.value;
  const given = Object.keys(supposed.values);
  const about = given.length ? ` with ${given.map(plain).join(", ")} as supposed` : "";
  const asked = lightOf(answers, supposed);
  return (
    <p class="small soft" id="progress">
      {swept ? `Verdicts over ${swept.done.toLocaleString("en")} of ${swept.of.toLocaleString("en")} draws${about}.` : "Draws are being made …"}
      {asked && ` The claims are asked ${asked}.`}
      {swept && !answers.isOfNow(swept) && " What is supposed now is not drawn yet."}
      {opened.stale.value && " All this is of the last text without faults."}
    </p>
  );
}

/** How far a dissent's draws are, or why it has none. */
function Drawn({ column, supposed }) {
  if (column.error) return <span class="bad small">{column.error}</span>;
  if (JSON.stringify(column.supposed) !== JSON.stringify(supposed)) return <span class="small soft">being drawn …</span>;
  if (column.done === column.of) return null;
  return <span class="small soft">{column.done} of {column.of} draws</span>;
}

/** A claim under a dissent: over the draws, and at its own base or as supposed. */
function Dissent({ column, id }) {
  if (!column.claims) return <span class="soft">…</span>;
  const at = column.claims.find((c) => c.id === id);
  if (!at) return <span class="small soft">does not claim it</span>;
  return (
    <>
      <Verdict said={column.verdicts.find((v) => v.claim === id)} />
      <br />
      <span class="small"><Outcome found={at} /></span>
    </>
  );
}

function Table({ opened }) {
  const { answers } = opened;
  const model = answers.model.value;
  const said = new Map((answers.swept.value?.verdicts ?? []).map((v) => [v.claim, v]));
  const at = answers.claims.value;
  const point = answers.moved.value ? "As supposed" : "Base case";
  const before = new Map((answers.base.value?.claims ?? []).map((c) => [c.id, c]));
  const columns = answers.beside.value ? model.dissents.map((file) => answers.dissents.value.get(file) ?? { file, title: file }) : [];
  return (
    <div class="scroll" role="region" aria-label="Verdicts" tabindex={0}>
      <table class="verdicts" aria-busy={answers.late.value}>
        <thead>
          <tr>
            <th scope="col">Claim</th>
            <th scope="col">Over the draws</th>
            <th scope="col">{point}</th>
            {columns.map((column) => <th scope="col" key={column.file}>{column.title} <Drawn column={column} supposed={answers.supposed.value} /></th>)}
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
                <td data-label="Over the draws"><Verdict said={said.get(claim.id)} /></td>
                <td class={turned ? "turned" : ""} data-label={point}>
                  <Outcome found={now} />
                  {turned && <span class="small"> turned</span>} <Near found={now} count={answers.point.value?.near} />
                </td>
                {columns.map((column) => <td key={column.file} data-label={column.title}><Dissent column={column} id={claim.id} /></td>)}
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
      {answers.model.value.dissents.length > 0 && (
        <button type="button" aria-pressed={answers.beside.value} onClick={() => answers.showDissents(!answers.beside.value)}>Dissents beside it</button>
      )}
      <Table opened={opened} />
    </>
  );
}
