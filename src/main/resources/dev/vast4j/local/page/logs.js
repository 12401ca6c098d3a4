// Workers' output: followed, filtered, copied, downloaded, linked to by line.

import { clockMillis, copy, h, setAttribute, setText, show } from "./dom.js";

const MOST = 3000;
const KEPT = 2000;
const POLL_MILLIS = 1000;

/** @param options name of the deployment; navigate(parameters) */
export function logs({ name, navigate }) {
  const worker = h("select", { "aria-label": "Worker", onchange: () => navigate({ worker: worker.value, line: "", at: "" }) });
  const filter = h("input", { type: "search", placeholder: "Filter lines", "aria-label": "Filter lines", oninput: applyFilter });
  const follow = h("input", { type: "checkbox", checked: true, onchange: toEnd });
  const copyButton = h("button", { type: "button", onclick: () => copy(visibleText(), copyButton) }, "Copy");
  const download = h("a", { class: "button", download: "workers.log" }, "Download");
  const about = h("p", { class: "soft", role: "status" });
  const list = h("div", { class: "log", tabindex: "0", role: "region", "aria-label": "Log lines" });
  const node = h(
    "section",
    { class: "logs" },
    h(
      "div",
      { class: "filters" },
      worker,
      filter,
      h("label", { class: "check" }, follow, " Follow"),
      copyButton,
      download,
    ),
    about,
    list,
  );

  let parameters = {};
  let workers = [];
  let ids = "";
  let last = 0;
  let loading = false;
  let jumped = false;
  let closed = false;
  let answered = true;

  function wanted() {
    return parameters.worker ? [parameters.worker] : workers.map((each) => String(each.id));
  }

  /** Takes the URL's parameters and the deployment's workers. */
  function update(next, known) {
    const jump = next.line !== parameters.line || next.at !== parameters.at;
    parameters = next;
    workers = known;
    const options = ["", ...new Set([...workers.map((each) => String(each.id)), ...(next.worker ? [next.worker] : [])])];
    if (options.join() !== [...worker.options].map((option) => option.value).join()) {
      worker.replaceChildren(...options.map((id) => h("option", { value: id }, id ? `Worker ${id}` : "All workers")));
    }
    worker.value = next.worker || "";
    const query = wanted().map((id) => `id=${id}`).join("&");
    setAttribute(download, "href", `worker-log.txt?${query}`);
    if (query !== ids) {
      const grown = ids && query.startsWith(`${ids}&`);
      ids = query;
      if (!grown) {
        last = 0;
        list.replaceChildren();
      }
      load();
    }
    if (jump) {
      jumped = false;
      goTo();
    }
  }

  async function load() {
    if (loading || closed || !ids) {
      describe();
      return;
    }
    loading = true;
    const asked = ids;
    try {
      const answer = await fetch(`worker-log?${asked}&after=${last}`);
      answered = answer.ok;
      if (answer.ok && asked === ids && !closed) {
        add((await answer.json()).lines);
      }
    } catch {
      answered = false;
    }
    loading = false;
    describe();
  }

  function lineNode(line) {
    return h(
      "div",
      { class: "l", "data-n": String(line.n), "data-at": String(line.at) },
      h(
        "a",
        {
          class: "t",
          tabindex: "-1",
          href: `#/deployments/${encodeURIComponent(name)}/logs?${parameters.worker ? `worker=${parameters.worker}&` : ""}line=${line.n}`,
        },
        clockMillis(line.at),
      ),
      parameters.worker ? null : h("span", { class: "w" }, String(line.worker)),
      h("span", { class: "x" }, line.text),
    );
  }

  function add(lines) {
    if (lines.length === 0) {
      goTo();
      return;
    }
    last = lines.at(-1).n;
    const nodes = lines.map(lineNode);
    nodes.forEach(filterLine);
    list.append(...nodes);
    trim();
    goTo();
    toEnd();
  }

  /**
   * Forgets the oldest lines, many at a time. A selection and the focus must survive, and who reads further up must not
   * lose the place. All lines are put in anew, so that none counts as moved.
   */
  function trim() {
    const many = list.children.length;
    const busy = !document.getSelection().isCollapsed || list.contains(document.activeElement.closest(".l"));
    if (many > MOST && !busy && follow.checked) {
      list.replaceChildren(...[...list.children].slice(many - KEPT));
    } else if (many > 5 * MOST) {
      list.replaceChildren(...[...list.children].slice(many - MOST));
    }
  }

  function toEnd() {
    if (follow.checked && document.getSelection().isCollapsed) {
      list.scrollTop = list.scrollHeight;
    }
  }

  /** Goes to the line or the time that the URL names, once. */
  function goTo() {
    if (jumped || list.children.length === 0 || !(parameters.line || parameters.at)) {
      return;
    }
    const found = parameters.line
      ? list.querySelector(`[data-n="${Number(parameters.line)}"]`)
      : [...list.children].find((line) => Number(line.dataset.at) >= Number(parameters.at)) || list.lastElementChild;
    for (const old of list.querySelectorAll(".here")) {
      old.classList.remove("here");
    }
    if (found) {
      jumped = true;
      follow.checked = false;
      found.classList.add("here");
      found.scrollIntoView({ block: "center" });
    }
  }

  function filterLine(line) {
    const text = filter.value.trim().toLowerCase();
    show(line, !text || line.lastElementChild.textContent.toLowerCase().includes(text));
  }

  function applyFilter() {
    for (const line of list.children) {
      filterLine(line);
    }
    describe();
    toEnd();
  }

  function visible() {
    return [...list.children].filter((line) => !line.hidden);
  }

  function visibleText() {
    return visible()
      .map((line) => [...line.children].map((part) => part.textContent).join(" "))
      .join("\n");
  }

  function describe() {
    const all = list.children.length;
    const shown = visible().length;
    setText(
      about,
      !answered
        ? "The engine does not answer."
        : all === 0
          ? "Nothing printed yet."
          : shown === all
            ? `${all} lines`
            : `${shown} of ${all} lines`,
    );
  }

  list.addEventListener("scroll", () => {
    const atEnd = list.scrollTop + list.clientHeight >= list.scrollHeight - 8;
    if (!atEnd && list.matches(":hover, :focus-within, :focus")) {
      follow.checked = false;
    }
  });
  list.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const shown = visible();
    if (!step || shown.length === 0) {
      return;
    }
    const at = shown.findIndex((line) => line.contains(document.activeElement));
    const next = at < 0 ? (step > 0 ? 0 : shown.length - 1) : Math.max(0, Math.min(shown.length - 1, at + step));
    follow.checked = false;
    shown[next].firstElementChild.focus();
    event.preventDefault();
  });
  const timer = setInterval(load, POLL_MILLIS);

  return {
    node,
    update,
    close() {
      closed = true;
      clearInterval(timer);
    },
  };
}
