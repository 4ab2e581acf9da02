// What is supposed of a case, and what comes out: at a point, over the draws, in the report's sections.

import { batch, computed, signal } from "@preact/signals";
import { back } from "./api.js";
import { heard, tell, well } from "./told.js";

export const NOTHING_SUPPOSED = { values: {}, observed: [], record: false };

const light = ({ observed, record }) => JSON.stringify([observed, record]);
const sameLight = (a, b) => light(a) === light(b);

/** A claim whose margin has risen by so much; one that neither holds nor fails stays as it is. */
function previewed(claim, rise) {
  if (!rise || !["holds", "fails"].includes(claim.word)) return claim;
  const margin = claim.margin + rise;
  return { ...claim, margin, word: margin > 0 ? "holds" : "fails", near: null, preview: true };
}

export class Answers {
  constructor(door) {
    this.door = door;
    this.model = signal(null);
    this.builtFrom = signal(null);
    this.supposed = signal(NOTHING_SUPPOSED);
    this.base = signal(null);
    this.point = signal(null);
    this.swept = signal(null);
    this.turns = signal([]);
    this.slopes = signal(null);
    /** Whether the dissents stand beside the case, and their columns by their files. */
    this.beside = signal(false);
    this.dissents = signal(new Map());
    /** What was asked when a slider was last let go; what takes longer than a drag waits for it. */
    this.settled = signal(null);
    /** Sections of the report that were drawn of that. */
    this.drawn = new Map();
    this.moved = computed(() => Object.keys(this.supposed.value.values).length > 0);
    /** Whether what is shown was made from something else than what is supposed now. */
    this.late = computed(() => !this.isOfNow(this.point.value));
    /** The claims as they come out now, by their ids; along the tangent until the exact answer is there. */
    this.claims = computed(() => this.preview.value ?? new Map((this.point.value?.claims ?? []).map((c) => [c.id, c])));
    this.preview = computed(() => (this.late.value ? this.along() : null));
    this.solving = false;
    this.again = false;
    this.sweeps = 0;
  }

  isOfNow(answer) {
    return answer?.model === this.model.value && JSON.stringify(answer?.supposed) === JSON.stringify(this.supposed.value);
  }

  get asked() {
    return { text: this.builtFrom.value, supposed: this.supposed.value };
  }

  slider(name) {
    return this.model.value.sliders.find((s) => s.name === name);
  }

  /** Takes a text that was built; what is supposed of assumptions that it has stays supposed. */
  take(model, text) {
    const names = new Set(model.sliders.map((s) => s.name));
    const values = Object.fromEntries(Object.entries(this.supposed.value.values).filter(([n]) => names.has(n)));
    batch(() => {
      this.model.value = model;
      this.builtFrom.value = text;
      this.supposed.value = { ...this.supposed.value, values };
      this.swept.value = null;
      this.turns.value = [];
      this.slopes.value = null;
      this.dissents.value = new Map();
      this.base.value = null;
    });
    this.solve();
    this.sweep();
  }

  suppose(name, value) {
    const values = { ...this.supposed.value.values };
    if (value === null || value === this.slider(name).base) delete values[name];
    else values[name] = value;
    heard();
    this.supposed.value = { ...this.supposed.value, values };
    this.solve();
  }

  /** The claims from the last exact answer on along the tangent, by their ids; null where there is none. */
  along() {
    const [point, slopes, supposed] = [this.point.value, this.slopes.value, this.supposed.value];
    if (point?.model !== this.model.value || !slopes || !sameLight(point.supposed, supposed) || !sameLight(slopes.supposed, supposed)) return null;
    const moved = this.model.value.sliders.map(({ name, base }) => [name, (supposed.values[name] ?? base) - (point.supposed.values[name] ?? base)]);
    return new Map(point.claims.map((claim) => {
      const rise = moved.reduce((sum, [name, by]) => sum + by * (slopes.slopes[claim.id]?.[name] ?? 0), 0);
      return [claim.id, previewed(claim, rise)];
    }));
  }

  observe(observed) {
    this.inAnotherLight({ observed });
  }

