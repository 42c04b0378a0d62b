/* Draws the diagrams of a page. Without JavaScript, or when a diagram has a mistake, its source stays readable. */
(() => {
  const blocks = [...document.querySelectorAll(".sg-mermaid")].map((element, index) => ({
    element, id: `sg-diagram-${index + 1}`, source: element.textContent.trim(), drawing: null,
  }))
  const colour = (name) => getComputedStyle(document.body).getPropertyValue(name).trim()

  async function draw() {
    const dark = document.body.dataset.mdColorScheme === "slate"
    mermaid.initialize({
      startOnLoad: false,
      securityLevel: "strict",
      deterministicIds: true,
      theme: "base",
      themeVariables: {
        darkMode: dark,
        background: colour("--sg-paper"),
        primaryColor: colour("--sg-wash"),
        primaryTextColor: colour("--sg-ink"),
        primaryBorderColor: colour("--sg-line-strong"),
        lineColor: colour("--sg-quiet"),
        textColor: colour("--sg-ink"),
        fontFamily: getComputedStyle(document.body).fontFamily,
      },
    })
    for (const block of blocks) {
      try {
        const { svg } = await mermaid.render(block.id, block.source)
        if (!block.drawing) {
          block.drawing = document.createElement("div")
          block.drawing.className = "sg-mermaid__drawing"
          block.element.before(block.drawing)
        }
        block.drawing.innerHTML = svg
        block.element.classList.add("sg-mermaid--drawn")
      } catch (error) {
        document.getElementById(`d${block.id}`)?.remove()
        console.warn(`diagram not drawn: ${error.message}`)
      }
    }
  }

  if (!blocks.length) return
  const script = document.querySelector("script[src*='/mermaid.min.js']")
  let queue = (window.mermaid ? Promise.resolve() : new Promise((loaded) => script?.addEventListener("load", loaded))).then(draw)
  new MutationObserver(() => { queue = queue.then(draw) })
    .observe(document.body, { attributes: true, attributeFilter: ["data-md-color-scheme"] })
})()
