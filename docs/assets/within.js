/* Where a page was opened, the theme would bring it anew for the first link within it: listings forget where they stand, and the
   link leads nowhere if the page was scrolled just before. So the browser alone follows links, "back" and "forward" there.
   This comes before the theme's script: the window asks its listeners in the order in which they came. */
(() => {
  "use strict"

  const opened = location.pathname
  let isOpened = true

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]")
    // The theme would close its search only now.
    if (link?.closest(".md-search")) document.querySelector("#__search:checked")?.click()
    if (!isOpened || !link || link.target || link.origin !== location.origin || event.ctrlKey || event.metaKey || event.shiftKey) return
    if (!link.hash || link.pathname !== opened || link.search !== location.search) return (isOpened = false)
    event.stopPropagation()
    // For the browser nothing changes then; the theme waits for this to close its menu.
    if (link.hash === location.hash) dispatchEvent(new HashChangeEvent("hashchange"))
  }, true)

  addEventListener("popstate", (event) => {
    isOpened &&= location.pathname === opened
    if (!isOpened) return
    event.stopImmediatePropagation()
    dispatchEvent(new Event("bb-popstate")) // for the book's own scripts
  })
})()
