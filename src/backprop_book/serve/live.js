// Keeps a page that is being edited up to date: the list of what is wrong at once, and what the page shows when it was made again.
(() => {
  const own = document.currentScript;
  const KEPT = "backprop-book-focus";
  let epoch = Number(own.dataset.epoch);
  let events = null;
  let known = null; // this page as it was last handed out, with the article that shows it
  let turn = 0;

  const refresh = async () => {
    const answer = await fetch(`${own.dataset.board}?path=${encodeURIComponent(location.pathname)}`);
    const holder = document.querySelector("bb-problems");
    if (answer.ok && holder) holder.innerHTML = await answer.text();
  };

  const selector = (element) => {
    if (element.id) return `#${CSS.escape(element.id)}`;
    if (element === document.body) return "body";
    const place = [...element.parentElement.children].indexOf(element) + 1;
    return `${selector(element.parentElement)} > ${element.localName}:nth-child(${place})`;
  };
  const focused = () => {
    const at = document.activeElement;
    return at && at !== document.body ? [selector(at), at.getBoundingClientRect().top] : [];
  };
  // A listing shows the note of the line that has the focus, a frame later, which may move what is below.
  const settled = (action) => requestAnimationFrame(() => requestAnimationFrame(action));
  const hold = (element, top) => scrollBy({ top: element.getBoundingClientRect().top - top, behavior: "instant" });
  const focus = ([place, top]) => {
    const at = place && document.querySelector(place);
    if (!at) return;
    at.focus({ preventScroll: true });
    settled(() => hold(at, top));
  };
  // The browser keeps where a page was scrolled to when it loads it again, but not which element had the focus.
  const reload = () => {
    sessionStorage.setItem(KEPT, JSON.stringify(focused()));
    location.reload();
  };
  const resume = () => {
    focus(JSON.parse(sessionStorage.getItem(KEPT) ?? "[]"));
    sessionStorage.removeItem(KEPT);
  };

  const blocks = (article) => [...article.children].filter(({ localName }) => localName !== "bb-problems");
  // A page as the server hands it out: its blocks, and all around them as text. Scripts have changed those that are shown.
  const page = async () => {
    const { pathname: path } = location;
    const answer = await fetch(path);
    const made = new DOMParser().parseFromString(await answer.text(), "text/html");
    const [article, script] = [made.querySelector("article"), made.querySelector("script[data-epoch]")];
    if (!answer.ok || !article) return null;
    const list = made.querySelector("bb-problems").innerHTML;
    const nodes = blocks(article);
    for (const node of [...article.children, script]) node.remove();
    const around = made.documentElement.innerHTML.replace(/\s+/g, " ");
    return { path, around, nodes, list, epoch: Number(script.dataset.epoch), texts: nodes.map((node) => node.outerHTML) };
  };
  const remember = async () => {
    const article = document.querySelector("article");
    const found = await page();
    // What was made again meanwhile is not what is shown: then the next news loads it.
    if (found?.epoch === epoch) known = { ...found, article };
  };

  // Puts the blocks that changed in place of what is shown; those that did not stay as they are, with all that was opened or typed.
  const put = (shown, made) => {
    const before = known.texts;
    let [from, end] = [0, 0];
    if (shown.length !== made.nodes.length) {
      const least = Math.min(shown.length, made.nodes.length);
      while (from < least && before[from] === made.texts[from]) from++;
      while (end < least - from && before.at(-1 - end) === made.texts.at(-1 - end)) end++;
      const [old, fresh] = [shown, made.nodes].map((all) => all.slice(from, all.length - end));
      for (const node of fresh) known.article.insertBefore(node, shown[from] ?? null);
      for (const node of old) node.remove();
      return new Map(old.map((node) => [node, fresh[0]]));
    }
    const changed = new Map(shown.map((node, at) => [node, made.nodes[at]]).filter((_, at) => before[at] !== made.texts[at]));
    for (const [old, fresh] of changed) old.replaceWith(fresh);
    return changed;
  };
  const update = async () => {
    const mine = ++turn;
    const made = await page();
    if (mine !== turn) return; // something newer is on its way
    const article = document.querySelector("article");
    const shown = article && blocks(article);
    const same = made && known?.article === article && known.path === made.path && known.around === made.around;
    if (!same || shown.length !== known.texts.length || made.nodes.some((node) => node.querySelector("script"))) return reload();
    const at = focused();
    const first = shown.find((node) => node.getBoundingClientRect().bottom > 0);
    const top = first?.getBoundingClientRect().top;
    const changed = put(shown, made);
    document.querySelector("bb-problems").innerHTML = made.list;
    if (at.length) focus(at);
    else document.activeElement?.blur();
    const stays = changed.get(first) ?? first;
    const stay = () => stays?.isConnected && scrollY && hold(stays, top);
    stay();
    settled(() => {
      // The theme wraps tables, and follows headings: it is told of new ones as of a page that it has brought.
      for (const wrapped of article.querySelectorAll(".md-typeset__scrollwrap")) wrapped.replaceWith(wrapped.querySelector("table"));
      window.document$?.next?.(document);
      stay();
    });
    known = { ...made, article };
  };

  const tell = ({ data }) => {
    const news = JSON.parse(data);
    epoch = news.epoch;
    if (news.pages === null) reload();
    else if (news.pages.includes(location.pathname)) update();
    else refresh();
  };
  // A browser holds few connections to one server, so only pages that can be seen keep one.
  const listen = () => {
    if (document.hidden || events) return;
    events = new EventSource(`${own.dataset.events}?epoch=${epoch}`);
    events.onmessage = tell;
  };
  const leave = () => {
    events?.close();
    events = null;
  };
  document.addEventListener("visibilitychange", () => (document.hidden ? leave() : listen()));
  addEventListener("pagehide", leave);
  addEventListener("pageshow", listen);
  addEventListener("load", () => { resume(); remember(); });
  listen();
})();
