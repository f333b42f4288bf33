// Uploads with progress: chosen, dropped or pasted files go straight to the place that the server names.
import { toast } from "./toast.js";

let steps = Promise.resolve();

async function placeFor(file, csrf) {
  const body = new URLSearchParams({ csrf, name: file.name, bytes: String(file.size) });
  const answer = await fetch("/media", { method: "POST", body });
  const text = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(text.message ?? "The server did not take it. Try again.");
  return text.url;
}

function put(url, file, onProgress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("PUT", url);
    request.responseType = "json";
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) onProgress(event.loaded / event.total);
    });
    request.addEventListener("load", () => {
      const answer = request.response ?? {};
      if (request.status < 300 && answer.id) resolve(answer.id);
      else reject(new Error(reasonOf(answer)));
    });
    request.addEventListener("error", () => reject(new Error("The connection broke. Try again.")));
    request.send(file);
  });
}

function reasonOf(answer) {
  const problem = answer.problems?.[0] ?? answer;
  const words = [problem.detail ?? problem.message ?? problem.msg, problem.fix].filter(Boolean);
  return words.join(". ") || "The server did not take it.";
}

function lineFor(file) {
  const line = document.createElement("li");
  const name = document.createElement("span");
  name.textContent = file.name;
  const bar = document.createElement("progress");
  bar.max = 1;
  bar.value = 0;
  bar.setAttribute("aria-label", `Uploading ${file.name}`);
  line.append(name, bar);
  return { line, bar };
}

async function upload(file, part) {
  const list = document.getElementById(`uploads-${part}`);
  const { line, bar } = lineFor(file);
  list.append(line);
  try {
    const url = await placeFor(file, document.body.dataset.csrf);
    const id = await put(url, file, (share) => (bar.value = share));
    const [group, number] = [part.slice(0, part.lastIndexOf(".")), part.slice(part.lastIndexOf(".") + 1)];
    // One after the other: each step sends the whole form and gets it back with one more file.
    steps = steps.then(() => attach(`attach:${group}:${number}:${id}`));
    await steps;
    line.remove();
  } catch (error) {
    bar.remove();
    const reason = document.createElement("p");
    reason.className = "failed";
    reason.textContent = error.message;
    const close = document.createElement("button");
    close.type = "button";
    close.className = "button quiet slim";
    close.textContent = "Dismiss";
    close.addEventListener("click", () => line.remove());
    line.append(close, reason);
    toast(`${file.name} was not uploaded.`, false);
  }
}

function attach(step) {
  const source = document.getElementById("composer");
  return window.htmx.ajax("POST", "/compose/form", { source, target: "#composer", swap: "outerMorph", values: { step } });
}

document.addEventListener("change", (event) => {
  const part = event.target.dataset?.upload;
  if (!part) return;
  const files = [...event.target.files];
  event.target.value = "";
  files.forEach((file) => upload(file, part));
});

for (const kind of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(kind, (event) => {
    const part = event.target.closest?.("[data-part]");
    if (!part || !event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    part.classList.toggle("dropping", kind === "dragover");
    if (kind === "drop") [...event.dataTransfer.files].forEach((file) => upload(file, part.dataset.part));
  });
}

document.addEventListener("paste", (event) => {
  const part = event.target.closest?.("[data-part]");
  const files = [...(event.clipboardData?.files ?? [])];
  if (!part || files.length === 0) return;
  event.preventDefault();
  files.forEach((file) => upload(file, part.dataset.part));
});
