"use strict";

const endpoints = document.getElementById("endpoints");
const template = document.getElementById("endpoint-template");
const connection = document.getElementById("connection");
const empty = document.getElementById("empty");
const logDialog = document.getElementById("log");
const logTitle = document.getElementById("log-title");
const logAbout = document.getElementById("log-about");
const logLines = document.getElementById("log-lines");

const TONE = {
  active: "good",
  idle: "good",
  stopped: "calm",
  error: "bad",
  destroying: "calm",
  stopping: "calm",
};
const FOLDED = 6;
const FAILED = new Set(["error", "rejected", "cancelled"]);

/** The engine's last snapshot, and how many seconds its clock is ahead of this one. */
let latest = { endpoints: [] };
let ahead = 0;

function setText(node, text) {
  if (node.textContent !== text) {
    node.textContent = text;
  }
}

function element(name, className, ...children) {
  const node = document.createElement(name);
  node.className = className;
  node.append(...children);
  return node;
}

/** Makes a node's children match a list. Reuses children, so that they keep the focus. */
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

/** Shows the button below a list when the list is long. */
function fold(list) {
  const button = list.nextElementSibling;
  button.hidden = list.children.length <= FOLDED;
  const open = button.getAttribute("aria-expanded") === "true";
  list.classList.toggle("folded", !open);
  setText(button, open ? "Show fewer" : `Show all ${list.children.length}`);
}

function number(value) {
  return (value || 0).toLocaleString("en", { maximumFractionDigits: value < 100 ? 1 : 0 });
}

function seconds(value) {
  return value < 1 ? `${Math.round(value * 1000)} ms` : `${value.toFixed(1)} s`;
}

function words(state) {
  return state.replaceAll("_", " ");
}

function newWorkerRow(worker) {
  // The score has its own column where there is room.
  const about = element(
    "span",
    "about",
    element("span", ""),
    " ",
    element("span", ""),
    element("span", "narrow"),
  );
  const name = element("th", "", element("span", "id"), about);
  name.scope = "row";
  const button = element("button", "", "Log");
  button.type = "button";
  button.setAttribute("aria-label", `Log of worker ${worker.id}`);
  button.addEventListener("click", () => openLog(worker.id));
  return element(
    "tr",
    "",
    name,
    element("td", "", element("span", "badge")),
    element("td", "num"),
    element("td", "num wide"),
    element("td", "num wide"),
    element("td", "num", button),
  );
}

/** Returns a worker's version and its simulated machine. */
function aboutWorker(worker) {
  return [
    worker.version_id ? `version ${worker.version_id}` : "no version yet",
    ...(worker.gpu_name ? [`as ${worker.gpu_name}`] : []),
  ];
}

function updateWorkerRow(row, worker) {
  const [name, state, load, score, requests] = row.children;
  setText(name.children[0], String(worker.id));
  const measured = worker.measured_perf ? number(worker.measured_perf) : "–";
  const [version, machine, narrow] = name.children[1].children;
  const about = aboutWorker(worker);
  setText(version, about[0]);
  setText(machine, about[1] || "");
  setText(narrow, `score ${measured}`);
  setText(state.firstElementChild, words(worker.status));
  state.firstElementChild.className = `badge ${TONE[worker.status] || "busy"}`;
  setText(load, number(worker.cur_load));
  setText(score, measured);
  setText(requests, String(worker.reqs_working));
}

function newRequest() {
  return element(
    "li",
    "",
    element("span", "idx"),
    element("span", "worker"),
    element("span", "line", element("span", "wait"), element("span", "held"), element("span", "work")),
    element("span", "num"),
  );
}

/** Returns how long a request waited for a worker, queued there and ran, until now if unfinished. */
function phases(request, now) {
  const end = request.ended_at || Math.max(now, request.arrived_at);
  const routed = request.routed_at || end;
  // The start of work is reported at its end; until then all time on the worker counts as work.
  const begun = request.started_at || routed;
  return [routed - request.arrived_at, begun - routed, end - begun].map((span) =>
    Math.max(0, span),
  );
}

