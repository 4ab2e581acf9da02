// What the keyboard does to what is no button of the browser's own.

/** Enter and space press it; neither goes on to what has the focus afterwards, such as the text. */
export function pressed(event, press) {
  if (!["Enter", " "].includes(event.key)) return;
  event.preventDefault();
  press();
}
