// Charts of the last quarter of an hour, drawn as SVG.

import { clock, h, setAttribute, setText } from "./dom.js";

const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 600;
const HEIGHT = 100;

function svg(name, attributes = {}) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) {
    node.setAttribute(key, value);
  }
  return node;
}

/** Rounds up to a number that reads well at the top of a scale. */
function ceiling(value) {
  if (value <= 0) {
    return 1;
  }
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((factor) => factor * power).find((top) => top >= value * 0.999);
}

/**
 * Makes a chart.
 *
 * @param options title; series as {name, tone, of(history, index)}, where undefined is a gap;
 *     stacked; format(value); whole for scales of whole numbers
 */
export function chart(options) {
  const { title, series, stacked, format } = options;
  const paths = series.map(({ tone }) => svg("path", { class: `${stacked ? "area" : "line"} ${tone}` }));
  const marks = svg("g", { class: "marks" });
  const cursor = svg("line", { class: "cursor", y1: 0, y2: HEIGHT, visibility: "hidden" });
  const picture = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true" });
  picture.append(marks, ...paths, cursor);
  const plot = h("div", { class: "plot", role: "img", tabindex: "0" });
  plot.append(picture);
  const top = h("span", { class: "top" });
  const readout = h("p", { class: "readout soft" });
  const values = series.map(() => h("b", {}));
  const legend = h(
    "p",
    { class: "legend" },
    ...series.map(({ name, tone }, i) => h("span", {}, h("span", { class: `key ${tone}` }), name, " ", values[i])),
  );
  const node = h(
    "figure",
    { class: "chart" },
    h("figcaption", {}, title, top),
    plot,
    h("p", { class: "axis soft" }, h("span", {}, "15 min ago"), readout, h("span", {}, "now")),
    legend,
  );

  let history = null;
  let count = 0;
  let chosen = null;

  function value(line, index) {
    return line.of(history, index);
  }

  function draw() {
    const heights = series.map((line) => Array.from({ length: count }, (_, i) => value(line, i)));
    if (stacked) {
      for (let i = 0; i < count; i++) {
        let sum = 0;
        for (const line of heights) {
          sum += line[i] || 0;
          line[i] = sum;
        }
      }
    }
    const highest = heights.flat().reduce((max, each) => Math.max(max, each || 0), 0);
    let scale = ceiling(highest);
    if (options.whole) {
      scale = Math.max(1, Math.ceil(scale));
    }
    setText(top, format(scale));
    const x = (i) => ((i + 0.5) * WIDTH) / count;
    const y = (each) => HEIGHT - (each / scale) * (HEIGHT - 2);
    const floor = Array(count).fill(0);
    series.forEach((_, n) => {
      const own = heights[n];
      let text = "";
      if (stacked) {
        const below = n === 0 ? floor : heights[n - 1];
        if (own.some((each, i) => each > below[i])) {
          const upper = own.map((each, i) => `${x(i).toFixed(1)},${y(each).toFixed(1)}`);
          const lower = below.map((each, i) => `${x(i).toFixed(1)},${y(each).toFixed(1)}`).reverse();
          text = `M${upper.concat(lower).join("L")}Z`;
        }
      } else {
        let pen = "M";
        own.forEach((each, i) => {
          if (each === undefined) {
            pen = "M";
          } else {
            // A single point shows as a dot.
            text += `${pen}${x(i).toFixed(1)},${y(each).toFixed(1)}${pen === "M" ? "h0.1" : ""}`;
            pen = "L";
          }
        });
      }
      setAttribute(paths[n], "d", text);
    });
    drawMarks();
    describe();
  }

  function drawMarks() {
    const start = history.end - count * history.step;
    const seen = new Set();
    const wanted = [];
    for (const mark of history.marks) {
      const at = Math.floor((mark.at - start) / history.step);
      const key = `${mark.kind} ${at}`;
      if (at >= 0 && at <= count && !seen.has(key)) {
        seen.add(key);
        wanted.push({ x: ((Math.min(at, count - 1) + 0.5) * WIDTH) / count, kind: mark.kind });
      }
    }
    while (marks.children.length > wanted.length) {
      marks.lastElementChild.remove();
    }
    while (marks.children.length < wanted.length) {
      marks.append(svg("line", { y1: 0, y2: HEIGHT }));
    }
    wanted.forEach((mark, i) => {
      const line = marks.children[i];
      setAttribute(line, "class", mark.kind);
      setAttribute(line, "x1", mark.x.toFixed(1));
      setAttribute(line, "x2", mark.x.toFixed(1));
    });
  }

  function text(index) {
    return series
      .map((line) => [line.name, value(line, index)])
      .filter(([, each]) => each !== undefined)
      .map(([name, each]) => `${name} ${format(each)}`)
      .join(", ");
  }

  function describe() {
    series.forEach((line, i) => {
      const last = value(line, count - 1);
      setText(values[i], last === undefined ? "–" : format(last));
    });
    setAttribute(plot, "aria-label", `${title} in the last 15 minutes. Now: ${text(count - 1) || "nothing"}. Arrow keys read earlier values.`);
    read();
  }

  function read() {
    const index = chosen === null ? null : Math.max(0, Math.min(count - 1, chosen));
    setAttribute(cursor, "visibility", index === null ? "hidden" : "visible");
    if (index === null) {
      setText(readout, "");
      return;
    }
    const x = (((index + 0.5) * WIDTH) / count).toFixed(1);
    setAttribute(cursor, "x1", x);
    setAttribute(cursor, "x2", x);
    const start = history.end - count * history.step;
    const begin = start + index * history.step;
    const near = history.marks.filter((mark) => mark.at >= begin && mark.at < begin + history.step);
    const about = near.map((mark) => mark.text).join("; ");
    setText(readout, `${clock(begin)}  ${text(index)}${about ? ` — ${about}` : ""}`);
    setAttribute(readout, "title", readout.textContent);
  }

  function choose(index) {
    chosen = index;
    if (history) {
      read();
    }
  }

  plot.addEventListener("pointermove", (event) => {
    const box = plot.getBoundingClientRect();
    choose(Math.floor(((event.clientX - box.left) / box.width) * count));
  });
  plot.addEventListener("pointerleave", () => choose(null));
  plot.addEventListener("blur", () => choose(null));
  plot.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step) {
      choose(Math.max(0, Math.min(count - 1, (chosen === null ? count : chosen) + step)));
      readout.setAttribute("role", "status");
      event.preventDefault();
    } else if (event.key === "Escape") {
      choose(null);
    }
  });

  return {
    node,
    /** Draws a history, unless it is the one that is drawn. */
    update(next) {
      if (next && next !== history) {
        history = next;
        count = Math.max(1, history.steps);
        draw();
      }
    },
  };
}

/** Reads one column of the history as numbers; what never was anything but zero is left out. */
export function column(name, divisor = 1) {
  return (history, index) => {
    const values = history[name];
    return values.length === 0 ? 0 : values[index] / divisor;
  };
}

/** Like column(), with gaps for zeros: a time without calls has no duration. */
export function gaps(name) {
  return (history, index) => history[name][index] || undefined;
}
