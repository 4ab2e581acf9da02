// The panel of answers: in what light, one tab at a time, and the sliders below.

import { useEffect, useLayoutEffect } from "preact/hooks";
import { Beliefs } from "./beliefs.jsx";
import { Claim } from "./claim.jsx";
import { Moves } from "./moves.jsx";
import { Sections } from "./sections.jsx";
import { Sliders } from "./sliders.jsx";
import { Verdicts } from "./verdicts.jsx";

/** An observation as it is meant: a bare name of a move in rounds is that of the last. */
function meant(text, moves) {
  const [, id, indexed] = /^(\w+)(\[)?/.exec(text) ?? [];
  const move = moves.find((one) => one.id === id);
  return move?.block && !indexed ? `${text}, in the last round` : text;
}

/** Why nothing can be asked in the light of the record; empty where it can. */
function noRecord(record) {
  if (!record.length) return "The case has no record: 'observations' would say what was seen.";
  return record.some((o) => o.certain) ? "" : "The record settles nothing: all that stands in it is a judgement.";
}

function Light({ answers }) {
  const { record, observed } = answers.supposed.value;
  const { moves, record: recorded } = answers.model.value;
  const why = noRecord(recorded);
  return (
    <div class="light" role="group" aria-label="In what light">
      <button type="button" aria-pressed={!record} onClick={() => answers.setRecord(false)}>Before the record</button>
      <button type="button" aria-pressed={record} disabled={why !== ""} title={why} aria-describedby={why && "no-record"} onClick={() => answers.setRecord(true)}>In the light of the record</button>
      {why && <span id="no-record" class="small soft">{why}</span>}
      {observed.map((text) => (
        <button type="button" key={text} class="seen" onClick={() => answers.observe(observed.filter((x) => x !== text))} aria-label={`Forget ${text}`}>{meant(text, moves)} ×</button>
      ))}
    </div>
  );
}

const NOT_MOVED = {
  happened: "This is about the record itself, and the same in any light.",
  tests: "A test changes the rules, and all play it from the beginning: no light moves it.",
};

/** What the report says of a topic; of what is supposed, and in what light, where that moves it. */
function Report({ opened, tab, names }) {
  const { record, observed } = opened.answers.supposed.value;
  const known = record || observed.length > 0;
  return (
    <>
      {known && NOT_MOVED[tab] && <p class="small soft">{NOT_MOVED[tab]}</p>}
      <Sections opened={opened} names={names} />
    </>
  );
}

/** What was seen, what became of the claims, and what that teaches; of a case that has a record. */
function Happened({ opened }) {
  if (opened.answers.model.value.record.length) return <Report opened={opened} tab="happened" names={["happened"]} />;
  return <p class="soft">The case has no record of what happened. Write it under ‘observations’, or into a file observations.yaml beside the case.</p>;
}

/** Topics by their ids, each with its name and what it shows. */
const TABS = {
  verdicts: ["Verdicts", ({ opened }) => <Verdicts opened={opened} />],
  claim: ["One claim", ({ opened }) => <Claim opened={opened} />],
  happened: ["What happened", ({ opened }) => <Happened opened={opened} />],
  beliefs: ["Beliefs", ({ opened }) => <><Beliefs answers={opened.answers} /><Report opened={opened} names={["beliefs"]} /></>],
  indicators: ["Indicators", ({ opened }) => <Report opened={opened} names={["indicators", "watch"]} />],
  tests: ["Tests", ({ opened, tab }) => <Report opened={opened} tab={tab} names={["probes"]} />],
  tree: ["Tree", ({ opened }) => <Report opened={opened} names={["tree"]} />],
  moves: ["Who sees what", ({ opened }) => <><Moves opened={opened} /><Report opened={opened} names={["standoff"]} /></>],
  assumptions: ["Assumptions", ({ opened }) => <><Sliders opened={opened} /><Report opened={opened} names={["assumptions"]} /></>],
};

/** Where the answers have a part: its slider, its row in the grid; or else the panel. */
function answerOf({ kind, id }) {
  const panel = document.getElementById("answers");
  const within = (what) => panel.querySelector(`[data-${kind}="${CSS.escape(id)}"] ${what}`);
  return within("input") ?? within("button") ?? panel;
}

export function Answers({ opened }) {
  const { answers } = opened;
  const sought = answers.model.value && opened.sought.value;
  const tab = opened.tab.value in TABS ? opened.tab.value : "verdicts";
  const ready = answers.model.value !== null;
  useEffect(() => {
    const button = document.getElementById(`tab-${tab}`);
    const row = button?.parentElement;
    // Where the tabs stand in one row, that which is chosen stands in the middle of what is seen.
    if (row) row.scrollLeft = button.offsetLeft - (row.clientWidth - button.offsetWidth) / 2;
  }, [tab, ready]);
  // Only now all is in its place, and a row that goes with its tab is gone.
  useLayoutEffect(() => {
    if (!sought) return;
    answerOf(sought).focus();
    opened.sought.value = null;
  }, [sought]);
  if (!ready) return <><h2>Answers</h2><p class="soft">The case is being read …</p></>;
  const [, Shown] = TABS[tab];
  const turn = (event) => {
    const ids = Object.keys(TABS);
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    opened.tab.value = ids[(ids.indexOf(tab) + step + ids.length) % ids.length];
    document.getElementById(`tab-${opened.tab.value}`).focus();
  };
  return (
    <div class={[opened.stale.value && "stale", answers.late.value && "late"].filter(Boolean).join(" ")}>
      <h2>Answers</h2>
      <Light answers={answers} />
      <div class="tabs" role="tablist" aria-label="Answers" onKeyDown={turn}>
        {Object.entries(TABS).map(([id, [name]]) => (
          <button key={id} id={`tab-${id}`} type="button" role="tab" aria-selected={tab === id} aria-controls="tab" tabindex={tab === id ? 0 : -1} onClick={() => (opened.tab.value = id)}>{name}</button>
        ))}
      </div>
      <div id="tab" role="tabpanel" aria-labelledby={`tab-${tab}`}><Shown key={`${opened.key} ${tab}`} opened={opened} tab={tab} /></div>
      {tab !== "assumptions" && <Sliders opened={opened} />}
    </div>
  );
}
