// The top of the page: what case it is, what can be done with its file, and which others are open.

import { useEffect, useRef, useState } from "preact/hooks";
import { tell, told } from "../state/told.js";
import * as work from "../state/work.js";

const LARGEST_STATE = 16_000_000;

async function openState(event) {
  const file = event.target.files[0];
  if (!file) return;
  const opened = work.here.value;
  try {
    if (file.size > LARGEST_STATE) throw new Error();
    await work.restore(opened, JSON.parse(await file.text()));
  } catch {
    tell({ message: `${file.name} is no state of the workbench.`, hint: "Open a file that 'Save state' wrote." });
  }
  event.target.value = "";
}

function saveState() {
  const { name } = work.here.value.opened.value;
  const blob = new Blob([JSON.stringify(work.state(), null, 1)], { type: "application/json" });
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob), download: `${name}.lackmus.json` });
  link.click();
  URL.revokeObjectURL(link.href);
}

function Tools({ opened }) {
  const file = useRef(null);
  const dirty = opened.dirty.value;
  return (
    <div id="tools" class="tools" role="group" aria-label="File">
      <button type="button" onClick={() => opened.save()} disabled={!opened.opened.value.writable || !dirty}>
        Save{dirty ? " •" : ""}
      </button>
      {dirty && <button type="button" onClick={() => opened.reload()}>Discard</button>}
      <button type="button" onClick={saveState}>Save state</button>
      <button type="button" onClick={() => file.current.click()}>Open state</button>
      {opened.opened.value.library && <button type="button" onClick={work.copyLink}>Copy link</button>}
      <input ref={file} type="file" accept=".json" hidden onChange={openState} aria-label="State file" />
      <button type="button" onClick={() => opened.report()} disabled={opened.answers.builtFrom.value === null}>Report</button>
      <button type="button" id="open" aria-expanded={work.choosing.value} aria-controls="choose" onClick={work.choose}>Open a case</button>
    </div>
  );
}

function Tab({ opened }) {
  const title = opened.title.value;
  const dirty = opened.dirty.value;
  const place = useRef(null);
  const shown = work.here.value === opened;
  useEffect(() => {
    if (shown) place.current.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [shown, title]);
  return (
    <li class="case-tab" ref={place}>
      <button type="button" aria-current={shown ? "page" : undefined} onClick={() => work.show(opened)}>
        {title}{dirty && <span aria-label=", unsaved"> •</span>}
      </button>
      {opened.key && <button type="button" class="close" aria-label={`Close ${title}`} onClick={() => work.close(opened)}>×</button>}
    </li>
  );
}

function Cases() {
  const cases = work.cases.value;
  if (cases.length < 2) return null;
  return (
    <nav class="cases" aria-label="Open cases">
      <ul>{cases.map((opened) => <Tab key={opened.key} opened={opened} />)}</ul>
    </nav>
  );
}

const GROUPS = [["folder", "In the folder"], ["library", "In the library"]];

/** The cases that can be opened; Escape puts it away. */
function Choose() {
  const place = useRef(null);
  const listed = work.listed.value;
  useEffect(() => place.current?.querySelector("button")?.focus(), [listed]);
  if (!listed) return null;
  const { others } = listed;
  const leave = (event) => {
    if (event.key !== "Escape") return;
    work.choose();
    document.getElementById("open").focus();
  };
  return (
    <section id="choose" ref={place} aria-label="Cases to open" onKeyDown={leave}>
      {GROUPS.filter(([group]) => listed[group].length || (group === "folder" && others.length)).map(([group, name]) => (
        <div key={group}>
          <h2>{name}</h2>
          <ul>
            {listed[group].map(({ key, title }) => (
              <li key={key}><button type="button" class="link" onClick={() => work.open(key)}>{title}</button></li>
            ))}
            {group === "folder" && others.map(({ title, why }) => <li key={title}>{title} <span class="small soft">no case: {why}</span></li>)}
          </ul>
        </div>
      ))}
    </section>
  );
}

export function Head() {
  const opened = work.here.value;
  const title = opened?.title.value ?? "Lackmus";
  const [unfolded, setUnfolded] = useState(false);
  return (
    <>
      <header class={unfolded ? "unfolded" : ""}>
        <h1 title={title}>{title}</h1>
        {opened && <button type="button" class="fold" aria-expanded={unfolded} aria-controls="tools" onClick={() => setUnfolded(!unfolded)}>File{opened.dirty.value ? " •" : ""}</button>}
        {opened && <Tools opened={opened} />}
      </header>
      <Cases />
      <Choose />
    </>
  );
}

export function Told() {
  const said = told.value;
  const opened = work.here.value;
  return (
    <div class="told-line" role="status">
      {opened?.theirs.value && (
        <p class="bad">
          Another page has changed the text of this case, and not saved it. Yours is kept, too.{" "}
          <button type="button" onClick={() => opened.takeTheirs()}>Show its text</button>{" "}
          <button type="button" onClick={() => opened.keepMine()}>Keep mine</button>
        </p>
      )}
      {opened?.left.value && (
        <p>
          Another text of this case was left unsaved by a page that was closed.{" "}
          <button type="button" onClick={() => opened.takeLeft()}>Show it</button>{" "}
          <button type="button" onClick={() => opened.dropLeft()}>Throw it away</button>
        </p>
      )}
      {opened?.goneFromDisk.value && !said?.lost && (
        <p class="bad">The file is gone from the disk, or cannot be read. <em>Save</em> writes it anew.</p>
      )}
      {opened?.changedOnDisk.value && !said?.lost && (
        <p class="bad">
          The file has changed on the disk. <button type="button" onClick={() => opened.reload()}>Load it</button>{" "}
          {opened.dirty.value && <button type="button" onClick={() => opened.save({ over: true })}>Save over it</button>}
        </p>
      )}
      {said && (
        <p class={said.bad ? "bad" : ""}>
          {said.message} {said.hint && <span class="hint">{said.hint}</span>}{" "}
          <button type="button" onClick={() => (told.value = null)} aria-label="Dismiss">×</button>
        </p>
      )}
    </div>
  );
}
