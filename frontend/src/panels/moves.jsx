// Who sees what, and what was observed.

import { useRef } from "preact/hooks";
import { plain } from "../words.js";

const rounds = new Map();

function Move({ opened, move }) {
  const { answers } = opened;
  const pick = useRef(null);
  const name = () => {
    const round = pick.current?.value;
    return round ? `${move.id}[${round}]` : move.id;
  };
  const toggle = (label) => {
    const yes = `${name()} = ${label}`, no = `${name()} != ${label}`;
    const { observed } = answers.supposed.value;
    const others = observed.filter((text) => text !== yes && text !== no);
    answers.observe(observed.includes(yes) ? [...others, no] : observed.includes(no) ? others : [...others, yes]);
  };
  const state = (label) => {
    const { observed } = answers.supposed.value;
    if (observed.includes(`${name()} = ${label}`)) return "seen";
    return observed.includes(`${name()} != ${label}`) ? "not seen" : "";
  };
  return (
    <tr data-move={move.id}>
      <th scope="row">
        <button type="button" class="link" onClick={() => opened.point("move", move.id)} title={move.says}>{plain(move.id)}</button> <span class="small soft">{move.by}</span>
        {move.block && (
          <label class="small">
            {" "}round{" "}
            <select ref={pick} value={rounds.get(move.id) ?? ""} onChange={(event) => { rounds.set(move.id, event.target.value); answers.observe([...s.supposed.value.observed]); }}>
              <option value="">the last</option>
              {Array.from({ length: move.rounds }, (_, i) => <option key={i} value={i + 1}>{i + 1}</option>)}
            </select>
          </label>
        )}
        <span class="options">
          {move.options.map(({ label, says }) => (
            <button type="button" key={label} title={says} class={state(label).replace(" ", "-")} aria-pressed={state(label) !== ""} aria-label={`${plain(move.id)} ${plain(label)}${state(label) ? `, ${state(label)}` : ""}`} onClick={() => toggle(label)}>
              {state(label) === "not seen" ? "not " : ""}{plain(label)}
            </button>
          ))}
        </span>
      </th>
      {answers.model.value.viewers.map((viewer) => (
        <td key={viewer}>{move.sees[viewer] || <span class="soft" aria-label="does not see it">–</span>}</td>
      ))}
    </tr>
  );
}

export function Moves({ opened }) {
  const { answers } = opened;
  const model = answers.model.value;
  return (
    <section aria-labelledby="moves">
      <h3 id="moves">Who sees what</h3>
      <p class="small soft">Click an option to observe it; again for “not this one”; once more to forget it.</p>
      <div class="scroll" role="region" aria-label="Who sees what" tabindex={0}>
        <table class="grid">
          <thead><tr><th scope="col">Move</th>{model.viewers.map((v) => <th scope="col" key={v}>{plain(v)}</th>)}</tr></thead>
          <tbody>{model.moves.map((move) => <Move key={move.id} opened={opened} move={move} />)}</tbody>
        </table>
      </div>
      {model.record.length > 0 && (
        <>
          <h3>The record</h3>
          <ol class="record">
            {model.record.map((o) => {
              const seen = answers.supposed.value.observed.includes(o.saw);
              const toggle = () => answers.observe(seen ? answers.supposed.value.observed.filter((x) => x !== o.saw) : [...s.supposed.value.observed, o.saw]);
              return (
                <li key={o.saw}>
                  <button type="button" aria-pressed={seen} onClick={toggle}>{o.saw}</button> <span class="small soft">{o.date}{o.certain ? "" : " · a judgement"}</span> {o.says}
                </li>
              );
            })}
          </ol>
        </>
      )}
    </section>
  );
}
