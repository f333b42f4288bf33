// The composer: warns before unsaved text is lost, sends with Ctrl+Enter.
const form = () => document.getElementById("composer");
let dirty = false;

document.addEventListener("input", (event) => {
  if (event.target.closest("#composer")) dirty = true;
});
document.addEventListener("submit", (event) => {
  if (event.target.id === "composer") dirty = false;
});
window.addEventListener("beforeunload", (event) => {
  if (dirty && form()) event.preventDefault();
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || !event.target.closest("#composer")) return;
  event.preventDefault();
  form().requestSubmit(form().querySelector('[name="action"][value="schedule"]'));
});
