/* The playground: the operations of snippets/playground_numpy.py, in the same order. A matrix is a Float64Array, row by row. */
(() => {
  "use strict"
  if (customElements.get("bb-playground")) return

  // ---- Images: four pixels row by row; the number of an image reads them as binary digits ----

  const PIXELS = ["top left", "top right", "bottom left", "bottom right"]
  const bits = (image) => [8, 4, 2, 1].map((bit) => (image & bit ? 1 : 0))
  const flip = ([a, b, c, d]) => [a, c, b, d]
  const ALL = Array.from({ length: 16 }, (_, image) => image)
  const stack = (images, change = (picture) => picture) => Float64Array.from(images.flatMap((image) => change(bits(image))))

  // ---- Start weights ----

  const chapter = (nudge) => ({
    W1: Float64Array.of(0.2, -0.5, 0.1, -0.3, 0.4, -0.2, 0.1, 0.3, 0.5, -0.4, 0.2, -0.1),
    b1: Float64Array.of(0.1 + nudge * 1e-6, -0.1, 0),
    W2: Float64Array.of(0.3, -0.2, 0.4, 0.1, -0.1, 0.5, -0.3, 0.2, 0.2, -0.4, 0.1, -0.5),
    b2: Float64Array.of(0, 0.1, -0.1, 0),
  })

  /* Numbers from zero to one that the seed decides: a counter in strides of the golden ratio, its bits mixed by two products. */
  const numbers = (seed) => {
    let state = seed >>> 0
    return () => {
      state = (state + 0x9e3779b9) >>> 0
      let z = Math.imul(state ^ (state >>> 16), 0x85ebca6b)
      z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35)
      return ((z ^ (z >>> 16)) >>> 0) / 2 ** 32
    }
  }

  /* Uniform within one over the root of the inputs, as `nn.Linear` has it; without hidden neurons there is only W2 and b2. */
  const draw = (hidden, seed) => {
    const next = numbers(seed)
    const uniform = (count, fanIn) => Float64Array.from({ length: count }, () => (2 * next() - 1) / Math.sqrt(fanIn))
    const fanIn = hidden || 4
    return { W1: uniform(4 * hidden, 4), b1: uniform(hidden, 4), W2: uniform(4 * fanIn, fanIn), b2: uniform(4, fanIn) }
  }

  // ---- Training ----

  /* out = input @ W + b, for each row. */
  const layer = (input, W, b, out) => {
    const [fanOut, fanIn] = [b.length, W.length / b.length]
    for (let row = 0; row * fanOut < out.length; row++)
      for (let to = 0; to < fanOut; to++) {
        let sum = 0
        for (let from = 0; from < fanIn; from++) sum += input[row * fanIn + from] * W[from * fanOut + to]
        out[row * fanOut + to] = sum + b[to]
      }
  }

  /* Gradients of a layer from what went in and the gradient of what came out, summed over the rows. */
  const gradients = (input, dOut, dW, db) => {
    const [fanOut, fanIn] = [db.length, dW.length / db.length]
    dW.fill(0)
    db.fill(0)
    for (let row = 0; row * fanOut < dOut.length; row++)
      for (let to = 0; to < fanOut; to++) {
        const slope = dOut[row * fanOut + to]
        db[to] += slope
        for (let from = 0; from < fanIn; from++) dW[from * fanOut + to] += input[row * fanIn + from] * slope
      }
  }

  /* Pre-activations, activations and outputs of some images. Without a hidden layer the images go straight into the last. */
  const forward = ({ W1, b1, W2, b2 }, x, bar) => {
    const rows = x.length / 4
    const z = new Float64Array(rows * b1.length)
    if (b1.length) layer(x, W1, b1, z)
    const h = b1.length ? z.map((value) => (value > bar ? value : 0)) : x
    const y = new Float64Array(rows * 4)
    layer(h, W2, b2, y)
    return { z, h, y }
  }

  /* The gradients are those of the present parameters. */
  class Training {
    constructor(parameters, images, rate, bar) {
      Object.assign(this, { parameters, rate, bar, losses: [], died: new Map() })
      this.x = stack(images)
      this.target = stack(images, flip)
      this.gradient = Object.fromEntries(Object.entries(parameters).map(([name, p]) => [name, new Float64Array(p.length)]))
      this.look()
      this.firstGradient = this.gradient.b1.slice()
    }

    get step() {
      return this.losses.length - 1
    }

    get loss() {
      return this.losses[this.step]
    }

    look() {
      const { parameters: { W2, b1 }, gradient: g, x, target } = this
      const { z, h, y } = forward(this.parameters, x, this.bar)
      this.h = h
      const error = y.map((value, i) => value - target[i])
      this.losses.push(error.reduce((sum, value) => sum + value * value, 0) / error.length)
      // Without a gradient a dead neuron stays dead.
      if (Number.isFinite(this.loss)) this.speaking().forEach((count, neuron) => count || this.died.has(neuron) || this.died.set(neuron, this.step))
      const dY = error.map((value) => (2 * value) / error.length)
      gradients(h, dY, g.W2, g.b2)
      if (!b1.length) return
      const dZ = z.map((value, i) => {
        if (!(value > this.bar)) return 0
        const [row, neuron] = [Math.floor(i / b1.length), i % b1.length]
        let sum = 0
        for (let to = 0; to < 4; to++) sum += dY[row * 4 + to] * W2[neuron * 4 + to]
        return sum
      })
      gradients(x, dZ, g.W1, g.b1)
    }

    update() {
      for (const [name, p] of Object.entries(this.parameters)) {
        const g = this.gradient[name]
        for (let i = 0; i < p.length; i++) p[i] -= this.rate * g[i]
      }
      this.look()
    }

    /* For how many images of the training each hidden neuron is active. */
    speaking() {
      const width = this.parameters.b1.length
      const counts = new Array(width).fill(0)
      if (width) this.h.forEach((value, i) => { if (value > 0) counts[i % width]++ })
      return counts
    }
  }

  // ---- Settings and their address ----

  const LOWEST = 0.001
  const HIGHEST = 4.5
  const RATES = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, ...Array.from({ length: 45 }, (_, i) => (i + 1) / 10)]
  const MOST_STEPS = 5000
  const MOST_SEED = 2 ** 32 - 1
  const BARS = { tolerance: 1e-6, plain: 0 }
  const DEFAULT = { image: 11, train: "one", hidden: 3, start: "chapter", seed: 1, nudge: 0, relu: "tolerance", rate: 0.1, steps: 200 }
  const SEEDED = { train: "all", start: "seed", seed: 5 }

  // The page says what to look at in each.
  const PRESETS = [
    ["kink-up", "the kink: a millionth up", { relu: "plain", nudge: 1, steps: 1 }],
    ["kink-down", "the kink: a millionth down", { relu: "plain", nudge: -1, steps: 1 }],
    ["dead", "the hidden layer dies", {}],
    ["rate-0.01", "learning rate 0.01", { rate: 0.01 }],
    ["rate-0.5", "learning rate 0.5", { rate: 0.5 }],
    ["rate-2.0", "learning rate 2.0", { rate: 2, steps: 20 }],
    ["rate-4.0", "learning rate 4.0", { rate: 4 }],
    ["rate-4.1", "learning rate 4.1", { rate: 4.1 }],
    ["three", "three hidden neurons cannot", { ...SEEDED, rate: 0.5, steps: 800 }],
    ["eight", "eight hidden neurons can", { ...SEEDED, hidden: 8, rate: 0.5, steps: 800 }],
    ["five-dead", "eight hidden neurons, of which five die", { ...SEEDED, hidden: 8, seed: 7, rate: 0.5, steps: 800 }],
    ["left-out", "one image left out", { ...SEEDED, train: "rest", hidden: 8, rate: 0.05, steps: 500 }],
    ["linear", "no hidden layer", { ...SEEDED, hidden: 0, rate: 0.5, steps: 500 }],
  ].map(([name, title, settings]) => ({ name, title, settings: { ...DEFAULT, ...settings } }))

  const number = (text, low, high, otherwise) => {
    const value = String(text).trim() === "" ? NaN : Number(text)
    return Number.isFinite(value) ? Math.min(high, Math.max(low, value)) : otherwise
  }
  const whole = (...arguments_) => Math.round(number(...arguments_))

  /* Settings that go together: the chapter's weights fit three neurons only, and only they are nudged. */
  const settled = (settings) => {
    const made = { ...settings }
    if (made.hidden !== 3) made.start = "seed"
    if (made.start === "seed") made.nudge = 0
    else made.seed = DEFAULT.seed
    return made
  }

  const NUDGES = { up: 1, down: -1 }
  const same = (a, b) => Object.keys(DEFAULT).every((key) => a[key] === b[key])
  const presetOf = (settings) => PRESETS.find((preset) => same(settled(preset.settings), settings))

  /* Settings from the query of an address. What is not understood is left as it was. */
  const fromQuery = (query) => {
    const given = new URLSearchParams(query)
    const made = { ...(PRESETS.find(({ name }) => name === given.get("preset"))?.settings ?? DEFAULT) }
    const image = given.get("image")
    if (/^[01]{4}$/.test(image)) made.image = parseInt(image, 2)
    if (["one", "all", "rest"].includes(given.get("train"))) made.train = given.get("train")
    if (given.has("hidden")) made.hidden = whole(given.get("hidden"), 0, 16, made.hidden)
    if (given.get("start") === "chapter") made.start = "chapter"
    const seed = whole(given.get("start") ?? "", 0, MOST_SEED, NaN)
    if (Number.isFinite(seed)) Object.assign(made, { start: "seed", seed })
    if (given.get("nudge") in NUDGES) made.nudge = NUDGES[given.get("nudge")]
    if (given.get("relu") in BARS) made.relu = given.get("relu")
    if (given.has("rate")) made.rate = number(given.get("rate"), LOWEST, HIGHEST, made.rate)
    if (given.has("steps")) made.steps = whole(given.get("steps"), 1, MOST_STEPS, made.steps)
    return settled(made)
  }

  const toQuery = (settings) => {
    if (same(settings, settled(DEFAULT))) return ""
    const preset = presetOf(settings)
    if (preset) return `?preset=${preset.name}`
    const { image, train, hidden, start, seed, nudge, relu, rate, steps } = settings
    const query = new URLSearchParams({ image: bits(image).join(""), train, hidden, start: start === "seed" ? seed : start })
    if (nudge) query.set("nudge", nudge > 0 ? "up" : "down")
    for (const [name, value] of Object.entries({ relu, rate, steps })) query.set(name, value)
    return `?${query}`
  }

  const images = ({ image, train }) => (train === "one" ? [image] : ALL.filter((other) => train === "all" || other !== image))
  const begin = (settings) => {
    const parameters = settings.start === "chapter" ? chapter(settings.nudge) : draw(settings.hidden, settings.seed)
    return new Training(parameters, images(settings), settings.rate, BARS[settings.relu])
  }

  // ---- Words ----

  const minus = (text) => text.replaceAll("-", "−")
  const fixed = (value, digits) => {
    if (!Number.isFinite(value)) return "not a number"
    if (Math.abs(value) >= 1e5) return minus(value.toExponential(1)).replace("+", "")
    const text = value.toFixed(digits)
    return Number(text) ? minus(text) : (0).toFixed(digits)
  }
  const small = (value, digits = 4) =>
    (value !== 0 && Math.abs(value) < 10 ** -digits ? minus(value.toExponential(1)) : fixed(value, digits))
  const plural = (count, word) => `${count} ${word}${count === 1 ? "" : "s"}`

  const describe = ({ image, train, hidden, start, seed, nudge, relu, rate }) => {
    const what = train === "one" ? `image ${bits(image).join(" ")}` : train === "all" ? "all 16 images" : `all but ${bits(image).join(" ")}`
    const net = hidden ? plural(hidden, "hidden neuron") : "no hidden layer"
    const moved = nudge ? ` with b1[0] a millionth ${nudge > 0 ? "up" : "down"}` : ""
    const from = start === "seed" ? `seed ${seed}` : `the chapter’s weights${moved}`
    return `${what}, ${net}, ${from}, ${hidden && relu === "plain" ? "plain ReLU, " : ""}learning rate ${rate}`
  }

  // ---- Elements ----

  const make = (space) => (tag, attributes, ...children) => {
    const node = space ? document.createElementNS(space, tag) : document.createElement(tag)
    for (const [name, value] of Object.entries(attributes ?? {})) node.setAttribute(name, value)
    node.append(...children)
    return node
  }
  const el = make()
  const draw2 = make("http://www.w3.org/2000/svg")

  /* Writes only what is different, so that nothing is laid out again for nothing. */
  const put = (node, text) => {
    if (node.textContent !== text) node.textContent = text
  }
  const set = (node, name, value) => {
    if (node.getAttribute(name) !== String(value)) node.setAttribute(name, value)
  }

  /* A wrong pixel is struck through. */
  const thumb = (role) => {
    const svg = draw2("svg", { class: `pg-thumb pg-${role}`, viewBox: "0 0 26 26", "aria-hidden": "true" })
    const pixels = PIXELS.map((_, i) => {
      const [x, y] = [1 + (i % 2) * 12, 1 + Math.floor(i / 2) * 12]
      const square = draw2("rect", { x, y, width: 12, height: 12 })
      const cross = draw2("path", { d: `M${x + 3} ${y + 3}l6 6m0-6l-6 6`, visibility: "hidden" })
      svg.append(square, cross)
      return [square, cross]
    })
    return {
      svg,
      show: (values, wrong = []) => pixels.forEach(([square, cross], i) => {
        set(square, "fill-opacity", Math.min(1, Math.max(0, values[i] || 0)).toFixed(2))
        set(cross, "visibility", wrong[i] ? "visible" : "hidden")
      }),
    }
  }

  /* A table whose cells can be written; a head is a text and the role whose colour it has. */
  const table = (caption, heads, rowHeads) => {
    const cells = rowHeads.map(() => heads.slice(1).map(() => el("td")))
    const node = el("table", { class: "bb-table pg-table" }, el("caption", null, caption),
      el("thead", null, el("tr", null, ...heads.map(([head, role]) => (head ? el("th", { scope: "col" }, role ? el("span", { class: `bb-sym-${role}` }, head) : head) : el("td"))))),
      el("tbody", null, ...rowHeads.map((head, row) => el("tr", null, el("th", { scope: "row" }, head), ...cells[row]))))
    return { node, write: (rows) => rows.forEach((row, i) => row.forEach((text, j) => put(cells[i][j], text))) }
  }

  // ---- The curve of the loss ----

  const PLOT = { top: 10, right: 12, bottom: 26, left: 50, height: 230 }
  const DEEPEST = -12

  const power = (exponent) => (Math.abs(exponent) > 3 ? `1e${minus(String(exponent))}` : fixed(10 ** exponent, Math.max(0, -exponent)))
  const exponent = (loss) => Math.max(DEEPEST, Math.log10(Math.max(loss, Number.MIN_VALUE)))

  class Curve {
    constructor() {
      this.axes = draw2("g", { class: "pg-axes" })
      this.floor = draw2("g", { class: "pg-floor" })
      this.before = draw2("polyline", { class: "pg-before" })
      this.now = draw2("polyline", { class: "pg-now" })
      this.dot = draw2("circle", { class: "pg-dot", r: 3.5 })
      this.deaths = draw2("path", { class: "pg-deaths" })
      this.svg = draw2("svg", { class: "pg-curve", role: "img", height: PLOT.height }, this.axes, this.floor, this.before, this.now, this.dot, this.deaths)
      this.width = 320
    }

    resize(width) {
      this.width = Math.max(200, Math.round(width))
      set(this.svg, "viewBox", `0 0 ${this.width} ${PLOT.height}`)
      set(this.svg, "width", this.width)
    }

    show({ losses, died }, before, floor, goal) {
      const finite = [...losses, ...(before ?? []), ...(floor ? [floor.loss] : [])].filter(Number.isFinite).map(exponent)
      const [least, most] = finite.reduce(([low, high], value) => [Math.min(low, value), Math.max(high, value)], [Infinity, -Infinity])
      const high = Math.ceil(most + 1e-9)
      const low = Math.min(Math.floor(least), high - 2)
      const last = Math.max(goal, losses.length - 1, (before?.length ?? 1) - 1, 1)
      const { top, right, bottom, left, height } = PLOT
      const x = (step) => left + ((this.width - left - right) * step) / last
      const y = (loss) => top + ((height - top - bottom) * (high - Math.min(high, exponent(loss)))) / (high - low)
      this.scale(x, y, low, high, last)
      const line = (values) => {
        const stride = Math.ceil(values.length / 600)
        const points = []
        values.forEach((loss, step) => {
          if ((step % stride === 0 || step === values.length - 1) && Number.isFinite(loss)) points.push(`${x(step).toFixed(1)},${y(loss).toFixed(1)}`)
        })
        return points.join(" ")
      }
      set(this.now, "points", line(losses))
      set(this.before, "points", before ? line(before) : "")
      const [step, loss] = [losses.length - 1, losses[losses.length - 1]]
      set(this.dot, "cx", x(step))
      set(this.dot, "cy", Number.isFinite(loss) ? y(loss) : top)
      set(this.deaths, "d", [...died.values()].map((step) => `M${x(step) - 4} ${y(losses[step]) - 4}l8 8m0-8l-8 8`).join(""))
      this.showFloor(floor, y)
      const said = `Loss on a logarithmic axis, over the steps. At step 0 it is ${small(losses[0])}${step ? `, at step ${step} ${small(loss)}` : ""}.`
      set(this.svg, "aria-label", floor ? `${said} A dashed line marks the ${floor.text}.` : said)
    }

    scale(x, y, low, high, last) {
      const key = [low, high, last, this.width].join()
      if (key === this.key) return
      this.key = key
      const { top, right, bottom, left, height } = PLOT
      const nodes = []
      const every = Math.ceil((high - low) / 6)
      for (let at = high; at >= low; at -= every) {
        const level = y(10 ** at).toFixed(1)
        nodes.push(draw2("path", { d: `M${left} ${level}H${this.width - right}` }),
          draw2("text", { x: left - 6, y: level, dy: "0.32em", "text-anchor": "end" }, power(at)))
      }
      const apart = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000].find((step) => last / step <= 5) ?? 10 ** Math.ceil(Math.log10(last / 5))
      for (let step = 0; step <= last; step += apart)
        nodes.push(draw2("text", { x: x(step).toFixed(1), y: height - bottom + 18, "text-anchor": step ? "middle" : "start" }, String(step)))
      nodes.push(draw2("path", { d: `M${left} ${top}V${height - bottom}` }))
      this.axes.replaceChildren(...nodes)
    }

    showFloor(floor, y) {
      if (!floor) return this.floor.replaceChildren()
      const level = y(floor.loss)
      this.floor.replaceChildren(
        draw2("path", { d: `M${PLOT.left} ${level.toFixed(1)}H${this.width - PLOT.right}` }),
        draw2("text", { x: this.width - PLOT.right, y: (level - 6).toFixed(1), "text-anchor": "end" }, floor.text))
    }
  }

  /* What no network with so few active neurons can get below, on all images. */
  const floorFor = (neurons) => ({ loss: (4 - neurons) / 16, text: `floor for ${plural(neurons, "neuron")}: ${(4 - neurons) / 16}` })

  // ---- The page ----

  class Playground extends HTMLElement {
    static parts = { PRESETS, begin, draw, chapter, fromQuery, toQuery }

    connectedCallback() {
      if (!this.fields) this.build()
      this.leaving = new AbortController()
      const on = (target, name, handle) => target.addEventListener(name, handle, { signal: this.leaving.signal })
      on(this, "click", (event) => this.onClick(event))
      on(this, "input", (event) => this.onInput(event))
      on(this, "change", (event) => this.onChange(event))
      // The site's own shortcuts (n, p, s, f, ...) would leave the page.
      on(this, "keydown", (event) => { if (event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) event.stopPropagation() })
      this.calm = matchMedia("(prefers-reduced-motion: reduce)")
      // In the next frame: a size that changes while it is observed is logged as an error.
      this.watching = new ResizeObserver(() => requestAnimationFrame(() => this.fit()))
      this.watching.observe(this.plate)
      this.query = location.search
      this.before = null
      this.apply(fromQuery(location.search))
      this.details.open = this.isWide
    }

    disconnectedCallback() {
      this.pause()
      this.leaving?.abort()
      this.watching?.disconnect()
    }

    build() {
      const find = (selector) => this.querySelector(selector)
      this.fields = Object.fromEntries(["preset", "steps", "rate", "rates", "hidden", "seed"].map((name) => [name, find(`#pg-${name}`)]))
      this.details = find(".pg-settings")
      this.plate = find(".pg-plate")
      this.tables = find(".pg-tables")
      this.caption = find("figcaption")
      this.said = find(".pg-said")
      this.near = find(".pg-near")
      this.runs = find("[data-do=run]")
      this.show = Object.fromEntries([...this.querySelectorAll("[data-show]")].map((node) => [node.dataset.show, node]))
      this.wanted = thumb("target")
      find(".pg-wanted").append(this.wanted.svg)
      this.curve = new Curve()
      this.plate.append(this.curve.svg)
      PRESETS.forEach(({ name, title }, i) => Object.assign(this.fields.preset[i + 1], { value: name, textContent: title }))
      this.pictures = ALL.map((image) => {
        const [picture, guess] = [thumb("input"), thumb("output")]
        picture.show(bits(image))
        const [verdict, part] = [el("span", { class: "pg-verdict" }), el("span", { class: "pg-part" })]
        const words = el("span", { class: "pg-unseen" }, `Picture ${bits(image).join(" ")}: `)
        const item = el("li", null, el("span", { class: "pg-pair" }, picture.svg, el("span", { "aria-hidden": "true" }, "→"), guess.svg), words, verdict, part)
        find(".pg-pictures").append(item)
        return { guess, verdict, part, item }
      })
    }

    get isWide() {
      return getComputedStyle(this.details).getPropertyValue("--pg-wide").trim() === "1"
    }

    fit() {
      this.curve.resize(this.plate.clientWidth)
      if (this.isWide) this.details.open = true
      this.draw()
    }

    // ---- Settings ----

    /* Takes settings over, and starts anew if they make another training. */
    apply(settings) {
      const old = this.settings
      this.settings = settled(settings)
      this.showSettings()
      const looks = old && same({ ...old, steps: 0, image: this.settings.train === "all" ? 0 : old.image },
        { ...this.settings, steps: 0, image: this.settings.train === "all" ? 0 : this.settings.image })
      if (looks && this.training) {
        this.goal = Math.max(this.training.step, this.running ? this.goal : this.settings.steps)
        this.arrange()
        this.draw()
      } else this.reset()
    }

    change(part) {
      this.apply({ ...this.settings, ...part })
      const query = toQuery(this.settings)
      if (query !== this.query) history.replaceState(history.state, "", `${location.pathname}${query}${location.hash}`)
      this.query = query
    }

    showSettings() {
      const { settings, fields } = this
      const { image, hidden, start, seed, nudge, relu, rate, steps, train } = settings
      const preset = presetOf(settings)
      fields.preset.value = preset?.name ?? ""
      put(this.querySelector(".pg-look"), fields.preset.selectedOptions[0].dataset.look)
      const pixels = bits(image)
      for (const button of this.querySelectorAll("[data-pixel]")) set(button, "aria-pressed", Boolean(pixels[button.dataset.pixel]))
      this.wanted.show(flip(pixels))
      for (const [name, value] of Object.entries({ train, start, nudge: ["down", "none", "up"][nudge + 1], relu }))
        for (const input of this.querySelectorAll(`[name=pg-${name}]`)) input.checked = input.value === value
      this.querySelector("[name=pg-start][value=chapter]").disabled = hidden !== 3
      this.querySelector(".pg-nudges").disabled = start !== "chapter"
      this.querySelector(".pg-relu").disabled = !hidden
      for (const [name, value] of Object.entries({ rate, steps, seed, hidden })) if (Number(fields[name].value) !== value || fields[name].value === "") fields[name].value = value
      const nearest = RATES.reduce((best, other, at) => (Math.abs(other - rate) < Math.abs(RATES[best] - rate) ? at : best), 0)
      fields.rates.value = nearest
      set(fields.rates, "aria-valuetext", String(rate))
      const words = hidden ? String(hidden) : "none: a single linear layer"
      put(this.querySelector(".pg-count"), words)
      set(fields.hidden, "aria-valuetext", words)
      put(this.querySelector(".pg-summary"), describe(settings))
    }

    // ---- Training ----

    reset() {
      this.pause()
      if (this.training?.step) this.before = { losses: this.training.losses, words: describe(this.started) }
      this.started = this.settings
      this.training = begin(this.settings)
      this.goal = this.settings.steps
      this.arrange()
      this.draw()
      put(this.said, "")
    }

    get isFinite() {
      return Number.isFinite(this.training.loss)
    }

    step() {
      this.pause()
      if (this.isFinite) this.training.update()
      this.goal = Math.max(this.goal, this.training.step)
      this.draw()
      this.tell()
    }

    run() {
      const { training } = this
      if (training.step >= this.goal) this.goal = training.step + this.settings.steps
      this.running = true
      put(this.runs, "Pause")
      put(this.said, "")
      // About three seconds for a whole run; never more work in a frame than it has room for.
      const pace = Math.ceil((this.goal - training.step) / 180)
      let drawn = 0
      const frame = (time) => {
        const until = performance.now() + 6
        for (let left = pace; left && training.step < this.goal && this.isFinite && performance.now() < until; left--) training.update()
        const done = training.step >= this.goal || !this.isFinite
        if (!done && time - drawn > (this.calm.matches ? 300 : 120)) {
          drawn = time
          this.draw()
        } else if (!done && !this.calm.matches) this.drawCurve(this.judge())
        if (done) this.halt()
        else this.frame = requestAnimationFrame(frame)
      }
      this.frame = requestAnimationFrame(frame)
    }

    pause() {
      cancelAnimationFrame(this.frame)
      this.running = false
      if (this.runs) put(this.runs, "Run")
    }

    halt() {
      this.pause()
      this.draw()
      this.tell()
    }

    /* A summary, which screen readers announce: only when the training stands still. */
    tell() {
      const { training, settings: { hidden, train } } = this
      const { right, dead } = this.judge()
      const alive = hidden - dead
      const words = [`Step ${training.step}: loss ${small(training.loss)}, ${right} of 16 images right.`]
      if (!this.isFinite) words.push("The loss has grown beyond all numbers, and the run has ended.")
      else if (hidden && !alive) words.push("Every hidden neuron is dead: only the output biases still learn.")
      else if (hidden) words.push(dead ? `Of ${plural(hidden, "hidden neuron")}, ${dead} ${dead === 1 ? "is" : "are"} dead.` : "No hidden neuron is dead.")
      if (this.isFinite && hidden && train === "all" && alive < 4) words.push(`With ${alive} alive, the loss cannot get below ${(4 - alive) / 16}.`)
      put(this.said, words.join(" "))
    }

    judge() {
      const { y } = forward(this.training.parameters, stack(ALL), this.training.bar)
      const wrong = ALL.map((image) => flip(bits(image)).map((wanted, i) => y[image * 4 + i] > 0.5 !== wanted > 0.5))
      const right = wrong.filter((pixels) => !pixels.includes(true)).length
      return { y, wrong, right, dead: this.training.speaking().filter((count) => !count).length }
    }

    // ---- Drawing ----

    arrange() {
      const { settings: { image, train, hidden } } = this
      this.outputs = table(`This image, ${bits(image).join(" ")}`, [["output"], ["prediction", "output"], ["target", "target"], ["error"]], PIXELS)
      const seen = images(this.settings).length
      const nodes = [this.outputs.node]
      if (hidden) {
        this.neurons = table("Hidden neurons", [["neuron"], ["pre-activation, this image", "preactivation"], [`active for, of ${seen}`, "activation"], ["gradient of its bias", "gradient"], ["the same at step 0", "gradient"]],
          Array.from({ length: hidden }, (_, neuron) => String(neuron)))
        nodes.push(this.neurons.node)
      } else {
        const heads = [[""], ...PIXELS.map((name) => [name, "output"])]
        this.weights = table("Weights, from each pixel to each output", heads, PIXELS)
        const goal = table("The matrix P that flips", heads, PIXELS)
        goal.write(PIXELS.map((_, from) => PIXELS.map((__, to) => (flip([0, 1, 2, 3])[to] === from ? "1" : "0"))))
        nodes.push(this.weights.node, goal.node)
      }
      const boxes = nodes.map((node) => el("div", { class: "bb-grid", tabindex: "0", role: "region", "aria-label": node.caption.textContent }, node))
      this.tables.replaceChildren(...boxes)
      this.pictures.forEach(({ part, item }, other) => {
        const label = other !== image ? "" : train === "all" ? "this image" : train === "one" ? "trained on" : "left out"
        put(part, label)
        item.classList.toggle("pg-chosen", Boolean(label))
      })
    }

    draw() {
      if (!this.training) return
      const judged = this.judge()
      this.drawCurve(judged)
      this.drawTables(judged)
    }

    /* What changes from frame to frame while the training runs. */
    drawCurve({ right, dead }) {
      const { training, settings: { hidden, train }, show } = this
      put(show.step, String(training.step))
      put(show.loss, small(training.loss))
      put(show.right, `${right} of 16`)
      put(show.dead, hidden ? `${dead} of ${hidden}` : "none there")
      const neurons = hidden < 4 ? hidden : hidden - dead
      const floor = train === "all" && hidden && neurons < 4 ? floorFor(neurons) : null
      this.curve.show(training, this.before?.losses, floor, this.goal)
    }

    drawTables({ y, wrong }) {
      const { training, settings: { image, hidden } } = this
      const deep = [...training.losses, ...(this.before?.losses ?? [])].some((loss) => loss < 10 ** DEEPEST) ? " What is below the axis runs along its lower edge." : ""
      const deaths = [...training.died].map(([neuron, step]) => `neuron ${neuron} at step ${step}`).join(", ")
      put(this.caption, `The loss at each step, on a logarithmic axis.${deaths && ` A cross marks where a neuron dies: ${deaths}.`}${this.before ? ` Dotted: the run before (${this.before.words}).` : ""}${deep}`)
      this.pictures.forEach(({ guess, verdict }, other) => {
        const count = wrong[other].filter(Boolean).length
        guess.show(y.subarray(other * 4, other * 4 + 4), wrong[other])
        put(verdict, count ? `✗ ${count} wrong` : "✓ right")
        verdict.classList.toggle("pg-wrong", Boolean(count))
      })
      const wanted = flip(bits(image))
      this.outputs.write(PIXELS.map((_, i) => [fixed(y[image * 4 + i], 3), String(wanted[i]), fixed(y[image * 4 + i] - wanted[i], 3)]))
      put(this.near, "")
      if (hidden) this.showNeurons()
      else this.weights.write(PIXELS.map((_, from) => PIXELS.map((__, to) => fixed(training.parameters.W2[from * 4 + to], 3))))
    }

    showNeurons() {
      const { training, settings: { image } } = this
      const { z } = forward(training.parameters, stack([image]), training.bar)
      const { b1 } = training.gradient
      const { bar } = training
      const isNear = (value) => value && Math.abs(value) <= (bar || 1e-12)
      put(this.near, z.some(isNear) ? `≈ 0: ${bar ? "what is at most a millionth counts as zero" : "its sign is a rounding error"}.` : "")
      this.neurons.write(training.speaking().map((count, neuron) =>
        [small(z[neuron]) + (isNear(z[neuron]) ? " ≈ 0" : ""), count ? String(count) : "0, dead", small(b1[neuron]), small(training.firstGradient[neuron])]))
    }

    // ---- Events ----

    onClick({ target }) {
      const button = target.closest("button")
      if (!button) return
      const { pixel } = button.dataset
      if (pixel !== undefined) return this.change({ image: this.settings.image ^ (8 >> pixel) })
      const action = button.dataset.do
      if (action === "run") this.running ? this.halt() : this.run()
      else if (action) this[action]()
    }

    onInput({ target }) {
      const { rates, hidden } = this.fields
      if (target === rates && Number(target.value) !== RATES.indexOf(this.settings.rate)) this.apply({ ...this.settings, rate: RATES[target.value] })
      if (target === hidden) this.apply({ ...this.settings, hidden: Number(target.value) })
    }

    onChange({ target }) {
      const { preset, steps, rate, seed } = this.fields
      const { settings } = this
      if (target === preset) return this.change(PRESETS.find(({ name }) => name === target.value)?.settings ?? {})
      if (target === steps) return this.change({ steps: whole(target.value, 1, MOST_STEPS, settings.steps) })
      if (target === rate) return this.change({ rate: number(target.value, LOWEST, HIGHEST, settings.rate) })
      if (target === seed) return this.change({ start: "seed", seed: whole(target.value, 0, MOST_SEED, settings.seed) })
      if (target.type === "range") return this.change({})
      if (target.type !== "radio") return
      const name = target.name.slice(3)
      this.change({ [name]: name === "nudge" ? NUDGES[target.value] ?? 0 : target.value })
    }
  }

  customElements.define("bb-playground", Playground)
})()
