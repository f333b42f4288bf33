// A harbour in the evening, drawn in the page and given as a data URL.
const [width, height] = [960, 600];
const canvas = document.createElement("canvas");
canvas.width = width;
canvas.height = height;
const pen = canvas.getContext("2d");
const sky = pen.createLinearGradient(0, 0, 0, height);
[[0, "#1d3557"], [0.45, "#c8553d"], [0.62, "#f2c57c"], [0.63, "#2a5d68"], [1, "#0b2a33"]].forEach(([at, colour]) => sky.addColorStop(at, colour));
pen.fillStyle = sky;
pen.fillRect(0, 0, width, height);
pen.fillStyle = "#ffe3a8";
pen.beginPath();
pen.arc(610, 330, 58, 0, 7);
pen.fill();
pen.fillStyle = sky;
pen.fillRect(0, 378, width, height);
for (const [x, y, size] of [[230, 400, 1.5], [430, 392, 0.8], [790, 410, 1.1]]) {
  pen.fillStyle = "#14222b";
  pen.beginPath();
  pen.moveTo(x - 70 * size, y);
  pen.lineTo(x + 75 * size, y);
  pen.lineTo(x + 50 * size, y + 28 * size);
  pen.lineTo(x - 52 * size, y + 28 * size);
  pen.fill();
  pen.fillRect(x - 2 * size, y - 150 * size, 4 * size, 150 * size);
  pen.fillStyle = "#f4ead7";
  pen.beginPath();
  pen.moveTo(x + 6 * size, y - 142 * size);
  pen.lineTo(x + 6 * size, y - 14 * size);
  pen.lineTo(x + 66 * size, y - 14 * size);
  pen.fill();
}
return canvas.toDataURL("image/png");
