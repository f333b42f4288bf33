// Short notices: they announce themselves, go away by themselves and can be dismissed.
const SHOWN_FOR_MS = 8000;
const region = document.getElementById("toasts");

export function toast(text, good = true) {
  const item = document.createElement("div");
  item.className = `toast ${good ? "ok" : "bad"}`;
  const words = document.createElement("p");
  words.textContent = text;
  const close = document.createElement("button");
  close.type = "button";
  close.className = "button quiet slim square";
  close.dataset.dismiss = "";
  close.setAttribute("aria-label", "Dismiss");
  close.textContent = "×";
  item.append(words, close);
  region.append(item);
  leaveLater(item);
}

function leaveLater(item) {
  // Bad news stays until it is dismissed.
  if (!item.classList.contains("bad")) setTimeout(() => item.remove(), SHOWN_FOR_MS);
}

region.querySelectorAll(".toast").forEach(leaveLater);
region.addEventListener("click", (event) => {
  if (event.target.closest("[data-dismiss]")) event.target.closest(".toast").remove();
});
