// On a narrow screen the chosen one of many tabs may lie beyond the edge.
document.querySelector(".tabs > [aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });

// Tabs from a list of details: without this script they are simply folds, one below the other.
for (const set of document.querySelectorAll("[data-tabs]")) {
  const folds = [...set.querySelectorAll(":scope > details")];
  const list = document.createElement("div");
  list.className = "tabs";
  list.setAttribute("role", "tablist");
  list.setAttribute("aria-label", set.dataset.tabs);

  const buttons = folds.map((fold, index) => {
    const panel = fold.querySelector(":scope > div");
    const button = document.createElement("button");
    button.type = "button";
    button.id = `${panel.id}-tab`;
    button.textContent = fold.querySelector("summary").textContent;
    button.setAttribute("role", "tab");
    button.setAttribute("aria-controls", panel.id);
    panel.setAttribute("role", "tabpanel");
    panel.setAttribute("aria-labelledby", button.id);
    fold.querySelector("summary").hidden = true;
    button.addEventListener("click", () => choose(index));
    return button;
  });

  function choose(chosen) {
    buttons.forEach((button, index) => {
      button.setAttribute("aria-selected", String(index === chosen));
      button.tabIndex = index === chosen ? 0 : -1;
      folds[index].open = index === chosen;
      folds[index].hidden = index !== chosen;
    });
  }

  list.addEventListener("keydown", (event) => {
    const now = buttons.indexOf(document.activeElement);
    const next = { ArrowRight: now + 1, ArrowLeft: now - 1, Home: 0, End: buttons.length - 1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    const index = (next + buttons.length) % buttons.length;
    choose(index);
    buttons[index].focus();
  });

  list.append(...buttons);
  set.prepend(list);
  choose(0);
}