  setRecord(record) {
    this.inAnotherLight({ record });
  }

  inAnotherLight(light) {
    heard();
    batch(() => {
      this.supposed.value = { ...this.supposed.value, ...light };
      this.base.value = null;
    });
    this.solve();
    this.sweep();
  }

  /**
   * One request in flight, the newest supposition next, always a last one. Between two models there
   * is nothing to ask: what is taken next is solved then.
   */
  async solve() {
    this.again = true;
    if (this.solving) return;
    this.solving = true;
    while (this.again && this.builtFrom.value !== null) {
      this.again = false;
      try {
        await this.solveOnce();
        well("answers");
      } catch (error) {
        if (this.builtFrom.value === null) break;
        tell(error, "answers");
        if (!error.lost) continue;
        await back();
        this.again = true;
      }
    }
    this.solving = false;
  }

  /** What comes out as supposed now, and at the base values; nothing where another model or light has come meanwhile. */
  async solveOnce() {
    const { asked } = this;
    const model = this.model.value;
    const solved = async (values) => {
      const found = await this.door.call("point", { ...asked, supposed: { ...asked.supposed, values } });
      if (found.superseded) this.again = true;
      return !found.superseded && model === this.model.value && asked.text === this.builtFrom.value ? { ...found, model } : null;
    };
    if (this.base.value === null) {
      const found = await solved({});
      if (!found || !sameLight(found.supposed, this.supposed.value)) return;
      this.base.value = found;
    }
    this.point.value = (await solved(asked.supposed.values)) ?? this.point.value;
  }

  /** Asks for nothing more, and takes no answer that is still on its way. */
  end() {
    this.sweeps++;
    this.builtFrom.value = this.settled.value = null;
  }

  async sweep() {
    const mine = ++this.sweeps;
    const { asked } = this;
    const model = this.model.value;
    if (asked.text === null) return;
    this.settled.value = asked;
    this.drawn.clear();
    try {
      await this.door.stream("sweep", asked, (line) => {
        if (mine !== this.sweeps) return false;
        if (line.slopes) this.slopes.value = line;
        else if (line.turns) this.turns.value = line.turns;
        else this.swept.value = { ...line, model };
        return true;
      });
      if (mine !== this.sweeps) return;
      well("draws");
      this.solve();
      if (this.beside.value) this.sweepDissents();
    } catch (error) {
      if (mine !== this.sweeps) return;
      tell(error, "draws");
      if (!error.lost) return;
      await back();
      if (mine === this.sweeps) await this.sweep();
    }
  }

  /** What the dissents make of what was settled: a column each, as its draws come in. */
  async sweepDissents() {
    const asked = this.settled.value;
    const mine = () => asked === this.settled.value && this.beside.value;
    try {
      await this.door.stream("dissents", asked, (column) => {
        if (!mine()) return false;
        this.dissents.value = new Map(this.dissents.value).set(column.file, column);
        return true;
      });
    } catch (error) {
      if (!mine()) return;
      tell(error);
      if (!error.lost) return;
      await back();
      if (mine()) await this.sweepDissents();
    }
  }

  showDissents(shown) {
    this.beside.value = shown;
    this.dissents.value = new Map();
    if (shown) this.sweepDissents();
  }

  /**
   * Sections of the report, of what was settled; null once something else is, or nobody wants them.
   * `see` is told how far they are. Requests can overtake each other on their way: one that is
   * still wanted is made again.
   */
  async sections(names, claim, wanted, see) {
    const asked = this.settled.value;
    const key = `${names} ${claim}`;
    while (!this.drawn.has(key)) {
      let found = null;
      const current = () => asked === this.settled.value && wanted();
      try {
        await this.door.stream("sections", { ...asked, names, claim }, (line) => {
          if (line.stage) see(line);
          else found = line;
          return current();
        });
      } catch (error) {
        if (!current()) return null;
        if (!error.lost) throw error;
        tell(error, "sections");
        await back();
      }
      if (!current()) return null;
      if (found) this.drawn.set(key, found);
    }
    return this.drawn.get(key);
  }
}
