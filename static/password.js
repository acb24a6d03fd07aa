// Forms with a password: a button that shows what was typed, which stays hidden where scripts are off, and no second
// sending of the same form while the first is under way.
for (const button of document.querySelectorAll("button[data-shows]")) {
  const input = document.getElementById(button.dataset.shows);
  const form = input.form;
  let sent = false;
  button.hidden = false;
  button.addEventListener("click", () => {
    const shown = input.type === "password";
    input.type = shown ? "text" : "password";
    button.setAttribute("aria-pressed", String(shown));
  });
  form.addEventListener("submit", (event) => {
    if (sent) {
      event.preventDefault();
      return;
    }
    sent = true;
    setTimeout(() => { sent = false; }, 5000);
    // Browsers and password managers remember only what is a password when it is sent.
    input.type = "password";
    button.setAttribute("aria-pressed", "false");
  });
  // A page that comes back from the browser's memory may be sent again, and so may one whose sending was stopped.
  window.addEventListener("pageshow", () => { sent = false; });
}
