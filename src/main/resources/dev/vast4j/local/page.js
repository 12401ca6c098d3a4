"use strict";

const endpoints = document.getElementById("endpoints");
const template = document.getElementById("endpoint-template");
const connection = document.getElementById("connection");
const empty = document.getElementById("empty");
const logDialog = document.getElementById("log");
const logTitle = document.getElementById("log-title");
const logLines = document.getElementById("log-lines");

const TONE = {
  idle: "good",
  stopped: "calm",
  error: "bad",
  destroying: "calm",
  stopping: "calm",
};

function setText(node, text) {
  if (node.textContent !== text) {
    node.textContent = text;
  }
}

/** Makes the children of a node match a list, keeping those that stay, so that focus stays too. */
function sync(parent, items, keyOf, create, update) {
  const old = new Map();
  for (const child of parent.children) {
    old.set(child.dataset.key, child);
  }
  let position = parent.firstElementChild;
  for (const item of items) {
    const key = String(keyOf(item));
    let child = old.get(key);
    if (child) {
      old.delete(key);
    } else {
      child = create(item);
      child.dataset.key = key;
    }
    if (child === position) {
      position = position.nextElementSibling;
    } else {
      parent.insertBefore(child, position);
    }
    update(child, item);
  }
  for (const child of old.values()) {
    child.remove();
  }
}

function cell(row, className) {
  const td = document.createElement("td");
  if (className) {
    td.className = className;
  }
  row.append(td);
  return td;
}

function newWorkerRow(worker) {
  const row = document.createElement("tr");
  cell(row);
  const state = cell(row);
  const badge = document.createElement("span");
  const error = document.createElement("span");
  error.className = "error-text";
  state.append(badge, error);
  cell(row, "num");
  cell(row, "num");
  cell(row, "num");
  cell(row);
  cell(row);
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "Log";
  button.setAttribute("aria-label", `Log of worker ${worker.id}`);
  button.addEventListener("click", () => openLog(worker.id));
  cell(row).append(button);
  return row;
}

function updateWorkerRow(row, worker) {
  const cells = row.children;
  setText(cells[0], String(worker.id));
  const [badge, error] = cells[1].children;
  setText(badge, worker.status.replace("_", " "));
  badge.className = `badge ${TONE[worker.status] || "busy"}`;
  setText(error, worker.error_msg || "");
  error.hidden = !worker.error_msg;
  setText(cells[2], number(worker.cur_load));
  setText(cells[3], number(worker.measured_perf));
  setText(cells[4], String(worker.reqs_working));
  setText(cells[5], worker.version_id ? String(worker.version_id) : "–");
  setText(cells[6], worker.gpu_name ? `${worker.gpu_name} (pretended)` : "–");
}

function number(value) {
  return (value || 0).toLocaleString("en", { maximumFractionDigits: 1 });
}

function newRequest() {
  const item = document.createElement("li");
  for (const className of ["idx", "worker", "line", "num"]) {
    const part = document.createElement("span");
    part.className = className;
    item.append(part);
  }
  const wait = document.createElement("span");
  wait.className = "wait";
  const work = document.createElement("span");
  work.className = "work";
  item.children[2].append(wait, work);
  return item;
}

function updateRequest(item, request, longest) {
  const [idx, worker, line, took] = item.children;
  setText(idx, `#${request.idx}`);
  setText(worker, request.worker ? `on ${request.worker}` : "");
  const ended = request.ended_at || 0;
  const begun = request.started_at || request.routed_at || 0;
  const waited = Math.max(0, (begun || request.arrived_at) - request.arrived_at);
  const worked = ended && begun ? Math.max(0, ended - begun) : 0;
  line.children[0].style.width = `${(100 * waited) / longest}%`;
  line.children[1].style.width = `${(100 * worked) / longest}%`;
  line.children[1].hidden = !ended;
  line.title = `${request.status}: waited ${seconds(waited)}, worked ${seconds(worked)}`;
  setText(took, ended ? seconds(waited + worked) : request.status);
  took.className = `num ${request.status === "error" || request.status === "rejected" ? "bad" : ""}`;
}

function seconds(value) {
  return value < 1 ? `${Math.round(value * 1000)} ms` : `${value.toFixed(1)} s`;
}

