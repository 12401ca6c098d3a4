// What all views use: elements, texts of numbers and times, commands to copy.

/** Makes an element. Attributes whose value is null or false are left out. */
export function h(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) {
      node.addEventListener(key.slice(2), value);
    } else if (value !== null && value !== false) {
      node.setAttribute(key, value === true ? "" : value);
    }
  }
  node.append(...children.filter((child) => child !== null));
  return node;
}

/** Sets a text if it differs, so that nothing is laid out, announced or deselected for nothing. */
export function setText(node, text) {
  if (node.textContent !== text) {
    node.textContent = text;
  }
}

export function setAttribute(node, name, value) {
  if (node.getAttribute(name) !== value) {
    node.setAttribute(name, value);
  }
}

export function show(node, visible) {
  if (node.hidden === visible) {
    node.hidden = !visible;
  }
}

/** Makes a parent have as many children as there are items, then updates each in its place. */
export function rows(parent, items, create, update) {
  while (parent.children.length > items.length) {
    parent.lastElementChild.remove();
  }
  while (parent.children.length < items.length) {
    parent.append(create());
  }
  items.forEach((item, i) => update(parent.children[i], item));
}

/**
 * Tells whether somebody points at a list or has the focus in it: its order must not change then.
 */
export function isHeld(list) {
  return list.matches(":hover") || list.contains(document.activeElement);
}

export function number(value) {
  return (value || 0).toLocaleString("en", { maximumFractionDigits: value < 10 ? 2 : value < 100 ? 1 : 0 });
}

export function rate(value) {
  return `${number(value)}/s`;
}

export function millis(value) {
  if (value === undefined || value === null) {
    return "–";
  }
  if (value < 1) {
    return value < 0.05 ? "0 ms" : `${value.toFixed(1)} ms`;
  }
  if (value < 1000) {
    return `${value.toFixed(value < 10 ? 1 : 0)} ms`;
  }
  return value < 120_000 ? `${(value / 1000).toFixed(1)} s` : `${Math.round(value / 60_000)} min`;
}

export function bytes(value) {
  if (value === undefined) {
    return "–";
  }
  const units = ["bytes", "KB", "MB", "GB"];
  let unit = 0;
  let shown = value;
  while (shown >= 1000 && unit < units.length - 1) {
    shown /= 1000;
    unit++;
  }
  return value === 1 ? "1 byte" : `${unit === 0 ? shown : shown.toFixed(1)} ${units[unit]}`;
}

const CLOCK = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });

export function clock(seconds) {
  return CLOCK.format(seconds * 1000);
}

export function clockMillis(milliseconds) {
  return `${CLOCK.format(milliseconds)}.${String(Math.floor(milliseconds % 1000)).padStart(3, "0")}`;
}

export function date(seconds) {
  return new Date(seconds * 1000).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "medium" });
}

export function words(text) {
  return text.replaceAll("_", " ");
}

/** What a call's states are called. */
export const STATES = {
  queued: "queued",
  assigned: "queued on worker",
  running: "running",
  succeeded: "succeeded",
  failed: "failed",
  cancelled: "cancelled",
  lost: "lost: worker died",
  timed_out: "timed out",
};

/** The colour class of a state. */
export const TONES = {
  queued: "busy",
  assigned: "busy",
  running: "busy",
  succeeded: "good",
  failed: "bad",
  lost: "bad",
  timed_out: "bad",
  cancelled: "calm",
  failing: "bad",
  degraded: "bad",
  error: "bad",
  waiting: "busy",
  starting: "busy",
  updating: "busy",
  ready: "good",
  idle: "calm",
  stopped: "calm",
  stopping: "calm",
  "no deployment": "calm",
};

export function badge() {
  return h("span", { class: "badge" });
}

export function setBadge(node, text, tone) {
  setText(node, text);
  setAttribute(node, "class", `badge ${tone || "busy"}`);
}

/** Quotes a word for a shell, where it needs it. */
export function quoted(word) {
  return /^[\w.:@%+,/-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

export async function copy(text, button) {
  const before = button.textContent;
  try {
    await navigator.clipboard.writeText(text);
    setText(button, "Copied");
  } catch {
    setText(button, "Not allowed");
  }
  setTimeout(() => setText(button, before), 1500);
}

/** A command with a button that copies it. */
export function command(about, text) {
  return h(
    "li",
    {},
    h("span", { class: "soft" }, about),
    h("code", {}, text),
    h("button", { type: "button", "aria-label": `Copy: ${text}`, onclick: (event) => copy(text, event.currentTarget) }, "Copy"),
  );
}

/** The commands that do what this page only shows. */
export function commands(...items) {
  return h("section", { class: "commands" }, h("h2", { class: "sub" }, "Commands"), h("ul", {}, ...items));
}
