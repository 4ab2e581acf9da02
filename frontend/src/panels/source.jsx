import { useRef } from "preact/hooks";
import { editor } from "../state/case.js";
import { pressed } from "../keys.js";
import { plain } from "../words.js";

/** The text cut where passages and what is marked begin and end; each piece with the smallest passage over it. */
function pieces(opened, source) {
  const passages = Object.entries(opened.known.value.passages)
    .filter(([, p]) => p.source === source.id)
    .map(([id, p]) => {
      if (p.start !== null) return { id, start: p.start, end: p.end };
      const at = source.paragraphs[(p.paragraph ?? 0) - 1];
      return at ? { id, start: at[0], end: at[1] } : null;
    })
    .filter(Boolean);
  const marked = opened.marked.value?.source === source.id ? opened.marked.value : null;
  const cuts = new Set([0, source.text.length]);
  for (const p of [...passages, ...(marked ? [marked] : [])]) cuts.add(p.start).add(p.end);
  const places = [...cuts].sort((a, b) => a - b);
  const over = (p, start, end) => p.start <= start && end <= p.end;
  return places.slice(0, -1).map((start, i) => {
    const end = places[i + 1];
    const found = passages.filter((p) => over(p, start, end)).sort((a, b) => a.end - a.start - (b.end - b.start));
    return { start, end, id: found[0]?.id, marked: marked !== null && over(marked, start, end) };
  });
}

function Resting({ opened, id }) {
  const parts = opened.users("passage", id);
  return (
    <div class="resting" aria-live="polite">
      <p>
        On <code>{id}</code> rest{parts.length ? ":" : " no parts of the case."}
      </p>
      <ul>
        {parts.map(([kind, name]) => (
          <li key={kind + name}>
            <button type="button" class="link" onClick={() => opened.point(kind, name)}>{kind} {plain(name)}</button>
          </li>
        ))}
      </ul>
    </div>
  );
}

const CITING = ["claim", "assumption", "statement", "move", "stake", "actor", "fact"];

/** What can cite: the part that is chosen, or else the one in which the cursor stands. */
function citing(opened) {
  const chosen = opened.focus.value;
  const at = editor.at(opened);
  const part = CITING.includes(chosen?.kind) ? chosen : opened.known.value.parts.find((p) => p.start <= at && at <= p.end);
  return CITING.includes(part?.kind) ? part : null;
}

function Marked({ opened }) {
  const part = citing(opened);
  const name = useRef(null);
  const make = (what) => opened.make(what, name.current.value.trim());
  return (
    <form class="marked" onSubmit={(event) => event.preventDefault()} aria-label="What to make of the marked passage">
      {part && <button type="button" onClick={() => opened.cite(part.kind, part.id)}>Cite in {part.kind} {plain(part.id)}</button>}
      <label>Name <input ref={name} size={12} required pattern="[A-Za-z_]\w*" /></label>
      <button type="button" onClick={() => make("claim")}>New claim</button>
      <button type="button" onClick={() => make("statement")}>New statement</button>
      <button type="button" onClick={() => make("assumption")}>New assumption</button>
      <button type="button" onClick={() => (opened.marked.value = null)} aria-label="Unmark">×</button>
    </form>
  );
}

/** Marks a whole paragraph, for those who have no mouse to mark with. */
function ByNumber({ opened, source }) {
  const number = useRef(null);
  const mark = (event) => {
    event.preventDefault();
    const [start, end] = source.paragraphs[Number(number.current.value) - 1];
    opened.marked.value = { source: source.id, start, end };
  };
  return (
    <form class="by-number small" onSubmit={mark}>
      <label>Paragraph <input ref={number} type="number" min={1} max={source.paragraphs.length} required /></label>{" "}
      <button type="submit">Mark it</button>
    </form>
  );
}

/** What is selected within a place, in characters of its text; null where that is nothing. */
function selectedIn(place) {
  const chosen = getSelection();
  if (!chosen.rangeCount || chosen.isCollapsed || !place.contains(chosen.anchorNode) || !place.contains(chosen.focusNode)) return null;
  const range = chosen.getRangeAt(0);
  const before = document.createRange();
  before.setStart(place, 0);
  before.setEnd(range.startContainer, range.startOffset);
  // Characters, not UTF-16 units, are what a citation counts.
  const start = [...before.toString()].length;
  return { start, end: start + [...range.toString()].length };
}

function Text({ opened, source }) {
  const place = useRef(null);
  const marking = useRef(false);
  const mark = () => {
    const found = selectedIn(place.current);
    marking.current = found !== null;
    if (found) opened.marked.value = { source: source.id, ...found };
  };
  const focused = opened.focus.value;
  const lit = new Set(
    focused?.kind === "passage" ? [focused.id] : focused ? opened.within(focused.kind, focused.id, "passage") : [],
  );
  const characters = [...source.text];
  return (
    <div class="text" ref={place} lang={source.language || undefined} onMouseUp={mark} onKeyUp={mark}>
      {pieces(opened, source).map(({ start, end, id, marked }) => {
        const words = characters.slice(start, end).join("");
        if (!id) return marked ? <mark key={start}>{words}</mark> : words;
        const choose = () => !marking.current && opened.point("passage", id);
        return (
          <span
            key={start}
            class={["passage", lit.has(id) && "lit", marked && "marking"].filter(Boolean).join(" ")}
            role="button"
            tabindex={0}
            data-passage={id}
            onClick={choose}
            onKeyDown={(event) => pressed(event, choose)}
          >
            {words}
          </span>
        );
      })}
    </div>
  );
}

/** Words in which what is to be typed stands as such. */
function Why({ text }) {
  return text.split(/(--sources DIR)/).map((part, i) => (i % 2 ? <code class="whole" key={i}>{part}</code> : part));
}

export function Source({ opened }) {
  const { sources, checks } = opened.sources.value;
  const focused = opened.focus.value;
  return (
    <>
      <h2>Source</h2>
      {checks.map((c) => <p class="bad" key={c.where + c.message}>{c.where}: {c.message}</p>)}
      {focused?.kind === "passage" && <Resting opened={opened} id={focused.id} />}
      {opened.marked.value && <Marked opened={opened} />}
      {!sources.length && <p class="soft">The case cites no source.</p>}
      {sources.map((source) => (
        <article key={source.id}>
          <h3>{source.title}</h3>
          <p class="soft">{[source.author, source.published].filter(Boolean).join(", ")}</p>
          {source.text && <ByNumber opened={opened} source={source} />}
          {source.text ? <Text opened={opened} source={source} /> : <p class="soft">Its text is not shown: <Why text={source.why} />.</p>}
        </article>
      ))}
    </>
  );
}
