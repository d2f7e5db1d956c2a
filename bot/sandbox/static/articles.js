// The article pane: the list, one article with its comments, and what can be done there.
"use strict";

function drawArticles(articles, author) {
  $("articles").hidden = Boolean(view.article);
  $("article").hidden = !view.article;
  const rows = articles.map((article) => {
    const row = button("", () => openArticle(article.key));
    row.append(el("span", "", article.title), el("small", "", `${article.comments} 留言 · ${article.replies} 回复`));
    return row;
  });
  if (author) rows.push(button("＋ 手动发一篇", publishByHand));
  $("articles").replaceChildren(el("h2", "", "文章"), ...rows);
}

function openArticle(key) {
  view.article = key;
  document.body.dataset.tab = "article";
  $("article-pane").scrollTop = 0;
  deed("open", { me: view.me, article: key });
}

async function publishByHand() {
  const title = prompt("标题（32 字以内）");
  const body = title && prompt("正文");
  if (body) await deed("publish", { title, body });
}

function drawArticle(state) {
  const article = state.article;
  if (!article) {
    if (view.article) { view.article = ""; view.drawn.articles = ""; }
    return;
  }
  const me = state.people.find((person) => person.id === state.me);
  const back = button("‹ 所有文章", () => { view.article = ""; refresh(); }, "back");
  const forward = button("转发到聊天", async () => {
    if (await deed("forward", { me: me.id, article: article.key })) document.body.dataset.tab = "chat";
  });
  forward.disabled = !me.follows;
  const bar = el("div", "bar");
  bar.append(back, forward);
  const facts = [article.author || state.account.name, article.date, article.notified ? "" : "未通知"].filter(Boolean);
  const head = [bar, el("h1", "", article.title), el("p", "note", facts.join(" · "))];
  const body = article.body.map((text) => el("p", "", text));
  const comments = el("div", "comments");
  const count = me.author ? `后台看到的留言 ${article.shown} 条` : `留言 ${article.shown} 条（精选的和你自己的）`;
  comments.append(el("h2", "", count));
  if (article.open && !me.author) comments.append(writeForm(article.key));
  for (const comment of article.list) comments.append(commentNode(comment, article, me, state.account.name));
  if (article.list.length < article.shown) comments.append(el("p", "note", `只列最近 ${article.list.length} 条。`));
  const draft = $("article").querySelector("textarea");
  const kept = draft ? draft.value : "";
  $("article").replaceChildren(...head, ...body, comments);
  const again = $("article").querySelector("textarea");
  if (again && kept) again.value = kept;
}

function writeForm(key) {
  const form = el("form", "write");
  const text = el("textarea");
  text.rows = 2;
  text.maxLength = 600;
  text.placeholder = "写留言";
  const send = el("button", "primary", "留言");
  form.append(text, send);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const written = text.value;
    text.value = "";
    if (written.trim() && !(await deed("comment", { me: view.me, article: key, text: written }))) text.value = written;
  });
  return form;
}

function commentNode(comment, article, me, account) {
  const node = el("div", "comment");
  const who = el("div", "who");
  who.append(el("b", "", comment.name), el("span", "", comment.at));
  if (comment.elected) who.append(el("span", "tag elected", "精选"));
  else if (comment.mine) who.append(el("span", "tag", "等待精选，别人还看不到"));
  node.append(who, el("div", "said", comment.text));
  if (comment.reply !== null) {
    const reply = el("div", "reply");
    reply.append(el("b", "", "作者" + (comment.by_hand && me.author ? "（后台手动）" : "")), comment.reply);
    node.append(reply);
  }
  const act = (action, more) => deed("backend", { article: article.key, comment: comment.id, action, ...more });
  const deeds = el("div", "deeds");
  if (me.author) {
    deeds.append(button(comment.elected ? "取消精选" : "精选", () => act(comment.elected ? "unelect" : "elect")));
    if (comment.reply === null) {
      deeds.append(button("后台回复", () => { const text = prompt("回复"); if (text) act("reply", { text }); }));
    }
  } else if (comment.mine) {
    deeds.append(button("删除我的留言", () => act("withdraw")));
  }
  if (deeds.childElementCount) node.append(deeds);
  return node;
}