function updateRequest(item, request, longest, now) {
  const [idx, worker, line, took] = item.children;
  const spans = phases(request, now);
  const total = spans[0] + spans[1] + spans[2];
  const running = !request.ended_at;
  const failed = FAILED.has(request.status);
  item.className = `${running ? "running" : ""} ${failed ? "failed" : ""}`;
  setText(idx, `#${request.idx}`);
  setText(worker, request.worker ? `on ${request.worker}` : "");
  spans.forEach((span, i) => {
    line.children[i].style.width = `${(100 * span) / longest}%`;
  });
  const shown = request.routed_at ? (request.started_at && !spans[2] ? 1 : 2) : 0;
  ["wait", "held", "work"].forEach((name, i) => {
    line.children[i].className = i === shown ? `${name} last` : name;
  });
  const told = request.status === "success" || request.status === "routed" ? "" : `${request.status} `;
  setText(took, told + seconds(total));
  took.className = `num ${failed ? "bad" : running ? "busy" : ""}`;
  const state = request.status === "routed" ? "on a worker" : request.status;
  item.title =
    `${state}: waited ${seconds(spans[0])} for a worker, ` +
    `queued ${seconds(spans[1])} on it, ran ${seconds(spans[2])}`;
}

function updateRequests(card, endpoint) {
  const now = Date.now() / 1000 + ahead;
  const requests = endpoint.requests.slice().reverse();
  const longest = Math.max(
    0.001,
    ...requests.map((request) => phases(request, now).reduce((sum, span) => sum + span, 0)),
  );
  const list = card.querySelector(".requests");
  sync(list, requests, (r) => r.idx, newRequest, (item, r) => updateRequest(item, r, longest, now));
  fold(list);
}

/** Shows log lines that start with their time, newest first. */
function lines(list, texts) {
  // A line's text is its key, with a number for repeated lines.
  const seen = new Map();
  const items = texts.map((line) => {
    const count = (seen.get(line) || 0) + 1;
    seen.set(line, count);
    const space = line.indexOf(" ");
    return { key: `${line} ${count}`, at: line.slice(0, space), text: line.slice(space + 1) };
  });
  sync(
    list,
    items.reverse(),
    (item) => item.key,
    () => element("li", "", document.createElement("time"), element("span", "")),
    (node, item) => {
      const [time, text] = node.children;
      time.dateTime = item.at;
      setText(time, new Date(item.at).toLocaleTimeString("en-GB"));
      text.className = item.text.startsWith("WARN ") ? "bad" : "";
      setText(text, item.text.replace(/^WARN /, ""));
    },
  );
  fold(list);
}

function newVersion() {
  return element("li", "", element("span", "id"), element("span", "label"), element("span", ""));
}

function updateVersion(item, version) {
  const [id, label, state] = item.children;
  setText(id, String(version.id));
  setText(label, version.version_label || version.file_hash.slice(0, 12));
  const told = [
    ...(version.current ? ["current"] : []),
    ...(version.healthy ? ["healthy"] : []),
    ...(version.failed ? ["failed"] : []),
    ...(version.uploaded ? [] : ["not uploaded"]),
  ];
  setText(state, told.join(", "));
  state.className = version.failed ? "bad" : version.healthy ? "good" : version.uploaded ? "" : "busy";
}

function newCard() {
  const card = template.content.firstElementChild.cloneNode(true);
  for (const button of card.querySelectorAll(".fold")) {
    button.addEventListener("click", () => {
      button.setAttribute("aria-expanded", button.getAttribute("aria-expanded") !== "true");
      fold(button.previousElementSibling);
    });
  }
  return card;
}

