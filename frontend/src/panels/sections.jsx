// Sections of the report, drawn by the code that draws them there, in a tree of their own style.

import { useEffect, useRef, useState } from "preact/hooks";
import { pressed } from "../keys.js";
import { tell, well } from "../state/told.js";
import { panel } from "../state/work.js";

/** What this page changes of the report's style: it stands in a panel, and has no table of verdicts to go back to. */
const STYLE = `
  :host { display: block; container-type: inline-size; font-size: .95rem; margin: 0; padding: 0; max-width: none; }
  h2 { font-size: 1.08rem; margin: 1rem 0 .35rem; }
  h3 { font-size: .98rem; }
  section > section:first-child h2 { margin-top: .5rem; }
  .back { display: none; }
  .claim { border: 0; }
  .claim summary { display: none; }
  .claim details > :not(summary) { margin-left: 0; }
  [data-moves] { cursor: pointer; }
  .around { fill: none; stroke: transparent; stroke-width: 12px; pointer-events: stroke; }
  .around:hover + .edge, .edge:hover, .edge.pointed { stroke: var(--link); opacity: 1 !important; }
  .edge[tabindex]:focus-visible { outline: none; stroke: var(--link); opacity: 1 !important; stroke-dasharray: 4 2; }
`;

/** What a link of the report leads to: `#assumption-cost`, `#statement-s1`, a claim's id. */
function pointTo(opened, name) {
  const [, kind, id] = /^(?:(assumption|statement|move)-)?(.*)$/.exec(name);
  const part = opened.known.value.parts.find((p) => p.id === id && (!kind || p.kind === kind));
  if (part || kind) opened.point(part?.kind ?? kind, id);
}

/** The part that a branch's move is: an aim stands with its actor. */
function moveOf(opened, edge) {
  const name = edge.dataset.moves.split(" ").at(-1).replace(/\.aim$/, "");
  return opened.known.value.parts.find((p) => p.id === name && p.kind !== "claim");
}

/** Makes the branches of a tree lead to their moves, by mouse and by keyboard. */
function branches(root, opened) {
  for (const tree of root.querySelectorAll("svg.tree")) tree.setAttribute("role", "group");
  const seen = new Set();
  for (const edge of root.querySelectorAll(".edge[data-moves]")) {
    const part = moveOf(opened, edge);
    if (!part) continue;
    edge.setAttribute("role", "button");
    edge.setAttribute("aria-label", `To the lines of ${part.kind} ${part.id}`);
    // One stop of the keyboard a move: its first branch.
    edge.setAttribute("tabindex", seen.has(part.id) ? -1 : 0);
    seen.add(part.id);
    // A thin line is hard to hit: what is written on it, and a little around it, count as it.
    const label = edge.nextElementSibling;
    label.dataset.moves = edge.dataset.moves;
    const around = edge.cloneNode();
    around.setAttribute("class", "around");
    for (const name of ["role", "aria-label", "tabindex", "style"]) around.removeAttribute(name);
    edge.before(around);
  }
}

function light(root, opened) {
  const chosen = opened.focus.value;
  for (const edge of root.querySelectorAll(".edge[data-moves]")) {
    const part = moveOf(opened, edge);
    edge.classList.toggle("pointed", part?.kind === chosen?.kind && part?.id === chosen?.id);
  }
}

function follow(event, opened) {
  for (const node of event.composedPath()) {
    if (node.matches?.("a[href^='#']")) {
      event.preventDefault();
      pointTo(opened, decodeURIComponent(node.getAttribute("href").slice(1)));
      return;
    }
    if (node.dataset?.moves) {
      const part = moveOf(opened, node);
      if (!part) return;
      panel.value = "case";
      opened.point(part.kind, part.id);
      return;
    }
  }
}

const STAGES = {
  draws: ({ done, of }) => `${done.toLocaleString("en")} of ${of.toLocaleString("en")} draws are solved`,
  "turning points": ({ done, of }) => (done < of ? `looking for where verdicts turn, step ${done + 1} of ${of}` : "what was found is put together"),
  pictures: () => "the pictures are being drawn",
};

/** How far sections are until they are drawn. */
function Drawing({ far }) {
  const words = far ? (STAGES[far.stage]?.(far) ?? far.stage) : "beginning";
  const counted = far?.of > 1;
  return (
    <p class="small soft drawing">
      <progress max={1} value={counted ? far.done / far.of : undefined} aria-label="How far the report's section is" /> As the report draws it: {words} …
    </p>
  );
}

/** Sections by their names, and until they are drawn what stands in their place. */
export function Sections({ opened, names, claim = "", children }) {
  const { answers } = opened;
  const place = useRef(null);
  const [drawn, setDrawn] = useState({});
  const [far, setFar] = useState(null);
  const settled = answers.settled.value;
  const wanted = `${names} ${claim}`;
  const drawing = drawn.settled !== settled || drawn.wanted !== wanted;
  useEffect(() => {
    let here = true;
    setFar(null);
    answers.sections(names, claim, () => here, (line) => here && setFar(line)).then((found) => {
      // A tab that was left is told so after its place is gone.
      if (!found || !here || !place.current) return;
      well("sections");
      const root = place.current.shadowRoot ?? place.current.attachShadow({ mode: "open" });
      root.innerHTML = `<style>${found.style}${STYLE}</style>${found.html}`;
      for (const details of root.querySelectorAll(".claim details")) details.open = true;
      branches(root, opened);
      light(root, opened);
      setDrawn({ settled, wanted });
    }, (error) => tell(error, "sections"));
    return () => (here = false);
  }, [settled, wanted]);
  const focus = opened.focus.value;
  useEffect(() => {
    if (place.current.shadowRoot) light(place.current.shadowRoot, opened);
  }, [focus]);
  return (
    <div class="sections" aria-busy={drawing}>
      {drawing && !place.current?.shadowRoot && children}
      {drawing && <Drawing far={far} />}
      <div
        ref={place}
        onClick={(event) => follow(event, opened)}
        onKeyDown={(event) => event.composedPath()[0].matches(".edge") && pressed(event, () => follow(event, opened))}
      />
    </div>
  );
}
