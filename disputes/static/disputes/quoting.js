// The article beside a form: selected words become the quote, and the quote is marked in the text.
"use strict";

(() => {
  const beside = document.querySelector("[data-beside]");
  const text = beside?.querySelector("[data-article-text]");
  if (!text) return;
  const article = beside.dataset.article;
  const status = beside.querySelector("[data-quote-status]");
  const add = beside.querySelector("[data-quote-add]");
  const plain = (words) => words.replace(/\s+/g, " ").trim();

  // An editable element in which nothing can be edited: it has a caret, so words are selected with the keyboard alone.
  text.setAttribute("role", "textbox");
  text.setAttribute("aria-readonly", "true");
  text.setAttribute("aria-multiline", "true");
  text.setAttribute("contenteditable", "true");
  text.setAttribute("inputmode", "none");
  text.setAttribute("spellcheck", "false");
  text.setAttribute("aria-describedby", (status.id = "quote-status"));
  text.addEventListener("beforeinput", (event) => event.preventDefault());
  text.addEventListener("drop", (event) => event.preventDefault());
  // What an input method composes can't be prevented; it is taken back.
  const captured = text.cloneNode(true);
  text.addEventListener("input", () => text.replaceChildren(...captured.cloneNode(true).childNodes));
  beside.querySelector("[data-quoting]").hidden = false;

  // The row that cites this article; without one the first row that cites none, which then does.
  const quoteField = () => {
    const rows = [...document.querySelectorAll("[data-rows='evidence'] [data-rows-list] [data-row]")];
    const chosen = (row) => row.querySelector("select[name$='-article']");
    let row = rows.find((each) => chosen(each)?.value === article);
    if (!row) {
      row = rows.find((each) => !chosen(each)?.value && !each.querySelector("input[name$='-address']")?.value);
      if (row) chosen(row).value = article;
    }
    return row?.querySelector("textarea[name$='-quote']") ?? document.querySelector("form.command textarea[name='quote']");
  };

  const selected = () => {
    const selection = getSelection();
    const isInside = selection.rangeCount && text.contains(selection.anchorNode) && text.contains(selection.focusNode);
    return isInside ? plain(selection.toString()) : "";
  };

  // All words of the text in one line, with the place of each character.
  const line = () => {
    const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
    let words = "";
    const places = [];
    while (walker.nextNode()) {
      const node = walker.currentNode;
      for (let at = 0; at < node.data.length; at += 1) {
        const character = /\s/.test(node.data[at]) ? " " : node.data[at];
        if (character === " " && (words === "" || words.endsWith(" "))) continue;
        words += character;
        places.push([node, at]);
      }
      if (words && !words.endsWith(" ")) {
        words += " ";
        places.push([node, node.data.length]);
      }
    }
    return { words, places };
  };

  const mark = (isFirst) => {
    const field = quoteField();
    const parts = (field?.value ?? "").split("[…]").map(plain).filter(Boolean);
    const { words, places } = line();
    const ranges = [];
    let isMissing = false;
    for (const part of parts) {
      const start = words.indexOf(part);
      if (start < 0) {
        isMissing = true;
        continue;
      }
      const range = document.createRange();
      const [endNode, endAt] = places[start + part.length - 1];
      range.setStart(...places[start]);
      range.setEnd(endNode, endAt + 1);
      ranges.push(range);
    }
    globalThis.CSS?.highlights?.set("quote", new Highlight(...ranges));
    add.hidden = parts.length === 0;
    if (isMissing) status.textContent = "The quote does not stand in the captured text word for word.";
    if (isFirst && ranges.length) {
      const top = ranges[0].getBoundingClientRect().top - text.getBoundingClientRect().top;
      text.scrollTop += top - text.clientHeight / 3;
    }
  };

  const quote = (isAddition) => {
    const words = selected();
    const field = quoteField();
    if (!words || !field) {
      status.textContent = words ? "There is no empty row of evidence to put it in." : "Select words of the text first.";
      return;
    }
    const before = isAddition ? field.value.trim() : "";
    field.value = before ? `${before} […] ${words}` : words;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    for (let at = field.closest("details"); at; at = at.parentElement.closest("details")) at.open = true;
    status.textContent = `Quoted: “${words.length > 80 ? `${words.slice(0, 79)}…` : words}”`;
  };

  // A press of the mouse must not take the selection away.
  for (const [button, isAddition] of [[beside.querySelector("[data-quote]"), false], [add, true]]) {
    button.addEventListener("mousedown", (event) => event.preventDefault());
    button.addEventListener("click", () => quote(isAddition));
  }
  text.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.key.toLowerCase() !== "q") return;
    event.preventDefault();
    quote(event.shiftKey);
  });
  document.addEventListener("input", ({ target }) => {
    if (target.matches?.("textarea[name$='quote']")) mark(false);
  });
  mark(true);
})();
