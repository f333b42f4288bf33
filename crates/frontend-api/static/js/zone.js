// Fills in the browser's time zone where a form asks for it and nothing better is known.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
for (const input of document.querySelectorAll("input[data-browser-zone]")) {
  if (zone && !input.value) input.value = zone;
}
