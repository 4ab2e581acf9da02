// The case's text and its faults.

import { useEffect, useRef } from "preact/hooks";
import { editor } from "../state/case.js";
import { tell } from "../state/told.js";
import { here, start } from "../state/work.js";
import { makeEditor } from "./editor.js";

function Editor() {
  const place = useRef(null);
  useEffect(() => {
    start().then(() => makeEditor(place.current)).catch(tell);
  }, []);
  return <div class="editor" ref={place} />;
}

function mend(opened, { start, end, text }) {
  const old = opened.text.value;
  if (opened.known.value.of !== old) return;
  editor.replace(opened, old.slice(0, start) + text + old.slice(end));
}

function Faults({ opened }) {
  const faults = opened.known.value.faults.filter((f) => f.severity === "error");
  if (!faults.length) return null;
  return (
    <ol class="faults" aria-label="Faults">
      {faults.map((fault) => (
        <li key={`${fault.start} ${fault.message}`}>
          <button type="button" onClick={() => editor.jump(opened, fault.start)}>
            {fault.line ? `line ${fault.line}: ` : ""}
            {fault.message}
          </button>
          {fault.hint && <span class="hint">{fault.hint}</span>}
          {fault.mend && <button type="button" class="mend" onClick={() => mend(opened, fault.mend)}>Write “{fault.mend.text}”</button>}
        </li>
      ))}
    </ol>
  );
}

export function Text() {
  return (
    <>
      <Editor />
      {here.value && <Faults opened={here.value} />}
    </>
  );
}
