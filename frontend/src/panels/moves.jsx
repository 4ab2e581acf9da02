// Who sees what, in which round, and what was observed.

import { plain } from "../words.js";

/** Which round of a block is meant: in the grid, and by a click on an option. */
function Round({ opened, block, count }) {
  const meant = opened.rounds.value[block] ?? "";
  const choose = (event) => (opened.rounds.value = { ...opened.rounds.value, [block]: event.target.value });
  return (
    <label>
      {plain(block)}: round{" "}
      <select value={meant} onChange={choose}>
        <option value="">the last</option>
        {Array.from({ length: count }, (_, i) => <option key={i} value={i + 1}>{i + 1}</option>)}
      </select>
    </label>
  );
}

/** What a click on an option observes next: that it was taken, that it was not, nothing. */
function next(observed, name, label) {
  const [yes, no] = [`${name} = ${label}`, `${name} != ${label}`];
  const others = observed.filter((text) => text !== yes && text !== no);
  if (observed.includes(yes)) return [...others, no];
  return observed.includes(no) ? others : [...others, yes];
}

function seen(observed, name, label) {
  if (observed.includes(`${name} = ${label}`)) return "seen";
  return observed.includes(`${name} != ${label}`) ? "not seen" : "";
}

function Option({ answers, name, option: { label, says } }) {
  const { observed } = answers.supposed.value;
  const state = seen(observed, name, label);
  return (
    <button
      type="button"
      title={says}
      class={state.replace(" ", "-")}
      aria-pressed={state !== ""}
      aria-label={`${plain(name)} ${plain(label)}${state && `, ${state}`}`}
      onClick={() => answers.observe(next(observed, name, label))}
    >
      {state === "not seen" ? "not " : ""}{plain(label)}
    </button>
  );
}

function Move({ opened, move }) {
  const { answers } = opened;
  const round = Number(opened.rounds.value[move.block] ?? 0);
  const { by, sees } = move.turns[round] ?? move.turns[0];
  const name = round ? `${move.id}[${round}]` : move.id;
  return (
    <tr data-move={move.id}>
      <th scope="row">
        <button type="button" class="link" onClick={() => opened.point("move", move.id)} title={move.says}>{plain(move.id)}</button> <span class="small soft">{by}</span>
        <span class="options">
          {move.options.map((option) => <Option key={option.label} answers={answers} name={name} option={option} />)}
        </span>
      </th>
      {answers.model.value.viewers.map((viewer) => (
        <td key={viewer}>{sees[viewer] || <span class="soft" aria-label="does not see it">–</span>}</td>
      ))}
    </tr>
  );
}

function Record({ answers }) {
  const { record } = answers.model.value;
  const { observed } = answers.supposed.value;
  if (!record.length) return null;
  return (
    <>
      <h3>The record</h3>
      <ol class="record">
        {record.map((o) => {
          const known = observed.includes(o.saw);
          const toggle = () => answers.observe(known ? observed.filter((text) => text !== o.saw) : [...observed, o.saw]);
          return (
            <li key={o.saw}>
              <button type="button" aria-pressed={known} onClick={toggle}>{o.saw}</button> <span class="small soft">{o.date}{o.certain ? "" : " · a judgement"}</span> {o.says}
            </li>
          );
        })}
      </ol>
    </>
  );
}

export function Moves({ opened }) {
  const { answers } = opened;
  const { moves, viewers } = answers.model.value;
  const blocks = new Map(moves.filter((move) => move.block).map((move) => [move.block, move.turns.length - 1]));
  return (
    <section aria-labelledby="moves">
      <h3 id="moves">Who sees what</h3>
      <p class="small soft">Click an option to observe it; again for “not this one”; once more to forget it.</p>
      {[...blocks].map(([block, count]) => <Round key={block} opened={opened} block={block} count={count} />)}
      <div class="scroll" role="region" aria-label="Who sees what" tabindex={0}>
        <table class="grid">
          <thead><tr><th scope="col">Move</th>{viewers.map((v) => <th scope="col" key={v}>{plain(v)}</th>)}</tr></thead>
          <tbody>{moves.map((move) => <Move key={move.id} opened={opened} move={move} />)}</tbody>
        </table>
      </div>
      <Record answers={answers} />
    </section>
  );
}
