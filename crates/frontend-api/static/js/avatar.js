// Takes away pictures that do not load, so that the initials below them are seen.
document.addEventListener(
  "error",
  (event) => {
    if (event.target instanceof HTMLImageElement && "fallback" in event.target.dataset) event.target.remove();
  },
  true,
);
for (const image of document.querySelectorAll("img[data-fallback]")) {
  if (image.complete && image.naturalWidth === 0) image.remove();
}
