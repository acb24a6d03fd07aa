// What pages do better with a script; without one, everything still works.
const copies = (root) => {
  for (const button of root.querySelectorAll("[data-copies]")) {
    button.hidden = false;
    const label = button.textContent;
    button.addEventListener("click", async () => {
      const source = document.getElementById(button.dataset.copies);
      await navigator.clipboard.writeText(source.value ?? source.textContent);
      button.textContent = button.dataset.done;
      setTimeout(() => { button.textContent = label; }, 2000);
    });
  }
};
// Exact times in the reader's own zone.
const times = (root) => {
  for (const time of root.querySelectorAll("time[datetime]")) {
    const at = new Date(time.dateTime);
    if (!Number.isNaN(at.getTime())) {
      time.title = at.toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "long" });
    }
  }
};
copies(document);
times(document);
// A change of a filter is applied at once.
document.addEventListener("change", (event) => {
  if (event.target.matches("form.filters select")) event.target.form.requestSubmit();
});
// A list was exchanged for another. Who went to another page of it reads on where it begins; a filter keeps the focus.
document.addEventListener("htmx:afterSettle", (event) => {
  const { elt, requestConfig } = event.detail;
  if (elt.id !== "list") return;
  copies(elt);
  times(elt);
  if (requestConfig?.elt.closest(".pager") || document.activeElement === document.body) {
    document.getElementById("list").focus({ preventScroll: true });
  }
});
// Figures keep up with what happens while somebody looks at them: not in a tab that nobody sees, not while something in them
// is focused or marked, and no longer than a quarter of an hour after the last sign of somebody, because to the server each
// request is a sign that they are there, and sessions that nobody uses shall end.
const PRESENCE = 15 * 60 * 1000;
let seen = Date.now();
let over = false;
for (const sign of ["pointerdown", "pointermove", "keydown", "wheel", "touchmove"]) {
  document.addEventListener(sign, () => { seen = Date.now(); }, { passive: true });
}
const isLive = (element) => element.matches("[data-live]");
const isInUse = (part) => {
  const marked = getSelection();
  // A click into a table gives the focus to its frame, which shows nothing of that.
  const held = part.querySelector(":focus:not(.table-frame), .table-frame:focus-visible");
  return held !== null || (!marked.isCollapsed && part.contains(marked.anchorNode));
};
document.addEventListener("htmx:beforeRequest", (event) => {
  const { elt } = event.detail;
  if (isLive(elt) && (over || document.hidden || isInUse(elt) || Date.now() - seen > PRESENCE)) event.preventDefault();
});
let opened = [];
let scrolled = [];
const keepUp = (event, came) => {
  const { elt, xhr } = event.detail;
  // Signed out, or no longer allowed to see it: it is not asked for again. What went wrong otherwise may go right next time.
  over ||= !came || [401, 403, 404].includes(xhr.status);
  event.detail.isError = false;
  event.detail.shouldSwap = came && xhr.status === 200 && !isInUse(elt);
  opened = [...elt.querySelectorAll("details")].map((one) => one.open);
  scrolled = [...elt.querySelectorAll(".table-frame")].map((one) => one.scrollLeft);
};
document.addEventListener("htmx:afterSwap", (event) => {
  const { elt } = event.detail;
  if (!isLive(elt)) return;
  elt.querySelectorAll("details").forEach((one, at) => { one.open = opened[at] ?? one.open; });
  elt.querySelectorAll(".table-frame").forEach((one, at) => { one.scrollLeft = scrolled[at] ?? 0; });
  copies(elt);
  times(elt);
});
// An answer that is no such list is somebody's own page: a sign-in that has ended, an error. It is gone to as ever.
const leave = (event) => {
  location.assign(event.detail.pathInfo.finalRequestPath ?? event.detail.pathInfo.requestPath);
};
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, pathInfo } = event.detail;
  const elsewhere = new URL(pathInfo.responsePath ?? location.href, location.href).pathname !== location.pathname;
  if (isLive(event.detail.elt)) {
    keepUp(event, !elsewhere);
    return;
  }
  if (xhr.status !== 200 || elsewhere) {
    event.detail.shouldSwap = false;
    event.detail.isError = false;
    leave(event);
  }
});
document.addEventListener("htmx:sendError", (event) => {
  if (!isLive(event.detail.elt)) leave(event);
});
// The menu closes like one.
const menu = document.getElementById("user-menu");
menu?.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
// The list of pages is closed where a window is narrow, and open where it is wide: there nothing else would open it.
const side = document.querySelector(".side-toggle");
const narrow = matchMedia("(width < 48rem)");
const fold = () => {
  if (side) side.open = !narrow.matches;
};
fold();
narrow.addEventListener("change", fold);
// The slash goes to the search.
document.addEventListener("keydown", (event) => {
  const search = document.querySelector("input[type=search]");
  if (event.key === "/" && search && !event.target.closest("input, textarea, select")) {
    event.preventDefault();
    search.focus();
  }
});
