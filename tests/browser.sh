#!/bin/sh
# Makes sure there is a browser for the page tests; installs Debian's chromium where it may.
for name in chromium chromium-browser google-chrome google-chrome-stable; do
    command -v "$name" >/dev/null 2>&1 && exit 0
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing Debian's chromium for the page tests …"
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null && exit 0
fi
echo "The page tests need a browser: install Chromium or Chrome (Debian: apt-get install chromium)." >&2
exit 1
