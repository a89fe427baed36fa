// Keeps a page that is being edited up to date: the list of what is wrong at once, the page when it was made again.
(() => {
  const own = document.currentScript;
  let epoch = Number(own.dataset.epoch);
  const events = new EventSource(own.dataset.events);
  const refresh = async () => {
    const answer = await fetch(`${own.dataset.board}?path=${encodeURIComponent(location.pathname)}`);
    const holder = document.querySelector("bb-problems");
    if (answer.ok && holder) holder.innerHTML = await answer.text();
  };
  events.onmessage = ({ data }) => {
    const news = JSON.parse(data);
    if (news.epoch === epoch) return;
    const missed = news.epoch !== epoch + 1;
    epoch = news.epoch;
    if (missed || news.pages === null || news.pages.includes(location.pathname)) location.reload();
    else refresh();
  };
  addEventListener("pagehide", () => events.close());
})();
