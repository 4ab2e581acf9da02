// The panel of answers: in what light, one tab at a time, and the sliders below.

import { Beliefs } from "./beliefs.jsx";
import { Claim } from "./claim.jsx";
import { Moves } from "./moves.jsx";
import { Pictures } from "./pictures.jsx";
import { Sliders } from "./sliders.jsx";
import { Verdicts } from "./verdicts.jsx";

function Light({ answers }) {
  const { record, observed } = answers.supposed.value;
  const has = answers.model.value.record.some((o) => o.certain);
  return (
    <div class="light" role="group" aria-label="In what light">
      <button type="button" aria-pressed={!record} onClick={() => answers.setRecord(false)}>Before the record</button>
      <button type="button" aria-pressed={record} disabled={!has} onClick={() => answers.setRecord(true)}>In the light of the record</button>
      {observed.map((text) => (
        <button type="button" key={text} class="seen" onClick={() => answers.observe(observed.filter((x) => x !== text))} aria-label={`Forget ${text}`}>{text} ×</button>
      ))}
    </div>
  );
}

const TABS = [["verdicts", "Verdicts"], ["claim", "One claim"], ["beliefs", "Beliefs"], ["moves", "Who sees what"], ["pictures", "Pictures"]];

export function Answers({ opened }) {
  const { answers } = opened;
  if (!answers.model.value) return <><h2>Answers</h2><p class="soft">The case is being read …</p></>;
  const tab = opened.tab.value;
  const turn = (event) => {
    const at = TABS.findIndex(([id]) => id === tab);
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    opened.tab.value = TABS[(at + step + TABS.length) % TABS.length][0];
    requestAnimationFrame(() => document.getElementById(`tab-${opened.tab.value}`).focus());
  };
  return (
    <div class={opened.stale.value ? "stale" : ""}>
      <h2>Answers</h2>
      <Light answers={answers} />
      <div class="tabs" role="tablist" aria-label="Answers" onKeyDown={turn}>
        {TABS.map(([id, name]) => (
          <button key={id} id={`tab-${id}`} type="button" role="tab" aria-selected={tab === id} aria-controls="tab" tabindex={tab === id ? 0 : -1} onClick={() => (opened.tab.value = id)}>{name}</button>
        ))}
      </div>
      <div id="tab" role="tabpanel" aria-labelledby={`tab-${tab}`}>
        {tab === "verdicts" && <Verdicts opened={opened} />}
        {tab === "claim" && <Claim opened={opened} />}
        {tab === "beliefs" && <Beliefs answers={answers} />}
        {tab === "moves" && <Moves opened={opened} />}
        {tab === "pictures" && <Pictures opened={opened} />}
      </div>
      {tab !== "pictures" && <Sliders opened={opened} />}
    </div>
  );
}
