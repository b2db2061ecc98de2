// The page of a dispute: sliders through its two times, the drawing scrolled to the day it is of, and links to entries
// that the page does not show yet. Without it the fields and links of the page do the same.
"use strict";

(() => {
  const WAIT = 250;
  const PARTS = ["told-times", "told-head", "told"];
  const form = document.querySelector("[data-moments]");

  const showNow = () => {
    for (const scroller of document.querySelectorAll("[data-drawing-scroll]")) {
      const now = scroller.querySelector("[data-drawing-now]")?.getBoundingClientRect();
      const box = scroller.getBoundingClientRect();
      if (now) scroller.scrollLeft += now.left - box.left - box.width * 0.8;
    }
  };

  // An entry that the page leaves out is told by the page of all entries.
  const findEntry = () => {
    const id = decodeURIComponent(location.hash.slice(1));
    if (!id.startsWith("event-") || document.getElementById(id)) return;
    const query = new URLSearchParams(location.search);
    if (query.get("all")?.includes("timeline") || !document.querySelector("#timeline .cut, #upcoming .cut")) return;
    query.set("all", "timeline,upcoming");
    location.replace(`?${query}${location.hash}`);
  };

  let asking = null;
  const tell = async () => {
    const query = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (value) query.set(name, value);
    const address = `${location.pathname}?${query}`;
    asking?.abort();
    asking = new AbortController();
    const told = document.getElementById("told");
    told.setAttribute("aria-busy", "true");
    try {
      const response = await fetch(address, { credentials: "same-origin", signal: asking.signal });
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      if (!response.ok || response.redirected || PARTS.some((id) => !page.getElementById(id))) throw new Error("another page");
      for (const id of PARTS) document.getElementById(id).replaceWith(page.getElementById(id));
      history.replaceState(null, "", address);
      showNow();
    } catch (error) {
      // Superseded by a further step, or else the browser shows what the server says.
      if (error.name !== "AbortError") location.assign(address);
    }
  };

  let waiting = null;
  const tellSoon = () => {
    clearTimeout(waiting);
    waiting = setTimeout(tell, WAIT);
  };

  const addSlider = (moment) => {
    const field = moment.querySelector("input");
    const label = moment.querySelector("label").textContent;
    const steps = [...moment.querySelectorAll("datalist option")].map((option) => [option.value, option.label]);
    if (!steps.length) return;
    steps.push(["", "now"]);
    const places = new Map(steps.map(([value], place) => [value, place]));
    const box = document.createElement("div");
    box.className = "slider";
    const slider = document.createElement("input");
    slider.type = "range";
    slider.min = 0;
    slider.max = steps.length - 1;
    slider.step = 1;
    slider.setAttribute("aria-label", `${label}: slider`);
    const said = document.createElement("output");
    const say = () => {
      const text = steps[slider.value][1];
      said.textContent = text;
      slider.setAttribute("aria-valuetext", text);
    };
    // What the field holds need not be a step: then the last one before it.
    const placeOf = (value) => {
      if (places.has(value)) return places.get(value);
      const later = steps.findIndex(([step]) => !step || step > value);
      return Math.max(later - 1, 0);
    };
    slider.value = placeOf(field.value);
    say();
    slider.addEventListener("input", () => {
      const value = steps[slider.value][0];
      // A moment within a day does not fit a field for days.
      field.type = value.includes("T") ? "text" : "date";
      field.value = value;
      say();
      tellSoon();
    });
    field.addEventListener("change", () => {
      slider.value = placeOf(field.value);
      say();
    });
    box.append(slider, said);
    moment.append(box);
  };

  if (form) {
    for (const moment of form.querySelectorAll("[data-moment]")) addSlider(moment);
    form.addEventListener("submit", () => {
      // An address without what was left empty.
      for (const field of form.elements) if (field.name && !field.value) field.disabled = true;
    });
    window.addEventListener("pageshow", () => {
      for (const field of form.elements) field.disabled = false;
    });
  }
  window.addEventListener("hashchange", findEntry);
  showNow();
  findEntry();
})();
