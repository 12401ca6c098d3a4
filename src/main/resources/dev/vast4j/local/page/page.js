// Routes by the URL's fragment: "#/" and "#/deployments/NAME/TAB?parameters". Each view shows what one stream of events
// tells.

import { clock, h, setText } from "./dom.js";
import { deployment } from "./deployment.js";
import { overview } from "./overview.js";

const STEPS = 179;

const main = document.getElementById("view");
const connection = document.getElementById("connection");

let events = null;
let query = null;
let view = null;
let viewKey = null;
let retry = null;

/** How many seconds the engine's clock is ahead of this one. */
let ahead = 0;

/** When the connection was lost, in seconds; null while it is there. */
let lostAt = null;

/** The engine's time. It stands still while the engine cannot be heard, and with it all that runs. */
function engineNow() {
  return (lostAt ?? Date.now() / 1000) + ahead;
}

function parse() {
  const [path, parameters] = location.hash.slice(1).split("?");
  const parts = path.split("/").filter(Boolean).map(decoded);
  const given = Object.fromEntries(new URLSearchParams(parameters || ""));
  return parts[0] === "deployments" && parts[1]
    ? { name: parts[1], tab: parts[2] || "requests", parameters: given }
    : { name: null, tab: "", parameters: given };
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Shows the view that the URL names. */
function route() {
  if (!location.hash.startsWith("#/") && location.hash.length > 1) {
    return; // a link within the page
  }
  const wanted = parse();
  const key = wanted.name === null ? "overview" : `deployment ${wanted.name}`;
  if (key !== viewKey) {
    const moved = viewKey !== null;
    view?.close();
    viewKey = key;
    view = wanted.name === null ? overview() : deployment(wanted.name, engineNow);
    main.replaceChildren(view.node);
    if (moved) {
      scrollTo(0, 0);
      main.focus({ preventScroll: true });
    }
  }
  document.title = `${view.title} · vast4j local engine`;
  view.route?.(wanted.tab, wanted.parameters);
  connect(wanted);
}

/** Opens a stream for what the view needs, unless it is open. */
function connect({ name, tab, parameters }) {
  const next = new URLSearchParams();
  if (name !== null) {
    next.set("deployment", name);
    for (const each of ["function", "state", "version", "text", "call"]) {
      if (parameters[each] && (tab === "requests" || each === "call")) {
        next.set(each, parameters[each]);
      }
    }
  }
  const wanted = String(next);
  if (wanted === query && events && events.readyState !== EventSource.CLOSED) {
    return;
  }
  clearTimeout(retry);
  events?.close();
  query = wanted;
  events = new EventSource(wanted ? `events?${wanted}` : "events");
  const mine = events;
  events.addEventListener("open", () => {
    lostAt = null;
    connection.classList.remove("lost");
    setText(connection, `live · ${location.host}`);
  });
  events.addEventListener("message", (event) => {
    if (mine === events) {
      const data = JSON.parse(event.data);
      ahead = data.now - Date.now() / 1000;
      if (data.history) {
        data.history.steps = STEPS;
      }
      view.update(data);
    }
  });
  events.addEventListener("error", () => {
    if (mine === events) {
      lostAt ??= Date.now() / 1000;
      connection.classList.add("lost");
      setText(connection, `the engine has not responded since ${clock(engineNow())}; retrying`);
      if (mine.readyState === EventSource.CLOSED) {
        refused();
      }
    }
  });
}

/** Finds out whether the engine refused, or cannot be reached. */
async function refused() {
  try {
    const answer = await fetch("worker-log?after=0");
    if (answer.status === 401) {
      lock();
      return;
    }
  } catch {
    // It is down; what is shown stays.
  }
  retry = setTimeout(route, 1000);
}

function lock() {
  view?.close();
  viewKey = null;
  view = { update() {}, close() {}, title: "Locked" };
  setText(connection, "locked");
  main.replaceChildren(
    h(
      "section",
      { class: "card", id: "locked" },
      h("h1", {}, "This page is locked"),
      h("p", {}, "Other users of this machine can reach its port, so the page needs the engine's token once."),
      h("p", {}, "Open the URL that the engine printed when it started, or run"),
      h("p", {}, h("code", {}, `vast4j open --port ${location.port}`)),
    ),
  );
}

addEventListener("hashchange", route);
route();
