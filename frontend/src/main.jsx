import { effect } from "@preact/signals";
import { render } from "preact";
import { Answers } from "./panels/answers.jsx";
import { Head, Told } from "./panels/head.jsx";
import { Source } from "./panels/source.jsx";
import { Text } from "./panels/text.jsx";
import { here, panel } from "./state/work.js";

const PANELS = [["source", "Source"], ["case", "Case"], ["answers", "Answers"]];

function App() {
  return (
    <>
      <Head />
      <Told />
      <nav class="panels" aria-label="Panels">
        {PANELS.map(([id, name]) => (
          <button key={id} type="button" aria-pressed={panel.value === id} onClick={() => (panel.value = id)}>
            {name}
          </button>
        ))}
      </nav>
      <main data-panel={panel.value}>
        <section id="source" aria-label="Source" tabindex={0}>{here.value && <Source opened={here.value} />}</section>
        <section id="case" aria-label="Case" tabindex={-1}><Text /></section>
        <section id="answers" aria-label="Answers" tabindex={-1}>{here.value && <Answers opened={here.value} />}</section>
      </main>
    </>
  );
}

effect(() => {
  if (here.value) document.title = `${here.value.title.value} – Lackmus`;
});
render(<App />, document.getElementById("workbench"));
