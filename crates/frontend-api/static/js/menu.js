// Small menus close with Escape, by a click elsewhere, and when another one opens.
function closeAll(except) {
  for (const menu of document.querySelectorAll("details.confirm[open]")) {
    if (menu !== except) menu.open = false;
  }
}

document.addEventListener("click", (event) => closeAll(event.target.closest("details.confirm")));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.activeElement?.closest("details.confirm[open]");
  closeAll();
  menu?.querySelector("summary").focus();
});
