// One deployment: figures and charts, then tabs.

import {
  STATES,
  TONES,
  badge,
  bytes,
  clock,
  command,
  commands,
  date,
  h,
  isHeld,
  millis,
  number,
  quoted,
  rate,
  rows,
  setAttribute,
  setBadge,
  setText,
  show,
  words,
} from "./dom.js";
import { chart, column, gaps } from "./charts.js";
import { logs } from "./logs.js";
import { versionText, workersText } from "./overview.js";

const TABS = ["requests", "workers", "versions", "scaling", "logs"];

const OUTCOMES = [
  { name: "succeeded", tone: "ok", of: column("succeeded", 5) },
  { name: "failed", tone: "failed", of: column("failed", 5) },
  { name: "timed out", tone: "late", of: column("timed_out", 5) },
  { name: "lost", tone: "lost", of: column("lost", 5) },
  { name: "cancelled", tone: "dropped", of: column("cancelled", 5) },
];

function charts() {
  return [
    chart({ title: "Calls per second, by outcome", stacked: true, series: OUTCOMES, format: rate }),
    chart({
      title: "Time of a call",
      format: millis,
      series: [
        { name: "p50", tone: "low", of: gaps("p50") },
        { name: "p95", tone: "ok", of: gaps("p95") },
        { name: "p99", tone: "late", of: gaps("p99") },
      ],
    }),
    chart({
      title: "Calls against capacity, per second",
      format: rate,
      series: [
        { name: "arriving", tone: "ok", of: column("arrived", 5) },
        { name: "capacity", tone: "low", of: column("capacity") },
      ],
    }),
    chart({ title: "Queue", whole: true, format: number, series: [{ name: "calls waiting", tone: "ok", of: column("queue") }] }),
    chart({
      title: "Wait of a new call",
      format: millis,
      series: [{ name: "wait", tone: "ok", of: column("wait_ms") }],
    }),
    chart({
      title: "Workers",
      stacked: true,
      whole: true,
      format: number,
      series: [
        { name: "ready", tone: "ok", of: column("ready") },
        { name: "starting", tone: "late", of: column("starting") },
        { name: "error", tone: "failed", of: column("error") },
        { name: "stopped", tone: "dropped", of: column("stopped") },
      ],
    }),
  ];
}

/** Returns a URL of a deployment's page; empty parameters are left out. */
function url(name, tab, parameters = {}) {
  const query = new URLSearchParams(Object.entries(parameters).filter(([, value]) => value));
  return `#/deployments/${encodeURIComponent(name)}/${tab}${String(query) ? `?${query}` : ""}`;
}

function tableOf(caption, columns, body) {
  return h(
    "table",
    { class: caption.toLowerCase() },
    h("caption", { class: "hidden-text" }, caption),
    h("thead", {}, h("tr", {}, ...columns.map(([name, kind]) => h("th", { scope: "col", class: kind || null }, name)))),
    body,
  );
}

/** Returns seconds that a call waited, was queued on its worker and ran, until now if unfinished. */
function phases(call, now) {
  const end = call.ended_at || Math.max(now, call.arrived_at);
  const routed = Math.min(end, call.routed_at || end);
  const begun = Math.min(end, call.started_at || (call.state === "assigned" || call.state === "running" ? end : routed));
  return [routed - call.arrived_at, begun - routed, end - begun].map((span) => Math.max(0, span));
}

function stateText(call) {
  if (call.state === "assigned") {
    return `queued on worker ${call.worker}`;
  }
  return call.state === "failed" && call.error ? `failed: ${call.error.split(".").pop()}` : STATES[call.state];
}

// -- requests ----------------------------------------------------------------------------------

