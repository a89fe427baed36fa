/* The theme would bring a page anew for the first link within it, and listings forget where they stand. So the browser alone follows
   links, "back" and "forward" there. This comes before the theme's script: the window asks its listeners in order. */
(() => {
  "use strict"

  const opened = location.pathname
  let isOpened = true

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]")
    if (!isOpened || !link || link.target || link.origin !== location.origin || event.ctrlKey || event.metaKey || event.shiftKey) return
    if (!link.hash || link.pathname !== opened || link.search !== location.search) return (isOpened = false)
    event.stopPropagation()
    // For the browser nothing changes then; the theme waits for this to close its menu.
    if (link.hash === location.hash) dispatchEvent(new HashChangeEvent("hashchange"))
  }, true)

  // It would open all that is folded away, and print it.
  addEventListener("beforeprint", (event) => event.stopImmediatePropagation())

  addEventListener("popstate", (event) => {
    isOpened &&= location.pathname === opened
    if (isOpened) event.stopImmediatePropagation()
  })
})()
