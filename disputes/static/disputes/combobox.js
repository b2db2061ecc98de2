// Text fields that complete what is typed, after the editable combobox with list autocomplete of the WAI-ARIA
// Authoring Practices Guide. What is chosen becomes a ticked box above the field; what is merely typed is sent as text.
"use strict";

(() => {
  const WAIT = 150;
  let boxes = 0;

  class Combobox {
    constructor(root) {
      this.root = root;
      this.input = root.querySelector("input[type=text]");
      this.chosen = root.querySelector("[data-chosen]");
      this.many = "many" in root.dataset;
      this.mayRegister = "mayRegister" in root.dataset;
      this.options = this.readOptions();
      this.results = [];
      this.active = -1;
      boxes += 1;
      this.list = this.make("ul", { role: "listbox", id: `combobox-${boxes}`, class: "combobox-list", hidden: "" });
      this.list.setAttribute("aria-label", this.labelText());
      this.status = this.make("p", { role: "status", class: "sr-only" });
      for (const [name, value] of Object.entries({
        role: "combobox",
        "aria-autocomplete": "list",
        "aria-expanded": "false",
        "aria-controls": this.list.id,
      })) {
        this.input.setAttribute(name, value);
      }
      this.listen();
    }

    make(tag, attributes) {
      const element = document.createElement(tag);
      for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
      this.root.append(element);
      return element;
    }

    labelText() {
      return document.querySelector(`label[for="${this.input.id}"]`)?.firstChild?.textContent.trim() ?? "Suggestions";
    }

    // Where the page itself carries all there is, in a datalist for browsers without this script.
    readOptions() {
      const carried = this.root.querySelector("datalist");
      if (!carried) return this.root.dataset.source ? null : [];
      this.input.removeAttribute("list");
      return [...carried.options].map((option) => ({ value: option.value, label: option.textContent, detail: option.value }));
    }

    listen() {
      this.input.addEventListener("input", () => {
        clearTimeout(this.timer);
        this.timer = setTimeout(() => this.look(), WAIT);
      });
      this.input.addEventListener("keydown", (event) => this.onKey(event));
      this.input.addEventListener("blur", () => {
        clearTimeout(this.timer);
        this.asked?.abort();
        this.close();
      });
      // The field keeps the focus, so that its blur does not close the list before the click arrives.
      this.list.addEventListener("mousedown", (event) => event.preventDefault());
      this.list.addEventListener("click", (event) => {
        const at = [...this.list.children].indexOf(event.target.closest("[role=option]"));
        if (at >= 0) this.choose(this.results[at]);
      });
    }

    onKey(event) {
      if (event.isComposing || event.ctrlKey || event.metaKey) return;
      const isOpen = !this.list.hidden;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        if (isOpen) this.move(event.key === "ArrowDown" ? 1 : -1);
        else this.look();
      } else if (event.key === "Enter" && isOpen && this.active >= 0) {
        event.preventDefault();
        this.choose(this.results[this.active]);
      } else if (event.key === "Enter" && this.input.value.trim()) {
        // Enter that comes before the list does must not send the form.
        event.preventDefault();
        this.look();
      } else if (event.key === "Escape" && isOpen) {
        event.preventDefault();
        event.stopPropagation();
        this.close();
      }
    }

    async look() {
      const text = this.input.value.trim();
      this.asked?.abort();
      this.asked = new AbortController();
      try {
        const found = this.options ? this.filter(text) : await this.fetch(text, this.asked.signal);
        if (document.activeElement === this.input) this.show(text, found.results, found.more);
      } catch (error) {
        if (error.name === "AbortError") return;
        this.close();
        this.say("The names could not be loaded. Type the whole name.");
      }
    }

    filter(text) {
      const words = text.toLowerCase().split(/\s+/).filter(Boolean);
      const results = this.options.filter(({ value, label }) =>
        words.every((word) => `${value} ${label}`.toLowerCase().includes(word)),
      );
      return { results: results.slice(0, 20), more: results.length > 20 };
    }

    async fetch(text, signal) {
      const url = new URL(this.root.dataset.source, location.href);
      url.searchParams.set("q", text);
      const response = await fetch(url, { signal, credentials: "same-origin", headers: { Accept: "application/json" } });
      if (!response.ok || response.redirected) throw new Error(String(response.status));
      return response.json();
    }

    show(text, results, more) {
      this.results = [...results];
      const isKnown = results.some(({ label }) => label.toLowerCase() === text.toLowerCase());
      if (this.mayRegister && text.length > 1 && !isKnown) {
        this.results.push({ value: text, label: `Register “${text}” as a new party`, detail: "", isNew: true });
      }
      this.list.replaceChildren(...this.results.map((result, index) => this.option(result, index)));
      if (more) {
        const note = document.createElement("li");
        note.setAttribute("role", "presentation");
        note.className = "combobox-note";
        note.textContent = "There are more: type more of the name.";
        this.list.append(note);
      }
      const isOpen = this.list.children.length > 0;
      this.list.hidden = !isOpen;
      this.input.setAttribute("aria-expanded", String(isOpen));
      // The likeliest is chosen by Enter; registering something new takes a step of its own.
      this.activate(results.length > 0 && text ? 0 : -1);
      const number = results.length;
      if (number) this.say(`${number}${more ? " or more" : ""} found.`);
      else if (text) this.say(this.root.dataset.unknown ?? "Nothing is found.");
    }

    option({ label, detail, isNew }, index) {
      const item = document.createElement("li");
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", "false");
      item.id = `${this.list.id}-${index}`;
      item.append(label);
      if (isNew) item.className = "combobox-new";
      if (detail) {
        const more = document.createElement("span");
        more.className = "quiet";
        more.textContent = detail;
        item.append(" ", more);
      }
      return item;
    }

    move(step) {
      const number = this.results.length;
      if (number) this.activate(this.active < 0 && step < 0 ? number - 1 : (this.active + step + number) % number);
    }

    activate(index) {
      this.active = index;
      [...this.list.querySelectorAll("[role=option]")].forEach((option, at) => {
        option.setAttribute("aria-selected", String(at === index));
        if (at === index) option.scrollIntoView({ block: "nearest" });
      });
      if (index >= 0) this.input.setAttribute("aria-activedescendant", `${this.list.id}-${index}`);
      else this.input.removeAttribute("aria-activedescendant");
    }

    close() {
      this.list.hidden = true;
      this.activate(-1);
      this.input.setAttribute("aria-expanded", "false");
    }

    choose(result) {
      const name = this.input.name;
      const boxes = [...this.chosen.querySelectorAll("input")];
      if (!this.many) this.chosen.replaceChildren();
      const present = this.many && boxes.find((box) => box.value === result.value);
      if (present) present.checked = true;
      else this.chosen.append(this.box(name, result));
      this.input.value = "";
      this.close();
      if (result.isNew) {
        this.root.dispatchEvent(new CustomEvent("tracker:new-party", { bubbles: true, detail: { name: result.value } }));
        this.say(`${result.value} will be registered. Say more about it under New parties, below.`);
      } else this.say(`${result.label} is chosen.`);
      this.input.dispatchEvent(new Event("change", { bubbles: true }));
    }

    box(name, { value, label, isNew }) {
      const item = document.createElement("li");
      const wrap = document.createElement("label");
      const box = document.createElement("input");
      box.type = "checkbox";
      box.name = name;
      box.value = value;
      box.checked = true;
      wrap.append(box, ` ${isNew ? `${value} (new)` : label}`);
      item.append(wrap);
      return item;
    }

    say(text) {
      this.status.textContent = text;
    }
  }

  for (const root of document.querySelectorAll("[data-combobox]")) new Combobox(root);
})();
