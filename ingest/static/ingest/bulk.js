// Ticks all rows of a list at once, and says how many are ticked. Without it each row is ticked by itself.
"use strict";

(() => {
  const all = document.querySelector("[data-tick-all]");
  if (!all) return;
  const rows = [...document.querySelectorAll(all.dataset.tickAll)];
  const told = document.querySelector("[data-ticked]");
  const words = told.textContent;

  const tell = () => {
    const ticked = rows.filter((row) => row.checked).length;
    all.checked = ticked > 0 && ticked === rows.length;
    all.indeterminate = ticked > 0 && ticked < rows.length;
    told.textContent = ticked ? `With ${ticked} ticked:` : words;
  };

  all.closest("label").hidden = false;
  told.setAttribute("aria-live", "polite");
  all.addEventListener("change", () => {
    for (const row of rows) row.checked = all.checked;
    tell();
  });
  for (const row of rows) row.addEventListener("change", tell);
  tell();
})();
