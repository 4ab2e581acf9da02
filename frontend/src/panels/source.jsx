import { useRef } from "preact/hooks";
import { plain } from "../words.js";

/** The text cut where passages begin and end; each piece with the smallest passage over it. */
function pieces(opened, source) {
  const passages = Object.entries(opened.known.value.passages)
    .filter(([, p]) => p.source === source.id)
    .map(([id, p]) => {
      if (p.start !== null) return { id, start: p.start, end: p.end };
      const at = source.paragraphs[(p.paragraph ?? 0) - 1];
      return at ? { id, start: at[0], end: at[1] } : null;
    })
    .filter(Boolean);
  const cuts = new Set([0, source.text.length]);
  for (const p of passages) cuts.add(p.start).add(p.end);
  const places = [...cuts].sort((a, b) => a - b);
  return places.slice(0, -1).map((start, i) => {
    const end = places[i + 1];
    const over = passages.filter((p) => p.start <= start && end <= p.end).sort((a, b) => a.end - a.start - (b.end - b.start));
    return { start, end, id: over[0]?.id };
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

function Marked({ opened }) {
  const { kind, id } = opened.focus.value ?? {};
  const name = useRef(null);
  const make = (what) => opened.make(what, name.current.value.trim());
  const citing = ["claim", "assumption", "statement", "move", "stake", "actor"].includes(kind);
  return (
    <form class="marked" onSubmit={(event) => event.preventDefault()} aria-label="What to make of the marked passage">
      {citing && <button type="button" onClick={() => opened.cite(kind, id)}>Cite in {kind} {plain(id)}</button>}
      <label>Name <input ref={name} size={12} required pattern="[A-Za-z_]\w*" /></label>
      <button type="button" onClick={() => make("claim")}>New claim</button>
      <button type="button" onClick={() => make("statement")}>New statement</button>
      <button type="button" onClick={() => make("assumption")}>New assumption</button>
    </form>
  );
}

function Text({ opened, source }) {
  const place = useRef(null);
  const mark = () => {
    const chosen = getSelection();
    if (!chosen.rangeCount || chosen.isCollapsed || !place.current.contains(chosen.anchorNode) || !place.current.contains(chosen.focusNode)) return;
    const range = chosen.getRangeAt(0);
    const before = document.createRange();
    before.setStart(place.current, 0);
    before.setEnd(range.startContainer, range.startOffset);
    // Characters, not UTF-16 units, are what a citation counts.
    const start = [...before.toString()].length;
    opened.marked.value = { source: source.id, start, end: start + [...range.toString()].length };
  };
  const focused = opened.focus.value;
  const lit = new Set(
    focused?.kind === "passage" ? [focused.id] : focused ? opened.within(focused.kind, focused.id, "passage") : [],
  );
  const characters = [...source.text];
  return (
    <div class="text" ref={place} lang={source.language || undefined} onMouseUp={mark} onKeyUp={mark}>
      {pieces(opened, source).map(({ start, end, id }) => {
        const words = characters.slice(start, end).join("");
        if (!id) return words;
        const choose = () => getSelection().isCollapsed && opened.point("passage", id);
        return (
          <span
            key={start}
            class={lit.has(id) ? "passage lit" : "passage"}
            role="button"
            tabindex={0}
            data-passage={id}
            onClick={choose}
            onKeyDown={(event) => event.key === "Enter" && choose()}
          >
            {words}
          </span>
        );
      })}
    </div>
  );
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
          {source.text ? <Text opened={opened} source={source} /> : <p class="soft">Its text is not shown: {source.why}.</p>}
        </article>
      ))}
    </>
  );
}
