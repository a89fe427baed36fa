/* Predict first: what a step did is hidden until a question about it is answered. The data: src/backprop_book/render/payload.py */
(() => {
  "use strict"

  const CLOSE = 0.05 // how far off a number may be
  const TINY = 1e-6 // what is smaller may be rounding
  const FEW = 16 // entries that can be marked one by one
  const TALLY = "bb-predict-1" // {listing: {step: 1 if right, else 0}, "": listings that ask}

  let memory
  const load = () => {
    try {
      memory = JSON.parse(localStorage.getItem(TALLY)) ?? memory
    } catch { /* refused */ }
    return Object(memory)
  }
  const save = (key, tally) => {
    memory = { ...load(), [key]: tally }
    try {
      localStorage.setItem(TALLY, JSON.stringify(memory))
    } catch { /* refused */ }
  }

  /* A number (−.5, 0,5, 1,000, 1e-3, 1/2), and half a unit of its last digit. */
  const read = (text) => {
    const [first, below] = text.replace(/[−–]/g, "-").replace(/\s/g, "").split("/").map((part) => {
      const grouped = /\.|^[-+]?[1-9]\d{0,2}(,\d{3})+$/.test(part)
      const plain = part.replace(grouped ? /,/g : ",", grouped ? "" : ".")
      const [number, decimals = "", power = 0] = /^[-+]?\d*\.?(\d*)(?:e([-+]?\d+))?$/i.exec(plain) ?? []
      return [/\d/.test(number) ? Number(number) : NaN, 10 ** (power - decimals.length) / 2]
    })
    return below ? [first[0] / below[0], 0] : first
  }

  /* Right: as far as it is written. What was there before is never close. */
  const judge = ([guess, half], truth, old) => {
    const size = 1.000001 * Math.min(Math.abs(truth), 10 * Math.abs(truth - old) || Infinity)
    const off = Math.abs(guess - truth)
    if (guess === 0) return off < TINY && (off ? "Close" : "Right")
    return off <= size * CLOSE && (off <= Math.max(half * 1.000001, size * 5e-6) ? "Right" : "Close")
  }

  const isNumber = (text) => text && isFinite(text)
  const some = (list, test) => (list.some(test) ? list.filter(test) : list)
  const value = (name, truth, old) => ({ ask: "What is <code></code>?", name, truth, old, is: `${name} is ${truth}` })

  const table = ([, , heads, rowHeads, rows]) => rows.map((row, i) => row.split("\t").map((text, j) => ({
    text, place: (rowHeads && `${rowHeads.split("\t")[i]}, `) + heads.split("\t")[j],
    zero: text === "False" || Number(text) === 0, tiny: Math.abs(text) < TINY,
  })))

  /* The best first. */
  const about = (name, old, now, reads, salt) => {
    const asks = []
    const [shape] = /\(\d+, .*\d\)/.exec(now[0]) ?? []
    if (shape && !old) asks.push({ ask: "What is the shape of <code></code>?", name, shape, is: `the shape of ${name} is ${shape}` })
    // What the code writes out asks for its shape alone.
    if (!reads) return asks
    if (now.length < 4) return !shape && isNumber(now[1]) ? [value(name, now[1], old?.[1])] : asks
    const rows = table(now)
    const was = old?.[4] ? table(old).flat() : []
    const cells = rows.flat().map((cell, i) => ({ ...cell, old: was[i]?.text }))
    const zeros = cells.filter(({ zero }) => zero).map(({ place }) => `[${place}]`)
    const word = cells[0].text.endsWith("e") ? "False" : "zero"
    if (zeros.length && cells.length <= FEW && !now[2].includes("…") && cells.every(({ zero, tiny }) => zero || !tiny))
      asks.push({ ask: `Which entries of <code></code> are ${word}?`, name, rows, is: `${name} is ${word} at ${zeros.join(", ")}` })
    const telling = some(some(cells.filter(({ text }) => isNumber(text)), (cell) => cell.text !== cell.old), ({ tiny }) => !tiny)
    const cell = telling[salt % telling.length]
    return cell ? [...asks, value(`${name}[${cell.place}]`, cell.text, cell.old)] : asks
  }

  const questions = ({ steps, values, texts }) => {
    const runs = {}
    const asked = new Map()
    for (const [index, statement, label, changed, reads, , , , gap] of steps) {
      if (gap) continue
      const run = (runs[statement] = (runs[statement] ?? -1) + 1)
      const lists = changed.map(([place, old, now]) => {
        const name = texts[place]
        // A loop's variable stands in the label.
        const told = name === "_" || `, ${texts[label]}`.includes(`, ${name} = `)
        return values[now] && !told ? about(name, values[old], values[now], reads.length, index + run) : []
      })
      // Each execution asks another one.
      const pool = lists.flatMap(([ask]) => ask ?? []).concat(...lists.map(([, ...more]) => more))
      if (pool.length) asked.set(index, pool[run % pool.length])
    }
    return asked
  }

  const asking = new Set([].concat(load()[""] ?? []))

  const make = (tag, className, innerHTML) => Object.assign(document.createElement(tag), { className, innerHTML, autocomplete: "off" })

  const predict = (listing) => {
    const key = `${location.pathname}#${listing.dataset.ident}`
    const toggle = make("button", "bb-predict", "Predict first")
    const form = make("form", "bb-guess", `<div class="bb-ask"></div><p class="bb-verdict" role="status"></p>
      <p class="bb-after"><button type="button" data-go="next">Next moment</button></p>
      <p class="bb-tally"><span></span> <button type="button">Forget my answers</button></p>`)
    const [ask, verdict, after, tally] = form.children
    let data, asked, step, question, inside

    const show = (index) => {
      toggle.setAttribute("aria-pressed", asking.has(key))
      if (!listing.classList.toggle("bb-predicting", asking.has(key))) return form.remove()
      data ??= JSON.parse(listing.dataset.trace)
      asked ??= questions(data)
      const scores = Object(load()[key])
      const isOpen = (step) => !asked.has(step) || step in scores
      index ??= data.steps[listing.querySelector(".bb-controls input").value][0]
      const mark = (css, name, test) => listing.querySelectorAll(css).forEach((node) => node.classList.toggle(name, test(node)))
      mark("[data-step]", "bb-seen", (node) => isOpen(Number(node.dataset.step)))
      mark(".bb-note", "bb-told", (note) => !note.querySelector(".bb-state:not(.bb-seen)"))
      const state = listing.querySelector(`[data-open] .bb-state[data-step="${index}"]`)
      if (!state) return
      // What it read may show.
      let found = false
      mark(".bb-state > *", "bb-operand", (node) => node.parentNode === state && (found ||= node.textContent === "Read"))
      const place = state.closest(".bb-note").querySelector(".bb-body, .bb-states")
      if (form.nextSibling !== place) place.before(form)
      const open = isOpen(index)
      form.classList.toggle("bb-asking", !open)
      if (step !== index) {
        step = index
        question = asked.get(step)
        verdict.textContent = !question ? "Nothing to predict here." : open ? `The answer: ${question.is}.` : ""
        if (!open) {
          const { name, rows, old, truth } = question
          const box = ({ place }) => `<label><input type="checkbox">${place}</label>`
          ask.innerHTML = `${rows
            ? `<fieldset><legend>${question.ask}</legend>${rows.map((row) => `<p>${row.map(box).join("")}</p>`).join("")}</fieldset>`
            : `<p><label><b>${question.ask}</b> <input type="text" required></label></p>`}
            <p ${old ? "" : "hidden"}>Before: <code></code></p><p><button>Check</button> <button type="button">Show me</button></p>
            <p class="bb-rule">The result and the note’s text are hidden.${truth ? " Within 5 % is close enough." : ""}</p>`
          const [named, before] = ask.querySelectorAll("code")
          named.textContent = name
          before.textContent = old
          ask.querySelector("[type=button]").onclick = () => finish(0, "The answer")
        }
      }
      const given = Object.values(scores)
      tally.hidden = !given.length
      tally.firstChild.textContent = `${given.filter(Boolean).length} of ${given.length} right in this listing`
      if (inside) (open ? after.firstChild : ask.querySelector("input")).focus({ preventScroll: true })
    }

    const finish = (right, word) => {
      save(key, { ...load()[key], [step]: right })
      show(step)
      verdict.textContent = `${word}: ${question.is}.`
    }

    form.onsubmit = (event) => {
      event.preventDefault()
      const { rows, shape, truth, old } = question
      const inputs = [...ask.querySelectorAll("input")]
      const text = inputs[0].value.trim()
      let hint = `Not ${text}.`
      let word
      if (rows) {
        const hits = rows.flat().filter(({ zero }, i) => zero === inputs[i].checked).length
        word = hits === inputs.length && "Right"
        hint = `${hits} of ${inputs.length} are as you marked them.`
      } else if (shape) {
        const [mine, its] = [text, shape].map((written) => written.match(/\d+/g) ?? [])
        word = `${mine}` === `${its}` && "Right"
        if (`${mine.sort()}` === `${its.sort()}`) hint = "The right numbers, in another order."
      } else {
        const [guess, half] = read(text)
        word = judge([guess, half], truth, old)
        if (!isFinite(guess)) hint = "That is no number like −0.25, 1e-3 or 1/4."
        else if (judge([-guess, half], truth, old)) hint = "The right size, but the other sign."
      }
      if (word) finish(1, word)
      else verdict.textContent = `${hint} Try again.`
    }
    for (const type of ["keydown", "click"]) form.addEventListener(type, (event) => {
      // Letters step.
      if (event.target.type === "text") event.stopPropagation()
      inside = true
      setTimeout(() => { inside = false })
    }, true)
    tally.lastChild.onclick = () => {
      save(key)
      step = null
      show()
    }
    toggle.onclick = () => {
      if (!asking.delete(key)) asking.add(key)
      save("", [...asking])
      show()
      // Where there is nothing to ask, the first line that asks.
      if (asking.has(key) && !question) listing.go("", listing.steps.find(({ index }) => asked.has(index)))
    }
    listing.addEventListener("bb-step", ({ detail }) => show(detail.step))
    listing.parentNode.querySelector(".bb-tools").append(toggle)
    known.add(listing)
    show()
  }

  const known = new WeakSet()
  const scan = () => {
    for (const listing of document.querySelectorAll(".bb-listing > bb-listing"))
      if (!known.has(listing) && listing.querySelector(".bb-controls input")) predict(listing)
  }
  // Before the next frame: no flash.
  new MutationObserver(scan).observe(document, { childList: true, subtree: true })
  scan()
})()
