#!/bin/sh
# Chromium ($CHROMIUM) without what its window and its hurry cost in tests that look at pages only: each new window loads two
# pages of the browser's own for its address bar, and a process lies ready for a site that nobody opens. With them a page costs
# twice as much. Of two --disable-features Chromium takes the last alone, so ours is added to Playwright's.
set -eu
for one do
  shift
  case $one in
    --disable-features=*) one=$one,WebUIOmniboxPopup,WebUIOmniboxAimPopup,SpareRendererForSitePerProcess ;;
  esac
  set -- "$@" "$one"
done
exec "$CHROMIUM" "$@"
