/* Where a page was opened, the browser alone follows links within it: the theme would bring the page anew. Loaded before the theme. */
(() => {
  "use strict"

  const opened = location.pathname
  let isOpened = true

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]")
    // The theme does not hear of all links.
    if (link?.closest(".md-search")) document.querySelector("#__search:checked")?.click()
    if (!isOpened || !link || link.target || link.origin !== location.origin || event.ctrlKey || event.metaKey || event.shiftKey) return
    if (!link.hash || link.pathname !== opened || link.search !== location.search) return (isOpened = false)
    event.stopPropagation()
    // The theme waits for this to close its menu.
    if (link.hash === location.hash) dispatchEvent(new HashChangeEvent("hashchange"))
  }, true)

  // It would open all that is folded away, and print it.
  addEventListener("beforeprint", (event) => event.stopImmediatePropagation())

  addEventListener("popstate", (event) => {
    isOpened &&= location.pathname === opened
    if (!isOpened) return
    event.stopImmediatePropagation()
    dispatchEvent(new Event("bb-popstate")) // for book.js
  })
})()
