// Forms of the admin: further rows, one submission at a time, and the eye led to what needs it.
"use strict";

(() => {
  const addRow = (group) => {
    const total = group.querySelector("input[name$='-TOTAL_FORMS']");
    const number = Number(total.value);
    const markup = group.querySelector("template[data-rows-template]").innerHTML.replaceAll("__prefix__", String(number));
    const list = group.querySelector("[data-rows-list]");
    list.insertAdjacentHTML("beforeend", markup);
    total.value = String(number + 1);
    const row = list.lastElementChild;
    row.setAttribute("aria-label", `${row.getAttribute("aria-label").trim()} ${number + 1}`);
    row.querySelector("input, select, textarea")?.focus();
  };

  for (const group of document.querySelectorAll("[data-rows]")) {
    const button = group.querySelector("[data-rows-add]");
    if (!button) continue;
    button.hidden = false;
    button.addEventListener("click", () => addRow(group));
  }

  for (const form of document.querySelectorAll("form[data-once]")) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) event.preventDefault();
      form.dataset.sent = "yes";
    });
    // A page that the browser brings back from its memory may be sent again.
    window.addEventListener("pageshow", () => delete form.dataset.sent);
  }

  const wrong = document.querySelector(".field-errors");
  const notice = document.querySelector("[data-focus]");
  const field = wrong?.closest(".field")?.querySelector("input:not([type=hidden]), select, textarea");
  wrong?.closest("details")?.setAttribute("open", "");
  (notice ?? field)?.focus();
})();
