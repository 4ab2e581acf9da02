import { render } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Answers } from "./answers.jsx";
import { makeEditor } from "./editor.js";
import { Source } from "./source.jsx";
import * as s from "./state.js";

function CasePanel() {
  const place = useRef(null);
  useEffect(() => {
    makeEditor(place.current);
    s.start().catch(s.tell);
  }, []);
  return <div class="editor" ref={place} />;
}

function Faults() {
  const faults = s.known.value.faults.filter((f) => f.severity === "error");
  if (!faults.length) return null;
  return (
    <ol class="faults" aria-label="Faults">
      {faults.map((fault) => (
        <li key={`${fault.start} ${fault.message}`}>
          <button type="button" onClick={() => s.editor.jump(fault.start)}>
            {fault.line ? `line ${fault.line}: ` : ""}
            {fault.message}
          </button>
          {fault.hint && <span class="hint">{fault.hint}</span>}
        </li>
      ))}
    </ol>
  );
}

async function openState(event) {
  const file = event.target.files[0];
  if (!file) return;
  try {
    s.restore(JSON.parse(await file.text()));
  } catch {
    s.tell({ message: `${file.name} is no state of the workbench.`, hint: "Open a file that 'Save state' wrote." });
  }
  event.target.value = "";
}

function saveState() {
  const blob = new Blob([JSON.stringify(s.state(), null, 1)], { type: "application/json" });
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob), download: `${s.opened.value.name}.lackmus.json` });
  link.click();
  URL.revokeObjectURL(link.href);
}

function Head() {
  const opened = s.opened.value;
  const file = useRef(null);
  return (
    <header>
      <h1>{s.model.value?.title ?? opened?.name ?? "Lackmus"}</h1>
      <div class="tools" role="group" aria-label="File">
        <button type="button" onClick={s.save} disabled={!opened?.writable || !s.dirty.value}>
          Save{s.dirty.value ? " •" : ""}
        </button>
        {s.dirty.value && <button type="button" onClick={s.reload}>Discard</button>}
        <button type="button" onClick={saveState} disabled={!opened}>Save state</button>
        <button type="button" onClick={() => file.current.click()} disabled={!opened}>Open state</button>
        <input ref={file} type="file" accept=".json" hidden onChange={openState} aria-label="State file" />
        <button type="button" onClick={s.report} disabled={!s.model.value}>Report</button>
      </div>
    </header>
  );
}

function Told() {
  const told = s.told.value;
  return (
    <div class="told-line" role="status">
      {s.changedOnDisk.value && (
        <p class="bad">
          The file has changed on the disk. <button type="button" onClick={s.reload}>Load it</button>
        </p>
      )}
      {told && (
        <p class={told.bad ? "bad" : ""}>
          {told.message} {told.hint && <span class="hint">{told.hint}</span>}{" "}
          <button type="button" onClick={() => (s.told.value = null)} aria-label="Dismiss">×</button>
        </p>
      )}
    </div>
  );
}

const PANELS = [["source", "Source"], ["case", "Case"], ["answers", "Answers"]];

function App() {
  return (
    <>
      <Head />
      <Told />
      <nav class="panels" aria-label="Panels">
        {PANELS.map(([id, name]) => (
          <button key={id} type="button" aria-pressed={s.panel.value === id} onClick={() => (s.panel.value = id)}>
            {name}
          </button>
        ))}
      </nav>
      <main data-panel={s.panel.value}>
        <section id="source" aria-label="Source" tabindex={-1}><Source /></section>
        <section id="case" aria-label="Case" tabindex={-1}>
          <CasePanel />
          <Faults />
        </section>
        <section id="answers" aria-label="Answers" tabindex={-1}><Answers /></section>
      </main>
    </>
  );
}

render(<App />, document.getElementById("workbench"));
