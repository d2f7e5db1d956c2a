// The chat pane: bubbles, links that can be tapped, suggestions.
"use strict";

function drawFollowBar(state) {
  const me = state.people.find((person) => person.id === state.me);
  const bar = $("follow-bar");
  bar.hidden = !me || me.author;
  if (bar.hidden || !changed("follow", [me.id, me.follows])) return;
  bar.firstElementChild.textContent = me.follows ? "已关注" : `${me.name}还没有关注，不能发消息`;
  const act = button(me.follows ? "取消关注" : "关注", () => deed("follow", { me: me.id, on: !me.follows }));
  bar.lastElementChild.replaceWith(act);
}

function drawChat(state) {
  const me = state.people.find((person) => person.id === state.me);
  const chat = $("chat");
  const atEnd = chat.scrollHeight - chat.scrollTop - chat.clientHeight < 120 || view.chatOf !== state.me;
  view.chatOf = state.me;
  const rows = [];
  let when = "";
  for (const line of state.chat) {
    if (line.at !== when) rows.push(el("div", "when", (when = line.at)));
    rows.push(chatRow(line, me, state.account.name));
  }
  if (!rows.length) rows.push(el("div", "when", "还没有消息。说点什么吧。"));
  chat.replaceChildren(...rows);
  if (atEnd) chat.scrollTop = chat.scrollHeight;
}

function chatRow(line, me, account) {
  if (line.author === "system") {
    const row = el("div", "system");
    row.append(el("span", "", line.text));
    return row;
  }
  if (line.via === "event") return el("div", "when", line.text);
  const mine = line.author === "person";
  const row = el("div", "row" + (mine ? " mine" : ""));
  const bubble = el("div", "bubble");
  const via = { service: "客服消息", mass: "群发", preview: "预览" }[line.via];
  if (via) bubble.append(el("span", "via", via));
  fillBubble(bubble, line, mine);
  row.append(el("div", "face", [...(mine ? me.name : account)][0]), bubble);
  return row;
}

function fillBubble(bubble, line, mine) {
  if (line.picture && !mine) {
    const picture = el("img");
    picture.alt = "图片";
    picture.src = "/sandbox/media?id=" + encodeURIComponent(line.picture);
    bubble.append(picture);
  } else if (line.card) {
    const card = el("div", "card");
    card.append(el("b", "", line.card.title || ""), el("span", "note", line.card.description || ""));
    bubble.append(card);
  } else if (line.articles && line.articles.length) {
    for (const one of line.articles) bubble.append(button(one.title, () => openArticle(one.key), "link"));
  } else if (mine || !line.pieces.length) {
    bubble.append(line.text || "［" + line.kind + "］");
  } else {
    for (const piece of line.pieces) bubble.append(pieceNode(piece));
  }
}

function pieceNode(piece) {
  if (piece.content !== null && piece.content !== undefined) {
    return button(piece.text, () => deed("say", { me: view.me, text: piece.content, tap: true, menu_id: piece.menu_id }), "link");
  }
  if (!/^https?:\/\//.test(piece.href)) return document.createTextNode(piece.text);
  const link = el("a", "", piece.text);
  link.href = piece.href;
  link.target = "_blank";
  link.rel = "noopener noreferrer";
  return link;
}

function drawHints(state) {
  const chips = state.hints.map((text) => button(text, () => { $("text").value = text; $("text").focus(); }));
  const entries = state.menu.flatMap((entry) => (entry.sub_button && entry.sub_button.length ? entry.sub_button : [entry]));
  const menu = entries.filter((entry) => entry.type === "click")
    .map((entry) => button("☰ " + entry.name, () => deed("click", { me: view.me, key: entry.key })));
  $("hints").replaceChildren(...chips, ...menu);
}
