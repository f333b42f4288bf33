// Live updates: the server tells which post or channel changed; parts of the page that show it read themselves anew.
//
// A part carries data-live ("posts", "channels" or the id of a post) and hx-trigger="live-changed".
const SETTLE_MS = 150;
const RETRY_MS = 3000;
const stream = document.getElementById("live");
const waiting = new Set();
let timer;
let connected = false;

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

function connect() {
  if (!connected) window.htmx.ajax("GET", "/events", { source: stream, swap: "none" });
}

if (stream) {
  stream.addEventListener("post", (event) => refresh(["posts", event.detail.data]));
  stream.addEventListener("channel", (event) => refresh(["channels", event.detail.data]));
  stream.addEventListener("resync", () => refresh(["*"]));
  stream.addEventListener("htmx:sse:after:connection", () => {
    connected = true;
    // What happened before, since the page was written or while the stream was away, is unknown.
    refresh(["*"]);
  });
  // The extension mends a stream that breaks; one that never came about is tried again here.
  stream.addEventListener("htmx:sse:close", () => (connected = false));
  stream.addEventListener("htmx:finally:request", () => {
    if (!connected) setTimeout(connect, RETRY_MS);
  });
  // Connecting begins here and not with the page, so that no event comes before somebody listens.
  if (document.readyState === "complete") connect();
  else document.addEventListener("DOMContentLoaded", connect);
}
