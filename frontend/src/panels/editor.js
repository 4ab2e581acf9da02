// The case's text: CodeMirror, with the language service behind it.

import { autocompletion, closeBrackets, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import { HighlightStyle, indentOnInput, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { EditorState, RangeSet, StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView, GutterMarker, drawSelection, gutter, hoverTooltip, keymap, lineNumbers } from "@codemirror/view";
import { batch, effect } from "@preact/signals";
import { tags } from "@lezer/highlight";
import { editor } from "../state/case.js";
import { heard } from "../state/told.js";
import { here, panel } from "../state/work.js";

const point = StateEffect.define();
const pointed = StateField.define({
  create: () => Decoration.none,
  update(found, change) {
    let next = found.map(change.changes);
    for (const one of change.effects) if (one.is(point)) next = one.value;
    return next;
  },
  provide: (field) => EditorView.decorations.from(field),
});

class Sign extends GutterMarker {
  constructor(id, said) {
    super();
    this.id = id;
    this.said = said;
  }
  eq(other) {
    return other.id === this.id && other.said.word === this.said.word;
  }
  toDOM() {
    const mark = document.createElement("span");
    mark.className = `sign ${this.said.kind}`;
    mark.textContent = this.said.icon;
    mark.title = `${this.id}: ${this.said.word}`;
    mark.dataset.claim = this.id;
    return mark;
  }
}
const sign = StateEffect.define();
const signs = StateField.define({
  create: () => RangeSet.empty,
  update(found, change) {
    let next = found.map(change.changes);
    for (const one of change.effects) if (one.is(sign)) next = one.value;
    return next;
  },
});

const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], class: "tok-key" },
  { tag: tags.comment, class: "tok-comment" },
  { tag: tags.string, class: "tok-string" },
]);

/** The part under the cursor, shown in the answers as soon as it is known where the text has it. */
function showAnswer(view) {
  const opened = here.value;
  opened.whenKnown().then(() => {
    const at = view.state.selection.main.head;
    const part = opened === here.value && opened.known.value.parts.find((p) => p.start <= at && at <= p.end);
    if (!part) return;
    batch(() => {
      opened.point(part.kind, part.id, { jump: false });
      panel.value = "answers";
      if (part.kind === "claim") opened.tab.value = "claim";
      if (part.kind === "move" && opened.tab.value !== "tree") opened.tab.value = "moves";
      opened.sought.value = part;
    });
  });
  return true;
}

