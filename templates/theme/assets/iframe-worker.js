/* A stand-in for Worker on pages opened from disk, where browsers refuse to start one from a file.
 *
 * The script runs in a hidden frame, started by the first message, so a reader who never searches pays nothing.
 * Over http this file does nothing at all.
 */
;(() => {
  "use strict"
  if (location.protocol !== "file:") return
  const NativeWorker = window.Worker

  class FrameWorker extends EventTarget {
    #url
    #frame = null
    #scope = null
    #waiting = []

    constructor(url, options) {
      super()
      if (/^(blob|data):/.test(url)) return new NativeWorker(url, options)
      this.#url = new URL(url, document.baseURI).href
    }

    postMessage(data) {
      if (this.#scope) return this.#deliver(data)
      this.#waiting.push(data)
      if (!this.#frame) this.#open()
    }

    terminate() {
      this.#frame?.remove()
      this.#scope = null
    }

    set onmessage(listener) {
      this.addEventListener("message", listener)
    }

    #deliver(data) {
      this.#scope.dispatchEvent(new this.#scope.MessageEvent("message", { data }))
    }

    #open() {
      const frame = (this.#frame = document.createElement("iframe"))
      frame.hidden = true
      frame.title = "search"
      frame.srcdoc = "<!doctype html><title>search</title>"
      frame.addEventListener("load", () => this.#start(frame.contentWindow), { once: true })
      document.body.append(frame)
    }

    async #start(scope) {
      const load = (src) =>
        new Promise((resolve, reject) => {
          const script = scope.document.createElement("script")
          script.src = src
          script.onload = resolve
          script.onerror = () => reject(new Error(`cannot load ${src}`))
          scope.document.head.append(script)
        })
      scope.importScripts = async (...urls) => {
        for (const url of urls) await load(new URL(url, this.#url).href)
      }
      // answers arrive later, as they do from a real worker: listeners may be added after the question is asked
      scope.postMessage = (data) => setTimeout(() => this.dispatchEvent(new MessageEvent("message", { data })))
      try {
        await load(this.#url)
      } catch (error) {
        this.dispatchEvent(new ErrorEvent("error", { message: error.message, error }))
        return
      }
      this.#scope = scope
      for (const data of this.#waiting.splice(0)) this.#deliver(data)
    }
  }

  window.Worker = FrameWorker
})()
