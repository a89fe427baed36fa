/* A link within a page stays in it. For the first link within a page that was opened, the theme brings all of that page anew:
   the listings forget where they stand, and if the page was scrolled just before, the link leads nowhere. Until the theme has
   brought another page, the browser itself goes where links, "back" and "forward" lead within the page.
   This comes before the theme's own script: listeners of the window are asked in the order in which they came. */
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

  addEventListener("popstate", (event) => {
    isOpened &&= location.pathname === opened
    if (isOpened) event.stopImmediatePropagation()
  })
})()
