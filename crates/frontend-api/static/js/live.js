// Live updates: the server tells which post or channel changed; parts of the page that show it read themselves anew.
//
// A part carries data-live ("posts", "channels" or the id of a post) and hx-trigger="live-changed".
const SETTLE_MS = 150;
const stream = document.getElementById("live");
const waiting = new Set();
let timer;
let connectedBefore = false;

function refresh(names) {
  names.forEach((name) => waiting.add(name));
  timer ??= setTimeout(() => {
    timer = undefined;
    for (const part of document.querySelectorAll("[data-live]")) {
      const names = part.dataset.live.split(" ");
      if (waiting.has("*") || names.some((name) => waiting.has(name))) {
        part.dispatchEvent(new CustomEvent("live-changed"));
      }
    }
    waiting.clear();
  }, SETTLE_MS);
}

if (stream) {
  stream.addEventListener("post", (event) => refresh(["posts", event.detail.data]));
  stream.addEventListener("channel", (event) => refresh(["channels", event.detail.data]));
  stream.addEventListener("resync", () => refresh(["*"]));
  stream.addEventListener("htmx:sse:after:connection", () => {
    // What happened while the stream was away is unknown, so everything is read anew.
    if (connectedBefore) refresh(["*"]);
    connectedBefore = true;
  });
}
