// The inbox by keyboard and without reloading: the next story comes with the answer to a decision. Without this script
// every row is a link and every button sends the form.
"use strict";

(() => {
  const form = document.querySelector("[data-inbox]");
  if (!form) return;
  const list = form.querySelector("[data-rows]");
  const pane = form.querySelector("[data-item]");
  const said = form.querySelector("[data-said]");
  const refusals = form.querySelector("[data-refusals]");
  const help = document.querySelector("[data-help]");
  const { itemUrl, claimUrl, inboxUrl, query } = form.dataset;
  const FEW_ROWS = 8;
  const RENEW = 60_000;
  const NEXT = 8;
  let opening;
  let isBusy = false;
  let isFilling = false;

  const rows = () => [...list.querySelectorAll("[data-row]")];
  const openRow = () => list.querySelector("[data-row][data-open]");
  const link = (row) => row.querySelector(".inbox-row-title");
  const isWide = () => matchMedia("(min-width: 1100px)").matches;

  // --- Showing ---------------------------------------------------------------------------------------------------

  function choose(row) {
    for (const each of rows()) {
      delete each.dataset.open;
      link(each).removeAttribute("aria-current");
    }
    if (!row) return;
    row.dataset.open = "";
    link(row).setAttribute("aria-current", "true");
  }

  function remember(story) {
    const parts = [query, story ? `story=${story}` : ""].filter(Boolean).join("&");
    history.replaceState(null, "", parts ? `?${parts}` : inboxUrl);
    form.elements.story.value = story || "";
    form.elements.back.value = parts ? `${inboxUrl}?${parts}` : inboxUrl;
  }

  function show(story, html) {
    // The server has escaped whatever came from outside.
    pane.innerHTML = html;
    form.querySelector("[data-pane]").scrollTop = 0;
    remember(story);
  }

  async function open(row, { focus = true } = {}) {
    if (!row) return;
    opening?.abort();
    opening = new AbortController();
    choose(row);
    if (focus) link(row).focus();
    refuse([]);
    tell("");
    const story = row.dataset.row;
    try {
      const answer = await fetch(`${itemUrl}?${[query, `story=${story}`].filter(Boolean).join("&")}`, {
        signal: opening.signal,
      });
      if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
      show(story, await answer.text());
      claim(story);
      if (!isWide()) pane.scrollIntoView({ block: "start" });
    } catch (error) {
      if (error.name !== "AbortError") refuse([`The story could not be opened: ${error.message}. Press its title to try again.`]);
    }
    fill();
  }

  async function claim(story) {
    if (!claimUrl || !story) return;
    const body = new FormData();
    body.set("story", story);
    body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    try {
      const answer = await fetch(claimUrl, { method: "POST", body });
      if (answer.ok && story === form.elements.story.value) hold(story, await answer.json());
    } catch {
      // The next renewal tries again; what is decided meanwhile is still refused by the server.
    }
  }

  function hold(story, { holder, since }) {
    const notice = pane.querySelector("[data-item-holder]");
    if (notice) {
      notice.hidden = !holder;
      notice.querySelector("strong").textContent = holder;
      notice.querySelector("span").textContent = since;
    }
    const row = rows().find((each) => each.dataset.row === story)?.querySelector("[data-holder]");
    if (row) {
      row.hidden = !holder;
      row.querySelector("span").textContent = holder;
    }
  }

  async function fill() {
    const next = list.dataset.next;
    const at = rows().indexOf(openRow());
    if (!next || isFilling || rows().length - at > FEW_ROWS) return;
    isFilling = true;
    try {
      const answer = await fetch(next);
      if (!answer.ok) return;
      const holder = document.createElement("template");
      holder.innerHTML = await answer.text();
      const known = new Set(rows().map((row) => row.dataset.row));
      for (const row of holder.content.querySelectorAll("[data-row]")) if (!known.has(row.dataset.row)) list.append(row);
      list.dataset.next = answer.headers.get("X-Next") || "";
      // What is older follows by itself now.
      form.querySelector("[data-older]")?.remove();
    } finally {
      isFilling = false;
      empty();
    }
  }

  function empty() {
    form.querySelector("[data-rows-empty]").hidden = rows().length > 0;
  }

  function tell(text) {
    said.textContent = text;
  }

  function refuse(texts) {
    refusals.replaceChildren(
      ...texts.map((text) => {
        const line = document.createElement("p");
        line.textContent = text;
        return line;
      }),
    );
    refusals.hidden = texts.length === 0;
  }

  // --- Deciding --------------------------------------------------------------------------------------------------

  const ticks = () => [...list.querySelectorAll("input[name=candidate]:checked")];

  function about() {
    const place = form.querySelector("[data-about]");
    if (!place) return;
    const number = ticks().length;
    place.textContent = number ? `About ${number} ticked ${number === 1 ? "story" : "stories"}.` : "About the open story.";
    const all = form.querySelector("[data-tick-all]");
    all.checked = number > 0 && number === rows().length;
    all.indeterminate = number > 0 && number < rows().length;
  }

  async function decide(act) {
    if (isBusy || !form.querySelector("[data-bar]")) return;
    isBusy = true;
    form.setAttribute("aria-busy", "true");
    const body = new FormData(form);
    body.set("act", act);
    const all = rows();
    const at = all.indexOf(openRow());
    const gone = new Set(body.getAll("candidate"));
    const following = [...all.slice(at + 1), ...all.slice(0, Math.max(at, 0)).reverse()];
    for (const row of following.filter((row) => !gone.has(row.dataset.candidates)).slice(0, NEXT)) {
      body.append("next", row.dataset.row);
    }
    try {
      const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
      if (!answer.headers.get("Content-Type")?.startsWith("application/json")) {
        throw new Error(answer.status === 403 ? "you may not, or have been logged out" : `the server answered ${answer.status}`);
      }
      await settle(act, await answer.json());
    } catch (error) {
      refuse([`Nothing is known to be decided: ${error.message}. What you typed still stands; load the page again if it stays so.`]);
    } finally {
      isBusy = false;
      form.removeAttribute("aria-busy");
    }
  }

  async function settle(act, answer) {
    if (act === "undo" && answer.done.length) {
      // What was undone takes its place in the list again, wherever that is.
      sessionStorage.setItem("inbox-said", answer.said);
      const parts = [query, answer.story ? `story=${answer.story}` : ""].filter(Boolean).join("&");
      location.assign(parts ? `${inboxUrl}?${parts}` : inboxUrl);
      return;
    }
    const hadFocusInList = list.contains(document.activeElement);
    if (answer.done.length) {
      if (answer.stays) assigned(answer);
      else remove(new Set(answer.done.map(String)));
      if (!answer.refusals.length) closeChoices({ clear: true });
      for (const tick of ticks()) tick.checked = false;
    }
    about();
    refuse(answer.refusals);
    tell(answer.said);
    offerUndo(answer.undo);
    const row = rows().find((each) => each.dataset.row === answer.story);
    choose(row);
    if (answer.story) show(answer.story, answer.item);
    else if (answer.done.length && !answer.stays) {
      pane.replaceChildren();
      remember("");
    }
    if (answer.done.length && row) link(row).focus();
    else if (answer.done.length || hadFocusInList) (rows()[0] ? link(rows()[0]) : form.querySelector("[data-undo]")).focus();
    await fill();
    // The rows that came meanwhile go on where the list had ended.
    if (!answer.story && rows().length) await open(rows()[0]);
    empty();
  }

  function remove(done) {
    for (const row of rows()) {
      const left = row.dataset.candidates.split(",").filter((number) => !done.has(number));
      if (!left.length) row.remove();
      else {
        row.dataset.candidates = left.join(",");
        const tick = row.querySelector("input[name=candidate]");
        if (tick) tick.value = row.dataset.candidates;
      }
    }
  }

  function assigned({ done }) {
    const to = form.elements.to.value;
    const numbers = new Set(done.map(String));
    for (const row of rows()) {
      if (!row.dataset.candidates.split(",").some((number) => numbers.has(number))) continue;
      const place = row.querySelector("[data-assigned]");
      place.hidden = !to;
      place.querySelector("span").textContent = to;
    }
  }

  function offerUndo(label) {
    const button = form.querySelector("[data-undo]");
    button.hidden = !label;
    form.querySelector("[data-undo-label]").textContent = `: ${label}`;
    const last = form.querySelector("[data-last]");
    last.hidden = !label;
    last.querySelector("span").textContent = label;
  }

  // --- Choices that open: a reason, a time, a dispute --------------------------------------------------------------

  const choices = () => [...form.querySelectorAll("[data-choice]")];
  const openChoice = () => choices().find((choice) => choice.open);

  function closeChoices({ clear = false, but } = {}) {
    for (const choice of choices()) {
      if (choice === but) continue;
      choice.open = false;
      if (!clear) continue;
      for (const field of choice.querySelectorAll("input[type=text]")) field.value = "";
      for (const radio of choice.querySelectorAll("input[type=radio]")) radio.checked = radio.defaultChecked;
      for (const chosen of choice.querySelectorAll("[data-chosen]")) chosen.replaceChildren();
    }
  }

  function openChoiceOf(key) {
    const choice = form.querySelector(`[data-choice="${key}"]`);
    if (!choice) return false;
    choice.open = true;
    (choice.querySelector("input[type=radio]:checked") ?? choice.querySelector("input[type=text], select")).focus();
    return true;
  }

  for (const choice of choices()) {
    choice.addEventListener("toggle", () => choice.open && closeChoices({ but: choice }));
  }

  // A digit chooses among what is open, and that is all there is to say.
  function chooseNumber(choice, digit) {
    const radio = choice.querySelectorAll("input[type=radio]")[digit - 1];
    if (!radio || (radio.name === "reason" && !radio.value)) return false;
    radio.checked = true;
    if (radio.name === "reason" && form.elements.note.value.trim()) return true;
    decide(choice.querySelector("button[name=act]").value);
    return true;
  }

  // --- Hands -----------------------------------------------------------------------------------------------------

  const keysOn = help.querySelector("[data-keys-on]");
  keysOn.checked = localStorage.getItem("inbox-keys") !== "off";
  keysOn.addEventListener("change", () => localStorage.setItem("inbox-keys", keysOn.checked ? "on" : "off"));

  function step(by) {
    const all = rows();
    const at = all.indexOf(openRow());
    const row = all[at < 0 ? 0 : at + by];
    if (row) open(row);
  }

  function nextMatter() {
    const matters = [...pane.querySelectorAll("input[name=current]")];
    if (matters.length < 2) return;
    const next = matters[(matters.findIndex((radio) => radio.checked) + 1) % matters.length];
    next.checked = true;
    next.focus();
  }

  function tick() {
    const box = openRow()?.querySelector("input[name=candidate]");
    if (!box) return;
    box.checked = !box.checked;
    about();
  }

  const KEYS = {
    j: () => step(1),
    k: () => step(-1),
    a: () => decide("accept"),
    u: () => decide("undo"),
    x: tick,
    n: nextMatter,
    "?": () => help.showModal(),
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat && !"jk".includes(event.key)) return;
    if (document.querySelector("dialog[open]") || event.defaultPrevented) return;
    const { target, key } = event;
    const choice = openChoice();
    if (key === "Escape" && choice) {
      closeChoices();
      if (openRow()) link(openRow()).focus();
      return;
    }
    if (target.matches("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable=true]")) return;
    if (!keysOn.checked) return;
    if (choice && /^[1-9]$/.test(key) && chooseNumber(choice, Number(key))) {
      event.preventDefault();
      return;
    }
    const does = KEYS[key] ?? (form.querySelector(`[data-choice="${CSS.escape(key)}"]`) && (() => openChoiceOf(key)));
    if (!does) return;
    event.preventDefault();
    does();
  });

  form.addEventListener("keydown", (event) => {
    // Enter in a field carries out what the field is about; where a list of names is open it chooses there.
    if (event.key !== "Enter" || event.defaultPrevented || !event.target.matches("[data-choice] input")) return;
    event.preventDefault();
    if (event.target.getAttribute("role") === "combobox" && event.target.value.trim()) return;
    decide(event.target.closest("[data-choice]").querySelector("button[name=act]").value);
  });

  form.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (button?.name !== "act") return;
    event.preventDefault();
    if (button.value) decide(button.value);
  });

  list.addEventListener("click", (event) => {
    const row = event.target.closest(".inbox-row-title")?.closest("[data-row]");
    if (!row || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    open(row);
  });
  list.addEventListener("change", about);

  const all = form.querySelector("[data-tick-all]");
  if (all) {
    all.closest("label").hidden = false;
    all.addEventListener("change", () => {
      for (const row of rows()) row.querySelector("input[name=candidate]").checked = all.checked;
      about();
    });
  }

  const opener = form.querySelector("[data-help-open]");
  opener.hidden = false;
  opener.addEventListener("click", () => help.showModal());

  setInterval(() => {
    if (document.visibilityState === "visible") claim(form.elements.story.value);
  }, RENEW);

  const before = sessionStorage.getItem("inbox-said");
  sessionStorage.removeItem("inbox-said");
  if (before) {
    tell(before);
    if (openRow()) link(openRow()).focus();
  }
  about();
  claim(form.elements.story.value);
})();
