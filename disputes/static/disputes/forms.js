// Forms of the admin: further rows, new parties, dates read as they are typed, one submission at a time, and the eye
// led to what needs it.
"use strict";

(() => {
  const READ_AFTER = 300;

  const addRow = (group) => {
    const total = group.querySelector("input[name$='-TOTAL_FORMS']");
    const number = Number(total.value);
    const markup = group.querySelector("template[data-rows-template]").innerHTML.replaceAll("__prefix__", String(number));
    const list = group.querySelector("[data-rows-list]");
    list.insertAdjacentHTML("beforeend", markup);
    total.value = String(number + 1);
    const row = list.lastElementChild;
    row.setAttribute("aria-label", `${row.getAttribute("aria-label").trim()} ${number + 1}`);
    return row;
  };

  const fieldsOf = (place) => [...place.querySelectorAll("input:not([type=hidden]), select, textarea")];
  const isTouched = (row, blank) =>
    fieldsOf(row).some((field, at) => field.value !== blank[at].value || field.checked !== blank[at].checked);

  for (const group of document.querySelectorAll("[data-rows]")) {
    const button = group.querySelector("[data-rows-add]");
    if (!button) continue;
    button.hidden = false;
    // The empty row behind others is for those without this script, who can't add one.
    const rows = group.querySelector("[data-rows-list]").children;
    const blank = fieldsOf(group.querySelector("template[data-rows-template]").content);
    if (rows.length > 1 && !isTouched(rows[rows.length - 1], blank)) {
      rows[rows.length - 1].remove();
      group.querySelector("input[name$='-TOTAL_FORMS']").value = String(rows.length);
    }
    button.addEventListener("click", () => addRow(group).querySelector("input, select, textarea")?.focus());
  }

  // A name that was chosen to be registered gets a row where more can be said of it.
  document.addEventListener("tracker:new-party", ({ detail: { name } }) => {
    const group = document.querySelector("[data-rows='new_parties']");
    if (!group) return;
    const names = [...group.querySelectorAll("[data-rows-list] input[name$='-name']")];
    if (names.some((field) => field.value.trim().toLowerCase() === name.toLowerCase())) return;
    const field = names.find((each) => !each.value.trim()) ?? addRow(group).querySelector("input[name$='-name']");
    field.value = name;
    group.querySelector("details").open = true;
  });

  const readDate = async (field, place, isDone) => {
    const text = field.value.trim();
    if (!text) {
      place.textContent = "";
      return;
    }
    const url = new URL(place.dataset.reader, location.href);
    url.searchParams.set("q", text);
    try {
      const response = await fetch(url, { credentials: "same-origin", headers: { Accept: "application/json" } });
      if (!response.ok || response.redirected) return;
      const { understood, wrong } = await response.json();
      if (field.value.trim() !== text) return;
      // While somebody types, what is not a date yet is no mistake.
      if (understood) place.textContent = `understood as ${understood}`;
      else place.textContent = isDone ? wrong : "";
      place.classList.toggle("is-wrong", Boolean(wrong && isDone));
    } catch {
      // The server says so when the form is sent.
    }
  };

  let reading;
  for (const type of ["input", "change"]) {
    document.addEventListener(type, ({ target }) => {
      if (!target.matches?.("input[data-date]")) return;
      const place = target.closest(".field").querySelector("[data-understood]");
      clearTimeout(reading);
      reading = setTimeout(() => readDate(target, place, type === "change"), type === "change" ? 0 : READ_AFTER);
    });
  }

  for (const form of document.querySelectorAll("form[data-once]")) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) event.preventDefault();
      form.dataset.sent = "yes";
    });
    // A page that the browser brings back from its memory may be sent again.
    window.addEventListener("pageshow", () => delete form.dataset.sent);
  }

  const unfold = (element) => {
    for (let at = element?.closest("details"); at; at = at.parentElement.closest("details")) at.open = true;
  };

  // A link of the summary goes to its field, also where that is folded away.
  for (const link of document.querySelectorAll(".problems a")) {
    link.addEventListener("click", (event) => {
      const target = document.getElementById(decodeURIComponent(link.hash.slice(1)));
      if (!target) return;
      event.preventDefault();
      unfold(target);
      target.focus();
      target.scrollIntoView({ block: "center" });
    });
  }

  for (const wrong of document.querySelectorAll(".field-errors")) unfold(wrong);
  document.querySelector("[data-focus]")?.focus();
})();
