import { useEffect, useRef } from "preact/hooks";
import * as s from "./state.js";
import { number, percent, plain, signed, signOf } from "./words.js";

function Outcome({ found }) {
  if (!found) return <span class="soft">…</span>;
  return (
    <span class={`outcome ${found.word.replaceAll(" ", "-")}`} title={found.reason || found.word}>
      {signOf(found.word)} {found.word} {found.margin !== null && <span class="figure soft">{signed(found.margin)}</span>}
    </span>
  );
}

function Near({ found, count }) {
  if (!found?.near) return null;
  const title = `Among the ${count} stored draws in which what is supposed lies nearby (within a twentieth of the draws on either side)`;
  return <span class="small soft" title={title}>{percent(found.near.holds)} of {count} draws nearby</span>;
}

function Verdict({ said }) {
  if (!said) return <span class="soft">…</span>;
  return (
    <>
      <span class={`verdict ${said.kind}`}>{said.icon} {said.word}{said.firm ? "" : ", not firm"}</span>{" "}
      <span class="figure small">{said.share}{said.interval ? ` (${said.interval})` : ""}</span>
      {said.rest && <span class="small soft"> {said.rest}</span>}
    </>
  );
}

function Progress() {
  const swept = s.swept.value;
  const given = Object.keys(s.supposed.value.values);
  const about = given.length ? ` with ${given.map(plain).join(", ")} as supposed` : "";
  return (
    <p class="small soft" id="progress">
      {swept ? `Verdicts over ${swept.done.toLocaleString("en")} of ${swept.of.toLocaleString("en")} draws${about}` : "Draws are being made …"}
      {s.stale.value && " · of the last text without faults"}
    </p>
  );
}

