/* The explorable listing: hides, moves and links what the HTML holds, and draws the values of other steps from `data-trace`
   (its form: src/backprop_book/render/payload.py), whose texts are ready to be shown. Attributes, not classes, say what is open or
   current: the theme has rules on `class` itself, so that a change of class makes browsers style all below it. */
(() => {
  "use strict"

  const HEADER = 72 // pixels at the top of the window that the site's header covers
  const ARROW = " → "
  const PACE = 2200 // milliseconds that each step stays while the listing plays: time to read what changed
  const LINGER = 500 // milliseconds that a note which is not shown stays laid out
  const FIELDS = "select, textarea, input:not([type=range])" // letters are typed there
  const calm = matchMedia("(prefers-reduced-motion: reduce)")

  const el = (tag, css, ...children) => {
    const node = document.createElement(tag)
    if (css) node.className = css
    node.append(...children)
    return node
  }

  /* Writes a text where one stands: a new one would make browsers look at all of the page again. */
  const write = (node, text) => {
    if (node.firstChild) node.firstChild.data = text
    else node.textContent = text
  }

  const afterFrame = (action) => requestAnimationFrame(() => setTimeout(action))

  /* Whether notes beside the code scroll away, as in WebKit: what is sticky there sticks to the code, which scrolls, too. */
  let isLeftBehind = null

  // ---- Values, in the same elements as src/backprop_book/render/values.py ----

  const more = (isLong, what) => (isLong ? [el("details", "bb-more", el("summary", "", `More ${what}`))] : [])

  const grid = (heads, rows) => {
    const header = (scope, text) => Object.assign(el("th", "", text), { scope })
    const stub = rows.some(([head]) => head !== null)
    const top = el("tr", "", ...(stub ? [el("td")] : []), ...heads.map((head) => header("col", head)))
    const lines = rows.map(([head, cells]) =>
      el("tr", "", ...(stub ? [header("row", head)] : []), ...cells.map((cell) => el("td", "", ...[cell].flat()))))
    return [...more(lines.length > 16, "rows"), el("table", "bb-table", el("tbody", "", top, ...lines))]
  }

  const table = ([, , heads, rowHeads, rows]) => ({
    heads: heads.split("\t"),
    rowHeads: rowHeads ? rowHeads.split("\t") : [],
    rows: rows.map((row) => row.split("\t")),
    shape: `${heads}\n${rowHeads}`,
  })

  const isTable = (value) => value.length > 3
  const isParts = (value) => value.length === 3

  const body = (data, value) => {
    if (isTable(value)) {
      const { heads, rowHeads, rows } = table(value)
      return grid(heads, rows.map((row, i) => [rowHeads.length ? rowHeads[i] : null, row]))
    }
    if (isParts(value)) {
      const items = value[2].map(([name, place]) => {
        const part = data.values[place]
        return el("li", "", el("p", "bb-name", el("code", "", data.texts[name]), " ", part[0]), ...body(data, part))
      })
      return [...more(items.length > 8, "items"), el("ul", "bb-parts", ...items, ...(value[1] ? [el("li", "", value[1])] : []))]
    }
    return value[1] ? [el("p", "bb-value", el("code", "", value[1]))] : []
  }

  const change = (data, old, now) => {
    if (!old || !now) return body(data, now || old)
    if (isTable(old) && isTable(now)) {
      const [a, b] = [table(old), table(now)]
      if (a.shape === b.shape) {
        const bold = (was, is) => (was === is ? is : el("b", "", is))
        const both = (was, is) => (was === is ? is : [was, ARROW, el("b", "", is)])
        if (!a.rowHeads.length)
          return grid(b.heads, [["old", a.rows[0]], ["new", b.rows[0].map((is, i) => bold(a.rows[0][i], is))]])
        return grid(b.heads, b.rows.map((row, i) => [b.rowHeads[i], row.map((is, j) => both(a.rows[i][j], is))]))
      }
    }
    if (old.length > 2 || now.length > 2)
      return [el("p", "bb-when", "old"), ...body(data, old), el("p", "bb-when", "new"), ...body(data, now)]
    return [el("p", "bb-value", el("code", "", old[1]), ARROW, el("code", "", el("b", "", now[1])))]
  }

  const variable = (data, name, old, now, words) => {
    const title = el("p", "bb-name", el("code", "", data.symbols[name] ? el("span", data.symbols[name], name) : name), " ", (now || old)[0])
    if (words) title.append(" ", el("span", "bb-how", words))
    return el("div", "bb-var", title, ...change(data, old, now))
  }

  /* Lines of arithmetic below their title; what is sorted into further titles is made when it opens. */
  const arithmetic = (data, [title, parts]) => {
    const details = el("details", "bb-working", el("summary", "", data.texts[title]))
    const fill = () => details.append(...parts.map((part) => (part.length ? arithmetic(data, part) : el("pre", "bb-sums", data.texts[part]))))
    if (parts.some((part) => part.length)) details.addEventListener("toggle", fill, { once: true })
    else fill()
    return details
  }

  /* A step as an object, with its texts and values looked up. */
  const unpack = (data, [index, statement, what, changed, read, said, output, working, gap], at) => {
    const text = (place) => (place < 0 ? "" : data.texts[place])
    const value = (place) => (place < 0 ? null : data.values[place])
    return {
      at, index, statement, label: text(what), gap: Boolean(gap), said: text(said), output: text(output),
      working, line: data.lines[statement][0], endLine: data.lines[statement][1],
      changed: changed.map(([name, old, now, words]) => ({ name: text(name), old: value(old), now: value(now), words: text(words) })),
      read: read.map(([name, place]) => ({ name: text(name), value: value(place) })),
    }
  }

  const readings = (data, step) => step.read.map(({ name, value }) => variable(data, name, null, value, ""))

  /* As in src/backprop_book/render/states.py. */
  const state = (data, step) => {
    const section = el("section", "bb-state")
    section.dataset.step = step.index
    section.setAttribute("data-search-exclude", "")
    if (step.gap) section.append(el("p", "bb-said", `${step.label}: what they changed, taken together.`))
    const changed = step.changed.map(({ name, old, now, words }) => variable(data, name, old, now, words))
    if (changed.length) section.append(el("p", "bb-label", "Result"), ...more(changed.length > 3, "values"), ...changed)
    if (step.said) section.append(el("p", "bb-said", step.said))
    if (step.output) section.append(el("p", "bb-label", "Printed"), el("pre", "bb-printed", step.output))
    if (step.working === 1) section.append(el("p", "bb-said", "The arithmetic of this run is left out, to keep the page light."))
    else if (step.working) section.append(arithmetic(data, step.working))
    if (step.read.length) section.append(el("p", "bb-label bb-read", "Read"), ...readings(data, step))
    return section
  }

  const words = (step, total) => {
    const start = `moment ${step.at + 1} of ${total}, line ${step.line}`
    if (step.gap) return `${start}, ${step.label}`
    const all = step.changed.filter(({ words }) => words !== "unchanged").map(({ name }) => name)
    const short = all.length > 3 ? [...new Set(all.map((name) => name.split(".")[0]))] : all
    const names = short.slice(0, 3).join(", ")
    const more = short.length > 3 ? ` and ${short.length - 3} more` : ""
    const what = names ? `, ${names}${more} changed` : step.output ? ", printed" : ""
    return `${start}${step.label ? `, ${step.label.split(" ·")[0]}` : ""}${what}`
  }

  // ---- Claims ----

  let explained = null // the claim whose explanation shows
  let stays = false // whether it does so without the pointer
  let pointed = null // the claim below the pointer
  let way = null // how the reader came from a claim to a step

  const claimOf = ({ target }) => target.closest?.(".bb-claim") ?? null

  /* Places the explanation inside the window: below the words of its claim if it fits there, otherwise on the side with more room. */
  const place = () => {
    const [words, tip] = explained?.children ?? []
    const lines = words?.getClientRects() ?? []
    if (!lines.length) return
    const first = lines[0]
    const last = lines[lines.length - 1]
    tip.style.maxHeight = ""
    const below = innerHeight - last.bottom
    const isBelow = below >= Math.min(tip.offsetHeight, first.top)
    tip.style.maxHeight = `min(60vh, ${isBelow ? below : first.top}px)`
    const room = document.documentElement.clientWidth - tip.offsetWidth - 8
    const left = Math.max(Math.min((isBelow ? last : first).left, room), 8)
    const top = isBelow ? last.bottom : first.top - tip.offsetHeight
    tip.style.left = `${scrollX + left}px`
    tip.style.top = `${scrollY + top}px`
  }

  /* Shows the explanation of a claim, and no other; of none, if there is no claim. */
  const explain = (claim, press = false) => {
    if (claim !== explained) for (const each of [explained, claim]) {
      const tip = each?.lastElementChild
      if (!tip?.showPopover || !tip.isConnected) continue
      tip.popover ||= "manual"
      tip.togglePopover(each === claim)
      if (each.firstElementChild.role) each.firstElementChild.ariaExpanded = each === claim
    }
    explained = claim
    stays = press
    place()
  }

  const WAY = "bb-way"

  /* Remember the claim whose link is followed, also for a page that it loads. */
  const leave = (claim, link) => {
    forget()
    const words = claim?.firstElementChild
    const known = words && {
      to: link.href, from: location.href, top: words.getBoundingClientRect().top,
      ident: words.getAttribute("aria-describedby"), parts: link.dataset.parts?.split(" ") ?? [],
    }
    try {
      sessionStorage.setItem(WAY, JSON.stringify(known ?? null))
    } catch { /* refused */ }
    way = known && walk(known, words)
  }

  const walk = (known, words) => {
    const sign = el("button", "bb-return", "Back to the sentence")
    sign.type = "button"
    sign.addEventListener("click", () => history.back())
    return { ...known, words, sign, marked: [] }
  }

  /* The way that led to another page, if this one was loaded for it, or by going back from it. */
  const recall = () => {
    try {
      const known = JSON.parse(sessionStorage.getItem(WAY))
      const isBack = performance.getEntriesByType("navigation")[0]?.type === "back_forward"
      if (known && (isBack || known.to === location.href)) way = walk(known)
    } catch { /* refused */ }
  }

  const unmark = () => way?.marked.splice(0).forEach((cell) => cell.removeAttribute("aria-current"))

  /* Takes back what a listing shows of the way. */
  const forget = () => {
    way?.sign.remove()
    unmark()
    if (way) way.listing = null
  }

  class Listing extends HTMLElement {
    connectedCallback() {
      if (!this.querySelector(".bb-lines")) return
      this.leaving = new AbortController()
      if (!this.rows) this.read()
      const on = (target, name, handle, capture) => target.addEventListener(name, handle, { signal: this.leaving.signal, capture })
      on(this, "keydown", (event) => this.onKey(event))
      on(this, "pointerdown", (event) => this.onPress(event))
      on(this, "click", (event) => this.onClick(event))
      on(this, "focusin", (event) => this.onFocus(event))
      on(this, "input", (event) => this.onInput(event))
      on(this, "change", (event) => this.onInput(event))
      on(this, "copy", (event) => this.onCopy(event))
      on(window, "hashchange", () => this.follow(true))
      on(document, "visibilitychange", () => document.hidden && this.pause())
      on(window, "scroll", () => this.stick(), true) // before the explanations of its claims are placed
      this.seen = new IntersectionObserver(([{ isIntersecting }]) => isIntersecting || this.pause())
      this.seen.observe(this)
      const copy = this.closest("figure")?.querySelector(".bb-copy")
      if (copy) on(copy, "click", () => this.copy(copy))
      this.follow()
      // The theme has its own idea of the focus, and browsers scroll to the anchor once more when all is loaded.
      if (document.readyState === "complete") afterFrame(() => this.isUpdate || this.follow(true))
      else on(window, "load", () => requestAnimationFrame(() => this.follow()))
    }

    disconnectedCallback() {
      this.pause()
      this.answering = null
      clearTimeout(this.telling)
      this.seen?.disconnect()
      this.leaving?.abort()
    }

    read() {
      this.data = JSON.parse(this.dataset.trace)
      this.steps = this.data.steps.map((step, at) => unpack(this.data, step, at))
      this.rows = [...this.querySelectorAll(".bb-row")]
      // Looked up once: searching the listing takes longer than showing a step.
      this.buttons = new Map(this.rows.map((row) => [row, row.querySelector("button.bb-gutter")]))
      this.lines = new Map(this.rows.map((row) => [row, [...row.querySelectorAll(".bb-l")]]))
      this.places = new Map([...this.lines].flatMap(([row, lines]) => lines.map((line) => [Number(line.dataset.line), row])))
      this.explained = this.rows.filter((row) => row.classList.contains("bb-explained"))
      this.slider = this.querySelector("input[type=range]")
      this.where = this.querySelector(".bb-where")
      this.scroller = this.querySelector(".bb-scroll")
      this.goers = [...this.querySelectorAll("[data-go]")]
      this.touched = false
      // Each note's states as in the HTML, by statement: stepping comes back to these elements.
      this.written = new Map()
      const byIndex = new Map(this.steps.map((step) => [step.index, step]))
      for (const note of this.querySelectorAll(".bb-note")) {
        const states = [...note.querySelectorAll(".bb-state")]
        this.written.set(note, new Map(states.map((node) => [byIndex.get(Number(node.dataset.step)).statement, node])))
      }
      this.plain = el("div", "bb-note bb-plain", el("div", "bb-note-inner", el("p", "bb-note-title"), el("div", "bb-states")))
      const first = this.steps.find((step) => step.index === Number(this.dataset.first))
      this.step = first ?? null
      this.shown = new Set(this.querySelectorAll(".bb-note[data-open]"))
      this.now = []
      for (const row of this.explained) {
        this.button(row).setAttribute("aria-expanded", "false")
        this.button(row).tabIndex = -1
      }
      // The row whose button the Tab key reaches.
      this.reached = this.explained[0]
      if (this.explained.length) this.mark(first ? this.rowOf(first) : this.explained[0], null)
    }

    // ---- Finding things ----

    button(row) {
      return this.buttons.get(row)
    }

    notes(row) {
      const idents = this.button(row)?.getAttribute("aria-controls").split(" ") ?? []
      return idents.map((ident) => document.getElementById(ident)).filter(Boolean)
    }

    rowOf(step) {
      return this.places.get(step.line)
    }

    runs(statement) {
      return this.steps.filter((step) => step.statement === statement && !step.gap)
    }

    isOpen(row) {
      return this.button(row)?.getAttribute("aria-expanded") === "true"
    }

    get isWide() {
      return getComputedStyle(this).getPropertyValue("--bb-wide").trim() === "1"
    }

    // ---- Selecting ----

    /* Of a row's steps the one of the same iteration, else the first, which stands for the whole row. */
    stepOf(row) {
      const inside = this.steps.filter((step) => !step.gap && this.rowOf(step) === row)
      const same = inside.find((step) => this.step?.label && step.label === this.step.label)
      const step = same ?? inside[0]
      return { step, whole: step === inside[0] }
    }

    selectRow(row, url = true) {
      const { step, whole } = this.stepOf(row)
      if (step) this.select(step, { row, whole, url })
      else if (this.button(row)) {
        this.mark(row, null)
        if (url) this.address(row)
      }
    }

    select(step, { row = this.rowOf(step), whole = false, url = true, clean = false } = {}) {
      this.step = step
      this.touched = true
      this.mark(row, whole ? null : step)
      this.showOutput(step)
      this.showControls(step)
      if (url) this.address(row, step)
      // For what moves along with a listing: its name, and the step's index and statement in the trace.
      const detail = { listing: this.dataset.ident, step: step.index, statement: step.statement }
      this.dispatchEvent(new CustomEvent("bb-step", { bubbles: true, detail }))
    }

    /* Opens the note of a row and marks the line: of the step, or of the whole row. Only what differs is written. */
    mark(row, step) {
      if (!row) return
      this.point(row, step)
      const shown = new Set(this.notes(row))
      if (!shown.size) {
        // A line without a note: its values alone, in a note that the script lends it.
        write(this.plain.querySelector(".bb-note-title"), `Line ${this.step.line}`)
        shown.add(this.plain)
      }
      for (const note of shown) if (note.parentElement !== row) row.append(note)
      if (!shown.has(this.plain)) this.plain.remove()
      for (const note of this.shown) {
        if (shown.has(note)) continue
        this.lay(note)
        delete note.dataset.open
      }
      for (const note of shown) {
        note.dataset.open = ""
        note.inert = false
        this.showState(note, step ?? this.step, !step)
      }
      this.shown = shown
      this.showWay()
      if (isLeftBehind) this.stick()
    }

    /* What the note beside the code holds. */
    get beside() {
      return this.isWide && this.querySelector("[data-open] > .bb-note-inner")
    }

    /* Keeps the note beside the code in the window where the style sheet alone does not. */
    stick() {
      const inner = isLeftBehind !== false && this.beside
      if (!inner) return
      const [{ top, height }, room] = [inner, inner.parentElement].map((node) => node.getBoundingClientRect())
      const wanted = Math.min(Math.max(parseFloat(getComputedStyle(inner).top), room.top), room.bottom - height)
      if (wanted - room.top > 2) isLeftBehind ??= Math.abs(top - wanted) > 2 // before that, nothing has to stick
      if (isLeftBehind) inner.style.setProperty("--bb-above", `${-this.scroller.getBoundingClientRect().top}px`)
    }

    /* The button and the lines alone. */
    point(row, step) {
      const [before, button] = [this.button(this.current), this.button(row)]
      if (before && before !== button) {
        before.setAttribute("aria-expanded", "false")
        before.removeAttribute("aria-current")
      }
      this.current = row
      if (button) {
        button.setAttribute("aria-expanded", "true")
        button.setAttribute("aria-current", "true")
        if (row !== this.reached) this.button(this.reached).tabIndex = -1
        this.reached = row
      }
      if (this.reached) this.button(this.reached).tabIndex = 0
      const [from, to] = step ? [step.line, step.endLine] : [0, Infinity]
      const now = this.lines.get(row).filter((line) => from <= line.dataset.line && line.dataset.line <= to)
      for (const line of this.now) if (!now.includes(line)) delete line.dataset.now
      for (const line of now) line.dataset.now = ""
      this.now = now
    }

    /* Makes ready what a press will show when it becomes a click. */
    prepare(row, { step, whole = false }) {
      for (const note of this.notes(row)) {
        if ("open" in note.dataset) continue
        // Lines that stand apart may share a note.
        if (note.parentElement !== row) row.append(note)
        this.showState(note, step ?? this.step, whole)
        this.lay(note)
      }
    }

    /* Keeps a note laid out, out of sight and reach, before and after it is shown: most of the work of showing it. */
    lay(note) {
      note.inert = true
      setTimeout(() => { note.inert = false }, LINGER)
    }

    /* Chooses a row. A note that is ready shows at once, above the lines that will make room for it; the rest follows. */
    answer(row) {
      if (row === this.answering) return
      this.settle()
      const [note, ...more] = this.notes(row)
      const isReady = note?.inert && !more.length && !this.isWide && !this.matches(".bb-predicting")
      this.answering = row
      if (!isReady) return this.settle()
      const { step, whole } = this.stepOf(row)
      this.point(row, whole ? null : step)
      note.dataset.over = ""
      this.showResult(note)
      afterFrame(() => this.settle())
    }

    settle() {
      const row = this.answering
      this.answering = null
      if (!row) return
      this.holding(row, () => this.selectRow(row))
      for (const note of this.notes(row)) delete note.dataset.over
    }

    showState(note, step, whole) {
      const box = note.querySelector(".bb-states")
      const written = this.written.get(note) ?? new Map()
      const open = box.querySelector(".bb-state:not([data-other]) .bb-working")?.open ?? false
      const nodes = [...written].map(([statement, node]) => {
        const mine = step && statement === step.statement
        const shown = mine && Number(node.dataset.step) !== step.index ? this.drawn(step, box) : node
        this.complete(shown)
        shown.toggleAttribute("data-other", !whole && !mine)
        return shown
      })
      if (step && !written.has(step.statement) && (note === this.plain || step.gap)) nodes.push(this.drawn(step, box))
      if (nodes.length !== box.children.length || nodes.some((node, i) => node !== box.children[i])) box.replaceChildren(...nodes)
      const details = box.querySelector(".bb-state:not([data-other]) .bb-working")
      if (details && open) details.open = true
      this.showPicker(note, step, box)
    }

    /* What a step read may stand elsewhere in the HTML; here it comes to the step. */
    complete(node) {
      const step = node.querySelector(".bb-made") && this.steps.find(({ index }) => index === Number(node.dataset.step))
      if (step) node.replaceChildren(...[...node.children].slice(0, -step.read.length), ...readings(this.data, step))
    }

    draw(step) {
      return state(this.data, step)
    }

    /* A step's values as they stand in a note already, or drawn. */
    drawn(step, box) {
      return [...box.children].find((node) => Number(node.dataset.step) === step.index) ?? this.draw(step)
    }

    showPicker(note, step, box) {
      const runs = step && !step.gap ? this.runs(step.statement) : []
      let picker = note.querySelector(".bb-pick")
      if (runs.length < 2) {
        picker?.remove()
        return
      }
      if (picker?.dataset.statement !== String(step.statement)) {
        picker?.remove()
        const select = el("select", "", ...runs.map((run, i) =>
          Object.assign(el("option", "", run.label || `run ${i + 1}`), { value: run.at })))
        const turn = (way, sign, name) => {
          const button = Object.assign(el("button", "bb-turn", sign), { type: "button", title: name, ariaLabel: name })
          button.dataset.turn = way
          return button
        }
        const kept = el("span", "bb-kept", this.data.texts[this.data.lines[step.statement][2]])
        picker = el("p", "bb-pick", "Shown at ", turn(-1, "‹", "Previous kept run of this line"),
          turn(1, "›", "Next kept run of this line"), Object.assign(select, { ariaLabel: "Shown at" }), kept)
        picker.dataset.statement = step.statement
        box.before(picker)
      }
      picker.querySelector("select").value = step.at
      const end = { "-1": runs[0], 1: runs.at(-1) }
      for (const button of picker.querySelectorAll("button"))
        button.setAttribute("aria-disabled", String(end[button.dataset.turn] === step))
    }

    /* The output so far: below the code, or in the page's own fence if it shows all that was printed. */
    showOutput(step) {
      this.output ??= this.querySelector(".bb-output") ?? this.adopt(this.closest("figure")?.nextElementSibling)
      if (!this.output) return
      const pieces = [...this.output.querySelectorAll("[data-step]")]
      for (const piece of pieces) piece.toggleAttribute("data-future", Number(piece.dataset.step) > step.index)
      const none = pieces.every((piece) => piece.hasAttribute("data-future"))
      write(this.output.querySelector(".bb-label, .filename"), none ? "Output so far: nothing yet" : "Output so far")
    }

    /* Cuts the text of the fence after the listing into what each step printed. */
    adopt(fence) {
      const code = fence?.matches(".highlight") && fence.querySelector(".filename") && fence.querySelector("code")
      const printing = this.steps.filter(({ output }) => output)
      if (!code || printing.map(({ output }) => output).join("").trimEnd() !== code.textContent.trimEnd()) return false
      code.replaceChildren(...printing.map(({ index, output }) => {
        const piece = el("span", "", output)
        piece.dataset.step = index
        return piece
      }))
      return fence
    }

    showControls(step) {
      if (!this.slider) return
      const text = words(step, this.steps.length)
      this.slider.value = step.at
      this.slider.setAttribute("aria-valuetext", text)
      // The slider says it itself.
      this.where.ariaLive = this.playing || document.activeElement === this.slider ? "off" : "polite"
      write(this.where, text)
      for (const button of this.goers) {
        const back = button.dataset.go === "first" || button.dataset.go === "previous"
        button.setAttribute("aria-disabled", String(step.at === (back ? 0 : this.steps.length - 1)))
      }
    }

    // ---- Addresses ----

    /* Puts the statement in the address bar, or the step where the statement ran more than once. */
    address(row, step) {
      const { ident } = this.dataset
      const anchor = step && this.runs(step.statement).length !== 1 ? `t${step.index}`
        : step ? `s${step.statement}` : row.id.slice(ident.length + 1)
      if (anchor) this.tell(`#${ident}-${anchor}`)
    }

    /* Browsers refuse addresses that change too often, as they do while the slider is drawn: the last one counts. */
    tell(hash) {
      clearTimeout(this.telling)
      // Not before the next frame: what the reader asked for comes first.
      const wait = Math.max((this.told ?? -Infinity) + 250 - performance.now(), 60)
      this.telling = setTimeout(() => {
        if (hash === location.hash) return
        this.told = performance.now()
        history.replaceState(history.state, "", hash)
      }, wait)
    }

    /* The row that an address names, and the step if it names one; nothing if that is not in this listing. */
    find(hash) {
      const name = decodeURIComponent(hash.slice(1))
      const { ident } = this.dataset
      const [is, kind, digits] = (name.startsWith(ident) && /^(?:-([lnst])(\d+))?$/.exec(name.slice(ident.length))) || []
      const step = kind === "t" ? this.steps.find(({ index }) => index === Number(digits)) : kind === "s" && this.runs(Number(digits))[0]
      const row = step ? this.rowOf(step) : kind ? document.getElementById(name)?.closest(".bb-row") : is === "" && this.current
      return this.contains(row || null) && { row, step, kind }
    }

    /* Opens what the address names, if it is in this listing. */
    follow(focus) {
      const { row, step, kind } = this.find(location.hash)
      if (!row) return
      const isArrival = way?.to === location.href
      if (isArrival) Object.assign(way, { listing: this, step })
      if (step) this.select(step, { row, url: false })
      else if (kind) this.selectRow(row, false)
      else this.showWay()
      if (!isArrival && way?.from === location.href) return
      if (focus || isArrival) this.enter(row)
      this.reveal(row, true)
    }

    /* Of a claim that led here: the way back to it, and which of the values it speaks of. */
    showWay() {
      if (way?.listing !== this) return
      const [note] = this.shown
      note.firstElementChild.prepend(way.sign)
      unmark()
      if (way.step !== this.step) return
      for (const shown of note.querySelectorAll(".bb-state:not([data-other]) .bb-var")) {
        const name = shown.querySelector("code").textContent
        for (const cell of shown.querySelectorAll(":scope > table tr + tr td, :scope > .bb-value")) {
          const row = cell.parentNode.querySelector("th")?.textContent
          const heads = [row, cell.closest("table")?.rows[0].cells[cell.cellIndex].textContent].filter((head) => /^\d/.test(head))
          const isPart = (part) => (heads.length ? `${name}[${heads},`.startsWith(part) : part.startsWith(`${name}[`))
          if (row === "old" || !way.parts.some(isPart)) continue
          cell.setAttribute("aria-current", "true")
          const rest = shown.querySelector(".bb-more")
          if (rest) rest.open = true
          way.marked.push(cell)
        }
      }
    }

    /* The focus goes to the button of a row, or to its code if it has none. */
    enter(row) {
      const node = this.button(row) ?? Object.assign(this.lines.get(row)[0], { tabIndex: -1 })
      node.focus({ preventScroll: true })
    }

    /* Scrolls only if the row is out of sight. */
    reveal(row, always = false) {
      const { top } = row.getBoundingClientRect()
      if (!this.isWide) this.scroller.scrollLeft = 0
      const low = this.isWide ? innerHeight - 160 : innerHeight * 0.55
      if (always || top < HEADER || top > low) scrollBy({ top: top - innerHeight * 0.25, behavior: "instant" })
      // At a listing's end the note beside it is pushed up: bring its title back.
      const inner = this.beside
      const hidden = inner ? HEADER - inner.getBoundingClientRect().top : 0
      if (hidden > 8) scrollBy({ top: -Math.min(hidden, innerHeight / 2), behavior: "instant" })
      this.showResult()
    }

    showResult(note = this.querySelector("[data-open]")) {
      for (const part of [".bb-value, .bb-table, .bb-said, .bb-printed", ".bb-name"])
        note?.querySelector(`.bb-state:not([data-other]) :is(${part})`)?.scrollIntoView({ block: "nearest", behavior: "instant" })
    }

    /* Keeps the row in its place, unless that hides the result. */
    holding(row, action) {
      const before = row.getBoundingClientRect().top
      action()
      const moved = row.getBoundingClientRect().top - before
      if (Math.abs(moved) > 1) scrollBy({ top: moved, behavior: "instant" })
      this.showResult()
    }

    // ---- Events ----

    stepTo(where) {
      const at = this.step?.at ?? 0
      const last = this.steps.length - 1
      return this.steps[{ first: 0, previous: Math.max(0, at - 1), next: Math.min(last, at + 1), last }[where]]
    }

    go(where, step = this.stepTo(where)) {
      if (!step) return
      const focus = document.activeElement
      const isInside = this.scroller.contains(focus) && !this.playing
      this.select(step)
      // On a line it moves along; in a note it stays, while there is one.
      if (isInside && !focus.closest("[data-open]")) this.enter(this.rowOf(step))
      this.reveal(this.rowOf(step))
    }

    // ---- Playing: one step after the other, until the end, a question, or anything that the reader does ----

    play() {
      if (calm.matches || this.playing) return
      this.playing = new AbortController()
      const stop = ({ key, target }) => {
        const pressed = target.closest?.("[data-play]") && this.contains(target) && [undefined, " ", "Enter"].includes(key)
        if (!pressed && !this.isToggle(key, target)) this.pause()
      }
      for (const name of ["pointerdown", "keydown", "wheel"])
        addEventListener(name, stop, { signal: this.playing.signal, capture: true, passive: true })
      const last = this.steps.length - 1
      const isAsked = () => this.querySelector(".bb-asking")
      const rest = () => {
        if (this.step.at === last || isAsked()) this.pause()
        else this.timer = setTimeout(() => (calm.matches ? this.pause() : (this.go("next"), rest())), PACE)
      }
      this.showPlaying("Pause")
      if (isAsked()) this.reveal(this.rowOf(this.step))
      else if (this.touched) this.go(this.step.at === last ? "first" : "next")
      else this.select(this.step)
      rest()
    }

    pause() {
      if (!this.playing) return
      clearTimeout(this.timer)
      this.playing.abort()
      this.playing = null
      this.showPlaying("Play")
    }

    showPlaying(name) {
      const button = this.querySelector("[data-play]")
      button.setAttribute("aria-label", name)
      button.title = `${name} (k)`
    }

    /* k plays and pauses in all of the listing; so does the space bar where it presses no button. */
    isToggle(key, target) {
      return this.slider && this.contains(target) && (key === "k" ? !target.matches(FIELDS) : key === " " && target === this.slider)
    }

    onKey(event) {
      if (event.ctrlKey || event.metaKey || event.altKey) return
      const { key, target } = event
      this.settle()
      // The site's own shortcuts (n, p, s, f, ...) would leave the page.
      if (key.length === 1) event.stopPropagation()
      if (this.isToggle(key, target)) {
        event.preventDefault()
        return this.playing ? this.pause() : this.play()
      }
      if ((key === "n" || key === "p") && !target.matches(FIELDS)) return this.go(key === "n" ? "next" : "previous")
      if (!target.matches("button.bb-gutter")) return
      const at = this.explained.indexOf(target.closest(".bb-row"))
      const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: this.explained.length - 1 }[key]
      if (to === undefined) return
      event.preventDefault()
      const row = this.explained[to]
      if (!row) return
      this.button(row).focus({ preventScroll: true })
      this.opened = -Infinity
      this.reveal(row)
    }

    onFocus({ target, timeStamp }) {
      const row = target.matches("button.bb-gutter") && target.closest(".bb-row")
      if (!row || this.isOpen(row)) return
      this.opened = timeStamp
      this.answer(row)
    }

    onPress({ target }) {
      this.settle()
      const row = target.closest(".bb-row")
      this.pressed = row && this.isOpen(row) ? row : null
      const step = this.stepTo(target.closest("[data-go]")?.dataset.go)
      if (step) this.prepare(this.rowOf(step), { step })
      else if (row && !this.pressed) this.prepare(row, this.stepOf(row))
    }

    onClick(event) {
      const { target } = event
      const button = target.closest("[data-go]")
      if (button) return this.go(button.dataset.go)
      if (target.closest("[data-play]")) return this.playing ? this.pause() : this.play()
      const turn = target.closest("[data-turn]")
      if (turn) return this.turn(Number(turn.dataset.turn))
      const row = target.closest(".bb-row")
      if (!row || target.closest(".bb-note, .bb-see") || !getSelection().isCollapsed) return
      const gutter = target.closest("button.bb-gutter")
      // Focus opens a note; the click that brought it (screen readers send both) must not close the note.
      const settled = this.isOpen(row) && event.timeStamp - (this.opened ?? -Infinity) > 400
      const wasOpen = event.detail === 0 ? settled : this.pressed === row
      if (gutter && wasOpen) return this.close(row)
      this.answer(row)
      // Later, and not from a field of the note.
      afterFrame(() => this.current === row && !row.matches(":focus-within") && this.button(row)?.focus({ preventScroll: true }))
    }

    /* To the run of the same statement that was kept before or after this one. */
    turn(way) {
      const runs = this.runs(this.step.statement)
      const step = runs[runs.indexOf(this.step) + way]
      if (step) this.select(step)
    }

    close(row) {
      this.button(row).setAttribute("aria-expanded", "false")
      for (const note of this.notes(row)) delete note.dataset.open
    }

    onInput({ target }) {
      if (!target.matches("input[type=range], .bb-pick select")) return
      const step = this.steps[Number(target.value)]
      if (step === this.step && this.touched) return
      this.select(step)
      if (target === this.slider) this.reveal(this.rowOf(step))
    }

    // ---- Copying: the code, without line numbers and notes ----

    onCopy(event) {
      const selection = getSelection()
      if (!selection.rangeCount || selection.isCollapsed) return
      const range = selection.getRangeAt(0)
      const isCode = (node) => {
        const element = node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement
        return this.scroller.contains(element) && !element.closest(".bb-note")
      }
      if (!isCode(range.startContainer) || !isCode(range.endContainer)) return
      const pieces = [...this.querySelectorAll(".bb-src")].filter((source) => range.intersectsNode(source)).map((source) => {
        const part = document.createRange()
        part.selectNodeContents(source)
        if (source.contains(range.startContainer)) part.setStart(range.startContainer, range.startOffset)
        if (source.contains(range.endContainer)) part.setEnd(range.endContainer, range.endOffset)
        return part.toString()
      })
      event.clipboardData.setData("text/plain", pieces.join(""))
      event.preventDefault()
    }

    async copy(button) {
      const source = [...this.querySelectorAll(".bb-src")].map(({ textContent }) => textContent).join("")
      try {
        await navigator.clipboard.writeText(source)
        button.textContent = "Copied"
      } catch {
        button.textContent = "Not allowed"
      }
      setTimeout(() => { button.textContent = "Copy" }, 2000)
    }
  }

  if (!customElements.get("bb-listing")) {
    recall()
    customElements.define("bb-listing", Listing)
    // The theme would load the page anew, and lose where other listings stand.
    document.addEventListener("click", (event) => {
      const claim = claimOf(event)
      if (event.target.closest?.(".bb-words[role]")) explain(claim, true)
      const link = event.target.closest?.("a[href]")
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return
      leave(claim, link)
      const listing = link.pathname === location.pathname && [...document.querySelectorAll("bb-listing")].find((each) => each.find(link.hash))
      if (!listing) return
      event.preventDefault()
      event.stopPropagation()
      explain(null)
      // Before anything scrolls: the place belongs to the address that is left.
      if (way || link.hash !== location.hash) history.pushState(history.state, "", link.hash)
      listing.follow(true)
    }, true)
    // The words are where they were, whatever has opened above them since.
    const comeBack = (isNew) => {
      if (location.href !== way?.from) return
      forget()
      const words = way.words?.isConnected ? way.words : isNew && document.querySelector(`[aria-describedby="${way.ident}"]`)
      if (!words) return
      scrollBy({ top: words.getBoundingClientRect().top - way.top, behavior: "instant" })
      words.focus({ preventScroll: true })
    }
    for (const name of ["popstate", "bb-popstate"]) addEventListener(name, () => requestAnimationFrame(() => comeBack()))
    // The theme brings a page, or the browser does, which may have kept it.
    window.document$?.subscribe(() => requestAnimationFrame(() => comeBack(true)))
    addEventListener("pageshow", () => requestAnimationFrame(() => comeBack(true)))
    for (const name of ["pointerover", "pointerdown", "focusin"]) document.addEventListener(name, (event) => {
      const claim = claimOf(event)
      // A popover is cut off by nothing, and the style sheet leaves it to the script.
      if (claim?.lastElementChild.showPopover) claim.lastElementChild.popover ||= "manual"
      if (name !== "pointerover") {
        if (claim !== explained && stays) explain(null)
      } else if (claim !== pointed) {
        pointed = claim
        if (!stays) explain(claim)
      }
    })
    // The page, a note or a listing may scroll, and move the words.
    document.addEventListener("scroll", ({ target }) => target === explained?.lastElementChild || place(), { capture: true, passive: true })
    addEventListener("resize", place)
    document.addEventListener("keydown", (event) => {
      const { key, target } = event
      if (target.matches?.(".bb-words") && (key === "Enter" || key === " ")) {
        event.preventDefault()
        explain(stays && explained ? null : target.parentElement, true)
      } else if (key === "Escape" && explained) {
        if (explained.lastElementChild.contains(target)) explained.firstElementChild.focus({ preventScroll: true })
        explain(null)
      }
    }, true)
  }
})()