function lines(list, texts) {
  // Newest first; a line's own text tells it apart, with its number where it comes twice.
  const seen = new Map();
  const items = texts.map((text) => {
    const count = (seen.get(text) || 0) + 1;
    seen.set(text, count);
    return { key: `${text} ${count}`, text };
  });
  items.reverse();
  sync(
    list,
    items,
    (item) => item.key,
    () => document.createElement("li"),
    (node, item) => setText(node, item.text),
  );
}

function updateCard(card, endpoint) {
  const find = (selector) => card.querySelector(selector);
  setText(find("h2"), endpoint.endpoint_name);
  const state = find(".state");
  setText(state, endpoint.updating ? "updating" : endpoint.endpoint_state);
  state.className = `badge state ${
    endpoint.updating ? "busy" : endpoint.endpoint_state === "active" ? "good" : "calm"
  }`;
  const deployment = endpoint.deployment;
  setText(
    find(".facts"),
    deployment
      ? `deployment ${deployment.id} · version ${deployment.current_version_id} · ${deployment.image}`
      : "an endpoint without a deployment: it can have no workers here",
  );
  setText(
    find(".decision"),
    endpoint.decision ? `${endpoint.decision} · ${number(endpoint.arrival_rate)} load/s arriving` : "",
  );
  sync(find(".workers"), endpoint.workers, (w) => w.id, newWorkerRow, updateWorkerRow);
  find(".scroll").hidden = endpoint.workers.length === 0;
  find(".no-workers").hidden = endpoint.workers.length > 0;
  setText(find(".queued"), endpoint.queued ? `· ${endpoint.queued} waiting` : "");

  const requests = endpoint.requests.slice().reverse();
  const longest = Math.max(
    0.001,
    ...requests.map((r) => (r.ended_at || r.routed_at || r.arrived_at) - r.arrived_at),
  );
  sync(find(".requests"), requests, (r) => r.idx, newRequest, (item, r) =>
    updateRequest(item, r, longest),
  );
  find(".no-requests").hidden = requests.length > 0;

  const versions = (endpoint.versions || []).map(
    (v) =>
      `${v.id} ${v.version_label || v.file_hash.slice(0, 12)}` +
      `${v.current ? " · current" : ""}${v.healthy ? " · healthy" : ""}` +
      `${v.failed ? " · failed" : ""}${v.uploaded ? "" : " · not uploaded"}`,
  );
  lines(find(".versions ul"), versions.reverse());
  lines(find(".decisions ol"), endpoint.decisions);
  lines(find(".events ol"), endpoint.events);
}

function show(snapshot) {
  sync(
    endpoints,
    snapshot.endpoints,
    (endpoint) => endpoint.id,
    () => template.content.firstElementChild.cloneNode(true),
    updateCard,
  );
  empty.hidden = snapshot.endpoints.length > 0;
}

let openWorker = null;

async function openLog(worker) {
  openWorker = worker;
  setText(logTitle, `Worker ${worker}`);
  setText(logLines, "");
  logDialog.showModal();
  await refreshLog(true);
}

async function refreshLog(toEnd) {
  if (openWorker === null) {
    return;
  }
  const follow =
    toEnd || logLines.scrollTop + logLines.clientHeight >= logLines.scrollHeight - 4;
  try {
    const answer = await fetch(`worker-log?id=${openWorker}`);
    const log = await answer.json();
    setText(logLines, log.lines.join("\n") || "(nothing printed yet)");
  } catch {
    setText(logLines, "(the engine is gone)");
  }
  if (follow) {
    logLines.scrollTop = logLines.scrollHeight;
  }
}

document.getElementById("log-close").addEventListener("click", () => logDialog.close());
logDialog.addEventListener("close", () => {
  openWorker = null;
});
setInterval(() => refreshLog(false), 1000);

const events = new EventSource("events");
events.addEventListener("open", () => {
  connection.classList.remove("lost");
  setText(connection, `live · ${location.host}`);
});
events.addEventListener("message", (event) => show(JSON.parse(event.data)));
events.addEventListener("error", () => {
  connection.classList.add("lost");
  setText(connection, "the engine does not answer; trying again");
});
