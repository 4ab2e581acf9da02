// How numbers and outcomes are written.

const SIGNS = { holds: "●", fails: "○", "no difference": "≈", "cannot be asked": "–", unsolved: "?" };

export const signOf = (word) => SIGNS[word] ?? "?";

export function number(value, digits = 3) {
  if (value === null || value === undefined) return "–";
  if (value === 0) return "0";
  const size = Math.abs(value);
  const whole = Math.floor(Math.log10(size)) + 1;
  const text = size >= 1e6 || size < 1e-4 ? value.toExponential(digits - 1) : String(Number(value.toPrecision(Math.max(digits, whole))));
  return text.replace("-", "−");
}

export const signed = (value) => (value > 0 ? `+${number(value)}` : number(value));

// A share that is neither 0 nor 1 is never written as either.
export function percent(share) {
  const edge = Math.min(share, 1 - share);
  if (edge > 0 && edge < 0.001) return share < 0.5 ? "<0.1\u00a0%" : ">99.9\u00a0%";
  return `${(100 * share).toFixed(edge > 0 && edge < 0.01 ? 1 : 0)}\u00a0%`;
}

export const plain = (name) => name.replaceAll("_", " ").trim();
