/* A tick for each "why" that the reader could answer, kept in this browser only. */
(() => {
  "use strict"

  const KEPT = "bb-why-1" // {page#question: 1}

  let memory = {}
  const load = () => {
    try {
      memory = JSON.parse(localStorage.getItem(KEPT)) ?? memory
    } catch { /* refused: memory counts */ }
    return Object(memory)
  }
  const save = (kept) => {
    memory = kept
    try {
      localStorage.setItem(KEPT, JSON.stringify(kept))
    } catch { /* refused */ }
    show()
  }

  const LINE = `<label><input type="checkbox">I could answer this</label><span></span>
    <button type="button" aria-label="Forget which questions I could answer">Forget all</button>`

  const keys = new WeakMap()
  const all = () => [...document.querySelectorAll("details.question")].filter((block) => keys.has(block))

  const show = () => {
    const kept = load()
    const blocks = all()
    const here = blocks.filter((block) => kept[keys.get(block)]).length
    for (const block of blocks) {
      const known = Boolean(kept[keys.get(block)])
      const [label, count, forget] = block.querySelector(":scope > .bb-answered").children
      label.firstChild.checked = known
      block.classList.toggle("bb-known", known)
      block.querySelector(".bb-mark").textContent = known ? " (you could answer this)" : ""
      const total = Object.keys(kept).length
      count.textContent = `${here} of ${blocks.length} on this page, ${total} in the book.`
      count.hidden = forget.hidden = !total
    }
  }

  const add = (block) => {
    const summary = block.querySelector(":scope > summary")
    const question = summary.cloneNode(true)
    for (const tip of question.querySelectorAll(".bb-tip")) tip.remove()
    const key = `${location.pathname}#${question.textContent.trim()}`
    keys.set(block, key)
    const line = Object.assign(document.createElement("p"), { className: "bb-answered", innerHTML: LINE })
    const mark = Object.assign(document.createElement("span"), { className: "bb-mark" })
    const [label, , forget] = line.children
    label.firstChild.onchange = ({ target }) => {
      const kept = { ...load(), [key]: 1 }
      if (!target.checked) delete kept[key]
      save(kept)
    }
    forget.onclick = () => {
      save({})
      label.firstChild.focus()
    }
    summary.append(mark)
    block.append(line)
  }

  const scan = () => {
    const blocks = [...document.querySelectorAll("details.question")].filter((block) => !keys.has(block))
    blocks.forEach(add)
    if (blocks.length) show()
  }
  new MutationObserver(scan).observe(document.documentElement, { childList: true, subtree: true })
  scan()
})()
