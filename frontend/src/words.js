// How numbers and outcomes are written.

const SIGNS = { holds: "●", fails: "○", "no difference": "≈", "cannot be asked": "–", unsolved: "?" };

export const signOf = (word) => SIGNS[word] ?? "?";

export function number(value) {
  if (value === null || value === undefined) return "–";
  if (value === 0) return "0";
  const size = Math.abs(value);
  const text = size >= 1000 || size < 1e-4 ? value.toExponential(2) : String(Number(value.toPrecision(3)));
  return text.replace("-", "−");
}

export const signed = (value) => (value > 0 ? `+${number(value)}` : number(value));

export const percent = (share) => `${(100 * share).toFixed(share > 0 && share < 0.01 ? 1 : 0)} %`;
export const plain = (name) => name.replaceAll("_", " ");
