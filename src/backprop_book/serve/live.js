// Keeps a page that is being edited up to date: the list of what is wrong at once, the page when it was made again.
(() => {
  const own = document.currentScript;
  const KEPT = "backprop-book-focus";
  let epoch = Number(own.dataset.epoch);
  let events = null;
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
  // The browser keeps where a page was scrolled to when it loads it again, but not which element had the focus.
  const reload = () => {
    const at = document.activeElement;
    if (at && at !== document.body) {
      sessionStorage.setItem(KEPT, JSON.stringify([selector(at), at.getBoundingClientRect().top]));
    }
    location.reload();
  };
  const resume = () => {
    const [place, top] = JSON.parse(sessionStorage.getItem(KEPT) ?? "[]");
    sessionStorage.removeItem(KEPT);
    const at = place && document.querySelector(place);
    if (!at) return;
    at.focus({ preventScroll: true });
    // A listing shows the note of the line that has the focus, a frame later, which may move what is below.
    requestAnimationFrame(() => requestAnimationFrame(() => scrollBy(0, at.getBoundingClientRect().top - top)));
  };
  const tell = ({ data }) => {
    const news = JSON.parse(data);
    epoch = news.epoch;
    if (news.pages === null || news.pages.includes(location.pathname)) reload();
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
  addEventListener("load", resume);
  listen();
})();