function requests(name, navigate, engineNow) {
  const select = (label, key) => h("select", { "aria-label": label, onchange: (event) => navigate({ [key]: event.target.value, call: "" }) });
  const functions = select("Function", "function");
  const states = select("State", "state");
  const versions = select("Version", "version");
  let typing = null;
  const text = h("input", {
    type: "search",
    placeholder: "Exception, function, worker or #number",
    "aria-label": "Filter calls by text",
    oninput: () => {
      clearTimeout(typing);
      typing = setTimeout(() => navigate({ text: text.value, call: "" }), 250);
    },
  });
  const about = h("p", { class: "soft about-list" });
  const body = h("tbody", {});
  const table = tableOf(
    "Requests",
    [["Call"], ["Function"], ["State"], ["Worker", "middle"], ["Version", "wide"], ["Time", "wide line-head"], ["Took", "num"]],
    body,
  );
  const none = h("p", { class: "none" }, "No call matches.");
  const node = h(
    "section",
    {},
    h("div", { class: "filters" }, functions, states, versions, text),
    about,
    h(
      "p",
      { class: "legend" },
      h("span", {}, h("span", { class: "key wait" }), "waiting for a worker"),
      h("span", {}, h("span", { class: "key held" }), "queued on the worker"),
      h("span", {}, h("span", { class: "key work" }), "running"),
      h("span", {}, h("span", { class: "key failed" }), "failed"),
    ),
    table,
    none,
  );

  const named = { active: "waiting or running", trouble: "failed, lost or timed out", ...STATES };
  fill(states, "All states", Object.keys(named), (each) => named[each]);

  /** Gives a box these choices, unless it has them; empty ones are left out. */
  function fill(box, all, choices, label) {
    const ids = ["", ...[...choices].filter(Boolean)];
    if (box.dataset.ids !== ids.join("\n")) {
      const value = box.value;
      box.dataset.ids = ids.join("\n");
      box.replaceChildren(...ids.map((id) => h("option", { value: id }, id ? label(id) : all)));
      box.value = value;
    }
  }

  function newRow() {
    return h(
      "tr",
      {},
      h("th", { scope: "row" }, h("a", {})),
      h("td", { class: "cut" }),
      h("td", {}, badge()),
      h("td", { class: "middle" }),
      h("td", { class: "wide" }),
      h("td", { class: "wide" }, h("span", { class: "line" }, h("span", { class: "wait" }), h("span", { class: "held" }), h("span", { class: "work" }))),
      h("td", { class: "num" }),
    );
  }

  let shown = [];
  let longest = 0.001;
  let parameters = {};
  let filteredAt = 0;

  function updateRow(row, call) {
    const [id, called, state, worker, version, line, took] = row.children;
    const link = id.firstElementChild;
    setText(link, `#${call.id}`);
    setAttribute(link, "href", url(name, "requests", { ...parameters, call: String(call.id) }));
    setText(called, `${call.function || "–"}${call.session ? ` in session #${call.session}` : ""}`);
    setAttribute(called, "title", called.textContent);
    setBadge(state.firstElementChild, stateText(call), TONES[call.state]);
    const again = call.attempts > 1 ? `, attempt ${call.attempts}` : "";
    setText(worker, call.worker ? `${call.worker}${again}` : "–");
    setText(version, call.version ? String(call.version) : "–");
    const spans = phases(call, engineNow());
    setText(took, millis(1000 * spans.reduce((sum, span) => sum + span, 0)));
    const bars = line.firstElementChild.children;
    spans.forEach((span, i) => {
      bars[i].style.width = `${((100 * span) / longest).toFixed(2)}%`;
    });
    setAttribute(row, "class", `${call.ended_at ? "" : "running"} ${TONES[call.state] === "bad" ? "failed" : ""}`);
  }

  function draw() {
    longest = Math.max(0.001, ...shown.map((call) => phases(call, engineNow()).reduce((sum, span) => sum + span, 0)));
    rows(body, shown, newRow, updateRow);
  }

  return {
    node,
    route(next) {
      const before = JSON.stringify(parameters);
      parameters = Object.fromEntries(Object.entries(next).filter(([key]) => ["function", "state", "version", "text"].includes(key)));
      if (JSON.stringify(parameters) !== before) {
        filteredAt = performance.now();
      }
      states.value = next.state || "";
      if (document.activeElement !== text) {
        text.value = next.text || "";
      }
      // The order may change now.
      shown = [];
    },
    update(data) {
      const list = data.calls_list;
      const wanted = parameters;
      fill(functions, "All functions", new Set([...list.functions, wanted.function]), (each) => each);
      functions.value = wanted.function || "";
      const known = (data.versions || []).map((version) => String(version.id));
      fill(versions, "All versions", new Set([...known, wanted.version]), (each) => `Version ${each}`);
      versions.value = wanted.version || "";
      // Rows of the filter before may still arrive.
      const held = shown.length > 0 && performance.now() - filteredAt > 2000 && isHeld(body);
      if (held) {
        const fresh = new Map(list.rows.map((call) => [call.id, call]));
        shown = shown.map((call) => fresh.get(call.id) || call);
      } else {
        shown = list.rows;
      }
      setText(
        about,
        `${list.rows.length < list.matching ? `The latest ${list.rows.length} of ` : ""}` +
          `${list.matching < list.kept ? `${list.matching} matching of ` : ""}` +
          `${list.kept} kept ${list.kept === 1 ? "call" : "calls"}${held ? "; the list waits while you are in it" : ""}`,
      );
      show(none, shown.length === 0);
      show(table, shown.length > 0);
      draw();
    },
    /** Updates calls that wait or run, even while the engine sends nothing. */
    grow() {
      if (shown.some((call) => !call.ended_at)) {
        draw();
      }
    },
  };
}

// -- workers -----------------------------------------------------------------------------------

function workers(name) {
  const body = h("tbody", {});
  const table = tableOf(
    "Workers",
    [["Worker"], ["State"], ["Version", "middle"], ["Running", "num"], ["Queued", "num"], ["Calls/s it can serve", "num wide"], ["Wait", "num middle"], ["Ready for", "num wide"], ["Machine", "wide"]],
    body,
  );
  const none = h("p", { class: "none" }, "No workers.");
  const errors = h("ul", { class: "failures" });
  const hints = h("ul", {});
  const node = h("section", {}, table, none, errors, h("section", { class: "commands" }, h("h2", { class: "sub" }, "Commands"), hints));
  let drawn = "";

  function newRow() {
    const cells = ["", "middle", "num", "num", "num wide", "num middle", "num wide", "wide"];
    const row = h("tr", {}, h("th", { scope: "row" }, h("a", {})), ...cells.map((kind) => h("td", { class: kind || null })));
    row.children[1].append(badge());
    return row;
  }

  function updateRow(row, worker) {
    const [id, state, version, running, assigned, capacity, wait, up, machine] = row.children;
    const link = id.firstElementChild;
    setText(link, String(worker.id));
    setAttribute(link, "href", url(name, "logs", { worker: String(worker.id) }));
    setAttribute(link, "aria-label", `Log of worker ${worker.id}`);
    const told = worker.status === "idle" ? "ready" : worker.failing && worker.status !== "error" ? `${words(worker.status)} after an error` : words(worker.status);
    setBadge(state.firstElementChild, told, worker.failing ? "bad" : worker.status === "idle" ? "good" : TONES[worker.status]);
    setText(version, worker.version ? String(worker.version) : "–");
    setText(running, String(worker.running));
    setText(assigned, String(worker.assigned));
    setText(capacity, worker.capacity ? number(worker.capacity) : "–");
    setText(wait, worker.up === undefined ? "–" : millis(worker.wait));
    setText(up, worker.up === undefined ? "–" : worker.up < 120 ? `${worker.up} s` : `${Math.round(worker.up / 60)} min`);
    setText(machine, worker.machine || "–");
  }

  return {
    node,
    update(data) {
      const list = data.workers_list;
      rows(body, list, newRow, updateRow);
      show(none, list.length === 0);
      show(table, list.length > 0);
      rows(
        errors,
        list.filter((worker) => worker.error),
        () => h("li", {}, h("b", {}), h("span", {})),
        (item, worker) => {
          setText(item.firstElementChild, `Worker ${worker.id}: `);
          setText(item.lastElementChild, worker.error);
        },
      );
      const key = `${targetOf(data)} ${list.length > 0 ? list[0].id : ""}`;
      if (key !== drawn) {
        drawn = key;
        hints.replaceChildren(
          command("List the workers", `vast4j workers ${targetOf(data)}`),
          ...(list.length > 0 ? [command("Follow the output of one", `vast4j logs ${targetOf(data)} --worker ${list[0].id} -f`)] : []),
        );
      }
    },
  };
}

/** Returns how the command line names a deployment. */
function targetOf(data) {
  const tag = data.tag && data.tag !== "default" ? ` --tag ${quoted(data.tag)}` : "";
  return quoted(data.deployed || data.name) + tag;
}

// -- versions ----------------------------------------------------------------------------------

function versions() {
  const body = h("tbody", {});
  const table = tableOf("Versions", [["Version"], ["Label", "middle"], ["State"], ["Workers", "num"], ["Size", "num wide"], ["Created", "wide"], ["Image", "wide"]], body);
  const rollout = h("p", {});
  const hints = h("ul", {});
  const node = h("section", {}, rollout, table, h("section", { class: "commands" }, h("h2", { class: "sub" }, "Commands"), hints));
  let drawn = "";

  return {
    node,
    update(data) {
      const list = data.versions || [];
      setText(
        rollout,
        data.target ? `Updating to version ${data.target}: ${data.outdated} of ${data.workers.total} workers still to do.` : "No update is in progress.",
      );
      rows(
        body,
        list,
        () =>
          h(
            "tr",
            {},
            h("th", { scope: "row" }),
            h("td", { class: "middle" }),
            h("td", {}, badge()),
            h("td", { class: "num" }),
            h("td", { class: "num wide" }),
            h("td", { class: "wide" }),
            h("td", { class: "wide cut" }),
          ),
        (row, version) => {
          const [id, label, state, count, size, created, image] = row.children;
          setText(id, String(version.id));
          setText(label, version.version_label || "–");
          const told = [
            ...(version.current ? ["current"] : []),
            ...(version.healthy ? ["healthy"] : []),
            ...(version.failed ? ["failed"] : []),
            ...(version.uploaded ? [] : ["not uploaded"]),
          ];
          setBadge(state.firstElementChild, told.join(", ") || "earlier", version.failed ? "bad" : version.healthy ? "good" : version.uploaded ? "calm" : "busy");
          setText(count, String(version.workers));
          setText(size, bytes(version.file_size));
          setText(created, date(version.created_at));
          setText(image, version.image || "–");
        },
      );
      if (targetOf(data) !== drawn) {
        drawn = targetOf(data);
        hints.replaceChildren(
          command("Return to the version before", `vast4j rollback ${drawn}`),
          command("See what a deploy would change", "vast4j plan -cp CLASSPATH CLASS"),
          command("Deploy another version", "vast4j deploy -cp CLASSPATH CLASS"),
        );
      }
    },
  };
}

// -- scaling -----------------------------------------------------------------------------------

function lines(list, texts) {
  rows(
    list,
    [...(texts || [])].reverse(),
    () => h("li", {}, h("time", {}), h("span", {})),
    (item, text) => {
      const space = text.indexOf(" ");
      const time = text.slice(0, space);
      setAttribute(item.firstElementChild, "datetime", time);
      setText(item.firstElementChild, clock(Date.parse(time) / 1000));
      setText(item.lastElementChild, text.slice(space + 1));
    },
  );
}

function scaling() {
  const decision = h("p", {});
  const facts = h("dl", { class: "facts" });
  const decisions = h("ol", { class: "lines" });
  const events = h("ol", { class: "lines" });
  const noDecision = h("p", { class: "none" }, "None yet.");
  const hints = h("ul", {});
  const node = h(
    "section",
    {},
    decision,
    facts,
    h("div", { class: "columns" }, h("div", {}, h("h2", { class: "sub" }, "Decisions"), decisions, noDecision), h("div", {}, h("h2", { class: "sub" }, "Events"), events)),
    h("section", { class: "commands" }, h("h2", { class: "sub" }, "Commands"), hints),
  );
  let drawn = "";

  return {
    node,
    update(data) {
      setText(decision, data.decision ? `Now ${data.decision}.` : "No decision yet.");
      const list = [
        ["Calls arriving", `${rate(data.calls)}`],
        ["Ready workers can serve", rate(data.capacity)],
        ["A new call waits", millis(data.wait)],
        ["A worker is full above", millis(data.max_queue * 1000)],
        ["Most workers", data.max_workers > data.max_here ? `${data.max_workers}, here ${data.max_here}` : String(data.max_workers)],
        ["Kept when idle", String(data.cold_workers)],
        ["Utilization aimed at", `${Math.round(data.target_util * 100)} %`],
      ];
      rows(
        facts,
        list,
        () => h("div", {}, h("dt", {}), h("dd", {})),
        (item, [name, value]) => {
          setText(item.firstElementChild, name);
          setText(item.lastElementChild, value);
        },
      );
      lines(decisions, data.decisions);
      lines(events, data.events);
      show(noDecision, data.decisions.length === 0);
      const target = targetOf(data);
      if (target !== drawn) {
        drawn = target;
        hints.replaceChildren(
          command("Watch it in a terminal", `vast4j status ${target} --watch`),
          command("Stop all workers", `vast4j stop ${target}`),
          command("Start again", `vast4j start ${target}`),
          command("Delete the deployment", `vast4j delete ${target}`),
        );
      }
    },
  };
}

// -- a call ------------------------------------------------------------------------------------

const dialog = document.getElementById("call");

function callView(name, close, engineNow) {
  const title = h("h2", { id: "call-title" });
  const state = badge();
  const facts = h("dl", { class: "facts" });
  const waterfall = h("ol", { class: "waterfall" });
  const failure = h("section", {}, h("h3", {}), h("pre", { tabindex: "0", role: "region", "aria-label": "Why it failed" }));
  const links = h("ul", { class: "links" });
  const hints = h("ul", {});
  const gone = h("p", { class: "none" }, "The engine no longer keeps this call.");
  const details = h("div", {}, facts, h("h3", {}, "Attempts"), waterfall, failure, links, h("section", { class: "commands" }, h("h3", {}, "Commands"), hints));
  const content = [
    h("div", { class: "bar" }, title, h("button", { type: "button", onclick: close }, "Close")),
    h("p", {}, state),
    gone,
    details,
  ];
  let call = null;
  let target = "";

  function span(kind, from, to, begin, total) {
    const bar = h("span", { class: kind });
    bar.style.left = `${(100 * (from - begin)) / total}%`;
    bar.style.width = `${(100 * Math.max(0, to - from)) / total}%`;
    return bar;
  }

  function drawWaterfall() {
    const now = engineNow();
    const begin = call.arrived_at;
    const end = Math.max(call.ended_at || now, ...call.tries.map((each) => each.ended_at || 0), begin + 0.001);
    const total = end - begin;
    const items = [];
    let waiting = begin;
    for (const [i, each] of call.tries.entries()) {
      const over = each.ended_at || end;
      const started = Math.min(over, Math.max(each.routed_at, each.started_at || (each.state === "assigned" ? over : each.routed_at)));
      items.push({
        about: `Attempt ${i + 1} on worker ${each.worker}, version ${each.version}: ${STATES[each.state]}`,
        bars: [
          ["wait", Math.min(waiting, each.routed_at), each.routed_at],
          ["held", each.routed_at, started],
          [TONES[each.state] === "bad" ? "work bad-work" : "work", started, over],
        ],
      });
      waiting = over;
    }
    if (call.state === "queued" || (call.tries.length === 0 && call.ended_at)) {
      items.push({ about: `In the engine's queue: ${STATES[call.state]}`, bars: [["wait", waiting, call.ended_at || end]] });
    }
    rows(
      waterfall,
      items,
      () => h("li", {}, h("span", { class: "what" }), h("span", { class: "track" }), h("span", { class: "times soft" })),
      (item, { about, bars }) => {
        setText(item.children[0], about);
        item.children[1].replaceChildren(...bars.filter(([, from, to]) => to > from).map(([kind, from, to]) => span(kind, from, to, begin, total)));
        const names = { wait: "waited for a worker", held: "queued on it", work: "ran" };
        setText(
          item.children[2],
          bars
            .filter(([kind, from, to]) => to - from >= 0.0001 || kind.startsWith("work"))
            .map(([kind, from, to]) => `${names[kind.split(" ")[0]]} ${millis(1000 * Math.max(0, to - from))}`)
            .join(", "),
        );
      },
    );
  }

  return {
    content,
    update(data, id) {
      setText(title, `Call #${id}`);
      call = data.call && String(data.call.id) === String(id) ? data.call : null;
      show(gone, call === null);
      show(details, call !== null);
      show(state, call !== null);
      if (!call) {
        return;
      }
      const last = call.tries.at(-1) || {};
      setBadge(state, stateText({ ...call, worker: last.worker, error: last.error }), TONES[call.state]);
      const end = call.ended_at || engineNow();
      const list = [
        ["Function", call.function || "–"],
        ["Version", last.version ? String(last.version) : "–"],
        ["Worker", last.worker ? String(last.worker) : "–"],
        ["Arrived", `${clock(call.arrived_at)}`],
        ["Took", `${millis(1000 * Math.max(0, end - call.arrived_at))}${call.ended_at ? "" : " so far"}`],
        ["Session", call.session ? `#${call.session}` : "none"],
        ["Batch", last.batch ? `${last.batch} calls at once` : "none"],
        ["Arguments", bytes(last.in)],
        ["Result", bytes(last.out)],
      ];
      rows(
        facts,
        list,
        () => h("div", {}, h("dt", {}), h("dd", {})),
        (item, [label, value]) => {
          setText(item.firstElementChild, label);
          setText(item.lastElementChild, value);
        },
      );
      drawWaterfall();
      const text = last.trace || [last.error, last.message].filter(Boolean).join(": ");
      show(failure, Boolean(text));
      setText(failure.firstElementChild, last.error ? "Exception" : "Reason");
      setText(failure.lastElementChild, text);
      rows(
        links,
        call.tries,
        () => h("li", {}, h("a", {})),
        (item, each) => {
          setText(item.firstElementChild, `Log of worker ${each.worker} at that time`);
          const at = Math.floor(1000 * (each.started_at || each.routed_at)) - 1;
          setAttribute(item.firstElementChild, "href", url(name, "logs", { worker: String(each.worker), at: String(at) }));
        },
      );
      const wanted = `vast4j call ${targetOf(data)} ${call.function && !call.function.startsWith("(") ? quoted(call.function) : "FUNCTION"} ARGUMENTS`;
      if (wanted !== target) {
        target = wanted;
        hints.replaceChildren(command("Call it again with arguments", wanted));
      }
    },
    grow() {
      if (call && !call.ended_at) {
        drawWaterfall();
      }
    },
  };
}

// -- all of it ---------------------------------------------------------------------------------

/**
 * The page of one deployment.
 *
 * @param name the deployment's name
 * @param engineNow returns the engine's time, in seconds
 */
export function deployment(name, engineNow) {
  let tab = null;
  let parameters = {};
  let data = null;
  let history = null;
  let panel = null;
  let opened = null;
  let openedBy = null;

  const navigate = (changes) => {
    location.hash = url(name, tab, { ...parameters, ...changes });
  };
  const title = h("h1", {}, name);
  const state = badge();
  const about = h("p", { class: "soft facts-line" });
  const why = h("p", { class: "why-line bad" });
  const figures = h("dl", { class: "figures" });
  const drawn = charts();
  const tabs = h(
    "nav",
    { class: "tabs", "aria-label": "Parts of the deployment" },
    ...TABS.map((each) => h("a", { href: url(name, each) }, each[0].toUpperCase() + each.slice(1))),
  );
  const holder = h("div", { class: "panel" });
  const gone = h("section", { class: "card" }, h("h1", {}, name), h("p", {}, "There is no such deployment on this engine."), h("p", {}, h("a", { href: "#/" }, "All deployments")));
  const card = h(
    "article",
    { class: "card" },
    h("p", { class: "crumb" }, h("a", { href: "#/" }, "All deployments")),
    h("div", { class: "bar" }, title, state),
    about,
    why,
    figures,
    h("div", { class: "charts" }, ...drawn.map((each) => each.node)),
    h(
      "p",
      { class: "legend marks-legend" },
      h("span", {}, h("span", { class: "mark update" }), "update"),
      h("span", {}, h("span", { class: "mark scaling" }), "scaling decision"),
      h("span", {}, h("span", { class: "mark failure" }), "failure"),
    ),
    tabs,
    holder,
  );
  const node = h("div", {}, card, gone);
  show(gone, false);
  card.classList.add("loading");

  function makePanel() {
    switch (tab) {
      case "workers":
        return workers(name);
      case "versions":
        return versions();
      case "scaling":
        return scaling();
      case "logs": {
        const view = logs({ name, navigate });
        const hints = commands(command("Follow them in a terminal", `vast4j logs ${quoted(name)} -f`));
        return {
          node: h("div", {}, view.node, hints),
          update: (next) => view.update({ worker: parameters.worker, line: parameters.line, at: parameters.at }, next.workers_list),
          close: view.close,
        };
      }
      default:
        return requests(name, navigate, engineNow);
    }
  }

  function closeCall() {
    navigate({ call: "" });
  }

  function showCall() {
    const wanted = parameters.call || null;
    if (!wanted) {
      if (dialog.open) {
        dialog.close();
        const link = [...holder.querySelectorAll("a")].find((each) => each.textContent === openedBy);
        link?.focus({ preventScroll: true });
      }
      opened = null;
      return;
    }
    if (!opened) {
      opened = callView(name, closeCall, engineNow);
      openedBy = `#${wanted}`;
      dialog.replaceChildren(...opened.content);
    }
    if (data) {
      opened.update(data, wanted);
    }
    if (!dialog.open) {
      dialog.showModal();
    }
  }

  function cancelled(event) {
    event.preventDefault();
    closeCall();
  }

  dialog.addEventListener("cancel", cancelled);
  const timer = setInterval(() => {
    panel?.grow?.();
    opened?.grow();
  }, 250);

  function refresh() {
    if (!data || data.gone) {
      return;
    }
    setBadge(state, data.state, TONES[data.state]);
    setText(about, data.image ? `version ${versionText(data)} · ${workersText(data.workers)} · ${data.image} · deployment ${data.deployment}` : "no deployment: this endpoint cannot have workers here");
    setText(why, data.why || "");
    const list = [
      ["Workers ready", `${data.workers.ready} of ${data.workers.total}`, ""],
      ["Calls", rate(data.calls), ""],
      ["Errors", rate(data.errors), data.errors > 0 ? "bad" : ""],
      ["p50", millis(data.p50), ""],
      ["p95", millis(data.p95), ""],
      ["Waiting", String(data.queue), ""],
    ];
    rows(
      figures,
      list,
      () => h("div", {}, h("dt", {}), h("dd", {})),
      (item, [label, value, tone]) => {
        setText(item.firstElementChild, label);
        setText(item.lastElementChild, value);
        setAttribute(item.lastElementChild, "class", tone);
      },
    );
    for (const each of drawn) {
      each.update(history);
    }
    panel?.update(data);
  }

  return {
    node,
    title: name,
    route(next, given) {
      parameters = given;
      const wanted = TABS.includes(next) ? next : "requests";
      if (wanted !== tab) {
        panel?.close?.();
        tab = wanted;
        panel = makePanel();
        holder.replaceChildren(panel.node);
      }
      TABS.forEach((each, i) => {
        if (each === tab) {
          tabs.children[i].setAttribute("aria-current", "page");
        } else {
          tabs.children[i].removeAttribute("aria-current");
        }
      });
      panel.route?.(given);
      if (data) {
        refresh();
      }
      showCall();
    },
    update(next) {
      data = next;
      history = next.history || history;
      card.classList.remove("loading");
      show(card, !next.gone);
      show(gone, Boolean(next.gone));
      if (!next.gone) {
        refresh();
        if (opened) {
          showCall();
        }
      }
    },
    close() {
      panel?.close?.();
      clearInterval(timer);
      dialog.removeEventListener("cancel", cancelled);
      if (dialog.open) {
        dialog.close();
      }
    },
  };
}
