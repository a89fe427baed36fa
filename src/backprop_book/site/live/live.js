// Keeps a page that is being edited up to date: the list of what is wrong at once, and what the page shows when it was made again.
(() => {
  const own = document.currentScript;
  const KEPT = "backprop-book-focus";
  let epoch = Number(own.dataset.epoch);
  let events = null;
  let known = null; // this page as it was last handed out, and the article that shows it
  let work = Promise.resolve();
  // One thing after the other: what was asked for later is newer.
  const next = (action) => (work = work.then(action, action));

  // What is newly wrong is marked at once, where the words are those that the server knows, and not only when the page was made again.
  const marks = [];
  const mark = () => {
    for (const [words, why] of marks.splice(0)) {
      words.classList.remove("bb-wrong-words");
      why.remove();
    }
    for (const item of document.querySelectorAll(".bb-board [data-of]")) {
      const words = document.querySelector(`[data-at="${CSS.escape(item.dataset.of)}"]`);
      if (!words) continue;
      const why = Object.assign(document.createElement("span"), { className: "bb-wrong-why", role: "note" });
      for (const part of item.querySelectorAll(".bb-wrong-what, .bb-wrong-found, .bb-wrong-expected")) why.append(part.cloneNode(true), " ");
      words.classList.add("bb-wrong-words");
      words.after(why);
      marks.push([words, why]);
    }
  };
  const refresh = async () => {
    const answer = await fetch(`${own.dataset.board}?path=${encodeURIComponent(location.pathname)}`);
    const holder = document.querySelector("bb-problems");
    if (answer.ok && holder) holder.innerHTML = await answer.text();
    mark();
    if (!known) await remember();
  };

  const selector = (element) => {
    if (element.id) return `#${CSS.escape(element.id)}`;
    if (element === document.body) return "body";
    const place = [...element.parentElement.children].indexOf(element) + 1;
    return `${selector(element.parentElement)} > ${element.localName}:nth-child(${place})`;
  };
  // What has the focus, and how far below the top of the window it is.
  const focused = () => {
    const at = document.activeElement;
    return at && at !== document.body ? [selector(at), at.getBoundingClientRect().top] : [];
  };
  const focus = (at) => (at ? at.focus({ preventScroll: true }) : document.activeElement?.blur());
  const hold = (element, top) => scrollBy({ top: element.getBoundingClientRect().top - top, behavior: "instant" });
  // A listing shows the note of the line that has the focus, a frame later, which may move what is below.
  const settled = (action) => requestAnimationFrame(() => requestAnimationFrame(action));

  // The browser keeps where a page was scrolled to when it loads it again, but not which element had the focus.
  const reload = () => {
    sessionStorage.setItem(KEPT, JSON.stringify(focused()));
    location.reload();
  };
  const resume = () => {
    const [place, top] = JSON.parse(sessionStorage.getItem(KEPT) ?? "[]");
    sessionStorage.removeItem(KEPT);
    const at = place && document.querySelector(place);
    if (!at) return;
    focus(at);
    settled(() => hold(at, top));
  };

  const blocks = (article) => [...article.children].filter(({ localName }) => localName !== "bb-problems");
  // A page as the server hands it out, where scripts have changed nothing yet: its blocks, and all around them as text.
  const page = async () => {
    const { pathname: path } = location;
    const answer = await fetch(path);
    const made = new DOMParser().parseFromString(await answer.text(), "text/html");
    const [article, script] = [made.querySelector("article"), made.querySelector("script[data-epoch]")];
    if (!answer.ok || !article) return null;
    const nodes = blocks(article);
    for (const node of [...article.children, script]) node.remove();
    const around = made.documentElement.innerHTML.replace(/\s+/g, " ");
    return { path, around, nodes, epoch: Number(script.dataset.epoch), texts: nodes.map((node) => node.outerHTML) };
  };
  const remember = async () => {
    const article = document.querySelector("article");
    const found = await page();
    // If it was made again meanwhile, that is not what is shown: the next news of it loads it.
    if (found?.epoch === epoch) known = { ...found, article };
  };

  // Puts the blocks that changed in the place of those that are shown. Returns which came for which.
  const put = (shown, { nodes, texts }) => {
    const before = known.texts;
    let [start, end] = [0, 0];
    if (shown.length === nodes.length) {
      const changed = shown.map((old, at) => [old, nodes[at]]).filter((_, at) => before[at] !== texts[at]);
      for (const [old, fresh] of changed) old.replaceWith(fresh);
      return new Map(changed);
    }
    const least = Math.min(shown.length, nodes.length);
    while (start < least && before[start] === texts[start]) start++;
    while (end < least - start && before.at(-1 - end) === texts.at(-1 - end)) end++;
    const [gone, fresh] = [shown, nodes].map((all) => all.slice(start, all.length - end));
    for (const node of fresh) known.article.insertBefore(node, shown[start] ?? null);
    for (const node of gone) node.remove();
    return new Map(gone.map((node) => [node, fresh[0]]));
  };
  // What did not change stays as it is, with all that was opened and typed there.
  const update = async () => {
    const made = await page();
    const article = document.querySelector("article");
    const shown = article && blocks(article);
    const same = made && known?.article === article && known.path === made.path && known.around === made.around;
    if (!same || shown.length !== known.texts.length || made.nodes.some((node) => node.querySelector("script"))) return reload();
    const active = document.activeElement;
    const [place, height] = focused();
    const first = shown.find((node) => node.getBoundingClientRect().bottom > 0);
    const top = height ?? first?.getBoundingClientRect().top;
    const isScrolled = scrollY > 0;
    const fresh = put(shown, made);
    for (const listing of article.querySelectorAll("bb-listing")) listing.isUpdate = true; // the reader is here, and does not arrive
    known = { ...made, article };
    const still = place && (active.isConnected ? active : document.querySelector(place));
    focus(still);
    const at = still ?? fresh.get(first) ?? first;
    // A listing goes to the step that the address names. At the very top, the list of what is wrong shall be seen.
    const stay = () => {
      if (!isScrolled) scrollTo({ top: 0, behavior: "instant" });
      else if (at?.isConnected) hold(at, top);
    };
    stay();
    settled(() => {
      // The theme wraps tables and follows headings: it is told of new ones as of a page that it has brought itself.
      for (const wrapped of article.querySelectorAll(".md-typeset__scrollwrap")) wrapped.replaceWith(wrapped.querySelector("table"));
      window.document$?.next?.(document);
      stay();
    });
    await refresh();
  };

  const tell = ({ data }) => {
    const news = JSON.parse(data);
    if (news.pages === null) reload();
    else next(() => {
      epoch = news.epoch;
      return news.pages.includes(location.pathname) ? update() : refresh();
    });
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
  addEventListener("load", () => {
    resume();
    next(remember);
  });
  listen();
})();
