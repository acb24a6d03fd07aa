// What pages do better with a script; without one, everything still works.
for (const button of document.querySelectorAll("[data-copies]")) {
  button.hidden = false;
  const label = button.textContent;
  button.addEventListener("click", async () => {
    const source = document.getElementById(button.dataset.copies);
    await navigator.clipboard.writeText(source.value ?? source.textContent);
    button.textContent = button.dataset.done;
    setTimeout(() => { button.textContent = label; }, 2000);
  });
}
// Exact times in the reader's own zone.
for (const time of document.querySelectorAll("time[datetime]")) {
  const at = new Date(time.dateTime);
  if (!Number.isNaN(at.getTime())) {
    time.title = at.toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "long" });
  }
}
// A change of a filter is applied at once.
for (const select of document.querySelectorAll(".filters select")) {
  select.addEventListener("change", () => select.form.requestSubmit());
}
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
