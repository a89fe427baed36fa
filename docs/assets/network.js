/* The network of a training step as a player. Everything that it shows is in the HTML: the drawings of four moments, in which
   each beat is a group `data-beat`, and the statements of the run, `data-to`. This script shows one moment at a time, in
   step with the listing of the same run: it follows `bb-step`, and leads by the address. */
(() => {
  "use strict"

  const PACE = 1500 // milliseconds to read a statement

  /* After the next frame: what the reader chose in the listing shows first. */
  const soon = (action) => requestAnimationFrame(() => setTimeout(action))

  /* Selects a step of the listing, where the page stands. */
  const lead = (element, place) => {
    if (!element.dataset.listing) return
    const { top } = element.getBoundingClientRect()
    const focus = document.activeElement
    element.telling = true
    history.replaceState(history.state, "", `#${element.dataset.listing}-${place}`)
    dispatchEvent(new HashChangeEvent("hashchange"))
    element.telling = false
    if (focus === document.body) document.activeElement.blur()
    else if (focus !== document.activeElement) focus.focus({ preventScroll: true })
    scrollBy({ top: element.getBoundingClientRect().top - top, behavior: "instant" })
  }

  class Network extends HTMLElement {
    connectedCallback() {
      if (!this.querySelector(".bb-net-moments")) return
      this.leaving = new AbortController()
      const on = (target, name, handle) => target.addEventListener(name, handle, { signal: this.leaving.signal })
      this.beats = [...this.querySelectorAll("[data-to]")]
      this.statements = this.beats.map((beat) => beat.dataset.statements.split(" ").filter(Boolean).map(Number))
      this.play = this.querySelector("[data-go='0']")
      on(this, "click", (event) => this.onClick(event))
      on(this, "keydown", (event) => this.onKey(event))
      on(document, "bb-step", ({ detail }) => this.telling || soon(() => this.follow(detail)))
      // A copy for the eyes alone.
      this.pin = Object.assign(document.createElement("section"), { className: "bb-net-pin", ariaLabel: "The network, kept in sight" })
      const close = Object.assign(document.createElement("button"), { type: "button", textContent: "×", ariaLabel: "Close" })
      this.pin.append(close)
      on(close, "click", () => this.keep())
      this.sight = new IntersectionObserver(([entry]) => this.pin.classList.toggle("bb-near", entry.isIntersecting))
      this.sight.observe(this)
      on(document, "visibilitychange", () => document.hidden && this.pause())
      const [, listing, statement] = /^#(.+)-s(\d+)$/.exec(decodeURIComponent(location.hash)) ?? []
      this.show(Number(this.dataset.start))
      if (statement) this.follow({ listing, statement: Number(statement) })
    }

    disconnectedCallback() {
      this.leaving?.abort()
      this.sight?.disconnect()
      this.pin?.remove()
      clearTimeout(this.timer)
    }

    phase(at) {
      return this.beats[at].closest(".bb-net-moment")
    }

    show(at) {
      this.at = at
      const phase = this.phase(at)
      for (const moment of this.querySelectorAll(".bb-net-moment")) moment.classList.toggle("bb-on", moment === phase)
      for (const piece of this.querySelectorAll("[data-beat]")) {
        const beat = Number(piece.dataset.beat)
        piece.classList.toggle("bb-later", beat > at)
        piece.classList.toggle("bb-fresh", beat === at)
      }
      this.beats.forEach((beat, n) => {
        if (n === at) beat.setAttribute("aria-current", "step")
        else beat.removeAttribute("aria-current")
      })
      this.showPin()
      for (const tab of this.querySelectorAll("[data-moment]"))
        tab.setAttribute("aria-pressed", String(!this.all && this.phase(Number(tab.dataset.moment)) === phase))
      for (const button of this.querySelectorAll("[data-go='-1'], [data-go='1']"))
        button.setAttribute("aria-disabled", String(!this.beats[at + Number(button.dataset.go)]))
    }

    showPin() {
      if (!this.pin.isConnected) return
      const drawing = this.phase(this.at).querySelector("svg").cloneNode(true)
      drawing.setAttribute("aria-hidden", "true")
      this.pin.querySelector("svg")?.remove()
      this.pin.append(drawing)
    }

    /* Keeps the drawing in sight, instead of another one, in the column of the navigation where there is one; or no longer. */
    keep() {
      if (this.pin.isConnected) this.pin.remove()
      else {
        document.querySelector(".bb-net-pin button")?.click()
        const column = document.querySelector(".md-sidebar--primary .md-sidebar__scrollwrap")
        const isBeside = column && getComputedStyle(column.parentElement).position === "sticky"
        ;(isBeside ? column : document.body).append(this.pin)
      }
      this.querySelector("[data-keep]").setAttribute("aria-pressed", String(this.pin.isConnected))
      this.showPin()
    }

    get all() {
      return this.classList.contains("bb-all")
    }

    showAll(all) {
      this.classList.toggle("bb-all", all)
      this.querySelector("[data-all]").setAttribute("aria-pressed", String(all))
      this.show(this.at)
    }

    /* A step of the listing: the last beat that it has reached. */
    follow({ listing, statement }) {
      if (listing !== this.dataset.listing) return
      this.pause()
      const reached = this.statements.findLastIndex((all) => all.length && all[0] <= statement)
      this.show(Math.max(reached, 0))
    }

    tell() {
      const [statement] = this.statements[this.at]
      if (statement !== undefined) lead(this, `s${statement}`)
    }

    go(at, all = false) {
      if (this.all && !all) this.showAll(false)
      this.show(at)
      this.tell()
    }

    /* Goes on by itself, up to a beat. */
    run(end) {
      this.play.textContent = this.play.ariaLabel = "Pause"
      clearTimeout(this.timer)
      this.timer = setTimeout(() => {
        if (this.at >= end) return this.pause()
        this.go(this.at + 1)
        return this.run(end)
      }, PACE)
      this.running = true
    }

    pause() {
      clearTimeout(this.timer)
      this.running = false
      this.play.textContent = this.play.ariaLabel = "Play"
    }

    onClick(event) {
      const button = event.target.closest("button")
      if (!button || button.getAttribute("aria-disabled") === "true") return
      const { to, moment, go, keep } = button.dataset
      const last = this.beats.length - 1
      const running = this.running
      this.pause()
      if (to) this.go(Number(to), true)
      else if (moment) {
        const first = Number(moment)
        const end = this.beats.findLastIndex((_, n) => this.phase(n) === this.phase(first))
        if (matchMedia("(prefers-reduced-motion: reduce)").matches) return this.go(end)
        this.go(first)
        this.run(end)
      } else if (go === "0") {
        if (running) return
        this.go(this.at === last ? 0 : this.at)
        this.run(last)
      } else if (go) this.go(this.at + Number(go))
      else if (keep !== undefined) this.keep()
      else this.showAll(!this.all)
    }

    onKey(event) {
      const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key]
      if (!by || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || !event.target.closest("button")) return
      event.preventDefault()
      this.pause()
      if (this.beats[this.at + by]) this.go(this.at + by)
    }
  }

  /* The network over a loop: one drawing, and a slider over the iterations that were kept. */
  class Rounds extends HTMLElement {
    connectedCallback() {
      this.slider = this.querySelector("input")
      if (!this.slider) return
      this.leaving = new AbortController()
      const on = (target, name, handle) => target.addEventListener(name, handle, { signal: this.leaving.signal })
      this.frames ??= JSON.parse(this.dataset.frames)
      this.play = this.querySelector("[data-go='0']")
      on(this.slider, "input", () => this.go(Number(this.slider.value)))
      on(this, "click", (event) => this.onClick(event))
      on(document, "bb-step", ({ detail }) => this.telling || soon(() => this.follow(detail)))
      on(document, "visibilitychange", () => document.hidden && this.pause())
      this.show(Number(this.slider.value))
    }

    disconnectedCallback() {
      this.leaving?.abort()
      clearTimeout(this.timer)
    }

    show(at) {
      this.at = at
      const [drawing, round, words, told] = this.frames[at]
      const svg = this.querySelector("svg")
      svg.innerHTML = drawing
      svg.setAttribute("aria-label", told)
      this.querySelector(".bb-net-title").textContent = round
      this.querySelector(".bb-net-said").textContent = words
      this.querySelector(".bb-net-round").textContent = round
      this.slider.value = at
      this.slider.setAttribute("aria-valuetext", round)
      for (const button of this.querySelectorAll("[data-go='-1'], [data-go='1']"))
        button.setAttribute("aria-disabled", String(!this.frames[at + Number(button.dataset.go)]))
    }

    /* A step of the listing: the last iteration that has begun. */
    follow({ listing, step }) {
      if (listing !== this.dataset.listing) return
      this.pause()
      this.show(Math.max(this.frames.findLastIndex(([, , , , first]) => first !== null && first <= step), 0))
    }

    go(at) {
      this.show(at)
      const step = this.frames[at][5]
      if (step !== null) lead(this, `t${step}`)
    }

    run() {
      this.play.textContent = this.play.ariaLabel = "Pause"
      this.timer = setTimeout(() => {
        if (!this.frames[this.at + 1]) return this.pause()
        this.go(this.at + 1)
        return this.run()
      }, PACE)
    }

    pause() {
      clearTimeout(this.timer)
      this.play.textContent = this.play.ariaLabel = "Play"
    }

    onClick(event) {
      const button = event.target.closest("button")
      if (!button || button.ariaDisabled === "true") return
      const running = this.play.textContent === "Pause"
      this.pause()
      if (button !== this.play) this.go(this.at + Number(button.dataset.go))
      else if (!running) {
        this.go(this.frames[this.at + 1] ? this.at : 0)
        this.run()
      }
    }
  }

  if (!customElements.get("bb-network")) {
    customElements.define("bb-network", Network)
    customElements.define("bb-rounds", Rounds)
  }
})()
