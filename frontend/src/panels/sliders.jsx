// Every assumption as a slider: its range, its base, where claims turn, and what is supposed of it.

import { number, plain } from "../words.js";

const isLog = (slider) => slider.shape === "loguniform" && slider.low > 0;
const within = (slider, value) => Math.min(Math.max(value, slider.low), slider.high);

// Where a value lies on the track, from 0 to 1; listed values are as far from each other.
function share(slider, value) {
  const clipped = within(slider, value);
  if (slider.choices.length) return placeOf(slider.choices, clipped) / (slider.choices.length - 1);
  if (isLog(slider)) return Math.log(clipped / slider.low) / Math.log(slider.high / slider.low);
  return (clipped - slider.low) / (slider.high - slider.low);
}

function placeOf(choices, value) {
  const values = [...choices].sort((a, b) => a - b);
  const below = Math.min(Math.max(values.filter((x) => x <= value).length - 1, 0), values.length - 2);
  return below + (value - values[below]) / (values[below + 1] - values[below]);
}

// The places of a slider's handle: round numbers, so that an arrow key takes it to the next of
// them. They are hundredths to thousandths of a range, and hundredths of a value in logarithms.
function places(slider) {
  const { low, high, choices } = slider;
  if (choices.length) {
    const values = [...choices].sort((a, b) => a - b);
    return { steps: values.length - 1, of: (value) => placeOf(choices, value), at: (place) => values[place] };
  }
  if (isLog(slider)) {
    const steps = Math.ceil(Math.log(high / low) / Math.log(1.01));
    const at = (place) => Number((low * (high / low) ** (place / steps)).toPrecision(3));
    return { steps, of: (value) => steps * share(slider, value), at };
  }
  const digits = Math.min(2 - Math.floor(Math.log10(high - low)), 12);
  const rounded = (units) => (digits > 0 ? Number((units / 10 ** digits).toFixed(digits)) : units * 10 ** -digits);
  const units = (value) => Number((value * 10 ** digits).toFixed(6));
  const first = Math.floor(units(low));
  return { steps: Math.ceil(units(high)) - first, of: (value) => units(value) - first, at: (place) => rounded(first + place) };
}

const valueAt = (slider, place) => within(slider, places(slider).at(place));
const placeAt = (slider, value) => Math.round(places(slider).of(within(slider, value)));

// As many digits as tell one place from the next.
const figure = (slider, value) =>
  number(value, 3 + Math.max(0, Math.ceil(Math.log10(Math.max(Math.abs(slider.low), Math.abs(slider.high)) / (slider.high - slider.low)))));

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
          max={places(slider).steps}
          step={1}
          value={placeAt(slider, value)}
          aria-label={`${plain(slider.name)}, from ${number(slider.low)} to ${number(slider.high)}`}
          aria-valuetext={`${figure(slider, value)}${supposed === undefined ? ", base" : ""}`}
          onInput={(event) => answers.suppose(slider.name, valueAt(slider, Number(event.target.value)))}
          onChange={() => answers.sweep()}
        />
        <span class="tick base" style={{ "--at": share(slider, slider.base) }} title={`base ${figure(slider, slider.base)}`} />
        {turns.map((t) => (
          <span key={t.claim + t.value} class="tick turn" style={{ "--at": share(slider, t.value) }} title={`${plain(t.claim)} turns at ${number(t.value)}`} />
        ))}
      </span>
      <output for={id} class="figure">{figure(slider, value)}</output>
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