function updateCard(card, endpoint) {
  const find = (selector) => card.querySelector(selector);
  const title = find("h2");
  title.id = `endpoint-${endpoint.id}`;
  card.setAttribute("aria-labelledby", title.id);
  setText(title, endpoint.endpoint_name);
  const state = endpoint.updating ? "updating" : endpoint.endpoint_state;
  setText(find(".state"), state);
  find(".state").className = `badge state ${TONE[state] || "busy"}`;
  const deployment = endpoint.deployment;
  setText(
    find(".facts"),
    deployment
      ? `version ${deployment.current_version_id} · ${deployment.image} · deployment ${deployment.id}`
      : "no deployment: this endpoint cannot have workers here",
  );

  const workers = endpoint.workers;
  const ready = workers.filter((worker) => worker.status === "idle");
  setText(find(".ready"), `${ready.length} of ${workers.length}`);
  setText(find(".waiting"), String(endpoint.queued));
  setText(find(".arriving"), `${number(endpoint.arrival_rate)}/s`);
  const capacity = ready.reduce((sum, worker) => sum + worker.measured_perf, 0);
  setText(find(".capacity"), `${number(capacity)}/s`);

  sync(find(".workers"), workers, (w) => w.id, newWorkerRow, updateWorkerRow);
  find("table").hidden = workers.length === 0;
  find(".no-workers").hidden = workers.length > 0;
  sync(
    find(".failures"),
    workers.filter((worker) => worker.error_msg),
    (worker) => worker.id,
    (worker) => element("li", "", element("b", "", `Worker ${worker.id}: `), element("span", "")),
    (node, worker) => setText(node.children[1], worker.error_msg),
  );

  updateRequests(card, endpoint);
  find(".no-requests").hidden = endpoint.requests.length > 0;
  find(".legend").hidden = endpoint.requests.length === 0;

  setText(find(".decision"), endpoint.decision || "no decision yet");
  lines(find(".decisions"), endpoint.decisions);
  const versions = find(".versions");
  sync(versions, endpoint.versions || [], (v) => v.id, newVersion, updateVersion);
  fold(versions);
  lines(find(".events"), endpoint.events);
}

function show(snapshot) {
  latest = snapshot;
  ahead = snapshot.now - Date.now() / 1000;
  sync(endpoints, snapshot.endpoints, (endpoint) => endpoint.id, newCard, updateCard);
  empty.hidden = snapshot.endpoints.length > 0;
  describeLog();
}

/** Updates running requests, even while the engine sends nothing. */
function grow() {
  latest.endpoints.forEach((endpoint, i) => {
    if (endpoint.requests.some((request) => !request.ended_at)) {
      updateRequests(endpoints.children[i], endpoint);
    }
  });
}

let openWorker = null;

async function openLog(worker) {
  openWorker = worker;
  setText(logTitle, `Log of worker ${worker}`);
  setText(logLines, "");
  describeLog();
  logDialog.showModal();
  await refreshLog(true);
}

function describeLog() {
  const workers = latest.endpoints.flatMap((endpoint) => endpoint.workers);
  const worker = workers.find((candidate) => candidate.id === openWorker);
  setText(
    logAbout,
    worker ? [words(worker.status), ...aboutWorker(worker)].join(" · ") : "this worker was removed",
  );
}

async function refreshLog(toEnd) {
  const worker = openWorker;
  if (worker === null) {
    return;
  }
  const follow =
    toEnd || logLines.scrollTop + logLines.clientHeight >= logLines.scrollHeight - 4;
  let text;
  try {
    const answer = await fetch(`worker-log?id=${worker}`);
    const log = await answer.json();
    text = log.lines.join("\n") || "(nothing printed yet)";
  } catch {
    text = "(the engine has stopped)";
  }
  if (worker !== openWorker) {
    return;
  }
  setText(logLines, text);
  if (follow) {
    logLines.scrollTop = logLines.scrollHeight;
  }
}

document.getElementById("log-close").addEventListener("click", () => logDialog.close());
logDialog.addEventListener("close", () => {
  openWorker = null;
});
setInterval(() => refreshLog(false), 1000);
setInterval(grow, 250);

const events = new EventSource("events");
events.addEventListener("open", () => {
  connection.classList.remove("lost");
  setText(connection, `live · ${location.host}`);
});
events.addEventListener("message", (event) => show(JSON.parse(event.data)));
events.addEventListener("error", () => {
  connection.classList.add("lost");
  setText(connection, "the engine does not respond; retrying");
});
