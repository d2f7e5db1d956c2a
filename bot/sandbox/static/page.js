// The chat page. Everything people wrote is put in with textContent; nothing is ever parsed as markup.
"use strict";

const $ = (id) => document.getElementById(id);
const view = { me: "", article: "", seen: {}, drawn: {}, busy: false };

function el(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

function button(text, onClick, className) {
  const node = el("button", className, text);
  node.type = "button";
  node.addEventListener("click", onClick);
  return node;
}

function toast(text) {
  $("toast").textContent = text;
  $("toast").hidden = false;
  clearTimeout(toast.timer);
  toast.timer = setTimeout(() => { $("toast").hidden = true; }, 3500);
}

async function deed(name, data) {
  try {
    const response = await fetch("/sandbox/" + name, {
      method: "POST", headers: { "Content-Type": "application/json", "X-Sandbox": "1" }, body: JSON.stringify(data),
    });
    const result = await response.json();
    if (!response.ok) toast(result.error || "没有成功");
    await refresh();
    return response.ok ? result : null;
  } catch {
    toast("沙盒没有回应");
    return null;
  }
}

// Draws a part only when its data changed, so that selections and half-written replies survive a refresh.
function changed(part, data) {
  const text = JSON.stringify(data);
  if (view.drawn[part] === text) return false;
  view.drawn[part] = text;
  return true;
}

async function refresh() {
  let state;
  try {
    const query = new URLSearchParams({ me: view.me, article: view.article });
    state = await (await fetch("/sandbox/state?" + query)).json();
  } catch {
    $("clock").textContent = "沙盒已停止";
    return;
  }
  view.me = state.me;
  $("account").textContent = state.account.name;
  document.title = state.account.name + " · 微信沙盒";
  $("profile").textContent = state.account.profile;
  $("clock").textContent = state.clock.text;
  $("steps").hidden = !state.clock.moves;
  drawPeople(state);
  drawFollowBar(state);
  if (changed("chat", [state.me, state.chat])) drawChat(state);
  if (changed("hints", [state.hints, state.menu])) drawHints(state);
  const author = state.people.some((person) => person.id === state.me && person.author);
  if (changed("articles", [state.articles, view.article, author])) drawArticles(state.articles, author);
  if (changed("article", [state.article, state.me])) drawArticle(state);
  if (changed("log", state.log)) drawLog(state.log);
  const me = state.people.find((person) => person.id === state.me);
  $("window").textContent = me ? `现在还可以给「${me.name}」主动发 ${state.window} 条客服消息。` : "";
}

function drawPeople(state) {
  for (const person of state.people) {
    if (person.id === state.me || !(person.id in view.seen)) view.seen[person.id] = person.received;
  }
  const options = state.people.map((person) => {
    const fresh = person.received - view.seen[person.id];
    return [person.id, (person.author ? "作者 " : "") + person.name + (fresh > 0 ? `（${fresh} 条新）` : "")];
  });
  if (!changed("people", [options, state.me])) return;
  $("me").replaceChildren(...options.map(([id, label]) => {
    const option = el("option", "", label);
    option.value = id;
    return option;
  }));
  $("me").value = state.me;
}

function drawLog(log) {
  $("log").replaceChildren(...log.map((entry) => {
    const row = el("li");
    const what = el("span", "what" + (entry.side === "push" ? " push" : ""), entry.what + (entry.times > 1 ? ` ×${entry.times}` : ""));
    what.title = entry.path;
    row.append(el("time", "", entry.at), what, el("span", entry.ok ? "good" : "bad", entry.outcome));
    return row;
  }));
}

$("me").addEventListener("change", () => { view.me = $("me").value; refresh(); });
$("newcomer").addEventListener("click", async () => {
  const name = prompt("新读者叫什么？");
  const made = name && (await deed("newcomer", { name }));
  if (made) { view.me = made.me; refresh(); }
});
$("say").addEventListener("submit", async (event) => {
  event.preventDefault();
  const text = $("text").value;
  if (!text.trim()) return;
  $("text").value = "";
  if (!(await deed("say", { me: view.me, text }))) $("text").value = text;
});
$("text").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); $("say").requestSubmit(); }
});
for (const step of $("steps").querySelectorAll("button")) {
  step.addEventListener("click", () => deed("advance", { seconds: Number(step.dataset.seconds) }));
}
for (const tab of document.querySelectorAll("nav button")) {
  tab.addEventListener("click", () => { document.body.dataset.tab = tab.dataset.tab; });
}
const start = new URLSearchParams(location.search);
view.me = start.get("me") || "";
view.article = start.get("article") || "";
if (start.get("tab")) document.body.dataset.tab = start.get("tab");
refresh();
setInterval(refresh, 1000);
