#!/bin/sh
# Makes .venv from uv.lock with nothing but a Python on the machine. Called by `make install`.
set -eu
uv_version=$1

# The first Python that is new enough; PYTHON=… names another one.
python=
for candidate in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        python=$candidate
        break
    fi
done
if [ -z "$python" ]; then
    found=$(python3 --version 2>/dev/null || echo "none")
    echo "Python 3.11 or newer is needed, found: $found. Install one, or name it: make PYTHON=/path/to/python3" >&2
    exit 1
fi

# uv in an environment of its own; .tools/uv is the one name the Makefile knows.
if ! .tools/bin/uv --version 2>/dev/null | grep -q "^uv $uv_version"; then
    rm -rf .tools
    if "$python" -c 'import venv, ensurepip' 2>/dev/null; then
        echo "Getting uv $uv_version ..."
        "$python" -m venv .tools
        .tools/bin/python -m pip install --quiet --disable-pip-version-check "uv==$uv_version"
    elif uv --version 2>/dev/null | grep -Eq '^uv 0\.(1[3-9]|[2-9][0-9])'; then
        mkdir -p .tools/bin
        ln -s "$(command -v uv)" .tools/bin/uv
    else
        echo "The module venv of $python is missing: install it (Debian, Ubuntu: apt-get install python3-venv)" >&2
        exit 1
    fi
fi
ln -sf bin/uv .tools/uv

# A cache of our own where the home directory cannot be written.
[ -w "${HOME:-/nowhere}" ] || export UV_CACHE_DIR="$PWD/.tools/cache"
interpreter=$("$python" -c 'import sys; print(sys.executable)')
.tools/uv sync --frozen --inexact --quiet --python "$interpreter"
