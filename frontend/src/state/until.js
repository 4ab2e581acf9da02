// Waiting for what signals tell.

import { effect } from "@preact/signals";

/** Once a condition on signals holds; at once where it does. */
export async function until(holds) {
  await new Promise((held) => {
    const end = effect(() => {
      if (!holds()) return;
      held();
      queueMicrotask(() => end());
    });
  });
}
