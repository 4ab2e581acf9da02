"use strict";
// Filters the draws that travel in the page; see `lackmus.report.filtering` for how they do.
(() => {
  const section = document.getElementById("filter");
  if (!section) return;
  const { fewest, follows } = section.dataset;
  const total = Number(section.dataset.draws);
  const within = (selector, place = section) => Array.from(place.querySelectorAll(selector));
  const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const shown = (number) => String(number).replace("-", "−").replace("e+", "e");
  const count = (number) => number.toLocaleString("en");

  const stopsOf = ({ even, stops, last }) => {
    if (!even) return stops.split(" ").map(Number);
    const [first, step, places] = even.split(" ").map(Number);
    const stop = (k) => Number(((first + k * step) / 10 ** places).toFixed(places));
    return Array.from({ length: Number(last) + 1 }, (_, k) => stop(k));
  };

  // A draw is inside where its stretch lies between the handles; of whole values both ends count.
  const cuts = within(".cut").map((place) => {
    const [from, to] = within("input", place);
    return {
      place, from, to,
      name: place.dataset.name,
      last: Number(place.dataset.last),
      gap: "whole" in place.dataset ? 0 : 1,
      stops: stopsOf(place.dataset),
      stretches: bytes(place.dataset.stretches),
    };
  });
  const ends = ({ from, to }) => [Number(from.value), Number(to.value)];
  const narrowed = (cut) => Number(cut.from.value) > 0 || Number(cut.to.value) < cut.last;

  const says = (cut) => {
    const [low, high] = ends(cut).map((stop) => shown(cut.stops[stop]));
    const [from, to] = ends(cut);
    if (!narrowed(cut)) return "all";
    if (low === high) return `only ${low}`;
    if (!cut.gap) return `${low} to ${high}`;
    if (to === cut.last) return `at least ${low}`;
    return from === 0 ? `below ${high}` : `${low} to below ${high}`;
  };

  const claims = within("tr[data-outcomes]").map((place) => {
    const halves = bytes(place.dataset.outcomes);
    const [bar, interval, point, figures, small] = within("td:last-child span", place);
    return {
      bar, interval, point, figures, small,
      outcomes: Uint8Array.from({ length: total }, (_, k) => (halves[k >> 1] >> 4 * (k & 1)) & 15),
    };
  });

  // In per cent as the rest of the page rounds: halves to even, and never across a verdict's border.
  const whole = (x) => (x % 1 === 0.5 ? 2 * Math.round(x / 2) : Math.round(x));
  const percent = (share) => {
    const hundred = 100 * share;
    if (hundred > 0 && hundred < 0.1) return "<0.1\u202f%";
    if (hundred > 99.9 && hundred < 100) return ">99.9\u202f%";
    const near = whole(hundred) / 100;
    const crosses = (share < follows && follows <= near) || (near <= 1 - follows && 1 - follows < share);
    const fine = (hundred > 0 && hundred < 1) || (hundred > 99 && hundred < 100) || crosses;
    return `${fine ? hundred.toFixed(1) : whole(hundred)}\u202f%`;
  };

  // Wilson's interval, as `lackmus.sweep.verdict.wilson` has it.
  const Z = 1.959963984540054;
  const wilson = (holds, draws) => {
    const share = holds / draws;
    const scale = 1 + Z ** 2 / draws;
    const centre = (share + Z ** 2 / (2 * draws)) / scale;
    const half = Z * Math.sqrt(share * (1 - share) / draws + Z ** 2 / (4 * draws ** 2)) / scale;
    return [holds === 0 ? 0 : Math.max(0, centre - half), holds === draws ? 1 : Math.min(1, centre + half)];
  };

  const tell = (claim, inside) => {
    const counts = [0, 0, 0, 0, 0];
    inside.forEach((draw) => { counts[claim.outcomes[draw]] += 1; });
    const [fails, holds, noDifference, cannotBeAsked, unsolved] = counts;
    const asked = holds + fails + noDifference;
    const few = asked < fewest;
    claim.bar.hidden = few;
    const told = [
      ["holds", holds], ["fails", fails], ["no difference", noDifference],
      ["cannot be asked", cannotBeAsked], ["unsolved", unsolved],
    ];
    claim.small.textContent = told.filter(([, draws]) => draws > 0)
      .map(([word, draws]) => `${word} in ${count(draws)}`).join(", ");
    if (few) {
      claim.figures.textContent = inside.length < fewest ? "too few draws to say" : "can be asked in too few";
      return;
    }
    const share = holds / asked;
    const [low, high] = wilson(holds, asked).map((end) => 100 * end);
    claim.figures.textContent = `${percent(share)} (${whole(low)}–${whole(high)}\u202f%)`;
    claim.interval.style.left = `${low}%`;
    claim.interval.style.width = `${high - low}%`;
    claim.point.style.left = `${100 * share}%`;
  };

  const listed = (parts) => parts.join(", ").replace(/, ([^,]*)$/, " and $1");
  const address = () => {
    const told = cuts.filter(narrowed).map((cut) => {
      const [from, to] = ends(cut).map((stop) => cut.stops[stop]);
      return `${encodeURIComponent(cut.name)}=${from}..${to}`;
    });
    return told.length ? `#filter:${told.join("&")}` : "#filter";
  };

  let strange = "";
  const show = () => {
    const active = cuts.filter(narrowed);
    cuts.forEach((cut) => {
      const [from, to] = ends(cut);
      const text = says(cut);
      within("output", cut.place)[0].value = text;
      cut.place.classList.toggle("narrowed", narrowed(cut));
      const [behind] = within(".behind", cut.place);
      behind.style.left = `${100 * from / cut.last}%`;
      behind.style.width = `${100 * (to - from) / cut.last}%`;
      cut.from.setAttribute("aria-valuetext", from ? `from ${shown(cut.stops[from])}` : "no lower limit");
      const upper = `${cut.gap ? "below" : "up to"} ${shown(cut.stops[to])}`;
      cut.to.setAttribute("aria-valuetext", to < cut.last ? upper : "no upper limit");
      // Where both stand at the upper end only the lower handle can move.
      cut.from.classList.toggle("above", from > cut.last / 2);
    });
    const bounds = active.map((cut) => [cut.stretches, ...ends(cut), cut.gap]);
    const inside = [];
    for (let draw = 0; draw < total; draw += 1) {
      if (bounds.every(([stretches, from, to, gap]) => stretches[draw] >= from && stretches[draw] <= to - gap)) {
        inside.push(draw);
      }
    }
    const where = active.length ? `: ${listed(active.map((cut) => `${cut.name} ${says(cut)}`))}` : "";
    document.getElementById("inside").value =
      `${count(inside.length)} of ${count(total)} draws lie inside${where}.${strange}`;
    document.getElementById("filtered").href = address();
    claims.forEach((claim) => tell(claim, inside));
  };

  // Addresses are written once the handles rest: browsers refuse many in a short time.
  let resting = 0;
  const rest = () => {
    clearTimeout(resting);
    resting = setTimeout(() => history.replaceState(null, "", address()), 250);
  };

  const nearest = (stops, value) =>
    stops.reduce((best, stop, k) => (Math.abs(stop - value) < Math.abs(stops[best] - value) ? k : best), 0);
  const read = () => {
    const [, told] = location.hash.match(/^#filter:(.*)$/) || [];
    if (told === undefined) return;
    const unknown = [];
    const asked = new Map(Array.from(new URLSearchParams(told)));
    cuts.forEach((cut) => { cut.from.value = 0; cut.to.value = cut.last; });
    asked.forEach((range, name) => {
      const cut = cuts.find((each) => each.name === name);
      const [low, high] = range.split("..").map((end) => (end.trim() ? Number(end) : NaN));
      if (!cut || !(low <= high)) { unknown.push(name); return; }
      const from = Math.min(nearest(cut.stops, low), cut.last - cut.gap);
      cut.from.value = from;
      cut.to.value = Math.max(nearest(cut.stops, high), from + cut.gap);
    });
    strange = unknown.length ? ` What the address says of ${listed(unknown)} means nothing here.` : "";
    show();
    section.scrollIntoView();
  };

  cuts.forEach((cut) => {
    const [low, high] = within(".end", cut.place);
    low.textContent = shown(cut.stops[0]);
    high.textContent = shown(cut.stops[cut.last]);
    const move = () => { strange = ""; show(); rest(); };
    cut.from.addEventListener("input", () => {
      cut.from.value = Math.min(Number(cut.from.value), Number(cut.to.value) - cut.gap);
      move();
    });
    cut.to.addEventListener("input", () => {
      cut.to.value = Math.max(Number(cut.to.value), Number(cut.from.value) + cut.gap);
      move();
    });
  });
  document.getElementById("unfilter").addEventListener("click", () => {
    cuts.forEach((cut) => { cut.from.value = 0; cut.to.value = cut.last; });
    strange = "";
    show();
    rest();
  });
  section.hidden = false;
  document.getElementById("to-filter").hidden = false;
  show();
  addEventListener("hashchange", read);
  read();
})();
