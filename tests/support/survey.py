"""A walk with a browser over many screens, which tells what is wrong with each: for eyes, hands and security."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page

WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 320, "height": 800}
STOPS = 8
"""How often Tab is pressed on each screen, from its content on."""

POLICY, SCRIPT, ACCESS, CONTRAST, WIDTH, KEYBOARD = "policy", "script", "access", "contrast", "width", "keyboard"

_LISTEN = """
window.refused = [];
document.addEventListener('securitypolicyviolation', (event) => {
  const { effectiveDirective, blockedURI, sourceFile, lineNumber } = event;
  window.refused.push(`${effectiveDirective} refuses ${blockedURI} at ${sourceFile}:${lineNumber}`);
});
"""

# A style that nothing of the policy refuses: colours are looked at as they come to rest.
_REST = """() => {
  const still = new CSSStyleSheet();
  still.replaceSync('*, ::before, ::after { transition: none !important; animation: none !important; }');
  document.adoptedStyleSheets = [still];
}"""

_AXE = """async ([rules, frame]) => {
  const options = { resultTypes: ['violations'], preload: false, ...(rules ? { runOnly: rules } : {}) };
  const content = document.getElementById('content');
  const { violations } = await axe.run(frame || !content ? document : content, options);
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.slice(0, 4).map((node) => `${node.target} ${node.html.slice(0, 160)} ` +
      [...node.any, ...node.all, ...node.none].map((check) => check.message).join('; ').slice(0, 200)).join(' | ')}`);
}"""

# What draws itself anew for the room there is has a second to do so.
_TOO_WIDE = """async () => {
  const room = document.documentElement.clientWidth;
  for (let frame = 0; frame < 60 && document.documentElement.scrollWidth > room; frame += 1) {
    await new Promise(requestAnimationFrame);
  }
  if (document.documentElement.scrollWidth <= room) return null;
  const within = (element) => {
    for (let at = element.parentElement; at; at = at.parentElement) {
      if (getComputedStyle(at).overflowX !== 'visible') return true;
    }
    return false;
  };
  const wide = [...document.body.querySelectorAll('*')]
    .filter((element) => element.getBoundingClientRect().right > room + 1 && !within(element))
    .map((element) => `<${element.tagName.toLowerCase()} class="${element.getAttribute('class') || ''}">`);
  return `${document.documentElement.scrollWidth} px wide: ${wide.slice(-3).join(', ')}`;
}"""

# Where the focus is, and whether an eye would find it: what changes in the element or around it when it goes.
_FOCUS = """(before) => {
  const at = document.activeElement;
  if (!at || at === document.body || at === document.documentElement) return null;
  const looks = () => {
    const parts = [];
    for (let element = at, depth = 0; element && depth < 3; element = element.parentElement, depth += 1) {
      const style = getComputedStyle(element);
      parts.push(style.outlineStyle === 'none' ? '' : style.outline, style.boxShadow, style.borderColor,
        style.backgroundColor, style.textDecoration, style.transform);
    }
    return parts.join('/');
  };
  const focused = looks();
  const box = at.getBoundingClientRect();
  window.stops = window.stops || new Map();
  if (!window.stops.has(at)) window.stops.set(at, window.stops.size);
  const number = window.stops.get(at);
  const html = at.outerHTML.slice(0, 160);
  // A field of several parts would begin anew with its first.
  if (number === before) return { number, isSeen: true, html };
  at.blur();
  const isSeen = looks() !== focused && box.width > 0 && box.height > 0;
  at.focus({ preventScroll: true });
  return { number, isSeen, html };
}"""


class Fault(NamedTuple):
    """What is wrong with a screen, and of which kind it is."""

    screen: str
    kind: str
    what: str


class Survey:
    """One page of a browser, for all screens. `cookie` names a session and its value."""

    def __init__(self, browser: Browser, base_url: str, cookie: tuple[str, str] | None = None) -> None:
        self.context = browser.new_context(viewport=WIDE, base_url=base_url, reduced_motion="reduce")  # type: ignore[arg-type]
        self.context.set_default_timeout(15_000)
        self.context.add_init_script(_LISTEN)
        self.context.add_init_script(AXE_SCRIPT)
        if cookie is not None:
            self.context.add_cookies([{"name": cookie[0], "value": cookie[1], "url": base_url}])
        self.page: Page = self.context.new_page()
        self.is_first = True
        self.said: list[str] = []
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("console", lambda message: self.said.append(message.text) if message.type == "error" else None)

    def open(self, screen: str, address: str) -> Iterator[Fault]:
        """Open a screen, and tell what the policy refuses there and what a script complains of."""
        self.said.clear()
        self.page.goto(address, wait_until="load")
        yield from self.complaints(screen)

    def complaints(self, screen: str) -> Iterator[Fault]:
        """Tell what was refused and complained of since the screen was opened."""
        yield from (Fault(screen, POLICY, what) for what in self.page.evaluate("window.refused"))
        yield from (Fault(screen, SCRIPT, what) for what in self.said)

    def visit(self, screen: str, address: str, *, keyboard: bool = True) -> Iterator[Fault]:
        """Look at a screen in both colour schemes, at two widths and by keyboard; some 0.5 s.

        axe-core looks at it in full once, wide and light; in dark at colours alone. What stands around the content of
        every screen it looks at on the first.
        """
        self.said.clear()
        self.page.emulate_media(color_scheme="light")
        self.page.goto(address, wait_until="load")
        self.page.evaluate(_REST)
        yield from (Fault(screen, ACCESS, what) for what in self.axe())
        if keyboard:
            yield from (Fault(screen, KEYBOARD, what) for what in self.walk())
        yield from (Fault(screen, CONTRAST, what) for what in self.dark())
        self.page.set_viewport_size(NARROW)  # type: ignore[arg-type]
        too_wide = self.page.evaluate(_TOO_WIDE)
        self.page.set_viewport_size(WIDE)  # type: ignore[arg-type]
        if too_wide:
            yield Fault(screen, WIDTH, too_wide)
        yield from self.complaints(screen)
        self.is_first = False

    def axe(self, *rules: str) -> list[str]:
        """Give what axe-core finds by these rules, or by all, and takes for serious."""
        found: list[str] = self.page.evaluate(_AXE, [rules or None, self.is_first])
        return found

    def dark(self) -> list[str]:
        """Give the colours that can't be told apart in the dark scheme."""
        self.page.emulate_media(color_scheme="dark")
        self.page.evaluate("document.documentElement.classList.add('dark')")
        return self.axe("color-contrast")

    def walk(self) -> Iterator[str]:
        """Go by Tab: to the link that skips to the content, and on from there. The focus is seen and never stays."""
        if self.page.evaluate(_FOCUS) is None:  # else the screen begins with its one field
            self.page.keyboard.press("Tab")
            first = self.page.evaluate(_FOCUS)
            if not first or "skip-link" not in first["html"]:
                yield f"begins with {first and first['html']} and not with the link to the content"
            elif not first["isSeen"]:
                yield "shows no link to the content"
            else:
                self.page.keyboard.press("Enter")
        before = None
        for _stop in range(STOPS):
            now = self.go_on("Tab", before)
            if now is None:
                return
            if not now["isSeen"]:
                yield f"does not show the focus of {now['html']}"
            if now["number"] == before:
                yield f"holds the focus at {now['html']}"
                return
            before = now["number"]
        back = self.go_on("Shift+Tab", before)
        if back and back["number"] == before:
            yield f"lets nobody back from {back['html']}"

    def go_on(self, key: str, before: int | None) -> Any:
        """Press a key that moves the focus and tell where it is; a date has three parts and a button."""
        for _part in range(5):
            self.page.keyboard.press(key)
            now = self.page.evaluate(_FOCUS, before)
            if now is None or now["number"] != before:
                break
        return now

    def close(self) -> None:
        """Close the page."""
        self.context.close()
