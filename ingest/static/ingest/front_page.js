// Draws the plots of the front page with Chart.js, in the colours of the scheme, and anew when that is switched. The
// figures stand beside each plot as JSON, and below it as a table.
"use strict";

(() => {
  const colours = (canvas) => {
    const style = getComputedStyle(canvas);
    return (name) => style.getPropertyValue(`--plot-${name}`).trim();
  };

  const datasets = (plot, colour) =>
    plot.bars.map((bars) => ({
      label: bars.label,
      data: bars.values,
      backgroundColor: colour(bars.colour),
      hoverBackgroundColor: colour(bars.colour),
      // Stacked bars are told apart by a line of the ground between them, not by colour alone.
      borderColor: colour("ground"),
      borderWidth: plot.lying ? { right: 1 } : { top: 1 },
      maxBarThickness: 28,
    }));

  // A long title leaves room for its bar; the numbers after it are never cut.
  const label = (parts, room) => {
    const [title, ...others] = parts;
    return [title.length > room ? `${title.slice(0, room - 1).trimEnd()}…` : title, ...others];
  };

  const options = (plot, colour, width) => {
    const text = { color: colour("text") };
    const room = Math.max(10, Math.floor(width / 18));
    const numbers = { stacked: true, beginAtZero: true, border: { display: false }, grid: { color: colour("line") }, ticks: { ...text, precision: 0 } };
    const labels = { stacked: true, grid: { display: false }, border: { color: colour("line") }, ticks: { ...text, maxRotation: 0, autoSkip: !plot.lying, autoSkipPadding: 12 } };
    if (plot.lying) labels.ticks.callback = (_value, place) => label(plot.labels[place], room);
    return {
      animation: false,
      indexAxis: plot.lying ? "y" : "x",
      maintainAspectRatio: false,
      interaction: { mode: "index", axis: plot.lying ? "y" : "x", intersect: false },
      scales: plot.lying ? { x: numbers, y: labels } : { x: labels, y: numbers },
      plugins: { legend: { position: "bottom", labels: { ...text, boxWidth: 12, boxHeight: 12 } } },
    };
  };

  const draw = (canvas) => {
    const plot = JSON.parse(document.getElementById(canvas.dataset.plot).textContent);
    const colour = colours(canvas);
    return new Chart(canvas, { type: "bar", data: { labels: plot.labels, datasets: datasets(plot, colour) }, options: options(plot, colour, canvas.parentElement.clientWidth) });
  };

  const start = () => {
    Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
    const canvases = [...document.querySelectorAll("canvas[data-plot]")];
    let charts = canvases.map(draw);
    let isDark = document.documentElement.classList.contains("dark");
    new MutationObserver(() => {
      if (isDark === document.documentElement.classList.contains("dark")) return;
      isDark = !isDark;
      charts.forEach((chart) => chart.destroy());
      charts = canvases.map(draw);
    }).observe(document.documentElement, { attributes: true, attributeFilter: ["class"] });
  };

  start();
})();
