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
// An answer that is no such list is somebody's own page: a sign-in that has ended, an error. It is gone to as ever.
const leave = (event) => {
  location.assign(event.detail.pathInfo.finalRequestPath ?? event.detail.pathInfo.requestPath);
};
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, pathInfo } = event.detail;
  const elsewhere = new URL(pathInfo.responsePath ?? location.href, location.href).pathname !== location.pathname;
  if (xhr.status !== 200 || elsewhere) {
    event.detail.shouldSwap = false;
    event.detail.isError = false;
    leave(event);
  }
});
document.addEventListener("htmx:sendError", leave);
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
