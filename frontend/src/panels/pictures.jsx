// Sections of the report, drawn by the code that draws them there.

import { useEffect, useRef } from "preact/hooks";

const SHOWN = ["beliefs", "indicators", "watch", "tree", "standoff"];

export function Pictures({ opened }) {
  const { answers } = opened;
  const place = useRef(null);
  const found = answers.sections.value;
  useEffect(() => {
    if (!found) answers.showSections();
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
      const part = opened.known.value.parts.find((p) => p.id === id);
      if (part) opened.point(part.kind, part.id);
    };
  }, [found]);
  return (
    <>
      <p class="small soft">As the report draws them, at the base values.{!found && " Being drawn …"}</p>
      <div ref={place} class="pictures" />
    </>
  );
}
