// What is supposed of a case, and what comes out: at a point, over the draws, in the report's sections.

import { batch, computed, signal } from "@preact/signals";
import { tell } from "./told.js";

export const NOTHING_SUPPOSED = { values: {}, observed: [], record: false };

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
    this.dissents = signal(null);
    /** What was asked when a slider was last let go; what takes longer than a drag waits for it. */
    this.settled = signal(null);
    /** Sections of the report that were drawn of that. */
    this.drawn = new Map();
    this.moved = computed(() => Object.keys(this.supposed.value.values).length > 0);
    /** Whether what is shown was made from something else than what is supposed now. */
    this.late = computed(() => JSON.stringify(this.point.value?.supposed) !== JSON.stringify(this.supposed.value));
    this.solving = false;
    this.again = false;
    this.sweeps = 0;
    this.cut = false;
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
      this.forget();
    });
    this.solve();
    this.sweep();
  }

  /** Drops what hangs on what is known, to be asked anew by whoever shows it. */
  forget() {
    this.base.value = null;
    this.dissents.value = null;
  }

  suppose(name, value) {
    const values = { ...this.supposed.value.values };
    if (value === null || value === this.slider(name).base) delete values[name];
    else values[name] = value;
    this.supposed.value = { ...this.supposed.value, values };
    this.solve();
  }

  observe(observed) {
    this.inAnotherLight({ observed });
  }

  setRecord(record) {
    this.inAnotherLight({ record });
  }

  inAnotherLight(light) {
    batch(() => {
      this.supposed.value = { ...this.supposed.value, ...light };
      this.forget();
    });
    this.solve();
    this.sweep();
  }

  /** One request in flight, the newest supposition next, always a last one. */
  async solve() {
    if (this.solving) {
      this.again = true;
      return;
    }
    this.solving = true;
    do {
      this.again = false;
      const asked = this.asked;
      try {
        if (this.base.value === null) {
          this.base.value = await this.door.call("point", { ...asked, supposed: { ...asked.supposed, values: {} } });
        }
        const found = await this.door.call("point", asked);
        if (!found.superseded && asked.text === this.builtFrom.value) this.point.value = found;
      } catch (error) {
        tell(error);
      }
    } while (this.again);
    this.solving = false;
  }

  async sweep() {
    const mine = ++this.sweeps;
    const asked = this.asked;
    this.settled.value = asked;
    this.drawn.clear();
    this.cut = false;
    try {
      await this.door.stream("sweep", asked, (line) => {
        if (mine !== this.sweeps) return false;
        if (line.turns) this.turns.value = line.turns;
        else this.swept.value = line;
        return true;
      });
      if (mine === this.sweeps) this.solve();
    } catch (error) {
      if (mine !== this.sweeps) return;
      this.cut = true;
      tell(error);
    }
  }

  /** Goes on where the server was lost. */
  resume() {
    if (this.late.value) this.solve();
    if (this.cut) this.sweep();
  }

  async showDissents() {
    try {
      this.dissents.value = (await this.door.call("dissents", this.asked)).dissents;
    } catch (error) {
      tell(error);
    }
  }

  /** Sections of the report, of what was settled; null where something else is by now. */
  async sections(names, claim) {
    const asked = this.settled.value;
    const key = `${names} ${claim}`;
    if (!this.drawn.has(key)) {
      const found = await this.door.call("sections", { ...asked, names, claim });
      if (found.superseded || asked !== this.settled.value) return null;
      this.drawn.set(key, found);
    }
    return this.drawn.get(key);
  }
}
