// Turns the months of the calendar with the arrow keys, as the links above it do.
"use strict";

document.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || event.defaultPrevented) return;
  if (event.target instanceof Element && event.target.closest("input, select, textarea, [contenteditable]")) return;
  const rel = { ArrowLeft: "prev", ArrowRight: "next" }[event.key];
  const link = rel && document.querySelector(`.calendar-head a[rel="${rel}"]`);
  if (!link) return;
  event.preventDefault();
  link.click();
});
