// Every assumption as a slider: its range, its base, where claims turn, and what is supposed of it.

import { number, plain } from "../words.js";

const STEPS = 1000;
const isLog = (slider) => slider.shape === "loguniform" && slider.low > 0;

function share(slider, value) {
  const clipped = Math.min(Math.max(value, slider.low), slider.high);
  if (isLog(slider)) return Math.log(clipped / slider.low) / Math.log(slider.high / slider.low);
  return (clipped - slider.low) / (slider.high - slider.low);
}

function valueAt(slider, at) {
  const part = at / STEPS;
  const raw = isLog(slider) ? slider.low * (slider.high / slider.low) ** part : slider.low + part * (slider.high - slider.low);
  if (slider.choices.length) return slider.choices.reduce((a, b) => (Math.abs(b - raw) < Math.abs(a - raw) ? b : a));
  const digits = Math.max(0, 3 - Math.floor(Math.log10(slider.high - slider.low)) - 1);
  return Number(raw.toFixed(Math.min(digits, 12)));
}

function Slider({ opened, slider }) {
  const { answers } = opened;
  const supposed = answers.supposed.value.values[slider.name];
  const value = supposed ?? slider.base;
  const claim = opened.focus.value?.kind === "claim" ? opened.focus.value.id : null;
  const turns = answers.turns.value.filter((t) => t.assumption === slider.name && (!claim || t.claim === claim));
  const chosen = opened.focus.value?.kind === "assumption" && opened.focus.value.id === slider.name;
  const id = `slider ${slider.name}`.replaceAll(/\W/g, "-");
  return (
    <li class={chosen ? "slider chosen" : "slider"} data-assumption={slider.name}>
      <button type="button" class="link name" title={slider.says} onClick={() => opened.point("assumption", slider.name)}>{plain(slider.name)}</button>
      <span class="track">
        <input
          id={id}
          type="range"
          min={0}
          max={STEPS}
          step={1}
          value={Math.round(STEPS * share(slider, value))}
          aria-label={`${plain(slider.name)}, from ${number(slider.low)} to ${number(slider.high)}`}
          aria-valuetext={`${number(value)}${supposed === undefined ? ", base" : ""}`}
          onInput={(event) => answers.suppose(slider.name, valueAt(slider, Number(event.target.value)))}
          onChange={() => answers.sweep()}
        />
        <span class="tick base" style={{ "--at": share(slider, slider.base) }} title={`base ${number(slider.base)}`} />
        {turns.map((t) => (
          <span key={t.claim + t.value} class="tick turn" style={{ "--at": share(slider, t.value) }} title={`${plain(t.claim)} turns at ${number(t.value)}`} />
        ))}
      </span>
      <output for={id} class="figure">{number(value)}</output>
      <span class="acts">
        {supposed !== undefined && (
          <>
            <button type="button" onClick={() => { answers.suppose(slider.name, null); answers.sweep(); }} aria-label={`Put ${plain(slider.name)} back to its base`}>back</button>
            <button type="button" onClick={() => opened.keep(slider.name)} aria-label={`Keep ${plain(slider.name)} in the text`}>keep</button>
          </>
        )}
      </span>
    </li>
  );
}

export function Sliders({ opened }) {
  const { answers } = opened;
  const sliders = answers.model.value.sliders.filter((x) => x.low < x.high);
  const turns = answers.turns.value.length;
  return (
    <section aria-labelledby="suppose">
      <h3 id="suppose">Suppose</h3>
      <p class="small soft">
        What is supposed changes nothing in the text until it is kept. │ marks the base value
        {turns ? ", ▲ where a claim turns" : ""}. Until the exact answer is there, ≈ marks what the tangent gives.
      </p>
      <ul class="sliders">{sliders.map((slider) => <Slider key={slider.name} opened={opened} slider={slider} />)}</ul>
    </section>
  );
}
