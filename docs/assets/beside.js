/* The lines of a listing's step light up side by side. */
(() => {
  "use strict"

  document.addEventListener("bb-step", ({ detail: { listing, statement } }) => {
    for (const figure of document.querySelectorAll(".bb-beside")) {
      const rows = [...figure.querySelectorAll("[data-same]")]
      const groups = new Set(rows.filter((row) => row.dataset.of === `${listing}-${statement}`).flatMap((row) => row.dataset.same.split(" ")))
      for (const row of rows) row.classList.toggle("bb-lit", row.dataset.same.split(" ").some((group) => groups.has(group)))
    }
  })
})()