function Verdicts() {
  const model = s.model.value;
  const said = new Map((s.swept.value?.verdicts ?? []).map((v) => [v.claim, v]));
  const at = new Map((s.answer.value?.claims ?? []).map((c) => [c.id, c]));
  const before = new Map((s.base.value?.claims ?? []).map((c) => [c.id, c]));
  const columns = s.dissents.value ?? [];
  return (
    <div class="scroll" role="region" aria-label="Verdicts" tabindex={0}>
      <table class="verdicts" aria-busy={s.late.value}>
        <thead>
          <tr>
            <th scope="col">Claim</th>
            <th scope="col">Over the draws</th>
            <th scope="col">{s.moved.value ? "As supposed" : "Base case"}</th>
            {columns.map((c) => <th scope="col" key={c.file}>{c.title}</th>)}
          </tr>
        </thead>
        <tbody>
          {model.claims.map((claim) => {
            const now = at.get(claim.id);
            const turned = now && before.get(claim.id) && before.get(claim.id).word !== now.word;
            const chosen = s.focus.value?.kind === "claim" && s.focus.value.id === claim.id;
            return (
              <tr key={claim.id} class={chosen ? "chosen" : ""} data-claim={claim.id}>
                <th scope="row">
                  <button type="button" class="link" onClick={() => s.point("claim", claim.id)}>{claim.title}</button>{" "}
                  <span class="small soft">{claim.by}</span>
                </th>
                <td><Verdict said={said.get(claim.id)} /></td>
                <td class={turned ? "turned" : ""}>
                  <Outcome found={now} />
                  {turned && <span class="small"> turned</span>} <Near found={now} count={s.answer.value?.near} />
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

// --- sliders ---

const STEPS = 1000;
const isLog = (slider) => slider.shape === "loguniform" && slider.low > 0;

function share(slider, value) {
  const clipped = Math.min(Math.max(value, slider.low), slider.high);
  if (isLog(slider)) return Math.log(clipped / slider.low) / Math.log(slider.high / slider.low);
  return (clipped - slider.low) / (slider.high - slider.low);
}

function valueAt(slider, at) {
  const part = at / STEPS;
  const raw = isLog(slider) ? slider.low * (slider.high / slider.low) ** part : slider.low + part * (slider.high - slider.low);
  if (slider.choices.length) return slider.choices.reduce((a, b) => (Math.abs(b - raw) < Math.abs(a - raw) ? b : a));
  const digits = Math.max(0, 3 - Math.floor(Math.log10(slider.high - slider.low)) - 1);
  return Number(raw.toFixed(Math.min(digits, 12)));
}

function Slider({ slider }) {
  const supposed = s.supposed.value.values[slider.name];
  const value = supposed ?? slider.base;
  const claim = s.focus.value?.kind === "claim" ? s.focus.value.id : null;
  const turns = s.turns.value.filter((t) => t.assumption === slider.name && (!claim || t.claim === claim));
  const chosen = s.focus.value?.kind === "assumption" && s.focus.value.id === slider.name;
  const id = `slider ${slider.name}`.replaceAll(/\W/g, "-");
  return (
    <li class={chosen ? "slider chosen" : "slider"} data-assumption={slider.name}>
      <button type="button" class="link name" title={slider.says} onClick={() => s.point("assumption", slider.name)}>{plain(slider.name)}</button>
      <span class="track">
        <input
          id={id}
          type="range"
          min={0}
          max={STEPS}
          step={1}
          value={Math.round(STEPS * share(slider, value))}
          aria-label={`${plain(slider.name)}, from ${number(slider.low)} to ${number(slider.high)}`}
          aria-valuetext={`${number(value)}${supposed === undefined ? ", base" : ""}`}
          onInput={(event) => s.suppose(slider.name, valueAt(slider, Number(event.target.value)))}
          onChange={() => s.sweep()}
        />
        <span class="tick base" style={{ left: `${100 * share(slider, slider.base)}%` }} title={`base ${number(slider.base)}`} />
        {turns.map((t) => (
          <span key={t.claim + t.value} class="tick turn" style={{ left: `${100 * share(slider, t.value)}%` }} title={`${plain(t.claim)} turns at ${number(t.value)}`} />
        ))}
      </span>
      <output for={id} class="figure">{number(value)}</output>
      <span class="acts">
        {supposed !== undefined && (
          <>
            <button type="button" onClick={() => { s.suppose(slider.name, null); s.sweep(); }} aria-label={`Put ${plain(slider.name)} back to its base`}>back</button>
            <button type="button" onClick={() => s.keep(slider.name)} aria-label={`Keep ${plain(slider.name)} in the text`}>keep</button>
          </>
        )}
      </span>
    </li>
  );
}

function Sliders() {
  const sliders = s.model.value.sliders.filter((x) => x.low < x.high);
  const turns = s.turns.value.length;
  return (
    <section aria-labelledby="suppose">
      <h3 id="suppose">Suppose</h3>
      <p class="small soft">
        What is supposed changes nothing in the text until it is kept. │ marks the base value
        {turns ? ", ▲ where a claim turns" : ""}.
      </p>
      <ul class="sliders">{sliders.map((slider) => <Slider key={slider.name} slider={slider} />)}</ul>
    </section>
  );
}

// --- one claim ---

function Pointers({ title, kind, ids }) {
  if (!ids.length) return null;
  return (
    <p>
      <b>{title}</b>{" "}
      {ids.map((id) => (
        <button type="button" class="link item" key={id} onClick={() => { s.point(kind, id); if (kind === "passage") s.panel.value = "source"; }}>{plain(id)}</button>
      ))}
    </p>
  );
}

function Claim() {
  const model = s.model.value;
  const id = s.focus.value?.kind === "claim" ? s.focus.value.id : model.claims[0]?.id;
  const claim = model.claims.find((c) => c.id === id);
  if (!claim) return <p>There is no such claim.</p>;
  const said = s.swept.value?.verdicts.find((v) => v.claim === id);
  const now = s.answer.value?.claims.find((c) => c.id === id);
  const turns = s.turns.value.filter((t) => t.claim === id);
  return (
    <section class="claim">
      <label>
        Claim{" "}
        <select value={id} onChange={(event) => s.point("claim", event.target.value, { jump: false })}>
          {model.claims.map((c) => <option key={c.id} value={c.id}>{c.title}</option>)}
        </select>
      </label>
      <h3>{claim.title}</h3>
      <p class="soft">{[claim.by, claim.reported_by && `reported by ${claim.reported_by}`].filter(Boolean).join(", ")}</p>
      <p><Verdict said={said} /></p>
      <p><b>{s.moved.value ? "As supposed" : "Base case"}</b> <Outcome found={now} /> <Near found={now} count={s.answer.value?.near} /></p>
      <pre class="question">{claim.question}</pre>
      {claim.reason && <p class="soft">{claim.reason}</p>}
      <button type="button" onClick={() => { s.panel.value = "case"; s.point("claim", id); }}>To its lines</button>
      <Pointers title="Rests on" kind="passage" ids={s.within("claim", id, "passage")} />
      <Pointers title="Speaks of" kind="move" ids={s.within("claim", id, "move")} />
      <Pointers title="Assumes" kind="assumption" ids={s.within("claim", id, "assumption")} />
      {turns.length > 0 && (
        <>
          <h4>Where it turns</h4>
          <ul>
            {turns.map((t) => (
              <li key={t.assumption + t.value}>
                <button type="button" class="link" onClick={() => s.point("assumption", t.assumption)}>{plain(t.assumption)}</button> at <span class="figure">{number(t.value)}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

// --- beliefs and observations ---

function Beliefs() {
  const found = s.answer.value?.beliefs;
  if (!found) return <p class="soft">No solution here, so no beliefs.</p>;
  const known = s.supposed.value.observed.length > 0 || s.supposed.value.record;
  return (
    <section aria-labelledby="beliefs-now">
      <h3 id="beliefs-now">Beliefs</h3>
      {known && <p>The model gave what was observed a probability of <b class="figure">{number(found.probability)}</b>{found.probability < 0.05 ? ": it is surprised" : ""}.</p>}
      {Object.entries(found.prior).map(([about, prior]) => (
        <table class="beliefs" key={about}>
          <caption>{plain(about)}</caption>
          <thead><tr><th scope="col">Value</th><th scope="col">Before</th>{known && <th scope="col">After</th>}</tr></thead>
          <tbody>
            {Object.entries(prior).map(([value, p]) => {
              const after = found.posterior[about]?.[value];
              return (
                <tr key={value}>
                  <th scope="row">{plain(value)}</th>
                  <td class="figure">{percent(p)}</td>
                  {known && <td class="figure">{after === undefined ? "ruled out" : percent(after)} <meter min={0} max={1} value={after ?? 0} aria-label={`${plain(value)} after`} /></td>}
                </tr>
              );
            })}
          </tbody>
        </table>
      ))}
    </section>
  );
}

function Light() {
  const { record, observed } = s.supposed.value;
  const has = s.model.value.record.some((o) => o.certain);
  return (
    <div class="light" role="group" aria-label="In what light">
      <button type="button" aria-pressed={!record} onClick={() => s.setRecord(false)}>Before the record</button>
      <button type="button" aria-pressed={record} disabled={!has} onClick={() => s.setRecord(true)}>In the light of the record</button>
      {observed.map((text) => (
        <button type="button" key={text} class="seen" onClick={() => s.observe(observed.filter((x) => x !== text))} aria-label={`Forget ${text}`}>{text} ×</button>
      ))}
    </div>
  );
}

const rounds = new Map();

function Move({ move }) {
  const pick = useRef(null);
  const name = () => {
    const round = pick.current?.value;
    return round ? `${move.id}[${round}]` : move.id;
  };
  const toggle = (label) => {
    const yes = `${name()} = ${label}`, no = `${name()} != ${label}`;
    const { observed } = s.supposed.value;
    const others = observed.filter((text) => text !== yes && text !== no);
    s.observe(observed.includes(yes) ? [...others, no] : observed.includes(no) ? others : [...others, yes]);
  };
  const state = (label) => {
    const { observed } = s.supposed.value;
    if (observed.includes(`${name()} = ${label}`)) return "seen";
    return observed.includes(`${name()} != ${label}`) ? "not seen" : "";
  };
  return (
    <tr data-move={move.id}>
      <th scope="row">
        <button type="button" class="link" onClick={() => s.point("move", move.id)} title={move.says}>{plain(move.id)}</button> <span class="small soft">{move.by}</span>
        {move.block && (
          <label class="small">
            {" "}round{" "}
            <select ref={pick} value={rounds.get(move.id) ?? ""} onChange={(event) => { rounds.set(move.id, event.target.value); s.observe([...s.supposed.value.observed]); }}>
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
      {s.model.value.viewers.map((viewer) => (
        <td key={viewer}>{move.sees[viewer] || <span class="soft" aria-label="does not see it">–</span>}</td>
      ))}
    </tr>
  );
}

function Moves() {
  const model = s.model.value;
  return (
    <section aria-labelledby="moves">
      <h3 id="moves">Who sees what</h3>
      <p class="small soft">Click an option to observe it; again for “not this one”; once more to forget it.</p>
      <div class="scroll" role="region" aria-label="Who sees what" tabindex={0}>
        <table class="grid">
          <thead><tr><th scope="col">Move</th>{model.viewers.map((v) => <th scope="col" key={v}>{plain(v)}</th>)}</tr></thead>
          <tbody>{model.moves.map((move) => <Move key={move.id} move={move} />)}</tbody>
        </table>
      </div>
      {model.record.length > 0 && (
        <>
          <h3>The record</h3>
          <ol class="record">
            {model.record.map((o) => {
              const seen = s.supposed.value.observed.includes(o.saw);
              const toggle = () => s.observe(seen ? s.supposed.value.observed.filter((x) => x !== o.saw) : [...s.supposed.value.observed, o.saw]);
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

// --- the report's own pictures ---

const SHOWN = ["beliefs", "indicators", "watch", "tree", "standoff"];

function Pictures() {
  const place = useRef(null);
  const found = s.pictures.value;
  useEffect(() => {
    if (!found) s.showPictures();
  }, [found]);
  useEffect(() => {
    if (!found) return;
    const root = place.current.shadowRoot ?? place.current.attachShadow({ mode: "open" });
    root.innerHTML = `<style>${found.style}</style>${SHOWN.map((id) => found.parts[id]).join("")}`;
    root.onclick = (event) => {
      const link = event.composedPath().find((node) => node.tagName === "A" && node.getAttribute("href")?.startsWith("#"));
      if (!link) return;
      event.preventDefault();
      const id = link.getAttribute("href").slice(1).replace(/^assumption-/, "");
      const part = s.known.value.parts.find((p) => p.id === id);
      if (part) s.point(part.kind, part.id);
    };
  }, [found]);
  return (
    <>
      <p class="small soft">As the report draws them, at the base values.{!found && " Being drawn …"}</p>
      <div ref={place} class="pictures" />
    </>
  );
}

const TABS = [["verdicts", "Verdicts"], ["claim", "One claim"], ["beliefs", "Beliefs"], ["moves", "Who sees what"], ["pictures", "Pictures"]];

export function Answers() {
  if (!s.model.value) return <><h2>Answers</h2><p class="soft">The case is being read …</p></>;
  const tab = s.tab.value;
  const turn = (event) => {
    const at = TABS.findIndex(([id]) => id === tab);
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    s.tab.value = TABS[(at + step + TABS.length) % TABS.length][0];
    requestAnimationFrame(() => document.getElementById(`tab-${s.tab.value}`).focus());
  };
  return (
    <div class={s.stale.value ? "stale" : ""}>
      <h2>Answers</h2>
      <Light />
      <div class="tabs" role="tablist" aria-label="Answers" onKeyDown={turn}>
        {TABS.map(([id, name]) => (
          <button key={id} id={`tab-${id}`} type="button" role="tab" aria-selected={tab === id} aria-controls="tab" tabindex={tab === id ? 0 : -1} onClick={() => (s.tab.value = id)}>{name}</button>
        ))}
      </div>
      <div id="tab" role="tabpanel" aria-labelledby={`tab-${tab}`}>
        {tab === "verdicts" && <><Progress /><Verdicts />{s.model.value.dissents.length > 0 && <button type="button" onClick={s.showDissents}>Show the dissents beside it</button>}</>}
        {tab === "claim" && <Claim />}
        {tab === "beliefs" && <Beliefs />}
        {tab === "moves" && <Moves />}
        {tab === "pictures" && <Pictures />}
      </div>
      {tab !== "pictures" && <Sliders />}
    </div>
  );
}
