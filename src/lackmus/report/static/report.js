"use strict";
// Nothing on the page depends on this: it unfolds what is linked to, and points things out.
(() => {
  const all = (selector, within = document) => Array.from(within.querySelectorAll(selector));

  const unfold = () => {
    const id = decodeURIComponent(location.hash.slice(1));
    const target = id && document.getElementById(id);
    if (!target) return;
    for (let box = target.closest("details"); box; box = box.parentElement.closest("details")) {
      box.open = true;
    }
    const own = target.querySelector(":scope > details");
    if (own) own.open = true;
    target.scrollIntoView();
  };
  addEventListener("hashchange", unfold);
  unfold();

  const button = document.getElementById("unfold");
  if (button) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const open = button.getAttribute("aria-pressed") !== "true";
      all("#claims details").forEach((box) => { box.open = open; });
      button.setAttribute("aria-pressed", String(open));
      button.textContent = open ? "Fold all claims" : "Unfold all claims";
    });
  }

  // Ids of claims, assumptions, moves, facts, statements and sources, and the names of actors.
  const find = document.getElementById("find");
  if (find) {
    const [input] = all("input", find);
    const [told] = all("output", find);
    const places = all("article.claim[id], tr[id], .parts > div[id], .records > div[id]").map((place) => ({
      anchor: place.id,
      name: place.id.replace(/^(actor|assumption|fact|move|source|statement)-/, ""),
    }));
    all("datalist", find)[0].append(...places.map(({ name }) => new Option(name)));
    const go = () => {
      const wanted = input.value.trim().toLowerCase().replace(/\s+/g, "_");
      const named = (test) => places.find(({ name }) => test(name.toLowerCase()));
      const found = wanted && (named((name) => name === wanted)
        || named((name) => name.startsWith(wanted)) || named((name) => name.includes(wanted)));
      told.value = wanted && !found ? "no such id" : "";
      if (found && location.hash === `#${found.anchor}`) unfold();
      else if (found) location.hash = found.anchor;
    };
    input.addEventListener("change", go);
    find.hidden = false;
  }

  const hint = () => all("figure.wide").forEach((figure) => {
    const [drawing] = all(".drawing", figure);
    const [note] = all(".hint", figure);
    note.hidden = drawing.scrollWidth <= drawing.clientWidth;
  });
  addEventListener("resize", hint);
  hint();

  let before = [];
  addEventListener("beforeprint", () => {
    before = all("details:not([open])");
    before.forEach((box) => { box.open = true; });
  });
  addEventListener("afterprint", () => before.forEach((box) => { box.open = false; }));

  all("svg.tree").forEach((tree) => {
    const point = (event, on) => {
      const node = event.target.closest("[data-infoset]");
      if (!node) return;
      all(`[data-infoset="${node.dataset.infoset}"]`, tree)
        .forEach((other) => other.classList.toggle("pointed", on));
    };
    tree.addEventListener("mouseover", (event) => point(event, true));
    tree.addEventListener("mouseout", (event) => point(event, false));
  });
})();
