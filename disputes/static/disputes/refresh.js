// Keeps the part of a page that is marked with data-refresh as it is on the server, and loads the page anew once that
// part is no longer marked.
"use strict";

(() => {
  const EVERY = 1500;

  const refresh = async () => {
    const shown = document.querySelector("[data-refresh]");
    if (!shown) return;
    try {
      const response = await fetch(location.href, { credentials: "same-origin" });
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const fresh = page.getElementById(shown.id);
      if (response.ok && fresh?.hasAttribute("data-refresh")) {
        shown.replaceWith(fresh);
      } else if (response.ok) {
        location.reload();
        return;
      }
    } catch {
      // The server may be restarting; the next round asks again.
    }
    setTimeout(refresh, EVERY);
  };

  setTimeout(refresh, EVERY);
})();
