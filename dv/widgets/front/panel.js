// A small chart on a canvas that follows its size, the screen's density and the page's
// colours.

export const tidy = (value) => String(Number(value.toPrecision(6)));

// About `count` round numbers between two ends.
export function ticks(low, high, count) {
  const rough = (high - low) / count, power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((k) => k * power).find((size) => size >= rough);
  const marks = [];
  for (let k = Math.ceil(low / step); k * step <= high * (1 + 1e-12); k++) marks.push(k * step);
  return marks;
}

export class Panel {
  constructor(title, xLabel, yLabel = "") {
    this.xLabel = xLabel;
    this.yLabel = yLabel;
    this.canvas = document.createElement("canvas");
    this.canvas.setAttribute("role", "img");
    this.canvas.setAttribute("aria-label", title);
    this.node = document.createElement("figure");
    const caption = document.createElement("figcaption");
    caption.textContent = title;
    this.title = title;
    this.node.append(caption, this.canvas);
  }

  // Start a drawing over the given ranges; `words` say what it shows. `marks` are pairs of a
  // height and its text, where the heights are not the numbers themselves.
  begin([left, right], [bottom, top], words, marks = ticks(bottom, top, 5).map((value) => [value, tidy(value)])) {
    const style = getComputedStyle(this.node), density = window.devicePixelRatio || 1;
    const width = this.canvas.clientWidth || 300, height = this.canvas.clientHeight || 220;
    this.canvas.width = Math.round(width * density);
    this.canvas.height = Math.round(height * density);
    this.canvas.setAttribute("aria-label", `${this.title}: ${words}`);
    const pen = (this.pen = this.canvas.getContext("2d"));
    pen.setTransform(density, 0, 0, density, 0, 0);
    this.ink = style.color;
    this.joint = style.getPropertyValue("--dv-joint");
    this.reference = style.getPropertyValue("--dv-reference");
    const box = (this.box = { left: this.yLabel ? 54 : 34, top: 6, right: width - 16, bottom: height - 36 });
    this.x = (value) => box.left + ((value - left) / (right - left)) * (box.right - box.left);
    this.y = (value) => box.bottom - ((value - bottom) / (top - bottom)) * (box.bottom - box.top);
    pen.font = `12px ${style.fontFamily}`;
    this.axes(ticks(left, right, (box.right - box.left) / 45), marks);
    pen.beginPath();
    pen.rect(box.left, box.top, box.right - box.left, box.bottom - box.top);
    pen.clip();
  }

  axes(xs, ys) {
    const { pen, box } = this;
    pen.strokeStyle = pen.fillStyle = this.ink;
    pen.lineWidth = 1;
    pen.beginPath();
    pen.moveTo(box.left, box.top);
    pen.lineTo(box.left, box.bottom);
    pen.lineTo(box.right, box.bottom);
    pen.stroke();
    pen.textAlign = "center";
    for (const value of xs) pen.fillText(tidy(value), this.x(value), box.bottom + 15);
    pen.fillText(this.xLabel, (box.left + box.right) / 2, box.bottom + 31);
    pen.textAlign = "right";
    for (const [value, text] of ys) pen.fillText(text, box.left - 5, this.y(value) + 4);
    if (!this.yLabel) return;
    pen.save();
    pen.rotate(-Math.PI / 2);
    pen.textAlign = "center";
    pen.fillText(this.yLabel, -(box.top + box.bottom) / 2, 11);
    pen.restore();
  }

  points(x, y, colour, size, opacity) {
    const { pen } = this;
    pen.globalAlpha = opacity;
    pen.fillStyle = colour;
    for (let k = 0; k < x.length; k++) pen.fillRect(this.x(x[k]) - size / 2, this.y(y[k]) - size / 2, size, size);
    pen.globalAlpha = 1;
  }

  // Segments [x0, y0, x1, y1, …] in the panel's ranges.
  segments(ends, colour, width = 1) {
    const { pen } = this;
    pen.strokeStyle = colour;
    pen.lineWidth = width;
    pen.beginPath();
    for (let k = 0; k < ends.length; k += 4) {
      pen.moveTo(this.x(ends[k]), this.y(ends[k + 1]));
      pen.lineTo(this.x(ends[k + 2]), this.y(ends[k + 3]));
    }
    pen.stroke();
  }

  // Circles at rows x, y, x, y, … with a radius each in pixels, filled or open.
  circles(rows, radius, colour, filled) {
    const { pen } = this;
    pen.fillStyle = pen.strokeStyle = colour;
    pen.lineWidth = 1.2;
    pen.beginPath();
    for (let k = 0; 2 * k < rows.length; k++) {
      const x = this.x(rows[2 * k]), y = this.y(rows[2 * k + 1]);
      pen.moveTo(x + radius(k), y);
      pen.arc(x, y, radius(k), 0, 2 * Math.PI);
    }
    if (filled) pen.fill();
    else pen.stroke();
  }

  // A line through points (x[k], y[k]), dashed as told.
  line(x, y, colour, width, dash = []) {
    const { pen } = this;
    pen.strokeStyle = colour;
    pen.lineWidth = width;
    pen.lineJoin = "round";
    pen.setLineDash(dash);
    pen.beginPath();
    x.forEach((value, k) => pen.lineTo(this.x(value), this.y(y[k])));
    pen.stroke();
    pen.setLineDash([]);
  }

  // Square cells over the whole frame, row by row from below: one colour above 0, another below
  // it, at `most` and beyond as strong as `strength`.
  heat(values, columns, most, strength) {
    const { pen, box } = this, rows = values.length / columns;
    const colours = [this.reference, this.joint].map((hex) => [1, 3, 5].map((at) => parseInt(hex.trim().slice(at, at + 2), 16)));
    const picture = new ImageData(columns, rows);
    values.forEach((value, k) => {
      const at = 4 * (columns * (rows - 1 - Math.floor(k / columns)) + (k % columns));
      picture.data.set(colours[Number(value > 0)], at);
      picture.data[at + 3] = 255 * strength * Math.min(1, Math.abs(value) / most);
    });
    this.cells ??= document.createElement("canvas");
    [this.cells.width, this.cells.height] = [columns, rows];
    this.cells.getContext("2d").putImageData(picture, 0, 0);
    pen.drawImage(this.cells, box.left, box.top, box.right - box.left, box.bottom - box.top);
  }

  bars(edges, heights, colour) {
    const { pen } = this;
    pen.fillStyle = colour;
    heights.forEach((height, k) => {
      const left = this.x(edges[k]), width = this.x(edges[k + 1]) - left;
      pen.fillRect(left + 0.5, this.y(height), Math.max(1, width - 1), this.y(0) - this.y(height));
    });
  }
}

// Draw again when the size or the colours of the page change; returns how to stop.
export function follow(node, draw) {
  const resized = new ResizeObserver(draw), recoloured = new MutationObserver(draw);
  resized.observe(node);
  for (const root of [document.documentElement, document.body])
    recoloured.observe(root, { attributeFilter: ["data-theme", "data-jp-theme-light"] });
  return () => [resized, recoloured].forEach((observer) => observer.disconnect());
}
