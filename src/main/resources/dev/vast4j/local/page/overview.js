// The first view: a row per deployment, those in trouble first.

import { TONES, badge, command, commands, h, isHeld, millis, number, rows, setAttribute, setBadge, setText, show, words } from "./dom.js";

const COLUMNS = [
  ["Deployment", ""],
  ["State", ""],
  ["Version", "wide"],
  ["Workers", "middle"],
  ["Calls/s", "num"],
  ["Errors/s", "num middle"],
  ["p95", "num wide"],
  ["Queue", "num wide"],
];

function newRow() {
  return h(
    "tr",
    {},
    h("th", { scope: "row" }, h("a", {})),
    h("td", {}, badge(), h("span", { class: "why" })),
    h("td", { class: "wide" }),
    h("td", { class: "middle" }),
    h("td", { class: "num" }),
    h("td", { class: "num middle" }),
    h("td", { class: "num wide" }),
    h("td", { class: "num wide" }),
  );
}

/** Says a deployment's version, and how far its rollout is. */
export function versionText(row) {
  if (!row.version) {
    return "–";
  }
  if (row.target) {
    return `to ${row.target}: ${row.workers.total - row.outdated} of ${row.workers.total}`;
  }
  return row.label ? `${row.version} ${row.label}` : String(row.version);
}

export function workersText(workers) {
  if (workers.total === 0) {
    return "none";
  }
  return ["ready", "starting", "error", "leaving", "stopped"]
    .filter((name) => workers[name] > 0)
    .map((name) => `${workers[name]} ${name}`)
    .join(", ");
}

function updateRow(row, item) {
  const [name, state, version, workers, calls, errors, p95, queue] = row.children;
  const link = name.firstElementChild;
  setText(link, item.name);
  setAttribute(link, "href", `#/deployments/${encodeURIComponent(item.name)}`);
  setBadge(state.firstElementChild, item.state, TONES[item.state]);
  const why = item.why || "";
  setText(state.lastElementChild, why);
  setAttribute(state.lastElementChild, "title", why);
  setText(version, versionText(item));
  setAttribute(version, "title", versionText(item));
  setText(workers, workersText(item.workers));
  setText(calls, number(item.calls));
  setText(errors, number(item.errors));
  setAttribute(errors, "class", item.errors > 0 ? "num middle bad" : "num middle");
  setText(p95, millis(item.p95));
  setText(queue, String(item.queue));
}

function byTrouble(one, other) {
  return other.trouble - one.trouble || other.errors - one.errors || other.queue - one.queue || one.name.localeCompare(other.name, "en", { numeric: true });
}

export function overview() {
  const search = h("input", { type: "search", placeholder: "Name, state or error", "aria-label": "Search deployments", oninput: () => update(latest) });
  const summary = h("p", { class: "soft summary" });
  const body = h("tbody", {});
  const table = h(
    "table",
    { class: "overview" },
    h("caption", { class: "hidden-text" }, "Deployments, those in trouble first"),
    h("thead", {}, h("tr", {}, ...COLUMNS.map(([name, kind]) => h("th", { scope: "col", class: kind }, name)))),
    body,
  );
  const none = h("p", { class: "none" }, "No deployment matches.");
  const empty = h(
    "section",
    { id: "empty", class: "card" },
    h("h1", {}, "Nothing is deployed"),
    h("p", {}, "Deployments appear here as soon as a program calls ", h("code", {}, "ensureReady()"), "."),
  );
  const filled = h(
    "section",
    { class: "card" },
    h("div", { class: "bar" }, h("h1", {}, "Deployments"), search),
    summary,
    table,
    none,
    commands(
      command("Use this engine", `export VAST_URL=${location.origin}`),
      command("The same in a terminal", "vast4j status --watch"),
      command("A new project", "vast4j init greeter"),
    ),
  );
  const node = h("div", {}, empty, filled);
  let latest = null;
  let order = [];

  function update(data) {
    latest = data;
    if (!data) {
      return;
    }
    const byName = new Map(data.deployments.map((item) => [item.name, item]));
    const wanted = search.value.trim().toLowerCase();
    const matching = data.deployments
      .filter((item) => !wanted || `${item.name} ${words(item.state)} ${item.why || ""}`.toLowerCase().includes(wanted))
      .sort(byTrouble)
      .map((item) => item.name);
    // The rows stay where they are while somebody points at one.
    const known = new Set(order);
    const same = matching.length === order.length && matching.every((name) => known.has(name));
    if (!same || !isHeld(body)) {
      order = matching;
    }
    rows(body, order.map((name) => byName.get(name)), newRow, updateRow);
    const troubled = data.deployments.filter((item) => TONES[item.state] === "bad").length;
    const erring = data.deployments.filter((item) => item.errors > 0).length;
    const calls = data.deployments.reduce((sum, item) => sum + item.calls, 0);
    setText(
      summary,
      `${data.deployments.length} ${data.deployments.length === 1 ? "deployment" : "deployments"}, ` +
        `${troubled === 0 ? "none" : troubled} in trouble, ${erring === 0 ? "" : `${erring} with errors, `}${number(calls)} calls/s`,
    );
    show(empty, data.deployments.length === 0);
    show(filled, data.deployments.length > 0);
    show(none, data.deployments.length > 0 && order.length === 0);
    show(table, order.length > 0);
  }

  return { node, update, title: "Deployments", close() {} };
}
