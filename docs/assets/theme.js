/* What scrolls takes the focus, for the keyboard; scripts that few pages need come where they are needed. */
(() => {
  const HERE = document.currentScript.src
  const NEEDED = { "bb-network, bb-rounds": "network.js", ".bb-beside": "beside.js", "details.question": "why.js" }

  const load = () => {
    for (const [selector, name] of Object.entries(NEEDED)) {
      if (!document.querySelector(selector)) continue
      delete NEEDED[selector]
      document.head.append(Object.assign(document.createElement("script"), { src: new URL(name, HERE) }))
    }
  }

  const SCROLLERS = ".md-typeset pre, .md-typeset pre > code, .md-typeset__scrollwrap, .bb-grid, .bb-var, .bb-note-inner"
  const scrolls = ({ overflowX, overflowY }, node) =>
    (/auto|scroll/.test(overflowX) && node.scrollWidth > node.clientWidth) ||
    (/auto|scroll/.test(overflowY) && node.scrollHeight > node.clientHeight)

  const check = () => {
    load()
    // Measured before anything is written: each change would lay the page out again.
    const measured = Array.from(document.querySelectorAll(SCROLLERS), (node) => [node, scrolls(getComputedStyle(node), node)])
    for (const [node, needs] of measured) {
      if (needs && !node.hasAttribute("tabindex")) node.tabIndex = node.dataset.scrolls = 0
      else if (!needs && node.dataset.scrolls) for (const name of ["tabindex", "data-scrolls"]) node.removeAttribute(name)
    }
  }

  // Asks for the layout: not while drawing.
  let waiting = 0
  const later = () => {
    clearTimeout(waiting)
    waiting = setTimeout(check, 150)
  }

  check()
  addEventListener("load", check)
  addEventListener("resize", later)
  addEventListener("toggle", later, { capture: true })
  new MutationObserver(later).observe(document.body, { childList: true, subtree: true, attributeFilter: ["class", "hidden"] })
})()
