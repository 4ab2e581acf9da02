// What an onlooker believes about what is hidden, before and after what was observed.

import { number, percent, plain } from "../words.js";

export function Beliefs({ answers }) {
  const found = answers.point.value?.beliefs;
  if (!found) return <p class="soft">No solution here, so no beliefs.</p>;
  const known = answers.supposed.value.observed.length > 0 || answers.supposed.value.record;
  return (
    <section aria-labelledby="beliefs-now">
      <h3 id="beliefs-now">Beliefs</h3>
      {known && <p>The model gave what was observed a probability of <b class="figure">{number(found.probability)}</b>{found.probability < 0.05 ? ": it is surprised" : ""}.</p>}
      {Object.entries(found.prior).map(([about, prior]) => (
        <table class="beliefs" key={about}>
          <caption>{plain(about).replace(/\.aim$/, "’s aim")}</caption>
          <thead><tr><th scope="col">Value</th><th scope="col">Before</th>{known && <th scope="col">After</th>}</tr></thead>
          <tbody>
            {Object.entries(prior).map(([value, p]) => {
              const after = found.posterior[about]?.[value];
              return (
                <tr key={value}>
                  <th scope="row">{plain(value)}</th>
                  <td class="figure">{percent(p)}</td>
                  {known && <td class="figure">{after === undefined ? "ruled out" : percent(after)} <meter min={0} max={1} value={after ?? 0} aria-label={`${plain(value)} after`} /></td>}
                </tr>
              );
            })}
          </tbody>
        </table>
      ))}
    </section>
  );
}
