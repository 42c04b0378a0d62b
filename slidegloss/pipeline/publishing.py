"""The second half of a build: writes the pages of a loaded book, runs the engine, verifies and publishes the site."""

from __future__ import annotations

from slidegloss.base.diagnostics import fails, in_order
from slidegloss.config.dirs import STAGING, default_out, own_parts, work_dir
from slidegloss.config.options import Options
from slidegloss.config.severity import adjusted
from slidegloss.engine.run import run_all, site_parts
from slidegloss.kept.store import vendor_cache
from slidegloss.pipeline.built import Built, Memory, Progress
from slidegloss.pipeline.joining import Loaded
from slidegloss.pipeline.workfolder import write_pages
from slidegloss.site.feed import site_path_of
from slidegloss.templating.environment import TemplateFault
from slidegloss.verification.looks import Looks
from slidegloss.verification.policy import HEADERS, headers_text
from slidegloss.verification.recheck import verify_again
from slidegloss.write.files import write_built
from slidegloss.write.lock import locked
from slidegloss.write.site import assembled, publish, try_to_publish


def publish_book(loaded: Loaded, options: Options, progress: Progress, memory: Memory) -> Built:
    """Make the site of a book and publish it, unless there are errors as in `build`."""
    config = loaded.config
    out = (options.out or default_out(config)).absolute()
    try_to_publish(out)
    folder = work_dir(config)
    with locked(folder, on_wait=lambda: progress("wait", 0, 1), ours=own_parts(config.settings.languages)):
        try:
            looks = Looks(folder / "cache" / "looks")
            looks.clear()  # of what a build noted that was stopped
            found, shown = write_pages(loaded, options, progress, memory, looks)
        except TemplateFault as fault:
            said = adjusted(loaded.diagnostics, config.settings)
            return Built(config, in_order([*said, fault.problem]), book=loaded.book)
        said = (*loaded.diagnostics, *found)
        diagnostics = adjusted(said, config.settings)
        if options.strict and fails(diagnostics, strict=True):
            return Built(config, diagnostics, book=loaded.book)
        languages = config.settings.languages
        progress("engine", 0, len(languages))
        results = run_all(options.engine, folder, languages, options.jobs, vendor_cache(folder), shown)
        failures = tuple(result for result in results if not result.ok)
        if failures:
            return Built(config, diagnostics, book=loaded.book, failures=failures)
        progress("publish", 0, 1)
        with assembled(folder / STAGING, site_parts(folder, languages)) as staging:
            kept = folder / "cache" / "verified"
            base = site_path_of(config.site_url)
            verified = verify_again(staging, kept, base_path=base, jobs=options.jobs, looks=looks)
            diagnostics = in_order([*diagnostics, *adjusted(verified.diagnostics, config.settings)])
            if options.strict and fails(diagnostics, strict=True):
                return Built(config, diagnostics, book=loaded.book)
            write_built(staging / HEADERS, headers_text(verified.needs).encode())
            publish(staging, out)
    return Built(config, diagnostics, out, loaded.book, said=said, verified=verified.diagnostics)
