/** The script of the page that plays the cases: it connects, tries to set the field, and shows what our side saw. */

import { attemptedVersion } from './script-attempts.ts';

export const pageScript = `
"use strict";
const element = (id) => document.getElementById(id);
const say = (text) => { element("status").textContent = text; };
const marks = { pass: ["\\u2713", "pass"], fail: ["\\u2717", "fail"], observed: ["\\u00b7", "none"], inconclusive: ["?", "inconclusive"] };
/** So long a browser may take to end a connection that our side has ended, in ms. */
const limit = 15000;
let seen = 0;
let isOver = false;

const events = new EventSource("events");
const handlers = {
  case({ id, verdict, actual }) {
    const cell = element("case-" + id).cells[2];
    const [glyph, style] = marks[verdict];
    const mark = document.createElement("span");
    mark.className = "mark " + style;
    mark.textContent = glyph + " " + verdict;
    cell.replaceChildren(mark, " " + actual);
    seen += 1;
    const { max } = element("progress");
    element("progress").value = seen;
    element("count").textContent = seen + " of " + max;
  },
  attempt({ by, arrived, isAllowed }) {
    const what = arrived.length === 0 ? "no Sec-WebSocket-Version arrived" : "Sec-WebSocket-Version: " + arrived.join(" and ") + " arrived";
    show(by, isAllowed ? "pass" : "fail", what);
  },
  end({ verdict, reason, findings }) {
    isOver = true;
    events.close();
    const lines = [...(reason === null ? [] : [reason]), ...findings];
    element("findings").replaceChildren(...(lines.length === 0 ? ["Nothing was found"] : lines).map((line) => {
      const item = document.createElement("li");
      item.textContent = line;
      return item;
    }));
    element("result").hidden = false;
    say("Done: " + verdict + ". The report is where handshake13 runs.");
  },
};
events.onmessage = ({ data }) => {
  const event = JSON.parse(data);
  handlers[event.kind](event);
};
events.onerror = () => {
  if (!isOver) say("handshake13 no longer answers.");
};

function show(by, verdict, text) {
  const cell = element("attempt-" + by).cells[1];
  const [glyph, style] = marks[verdict];
  const mark = document.createElement("span");
  mark.className = "mark " + style;
  mark.textContent = glyph;
  cell.replaceChildren(mark, " " + text);
}

/** Settles when the browser has ended the connection, or our side. */
function play({ id, url }) {
  return new Promise((resolve) => {
    if (!element("case-" + id).cells[2].hasChildNodes()) element("case-" + id).cells[2].textContent = "connecting";
    const socket = new WebSocket(url, id.startsWith("sub-asked") ? ["asked.handshake13.example"] : []);
    const timer = setTimeout(() => { socket.close(); resolve(); }, limit);
    socket.onopen = () => socket.send("hello");
    socket.onclose = () => { clearTimeout(timer); resolve(); };
  });
}

async function playAll(urls) {
  for (const one of urls) await play(one);
}

const field = "Sec-WebSocket-Version";
const headers = { [field]: "${attemptedVersion}" };
const socketUrl = (by) => new URL("attempt/" + by, location.href.replace(/^http/, "ws")).href;
const attempts = {
  fetch: () => fetch("attempt/fetch", { headers }),
  request: () => fetch(new Request("attempt/request", { headers })),
  xhr: () => new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("GET", "attempt/xhr");
    request.setRequestHeader(field, headers[field]);
    request.onloadend = resolve;
    request.send();
  }),
  protocols: () => ended(new WebSocket(socketUrl("protocols"), { headers })),
  options: () => ended(new WebSocket(socketUrl("options"), [], { headers })),
};
const ended = (socket) => new Promise((resolve) => { socket.onclose = resolve; });

async function attemptAll() {
  for (const [by, attempt] of Object.entries(attempts)) {
    try {
      await attempt();
    } catch (error) {
      show(by, "pass", "refused: " + error.name);
    }
  }
}

async function ask(path) {
  const response = await fetch(path, { method: "POST" });
  return response.json();
}

async function main() {
  const urls = await ask("play");
  if (urls === null) {
    say("Another page plays the cases; this one shows their results.");
    return;
  }
  say("Playing");
  await playAll(urls);
  await attemptAll();
  await playAll(await ask("again"));
  await ask("done");
}
events.addEventListener("open", () => void main().catch((error) => say("The page failed: " + error)), { once: true });
`;
