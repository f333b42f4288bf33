// Changes the colours at once; the cookie is written by the server, so that the next page is right from the start.
const ORDER = ["auto", "light", "dark"];

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("[data-theme-switch]");
  if (!form) return;
  event.preventDefault();
  const root = document.documentElement;
  const theme = ORDER[(ORDER.indexOf(root.dataset.theme) + 1) % ORDER.length];
  const next = ORDER[(ORDER.indexOf(theme) + 1) % ORDER.length];
  root.dataset.theme = theme;
  for (const button of document.querySelectorAll("[data-theme-switch] button")) {
    button.value = next;
    button.title = `Colours: ${theme}`;
    button.setAttribute("aria-label", `Colours: ${theme}. Change to ${next}`);
  }
  const body = new URLSearchParams({ csrf: form.elements.csrf.value, theme });
  await fetch(form.action, { method: "POST", body, redirect: "manual" });
});