async function complete(context) {
  const before = context.matchBefore(/[\w.§ ]*[=[({,:]?\s?$/);
  if (!context.explicit && !before?.text) return null;
  const found = await here.value.door.call("complete", { text: context.state.doc.toString(), offset: context.pos }).catch(() => null);
  if (!found?.items.length) return null;
  return {
    from: found.items[0].start,
    options: found.items.map((item, i) => ({ label: item.label, apply: item.insert, detail: item.kind, info: item.detail || undefined, boost: -i })),
    validFor: /^[\w.§]*$/,
  };
}

async function hovered(view, at) {
  const { hover } = await here.value.door.call("hover", { text: view.state.doc.toString(), offset: at }).catch(() => ({}));
  if (!hover) return null;
  return {
    pos: hover.start,
    end: hover.end,
    create() {
      const dom = document.createElement("div");
      dom.className = "told";
      for (const line of hover.lines) dom.append(Object.assign(document.createElement("p"), { textContent: line }));
      return { dom };
    },
  };
}

/** The claim whose sign in the margin was clicked. */
function signClicked(_, __, event) {
  const id = event.target.dataset?.claim;
  if (!id) return false;
  here.value.point("claim", id, { jump: false });
  here.value.tab.value = "claim";
  panel.value = "answers";
  return true;
}

const extensions = [
  lineNumbers(),
  gutter({ class: "signs", markers: (v) => v.state.field(signs), domEventHandlers: { click: signClicked } }),
  lintGutter(),
  history(),
  drawSelection(),
  indentOnInput(),
  closeBrackets(),
  highlightSelectionMatches(),
  yaml(),
  syntaxHighlighting(colours),
  EditorView.lineWrapping,
  EditorView.contentAttributes.of({ "aria-label": "Text of the case" }),
  autocompletion({ override: [complete], activateOnTyping: true }),
  hoverTooltip(hovered),
  pointed,
  signs,
  keymap.of([
    { key: "Mod-s", run: () => (here.value.save(), true), preventDefault: true },
    { key: "Alt-a", run: showAnswer },
    ...completionKeymap, ...lintKeymap, ...searchKeymap, ...historyKeymap, ...defaultKeymap,
  ]),
  EditorView.updateListener.of((change) => {
    if (!change.docChanged) return;
    if (change.transactions.some((one) => one.isUserEvent("input") || one.isUserEvent("delete"))) heard();
    here.value.typed(change.state.doc.toString());
  }),
];

/** The change that makes one text of another, as small as its ends allow. */
function changeOf(old, next) {
  let from = 0;
  while (from < old.length && from < next.length && old[from] === next[from]) from++;
  let end = 0;
  while (end < old.length - from && end < next.length - from && old[old.length - 1 - end] === next[next.length - 1 - end]) end++;
  return { from, to: old.length - end, insert: next.slice(from, next.length - end) };
}

/** One view, in which the cases take turns; each keeps its own history of edits. */
export function makeEditor(parent) {
  const view = new EditorView({ parent });
  const left = new WeakMap();
  let shown = null;

  const stateOf = (opened) => (opened === shown ? view.state : left.get(opened)?.state) ?? EditorState.create({ doc: opened.text.peek(), extensions });

  /** The case that is to be seen, in the view. */
  const bring = () => {
    const opened = here.value;
    if (opened === shown) return opened;
    if (shown) left.set(shown, { state: view.state, scroll: view.scrollSnapshot() });
    view.setState(stateOf(opened));
    const scroll = left.get(opened)?.scroll;
    if (scroll) view.dispatch({ effects: scroll });
    shown = opened;
    return opened;
  };

  // What scrolls can be reached by keyboard, the text in it or not.
  view.scrollDOM.tabIndex = 0;
  view.scrollDOM.setAttribute("role", "group");
  view.scrollDOM.setAttribute("aria-label", "Case, scrolls");

  editor.at = (opened) => stateOf(opened).selection.main.head;
  editor.jump = (opened, offset) => {
    if (opened !== shown) return;
    const at = Math.min(offset, view.state.doc.length);
    view.dispatch({ selection: { anchor: at }, effects: EditorView.scrollIntoView(at, { y: "center" }) });
    if (panel.value === "case" || matchMedia("(min-width: 61rem)").matches) view.focus();
  };
  editor.replace = (opened, next) => {
    const state = stateOf(opened);
    const old = state.doc.toString();
    if (old === next) return;
    const changes = changeOf(old, next);
    if (opened === shown) {
      view.dispatch({ changes });
    } else {
      left.set(opened, { ...left.get(opened), state: state.update({ changes }).state });
      opened.typed(next);
    }
  };

  effect(() => {
    const opened = bring();
    const length = view.state.doc.length;
    const found = opened.known.value.faults.filter((f) => f.severity !== "note").map((f) => ({
      from: Math.min(f.start, length),
      to: Math.min(Math.max(f.end, f.start), length),
      severity: f.severity === "error" ? "error" : "warning",
      message: f.hint ? `${f.message}\n${f.hint}` : f.message,
    }));
    view.dispatch(setDiagnostics(view.state, found));
  });
  effect(() => {
    const opened = bring();
    const chosen = opened.focus.value;
    const length = view.state.doc.length;
    const marks = [];
    if (chosen) {
      for (const [kind, id, start, end] of opened.known.value.names) {
        if (kind === chosen.kind && id === chosen.id && end <= length) marks.push(Decoration.mark({ class: "pointed" }).range(start, end));
      }
      const part = opened.partOf(chosen.kind, chosen.id);
      if (part && part.end <= length) {
        const doc = view.state.doc;
        for (let n = doc.lineAt(part.start).number; n <= doc.lineAt(part.end).number; n++) {
          marks.push(Decoration.line({ class: "pointed-line" }).range(doc.line(n).from));
        }
      }
    }
    view.dispatch({ effects: point.of(Decoration.set(marks, true)) });
  });
  effect(() => {
    const opened = bring();
    const found = [];
    const length = view.state.doc.length;
    for (const said of opened.answers.swept.value?.verdicts ?? []) {
      const part = opened.partOf("claim", said.claim);
      if (part && part.start <= length) found.push(new Sign(said.claim, said).range(view.state.doc.lineAt(part.start).from));
    }
    view.dispatch({ effects: sign.of(RangeSet.of(found, true)) });
  });
}
